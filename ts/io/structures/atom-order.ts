import type { AtomArray } from '../../model/structure.js';

/** Rows of a table in the order of their identifiers, and what stands against it. */
export interface AtomOrder {
  /** Row of each atom; undefined where the rows are in order already. */
  readonly rows: Uint32Array | undefined;
  /** Two rows, the later first, that have the same identifier; undefined where all differ. */
  readonly twins: readonly [number, number] | undefined;
}

/**
 * Identifiers are counted into their places where they take up to this many times as much room as
 * there are atoms.
 */
const SPARSE = 8;

/**
 * The order of atoms by identifier. Linear in time where identifiers are dense, as those of whole
 * systems are. Atoms that all have the identifier 0, as in LAMMPS runs without identifiers, stay as
 * they are.
 */
export function orderById(ids: ArrayLike<number>): AtomOrder {
  const atoms = ids.length;
  let sorted = true;
  let least = Infinity;
  let most = -Infinity;
  for (let row = 0; row < atoms; row++) {
    const id = ids[row] as number;
    if (id <= most) sorted = false;
    if (id < least) least = id;
    if (id > most) most = id;
  }
  if (sorted || (least === 0 && most === 0)) return { rows: undefined, twins: undefined };
  const span = most - least + 1;
  return span <= SPARSE * atoms + 1024 ? counted(ids, least, span) : compared(ids);
}

/** The values of a column in the order of the atoms. */
export function inOrder(array: AtomArray, { rows }: AtomOrder): AtomArray {
  if (rows === undefined) return array;
  const { data, kind, width } = array;
  if (kind === 'S') {
    const texts: string[] = [];
    for (const row of rows) for (let at = 0; at < width; at++) texts.push(data[row * width + at] as string);
    return { kind, width, data: texts };
  }
  return { kind, width, data: reordered(data as Float64Array | Int32Array | Uint8Array, rows, width) };
}

function counted(ids: ArrayLike<number>, least: number, span: number): AtomOrder {
  // Row + 1 of each identifier; 0 where there is none.
  const places = new Uint32Array(span);
  for (let row = 0; row < ids.length; row++) {
    const place = (ids[row] as number) - least;
    const other = places[place] as number;
    if (other !== 0) return { rows: undefined, twins: [row, other - 1] };
    places[place] = row + 1;
  }
  const rows = new Uint32Array(ids.length);
  let atom = 0;
  for (const place of places) if (place !== 0) rows[atom++] = place - 1;
  return { rows, twins: undefined };
}

function compared(ids: ArrayLike<number>): AtomOrder {
  const rows = Uint32Array.from({ length: ids.length }, (_, row) => row);
  rows.sort((a, b) => (ids[a] as number) - (ids[b] as number) || a - b);
  for (let atom = 1; atom < rows.length; atom++) {
    const [before, row] = [rows[atom - 1] as number, rows[atom] as number];
    if (ids[before] === ids[row]) return { rows: undefined, twins: [row, before] };
  }
  return { rows, twins: undefined };
}

function reordered<T extends Float64Array | Int32Array | Uint8Array>(
  values: T,
  rows: Uint32Array,
  width: number,
): T {
  const result = values.slice() as T;
  for (let atom = 0; atom < rows.length; atom++) {
    const row = rows[atom] as number;
    for (let at = 0; at < width; at++) result[atom * width + at] = values[row * width + at] as number;
  }
  return result;
}
