// Crystals whose entropy is known: atoms on fcc sites with normal displacements. Where these are
// independent of each other it is an Einstein crystal; where they are those of springs between
// nearest neighbours, a phonon crystal, drawn from its normal modes at each wave vector.
import { RandomStream } from '../../dist/statistics/random.js';

/** Å: neighbours 2.55 Å apart, as in copper. */
export const EDGE = 3.606;
const CORNERS = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];

function sitesOf(cells) {
  const sites = [];
  for (let x = 0; x < cells; x++)
    for (let y = 0; y < cells; y++)
      for (let z = 0; z < cells; z++) for (const [a, b, c] of CORNERS) sites.push([x + a, y + b, z + c]);
  return sites;
}

const cellOf = (cells) => [EDGE * cells, 0, 0, 0, EDGE * cells, 0, 0, 0, EDGE * cells];

function displaced(cells, sites, displacements) {
  const positions = new Float64Array(3 * sites.length);
  sites.forEach((site, atom) => {
    for (let axis = 0; axis < 3; axis++)
      positions[3 * atom + axis] = EDGE * site[axis] + displacements[3 * atom + axis];
  });
  return { positions, cell: cellOf(cells) };
}

/** `frames` frames of an Einstein crystal of displacements σ (Å) along each axis. */
export function* einsteinCrystal(sigma, { cells, frames, seed }) {
  const random = new RandomStream(seed);
  const sites = sitesOf(cells);
  for (let frame = 0; frame < frames; frame++)
    yield displaced(
      cells,
      sites,
      Float64Array.from({ length: 3 * sites.length }, () => sigma * random.normal()),
    );
}

/** Entropy per atom, without momenta and up to a constant: 3 ln σ. */
export const einsteinEntropy = (sigma) => 3 * Math.log(sigma);

/**
 * Frames of a phonon crystal: central springs of constant `along` between nearest neighbours, and
 * springs across of constant `across`, in units of kT/Å². Modes are those of the primitive lattice
 * of `cells`³ cubes; the three of wave vector 0 are left out.
 */
export function* phononCrystal({ along, across }, { cells, frames, seed }) {
  const random = new RandomStream(seed);
  const sites = sitesOf(cells);
  const modes = modesOf(cells, along, across);
  for (let frame = 0; frame < frames; frame++) {
    const displacements = new Float64Array(3 * sites.length);
    for (const { q, values, vectors } of modes) {
      // Of q and −q one is here, with a cosine and a sine, unless they are the same.
      const own = isOwnNegative(q, cells);
      for (let branch = 0; branch < 3; branch++) {
        const scale = Math.sqrt((own ? 1 : 2) / (values[branch] * sites.length));
        const [a, b] = [scale * random.normal(), own ? 0 : scale * random.normal()];
        sites.forEach((site, atom) => {
          const phase = (2 * Math.PI * (q[0] * site[0] + q[1] * site[1] + q[2] * site[2])) / cells;
          const amplitude = a * Math.cos(phase) + b * Math.sin(phase);
          for (let axis = 0; axis < 3; axis++)
            displacements[3 * atom + axis] += amplitude * vectors[branch][axis];
        });
      }
    }
    yield displaced(cells, sites, displacements);
  }
}

/** Entropy per atom, without momenta and up to a constant: −½ Σ ln λ / N over the modes. */
export function phononEntropy({ along, across }, cells) {
  let sum = 0;
  for (const { q, values } of modesOf(cells, along, across))
    sum -= (isOwnNegative(q, cells) ? 0.5 : 1) * values.reduce((total, value) => total + Math.log(value), 0);
  return sum / (4 * cells ** 3);
}

/** Mean square displacement along an axis, in Å². */
export function phononWidth({ along, across }, cells) {
  let sum = 0;
  for (const { q, values } of modesOf(cells, along, across))
    sum += (isOwnNegative(q, cells) ? 1 : 2) * values.reduce((total, value) => total + 1 / value, 0);
  return Math.sqrt(sum / (3 * 4 * cells ** 3));
}

/** Wave vectors (in 2π / edge of the cell) of half of the zone, with values and vectors of D(q). */
function modesOf(cells, along, across) {
  const modes = [];
  const seen = new Set();
  // fcc in a cube of n cells: q of 2n steps along each axis, of which 4 n³ differ.
  for (let x = 0; x < 2 * cells; x++)
    for (let y = 0; y < 2 * cells; y++)
      for (let z = 0; z < 2 * cells; z++) {
        const name = reduced([x, y, z], cells);
        const negative = reduced([-x, -y, -z], cells);
        if (seen.has(name) || seen.has(negative) || name === '0,0,0') continue;
        seen.add(name);
        modes.push({ q: [x, y, z], ...dynamical([x, y, z], cells, along, across) });
      }
  return modes;
}

/** One name for q that differ by a vector of the reciprocal lattice: (±1, ±1, ±1), (2, 0, 0). */
function reduced(q, cells) {
  const wrap = (value) => ((value % (2 * cells)) + 2 * cells) % (2 * cells);
  const one = q.map(wrap);
  const other = q.map((value) => wrap(value + cells));
  return [one, other].map((each) => each.join(',')).sort()[0];
}

const isOwnNegative = (q, cells) =>
  reduced(q, cells) ===
  reduced(
    q.map((value) => -value),
    cells,
  );

const NEIGHBOURS = [-0.5, 0.5].flatMap((a) =>
  [-0.5, 0.5].flatMap((b) => [
    [a, b, 0],
    [a, 0, b],
    [0, a, b],
  ]),
);

function dynamical(q, cells, along, across) {
  const matrix = [0, 1, 2].map(() => [0, 0, 0]);
  for (const vector of NEIGHBOURS) {
    const phase = (2 * Math.PI * vector.reduce((sum, value, axis) => sum + value * q[axis], 0)) / cells;
    const weight = 1 - Math.cos(phase);
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        // Unit vectors of the neighbours are √2 times these.
        const central = 2 * vector[i] * vector[j];
        matrix[i][j] += weight * (along * central + across * ((i === j ? 1 : 0) - central));
      }
  }
  return eigen(matrix);
}

/** Values and vectors of a symmetric 3×3 matrix, by Jacobi's rotations. */
function eigen(matrix) {
  const a = matrix.map((row) => [...row]);
  const v = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 30; sweep++)
    for (const [p, r] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      if (Math.abs(a[p][r]) < 1e-14) continue;
      const theta = 0.5 * Math.atan2(2 * a[p][r], a[r][r] - a[p][p]);
      const [c, s] = [Math.cos(theta), Math.sin(theta)];
      for (let k = 0; k < 3; k++) [a[k][p], a[k][r]] = [c * a[k][p] - s * a[k][r], s * a[k][p] + c * a[k][r]];
      for (let k = 0; k < 3; k++) [a[p][k], a[r][k]] = [c * a[p][k] - s * a[r][k], s * a[p][k] + c * a[r][k]];
      for (let k = 0; k < 3; k++) [v[k][p], v[k][r]] = [c * v[k][p] - s * v[k][r], s * v[k][p] + c * v[k][r]];
    }
  return {
    values: [a[0][0], a[1][1], a[2][2]],
    vectors: [0, 1, 2].map((b) => [0, 1, 2].map((k) => v[k][b])),
  };
}
