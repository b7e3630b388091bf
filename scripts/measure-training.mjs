// node scripts/measure-training.mjs [FILE …]: what docs/compress.md says of models that are trained
// on picks. Of each dataset (examples/cu_test.xyz if none is named) four fifths are the pool and
// one fifth tests. Picks of each method train two models of the energy per atom: ridge regression
// on the mean descriptor, and kernel ridge regression on environments, which fits better. Prints
// the error on the test structures, mean absolute, in meV/atom, with the standard error over
// splits.
import { parseArgs } from 'node:util';

import { compress, descriptors, readStructures } from '../dist/node.js';
import { pickWeights } from '../dist/faces/node/analysis.js';
import { mulberry32 } from './random.mjs';

const { inverse, Matrix, solve } = await import('ml-matrix');
const { positionals } = parseArgs({ allowPositionals: true });
const FILES = positionals.length > 0 ? positionals : ['examples/cu_test.xyz'];
const SHARES = [0.1, 0.25, 0.5];
const SPLITS = 10;
const METHODS = ['random', 'msc', 'atom_msc', 'fps', 'mean_fps', 'log_det', 'k_means'];
/** Widths of the kernel between environments, in 1/Å, and ridges, as shares of the diagonal. */
const WIDTHS = [0.1, 0.3, 1];
const RIDGES = [1e-8, 1e-6, 1e-4, 1e-2];

for (const file of FILES) {
  const all = [];
  for await (const structure of readStructures(file)) {
    if (structure.positions.length > 3) all.push(structure);
  }
  const x = await descriptors(all);
  const energies = all.map(({ info, positions }) => (3 * info.energy) / positions.length);
  console.log(`${file}: ${x.frames} structures, ${x.rows} environments`);
  const kernels = kernelsOf(x);
  const means = meanRows(x);
  for (const share of SHARES) {
    const errors = new Map();
    const add = (method, model, value) => {
      const key = `${method}|${model}`;
      errors.set(key, [...(errors.get(key) ?? []), value]);
    };
    for (let split = 0; split < SPLITS; split++) {
      const order = shuffled(x.frames, split);
      const test = order.slice(0, Math.round(x.frames / 5));
      const pool = order.slice(test.length).sort((a, b) => a - b);
      const own = x.select(pool);
      for (const method of [...METHODS, 'msc, weighted', 'all']) {
        const picks = await picksOf(own, method, share, split);
        const train = picks.map((pick) => pool[pick]);
        const weights =
          method === 'msc, weighted' ? Array.from((await pickWeights(own, picks)).weights) : undefined;
        add(method, 'ridge', best(means, energies, train, test, weights));
        add(
          method,
          'kernel',
          Math.min(...kernels.map((kernel) => byKernel(kernel, energies, train, test, weights))),
        );
      }
    }
    console.log(`  ${100 * share} % of the pool:`);
    for (const method of [...METHODS, 'msc, weighted', 'all']) {
      const [ridge, kernel] = ['ridge', 'kernel'].map((model) => summary(errors.get(`${method}|${model}`)));
      console.log(`    ${method.padEnd(14)} ridge ${ridge}   kernel ${kernel}`);
    }
  }
}

async function picksOf(x, method, share, seed) {
  if (method === 'all') return Array.from({ length: x.frames }, (_, at) => at);
  const name = method === 'msc, weighted' ? 'msc' : method;
  const size = { count: Math.max(2, Math.round(share * x.frames)) };
  const draws = ['random', 'mean_fps', 'k_means'].includes(name);
  const { picks } = await compress(x, { method: name, size, ...(draws && { seed }) });
  return Array.from(picks);
}

/** Smallest error over ridges: each method has the ridge that suits it. */
function best(rows, energies, train, test, weights) {
  const average = mean(train.map((at) => energies[at]));
  return Math.min(
    ...RIDGES.map((ridge) => {
      const X = new Matrix(train.map((at) => rows[at]));
      const W = Matrix.diag(weights ?? train.map(() => 1));
      const square = X.transpose().mmul(W).mmul(X);
      const size = trace(square) / square.rows;
      for (let at = 0; at < square.rows; at++) square.set(at, at, square.get(at, at) + ridge * size);
      const target = Matrix.columnVector(train.map((at) => energies[at] - average));
      const found = solve(square, X.transpose().mmul(W).mmul(target)).to1DArray();
      const predicted = (at) => average + rows[at].reduce((sum, value, i) => sum + value * found[i], 0);
      return mean(test.map((at) => Math.abs(predicted(at) - energies[at])));
    }),
  );
}

function byKernel(kernel, energies, train, test, weights) {
  const average = mean(train.map((at) => energies[at]));
  return Math.min(
    ...RIDGES.map((ridge) => {
      const K = new Matrix(train.map((a) => train.map((b) => kernel[a][b])));
      const size = trace(K) / K.rows;
      for (let at = 0; at < K.rows; at++)
        K.set(at, at, K.get(at, at) + (ridge * size) / (weights?.[at] ?? 1));
      const target = Matrix.columnVector(train.map((at) => energies[at] - average));
      const found = inverse(K).mmul(target).to1DArray();
      const predicted = (at) => average + train.reduce((sum, b, i) => sum + kernel[at][b] * found[i], 0);
      return mean(test.map((at) => Math.abs(predicted(at) - energies[at])));
    }),
  );
}

/** Means over all pairs of environments of two structures, exp(−d²/2w²), for each width. */
function kernelsOf(x) {
  const kernels = WIDTHS.map(() => Array.from({ length: x.frames }, () => new Float64Array(x.frames)));
  const frames = Array.from({ length: x.frames }, (_, at) => x.frame(at));
  for (let a = 0; a < x.frames; a++) {
    for (let b = 0; b <= a; b++) {
      const [one, other] = [frames[a], frames[b]];
      const sums = WIDTHS.map(() => 0);
      for (let i = 0; i < one.data.length; i += x.width) {
        for (let j = 0; j < other.data.length; j += x.width) {
          let squared = 0;
          for (let c = 0; c < x.width; c++) squared += (one.data[i + c] - other.data[j + c]) ** 2;
          for (let w = 0; w < sums.length; w++) sums[w] += Math.exp(-squared / (2 * WIDTHS[w] ** 2));
        }
      }
      sums.forEach((sum, w) => {
        kernels[w][a][b] = kernels[w][b][a] = sum / (one.rows * other.rows);
      });
    }
  }
  return kernels;
}

/** Mean descriptor of each structure, less that of all. */
function meanRows(x) {
  const rows = Array.from({ length: x.frames }, (_, frame) => {
    const { data, rows: count } = x.frame(frame);
    const row = Array(x.width).fill(0);
    data.forEach((value, at) => (row[at % x.width] += value / count));
    return row;
  });
  const centre = rows[0].map((_, at) => mean(rows.map((row) => row[at])));
  return rows.map((row) => row.map((value, at) => value - centre[at]));
}

function shuffled(count, seed) {
  const next = mulberry32(seed);
  const all = Array.from({ length: count }, (_, at) => at);
  for (let at = 0; at < count - 1; at++) {
    const other = at + Math.floor((count - at) * next());
    [all[at], all[other]] = [all[other], all[at]];
  }
  return all;
}

function summary(values) {
  const average = mean(values);
  const error = Math.sqrt(mean(values.map((value) => (value - average) ** 2)) / (values.length - 1));
  return `${(1000 * average).toFixed(2).padStart(7)} ± ${(1000 * error).toFixed(2)}`;
}

function trace(square) {
  return square.diagonal().reduce((sum, value) => sum + value, 0);
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
