import { describe, expect, it } from 'vitest';
import {
  debyeEntropy,
  einsteinEntropy,
  type EntropyModelName,
  fitEntropyModel,
} from '../../../ts/faces/node/analysis.js';
import { debyeFunction } from '../../../ts/entropy/entropy-model.js';
import { gaussian } from '../../support/data/random.js';

/** ∫₀ˣ t³/(eᵗ − 1) dt by Simpson's rule. */
function integral(x: number): number {
  const steps = 20_000;
  const f = (t: number): number => (t === 0 ? 0 : t ** 3 / Math.expm1(t));
  let sum = f(0) + f(x);
  for (let at = 1; at < steps; at++) sum += (at % 2 === 1 ? 4 : 2) * f((at * x) / steps);
  return (sum * x) / steps / 3;
}

describe('models', () => {
  it.each([1e-4, 0.01, 0.3, 0.999, 1, 1.001, 2, 7, 30, 100])('D3(%d) is its integral', (x) => {
    expect(debyeFunction(x) / ((3 / x ** 3) * integral(x))).toBeCloseTo(1, 10);
  });

  it('is what the formulas say, at low and at high temperature, too', () => {
    for (const T of [0.3, 1, 5]) {
      const x = 1 / T;
      const coth = 1 / Math.tanh(x / 2);
      expect(einsteinEntropy(T, 1)).toBeCloseTo(3 * ((x / 2) * coth - Math.log(2 * Math.sinh(x / 2))), 12);
      const debye = 4 * (3 / x ** 3) * integral(x) - 3 * Math.log(1 - Math.exp(-x));
      expect(debyeEntropy(T, 1)).toBeCloseTo(debye, 10);
    }
    for (const T of [1e-3, 1e-2, 0.03]) {
      expect(debyeEntropy(T, 1) / (((4 * Math.PI ** 4) / 5) * T ** 3)).toBeCloseTo(1, 6);
    }
    expect(einsteinEntropy(1e-3, 1)).toBeGreaterThanOrEqual(0);
    expect(einsteinEntropy(1e-3, 1)).toBeLessThan(1e-300);
    // 3 ln(T/θ) + 4 and + 3.
    expect(debyeEntropy(1e4, 1)).toBeCloseTo(3 * Math.log(1e4) + 4, 6);
    expect(einsteinEntropy(1e4, 1)).toBeCloseTo(3 * Math.log(1e4) + 3, 6);
    expect(debyeEntropy(0, 300)).toBe(0);
  });
});

describe('fitEntropyModel', () => {
  const TEMPERATURES = [15, 30, 60, 90, 150, 250, 400, 600];

  it.each(['debye', 'einstein'] as const)(
    'gives back the temperature that %s entropies have',
    async (model) => {
      const S = model === 'debye' ? debyeEntropy : einsteinEntropy;
      for (const offset of [true, false]) {
        const shift = offset ? -1.7 : 0;
        const points = TEMPERATURES.map((temperature) => ({
          temperature,
          entropy: S(temperature, 343) + shift,
        }));
        const fit = await fitEntropyModel(points, { model, offset });
        expect(fit.theta.value).toBeCloseTo(343, 4);
        expect(fit.rms).toBeLessThan(1e-8);
        if (offset) expect(fit.offset?.value).toBeCloseTo(shift, 6);
        else expect(fit.offset).toBeNull();
      }
    },
  );

  it('is stable where all temperatures are low, and where one is 0.01 θ', async () => {
    const points = [3, 5, 8, 12, 20, 30].map((temperature) => ({
      temperature,
      entropy: 0.4 + debyeEntropy(temperature, 343),
    }));
    const fit = await fitEntropyModel(points, { model: 'debye' });
    expect(Math.abs(fit.theta.value / 343 - 1)).toBeLessThan(1e-5);
    expect(fit.offset?.value).toBeCloseTo(0.4, 6);
  });

  it('gives intervals that hold the truth in about 95 of 100 draws', async () => {
    const normal = gaussian(3);
    let held = 0;
    const rounds = 150;
    for (let round = 0; round < rounds; round++) {
      const points = TEMPERATURES.map((temperature) => ({
        temperature,
        entropy: debyeEntropy(temperature, 343) + 0.02 * normal(),
      }));
      const { theta } = await fitEntropyModel(points, { model: 'debye' });
      held += Number(theta.low <= 343 && 343 <= theta.high);
    }
    expect(held / rounds).toBeGreaterThan(0.89);
    expect(held / rounds).toBeLessThan(0.995);
  });

  it('refuses too few temperatures, and those far above θ, where θ and s0 say the same', async () => {
    const of = (temperatures: readonly number[], model: EntropyModelName) =>
      fitEntropyModel(
        temperatures.map((temperature) => ({ temperature, entropy: debyeEntropy(temperature, 1e-3) })),
        { model },
      );
    const refused = { code: 'INVALID_ARGUMENT' };
    await expect(of([100, 200], 'debye')).rejects.toMatchObject({
      ...refused,
      message: '2 temperatures, expected at least 3 to fit a Debye model to',
    });
    await expect(of([100, 100, 100], 'einstein')).rejects.toMatchObject(refused);
    await expect(of([300, 600, 900, 1200], 'debye')).rejects.toMatchObject(refused);
    await expect(of([-1, 2, 3, 4], 'debye')).rejects.toMatchObject(refused);
  });
});
