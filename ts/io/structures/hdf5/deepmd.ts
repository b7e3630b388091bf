import { type FilePlace, invalidFile } from '../../text/fault.js';
import type { Values } from '../ase/values.js';
import { atomicNumbers, type FrameSet } from './conformers.js';
import type { Dataset } from './dataset.js';
import type { Hdf5Group } from './hdf5-file.js';
import { Rows } from './rows.js';

/** Whether a group is a system of DeePMD-kit. */
export function isDeepmd(group: Hdf5Group): boolean {
  return group.has('type.raw') && setsOf(group).length > 0;
}

/** Names of the sets of a system, in the order of their numbers. */
export function setsOf(group: Hdf5Group): string[] {
  return group.links.map(({ name }) => name).filter((name) => /^set\.\w+$/.test(name));
}

/** Arrays of a set, how wide they are, and whether they are of the atoms. */
const VALUES = [
  ['energy', 'energy.npy'],
  ['forces', 'force.npy'],
] as const;

/**
 * The frames of a set of a system of DeePMD-kit, as dpdata writes it to HDF5. Units are eV and Å.
 * `virial` is a value of the frame.
 *
 * @throws {QuestsError} INVALID_FILE for missing arrays, and for arrays whose shapes do not fit
 */
export async function deepmdSet(system: Hdf5Group, name: string, place: FilePlace): Promise<FrameSet> {
  const set = await system.group(name, place);
  if (set === undefined) throw invalidFile(place, `${name} is no group`);
  const types = await (await system.dataset('type.raw', place)).all(place);
  if (!system.has('type_map.raw')) {
    throw invalidFile(place, 'no type_map.raw, which names the elements of the types');
  }
  const map = await system.dataset('type_map.raw', place);
  const symbols = await map.texts(place);
  const elements = atomicNumbers(symbols, map.name, place);
  const mixed = await rowsOf(set, 'real_atom_types.npy', place);
  const isOpen = system.has('nopbc');
  const coordinates = new Rows(await set.dataset('coord.npy', place));
  const count = coordinates.dataset.rows;
  const box = isOpen ? undefined : new Rows(await set.dataset('box.npy', place));
  const virial = await rowsOf(set, 'virial.npy', place);
  const known: [string, Rows | undefined][] = [];
  for (const [own, file] of VALUES) known.push([own, await rowsOf(set, file, place)]);
  for (const rows of [coordinates, box, virial, mixed, ...known.map(([, rows]) => rows)]) {
    checkRows(rows?.dataset, count, place);
  }
  const atoms = types.length;
  const elementOf = (type: number): number => elements[type] ?? -1;
  const numbers = types.map(elementOf);
  return {
    count,
    atoms: async (index, here) => {
      const own = await mixed?.row(index, 1, here);
      const results: [string, Values | undefined][] = [];
      for (const [result, rows] of known) {
        const data = await rows?.row(index, 1, here);
        const shape = result === 'energy' ? [] : [atoms, 3];
        results.push([result, data && { shape, kind: 'R', data }]);
      }
      const cell = await box?.row(index, 1, here);
      const tensor = await virial?.row(index, 1, here);
      const data = own?.map(elementOf) ?? numbers;
      return {
        numbers: { shape: [data.length], kind: 'I', data },
        positions: { shape: [atoms, 3], kind: 'R', data: await coordinates.row(index, 1, here) },
        cell: cell && { shape: [3, 3], kind: 'R', data: cell },
        pbc: { shape: [1], kind: 'L', data: Uint8Array.of(isOpen ? 0 : 1) },
        arrays: [],
        results,
        info: tensor === undefined ? [] : [['virial', Array.from(tensor)]],
      };
    },
  };
}

async function rowsOf(group: Hdf5Group, name: string, place: FilePlace): Promise<Rows | undefined> {
  const dataset = await group.maybe(name, place);
  return dataset && new Rows(dataset);
}

function checkRows(dataset: Dataset | undefined, count: number, place: FilePlace): void {
  if (dataset === undefined || (dataset.shape.length > 0 && dataset.rows === count)) return;
  throw invalidFile(place, `expected ${count} rows in ${dataset.name}, found ${dataset.rows}`);
}
