// What LAMMPS's logs say, and least squares.
import { readFileSync } from 'node:fs';

/** Columns of the last run of a log. */
export function lastRun(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.findLastIndex((line) => line.trim().startsWith('Step'));
  if (at === -1) throw new Error(`${path}: no table of a run`);
  const names = lines[at].trim().split(/\s+/);
  const rows = [];
  for (const line of lines.slice(at + 1)) {
    if (line.startsWith('Loop')) break;
    const values = line.trim().split(/\s+/).map(Number);
    if (values.length === names.length && values.every(Number.isFinite)) rows.push(values);
  }
  return Object.fromEntries(names.map((name, column) => [name, rows.map((row) => row[column])]));
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard error of a mean, from `count` blocks. */
export function blockError(values, count = 10) {
  const size = Math.floor(values.length / count);
  const means = Array.from({ length: count }, (_, at) => mean(values.slice(at * size, (at + 1) * size)));
  const middle = mean(means);
  return Math.sqrt(means.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (count * (count - 1)));
}

/** Coefficients of least squares: `rows` of values of the basis, and what they should give. */
export function leastSquares(rows, values) {
  const n = rows[0].length;
  const a = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)),
    rows.reduce((sum, row, at) => sum + row[i] * values[at], 0),
  ]);
  for (let i = 0; i < n; i++) {
    const pivot = a
      .slice(i)
      .reduce((best, row, at) => (Math.abs(row[i]) > Math.abs(a[best][i]) ? i + at : best), i);
    [a[i], a[pivot]] = [a[pivot], a[i]];
    for (let j = i + 1; j < n; j++) {
      const factor = a[j][i] / a[i][i];
      for (let k = i; k <= n; k++) a[j][k] -= factor * a[i][k];
    }
  }
  const found = new Array(n).fill(0);
  for (let i = n - 1; i >= 0; i--)
    found[i] =
      (a[i][n] - found.reduce((sum, value, j) => (j > i ? sum + a[i][j] * value : sum), 0)) / a[i][i];
  return found;
}
