import { descriptorWidth } from '../descriptor/core-elements.js';
import { descriptors } from '../descriptor/descriptors.js';
import { QuestsError } from '../base/error.js';
import { isLabelled } from '../base/species-mode.js';
import { speciesAlphabet } from '../model/flatten.js';
import { type OpenFile, type ReadOptions, wrongContents } from '../io/files/opened.js';
import { concatenated, type DescriptorMatrix } from '../model/descriptor-matrix.js';
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
 * Reads all sets, then describes those of structures: with the element of each atom (`center`,
 * `full`) where a file of descriptors has it, and no species are asked for.
 *
 * @throws {QuestsError} what opening and reading throw; INVALID_FILE for a set of structures and
 *   descriptors; EMPTY where no frames are left; TOO_LARGE where all would not fit the memory of
 *   WebAssembly, before anything is computed
 */
export async function readSets<F>(
  files: readonly SetFiles<F>[],
  { k, cutoff, species, select }: RunSettings,
  open: OpenSetFile<F>,
  { onNote, ...options }: RunOptions & Pick<ReadOptions, 'onNote'>,
): Promise<NamedSet[]> {
  const read: ReadSet[] = [];
  for (const set of files) {
    const reading = { ...labelled(options, set.name), onNote, ...(select === '' ? {} : { select }) };
    read.push(await readSet(set, open, reading));
  }
  const structures = read.flatMap((set) => set.structures);
  // As a file says, where nothing else is asked for: the page has no such choice.
  const mode = species === false ? read.map(({ x }) => x?.species ?? null).find(isLabelled) : undefined;
  const elements = species === true ? speciesAlphabet(structures, true) : (mode ?? species);
  const { name: backend } = await backendOf(options);
  if (backend === 'wasm') {
    const width = descriptorWidth(elements === false ? null : elements, k);
    const given = read.flatMap(({ x }) => x ?? []);
    checkMemory(
      structures.reduce((sum, { positions }) => sum + positions.length / 3, 0),
      width,
      given,
    );
  }
  const sets: NamedSet[] = [];
  for (const set of read) {
    const describing = { ...labelled(options, set.name), k, cutoff, species: elements };
    sets.push({ ...set, x: set.x ?? (await descriptors(set.structures, describing)) });
  }
  return sets;
}

async function readSet<F>(
  { name, files }: SetFiles<F>,
  open: OpenSetFile<F>,
  options: ReadOptions,
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
    if (opened.holds === 'matrix') matrices.push(describedMatrix(await opened.matrix(), opened.file, {}));
    else for await (const structure of opened.structures) structures.push(structure);
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
