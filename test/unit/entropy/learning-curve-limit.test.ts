import { describe, expect, it } from 'vitest';
import { fitLearningCurve, informationGap, type LearningCurve } from '../../../ts/node.js';
import { curvePoints, learningCurveOf, levelGap } from '../../../ts/faces/node/analysis.js';
import { random } from '../../support/data/random.js';

/** Environments of a few kinds, alike or not alike at all: their entropy is known at every size. */
interface Kinds {
  readonly cumulative: readonly number[];
  /** H of endless data, in nats. */
  readonly limit: number;
}

function kinds(weights: readonly number[]): Kinds {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const cumulative = weights.map((weight) => (sum += weight / total));
  const limit = weights.reduce((rest, weight) => rest - (weight / total) * Math.log(weight / total), 0);
  return { cumulative, limit };
}

function drawn({ cumulative }: Kinds, count: number, next: () => number): Uint32Array {
  return Uint32Array.from({ length: count }, () => {
    const share = next();
    let [low, high] = [0, cumulative.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] as number) < share) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

function entropyOf(set: Uint32Array): number {
  const counts = new Map<number, number>();
  for (const kind of set) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / set.length) * Math.log(count / set.length),
    0,
  );
}

function curveOf(
  of: Kinds,
  count: number,
  seed: number,
  fractions: readonly number[],
  runs = 3,
): LearningCurve {
  const next = random(seed);
  const set = drawn(of, count, next);
  const samples = fractions.flatMap((fraction) =>
    Array.from({ length: runs }, () => {
      const rest = set.slice();
      const size = Math.floor(count * fraction);
      for (let at = 0; at < size; at++) {
        const other = at + Math.floor(next() * (count - at));
        [rest[at], rest[other]] = [rest[other] as number, rest[at] as number];
      }
      return { entropy: entropyOf(rest.subarray(0, size)), seconds: 0 };
    }),
  );
  return learningCurveOf(fractions, count, samples, entropyOf(set));
}

const alike = (count: number, total = 1): number[] => Array.from({ length: count }, () => total / count);
const GROWING = [0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.8];
const EVEN = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const zipf = (power: number): Kinds =>
  kinds(Array.from({ length: 10_000 }, (_, rank) => (rank + 1) ** -power));

const FAMILIES: Record<string, Kinds> = {
  '100 kinds': kinds(alike(100)),
  '500 kinds': kinds(alike(500)),
  '3,000 kinds': kinds(alike(3000)),
  '20,000 kinds': kinds(alike(20_000)),
  'a heavy tail': zipf(1),
  'a tail': zipf(1.5),
  'a light tail': zipf(2),
  'a geometric tail': kinds(Array.from({ length: 3000 }, (_, rank) => Math.exp(-rank / 100))),
  'a core and a broad part': kinds([...alike(10, 0.9), ...alike(2000, 0.1)]),
  'two scales': kinds([...alike(10, 0.5), ...alike(300, 0.5)]),
  'three scales': kinds([...alike(5, 0.5), ...alike(100, 0.3), ...alike(3000, 0.2)]),
};

const SEEDS = Array.from({ length: 8 }, (_, seed) => 40 + seed);
const SIZES = [300, 1000, 4000];

describe('intervals of H_max, over sets drawn from distributions that are known', () => {
  it.each([
    ['sizes that grow by a factor', GROWING],
    ['sizes in equal steps', EVEN],
  ])('hold H_max, and H of ten times the data lies below their upper end: %s', async (_, fractions) => {
    let [fits, holdLimit, aboveTenfold, bounds, holdBounds, resolved] = [0, 0, 0, 0, 0, 0];
    for (const of of Object.values(FAMILIES)) {
      for (const count of SIZES) {
        const tenfold = entropyOf(drawn(of, 10 * count, random(7)));
        for (const seed of SEEDS) {
          const curve = curveOf(of, count, seed, fractions);
          const found = await fitLearningCurve(curve).catch(() => null);
          if (found?.undetermined !== null) continue;
          const { low, high } = found.a;
          fits++;
          if (low <= of.limit && of.limit <= high) holdLimit++;
          if (high >= tenfold) aboveTenfold++;
          const gap = informationGap(found, curve.entropy);
          if (gap.value !== null) resolved++;
          else if (gap.atMost !== undefined) {
            bounds++;
            if (gap.atMost >= of.limit - curve.entropy) holdBounds++;
          }
        }
      }
    }
    expect(fits).toBeGreaterThan(100);
    expect(resolved).toBeGreaterThan(20);
    expect(bounds).toBeGreaterThan(50);
    expect(holdLimit / fits).toBeGreaterThan(0.94);
    expect(aboveTenfold / fits).toBeGreaterThan(0.94);
    expect(holdBounds / bounds).toBeGreaterThan(0.94);
  });

  it.each([
    ['nearly all environments differ', kinds(alike(20_000)), 1000, 'unsaturated'],
    ['the curve still rises', zipf(1), 300, 'rising'],
  ])('are not given where %s', async (_, of, count, why) => {
    const found = await Promise.all(
      SEEDS.map(async (seed) => {
        const curve = curveOf(of, count, seed, GROWING);
        const fit = await fitLearningCurve(curve);
        return { fit, gap: informationGap(fit, curve.entropy) };
      }),
    );
    const refused = found.filter(({ fit }) => fit.undetermined?.is === why);
    expect(refused.length).toBeGreaterThan(SEEDS.length / 2);
    for (const { fit, gap } of refused) {
      expect(gap).toMatchObject({ value: null, reason: fit.undetermined });
      expect(gap.refusal).toMatch(/^the data do not determine H_max: /);
      expect(gap).not.toHaveProperty('atMost');
    }
  });
});

describe('a curve that has levelled off', () => {
  it('leaves a gap that is bounded, and holds what is left', () => {
    for (const seed of SEEDS) {
      const of = kinds(alike(20));
      const curve = curveOf(of, 2000, seed, EVEN);
      const most = levelGap(curve) ?? NaN;
      expect(most).toBeLessThan(0.05);
      expect(most).toBeGreaterThanOrEqual(of.limit - curve.entropy);
    }
  });

  it('is none where it rises, where nearly all environments differ, or of few sizes', () => {
    expect(levelGap(curveOf(zipf(1), 1000, 1, GROWING))).toBeNull();
    expect(levelGap(curveOf(kinds(alike(20_000)), 300, 1, GROWING))).toBeNull();
    expect(levelGap(curveOf(kinds(alike(20)), 2000, 1, [0.3, 0.6]))).toBeNull();
  });

  it('leaves nothing where all environments are alike', () => {
    expect(levelGap(curveOf(kinds([1]), 100, 1, EVEN))).toBeCloseTo(0, 6);
  });
});

describe('weights of points', () => {
  it('come from the spread over runs: a wild mean of few runs hardly counts', async () => {
    const shape = (size: number): number => 6 - 4 * Math.exp(-0.03 * Math.log(size) ** 2);
    const sizes = [100, 200, 400, 700, 1000, 2000, 4000, 6000, 8000, 10_000];
    const calm = sizes.map((size) => ({ size, entropy: shape(size), variance: 1e-6 }));
    const wild = calm.map((point) =>
      point.size === 700 ? { ...point, entropy: point.entropy + 0.2, variance: 0.04 } : point,
    );
    const alikeToo = wild.map(({ size, entropy }) => ({ size, entropy }));
    const [weighted, plain] = [await fitLearningCurve(wild), await fitLearningCurve(alikeToo)];
    expect(Math.abs(weighted.a.value - 6)).toBeLessThan(1e-4);
    expect(Math.abs(plain.a.value - 6)).toBeGreaterThan(0.02);
    // Equal variances are weights of 1, and so are none.
    expect((await fitLearningCurve(calm)).a.value).toBeCloseTo(6, 9);
  });

  it('shrink towards what all sizes say', () => {
    const curve = curveOf(kinds(alike(100)), 1000, 3, EVEN, 2);
    const points = curvePoints(curve);
    const variances = points.map(({ variance }) => variance ?? NaN);
    expect(variances).toHaveLength(10);
    expect(variances.at(-1)).toBe(0);
    // Two samples may agree by chance; no point is exact for that.
    curve.points.forEach(({ spread }, at) => {
      expect(variances[at]).toBeGreaterThan(0);
      expect(variances[at]).not.toBe(spread ** 2);
    });
    const one = curvePoints(curveOf(kinds(alike(100)), 1000, 3, EVEN, 1));
    expect(one.every((point) => !('variance' in point))).toBe(true);
  });

  it.each([-1, NaN, Infinity])('refuse a variance of %d', async (variance) => {
    const points = [2, 3, 4, 5, 6].map((size) => ({ size, entropy: Math.log(size), variance }));
    await expect(fitLearningCurve(points)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
