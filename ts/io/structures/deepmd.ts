import type { AtomArray, InfoValue, Structure } from '../../model/structure.js';
import { type FilePlace, invalidFile, invalidStructure } from '../text/fault.js';
import type { Folder } from '../text/folder.js';
import type { NpyRows } from '../matrices/npy-rows.js';
import { type DeepmdTypes, DeepmdSet, readTypes, setsOf, TYPE_FILE } from './deepmd-system.js';
import { speciesLabel } from './elements.js';
import { type FrameOptions, readNumbered } from './frames.js';

/** Arrays that are obeyed, by the name of their file. */
const OBEYED: ReadonlySet<string> = new Set(['coord', 'box', 'real_atom_types']);

/** Names that arrays are read under, where that is another than the name of their file. */
const NAMES: Readonly<Record<string, string>> = { force: 'forces' };

/** Arrays that have a value, or a row of values, for each atom. */
const PER_ATOM =
  /^(force|force_mag|spin|aparam|velocit(y|ies)|charges?|magmoms?)$|^(atom|atomic)_|_per_atom$/;

/** Arrays that belong to the frame, however many numbers they have. */
const PER_FRAME = /^(energy|virial|stress|fparam|dipole|polarizability|dos)$/;

/** Numbers of a tensor: as many for three atoms are none of the atoms. */
const TENSOR = 9;

/** Numbers of a frame in arrays that have as many in every system. */
const WIDTHS: Readonly<Partial<Record<string, number>>> = { energy: 1, virial: TENSOR };

/** Whether a folder of these files is a system of DeePMD-kit. */
export function looksLikeDeepmd(files: readonly string[]): boolean {
  return files.includes(TYPE_FILE);
}

/**
 * Reads a system of DeePMD-kit: `type.raw`, `type_map.raw`, `nopbc`, and of each `set.*` the arrays
 * `coord` (Å), `box`, `energy` (eV), `force` (eV/Å, as `forces`), `virial` (eV, in `info`); also of
 * mixed types, whose `real_atom_types` say the atoms of each frame, below 0 those that are none.
 * Other arrays are kept: with the atoms where they have a row for each, else in `info`. Frames of
 * one set follow those of the set before.
 *
 * @throws {QuestsError} INVALID_FILE for missing or damaged parts, and for arrays of the wrong
 *   length; INVALID_STRUCTURE for coordinates or cells that are not finite; EMPTY for no atoms or
 *   frames. The signal's reason when cancelled
 */
export async function* readDeepmd(
  folder: Folder,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const { name } = folder;
  const types = await readTypes(folder);
  const names = setsOf(folder);
  if (names.length === 0) throw withoutSets(folder);
  const sets: DeepmdSet[] = [];
  try {
    for (const set of names) sets.push(await DeepmdSet.open(folder, set));
    const readers = sets.map((set, index) => new SetReader(types, set, `${name}/${names[index]}`));
    const frames = sets.reduce((sum, set) => sum + set.frames, 0);
    yield* readNumbered(frames, options, (frame) => {
      let row = frame;
      let index = 0;
      for (; row >= (sets[index] as DeepmdSet).frames; index++) row -= (sets[index] as DeepmdSet).frames;
      return (readers[index] as SetReader).structure(row, { file: name, frame });
    });
  } finally {
    for (const set of sets) await set.close();
  }
}

/** A system without sets: the text that sets are made of, or none. */
function withoutSets({ name, files }: Folder): Error {
  const problem = 'no arrays in set.*: expected set.000/coord.npy and others';
  if (!files.includes('coord.raw')) return invalidFile({ file: name }, problem);
  const way = 'dpdata.LabeledSystem(FOLDER, fmt="deepmd/raw").to("deepmd/npy", OUT)';
  return invalidFile({ file: name }, `${problem}; coord.raw is text, of which ${way} makes sets`);
}

type FrameAt = FilePlace & { readonly frame: number };

/** Atoms of a frame: their types, and their places among all that arrays have. */
interface Atoms {
  readonly species: readonly string[];
  readonly places: readonly number[];
  /** How many arrays have, with those that are none. */
  readonly all: number;
}

class SetReader {
  readonly #types: DeepmdTypes;
  readonly #set: DeepmdSet;
  readonly #folder: string;
  /** Those that all frames have, where they all have the same. */
  #shared: Atoms | undefined;

  constructor(types: DeepmdTypes, set: DeepmdSet, folder: string) {
    this.#types = types;
    this.#set = set;
    this.#folder = folder;
  }

  async structure(row: number, source: FrameAt): Promise<Structure> {
    const atoms = await this.#atoms(row, source.frame);
    const positions = await this.#perAtom('coord', row, atoms, source.frame, 3);
    const unusual = positions.findIndex((value) => !Number.isFinite(value));
    if (unusual !== -1) {
      const place = { ...this.#place('coord', source.frame), atom: Math.floor(unusual / 3) };
      throw invalidStructure(place, 'the coordinates are not finite');
    }
    const cell = this.#types.isOpen ? undefined : await this.#cell(row, source.frame);
    const arrays: [string, AtomArray][] = [];
    const info: [string, InfoValue][] = [];
    for (const [name, array] of this.#set.arrays) {
      if (OBEYED.has(name)) continue;
      const own = NAMES[name] ?? name;
      if (isPerAtom(name, array, atoms.all)) {
        const data = await this.#perAtom(name, row, atoms, source.frame, name === 'force' ? 3 : undefined);
        const width = data.length / atoms.places.length;
        arrays.push([own, array.isWhole ? wholeArray(data, width) : { kind: 'R', width, data }]);
      } else {
        const width = WIDTHS[name];
        if (width !== undefined && array.width !== width) {
          const problem = `${array.width} numbers per frame, expected ${width}`;
          throw invalidFile(this.#place(name, source.frame), problem);
        }
        const values = await array.read(row);
        info.push([own, values.length === 1 ? (values[0] as number) : Array.from(values)]);
      }
    }
    return {
      positions,
      ...(cell && { cell }),
      pbc: this.#types.isOpen ? [false, false, false] : [true, true, true],
      species: atoms.species,
      ...(arrays.length > 0 && { arrays: Object.fromEntries(arrays) }),
      ...(info.length > 0 && { info: Object.fromEntries(info) }),
      source,
    };
  }

  async #atoms(row: number, frame: number): Promise<Atoms> {
    const { types, elements } = this.#types;
    const mixed = this.#set.arrays.get('real_atom_types');
    if (mixed === undefined && this.#shared !== undefined) return this.#shared;
    const own = mixed === undefined ? types : Array.from(await mixed.read(row));
    const place = this.#place('real_atom_types', frame);
    if (own.length !== types.length) {
      throw invalidFile(
        place,
        `${own.length} types, expected ${types.length}: one for each atom of type.raw`,
      );
    }
    const places = own.flatMap((type, atom) => (type < 0 ? [] : [atom]));
    const species = places.map((atom) => {
      const type = own[atom] as number;
      // Numbers of types begin with 1, as those of LAMMPS, so that --elements names them.
      const label = elements === undefined ? String(type + 1) : elements[type];
      if (label !== undefined && Number.isInteger(type)) return speciesLabel(label);
      throw invalidFile({ ...place, atom }, `type ${type}, but type_map.raw names ${elements?.length}`);
    });
    if (species.length === 0) throw invalidFile(place, 'no atoms');
    return (this.#shared = { species, places, all: types.length });
  }

  async #cell(row: number, frame: number): Promise<number[]> {
    const box = this.#set.arrays.get('box');
    const place = this.#place('box', frame);
    if (box === undefined) {
      throw invalidFile(place, 'missing, and there is no file nopbc, which says that nothing repeats');
    }
    if (box.width !== TENSOR) throw invalidFile(place, `${box.width} numbers per frame, expected nine`);
    const cell = Array.from(await box.read(row));
    if (cell.every(Number.isFinite)) return cell;
    throw invalidStructure(place, 'the cell is not finite');
  }

  /** The numbers of an array that belong to atoms; `width` of each, where that is known. */
  async #perAtom(
    name: string,
    row: number,
    { places, all }: Atoms,
    frame: number,
    width?: number,
  ): Promise<Float64Array> {
    const array = this.#set.arrays.get(name) as NpyRows;
    const each = width ?? array.width / all;
    if (array.width !== each * all || !Number.isInteger(each) || each === 0) {
      const expected = width === undefined ? `a multiple of ${all}` : String(width * all);
      const problem = `${array.width} numbers per frame, expected ${expected} for ${all} atoms`;
      throw invalidFile(this.#place(name, frame), problem);
    }
    const values = await array.read(row);
    if (places.length === all) return values;
    const kept = new Float64Array(each * places.length);
    places.forEach((place, atom) => {
      kept.set(values.subarray(each * place, each * (place + 1)), each * atom);
    });
    return kept;
  }

  #place(array: string, frame: number): FrameAt {
    return { file: `${this.#folder}/${array}.npy`, frame };
  }
}

/** Whether an array has a row for each atom: by its name, else by its shape. */
function isPerAtom(name: string, { width, shape }: NpyRows, atoms: number): boolean {
  if (PER_ATOM.test(name)) return true;
  if (PER_FRAME.test(name)) return false;
  if (shape.length > 2 && shape[1] === atoms) return true;
  return (width === atoms && atoms > 1) || (width === 3 * atoms && width > TENSOR);
}

function wholeArray(data: Float64Array, width: number): AtomArray {
  return { kind: 'I', width, data: Int32Array.from(data) };
}
