import { emptyFile, invalidFile, shown } from '../text/fault.js';
import type { Folder, OpenRanges } from '../text/folder.js';
import { readRange } from '../text/ranges.js';
import { type NpyRows, npyRows } from '../matrices/npy-rows.js';

/** Longest text of types that is read, in bytes: tens of millions of atoms. */
const LONGEST_TEXT = 1 << 28;

/** The file that a folder of DeePMD-kit has. */
export const TYPE_FILE = 'type.raw';

const SET_ARRAY = /^(set\.[^/]*)\/([^/]+)\.npy$/;

/** The atoms of a system. */
export interface DeepmdTypes {
  /** The type of each atom, from 0. */
  readonly types: readonly number[];
  /** Elements of the types; undefined where the system does not name them. */
  readonly elements: readonly string[] | undefined;
  /** Whether nothing repeats: there is a file `nopbc`. */
  readonly isOpen: boolean;
}

/**
 * Reads what all frames of a system share.
 *
 * @throws {QuestsError} INVALID_FILE for types that are no numbers, or that are not named; EMPTY
 *   for no atoms
 */
export async function readTypes(folder: Folder): Promise<DeepmdTypes> {
  const file = `${folder.name}/${TYPE_FILE}`;
  const types = (await textOf(folder, TYPE_FILE)).split(/\s+/).filter((field) => field !== '');
  if (types.length === 0) throw emptyFile({ file }, 'no atoms');
  const wrong = types.find((field) => !/^\d{1,9}$/.test(field));
  if (wrong !== undefined) throw invalidFile({ file }, `expected types from 0, found ${shown(wrong)}`);
  const hasNames = folder.files.includes('type_map.raw');
  const elements = hasNames
    ? (await textOf(folder, 'type_map.raw')).split(/\s+/).filter((field) => field !== '')
    : undefined;
  const numbers = types.map(Number);
  const unnamed = elements && numbers.find((type) => type >= elements.length);
  if (unnamed !== undefined) {
    throw invalidFile({ file }, `type ${unnamed}, but type_map.raw names ${elements?.length}`);
  }
  return { types: numbers, elements, isOpen: folder.files.includes('nopbc') };
}

async function textOf({ name, open }: Folder, file: string): Promise<string> {
  const source = await open(file);
  try {
    if (source.size > LONGEST_TEXT)
      throw invalidFile({ file: `${name}/${file}` }, `${source.size} bytes of text`);
    const bytes = await readRange(source, 0, source.size, 'its text', `${name}/${file}`);
    return new TextDecoder().decode(bytes);
  } finally {
    await source.close();
  }
}

/** A set of frames: arrays with a row for each. */
export class DeepmdSet {
  readonly frames: number;
  readonly arrays: ReadonlyMap<string, NpyRows>;
  readonly #sources: readonly OpenRanges[];

  private constructor(frames: number, arrays: ReadonlyMap<string, NpyRows>, sources: readonly OpenRanges[]) {
    this.frames = frames;
    this.arrays = arrays;
    this.#sources = sources;
  }

  /**
   * Opens the arrays of a set.
   *
   * @throws {QuestsError} INVALID_FILE for a set without coordinates, a damaged array, and arrays
   *   of other than as many rows as there are frames
   */
  static async open({ name, files, open }: Folder, set: string): Promise<DeepmdSet> {
    const arrays = new Map<string, NpyRows>();
    const sources: OpenRanges[] = [];
    try {
      for (const file of files) {
        const [, own, array = ''] = SET_ARRAY.exec(file) ?? [];
        if (own !== set) continue;
        const source = await open(file);
        sources.push(source);
        arrays.set(array, await npyRows(source, `${name}/${file}`));
      }
      const frames = arrays.get('coord')?.rows;
      if (frames === undefined) throw invalidFile({ file: `${name}/${set}` }, 'coord.npy is missing');
      for (const [array, { rows }] of arrays) {
        if (rows === frames) continue;
        const file = `${name}/${set}/${array}.npy`;
        throw invalidFile({ file }, `${rows} rows, expected ${frames}: one for each frame of coord.npy`);
      }
      return new DeepmdSet(frames, arrays, sources);
    } catch (error) {
      await Promise.all(sources.map((source) => source.close()));
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
  }
}

/** The sets of a system, numbers in their names by value. */
export function setsOf({ files }: Folder): string[] {
  const sets = new Set(files.flatMap((file) => SET_ARRAY.exec(file)?.[1] ?? []));
  const { compare } = new Intl.Collator('en', { numeric: true });
  return [...sets].sort(compare);
}
