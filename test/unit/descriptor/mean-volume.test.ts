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
