import { bonds } from '../geometry/bonds.js';
import { bondLength } from '../geometry/bond-length.js';
import { QuestsError } from '../base/error.js';
import type { RunOptions } from '../run/run-options.js';
import type { Structure } from '../model/structure.js';
import { averaged, unwrapped, type Unwrapped } from './time-average.js';
import { mean } from '../statistics/moments.js';

/**
 * Lindemann's ratio of a trajectory: √⟨u²⟩/d, with u how far an atom is from its mean position and
 * d the mean distance of nearest neighbours of the mean positions. About 0.1 to 0.15 at melting; in
 * a liquid it grows with time. u is taken in fractions of the cell, without the drift of the whole,
 * so changes of the cell do not count.
 *
 * @param structures at least two, the same atoms in the same order, in the order of time; an atom
 *   moves by less than half a cell from one to the next
 * @throws {QuestsError} EMPTY: fewer than two; INVALID_STRUCTURE: other atoms or boundaries than
 *   before, not periodic in all three directions, mean positions without neighbours;
 *   BACKEND_UNAVAILABLE
 */
export async function lindemannRatio(
  structures: readonly Structure[],
  options: RunOptions = {},
): Promise<number> {
  if (structures.length < 2) {
    throw new QuestsError(
      'EMPTY',
      `${structures.length} frames, expected at least two for Lindemann's ratio`,
    );
  }
  const frames: Unwrapped[] = [];
  for (const structure of structures) frames.push(unwrapped(structure, frames.at(-1)));
  const still = frames.map(withoutDrift);
  const middle = averaged(still);
  let squares = 0;
  for (const frame of still) {
    // The frame's fractions in the mean cell.
    const { positions } = averaged([
      { ...frame, structure: { ...frame.structure, cell: middle.cell ?? [] } },
    ]);
    for (let at = 0; at < positions.length; at++) {
      squares += ((positions[at] as number) - (middle.positions[at] as number)) ** 2;
    }
  }
  const atoms = middle.positions.length / 3;
  const [graph] = await bonds(middle, {
    ...options,
    length: 1.2 * bondLength(middle),
  });
  const nearest = new Float64Array(atoms).fill(Infinity);
  graph?.first.forEach((one, bond) => {
    const [x = 0, y = 0, z = 0] = graph.vectors.subarray(3 * bond, 3 * bond + 3);
    const distance = Math.hypot(x, y, z);
    for (const atom of [one, graph.second[bond] as number]) {
      nearest[atom] = Math.min(nearest[atom] as number, distance);
    }
  });
  const found = nearest.filter(Number.isFinite);
  if (found.length === 0) throw new QuestsError('INVALID_STRUCTURE', 'mean positions have no neighbours');
  const distance = mean(found);
  return Math.sqrt(squares / (atoms * still.length)) / distance;
}

/** The frame, moved so that the mean of its fractions is 0. */
function withoutDrift({ structure, coordinates }: Unwrapped): Unwrapped {
  const mean = [0, 1, 2].map((axis) => {
    let sum = 0;
    for (let at = axis; at < coordinates.length; at += 3) sum += coordinates[at] as number;
    return (3 * sum) / coordinates.length;
  });
  return { structure, coordinates: coordinates.map((x, at) => x - (mean[at % 3] as number)) };
}
