import { describe, expect, it } from 'vitest';
import {
  valueAtTemperature,
  blockAverage,
  differenceOfStates,
  fitEntropyModels,
  frameTemperatures,
  kineticEntropy,
  sameTemperature,
  sampleTemperatures,
  type StateEntropy,
  stateEntropyAt,
  stateMeans,
  stateTemperature,
  debyeEntropy,
  transitionEntropy,
} from '../../../ts/faces/analysis.js';
import type { Structure } from '../../../ts/index.js';

/**
 * A frame of two atoms; its potential energy is −3 eV and its volume 20 Å³ per atom at 0 K, and
 * both grow with T.
 */
function frame(temperature: number | undefined, more: Structure['info'] = {}): Structure {
  const T = temperature ?? 0;
  const info = { PotEng: 2 * (-3 + 2e-4 * T), Press: 5 + 0.01 * T, Volume: 2 * (20 + 1e-3 * T) };
  const known = temperature === undefined ? {} : { Temp: temperature };
  return { positions: new Float64Array(6), info: { ...info, ...known, ...more } };
}

/**
 * A state of one sample per temperature whose H is 1 + 0.002·T at h = 0.02, and twice that at
 * h = 0.04.
 */
function state(temperatures: readonly number[]): StateEntropy {
  const H = Float64Array.from(temperatures, (T) => 1 + 0.002 * T);
  const series = [H, H.map((value) => 2 * value)];
  return {
    environments: 100,
    bandwidths: Float64Array.of(0.02, 0.04),
    series,
    entropy: series.map(blockAverage),
  };
}

describe('temperatures', () => {
  it('of momenta add (3/2) ln of their ratio', () => {
    expect(kineticEntropy(300, 600)).toBeCloseTo(1.5 * Math.LN2, 15);
    expect(kineticEntropy(600, 300)).toBeCloseTo(-1.5 * Math.LN2, 15);
    expect(kineticEntropy(450, 450)).toBe(0);
  });

  it('of states are means over frames that all have one', () => {
    expect(stateTemperature([frame(300), frame(310)])).toBe(305);
    expect(stateTemperature([frame(300), frame(undefined)])).toBeNull();
    expect(stateTemperature([])).toBeNull();
    expect(frameTemperatures([frame(300), frame(310)])).toEqual([300, 310]);
    expect(() => frameTemperatures([frame(300), frame(undefined)])).toThrow('frame 1 has no temperature');
  });

  it('of samples are means over their frames, without a rest', () => {
    expect(sampleTemperatures([300, 310, 320, 330, 340], 2)).toEqual([305, 325]);
    expect(sampleTemperatures([300, 310])).toEqual([300, 310]);
    expect(sampleTemperatures([300], 2)).toEqual([]);
  });

  it('are the same within 2 %', () => {
    expect(sameTemperature(1000, 1019)).toBe(true);
    expect(sameTemperature(1000, 1021)).toBe(false);
    expect(sameTemperature(1000, 979)).toBe(false);
  });
});

describe('a state that is heated', () => {
  it('has the entropies of its line at any temperature that it passes through', () => {
    const T = [300, 320, 350, 400];
    const at = stateEntropyAt(state(T), T, 333);
    expect(at.entropy.map(({ mean }) => mean)).toEqual([
      expect.closeTo(1.666, 10),
      expect.closeTo(3.332, 10),
    ]);
    expect(at.entropy[0]?.error).toBeCloseTo(0, 10);
    expect(at.entropy[0]?.blocks).toBe(state(T).entropy[0]?.blocks);
    expect(() => stateEntropyAt(state(T), T, 299)).toThrow('T = 299 is not among the temperatures');
    expect(() => stateEntropyAt(state(T), [300], 300)).toThrow('1 temperatures for 4 values');
  });

  it('differs from another by both lines at that temperature', () => {
    const [hot, cold] = [
      [310, 330, 350],
      [290, 320, 340],
    ];
    const curve = differenceOfStates(
      stateEntropyAt(state(cold), cold, 325),
      stateEntropyAt(state(hot), hot, 325),
    );
    for (const { difference } of curve) expect(difference).toBeCloseTo(0, 10);
  });
});

describe('means of a state', () => {
  it('are per atom, but for the pressure; at a temperature they are on lines in T', () => {
    const frames = [frame(300), frame(330), frame(390)];
    const plain = stateMeans(frames);
    expect(plain.potentialEnergy).toBeCloseTo(-3 + 2e-4 * 340, 12);
    expect(plain.pressure).toBeCloseTo(5 + 3.4, 12);
    expect(plain.volume).toBeCloseTo(20 + 0.34, 12);
    const at = stateMeans(frames, 350);
    expect(at.potentialEnergy).toBeCloseTo(-3 + 0.07, 12);
    expect(at.volume).toBeCloseTo(20.35, 12);
    expect(transitionEntropy(plain, plain, 340)).toEqual({ energy: 0, work: 0 });
  });

  it('are not numbers where a frame lacks the value, or there are no frames', () => {
    const half = [frame(300), frame(310, { Press: 'unknown' })];
    expect(stateMeans(half).pressure).toBeNaN();
    expect(stateMeans(half).volume).toBeCloseTo(20.305, 12);
    expect(stateMeans([])).toEqual({ potentialEnergy: NaN, pressure: NaN, volume: NaN });
    expect(() => stateMeans([frame(300), frame(undefined)], 300)).toThrow('frame 1 has no temperature');
  });
});

it('a model is fitted at each bandwidth, and refusals are told apart', async () => {
  const temperatures = [50, 100, 200, 400, 800];
  const states = temperatures.map((temperature) => {
    const H = debyeEntropy(temperature, 250) + 0.1;
    const series = [Float64Array.of(H), Float64Array.of(NaN)];
    const entropy = series.map(([mean = NaN]) => ({ mean, error: NaN, inefficiency: 1, blocks: 1 }));
    return {
      temperature,
      state: { environments: 9, bandwidths: Float64Array.of(0.02, 0.04), series, entropy },
    };
  });
  const [good, bad] = await fitEntropyModels(states, { model: 'debye' });
  expect(good).toMatchObject({ bandwidth: 0.02, refusal: null });
  expect(good?.fit?.theta.value).toBeCloseTo(250, 3);
  expect(good?.fit?.offset?.value).toBeCloseTo(0.1, 5);
  expect(bad).toMatchObject({ bandwidth: 0.04, fit: null });
  expect(bad?.refusal).toContain('expected a finite entropy');
  expect(await fitEntropyModels([], { model: 'debye' })).toEqual([]);
});

it('a line through one temperature is the mean', () => {
  expect(valueAtTemperature([1, 2, 3], [300, 300, 300], 300).value).toBe(2);
});
