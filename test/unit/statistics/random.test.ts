import { describe, expect, it } from 'vitest';
import type { QuestsError } from '../../../ts/base/error.js';
import { checkSeed, derivedSeed, RandomStream } from '../../../ts/statistics/random.js';

const BAD_SEEDS = [-1, 0.5, NaN, Infinity, 2 ** 53];
const SEEDS = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];

describe('a seed', () => {
  it.each(BAD_SEEDS)('is not %d', (seed) => {
    const refusal = {
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(`^seed is ${seed}, `) as string,
    };
    expect(() => checkSeed(seed)).toThrow(expect.objectContaining(refusal) as QuestsError);
    expect(() => new RandomStream(seed)).toThrow(expect.objectContaining(refusal) as QuestsError);
  });

  it('counts with all of its bits, as do the numbers that name a stream', () => {
    const first = SEEDS.map((seed) => new RandomStream(seed).uniform());
    const streams = SEEDS.map((number) => new RandomStream(7, number).uniform());
    const derived = SEEDS.map((number) => derivedSeed(7, number));
    expect(new Set([...first, ...streams]).size).toBe(2 * SEEDS.length);
    expect(new Set(derived).size).toBe(SEEDS.length);
    for (const seed of derived) expect(() => checkSeed(seed)).not.toThrow();
  });

  it('gives the same numbers again', () => {
    const numbers = (): number[] => {
      const random = new RandomStream(3, 1);
      return [
        random.uniform(),
        random.normal(),
        random.normal(),
        random.below(1000),
        ...random.distinct(5, 9),
      ];
    };
    expect(numbers()).toEqual(numbers());
  });
});

describe('a sample without replacement', () => {
  it('has different numbers below the count; all of them are a shuffle', () => {
    const random = new RandomStream(3);
    for (const [count, most] of [
      [0, 5],
      [1, 1],
      [7, 50],
      [50, 50],
    ] as const) {
      const drawn = random.distinct(count, most);
      expect(drawn).toHaveLength(count);
      expect(new Set(drawn).size).toBe(count);
      expect(drawn.every((number) => number < most)).toBe(true);
    }
    const order = new RandomStream(3).distinct(50, 50);
    expect(order).not.toEqual(order.toSorted());
    expect(order.toSorted()).toEqual(Uint32Array.from({ length: 50 }, (_, at) => at));
    expect(new RandomStream(4).distinct(50, 50)).not.toEqual(order);
  });

  it('draws each order as often as the others', () => {
    const random = new RandomStream(0);
    const counts = new Map<string, number>();
    for (let run = 0; run < 6000; run++) {
      const order = random.distinct(3, 3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // 1000 each, with a standard deviation of 29.
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * 29);
  });
});

describe('random numbers', () => {
  it('are uniform, and normal: mean 0, variance 1', () => {
    const random = new RandomStream(1);
    const count = 20_000;
    let [uniform, sum, squares] = [0, 0, 0];
    for (let at = 0; at < count; at++) {
      uniform += random.uniform();
      const normal = random.normal();
      sum += normal;
      squares += normal ** 2;
    }
    // Five standard errors.
    expect(Math.abs(uniform / count - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(sum / count)).toBeLessThan(5 * Math.sqrt(1 / count));
    expect(Math.abs(squares / count - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  });
});
