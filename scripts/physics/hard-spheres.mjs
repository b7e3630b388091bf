// A fluid of hard spheres, by Metropolis Monte Carlo, and its entropy from the equation of state of
// N. F. Carnahan and K. E. Starling, J. Chem. Phys. 51, 635 (1969).
import { RandomStream } from '../../dist/statistics/random.js';

/** Å. */
export const DIAMETER = 2.3;
const CELLS = 5;
const COUNT = 4 * CELLS ** 3;

/** Entropy per atom, without momenta and up to a constant, at a packing fraction η. */
export function carnahanStarling(eta) {
  return -Math.log(eta) - (eta * (4 - 3 * eta)) / (1 - eta) ** 2;
}

/** `frames` frames of 500 spheres, `apart` sweeps from one to the next, from a melted crystal. */
export function* hardSpheres(eta, { frames, apart = 100, start = 3000, seed }) {
  const random = new RandomStream(seed);
  const edge = DIAMETER * ((COUNT * Math.PI) / (6 * eta)) ** (1 / 3);
  const positions = new Float64Array(3 * COUNT);
  let at = 0;
  for (let x = 0; x < CELLS; x++)
    for (let y = 0; y < CELLS; y++)
      for (let z = 0; z < CELLS; z++)
        for (const [a, b, c] of [
          [0, 0, 0],
          [0, 0.5, 0.5],
          [0.5, 0, 0.5],
          [0.5, 0.5, 0],
        ])
          for (const value of [x + a, y + b, z + c]) positions[at++] = (value * edge) / CELLS;
  // Bins at least a diameter wide; an atom's possible neighbours lie in 27 of them.
  const bins = Math.floor(edge / DIAMETER);
  const members = Array.from({ length: bins ** 3 }, () => []);
  const wrap = (value) => value - edge * Math.floor(value / edge);
  const bin = (value) => Math.min(bins - 1, Math.floor((value / edge) * bins));
  const binOf = (x, y, z) => (bin(x) * bins + bin(y)) * bins + bin(z);
  for (let atom = 0; atom < COUNT; atom++)
    members[binOf(positions[3 * atom], positions[3 * atom + 1], positions[3 * atom + 2])].push(atom);
  const overlaps = (atom, x, y, z) => {
    const [bx, by, bz] = [bin(x), bin(y), bin(z)];
    for (let i = -1; i <= 1; i++)
      for (let j = -1; j <= 1; j++)
        for (let k = -1; k <= 1; k++) {
          const near =
            members[
              (((bx + i + bins) % bins) * bins + ((by + j + bins) % bins)) * bins + ((bz + k + bins) % bins)
            ];
          for (const other of near) {
            if (other === atom) continue;
            let square = 0;
            let difference = x - positions[3 * other];
            difference -= edge * Math.round(difference / edge);
            square += difference * difference;
            difference = y - positions[3 * other + 1];
            difference -= edge * Math.round(difference / edge);
            square += difference * difference;
            difference = z - positions[3 * other + 2];
            difference -= edge * Math.round(difference / edge);
            square += difference * difference;
            if (square < DIAMETER * DIAMETER) return true;
          }
        }
    return false;
  };
  const step = DIAMETER * Math.min(1, 0.35 * ((0.74 / eta) ** (1 / 3) - 1) + 0.02) * 2;
  const sweep = () => {
    for (let move = 0; move < COUNT; move++) {
      const atom = random.below(COUNT);
      const [x, y, z] = [0, 1, 2].map((axis) =>
        wrap(positions[3 * atom + axis] + step * (random.uniform() - 0.5)),
      );
      if (overlaps(atom, x, y, z)) continue;
      const old = members[binOf(positions[3 * atom], positions[3 * atom + 1], positions[3 * atom + 2])];
      old.splice(old.indexOf(atom), 1);
      positions.set([x, y, z], 3 * atom);
      members[binOf(x, y, z)].push(atom);
    }
  };
  for (let done = 0; done < start; done++) sweep();
  for (let frame = 0; frame < frames; frame++) {
    for (let done = 0; done < apart; done++) sweep();
    yield { positions: positions.slice(), cell: [edge, 0, 0, 0, edge, 0, 0, 0, edge] };
  }
}
