import { errorAt, QuestsError } from '../../base/error.js';
import { cellVolume, periodicDirections } from '../../model/cell.js';
import type { Structure } from '../../model/structure.js';
import { npyHeader } from '../matrices/npy.js';
import type { OutputFolder } from '../text/folder.js';
import { fullMatrix } from './ase/stress.js';
import { checkFinite, type Refuse } from './written.js';

/** Frames of a set, as dpdata has them: DeePMD-kit reads one set at a time into memory. */
const SET_FRAMES = 5000;

/** Bytes of all systems that are held before they are written. */
const HELD_BYTES = 1 << 25;

/** Longest name of a folder of a system; names of many elements go beyond it. */
const LONGEST_NAME = 120;

/** The arrays of a frame, by the names of their files. */
type Arrays = ReadonlyMap<string, Float64Array>;

/** What the writer puts into a folder of a system. */
const OWN = /^([^/]+\/)?(type\.raw|type_map\.raw|nopbc|set\.\d+\/[^/]+\.npy)$/;

/** Whether a file of a folder may be one of a system, or of one of several in it. */
export function isOfDeepmd(file: string): boolean {
  return OWN.test(file);
}

/**
 * Writes structures as systems of DeePMD-kit, as dpdata does: frames with the same atoms in the
 * same order, that are all periodic or all open and have the same of `energy`, `force` and
 * `virial`, are one system, in sets of 5000. One system fills the folder itself, several get
 * folders named by their formulas in it. All share one `type_map.raw`, elements in the order in
 * which they first occur; where all species are numbers of types there is none.
 *
 * `info.energy` (eV), the column `forces` (eV/Å) and `info.virial` (eV), else minus `info.stress`
 * (eV/Å³) times the volume, are kept; other columns and values are not.
 *
 * @throws {QuestsError} INVALID_ARGUMENT, naming the frame, for no species, labels with blanks,
 *   columns of the wrong length, and directions that repeat without a cell; INVALID_STRUCTURE for
 *   coordinates that are not finite; EMPTY for no structures; what the folder throws
 */
export async function writeDeepmd(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  folder: OutputFolder,
): Promise<void> {
  const systems = new Map<string, System>();
  let held = 0;
  let frame = 0;
  for await (const structure of structures) {
    const refuse: Refuse = (problem) => errorAt('INVALID_ARGUMENT', { frame }, problem);
    const species = speciesOf(structure, frame, refuse);
    const arrays = arraysOf(structure, species.length, refuse);
    const key = JSON.stringify([species, [...arrays.keys()]]);
    let system = systems.get(key);
    if (system === undefined) {
      system = new System(folder, `system.${systems.size}`, species, arrays);
      systems.set(key, system);
    }
    held += system.add(arrays);
    if (held > HELD_BYTES) {
      for (const each of systems.values()) await each.flush();
      held = 0;
    }
    frame++;
  }
  if (frame === 0) throw new QuestsError('EMPTY', 'no structures to write as systems of DeePMD-kit');
  const types = typesOf([...systems.values()]);
  const names = new Set<string>();
  for (const system of systems.values()) {
    await system.finish(types);
    const { name } = system;
    await folder.rename(name, systems.size === 1 ? undefined : ownName(system.formula(types), names));
  }
}

function speciesOf({ positions, species }: Structure, frame: number, refuse: Refuse): readonly string[] {
  const atoms = positions.length / 3;
  if (!Number.isInteger(atoms) || atoms === 0) throw refuse('positions are not three numbers per atom');
  checkFinite(positions, frame);
  if (species?.length !== atoms) throw refuse('a structure without species cannot be written');
  const wrong = species.find((label) => label === '' || /\s/.test(label));
  if (wrong === undefined) return species;
  throw refuse(`${JSON.stringify(wrong)} cannot be written as a type: it is empty or holds blanks`);
}

/** The arrays of a frame; without `box` where nothing repeats. */
function arraysOf(structure: Structure, atoms: number, refuse: Refuse): Arrays {
  const { positions, cell, arrays = {}, info = {} } = structure;
  const found = new Map([['coord', positions]]);
  if (periodicDirections(structure).some(Boolean)) {
    if (cell?.length !== 9) throw refuse('it repeats, but has no cell');
    found.set('box', Float64Array.from(cell));
  }
  if (typeof info.energy === 'number') found.set('energy', Float64Array.of(info.energy));
  const { forces } = arrays;
  if (forces !== undefined && forces.kind !== 'S' && forces.width === 3) {
    if (forces.data.length !== 3 * atoms) {
      throw refuse(`${forces.data.length} values in forces, expected 3 for each of ${atoms} atoms`);
    }
    found.set('force', Float64Array.from(forces.data as ArrayLike<number>));
  }
  const virial = virialOf(structure, found.get('box'));
  if (virial !== undefined) found.set('virial', Float64Array.from(virial));
  return found;
}

/** In eV: `virial`, else of `stress`. */
function virialOf(
  { info: { virial, stress } = {} }: Structure,
  cell: Float64Array | undefined,
): readonly number[] | undefined {
  const matrixOf = (value: unknown): readonly number[] | undefined =>
    Array.isArray(value) && value.every((number) => typeof number === 'number')
      ? fullMatrix(value)
      : undefined;
  const own = matrixOf(virial);
  const volume = cell && cellVolume({ cell });
  if (own !== undefined || volume === undefined) return own;
  return matrixOf(stress)?.map((value) => 0 - value * volume);
}

/** The types of all systems, by their labels; undefined where all labels are numbers of types. */
function typesOf(systems: readonly System[]): ReadonlyMap<string, number> | undefined {
  const labels = new Set(systems.flatMap(({ species }) => species));
  if ([...labels].every((label) => /^[1-9]\d{0,8}$/.test(label))) return undefined;
  return new Map([...labels].map((label, type) => [label, type]));
}

/** A name that no other system has, also where case is not told apart. */
function ownName(formula: string, names: Set<string>): string {
  const base = formula.replace(/[^\w.+-]/g, '_').slice(0, LONGEST_NAME);
  let name = base;
  for (let number = 2; names.has(name.toLowerCase()); number++) name = `${base}_${number}`;
  names.add(name.toLowerCase());
  return name;
}

class System {
  readonly name: string;
  readonly species: readonly string[];
  readonly #folder: OutputFolder;
  readonly #widths: readonly (readonly [array: string, width: number])[];
  #held: Arrays[] = [];
  #set = 0;
  /** Frames of the present set that are written. */
  #frames = 0;

  constructor(folder: OutputFolder, name: string, species: readonly string[], arrays: Arrays) {
    this.#folder = folder;
    this.name = name;
    this.species = species;
    this.#widths = [...arrays].map(([array, { length }]) => [array, length]);
  }

  /** Takes a frame, and says how many bytes are held for it. */
  add(arrays: Arrays): number {
    this.#held.push(arrays);
    return this.#widths.reduce((sum, [, width]) => sum + 8 * width, 0);
  }

  /** Writes what is held. */
  async flush(): Promise<void> {
    while (this.#held.length > 0) {
      const some = this.#held.splice(0, SET_FRAMES - this.#frames);
      for (const [array, width] of this.#widths) {
        const rows = new Float64Array(width * some.length);
        some.forEach((arrays, row) => rows.set(arrays.get(array) as Float64Array, width * row));
        const bytes = new Uint8Array(rows.buffer);
        // The number of rows is written over it once it is known: headers are equally long.
        if (this.#frames === 0) await this.#folder.append(this.#file(array), this.#header(width));
        await this.#folder.append(this.#file(array), bytes);
      }
      this.#frames += some.length;
      if (this.#frames === SET_FRAMES) await this.#endSet();
    }
  }

  /** Writes the rest, and what all frames share. */
  async finish(types: ReadonlyMap<string, number> | undefined): Promise<void> {
    await this.flush();
    if (this.#frames > 0) await this.#endSet();
    const { name, species } = this;
    const numbers = species.map((label) => (types === undefined ? Number(label) - 1 : types.get(label)));
    await this.#write(`${name}/type.raw`, `${numbers.join('\n')}\n`);
    if (types !== undefined) await this.#write(`${name}/type_map.raw`, `${[...types.keys()].join('\n')}\n`);
    if (!this.#widths.some(([array]) => array === 'box')) await this.#write(`${name}/nopbc`, '');
  }

  /** Elements in the order of their types, with how many there are: `Cu2Zr2`. */
  formula(types: ReadonlyMap<string, number> | undefined): string {
    const labels = types === undefined ? [...new Set(this.species)].sort() : [...types.keys()];
    return labels
      .map((label) => [label, this.species.filter((own) => own === label).length] as const)
      .filter(([, count]) => count > 0)
      .map(([label, count]) => (types === undefined ? `type${label}_` : label) + String(count))
      .join(types === undefined ? '_' : '');
  }

  async #endSet(): Promise<void> {
    for (const [array, width] of this.#widths) {
      await this.#folder.overwrite(this.#file(array), this.#header(width));
    }
    this.#set++;
    this.#frames = 0;
  }

  #header(width: number): Uint8Array {
    return npyHeader('f8', [this.#frames, width]);
  }

  #file(array: string): string {
    return `${this.name}/set.${String(this.#set).padStart(3, '0')}/${array}.npy`;
  }

  async #write(file: string, text: string): Promise<void> {
    await this.#folder.append(file, new TextEncoder().encode(text));
  }
}
