import { hasNoNeighbors } from '../../base/no-neighbors.js';
import { counted } from '../../base/number-format.js';
import { QuestsError } from '../../base/error.js';
import { type DescriptorSpecies, isLabelled } from '../../base/species-mode.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { DescriptorBatch, DescriptorMatrix, Structure } from '../../faces/node/quests.js';
import type { NamedMatrix } from '../../faces/node/io.js';
import { type DescriptorSettings, storedSettings } from './descriptor-settings.js';
import { madeBefore } from './made-before.js';
import { noteMissingElements } from './missing-elements.js';
import { noteBlindness } from './notes.js';
import { holdDescriptors, type OpenSet, setTitle } from './open-sets.js';
import type { ReadFlags } from './options.js';
import { duration, type Session } from './session.js';
import { UsageError } from './usage-error.js';

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
      const { species } = set.stored;
      if (!isLabelled(species)) this.#storedSpecies ??= species ?? undefined;
      this.#speciesOf.set(set, new Set(set.stored.facts.elements ?? []));
    }
    for (const symbol of this.#storedSpecies ?? []) this.#species.add(symbol);
  }

  /** Species that were seen, sorted. */
  get species(): readonly string[] {
    return [...this.#species].sort();
  }

  /** All environments of a dataset; `keep` says whether its structures are needed, too. */
  async load(set: OpenSet, keep: boolean): Promise<DataSet> {
    const { file, files } = set;
    if (set.stored !== undefined) {
      const x = this.#inBandwidths(await set.stored.matrix());
      return { file, files, x, structures: undefined, seconds: 0 };
    }
    const parts: DescriptorMatrix[] = [];
    const structures: Structure[] = [];
    const clock = { seconds: 0 };
    for await (const batch of this.batches(set, clock)) {
      parts.push(batch.x);
      if (keep && batch.structures !== undefined) structures.push(...batch.structures);
    }
    const kept = keep && set.opened.holds === 'structures' ? structures : undefined;
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
      for await (const x of set.stored.batches()) yield { x: this.#inBandwidths(x) };
      return;
    }
    if (set.opened.holds === 'matrix') {
      for await (const matrix of this.#stored.get(set) ?? this.#again(set).opened.matrices())
        yield {
          x: this.#inBandwidths(await madeBefore(this.#session, matrix, this.#settings, this.#describesNone)),
        };
      return;
    }
    const { k, cutoff, species, elementBandwidths } = this.#settings;
    // Before the work.
    if (elementBandwidths !== undefined)
      checkLabelled(species === 'full' || species === 'center' ? species : null);
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
      yield { ...batch, x: this.#inBandwidths(batch.x) };
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

  /** Descriptors in units of the bandwidth of their element, where each has its own. */
  #inBandwidths(x: DescriptorMatrix): DescriptorMatrix {
    const { elementBandwidths, otherBandwidth, metLabels } = this.#settings;
    if (elementBandwidths === undefined) return x;
    checkLabelled(x.species);
    for (let at = 0; at < x.data.length; at += x.width) metLabels?.add(x.data[at] as number);
    return analysis.inBandwidths(x, elementBandwidths, otherBandwidth);
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
}

/**
 * Refuses a bandwidth for each element where descriptors do not say the element of their atom.
 *
 * @throws {UsageError}
 */
function checkLabelled(species: DescriptorSpecies): void {
  if (isLabelled(species)) return;
  throw new UsageError('a bandwidth for each element needs --species center or --species full');
}

function isType(species: string): boolean {
  return /^\d+$/.test(species);
}

function hasTypes({ species }: Structure): boolean {
  return species?.some(isType) ?? false;
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
