import { Matrix, determinant } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { activeSet, extrapolationGrades } from '../../../ts/statistics/max-volume.js';
import { randomRows } from '../../support/data/random.js';

const width = 3;

/** |det| of some rows. */
function volume(data: Float64Array, rows: ArrayLike<number>): number {
  const square = Array.from(rows, (row) => [...data.subarray(row * width, (row + 1) * width)]);
  return Math.abs(determinant(new Matrix(square)));
}

/** The largest volume of all sets of three rows. */
function largest(data: Float64Array): number {
  const count = data.length / width;
  let best = 0;
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      for (let c = b + 1; c < count; c++) best = Math.max(best, volume(data, [a, b, c]));
    }
  }
  return best;
}

describe('MaxVol', () => {
  it('takes rows that no exchange of one makes larger', async () => {
    let best = 0;
    for (let seed = 0; seed < 20; seed++) {
      const data = randomRows(seed, 30, width, 1);
      const { rows } = await activeSet(data, width);
      const own = volume(data, rows);
      for (let at = 0; at < width; at++) {
        for (let row = 0; row < 30; row++) {
          expect(volume(data, rows.with(at, row))).toBeLessThanOrEqual(own * 1.001 + 1e-12);
        }
      }
      const most = largest(data);
      // A set that no exchange improves may be smaller than the largest, by n^(n/2) at most.
      expect(own).toBeGreaterThanOrEqual(most / width ** (width / 2));
      if (own > 0.999 * most) best++;
    }
    expect(best).toBeGreaterThan(14);
  });

  it('grades rows by how much the volume would grow', async () => {
    const data = randomRows(50, 40, width, 1);
    const active = await activeSet(data, width);
    expect(Math.max(...extrapolationGrades(data, active))).toBeLessThan(1.0011);
    const others = randomRows(51, 10, width, 3);
    const all = Float64Array.from([...data, ...others]);
    extrapolationGrades(others, active).forEach((grade, at) => {
      const swapped = Array.from({ length: width }, (_, out) => volume(all, active.rows.with(out, 40 + at)));
      expect(grade).toBeCloseTo(Math.max(...swapped) / volume(data, active.rows), 9);
    });
  });
});
