import { DEFAULTS } from '../../base/defaults.js';
import { isLabelled, modeOf } from '../../base/species-mode.js';
import { counted } from '../../base/number-format.js';
import { errorAt, QuestsError } from '../../base/error.js';
import * as quests from '../../faces/node/quests.js';
import * as io from '../../faces/node/io.js';
import * as analysis from '../../faces/node/analysis.js';
import type {
  DescriptorBatch,
  DescriptorMatrix,
  ReferenceSet,
  Source,
  SpeciesMode,
  StoredReference,
  Structure,
} from '../../faces/node/quests.js';
import type { InputFile, NamedMatrix, OpenDataset, Thermo } from '../../faces/node/io.js';
import { refuseForDescriptors } from './option-effects.js';
import type { DescriptorFlags, ReadFlags } from './options.js';
import { duration, type Session } from './session.js';
import { UsageError } from './usage-error.js';
import { noteMissingElements } from './missing-elements.js';
import { noteBlindness } from './notes.js';
import { ReadNotes } from './read-notes.js';

/** How to make descriptors, and what is known of those that were made before. */
export interface DescriptorSettings {
  readonly k: number;
  readonly cutoff: number;
  /** How elements are told apart; `ignore` where they are not. */
  readonly species: SpeciesMode;
  /** Whether that comes from the command line. */
  readonly givenSpecies: boolean;
  /** Whether kernels are summed at the default bandwidth, which nobody asked for. */
  readonly assumesBandwidth: boolean;
  /** Whether k comes from the command line, not from its default. */
  readonly givenK: boolean;
  /** Whether the cutoff comes from the command line, not from its default. */
  readonly givenCutoff: boolean;
}

/** A dataset that was named on the command line, opened. */
export interface OpenSet {
  /** The first file, as JSON and messages name it. */
  readonly file: string;
  readonly files: readonly string[];
  /** Where the files are. */
  readonly paths: readonly string[];
  readonly opened: OpenDataset;
  /** The one file of the dataset, where it is a stored reference. */
  readonly stored?: StoredReference | undefined;
  /** Opens the same files once more, as they were found. */
  readonly reopen: () => Promise<OpenSet>;
}

/** A dataset, ready to be computed on. */
export interface DataSet extends Pick<OpenSet, 'file' | 'files'> {
  readonly x: DescriptorMatrix;
  /**
   * The structures the descriptors were made from, where they were to be kept and the files held
   * structures.
   */
  readonly structures: readonly Structure[] | undefined;
  /** Seconds that making the descriptors took. */
  readonly seconds: number;
}

/**
 * Some environments of a dataset; the structures they are from, where the files held structures.
 */
export interface Batch {
  readonly x: DescriptorMatrix;
  readonly structures?: readonly Structure[] | undefined;
}

/** A dataset that is summed over. */
export interface ReferenceData extends Pick<DataSet, 'file' | 'files' | 'seconds'> {
  readonly x: ReferenceSet | StoredReference;
}

/** The settings that a command line asks for. */
export function descriptorSettings({
  nbrs: k,
  cutoff,
  species,
  given,
  bandwidth,
}: DescriptorFlags & { readonly bandwidth?: unknown }): DescriptorSettings {
  return {
    k,
    cutoff,
    species: species ?? 'ignore',
    givenSpecies: given.has('species'),
    givenK: given.has('nbrs'),
    givenCutoff: given.has('cutoff'),
    assumesBandwidth: typeof bandwidth === 'number' && !given.has('bandwidth'),
  };
}

/** What becomes of the log of `--log`. */
export interface LogUse {
  /**
   * Whose it is: the first set's, which is what is written; or each set's own: runs have a log
   * each, states may be parts of one run. Default: the first's.
   */
  readonly logOf?: 'first' | { readonly each: 'runs' | 'states' };
  /** Told of structures after its last step. Default: they are an error. */
  readonly onBeyond?: (source: Source) => void;
  /** Whether other sets are opened apart, to which options may apply. */
  readonly isPart?: boolean;
}

/**
 * Opens datasets, each of one file or several, so that a missing file is noticed before anything is
 * computed.
 *
 * @param groups arguments that name the files of each dataset: paths, patterns, selections
 */
export async function openSets<const Groups extends readonly (readonly string[])[]>(
  session: Session,
  groups: Groups,
  flags: ReadFlags,
  { logOf = 'first', onBeyond, isPart = false }: LogUse = {},
): Promise<{ [Index in keyof Groups]: OpenSet }> {
  const { signal, onProgress } = session;
  const found: InputFile[][] = [];
  for (const arguments_ of groups) found.push(await io.findFiles(arguments_, session));
  if (found.flat().filter(({ path }) => path === '-').length > 1) {
    throw new UsageError('standard input can be read only once');
  }
  const { format, elements, onError, memory } = flags;
  const onSkip = onError === 'skip' ? session.skippedFrames.add : undefined;
  const notes = new ReadNotes(session, new Set(found.flat().map(({ path }) => path)).size);
  const logs = await logsOf(session, found, flags, logOf);
  const open = async (inputs: readonly InputFile[], log: Thermo | undefined): Promise<OpenSet> => {
    const { onNote } = notes;
    const reading = { signal, onProgress, format, elements, onSkip, onNote, backend: session.backend };
    const opened = await io.openDataset(inputs, reading).catch((error: unknown) => {
      throw error instanceof QuestsError && error.code === 'EMPTY'
        ? (session.skippedFrames.nothingLeft() ?? error)
        : error;
    });
    session.closeAtEnd(opened);
    const files = inputs.map(({ path, name = path, select, members }) => {
      const inner = members === undefined ? '' : `//${members}`;
      return `${name}${inner}${select === undefined ? '' : `@${select}`}`;
    });
    const stored =
      opened.reference && (await quests.openReference(inputs[0] as InputFile, { signal, onNote, memory }));
    if (stored !== undefined) session.closeAtEnd(stored);
    const structures = (): AsyncIterable<Structure> =>
      log === undefined ? opened.structures() : io.withThermo(opened.structures(), log, onBeyond);
    const checked = { ...opened, structures: () => notes.checked(structures()) };
    const paths = inputs.map(({ path }) => path);
    return { file: files[0] ?? '', files, paths, opened: checked, stored, reopen: () => open(inputs, log) };
  };
  const sets: OpenSet[] = [];
  for (const [at, inputs] of found.entries()) sets.push(await open(inputs, logs[at]));
  const [first] = sets;
  if (!isPart && first !== undefined && holdDescriptors(sets)) {
    if (elements !== undefined) refuseForDescriptors('elements', first.file);
    if (flags.log !== undefined) refuseForDescriptors('log', first.file);
  }
  return sets as { [Index in keyof Groups]: OpenSet };
}

/** Whether there are no structures in any of some sets. */
function holdDescriptors(sets: readonly OpenSet[]): boolean {
  return sets.every(({ opened }) => opened.holds === 'matrix');
}

/** The log of each dataset; undefined where it has none. */
async function logsOf(
  session: Session,
  found: readonly (readonly InputFile[])[],
  { log }: ReadFlags,
  logOf: NonNullable<LogUse['logOf']>,
): Promise<(Thermo | undefined)[]> {
  const { signal } = session;
  const paths = log === undefined ? [] : [log].flat();
  const logs: Thermo[] = [];
  for (const path of paths)
    logs.push(await io.readThermo({ path: session.place(path), name: path }, { signal }));
  const [first] = logs;
  if (logOf === 'first' || logs.length === 0) return [first];
  if (logs.length === found.length) return logs;
  const shared = logOf.each === 'states';
  if (logs.length > 1 || !shared) {
    const expected = `expected ${shared ? 'one, or ' : ''}one for each, in their order`;
    throw new UsageError(`${counted(logs.length, 'log')} for ${found.length} ${logOf.each}: ${expected}`);
  }
  const files = new Set(found.flat().map(({ path }) => path));
  if (files.size > 1) {
    session.note(
      `note: ${paths.join('')} is used as the log of all ${files.size} files; --log takes one per state`,
    );
  }
  return found.map(() => first);
}

/** How species are found that per-species descriptors need to know from the start. */
export interface SpeciesOptions {
  /** Species that are known to occur elsewhere. */
  readonly also?: readonly string[];
  /**
   * Files are read and what they hold is kept; or they are read twice, so that little is in memory;
   * or all species are known. Default: `kept`.
   */
  readonly species?: 'kept' | 'twice' | 'known';
  /** Whether other sets are described apart. */
  readonly isPart?: boolean;
}

/**
 * What becomes of the datasets of one command: with per-species descriptors all of them share one
 * list of species.
 */
export class Describer {
  readonly #session: Session;
  readonly #settings: DescriptorSettings;
  readonly #onError: ReadFlags['onError'];
  /** Species that were seen. */
  readonly #species = new Set<string>();
  /** Those of each dataset; empty where its files do not say any. */
  readonly #speciesOf = new Map<OpenSet, Set<string>>();
  /** Structures that had to be read to know all species. */
  readonly #collected = new Map<OpenSet, readonly Structure[]>();
  /** Matrices that had to be read for the species they say. */
  readonly #stored = new Map<OpenSet, readonly NamedMatrix[]>();
  /** Sets that were read to know all species, and are read once more. */
  readonly #reopened = new Map<OpenSet, OpenSet>();
  /** A file whose species are types. */
  #typed: string | undefined;
  /** Whether all descriptors were made before. */
  #describesNone = false;
  /** The species that a stored reference tells apart, which all other sets then do, too. */
  #storedSpecies: readonly string[] | undefined;

  /** Prepares for some datasets; with per-species descriptors all of them are read here. */
  static async of(
    session: Session,
    sets: readonly OpenSet[],
    settings: DescriptorSettings,
    flags: ReadFlags,
    { also = [], species = 'kept', isPart = false }: SpeciesOptions = {},
  ): Promise<Describer> {
    const adopted = storedSettings(sets, settings);
    const describer = new Describer(session, adopted, flags.onError);
    describer.#addStored(sets);
    describer.#describesNone = !isPart && holdDescriptors(sets);
    for (const symbol of also) describer.#species.add(symbol);
    if (adopted.species === 'blocks' && describer.#storedSpecies === undefined && species !== 'known') {
      for (const set of sets) await describer.#collect(set, species === 'kept');
      describer.#checkSpecies();
    }
    return describer;
  }

  private constructor(session: Session, settings: DescriptorSettings, onError: ReadFlags['onError']) {
    this.#session = session;
    this.#settings = settings;
    this.#onError = onError;
  }

  /** How descriptors are made: as was asked for, or as a stored reference says. */
  get settings(): DescriptorSettings {
    return this.#settings;
  }

  #addStored(sets: readonly OpenSet[]): void {
    for (const set of sets) {
      if (set.stored === undefined) continue;
      this.#storedSpecies ??= set.stored.species ?? undefined;
      this.#speciesOf.set(set, new Set(set.stored.facts.elements ?? []));
    }
    for (const symbol of this.#storedSpecies ?? []) this.#species.add(symbol);
  }

  /** A set to be summed over, as it is in its file, or in memory. */
  async reference(set: OpenSet): Promise<ReferenceData> {
    const { stored, file, files } = set;
    if (stored !== undefined) return { x: stored, file, files, seconds: 0 };
    const { x, seconds } = await this.load(set, false);
    return { x: await quests.referenceSet(x, this.#session.options), file, files, seconds };
  }

  /** Species that were seen, sorted. */
  get species(): readonly string[] {
    return [...this.#species].sort();
  }

  /** All environments of a dataset; `keep` says whether its structures are needed, too. */
  async load(set: OpenSet, keep: boolean): Promise<DataSet> {
    const parts: DescriptorMatrix[] = [];
    const structures: Structure[] = [];
    const clock = { seconds: 0 };
    for await (const batch of this.batches(set, clock)) {
      parts.push(batch.x);
      if (keep && batch.structures !== undefined) structures.push(...batch.structures);
    }
    const kept = keep && set.opened.holds === 'structures' ? structures : undefined;
    const { file, files } = set;
    return {
      file,
      files,
      x: analysis.concatenated(parts),
      structures: kept,
      seconds: clock.seconds,
    };
  }

  /**
   * The environments of a dataset, batch by batch, in their order; only the present batch and the
   * next are in memory.
   *
   * @param clock the seconds that making the descriptors takes are added to
   * @param speaks whether to say how many there were
   * @param mayBeEmpty whether none is as good as some
   */
  async *batches(
    set: OpenSet,
    clock: { seconds: number },
    speaks = true,
    mayBeEmpty = false,
  ): AsyncGenerator<Batch, void, undefined> {
    if (set.stored !== undefined) {
      yield { x: await set.stored.matrix() };
      return;
    }
    if (set.opened.holds === 'matrix') {
      for await (const matrix of this.#stored.get(set) ?? this.#again(set).opened.matrices())
        yield { x: await this.#matrix(matrix) };
      return;
    }
    const { k, cutoff, species } = this.#settings;
    const { options, skippedFrames } = this.#session;
    const batches = quests.descriptorBatches(this.#structures(set), {
      ...options,
      k,
      cutoff,
      species: species === 'blocks' ? [...(this.#storedSpecies ?? this.#species)].sort() : species,
      onSkip: this.#onError === 'skip' ? skippedFrames.add : undefined,
    });
    const count = { frames: 0, rows: 0 };
    let isAlone = true;
    for await (const batch of timed(batches, clock)) {
      count.frames += batch.x.frames;
      count.rows += batch.x.rows;
      // Stops at the first neighbour, which nearly always is that of the first environment.
      isAlone &&= hasNoNeighbors(batch.x);
      yield batch;
    }
    if (count.frames === 0 && !mayBeEmpty) {
      throw skippedFrames.nothingLeft() ?? new QuestsError('EMPTY', `${set.file}: no frames`);
    }
    if (isAlone && count.frames > 0) {
      this.#session.note(`note: no environment of ${setTitle(set)} has a neighbour within ${cutoff} Å`);
    }
    if (!speaks) return;
    this.#session.note(
      `${setTitle(set)}: ${counted(count.frames, 'frame')}, ` +
        `${counted(count.rows, 'environment')}; descriptors built in ${duration(clock.seconds)}`,
    );
  }

  /**
   * Says, once all is read, that descriptors do not tell apart the species that were there.
   *
   * @param also species that were seen elsewhere
   */
  noteBlindness(also: Iterable<string> = []): void {
    if (this.#settings.species === 'ignore')
      noteBlindness(this.#session, [...new Set([...this.#species, ...also])]);
  }

  /**
   * Elements of one dataset that others do not have, sorted; none where they do not say theirs. To
   * be asked once the others are read; of the one, what is known so far.
   */
  missingElements(set: OpenSet, others: readonly OpenSet[]): readonly string[] {
    return analysis.missingElements(
      this.elementsOf(set),
      others.map((other) => this.elementsOf(other)),
    );
  }

  /** Elements of one dataset, as far as it was read; none where it does not say them. */
  elementsOf(set: OpenSet): ReadonlySet<string> {
    return this.#speciesOf.get(set) ?? new Set();
  }

  /** Says, once all is read, which elements of a dataset others do not have. */
  noteMissing(set: OpenSet, others: readonly OpenSet[]): void {
    noteMissingElements(this.#session, {
      missing: this.missingElements(set, others),
      of: setTitle(set),
      from: others.map(setTitle).join(', '),
    });
  }

  async #collect(set: OpenSet, keeps: boolean): Promise<void> {
    if (!keeps) this.#reopened.set(set, await set.reopen());
    if (set.opened.holds === 'matrix') {
      const matrices: NamedMatrix[] = [];
      for await (const matrix of set.opened.matrices()) {
        if (Array.isArray(matrix.species)) {
          for (const symbol of matrix.species as readonly string[]) this.#species.add(symbol);
        }
        if (keeps) matrices.push(matrix);
      }
      if (keeps) this.#stored.set(set, matrices);
      return;
    }
    const structures: Structure[] = [];
    for await (const structure of this.#watched(set, set.opened.structures())) {
      if (hasTypes(structure)) this.#typed ??= structure.source?.file;
      if (keeps) structures.push(structure);
    }
    if (keeps) this.#collected.set(set, structures);
  }

  /**
   * Refuses types of atoms in one file and elements in another: the same atoms would be of
   * different species.
   */
  #checkSpecies(): void {
    const types = [...this.#species].filter(isType).sort();
    const elements = [...this.#species].filter((species) => !isType(species)).sort();
    if (types.length === 0 || elements.length === 0) return;
    const where = this.#typed ?? 'a file';
    throw new QuestsError(
      'MISMATCH',
      `${where}: species are the types ${types.join(', ')}, others are elements (${elements.join(', ')}); ` +
        'name the types with --elements',
    );
  }

  #structures(set: OpenSet): Iterable<Structure> | AsyncIterable<Structure> {
    return this.#collected.get(set) ?? this.#watched(set, this.#again(set).opened.structures());
  }

  /** A set as it is to be read now. */
  #again(set: OpenSet): OpenSet {
    return this.#reopened.get(set) ?? set;
  }

  async *#watched(
    set: OpenSet,
    structures: AsyncIterable<Structure>,
  ): AsyncGenerator<Structure, void, undefined> {
    const own = this.#speciesOf.get(set) ?? new Set<string>();
    this.#speciesOf.set(set, own);
    for await (const structure of structures) {
      for (const symbol of structure.species ?? []) own.add(symbol);
      own.forEach((symbol) => this.#species.add(symbol));
      yield structure;
    }
  }

  /**
   * Descriptors that were made before. What the file says of them holds; what the command line says
   * must agree.
   */
  async #matrix(stored: NamedMatrix): Promise<DescriptorMatrix> {
    const { k, cutoff, species, givenSpecies, givenK, givenCutoff } = this.#settings;
    const saysK = says(stored.k);
    if (this.#describesNone && givenCutoff && !says(stored.cutoff)) {
      refuseForDescriptors('cutoff', stored.file);
    }
    const x = await quests.readDescriptors(stored, {
      k: (saysK ? givenK : species !== 'ignore') ? k : undefined,
      cutoff: says(stored.cutoff) && givenCutoff ? cutoff : undefined,
    });
    if (!saysK) this.#checkWidth(x, stored.file);
    if (givenSpecies) checkMode(x, species, stored.file);
    this.#noteUnsaid(stored, x);
    return x;
  }

  /**
   * Where the file does not say k, only the number of columns can contradict the k that is asked
   * for.
   */
  #checkWidth(x: DescriptorMatrix, file: string): void {
    const { k, species, givenK } = this.#settings;
    const multiple = x.width % (2 * k - 1) === 0;
    const blocks = species === 'blocks';
    if (blocks ? multiple : !givenK || x.k === k) return;
    const expected = blocks ? `a multiple of ${2 * k - 1}` : String(2 * k - 1);
    throw new QuestsError('MISMATCH', `${file}: ${x.width} columns, but k = ${k} makes ${expected}`);
  }

  #noteUnsaid({ file, k, cutoff }: NamedMatrix, x: DescriptorMatrix): void {
    if (says(k) && says(cutoff)) return;
    const missing = [...(says(k) ? [] : ['k']), ...(says(cutoff) ? [] : ['cutoff'])].join(' or ');
    const found = says(k) || x.k === null ? '' : `; k = ${x.k} follows from ${x.width} columns`;
    this.#session.note(`note: ${file} has no ${missing} metadata; treated as external descriptors${found}`);
    if (!this.#settings.assumesBandwidth) return;
    this.#session.note(
      `note: the bandwidth is ${DEFAULTS.bandwidth}, the default for descriptors of this package; those of ` +
        `${file} may need another: --bandwidth`,
    );
  }
}

/**
 * Settings with what stored references among the sets say.
 *
 * @throws {QuestsError} MISMATCH for settings that were asked for and that one contradicts
 */
function storedSettings(sets: readonly OpenSet[], asked: DescriptorSettings): DescriptorSettings {
  let settings = asked;
  for (const { stored } of sets) {
    if (stored === undefined) continue;
    const { file, k, cutoff, species } = stored;
    const refuse = (name: string, has: string, wanted: string): never => {
      throw errorAt('MISMATCH', { file }, `${name} is ${has} in the file, ${wanted} is asked for`);
    };
    if (asked.givenK && k !== null && k !== asked.k) refuse('k', String(k), String(asked.k));
    if (asked.givenCutoff && cutoff !== null && cutoff !== asked.cutoff) {
      refuse('cutoff', `${cutoff} Å`, `${asked.cutoff} Å`);
    }
    const mode = modeOf(species);
    if (asked.givenSpecies && k !== null && asked.species !== mode) {
      throw errorAt('MISMATCH', { file }, otherMode(mode, asked.species));
    }
    settings = {
      ...settings,
      k: k ?? settings.k,
      cutoff: cutoff ?? settings.cutoff,
      species: mode,
    };
  }
  return settings;
}

/** Refuses descriptors that were made in another mode than the one that was asked for. */
function checkMode(x: DescriptorMatrix, asked: SpeciesMode, file: string): void {
  const isPlain = x.species === null && x.k !== null && x.width === 2 * x.k - 1;
  // What does not say its species may have blocks; it has no labels.
  const isUnsaid = x.species === null && !isPlain && asked === 'blocks';
  const mode = modeOf(x.species);
  if (mode === asked || isUnsaid) return;
  throw errorAt('MISMATCH', { file }, otherMode(mode, asked));
}

/** That descriptors of one mode are there, and another was asked for. */
function otherMode(mode: SpeciesMode, asked: SpeciesMode): string {
  const have = mode === 'ignore' ? 'have no species' : `are those of --species ${mode}`;
  const text = asked === 'blocks' && mode === 'ignore' ? '--species' : `--species ${asked}`;
  return `descriptors ${have}, but ${text} was given`;
}

/** Whether all descriptors are zeros, but for labels. */
function hasNoNeighbors({ data, width, species }: DescriptorMatrix): boolean {
  const labels = isLabelled(species);
  return data.every((value, at) => value === 0 || (labels && at % width === 0));
}

/** Whether a file says a setting. */
function says(setting: number | null | undefined): boolean {
  return setting !== null && setting !== undefined;
}

function isType(species: string): boolean {
  return /^\d+$/.test(species);
}

function hasTypes({ species }: Structure): boolean {
  return species?.some(isType) ?? false;
}

/** A setting of two datasets, where both say it; they differ nowhere. */
export function known(test: number | null, reference: number | null): number | null {
  return test === null ? null : reference;
}

function setTitle({ file, files }: OpenSet): string {
  return files.length === 1 ? file : `${file} and ${files.length - 1} more`;
}

/** The same batches; the time that they are waited for is added to the clock. */
async function* timed(
  batches: AsyncGenerator<DescriptorBatch, void, undefined>,
  clock: { seconds: number },
): AsyncGenerator<DescriptorBatch, void, undefined> {
  try {
    for (;;) {
      const start = performance.now();
      const next = await batches.next();
      clock.seconds += (performance.now() - start) / 1000;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await batches.return();
  }
}
