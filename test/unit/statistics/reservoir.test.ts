import { expect, it } from 'vitest';
import { Reservoir } from '../../../ts/statistics/reservoir.js';

function drawn(size: number, count: number, seed: number): number[] {
  const places = new Reservoir(size, seed);
  const held: number[] = [];
  for (let at = 0; at < count; at++) {
    const place = places.next();
    if (place !== undefined) held[place] = at;
  }
  expect(places.seen).toBe(count);
  expect(places.held).toBe(held.length);
  return held;
}

it('holds all of few, and the same ones for the same seed', () => {
  expect(drawn(5, 3, 1)).toEqual([0, 1, 2]);
  expect(drawn(5, 100, 1)).toEqual(drawn(5, 100, 1));
  expect(drawn(5, 100, 1)).not.toEqual(drawn(5, 100, 2));
  expect(new Set(drawn(50, 100, 3)).size).toBe(50);
});

it('draws each as often', () => {
  const [size, count, seeds] = [4, 20, 4000];
  const times = new Float64Array(count);
  for (let seed = 0; seed < seeds; seed++) {
    for (const at of drawn(size, count, seed)) times[at] = (times[at] as number) + 1;
  }
  // Standard deviation of each: √(seeds · 0.2 · 0.8) = 25.
  for (const each of times) expect(Math.abs(each - (seeds * size) / count)).toBeLessThan(4.5 * 25.3);
});
