import { expect, it } from 'vitest';
import type { Structure } from '../../../ts/index.js';
import { atomsWithin, bondLength } from '../../../ts/faces/analysis.js';

const EDGE = 3.615;

/** The four atoms of a face-centred cubic cell. */
const FCC: Structure = {
  positions: Float64Array.of(0, 0, 0, 0, EDGE / 2, EDGE / 2, EDGE / 2, 0, EDGE / 2, EDGE / 2, EDGE / 2, 0),
  cell: [EDGE, 0, 0, 0, EDGE, 0, 0, 0, EDGE],
};

it('lies between the first and the second neighbours of a close-packed crystal', () => {
  const length = bondLength(FCC);
  expect(length).toBeGreaterThan(EDGE / Math.SQRT2);
  expect(length).toBeLessThan(EDGE);
  expect(length).toBeCloseTo(1.35 * (EDGE ** 3 / 4) ** (1 / 3), 12);
  expect(() => bondLength({ ...FCC, pbc: [true, true, false] })).toThrow(
    'not periodic in all three directions',
  );
});

it('holds as many atoms as the density says', () => {
  expect(atomsWithin(FCC, EDGE)).toBeCloseTo((4 * 4 * Math.PI) / 3, 12);
  expect(atomsWithin(FCC, bondLength(FCC))).toBeCloseTo((4 / 3) * Math.PI * 1.35 ** 3, 12);
  expect(atomsWithin({ positions: FCC.positions }, 3)).toBeUndefined();
  expect(atomsWithin({ positions: FCC.positions, info: { Volume: 8 } }, 1)).toBeCloseTo(
    (2 * Math.PI) / 3,
    12,
  );
});
