import { describe, expect, it } from 'vitest';
import { valueAtTemperature, blockAverage, transitionEntropy } from '../../../ts/faces/node/analysis.js';
import { gaussian } from '../../support/data/random.js';

/** A series in which each value remembers a share of the one before: its g is (1 + ρ)/(1 − ρ). */
function series(normal: () => number, n: number, memory: number): number[] {
  const values = [normal()];
  for (let at = 1; at < n; at++) {
    values.push(memory * (values[at - 1] as number) + Math.sqrt(1 - memory ** 2) * normal());
  }
  return values;
}

describe('blockAverage', () => {
  it.each([0, 0.6, 0.9])(
    'knows how much values with a memory of %d say, and its intervals hold',
    (memory) => {
      const normal = gaussian(11);
      const rounds = 300;
      let held = 0;
      let g = 0;
      for (let round = 0; round < rounds; round++) {
        const { mean, error, inefficiency } = blockAverage(series(normal, 2000, memory));
        held += Number(Math.abs(mean) <= error);
        g += inefficiency / rounds;
      }
      expect(g / ((1 + memory) / (1 - memory))).toBeGreaterThan(0.85);
      expect(g / ((1 + memory) / (1 - memory))).toBeLessThan(1.15);
      // g is itself an estimate: intervals hold a little less often than 95 %.
      expect(held / rounds).toBeGreaterThan(0.86);
      expect(held / rounds).toBeLessThan(0.99);
    },
  );

  it('gives no error for a single value, nor for values that are all one block', () => {
    expect(blockAverage([3])).toEqual({ mean: 3, error: NaN, inefficiency: 1, blocks: 1 });
    expect(blockAverage([2, 2, 2]).error).toBe(0);
    expect(() => blockAverage([])).toThrow('no values');
    expect(() => blockAverage([1, NaN])).toThrow('NaN');
  });
});

describe('valueAtTemperature', () => {
  it('is on the line through the values, with its interval from three on', () => {
    expect(valueAtTemperature([1, 3], [100, 200], 150)).toEqual({ value: 2, error: NaN });
    const normal = gaussian(4);
    const T = Array.from({ length: 12 }, (_, at) => 300 + 20 * at);
    let held = 0;
    for (let round = 0; round < 400; round++) {
      const { value, error } = valueAtTemperature(
        T.map((t) => 0.01 * t + 0.3 * normal()),
        T,
        350,
      );
      held += Number(Math.abs(value - 3.5) <= error) / 400;
    }
    expect(held).toBeGreaterThan(0.92);
    expect(held).toBeLessThan(0.98);
  });

  it('refuses a temperature beyond those that are known', () => {
    expect(() => valueAtTemperature([1, 3], [100, 200], 201)).toThrow('not among the temperatures');
    expect(() => valueAtTemperature([1], [100, 200], 150)).toThrow('2 temperatures for 1 values');
  });
});

describe('transitionEntropy', () => {
  it('is (ΔU + PΔV)/kT in either units', () => {
    const a = { potentialEnergy: -3.3, pressure: 1000, volume: 12 };
    const b = { potentialEnergy: -3.2, pressure: 3000, volume: 13 };
    const { energy, work } = transitionEntropy(a, b, 1000);
    const joule = 1.602176634e-19;
    const kT = 1.380649e-23 * 1000;
    expect(energy).toBeCloseTo((0.1 * joule) / kT, 7);
    expect(work).toBeCloseTo((2000 * 1e5 * 1e-30) / kT, 7);
    const real = transitionEntropy(a, b, 1000, 'real');
    const calorie = 4184 / 6.02214076e23;
    expect(real.energy).toBeCloseTo((0.1 * calorie) / kT, 7);
    expect(real.work).toBeCloseTo((2000 * 101325 * 1e-30) / kT, 7);
    expect(transitionEntropy({ ...a, pressure: NaN }, b, 1000).work).toBe(0);
    expect(() => transitionEntropy(a, b, 0)).toThrow('temperature is 0');
  });
});
