import { expect, it } from 'vitest';
import { trajectoryFigure } from '../../../ts/figure/trajectory-figure.js';

it('draws the largest δH where a watch leaves out the mean, but for what it saves', () => {
  const rows = [
    { step: 1, entropy: 1, mean_dH: null, max_dH: 2 },
    { step: 2, entropy: 1, mean_dH: 0.5, max_dH: 3 },
  ];
  const [, panel] = trajectoryFigure(rows).panels;
  expect(panel?.y.name).toBe('largest δH');
  expect(panel?.series).toEqual([
    { kind: 'line', name: 'largest', x: Float64Array.of(1, 2), y: Float64Array.of(2, 3) },
  ]);
});
