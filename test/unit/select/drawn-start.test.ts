import { expect, it } from 'vitest';
import { drawnStart } from '../../../ts/faces/analysis.js';

it('draws the structure that a chain starts from by the seed, each as likely as the others', () => {
  const counts = [0, 0, 0];
  for (let seed = 0; seed < 900; seed++) {
    const number = drawnStart(3, seed);
    counts[number] = (counts[number] ?? 0) + 1;
  }
  // 300 each, with a standard deviation of 14.
  expect(counts).toHaveLength(3);
  for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(5 * 14);
  expect(drawnStart(1000)).toBe(drawnStart(1000, 0));
  expect(() => drawnStart(3, -1)).toThrow('seed is -1');
});
