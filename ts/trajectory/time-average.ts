import { inverseCell, periodicDirections } from '../model/cell.js';
import { QuestsError } from '../base/error.js';
import { structureError, type Structure } from '../model/structure.js';
import { checkSteps, haveIds, inOrderOf } from './followed-atoms.js';

/** A frame: its structure, and where its atoms are without jumps across the boundaries. */
export interface Unwrapped {
  readonly structure: Structure;
  /** In fractions of the cell where there is one, else in Å; three numbers per atom. */
  readonly coordinates: Float64Array;
}

/**
 * Running average of positions over a window of `frames` frames: r̄ = ⟨s⟩·⟨C⟩, with s the
 * fractional coordinates and C the cell. Atoms are followed by their `id`, where frames have a
 * column of them; without, by their order, and frames whose order may have changed are refused (see
 * {@link checkSteps}). They are unwrapped: from one frame to the next each moves to its nearest
 * image, so it must move by less than half a cell. All other values, and the source,
 * are those of the middle frame (of an even number, the first of the two). Frames at both ends
 * without a full window are left out.
 *
 * @param frames 1 passes frames on as they are
 * @throws {QuestsError} INVALID_STRUCTURE, with the place: another number of atoms, other species,
 *   identifiers or boundary conditions than in the frame before, without identifiers atoms that
 *   move too far, a cell without volume; EMPTY: fewer frames than the window has
 */
export async function* timeAverages(
  structures: AsyncIterable<Structure>,
  frames: number,
): AsyncGenerator<Structure, void, undefined> {
  if (frames === 1) {
    yield* structures;
    return;
  }
  const window: Unwrapped[] = [];
  let count = 0;
  for await (const structure of structures) {
    count++;
    const before = window.at(-1);
    const next = unwrapped(structure, before);
    if (before !== undefined && !haveIds(next.structure, before.structure)) {
      checkSteps(next.structure, before.structure, steps(next, before));
    }
    window.push(next);
    if (window.length < frames) continue;
    yield averaged(window);
    window.shift();
  }
  if (count < frames) {
    const found = count === 1 ? '1 frame' : `${count} frames`;
    throw new QuestsError('EMPTY', `${found}, expected at least the ${frames} that are averaged over`);
  }
}

/**
 * A frame that goes on from the one before: atoms in its order, by their identifiers, and at their
 * nearest images.
 */
export function unwrapped(read: Structure, before: Unwrapped | undefined): Unwrapped {
  if (before === undefined) return { structure: read, coordinates: fractional(read) };
  const structure = inOrderOf(read, before.structure);
  const coordinates = fractional(structure);
  checkSame(structure, before.structure);
  const periodic = periodicDirections(structure);
  const last = before.coordinates;
  for (let at = 0; at < coordinates.length; at++) {
    if (!periodic[at % 3]) continue;
    const step = (coordinates[at] as number) - (last[at] as number);
    coordinates[at] = (last[at] as number) + step - Math.round(step);
  }
  return { structure, coordinates };
}

/** How far each atom moved since the frame before, x y z in Å. */
function steps({ structure, coordinates }: Unwrapped, before: Unwrapped): Float64Array {
  const moved = coordinates.map((value, at) => value - (before.coordinates[at] as number));
  return structure.cell === undefined ? moved : multiplied(moved, structure.cell);
}

/** Atoms at the means of their fractional coordinates, in the mean cell. */
export function averaged(window: readonly Unwrapped[]): Structure {
  const middle = (window[(window.length - 1) >> 1] as Unwrapped).structure;
  const mean = new Float64Array(middle.positions.length);
  for (const { coordinates } of window) {
    for (let at = 0; at < mean.length; at++) {
      mean[at] = (mean[at] as number) + (coordinates[at] as number) / window.length;
    }
  }
  if (middle.cell === undefined) return { ...middle, positions: mean };
  const cell = new Float64Array(9);
  for (const { structure } of window) {
    for (let at = 0; at < 9; at++) {
      cell[at] = (cell[at] as number) + (structure.cell?.[at] ?? NaN) / window.length;
    }
  }
  return { ...middle, cell, positions: multiplied(mean, cell) };
}

function checkSame(structure: Structure, before: Structure): void {
  const refuse = (problem: string): never => {
    const why = `${problem}; averages need the same atoms in every frame`;
    throw structureError('INVALID_STRUCTURE', structure, why);
  };
  const [atoms, last] = [structure.positions.length / 3, before.positions.length / 3];
  if (atoms !== last) refuse(`${atoms} atoms after ${last}`);
  const [species, others] = [structure.species ?? [], before.species ?? []];
  const other = species.findIndex((name, atom) => name !== others[atom]);
  if (other !== -1 || species.length !== others.length)
    refuse(`atom ${Math.max(0, other)} is of another species than before`);
  const changed = periodicDirections(structure).some(
    (flag, axis) => flag !== periodicDirections(before)[axis],
  );
  if (changed) refuse('other boundary conditions than before');
}

/**
 * Coordinates in fractions of the cell vectors, in an array of their own; as they are where there
 * is no cell.
 */
function fractional(structure: Structure): Float64Array {
  const { positions, cell } = structure;
  if (cell === undefined) return positions.slice();
  const inverse = inverseCell(cell);
  if (inverse !== undefined) return multiplied(positions, inverse);
  throw structureError('INVALID_STRUCTURE', structure, 'no average: the cell has no volume');
}

/** Each row of three, times a matrix of three rows. */
function multiplied(rows: Float64Array, matrix: ArrayLike<number>): Float64Array {
  const result = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 3) {
    for (let axis = 0; axis < 3; axis++) {
      let sum = 0;
      for (let row = 0; row < 3; row++)
        sum += (rows[at + row] as number) * (matrix[3 * row + axis] as number);
      result[at + axis] = sum;
    }
  }
  return result;
}
