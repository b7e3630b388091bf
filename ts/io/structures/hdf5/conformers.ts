import { type FilePlace, invalidFile, shown } from '../../text/fault.js';
import type { AseAtoms } from '../ase/atoms.js';
import type { Values } from '../ase/values.js';
import { speciesLabel, SYMBOLS } from '../elements.js';
import { BOHR, HARTREE } from '../units.js';
import type { Dataset } from './dataset.js';
import type { Hdf5Group } from './hdf5-file.js';
import { Rows } from './rows.js';

/** Structures of the same atoms, one for each row of some datasets. */
export interface FrameSet {
  readonly count: number;
  readonly atoms: (index: number, place: FilePlace) => Promise<AseAtoms>;
  /** What a note says of units that were converted. */
  readonly note?: string;
}

/** What the datasets of a kind of files are called, and what their units are in eV and Å. */
export interface Layout {
  readonly numbers: readonly string[];
  readonly positions: string;
  readonly length: number;
  /** Names of energies and of forces; the first that there is counts. */
  readonly energy: readonly string[];
  readonly energyUnit: number;
  readonly forces: readonly string[];
  /** Negative for gradients. */
  readonly forceUnit: number;
  readonly charges?: string;
  /** Further energies of a frame, which keep their names. */
  readonly energies?: readonly string[];
  /** Texts of the group. */
  readonly texts: readonly string[];
  readonly note: string;
}

const SPICE: Layout = {
  numbers: ['atomic_numbers'],
  positions: 'conformations',
  length: BOHR,
  energy: ['dft_total_energy'],
  energyUnit: HARTREE,
  forces: ['dft_total_gradient'],
  forceUnit: -HARTREE / BOHR,
  charges: 'mbis_charges',
  energies: ['formation_energy'],
  texts: ['smiles', 'subset'],
  note: 'Bohr and Hartree of SPICE were converted to Å and eV, gradients to forces',
};

const ANI: Layout = {
  numbers: ['species', 'atomic_numbers'],
  positions: 'coordinates',
  length: 1,
  energy: ['energies', 'wb97x_dz.energy'],
  energyUnit: HARTREE,
  forces: ['forces', 'wb97x_dz.forces'],
  forceUnit: HARTREE,
  texts: ['smiles'],
  note: 'Hartree of ANI were converted to eV',
};

/** Conformers of high energy, which ANI-1 keeps apart. */
const HIGH_ENERGY = 'coordinatesHE';

/** The layout of a group of conformers; undefined for another group. */
export function layoutOf(group: Hdf5Group): Layout | undefined {
  return [SPICE, ANI].find(
    ({ numbers, positions }) => group.has(positions) && numbers.some((name) => group.has(name)),
  );
}

/**
 * The conformers of a molecule, or the molecules of a size, of SPICE or ANI. None is periodic.
 *
 * @throws {QuestsError} INVALID_FILE for datasets whose shapes do not fit
 */
export async function conformers(group: Hdf5Group, layout: Layout, place: FilePlace): Promise<FrameSet> {
  const first = (names: readonly string[]): string | undefined => names.find((name) => group.has(name));
  const rows = async (name: string | undefined): Promise<Rows | undefined> => {
    const dataset = name === undefined ? undefined : await group.maybe(name, place);
    return dataset && new Rows(dataset);
  };
  const positions = new Rows(await group.dataset(layout.positions, place));
  const [count, atoms, axes, ...more] = positions.dataset.shape;
  if (count === undefined || atoms === undefined || axes !== 3 || more.length > 0) {
    const found = `the shape (${positions.dataset.shape.join(', ')})`;
    throw invalidFile(place, `expected frames × atoms × 3 in ${positions.dataset.name}, found ${found}`);
  }
  const species = await speciesOf(await group.dataset(first(layout.numbers) ?? '', place), place);
  const values = [
    { name: 'energy', rows: await rows(first(layout.energy)), unit: layout.energyUnit, each: [] },
    { name: 'forces', rows: await rows(first(layout.forces)), unit: layout.forceUnit, each: [atoms, 3] },
    { name: 'charges', rows: await rows(layout.charges), unit: 1, each: [atoms] },
  ];
  const others: { readonly name: string; readonly rows: Rows | undefined }[] = [];
  for (const name of layout.energies ?? []) others.push({ name, rows: await rows(name) });
  for (const { rows: known, each } of values) checkRows(known, [count, ...each], place);
  for (const { rows: known } of others) checkRows(known, [count], place);
  const texts = await textsOf(group, layout.texts, place);
  return {
    count,
    note: group.has(HIGH_ENERGY) ? `${layout.note}; ${HIGH_ENERGY} are not read` : layout.note,
    atoms: async (index, here) => {
      const results: [string, Values | undefined][] = [];
      for (const { name, rows: known, unit, each } of values) {
        const numbers = await known?.row(index, unit, here);
        results.push([name, numbers && { shape: each, kind: 'R', data: numbers }]);
      }
      const info = [...texts];
      for (const { name, rows: known } of others) {
        const numbers = await known?.row(index, layout.energyUnit, here);
        if (numbers !== undefined) info.push([name, numbers[0]]);
      }
      return {
        numbers: await species(index, here),
        positions: { shape: [atoms, 3], kind: 'R', data: await positions.row(index, layout.length, here) },
        arrays: [],
        results,
        info,
      };
    },
  };
}

/** Atomic numbers of a frame: of all frames, or of each. */
async function speciesOf(
  dataset: Dataset,
  place: FilePlace,
): Promise<(index: number, place: FilePlace) => Promise<Values>> {
  if (dataset.kind !== 'S' && dataset.shape.length === 2) {
    const rows = new Rows(dataset);
    return async (index, here) => {
      const data = await rows.row(index, 1, here);
      return { shape: [data.length], kind: 'I', data };
    };
  }
  const data = dataset.kind === 'S' ? await symbolNumbers(dataset, place) : await dataset.all(place);
  const values: Values = { shape: [data.length], kind: 'I', data };
  return () => Promise.resolve(values);
}

async function symbolNumbers(dataset: Dataset, place: FilePlace): Promise<Float64Array> {
  return atomicNumbers(await dataset.texts(place), dataset.name, place);
}

/**
 * Atomic numbers of symbols.
 *
 * @throws {QuestsError} INVALID_FILE for text that is no symbol
 */
export function atomicNumbers(symbols: readonly string[], name: string, place: FilePlace): Float64Array {
  return Float64Array.from(symbols, (symbol) => {
    const number = SYMBOLS.indexOf(speciesLabel(symbol.trim()));
    if (number === -1) throw invalidFile(place, `${shown(symbol)} in ${name} is no symbol of an element`);
    return number;
  });
}

/** Refuses numbers of another shape; those of an energy may also stand in a row each. */
function checkRows(rows: Rows | undefined, shape: readonly number[], place: FilePlace): void {
  if (rows === undefined) return;
  const { name, shape: found } = rows.dataset;
  const withoutOnes = (extents: readonly number[]): string =>
    extents.filter((extent, axis) => axis === 0 || extent !== 1).join(', ');
  if (found.length > 0 && withoutOnes(found) === withoutOnes(shape)) return;
  throw invalidFile(
    place,
    `expected the shape (${shape.join(', ')}) of ${name}, found (${found.join(', ')})`,
  );
}

/** Single texts of a group, as values of its frames. */
async function textsOf(
  group: Hdf5Group,
  names: readonly string[],
  place: FilePlace,
): Promise<[string, unknown][]> {
  const found: [string, unknown][] = [];
  for (const name of names) {
    const dataset = await group.maybe(name, place);
    if (dataset?.kind !== 'S') continue;
    const texts = await dataset.texts(place);
    // ANI has one text for each character.
    found.push([
      name,
      texts.length > 1 && texts.every(({ length }) => length <= 1) ? texts.join('') : texts[0],
    ]);
  }
  return found;
}
