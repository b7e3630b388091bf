import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { ridgeRegression } from '../../../ts/statistics/ridge-regression.js';
import { expectClose } from '../../support/oracles/expect-close.js';
import { random } from '../../support/data/random.js';

const WIDTH = 4;

/** Rows, and values that are linear in them but for noise. */
function problem(count: number, noise: number): { rows: Float64Array; y: Float64Array } {
  const next = random(5);
  const rows = Float64Array.from({ length: count * WIDTH }, () => next() - 0.5);
  const y = Float64Array.from({ length: count }, (_, row) => {
    const [a, b, , d] = rows.subarray(row * WIDTH, (row + 1) * WIDTH);
    return 2 * (a as number) - (b as number) + 0.5 * (d as number) + noise * (next() - 0.5);
  });
  return { rows, y };
}

describe('ridgeRegression', () => {
  it('solves the equations of its ridge', async () => {
    const { rows, y } = problem(30, 0.3);
    const { weights, ridge } = await ridgeRegression(rows, WIDTH, y);
    const X = Matrix.from1DArray(30, WIDTH, rows);
    const square = X.transpose().mmul(X);
    const size = square.trace() / WIDTH;
    const shifted = Matrix.add(square, Matrix.eye(WIDTH).mul(ridge * size));
    const expected = solve(shifted, X.transpose().mmul(Matrix.columnVector(y)));
    expectClose(weights, expected.to1DArray(), 1e-10);
  });

  it('knows the errors of rows that are left out, and takes the ridge with the smallest', async () => {
    const { rows, y } = problem(12, 0.5);
    const { ridge, leftOut } = await ridgeRegression(rows, WIDTH, y);
    const X = Matrix.from1DArray(12, WIDTH, rows);
    const scale = X.transpose().mmul(X).trace() / WIDTH;
    const errorOf = (share: number): number => {
      const errors = Array.from(y, (value, row) => {
        const others = Array.from(y.keys()).filter((other) => other !== row);
        const own = X.selection(others, [0, 1, 2, 3]);
        const matrix = Matrix.add(own.transpose().mmul(own), Matrix.eye(WIDTH).mul(share * scale));
        const target = Matrix.columnVector(others.map((other) => y[other] as number));
        const weights = solve(matrix, own.transpose().mmul(target)).to1DArray();
        return value - weights.reduce((sum, weight, at) => sum + weight * X.get(row, at), 0);
      });
      return Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / 12);
    };
    expect(leftOut).toBeCloseTo(errorOf(ridge), 10);
    for (const other of [1e-8, 1e-4, 1e-2, 1]) expect(leftOut).toBeLessThan(errorOf(other) + 1e-12);
  });

  it('is finite where rows are fewer than columns, or all alike', async () => {
    const few = problem(2, 0);
    expect([...(await ridgeRegression(few.rows, WIDTH, few.y)).weights].every(Number.isFinite)).toBe(true);
    const nothing = await ridgeRegression(new Float64Array(12), WIDTH, Float64Array.of(1, 2, 3));
    expect([...nothing.weights]).toEqual([0, 0, 0, 0]);
  });
});
