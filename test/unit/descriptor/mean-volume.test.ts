import { expect, it } from 'vitest';
import { meanVolumePerAtom } from '../../../ts/faces/analysis.js';
import type { Structure } from '../../../ts/index.js';

/** One atom in a cubic cell. */
function cube(volume: number): Structure {
  const edge = Math.cbrt(volume);
  return { positions: new Float64Array(3), cell: [edge, 0, 0, 0, edge, 0, 0, 0, edge] };
}

it('is the mean over structures, each alike', () => {
  expect(meanVolumePerAtom([cube(10), cube(20)])).toBeCloseTo(15, 12);
  expect(() => meanVolumePerAtom([])).toThrow('no structures to take a volume from');
  expect(() => meanVolumePerAtom([{ positions: new Float64Array(3) }])).toThrow('no volume per atom');
});

it('refuses cells with a vacuum, as of slabs, also of skewed ones', () => {
  const layers = (height: number, skew = 0): Structure => ({
    positions: Float64Array.from([0, 0, 19, 0, 0, 1, 0, 0, 3, 0, 0, 5]),
    cell: [2.5, skew, 0, 0, 2.5, 0, 1.2, 0, height],
  });
  expect(meanVolumePerAtom([layers(6)])).toBeCloseTo((2.5 * 2.5 * 6) / 4, 12);
  expect(() => meanVolumePerAtom([layers(6), layers(20)])).toThrow('14.0 Å without atoms along c');
  expect(() => meanVolumePerAtom([layers(20, 1)])).toThrow('14.0 Å without atoms along c');
});
