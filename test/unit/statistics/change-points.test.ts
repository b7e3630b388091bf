import { describe, expect, it } from 'vitest';
import { changePoints, findEvents, segmentValue } from '../../../ts/faces/node/analysis.js';
import { expectClose } from '../../support/oracles/expect-close.js';
import { gaussian } from '../../support/data/random.js';

/** Noise with the correlation ρ from one value to the next, of σ = 1. */
function noise(seed: number, n: number, rho = 0): number[] {
  const next = gaussian(seed);
  let last = next();
  return Array.from({ length: n }, () => (last = rho * last + Math.sqrt(1 - rho ** 2) * next()));
}

const places = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

describe('changePoints', () => {
  it('says the lines: mean, slope and noise', () => {
    const values = places(200).map((index) => (index < 100 ? 3 + 0.02 * index : 9 - 0.01 * (index - 100)));
    const noisy = noise(4, 200).map((value, index) => (values[index] as number) + 0.1 * value);
    const { segments, noise: sigma, correlation } = changePoints(noisy);
    expect(segments.map(({ start, end }) => [start, end])).toEqual([
      [0, 100],
      [100, 200],
    ]);
    const [first, second] = segments as [(typeof segments)[0], (typeof segments)[0]];
    expect(Math.abs(segmentValue(first, 0) - 3)).toBeLessThan(0.06);
    expect(Math.abs(segmentValue(second, 100) - 9)).toBeLessThan(0.06);
    expect(Math.abs(first.slope - 0.02)).toBeLessThan(1e-3);
    expect(Math.abs(second.slope + 0.01)).toBeLessThan(1e-3);
    expect(sigma).toBeGreaterThan(0.08);
    expect(sigma).toBeLessThan(0.13);
    expect(correlation).toBeLessThan(0.2);
  });

  it('finds no change in constants and in drifts', () => {
    expect(changePoints(places(20).map(() => 5)).segments).toHaveLength(1);
    expect(changePoints(places(20).map((index) => 5 - 3.1 * index)).segments).toHaveLength(1);
    expect(changePoints(places(2000).map((index) => 5 - 3.1 * index)).segments).toHaveLength(1);
  });

  // `node scripts/measure-events.mjs` measures the same with more runs, and more of them.
  it.each([
    { n: 24, rho: 0, runs: 60 },
    { n: 24, rho: 0.5, runs: 100 },
    { n: 24, rho: 0.7, runs: 100 },
    { n: 60, rho: 0, runs: 40 },
    { n: 60, rho: 0.7, runs: 40 },
    { n: 200, rho: 0.5, runs: 6 },
    { n: 1000, rho: 0, runs: 1 },
    { n: 1000, rho: 0.7, runs: 1 },
  ])('finds one in 5 % of stationary series at most: $n values, ρ = $rho', ({ n, rho, runs }) => {
    const found = places(runs).filter((seed) => changePoints(noise(seed + 1, n, rho)).segments.length > 1);
    expect(found.length / runs).toBeLessThanOrEqual(0.05);
  });

  it.each([
    { n: 24, ratio: 1 },
    { n: 60, ratio: 1 },
    { n: 60, ratio: 3 },
    { n: 60, ratio: 1 / 3 },
    { n: 60, ratio: 10 },
    { n: 60, ratio: 50 },
    { n: 60, ratio: 1 / 50 },
    { n: 200, ratio: 20 },
  ])('finds one change once, at its place: $n values, scatters $ratio times as large after it', (given) => {
    const { n, ratio } = given;
    const runs = n === 200 ? 6 : 40;
    const height = 8 * Math.max(1, ratio);
    const right = places(runs).filter((seed) => {
      const first = Math.round(([0.3, 0.5, 0.7][seed % 3] as number) * n);
      const values = noise(seed + 1, n).map((value, at) => (at < first ? value : height + ratio * value));
      const ends = changePoints(values).segments.map(({ end }) => end);
      return ends.length === 2 && Math.abs((ends[0] as number) - first) <= 1;
    });
    expect(right.length / runs).toBeGreaterThanOrEqual(0.95);
  });

  it.each([2, 5, 50])('is not deceived by scatter that alone is %d times as large', (ratio) => {
    const found = places(40).filter((seed) => {
      const values = noise(seed + 1, 60).map((value, at) => (at < 30 ? value : ratio * value));
      return changePoints(values).segments.length > 1;
    });
    expect(found.length).toBeLessThanOrEqual(2);
  });

  it('says the scatter of each segment', () => {
    const values = noise(2, 400).map((value, at) => (at < 250 ? 0.1 * value : 9 + 2 * value));
    const { segments } = changePoints(values);
    expect(segments.map(({ end }) => end)).toEqual([250, 400]);
    expectClose(segments[0]?.noise ?? NaN, 0.1, 0.015);
    expectClose(segments[1]?.noise ?? NaN, 2, 0.3);
  });

  it('finds a change in a quiet phase before a noisy one', () => {
    const values = noise(3, 300).map((value, at) => {
      if (at >= 200) return 500 + 50 * value;
      return (at < 100 ? 0 : 8) + value;
    });
    expect(changePoints(values).segments.map(({ end }) => end)).toEqual([100, 200, 300]);
  });

  it('moves changes of long series to their place', () => {
    const values = noise(5, 2500).map((value, at) => (at < 1234 ? 0 : 6) + value);
    expect(changePoints(values).segments.map(({ end }) => end)).toEqual([1234, 2500]);
  });

  it('refuses what cannot be cut', () => {
    expect(() => changePoints([1, 2, 3, 4, 5])).toThrow('5 values, expected at least 6');
    expect(() => changePoints([1, 2, 3, NaN, 5, 6])).toThrow('value 3 is not finite');
    expect(() => changePoints(places(6), { at: [0, 1, 2, 2, 3, 4] })).toThrow('place 3 is 2');
    expect(() => changePoints(places(6), { at: [0, 1] })).toThrow('2 places for 6 values');
    expect(() => changePoints(places(6), { minLength: 0 })).toThrow('minLength is 0');
    expect(() => changePoints(places(6), { penalty: 0 })).toThrow('penalty is 0');
  });
});

describe('findEvents', () => {
  const sigma = 0.05;
  const series = (shape: (index: number) => number, n = 60, seed = 9): number[] =>
    noise(seed, n).map((value, index) => shape(index) + sigma * value);

  it('gives the size of a jump without the drift, within the interval in 95 of 100 cases', () => {
    let within = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const values = series((index) => 0.1 * index + (index >= 25 ? 0.8 : 0), 60, seed);
      const { events } = findEvents(values);
      const event = events.find(({ index }) => index === 25);
      if (event !== undefined && Math.abs(event.jump - 0.8) <= event.error) within++;
      expect(event?.kind).toBe('jump');
    }
    expect(within).toBeGreaterThanOrEqual(85);
  });

  it('tells jumps from bends, and what is taken back from what stays', () => {
    const spell = findEvents(series((index) => (index >= 20 && index < 28 ? 2 : 0)));
    expect(spell.events.map(({ index, kind, transient }) => [index, kind, transient])).toEqual([
      [20, 'jump', true],
      [28, 'jump', false],
    ]);
    const stays = findEvents(series((index) => (index < 20 ? 0 : 2)));
    expect(stays.events.map(({ index, kind, transient }) => [index, kind, transient])).toEqual([
      [20, 'jump', false],
    ]);
    // Freezing: flat, falling, flat.
    const slow = findEvents(series((index) => -0.2 * Math.min(15, Math.max(0, index - 20))));
    expect(slow.events).toHaveLength(2);
    for (const [at, { index, kind }] of slow.events.entries()) {
      expect(kind).toBe('bend');
      expect(Math.abs(index - (at === 0 ? 20 : 35))).toBeLessThanOrEqual(2);
    }
    expectClose(slow.events[0]?.rateAfter ?? NaN, -0.2, 0.02);
  });

  it('gives rates per unit of the places, whatever their steps', () => {
    const at = places(60).map((index) => 5 * index + (index % 3));
    const values = at.map((time) => (time < 150 ? 0.01 * time : 4));
    const { events } = findEvents(values, { at });
    expect(events).toHaveLength(1);
    expectClose(events[0]?.rateBefore ?? NaN, 0.01, 1e-9);
    expectClose(events[0]?.rateAfter ?? NaN, 0, 1e-9);
    expect(at[events[0]?.index ?? 0]).toBe(150);
  });
});
