import { expect, it } from 'vitest';
import { nearestReference, nearestShares } from '../../../ts/faces/analysis.js';

it('atoms are nearest to the reference of lowest δH, the first of equal ones', () => {
  const dH = [Float64Array.of(1, 2, 3, 0), Float64Array.of(1, 1, 4, -1), Float64Array.of(2, 0, 5, -2)];
  expect(Array.from(nearestReference(dH))).toEqual([1, 3, 1, 3]);
  expect(Array.from(nearestShares(dH))).toEqual([0.5, 0, 0.5]);
  expect(nearestReference([])).toHaveLength(0);
});
