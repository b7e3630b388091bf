import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitLearningCurve, informationGap, sizeForGap } from '../../../ts/node.js';
import { type CurvePoint, fittedEntropy, curvePoints } from '../../../ts/faces/node/analysis.js';
import { studentT } from '../../../ts/statistics/student-t.js';

/** What SciPy makes of some curves; see curves.py. */
const scipy = JSON.parse(readFileSync(new URL('curves.json', import.meta.url), 'utf8')) as {
  curves: {
    points: CurvePoint[];
    parameters: [number, number, number];
    deviations: [number, number, number];
  }[];
  quantiles: { confidence: number; freedom: number; t: number }[];
};

const SIZES = [100, 200, 400, 700, 1000, 2000, 4000, 6000, 8000, 10_000];

/** Points of a curve without noise, or with some that is given. */
function points(a: number, b: number, c: number, noise: readonly number[] = []): CurvePoint[] {
  return SIZES.map((size, at) => ({
    size,
    entropy: a - b * Math.exp(-c * Math.log(size) ** 2) + (noise[at] ?? 0),
  }));
}

describe('the fit of a learning curve', () => {
  it.each([
    [6, 4, 0.03],
    [5.3, 5, 0.06],
    [9, 8, 0.015],
    [2, 1.5, 0.12],
  ])('finds a = %d, b = %d, c = %d again', async (a, b, c) => {
    const fit = await fitLearningCurve(points(a, b, c));
    expect(fit.a.value).toBeCloseTo(a, 9);
    expect(fit.b.value).toBeCloseTo(b, 8);
    expect(fit.c.value).toBeCloseTo(c, 9);
    expect(fit.error).toBeLessThan(1e-6);
    expect(fit.rms).toBeLessThan(1e-9);
    expect(fit.points).toEqual(points(a, b, c));
    expect(fittedEntropy(fit, 12_345)).toBeCloseTo(a - b * Math.exp(-c * Math.log(12_345) ** 2), 8);
  });

  it.each(scipy.curves)(
    'is that of SciPy: $parameters',
    async ({ points: noisy, parameters, deviations }) => {
      const fit = await fitLearningCurve(noisy);
      const t = studentT(0.95, noisy.length - 3);
      const [a, b, c] = parameters;
      const [da, db, dc] = deviations;
      const relative = (found: number, expected: number): number => Math.abs(found / expected - 1);
      expect(relative(fit.a.value, a)).toBeLessThan(1e-7);
      expect(relative(fit.b.value, b)).toBeLessThan(1e-7);
      expect(relative(fit.c.value, c)).toBeLessThan(1e-6);
      // The interval of a also holds what the form of the curve leaves open.
      expect(fit.a.high - fit.a.value).toBeGreaterThan(t * da * (1 - 1e-4));
      expect(fit.a.value - fit.a.low).toBeGreaterThan(t * da * (1 - 1e-4));
      expect(relative(fit.b.high - fit.b.value, t * db)).toBeLessThan(1e-4);
      // c is fitted by its logarithm: its interval is that of the logarithm.
      expect(relative(Math.log(fit.c.high / fit.c.value), (t * dc) / c)).toBeLessThan(1e-4);
    },
  );

  it('has an error as large as windows of the points differ', async () => {
    const fit = await fitLearningCurve(
      points(6, 4, 0.03, [0.02, -0.01, 0, 0.02, -0.02, 0.01, -0.01, 0, 0.01, -0.01]),
    );
    expect(fit.windows.map(({ from, to }) => [from, to])).toEqual([
      [100, 4000],
      [100, 6000],
      [100, 8000],
      [100, 10_000],
      [200, 10_000],
      [400, 10_000],
      [700, 10_000],
    ]);
    const all = fit.windows.map(({ a }) => a);
    expect(fit.spread).toEqual([Math.min(...all), Math.max(...all)]);
    expect(fit.windows[3]?.a).toBe(fit.a.value);
    const part = await fitLearningCurve(fit.points.slice(2));
    expect(fit.windows[5]?.a).toBe(part.a.value);
    const farthest = Math.max(...all.map((a) => Math.abs(a - fit.a.value)));
    const { value, low, high } = fit.a;
    expect(fit.error).toBe(Math.max(high - value, value - low, farthest));
    expect(fit.error).toBeGreaterThan(0);
  });

  it('takes points in any order, and the mean of those of one size', async () => {
    const known = points(6, 4, 0.03);
    const apart = known.flatMap(({ size, entropy }) => [
      { size, entropy: entropy - 0.1 },
      { size, entropy: entropy + 0.1 },
    ]);
    const fit = await fitLearningCurve([{ size: 1, entropy: 0 }, ...apart.reverse()]);
    expect(fit.points.map(({ size }) => size)).toEqual(SIZES);
    expect(fit.a.value).toBeCloseTo(6, 9);
  });

  it('adds the whole set to the points of a curve, once', () => {
    const none = new Float64Array(0);
    const point = { fraction: 0.5, size: 50, mean: 3, entropies: none, spread: 0, seconds: none };
    const curve = { points: [point], environments: 100, entropy: 4, maxEntropy: 5, efficiency: 0.8 };
    expect(curvePoints(curve)).toEqual([
      { size: 50, entropy: 3 },
      { size: 100, entropy: 4 },
    ]);
    expect(curvePoints({ ...curve, environments: 50 })).toEqual([{ size: 50, entropy: 3 }]);
  });

  it('refuses too few points, and those that determine no curve', async () => {
    const refused = (message: RegExp): object => ({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    });
    const known = points(6, 4, 0.03);
    await expect(fitLearningCurve(known.slice(6))).rejects.toMatchObject(
      refused(/^4 sizes above 1, expected/),
    );
    await expect(fitLearningCurve([])).rejects.toMatchObject(refused(/^0 sizes/));
    const flat = SIZES.map((size) => ({ size, entropy: 2 }));
    await expect(fitLearningCurve(flat)).rejects.toMatchObject(refused(/determine no curve/));
    const falling = SIZES.map((size) => ({ size, entropy: 9 - Math.log(size) }));
    await expect(fitLearningCurve(falling)).rejects.toMatchObject(refused(/determine no curve/));
    for (const bad of [
      { size: 0, entropy: 1 },
      { size: 1.5, entropy: 1 },
      { size: 3, entropy: NaN },
    ]) {
      await expect(fitLearningCurve([...known, bad])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});

describe('the information gap', () => {
  it('is H_max − H, and a size leaves a gap that is asked for', async () => {
    const fit = await fitLearningCurve(points(6, 4, 0.03));
    const H = fittedEntropy(fit, 10_000);
    expect(informationGap(fit, H).value).toBeCloseTo(6 - H, 6);
    const { value, refusal } = sizeForGap(fit, 0.1);
    expect(refusal).toBeNull();
    const size = value ?? NaN;
    expect(size).toBe(Math.ceil(Math.exp(Math.sqrt(Math.log(4 / 0.1) / 0.03))));
    expect(6 - fittedEntropy(fit, size)).toBeLessThanOrEqual(0.1 + 1e-9);
    expect(6 - fittedEntropy(fit, size - 1)).toBeGreaterThan(0.1 - 1e-9);
    // A gap that is never as large is left by one environment.
    expect(sizeForGap(fit, 50)).toEqual({ value: 1, refusal: null });
  });

  it('is not given where the error of H_max exceeds it', async () => {
    const fit = { ...(await fitLearningCurve(points(6, 4, 0.03))), error: 0.2 };
    expect(informationGap(fit, 5.9)).toEqual({
      value: null,
      atMost: expect.closeTo(0.1, 6) as number,
      refusal: 'H_max = 6.000 nats is uncertain by 0.200, more than the gap of 0.100',
      reason: { is: 'uncertain', error: 0.2, gap: expect.closeTo(0.1, 12) as number },
    });
    expect(sizeForGap({ ...fit, error: Infinity }, 0.1)).toMatchObject({ reason: { is: 'unstable' } });
    expect(informationGap(fit, 7)).toMatchObject({ reason: { is: 'not-above', entropy: 7 } });
    expect(informationGap(fit, 6.1).value).toBeNull();
    expect(informationGap(fit, 5.7).value).toBeCloseTo(0.3, 6);
    expect(sizeForGap(fit, 0.19).refusal).toMatch(/uncertain by 0.200/);
    expect(sizeForGap(fit, 0.21).value).toBeGreaterThan(10_000);
    expect(informationGap({ ...fit, error: Infinity }, 0).refusal).toMatch(/some of them .* determine none/);
  });

  it('is not given where ten times the data would not show it', async () => {
    const fit = await fitLearningCurve(points(6, 4, 0.03));
    const far = sizeForGap(fit, 0.02);
    expect(far).toMatchObject({ value: null, reason: { is: 'far', multiple: 10 } });
    expect(far.refusal).toMatch(
      /^it would take about .*e\+5 environments, more than 10 times the 10000 of the fit$/,
    );
    // Nothing levels off where no two environments are alike: H = log n.
    const straight = SIZES.map((size) => ({ size, entropy: Math.log(size) }));
    expect(informationGap(await fitLearningCurve(straight), Math.log(10_000)).value).toBeNull();
  });

  it.each([0, -1, NaN, Infinity])('has no size for a gap of %d', async (gap) => {
    const fit = await fitLearningCurve(points(6, 4, 0.03));
    expect(() => sizeForGap(fit, gap)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
    );
  });
});

it.each(scipy.quantiles)(
  "Student's t of $confidence with $freedom degrees is $t",
  ({ confidence, freedom, t }) => {
    expect(Math.abs(studentT(confidence, freedom) / t - 1)).toBeLessThan(1e-11);
  },
);
