import { descriptorWidth } from '../descriptor/core-elements.js';
import { descriptors } from '../descriptor/descriptors.js';
import { errorAt, QuestsError } from '../base/error.js';
import { type DescriptorSpecies, isLabelled, modeOf } from '../base/species-mode.js';
import { speciesAlphabet } from '../model/flatten.js';
import { type OpenFile, type ReadOptions, wrongContents } from '../io/files/opened.js';
import { concatenated, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { StoredMatrix } from '../io/matrices/stored-matrix.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { describedMatrix } from '../descriptor/stored-descriptors.js';
import type { Structure } from '../model/structure.js';
import { labelled } from '../explore/exploration.js';
import type { NamedSet } from '../explore/named-set.js';
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
}

/**
 * Reads all sets, then describes those of structures: with k and cutoff of a file of descriptors
 * where these are `assumed`, and with its species where none are asked for.
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
  { onNote, ...options }: RunOptions & Pick<ReadOptions, 'onNote'>,
): Promise<NamedSet[]> {
  const read: ReadSet[] = [];
  for (const set of files) {
    const reading = {
      ...labelled(options, set.name),
      onNote,
      ...(asked.select === '' ? {} : { select: asked.select }),
    };
    read.push(await readSet(set, open, reading, asked));
  }
  const structures = read.flatMap((set) => set.structures);
  const stored = read.flatMap(({ x }) => x ?? []);
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
      stored,
    );
  }
  const sets: NamedSet[] = [];
  for (const set of read) {
    const describing = { ...labelled(options, set.name), k, cutoff, species: elements };
    sets.push({ ...set, x: set.x ?? (await descriptors(set.structures, describing)) });
  }
  return sets;
}

/** A setting that descriptors were made with, where any of them says it. */
export function saidBy<Name extends 'k' | 'cutoff' | 'species'>(
  matrices: readonly DescriptorMatrix[],
  name: Name,
): NonNullable<DescriptorMatrix[Name]> | undefined {
  return matrices.map((x) => x[name]).find((value) => value !== null) ?? undefined;
}

/** The species that all sets distinguish: those of a file, unless others are asked for. */
function elementsOf(
  stored: readonly DescriptorMatrix[],
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

async function readSet<F>(
  { name, files }: SetFiles<F>,
  open: OpenSetFile<F>,
  options: ReadOptions,
  asked: RunSettings,
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
      const stored = await opened.matrix();
      const x = describedMatrix(stored, opened.file, {});
      checkAsked(stored, x.species, opened.file, asked);
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
