// Makes examples/cu_train.xyz and examples/cu_test.xyz: copper with forces and energies from one
// potential, the truth, and those of a model that was fitted to the training structures alone.
//
// Truth: the potential of A. P. Sutton and J. Chen, Phil. Mag. Lett. 61, 139 (1990), for Cu (n 9, m
// 6, ε 12.382 meV, c 39.432, a 3.61 Å), each sum multiplied by ((1 − (r/7.5)²)²)², so that it ends
// smoothly at 7.5 Å. Model: a sum over pairs of Gaussians (1 to 6 Å) times (1 − (r/6)²)², least
// squares on the forces of the training structures, which are crystals that are rattled a little;
// its energy has a constant per atom. It cannot know vacancies, surfaces, strained or hot crystals,
// which the test has, too. Everything is drawn from a seeded generator. Usage: node
// scripts/make-uncertainty-example.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mulberry32, normal } from './random.mjs';

const folder = fileURLToPath(new URL('../examples/', import.meta.url));
const LATTICE = 3.61;
const CUTOFF = 7.5;
const MODEL_CUTOFF = 6;
const CENTRES = [1.8, 2.2, 2.6, 3.0, 3.4, 3.8, 4.3, 4.8, 5.3];
const WIDTH = 0.35;

const next = mulberry32(20240412);
const training = Array.from({ length: 12 }, () => structure({ rattle: 0.03 + 0.05 * next() }));
const test = [
  ...Array.from({ length: 40 }, () => structure({ rattle: 0.03 + 0.05 * next() })),
  ...Array.from({ length: 30 }, () => structure({ rattle: 0.1 + 0.08 * next() })),
  ...Array.from({ length: 25 }, () => structure({ rattle: 0.05, strain: 0.12 * next() - 0.06 })),
  ...Array.from({ length: 25 }, () => structure({ rattle: 0.05, vacancies: 1 + Math.floor(3 * next()) })),
];

const model = fitted(training);
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}cu_train.xyz`, training.map((frame) => extxyz(frame, false)).join(''));
writeFileSync(`${folder}cu_test.xyz`, test.map((frame) => extxyz(frame, true)).join(''));

/** 2 × 2 × 2 cubic cells of fcc. */
function structure({ rattle, strain = 0, vacancies = 0 }) {
  const edge = 2 * LATTICE * (1 + strain);
  const positions = [];
  for (let cell = 0; cell < 8; cell++) {
    const corner = [cell & 1, (cell >> 1) & 1, cell >> 2];
    for (const site of [
      [0, 0, 0],
      [0, 0.5, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
    ]) {
      positions.push(site.map((s, axis) => ((s + corner[axis]) * edge) / 2 + rattle * normal(next)));
    }
  }
  for (let left = 0; left < vacancies; left++) positions.splice(Math.floor(next() * positions.length), 1);
  const kind = vacancies > 0 ? 'vacancies' : strain !== 0 ? 'strained' : rattle > 0.09 ? 'hot' : 'cold';
  // Rounded, so that forces are those of what is written.
  return { edge, kind, positions: positions.map((p) => p.map((x) => Number(x.toFixed(5)))) };
}

/** Neighbours of every atom, images included: [atom, other, vector, distance]. */
function pairs({ positions, edge }, cutoff) {
  const found = [];
  const reach = Math.ceil(cutoff / edge + 0.6);
  positions.forEach((a, i) => {
    positions.forEach((b, j) => {
      for (let x = -reach; x <= reach; x++)
        for (let y = -reach; y <= reach; y++)
          for (let z = -reach; z <= reach; z++) {
            const d = [b[0] - a[0] + x * edge, b[1] - a[1] + y * edge, b[2] - a[2] + z * edge];
            const r = Math.hypot(...d);
            if (r > 1e-9 && r < cutoff) found.push([i, j, d, r]);
          }
    });
  });
  return found;
}

/** A power (a/r)^n that ends smoothly, and its derivative. */
function power(n, r) {
  const t = 1 - (r / CUTOFF) ** 2;
  const plain = (LATTICE / r) ** n;
  return [plain * t ** 4, (-n * plain * t ** 4) / r - (plain * 8 * t ** 3 * r) / CUTOFF ** 2];
}

function truth(frame) {
  const [epsilon, c, n, m] = [0.012382, 39.432, 9, 6];
  const count = frame.positions.length;
  const density = new Array(count).fill(0);
  const all = pairs(frame, CUTOFF).map(([i, j, d, r]) => ({ i, j, d, r, v: power(n, r), rho: power(m, r) }));
  let energy = 0;
  for (const { i, v, rho } of all) {
    energy += (epsilon * v[0]) / 2;
    density[i] += rho[0];
  }
  for (const rho of density) energy -= epsilon * c * Math.sqrt(rho);
  const forces = frame.positions.map(() => [0, 0, 0]);
  for (const { i, j, d, r, v, rho } of all) {
    const embed = (-c / 2) * (density[i] ** -0.5 + density[j] ** -0.5) * rho[1];
    const slope = epsilon * (v[1] + embed);
    d.forEach((x, axis) => (forces[i][axis] += (slope * x) / r));
  }
  return { energy, forces };
}

/** Gaussians in r, and their derivatives. */
function basis(r) {
  const t = 1 - (r / MODEL_CUTOFF) ** 2;
  return CENTRES.map((centre) => {
    const g = Math.exp(-0.5 * ((r - centre) / WIDTH) ** 2);
    return [g * t * t, g * t * t * (-(r - centre) / WIDTH ** 2) - (g * 4 * t * r) / MODEL_CUTOFF ** 2];
  });
}

/** What each basis function contributes to the energy and to the 3N forces. */
function design(frame) {
  const count = frame.positions.length;
  const energies = CENTRES.map(() => 0);
  const forces = CENTRES.map(() => new Float64Array(3 * count));
  for (const [i, , d, r] of pairs(frame, MODEL_CUTOFF)) {
    basis(r).forEach(([value, slope], k) => {
      energies[k] += value / 2;
      d.forEach((x, axis) => (forces[k][3 * i + axis] += (slope * x) / r));
    });
  }
  return { energies, forces };
}

/**
 * Least squares on forces by the normal equations, with a little ridge; the constant makes the mean
 * energy right.
 */
function fitted(frames) {
  const size = CENTRES.length;
  const matrix = Array.from({ length: size }, () => new Array(size + 1).fill(0));
  const parts = frames.map((frame) => ({
    ...design(frame),
    truth: truth(frame),
    count: frame.positions.length,
  }));
  for (const { forces, truth: known } of parts) {
    const target = known.forces.flat();
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) forces[a].forEach((x, at) => (matrix[a][b] += x * forces[b][at]));
      forces[a].forEach((x, at) => (matrix[a][size] += x * target[at]));
    }
  }
  for (let a = 0; a < size; a++) matrix[a][a] += 1e-6;
  const weights = solved(matrix);
  const shift = parts.map(
    ({ energies, truth: known, count }) =>
      (known.energy - energies.reduce((sum, e, k) => sum + e * weights[k], 0)) / count,
  );
  return { weights, shift: shift.reduce((sum, x) => sum + x, 0) / shift.length };
}

/** Gaussian elimination with pivots. */
function solved(matrix) {
  const size = matrix.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column; row < size; row++) {
      if (Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column])) pivot = row;
    }
    [matrix[column], matrix[pivot]] = [matrix[pivot], matrix[column]];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = matrix[row][column] / matrix[column][column];
      for (let at = column; at <= size; at++) matrix[row][at] -= factor * matrix[column][at];
    }
  }
  return matrix.map((row, at) => row[size] / row[at]);
}

function predicted(frame) {
  const { energies, forces } = design(frame);
  const { weights, shift } = model;
  const total = new Float64Array(3 * frame.positions.length);
  forces.forEach((part, k) => part.forEach((x, at) => (total[at] += weights[k] * x)));
  return {
    energy: energies.reduce((sum, e, k) => sum + e * weights[k], shift * frame.positions.length),
    forces: frame.positions.map((_, i) => Array.from(total.subarray(3 * i, 3 * i + 3))),
  };
}

function extxyz(frame, withModel) {
  const { positions, edge, kind } = frame;
  const known = truth(frame);
  const guess = withModel ? predicted(frame) : undefined;
  const numbers = (values, digits) => values.map((x) => x.toFixed(digits)).join(' ');
  const columns = `species:S:1:pos:R:3:forces:R:3${guess ? ':forces_fit:R:3' : ''}`;
  const fit = guess ? ` energy_fit=${guess.energy.toFixed(5)}` : '';
  const energies = `energy=${known.energy.toFixed(5)}${fit}`;
  const cell = `Lattice="${edge.toFixed(6)} 0 0 0 ${edge.toFixed(6)} 0 0 0 ${edge.toFixed(6)}"`;
  const rows = positions.map(
    (p, i) =>
      `Cu ${numbers(p, 5)} ${numbers(known.forces[i], 4)}${guess ? ` ${numbers(guess.forces[i], 4)}` : ''}`,
  );
  return (
    `${rows.length}\n${cell} Properties=${columns} ${energies} config_type=${kind} pbc="T T T"\n` +
    `${rows.join('\n')}\n`
  );
}
