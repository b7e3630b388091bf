import { BOND_SHARE } from '../base/constants.js';
import { type AtomArray, structureError, type Structure } from '../model/structure.js';
import { cellVolume, inverseCell, periodicDirections } from '../model/cell.js';

/**
 * An atom that moves by more than this share of the spacing may have changed its place with
 * another: it is looked at where atoms that moved have been.
 */
const SWAP_SHARE = 0.6;

/** An atom at another's old place is nearer to it than this share of the way that it moved. */
const SAME_PLACE = 1 / 3;

/** Atoms that moved and are compared with each other. */
const MOST_MOVED = 1000;

/** Å that the atoms of an open structure reach beyond their centres, in all. */
const MARGIN = 2;

/** The identifiers of a structure's atoms; undefined where it has none, or all are 0. */
function idsOf({ arrays = {} }: Structure): Float64Array | Int32Array | undefined {
  const name = Object.keys(arrays).find((key) => key.toLowerCase() === 'id');
  const array = name === undefined ? undefined : arrays[name];
  if (array?.width !== 1 || array.kind === 'S' || array.kind === 'L') return undefined;
  const ids = array.data as Float64Array | Int32Array;
  return ids.some((id) => id !== 0) ? ids : undefined;
}

/** Whether the atoms of two frames are known by their identifiers. */
export function haveIds(structure: Structure, before: Structure): boolean {
  return idsOf(structure) !== undefined && idsOf(before) !== undefined;
}

/**
 * A structure with its atoms in the order of the frame before, by identifier; as it is where either
 * has none.
 *
 * @throws {QuestsError} INVALID_STRUCTURE for an identifier that occurs twice, and one that the
 *   frame before does not have
 */
export function inOrderOf(structure: Structure, before: Structure): Structure {
  const [ids, others] = [idsOf(structure), idsOf(before)];
  if (ids === undefined || ids.length !== others?.length) return structure;
  if (ids.every((id, atom) => id === others[atom])) return structure;
  const refuse = (problem: string, atom: number): Error =>
    structureError(
      'INVALID_STRUCTURE',
      structure,
      `${problem}; averages need the same atoms in every frame`,
      {
        atom,
      },
    );
  const rows = new Map<number, number>();
  for (const [row, id] of ids.entries()) {
    if (rows.has(id)) throw refuse(`id ${id} occurs twice`, row);
    rows.set(id, row);
  }
  const known = new Set(Array.from(others));
  const stranger = Array.from(ids).findIndex((id) => !known.has(id));
  if (stranger !== -1) throw refuse(`id ${ids[stranger]} is not in the frame before`, stranger);
  return rearranged(
    structure,
    Uint32Array.from(others, (id) => rows.get(id) ?? 0),
  );
}

/** Atoms in another order: `rows` holds the present place of each. */
function rearranged(structure: Structure, rows: Uint32Array): Structure {
  const { positions, species, arrays = {} } = structure;
  const pick = ({ data, kind, width }: AtomArray): AtomArray => {
    const result =
      kind === 'S' ? Array<string>(data.length) : (data as Float64Array | Int32Array | Uint8Array).slice();
    for (const [atom, row] of rows.entries()) {
      for (let at = 0; at < width; at++) result[atom * width + at] = data[row * width + at] as never;
    }
    return { kind, width, data: result };
  };
  return {
    ...structure,
    positions: pick({ kind: 'R', width: 3, data: positions }).data as Float64Array,
    ...(species && { species: Array.from(rows, (row) => species[row] as string) }),
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, pick(array)])),
  };
}

/**
 * Refuses atoms that moved so far that the frames may have them in another order: farther than the
 * next atoms are, or to the place of another atom that moved, too.
 *
 * @param steps how far each atom moved since the frame before, x y z in Å
 * @throws {QuestsError} INVALID_STRUCTURE, with the place and the atom
 */
export function checkSteps(structure: Structure, before: Structure, steps: Float64Array): void {
  const spacing = Math.cbrt(volume(structure) / (structure.positions.length / 3));
  const moved: { atom: number; length: number }[] = [];
  const counts = new Map<string, number>();
  for (const label of structure.species ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (let atom = 0; atom < steps.length / 3; atom++) {
    const length = Math.hypot(...steps.subarray(3 * atom, 3 * atom + 3));
    if (!(length > SWAP_SHARE * spacing)) continue;
    // An atom that is the only one of its species is itself.
    const label = structure.species?.[atom];
    if ((label === undefined ? steps.length / 3 : (counts.get(label) ?? 0)) < 2) continue;
    if (length > BOND_SHARE * spacing) throw refused(structure, atom, `moves by ${length.toFixed(2)} Å`);
    moved.push({ atom, length });
  }
  const compared = moved.slice(0, MOST_MOVED);
  for (const { atom, length } of compared) {
    const other = compared.find(
      (one) => one.atom !== atom && landsAt(structure, before, steps, atom, one.atom) < SAME_PLACE * length,
    );
    if (other !== undefined) throw refused(structure, atom, `moves to the place of atom ${other.atom}`);
  }
}

/** How far an atom is, after its step, from where another was, in Å. */
function landsAt(
  structure: Structure,
  before: Structure,
  steps: Float64Array,
  atom: number,
  other: number,
): number {
  if (structure.species?.[atom] !== structure.species?.[other]) return Infinity;
  const vector = [0, 1, 2].map((axis) => {
    const place = (before.positions[3 * atom + axis] as number) + (steps[3 * atom + axis] as number);
    return place - (before.positions[3 * other + axis] as number);
  });
  return Math.hypot(...nearestImage(vector, before));
}

/** A vector to the nearest image; of skewed cells, to a near one. */
function nearestImage(vector: readonly number[], structure: Structure): number[] {
  const { cell } = structure;
  const inverse = cell && inverseCell(cell);
  if (cell === undefined || inverse === undefined) return [...vector];
  const periodic = periodicDirections(structure);
  const moves = [0, 1, 2].map((axis) => {
    const fraction = vector.reduce((sum, value, row) => sum + value * (inverse[3 * row + axis] as number), 0);
    return periodic[axis] ? Math.round(fraction) : 0;
  });
  return vector.map(
    (value, at) => value - moves.reduce((sum, move, axis) => sum + move * (cell[3 * axis + at] as number), 0),
  );
}

function refused(structure: Structure, atom: number, what: string): Error {
  const why = 'without a column id the atoms may be in another order; write ids, or frames nearer in time';
  return structureError(
    'INVALID_STRUCTURE',
    structure,
    `atom ${atom} ${what} since the frame before: ${why}`,
    {
      atom,
    },
  );
}

/** Å³ that the atoms take: at most those of the box around them. */
function volume(structure: Structure): number {
  const { positions } = structure;
  let box = 1;
  for (let axis = 0; axis < 3; axis++) {
    let [low, high] = [Infinity, -Infinity];
    for (let at = axis; at < positions.length; at += 3) {
      low = Math.min(low, positions[at] as number);
      high = Math.max(high, positions[at] as number);
    }
    box *= high - low + MARGIN;
  }
  return Math.min(box, cellVolume(structure) ?? Infinity);
}
