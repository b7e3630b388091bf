import { expect, it } from 'vitest';
import { LineErrors } from '../../../ts/statistics/line-errors.js';
import { LineSums } from '../../../ts/statistics/line-sums.js';
import { RandomStream } from '../../../ts/statistics/random.js';
import { findEvents } from '../../../ts/trajectory/events.js';

const places = (n: number): number[] => Array.from({ length: n }, (_, at) => at);

/** Noise of variance 1, correlated from one value to the next. */
function noise(seed: number, n: number, correlation: number): number[] {
  const random = new RandomStream(seed, 1);
  let last = random.normal();
  return places(n).map(() => {
    const value = last;
    last = correlation * last + Math.sqrt(1 - correlation ** 2) * random.normal();
    return value;
  });
}

/** The line of least squares over all values, as far as its errors go. */
function lineOver(n: number): { start: number; end: number; center: number; spread: number } {
  const center = (n - 1) / 2;
  return { start: 0, end: n, center, spread: places(n).reduce((sum, at) => sum + (at - center) ** 2, 0) };
}

it.each([0, 0.6, 0.9])('lines vary as their variance says: a correlation of %d', (correlation) => {
  const [n, place] = [12, 11.5];
  const line = lineOver(n);
  const weights = places(n).map((at) => 1 / n + ((place - line.center) * (at - line.center)) / line.spread);
  let [squares, expected] = [0, 0];
  // A long series says its correlation, so that none but that one counts.
  const long = noise(1, 20_000, correlation);
  const range = { start: 0, end: long.length, expected: 1 - correlation ** 2 };
  const sums = new LineSums(long, places(long.length), correlation);
  const errors = new LineErrors(long, places(long.length), [range], sums, 0);
  const runs = 4000;
  for (let seed = 2; seed < runs + 2; seed++) {
    const values = noise(seed, n, correlation);
    squares += weights.reduce((sum, weight, at) => sum + weight * (values[at] as number), 0) ** 2 / runs;
  }
  expected = errors.varianceAt(0, line, place);
  expect(Math.abs(squares / expected - 1)).toBeLessThan(0.1);
});

it('intervals of a jump hold it where noise is correlated, however few values there are', () => {
  const held = [0, 0.3, 0.6].map((correlation) => {
    let [found, within] = [0, 0];
    for (let seed = 1; seed <= 200; seed++) {
      const values = noise(seed, 11, correlation).map((value, at) => value + (at < 7 ? 0 : 40));
      const [event] = findEvents(values).events;
      if (event?.index !== 7) continue;
      found++;
      if (Math.abs(event.jump - 40) <= event.error) within++;
    }
    return within / found;
  });
  // With the correlation of highest likelihood alone it would be 0.90, 0.85 and 0.82.
  expect(Math.min(...held)).toBeGreaterThan(0.84);
});

it('the error of a jump hardly moves with the values, whatever correlation is likeliest', () => {
  const errors = places(60).map((step) => {
    const values = noise(3, 20, 0.8).map(
      (value, at) => value + (at < 10 ? 0 : 30) + (at < 5 ? 0.05 * step : 0),
    );
    return findEvents(values).events.find(({ index }) => index === 10)?.error ?? NaN;
  });
  const steps = errors.slice(1).map((error, at) => Math.abs(error / (errors[at] as number) - 1));
  expect(Math.max(...steps)).toBeLessThan(0.1);
});
