import { descriptorWidth } from '../descriptor/core-elements.js';
import { descriptors } from '../descriptor/descriptors.js';
import { errorAt, QuestsError } from '../base/error.js';
import { type DescriptorSpecies, isLabelled, modeOf } from '../base/species-mode.js';
import { speciesAlphabet } from '../model/flatten.js';
import { type MatrixFile, type OpenFile, type ReadOptions, wrongContents } from '../io/files/opened.js';
import { concatenated, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { StoredMatrix } from '../io/matrices/stored-matrix.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { describedMatrix } from '../descriptor/stored-descriptors.js';
import type { Structure } from '../model/structure.js';
import { labelled } from '../explore/exploration.js';
import type { NamedSet, StoredSet } from '../explore/named-set.js';
import { StoredReference } from '../kernel/stored-reference.js';
import { checkMemory } from './memory.js';
import type { RunSettings, SetFiles } from './protocol.js';

/** Opens a file of a data set: of structures, or of descriptors. */
export type OpenSetFile<F> = (file: F, options: ReadOptions) => Promise<OpenFile>;

/** What the files of a set hold. */
interface ReadSet {
  readonly name: string;
  readonly structures: readonly Structure[];
  /** Of files of descriptors; absent where there are structures. */
  readonly x?: DescriptorMatrix;
  /** A reference that is only asked: nothing of its environments was read. */
  readonly asked?: StoredReference;
}

/** Bytes of a stored reference that are read as a whole; of a larger one, only what is near. */
interface MostRead {
  /** Over a network. */
  readonly moved: number;
  /** Of a file on this machine. */
  readonly read: number;
}

/** What a second set is held against. */
const HELD_AGAINST: MostRead = { moved: 1 << 26, read: 1 << 28 };

/** One set alone: its own numbers are wanted, unless that moves a lot. */
const ALONE: MostRead = { ...HELD_AGAINST, read: Infinity };

const ANYTHING: MostRead = { moved: Infinity, read: Infinity };

/**
 * Reads all sets, but of a first one that is a large stored reference nothing more than its head
 * and its index ({@link StoredSet.isAsked}). Then describes those of structures: with k and cutoff
 * of a file of descriptors where these are `assumed`, and with its species where none are asked
 * for.
 *
 * @throws {QuestsError} what opening and reading throw; INVALID_FILE for a set of structures and
 *   descriptors; MISMATCH for a file of descriptors that were made otherwise than is asked for;
 *   EMPTY where no frames are left; TOO_LARGE where all would not fit the memory of WebAssembly,
 *   before anything is computed
 */
export async function readSets<F>(
  files: readonly SetFiles<F>[],
  asked: RunSettings,
  open: OpenSetFile<F>,
  options: RunOptions & Pick<ReadOptions, 'onNote'>,
): Promise<(NamedSet | StoredSet)[]> {
  const read: ReadSet[] = [];
  try {
    return await describedSets(read, files, asked, open, options);
  } catch (error) {
    for (const set of read) set.asked?.dispose();
    throw error;
  }
}

/** The same, but what was read before something failed is in `read`. */
async function describedSets<F>(
  read: ReadSet[],
  files: readonly SetFiles<F>[],
  asked: RunSettings,
  open: OpenSetFile<F>,
  { onNote, ...options }: RunOptions & Pick<ReadOptions, 'onNote'>,
): Promise<(NamedSet | StoredSet)[]> {
  for (const [at, set] of files.entries()) {
    const reading = {
      ...labelled(options, set.name),
      onNote,
      ...(asked.select === '' ? {} : { select: asked.select }),
    };
    const most = at > 0 ? ANYTHING : files.length > 1 ? HELD_AGAINST : ALONE;
    read.push(await readSet(set, open, reading, asked, most));
  }
  const structures = read.flatMap((set) => set.structures);
  const matrices = read.flatMap(({ x }) => x ?? []);
  const stored = read.flatMap((set) => set.asked ?? set.x ?? []);
  const made = (name: 'k' | 'cutoff'): number =>
    (asked.assumed?.includes(name) ? saidBy(stored, name) : undefined) ?? asked[name];
  const [k, cutoff] = [made('k'), made('cutoff')];
  const elements = elementsOf(stored, structures, asked);
  const { name: backend } = await backendOf(options);
  if (backend === 'wasm') {
    const width = descriptorWidth(elements === false ? null : elements, k);
    checkMemory(
      structures.reduce((sum, { positions }) => sum + positions.length / 3, 0),
      width,
      matrices,
    );
  }
  const sets: (NamedSet | StoredSet)[] = [];
  for (const set of read) {
    if (set.asked !== undefined) {
      sets.push({ name: set.name, x: set.asked, structures: [], isAsked: true });
      continue;
    }
    const describing = { ...labelled(options, set.name), k, cutoff, species: elements };
    sets.push({ ...set, x: set.x ?? (await descriptors(set.structures, describing)) });
  }
  return sets;
}

/** A setting that descriptors were made with, where any of them says it. */
export function saidBy<Name extends 'k' | 'cutoff' | 'species'>(
  matrices: readonly Pick<DescriptorMatrix, Name>[],
  name: Name,
): NonNullable<DescriptorMatrix[Name]> | undefined {
  return matrices.map((x) => x[name]).find((value) => value !== null) ?? undefined;
}

/** The species that all sets distinguish: those of a file, unless others are asked for. */
function elementsOf(
  stored: readonly Pick<DescriptorMatrix, 'species'>[],
  structures: readonly Structure[],
  { species }: RunSettings,
): Exclude<DescriptorSpecies, null> | false {
  const said = saidBy(stored, 'species');
  if (species === false) return said ?? false;
  if (species !== true) return species;
  return said === undefined || isLabelled(said) ? speciesAlphabet(structures, true) : said;
}

/** Refuses a file whose descriptors were made otherwise than somebody asked for. */
function checkAsked(
  { k, cutoff }: Pick<StoredMatrix, 'k' | 'cutoff'>,
  species: DescriptorSpecies,
  file: string,
  { assumed = [], ...asked }: RunSettings,
): void {
  const check = <T extends number | string>(
    name: string,
    has: T | null | undefined,
    wanted: T,
    unit = '',
  ): void => {
    if (has === null || has === undefined || has === wanted) return;
    const values = `${name} is ${String(has)}${unit} in the file, ${String(wanted)}${unit} is asked for`;
    throw errorAt('MISMATCH', { file }, values);
  };
  if (!assumed.includes('k')) check('k', k, asked.k);
  if (!assumed.includes('cutoff')) check('cutoff', cutoff, asked.cutoff, ' Å');
  // Of descriptors that say nothing of how they were made it is not known.
  if (asked.species === false || k === null || k === undefined) return;
  check('species', modeOf(species), asked.species === true ? 'blocks' : asked.species);
}

/** What a file of descriptors holds; a stored reference of which not all is to be read, as such. */
async function readMatrix(
  opened: MatrixFile,
  most: MostRead,
  asked: RunSettings,
): Promise<DescriptorMatrix | StoredReference> {
  const { file } = opened;
  if (opened.reference === undefined) {
    const stored = await opened.matrix();
    const x = describedMatrix(stored, file, {});
    checkAsked(stored, x.species, file, asked);
    return x;
  }
  const reference = new StoredReference(await opened.reference());
  let isOpen = false;
  try {
    checkAsked(reference, reference.species, file, asked);
    const { isRemote, bytes } = reference.storage.file;
    isOpen = bytes > (isRemote ? most.moved : most.read);
    return isOpen ? reference : await reference.read();
  } finally {
    if (!isOpen) await reference.close();
  }
}

async function readSet<F>(
  { name, files }: SetFiles<F>,
  open: OpenSetFile<F>,
  options: ReadOptions,
  asked: RunSettings,
  most: MostRead,
): Promise<ReadSet> {
  const structures: Structure[] = [];
  const matrices: DescriptorMatrix[] = [];
  for (const file of files) {
    const opened = await open(file, options);
    const isOther = opened.holds === 'matrix' ? structures.length > 0 : matrices.length > 0;
    if (isOther) {
      opened.close();
      throw wrongContents(opened, opened.holds === 'matrix' ? 'structures' : 'a matrix of descriptors');
    }
    if (opened.holds === 'matrix') {
      const x = await readMatrix(opened, files.length > 1 ? ANYTHING : most, asked);
      if (x instanceof StoredReference) return { name, structures: [], asked: x };
      matrices.push(x);
    } else for await (const structure of opened.structures) structures.push(structure);
  }
  const [first, ...others] = matrices;
  if (first !== undefined) return { name, structures, x: concatenated([first, ...others]) };
  if (structures.length === 0) {
    const { select } = options;
    const why = select === undefined ? 'there are no frames' : `the selection ${select} leaves no frames`;
    throw new QuestsError('EMPTY', `${name}: ${why}`);
  }
  return { name, structures };
}
