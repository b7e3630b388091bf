import type { AtomArray, InfoValue, Structure } from '../../model/structure.js';
import { emptyFile, invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { speciesLabel } from './elements.js';
import { toCartesian } from './poscar-header.js';

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list; also one that monty wrote for an array of NumPy. Undefined for anything else. */
export function plainList(value: unknown): readonly unknown[] | undefined {
  const list = isObject(value) && value['@module'] === 'numpy' ? value.data : value;
  return Array.isArray(list) ? list : undefined;
}

/** Whether an object is a structure or a molecule of pymatgen. */
export function isPymatgen(value: JsonObject): boolean {
  return Array.isArray(value.sites) && (isObject(value.lattice) || !('lattice' in value));
}

/**
 * A structure, or a molecule, of pymatgen. Coordinates are those in units of the cell where it has
 * one, as for pymatgen itself. Properties of sites are columns, those of the structure values of
 * the frame; what is no number, logical, text or row of numbers is left out.
 *
 * @param further values of the document it stands in
 * @throws {QuestsError} INVALID_FILE, with the atom, for what pymatgen does not write, and for
 *   sites that are shared or partly occupied; INVALID_STRUCTURE for what is not finite; EMPTY for
 *   no sites
 */
export function pymatgenStructure(value: JsonObject, further: JsonObject, place: FilePlace): Structure {
  const sites = value.sites as readonly unknown[];
  if (sites.length === 0) throw emptyFile(place, 'a structure without sites');
  const { cell, pbc } = latticeOf(value.lattice, place);
  const positions = new Float64Array(3 * sites.length);
  const species: string[] = [];
  const properties: (JsonObject | undefined)[] = [];
  const name = cell === undefined ? 'xyz' : 'abc';
  for (let atom = 0; atom < sites.length; atom++) {
    const site = sites[atom];
    if (!isObject(site)) throw invalidFile({ ...place, atom }, 'expected a site, found none');
    species.push(elementOf(site.species, atom, place));
    threeInto(positions, atom, site[name], name, place);
    properties.push(isObject(site.properties) ? site.properties : undefined);
  }
  if (cell !== undefined) toCartesian(positions, cell);
  const own = isObject(value.properties) ? value.properties : {};
  const values = { ...(typeof value.charge === 'number' && { charge: value.charge }), ...own, ...further };
  const arrays = { ...columnsOf(properties), ...rowsOf(values, sites.length) };
  return {
    positions,
    ...(cell && { cell }),
    pbc,
    species,
    arrays,
    info: infoOf(values, arrays),
    source: { file: place.file, frame: place.frame ?? 0 },
  };
}

function latticeOf(
  lattice: unknown,
  place: FilePlace,
): { cell?: Float64Array; pbc: [boolean, boolean, boolean] } {
  if (!isObject(lattice)) return { pbc: [false, false, false] };
  const { pbc } = lattice;
  const matrix = plainList(lattice.matrix);
  if (matrix?.length !== 3) throw invalidFile(place, 'expected three vectors in lattice.matrix');
  const cell = Float64Array.from(matrix.flatMap((row) => threeOf(row, 'lattice.matrix', place)));
  const flags = Array.isArray(pbc) && pbc.length === 3 ? pbc.map((flag) => flag !== false) : [];
  const [a = true, b = true, c = true] = flags;
  return { cell, pbc: [a, b, c] };
}

/** Puts the coordinates of a site in their place. */
function threeInto(
  positions: Float64Array,
  atom: number,
  value: unknown,
  name: string,
  place: FilePlace,
): void {
  const at = 3 * atom;
  if (Array.isArray(value) && value.length === 3) {
    const numbers = value as number[];
    if (Number.isFinite(numbers[0]) && Number.isFinite(numbers[1]) && Number.isFinite(numbers[2])) {
      for (let axis = 0; axis < 3; axis++) positions[at + axis] = numbers[axis] as number;
      return;
    }
  }
  positions.set(threeOf(value, `${name} of a site`, { ...place, atom }), at);
}

function threeOf(value: unknown, what: string, place: FilePlace): number[] {
  const numbers = Array.isArray(value) ? value.filter((item) => typeof item === 'number') : [];
  if (!Array.isArray(value) || value.length !== 3 || numbers.length !== 3) {
    const found = value === undefined ? 'none' : JSON.stringify(value);
    throw invalidFile(place, `expected three numbers for ${what}, found ${shown(found)}`);
  }
  if (numbers.every(Number.isFinite)) return numbers;
  throw invalidStructure(place, `${what} must be finite`);
}

/** The one element of a site. */
function elementOf(value: unknown, atom: number, place: FilePlace): string {
  if (Array.isArray(value) && value.length === 1) {
    // Of nearly all: without lists of its own.
    const own = value[0] as unknown;
    if (isObject(own) && typeof own.element === 'string' && own.occu === 1) return speciesLabel(own.element);
  }
  const all = Array.isArray(value) ? value.filter(isObject) : [];
  const [{ element, occu = 1 } = {} as JsonObject] = all;
  const where = { ...place, atom };
  if (typeof element !== 'string' || typeof occu !== 'number')
    throw invalidFile(where, 'expected the species of a site');
  if (all.length > 1 || Math.abs(occu - 1) > 1e-8) {
    const found = all.map((own) => `${String(own.element)} ${String(own.occu)}`).join(', ');
    throw invalidFile(where, `a site that is shared or partly occupied cannot be read: ${shown(found)}`);
  }
  return speciesLabel(element);
}

/** Columns of the properties that every site has, of one kind and width. */
function columnsOf(properties: readonly (JsonObject | undefined)[]): Record<string, AtomArray> {
  const columns: [string, AtomArray][] = [];
  for (const name of Object.keys(properties[0] ?? {})) {
    const column = columnOf(properties.map((own) => plain(own?.[name])));
    if (column !== undefined) columns.push([name, column]);
  }
  return Object.fromEntries(columns);
}

/**
 * The moment of a magnetic moment that is written with its axis, the list of an array of NumPy; any
 * other value as it is.
 */
function plain(value: unknown): unknown {
  return isObject(value) && 'moment' in value ? value.moment : (plainList(value) ?? value);
}

function columnOf(values: readonly unknown[]): AtomArray | undefined {
  const rows = values.map((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
  const width = rows[0]?.length ?? 0;
  if (width === 0 || rows.some((row) => row.length !== width)) return undefined;
  const flat = rows.flat();
  if (flat.every((item) => typeof item === 'number'))
    return { kind: 'R', width, data: Float64Array.from(flat) };
  if (flat.every((item) => typeof item === 'boolean')) {
    return { kind: 'L', width, data: Uint8Array.from(flat, Number) };
  }
  const isField = (item: unknown): item is string => typeof item === 'string' && /^\S+$/.test(item);
  return flat.every(isField) ? { kind: 'S', width, data: flat } : undefined;
}

/** Columns among the values of a document: rows of three numbers, as many as there are atoms. */
function rowsOf(values: JsonObject, atoms: number): Record<string, AtomArray> {
  const columns: [string, AtomArray][] = [];
  for (const [name, value] of Object.entries(values)) {
    const list = plainList(value);
    if (list?.length !== atoms || !/force|magmom|veloc/i.test(name)) continue;
    const column = columnOf(list);
    if (column?.kind === 'R') columns.push([name, column]);
  }
  return Object.fromEntries(columns);
}

/** Values of a frame: what is no number, logical, text, or flat or square array is left out. */
function infoOf(values: JsonObject, columns: Readonly<Record<string, AtomArray>>): Record<string, InfoValue> {
  const info: [string, InfoValue][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith('@') || name in columns) continue;
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
      info.push([name, value]);
    else {
      const flat = plainList(value)?.flat() ?? [];
      if (flat.length > 0 && flat.every((item) => typeof item === 'number')) info.push([name, flat]);
    }
  }
  return Object.fromEntries(info);
}
