import { expect, it } from 'vitest';

import { axisTicks } from '../../../ts/faces/node/explore.js';

const texts = (low: number, high: number, most = 6): string[] =>
  axisTicks(low, high, most).map(({ text }) => text);

it.each([
  [0, 1, ['0', '0.2', '0.4', '0.6', '0.8', '1.0']],
  [-0.23, 0.14, ['−0.2', '−0.1', '0', '0.1']],
  [-2.87, -2.42, ['−2.8', '−2.7', '−2.6', '−2.5']],
  [0.1, 0.7, ['0.2', '0.4', '0.6']],
  [-8, 150, ['0', '50', '100', '150']],
  [12_000, 14_500, ['12000', '12500', '13000', '13500', '14000', '14500']],
  [1e6, 3e6, ['1e+6', '1.5e+6', '2e+6', '2.5e+6', '3e+6']],
  [-2e-7, 2e-7, ['−2e-7', '−1e-7', '0', '1e-7', '2e-7']],
])('marks round values from %d to %d', (low, high, expected) => {
  expect(texts(low, high)).toEqual(expected);
});

it('writes each value with the digits that tell it from the next, and never too many', () => {
  for (let power = -12; power < 12; power++) {
    for (const [low, span] of [
      [0, 1],
      [-3.3, 7.1],
      [100, 0.37],
      [-1e4, 1],
    ] as const) {
      for (const most of [2, 4, 7, 12]) {
        const [from, to] = [low * 10 ** power, (low + span) * 10 ** power];
        const ticks = axisTicks(from, to, most);
        expect(ticks.length).toBeLessThanOrEqual(most);
        expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
        for (const { value, text } of ticks) {
          expect(value).toBeGreaterThanOrEqual(from - span * 10 ** (power - 9));
          expect(value).toBeLessThanOrEqual(to + span * 10 ** (power - 9));
          const read = Number(text.replace('−', '-'));
          expect(Math.abs(read - value)).toBeLessThan(1e-9 * Math.max(Math.abs(from), Math.abs(to)));
        }
      }
    }
  }
});

it('refuses ends that are none', () => {
  for (const [low, high] of [
    [1, 1],
    [2, 1],
    [NaN, 1],
    [0, Infinity],
  ] as const) {
    expect(() => axisTicks(low, high, 5)).toThrow(/^no marks from .* expected two rising numbers$/);
  }
});
