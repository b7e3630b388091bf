import type { FilePlace } from '../../text/fault.js';
import { type AseAtoms, RESULT_NAMES } from '../ase/atoms.js';
import type { Values } from '../ase/values.js';
import type { Dataset } from './dataset.js';
import type { Hdf5Group } from './hdf5-file.js';

/** What MACE writes for a value that is missing. */
const NONE = 'None';

/** Names of what is read otherwise. */
const OWN: ReadonlySet<string> = new Set([
  'atomic_numbers',
  'positions',
  'cell',
  'pbc',
  'properties',
  'property_weights',
]);

/** Values that are matrices, of which a frame keeps the nine numbers. */
const MATRIX_NUMBERS = 9;

/** Whether a group is a structure as MACE writes it. */
export function isMace(group: Hdf5Group): boolean {
  return group.has('atomic_numbers') && group.has('positions');
}

/**
 * A structure as MACE's `prepare_data` writes it: atoms, and properties in a group of their own or
 * beside the atoms. Units are eV and Å. Weights become values of the frame: `weight`,
 * `energy_weight`.
 */
export async function maceAtoms(group: Hdf5Group, place: FilePlace): Promise<AseAtoms> {
  const properties = await group.group('properties', place);
  const weights = await group.group('property_weights', place);
  const results: [string, Values | undefined][] = [];
  const info: [string, unknown][] = [];
  const numbers = await valuesOf(await group.dataset('atomic_numbers', place), place);
  for (const [holder, suffix] of [
    [group, ''],
    [properties, ''],
    [weights, '_weight'],
  ] as const) {
    for (const { name } of holder?.links ?? []) {
      if (holder === undefined || (holder === group && OWN.has(name))) continue;
      const values = await valuesOf(await holder.dataset(name, place), place);
      if (values === undefined) continue;
      if (suffix === '' && RESULT_NAMES.includes(name)) results.push([name, resultOf(name, values)]);
      else info.push([`${name}${suffix}`, plain(values)]);
    }
  }
  return {
    numbers,
    positions: await valuesOf(await group.dataset('positions', place), place),
    cell: await maybe(group, 'cell', place),
    pbc: await maybe(group, 'pbc', place),
    arrays: [],
    results,
    info,
  };
}

async function maybe(group: Hdf5Group, name: string, place: FilePlace): Promise<Values | undefined> {
  const dataset = await group.maybe(name, place);
  return dataset && valuesOf(dataset, place);
}

/** The values of a dataset; undefined where MACE had none. */
async function valuesOf(dataset: Dataset, place: FilePlace): Promise<Values | undefined> {
  const { shape, kind } = dataset;
  if (kind === 'S') {
    const texts = await dataset.texts(place);
    return shape.length === 0 && texts[0] === NONE ? undefined : { shape, kind, data: texts };
  }
  const numbers = await dataset.all(place);
  return { shape, kind, data: kind === 'L' ? Uint8Array.from(numbers) : numbers };
}

/** A result without the direction of length one that batches have. */
function resultOf(name: string, values: Values): Values {
  const { data, shape } = values;
  if (name === 'energy' && data.length === 1) return { ...values, shape: [] };
  return shape[0] === 1 && data.length === MATRIX_NUMBERS ? { ...values, shape: [3, 3] } : values;
}

function plain({ shape, kind, data }: Values): unknown {
  const items = Array.from(data as ArrayLike<number | string>, (item) => (kind === 'L' ? item === 1 : item));
  return shape.length === 0 ? items[0] : items;
}
