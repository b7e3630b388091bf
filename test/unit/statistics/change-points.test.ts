import { describe, expect, it } from 'vitest';
import { changePoints, findEvents, segmentValue } from '../../../ts/faces/node/analysis.js';
import { expectClose } from '../../support/oracles/expect-close.js';
import { gaussian } from '../../support/data/random.js';

/** Squares that the best line leaves, as a textbook has it. */
function squares(values: readonly number[], at: readonly number[]): number {
  const n = values.length;
  const [t, y] = [at, values].map((all) => all.reduce((sum, value) => sum + value, 0) / n) as [
    number,
    number,
  ];
  let [tt, ty] = [0, 0];
  for (let i = 0; i < n; i++) {
    tt += ((at[i] as number) - t) ** 2;
    ty += ((at[i] as number) - t) * ((values[i] as number) - y);
  }
  const slope = tt > 0 ? ty / tt : 0;
  return values.reduce((sum, value, i) => sum + (value - y - slope * ((at[i] as number) - t)) ** 2, 0);
}

/**
 * The least Σ (squares + penalty) over all ways to cut, by trying every beginning of the last
 * segment.
 */
function naiveEnds(
  values: readonly number[],
  at: readonly number[],
  minLength: number,
  penalty: number,
): number[] {
  const best: { cost: number; ends: number[] }[] = [{ cost: -penalty, ends: [] }];
  for (let end = 1; end <= values.length; end++) {
    let found = { cost: Infinity, ends: [] as number[] };
    for (let begin = 0; begin <= end - minLength; begin++) {
      const before = best[begin];
      if (before === undefined || before.cost === Infinity) continue;
      const cost = before.cost + penalty + squares(values.slice(begin, end), at.slice(begin, end));
      if (cost < found.cost) found = { cost, ends: [...before.ends, end] };
    }
    best.push(found);
  }
  return best.at(-1)?.ends ?? [];
}

/** Noise with the correlation ρ from one value to the next, of σ = 1. */
function noise(seed: number, n: number, rho = 0): number[] {
  const next = gaussian(seed);
  let last = next();
  return Array.from({ length: n }, () => (last = rho * last + Math.sqrt(1 - rho ** 2) * next()));
}

const places = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

describe('changePoints', () => {
  it('finds the best of all cuts', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const n = 8 + (seed % 40);
      const minLength = 1 + (seed % 4);
      const steps = noise(1000 + seed, n);
      const at = places(n).map((index) => 2 * index + 0.5 * Math.sin(seed * index));
      const values = noise(seed, n).map(
        (value, i) => value + (i > n / 3 ? 6 : 0) + (i > n / 2 ? (steps[i] as number) * 3 : 0),
      );
      const { segments, penalty } = changePoints(values, { at, minLength, penalty: 1 + (seed % 5) });
      const found = segments.map(({ end }) => end);
      const expected = naiveEnds(values, at, minLength, penalty);
      const cost = (ends: readonly number[]): number =>
        ends.reduce(
          (sum, end, index) =>
            sum +
            penalty +
            squares(values.slice(ends[index - 1] ?? 0, end), at.slice(ends[index - 1] ?? 0, end)),
          0,
        );
      expect(Math.abs(cost(found) - cost(expected))).toBeLessThan(1e-9 * cost(expected));
      expect(found).toEqual(expected);
    }
  });

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

  it('finds no change where there is none: constants, drifts, noise, noise that is correlated', () => {
    expect(changePoints(places(20).map(() => 5)).segments).toHaveLength(1);
    expect(changePoints(places(20).map((index) => 5 - 3.1 * index)).segments).toHaveLength(1);
    const share = (n: number, rho: number): number => {
      let wrong = 0;
      for (let seed = 1; seed <= 50; seed++)
        if (changePoints(noise(seed, n, rho)).segments.length > 1) wrong++;
      return wrong / 50;
    };
    expect(share(40, 0)).toBeLessThanOrEqual(0.1);
    expect(share(200, 0)).toBeLessThanOrEqual(0.04);
    expect(share(200, 0.5)).toBeLessThanOrEqual(0.1);
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
