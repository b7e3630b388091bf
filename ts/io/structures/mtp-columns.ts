import type { AtomArray, Structure } from '../../model/structure.js';
import type { AtomColumn } from '../text/column.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { textNumber } from '../text/number.js';
import { parseLogical } from '../text/table.js';
import { toCartesian } from './poscar-header.js';

/** Columns of three numbers, by the names of their components. */
const TRIPLES: readonly { readonly name: string; readonly fields: readonly string[] }[] = [
  { name: 'cartes', fields: ['cartes_x', 'cartes_y', 'cartes_z'] },
  { name: 'direct', fields: ['direct_x', 'direct_y', 'direct_z'] },
  { name: 'forces', fields: ['fx', 'fy', 'fz'] },
  { name: 'magmoms', fields: ['magmom_x', 'magmom_y', 'magmom_z'] },
];

/**
 * The columns of a table of MLIP.
 *
 * @param header names of its fields
 * @param first its first row, which shows what a column of another name holds
 * @throws {QuestsError} INVALID_FILE without `type` or coordinates, and for a name given twice
 */
export function columnsOf(header: string, first: string, place: FilePlace): AtomColumn[] {
  const names = header.split(/\s+/).filter((name) => name !== '');
  const fields = first.trim().split(/\s+/);
  const columns: AtomColumn[] = [];
  for (let at = 0; at < names.length;) {
    const name = names[at] as string;
    const triple = TRIPLES.find((own) => own.fields.every((field, axis) => field === names[at + axis]));
    const isCoordinates = triple?.name === 'cartes' || triple?.name === 'direct';
    if (triple !== undefined) columns.push({ name: triple.name, kind: 'R', width: 3, finite: isCoordinates });
    else columns.push({ name, kind: kindOf(name, fields[at] ?? ''), width: 1 });
    at += triple === undefined ? 1 : 3;
  }
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  const twice = columns.find(({ name }, at) => columns.findIndex((other) => other.name === name) < at);
  const problem =
    twice !== undefined
      ? `has ${twice.name} twice`
      : !has('type')
        ? 'has no type'
        : has('cartes') === has('direct')
          ? 'has no coordinates cartes_x cartes_y cartes_z or direct_x direct_y direct_z'
          : undefined;
  if (problem !== undefined) throw invalidFile(place, `AtomData ${shown(header)} ${problem}`);
  return columns;
}

function kindOf(name: string, field: string): AtomColumn['kind'] {
  if (name === 'id' || name === 'type') return 'I';
  if (textNumber(field) !== undefined) return 'R';
  return parseLogical(field) === undefined ? 'S' : 'L';
}

/**
 * Coordinates, species and other columns of a configuration.
 *
 * @param elements of types 0, 1, …; undefined where the file does not name them
 * @throws {QuestsError} INVALID_FILE for a type below 0 or without an element, and for fractional
 *   coordinates without three vectors
 */
export function atomsOf(
  columns: readonly AtomColumn[],
  tables: readonly AtomArray[],
  cell: Float64Array | undefined,
  elements: readonly string[] | undefined,
  place: FilePlace,
): Pick<Structure, 'positions' | 'species' | 'arrays'> {
  let positions = new Float64Array(0);
  let species: string[] = [];
  const arrays: [string, AtomArray][] = [];
  for (const [at, table] of tables.entries()) {
    const { name = '' } = columns[at] ?? {};
    if (name === 'type') species = speciesOf(table.data as Int32Array, elements, place);
    else if (name === 'cartes') positions = table.data as Float64Array<ArrayBuffer>;
    else if (name === 'direct') {
      positions = table.data as Float64Array<ArrayBuffer>;
      if (cell?.subarray(6).some((value) => value !== 0) !== true) {
        throw invalidFile(place, 'expected three vectors in Supercell for direct coordinates');
      }
      toCartesian(positions, cell);
    } else arrays.push([name, table]);
  }
  return { positions, species, arrays: Object.fromEntries(arrays) };
}

function speciesOf(
  types: ArrayLike<number>,
  elements: readonly string[] | undefined,
  place: FilePlace,
): string[] {
  return Array.from(types, (type, atom) => {
    const label = elements === undefined ? String(type) : elements[type];
    if (type >= 0 && label !== undefined) return label;
    const expected = elements === undefined ? 'types from 0' : `types of the elements ${elements.join(',')}`;
    throw invalidFile({ ...place, atom }, `expected ${expected}, found ${type}`);
  });
}
