import { describe, expect, it } from 'vitest';
import {
  deltaEntropy,
  DescriptorMatrix,
  predictionErrors,
  type Structure,
  uncertainty,
} from '../../ts/node.js';
import {
  type CalibrationComparison,
  CalibrationRange,
  errorBarsAt,
  kernelMean,
  spearman,
} from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { random, randomRows } from '../support/data/random.js';

const width = 5;
const bandwidth = 0.1;
const options = { width, frameOffsets: Array.from({ length: 41 }, (_, frame) => 10 * frame) };
const x = new DescriptorMatrix(randomRows(1, 400, width, 1.5), options);
const training = new DescriptorMatrix(randomRows(2, 300, width, 0.5), { width });

describe.each(BACKENDS)('%s', (backend) => {
  it('holds δH against errors of environments', async () => {
    const dH = await deltaEntropy(x, training, { backend, bandwidth });
    const next = random(3);
    const errors = dH.map((value, row) => (row % 97 === 5 ? 0 : 10 ** (0.05 * value - 2 + next())));
    const found = await uncertainty({ x, dH, errors }, { backend, bandwidth, levels: [0.5, 0.8], seed: 1 });
    expect(found.environments?.spearman).toBe(spearman(dH, errors));
    expect(found.split).toEqual({ fit: 20, calibration: 10, heldOut: 10 });
    expect(found.zeros).toBe(5);
    expect(found.bars.map(({ level }) => level)).toEqual([0.5, 0.8]);
    for (const { level, coverage, coverageError, slope } of found.bars) {
      expect(Math.abs(coverage - level)).toBeLessThan(0.2);
      expect(coverageError).toBeGreaterThan(0);
      expect(slope).toBeGreaterThan(0);
    }
    const bars = errorBarsAt(found.bars[1] as (typeof found.bars)[0], dH);
    const inside = bars.filter((bar, row) => (errors[row] as number) <= bar).length / 400;
    expect(Math.abs(inside - 0.8)).toBeLessThan(0.1);
    expect(found.estimators?.count).toBe(100);
    expect(found.structures.max.count).toBe(40);
    expect(await uncertainty({ x, dH, errors }, { backend, bandwidth, levels: [0.5, 0.8], seed: 1 })).toEqual(
      found,
    );
  });

  it('holds mean δH against errors of structures', async () => {
    const dH = await deltaEntropy(x, training, { backend, bandwidth });
    const errors = Float64Array.from({ length: 40 }, (_, frame) => 1 + frame);
    const found = await uncertainty({ x, dH, errors }, { backend, bandwidth, levels: [0.8] });
    expect(found.environments).toBeNull();
    expect(found.estimators).toBeNull();
    expect(found.bars[0]).toMatchObject({ fitted: 20, calibrated: 10 });
  });

  it('takes the errors of others for the second estimator', async () => {
    // Errors that depend on the environment alone: the mean over like ones finds them where δH
    // cannot.
    const copies = new DescriptorMatrix(Float64Array.from([...training.data, ...training.data]), {
      width,
      frameOffsets: Array.from({ length: 21 }, (_, frame) => 30 * frame),
    });
    const errors = Float64Array.from({ length: 600 }, (_, row) => 1 + (((row % 300) * 7919) % 300));
    const dH = await deltaEntropy(copies, training, { backend, bandwidth: 0.01 });
    const found = await uncertainty({ x: copies, dH, errors }, { backend, bandwidth: 0.01, levels: [0.5] });
    expect(found.estimators?.kernelMean.spearman).toBeGreaterThan(0.95);
    const { mean } = await kernelMean(training, training, errors.subarray(0, 300), {
      backend,
      bandwidth: 1e-4,
    });
    mean.forEach((value, row) => expect(value).toBeCloseTo(errors[row] as number, 9));
  });

  it('says whether new structures are like those that bars were calibrated on', async () => {
    const frameOffsets = Array.from({ length: 41 }, (_, frame) => 6 * frame);
    const drawn = (seed: number, spread: number): DescriptorMatrix =>
      new DescriptorMatrix(randomRows(seed, 240, width, spread), { width, frameOffsets });
    const compared = async (seed: number, spread: number): Promise<CalibrationComparison> => {
      const range = await CalibrationRange.of(drawn(seed, 0.5), { backend, bandwidth, seed });
      await range.add(drawn(seed + 1000, spread));
      await range.add(drawn(seed + 2000, spread));
      const found = range.comparison();
      range.dispose();
      return found;
    };
    let alarms = 0;
    for (let seed = 0; seed < 20; seed++) {
      const same = await compared(seed, 0.5);
      expect(same).toMatchObject({ structures: 80, environments: 480 });
      expect(same.outside).toBeLessThan(0.15);
      alarms += Number(same.unlike);
      const wider = await compared(seed, 0.7);
      expect(wider.unlike).toBe(true);
      expect(wider.outside).toBeGreaterThan(same.outside);
    }
    expect(alarms).toBeLessThanOrEqual(2);
    const none = await CalibrationRange.of(x, { backend, bandwidth });
    expect(() => none.comparison()).toThrow('there are no new structures to compare');
    none.dispose();
  });

  it('refuses what is too little or does not fit', async () => {
    const dH = new Float64Array(400);
    const few = new DescriptorMatrix(x.data.subarray(0, 11 * width), {
      width,
      frameOffsets: [...Array(12).keys()],
    });
    const tried = (known: Parameters<typeof uncertainty>[0]): Promise<unknown> =>
      uncertainty(known, { backend });
    await expect(tried({ x: few, dH: dH.slice(0, 11), errors: new Float64Array(11) })).rejects.toMatchObject({
      code: 'EMPTY',
      message: '11 structures with known errors, expected at least 12 to fit, calibrate and try error bars',
    });
    await expect(tried({ x, dH, errors: new Float64Array(400) })).rejects.toMatchObject({ code: 'EMPTY' });
    for (const wrong of [
      new Float64Array(7),
      new Float64Array(400).fill(-1),
      new Float64Array(400).fill(NaN),
    ]) {
      await expect(tried({ x, dH, errors: wrong })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});

describe('errors of predictions', () => {
  const forces = (values: number[]): { data: Float64Array; kind: 'R'; width: number } => ({
    data: Float64Array.from(values),
    kind: 'R',
    width: 3,
  });
  const one: Structure = {
    positions: Float64Array.of(0, 0, 0, 2, 0, 0),
    species: ['Cu', 'Ni'],
    info: { energy: -6, energy_fit: -5.5 },
    arrays: { forces: forces([1, 0, 0, 0, 0, 0]), forces_fit: forces([1, 3, 4, 0, 0, 1]) },
  };

  it('are norms of differences of forces, and differences of energies per atom', () => {
    const found = predictionErrors([one, one], { prediction: 'forces_fit' });
    expect(found).toEqual({
      property: 'forces',
      truth: 'forces',
      prediction: 'forces_fit',
      perAtom: Float64Array.of(5, 1, 5, 1),
      perStructure: Float64Array.of(3, 3),
    });
    const energies = predictionErrors([one], {
      property: 'energy',
      truth: 'energy',
      prediction: 'energy_fit',
    });
    expect(energies).toMatchObject({ perAtom: null, perStructure: Float64Array.of(0.25) });
  });

  it('may come from two files, as long as the structures are the same', () => {
    const other: Structure = { ...one, arrays: { forces: forces([1, 0, 2, 0, 0, 0]) } };
    expect(predictionErrors([one], { predictions: [other] }).perAtom).toEqual(Float64Array.of(2, 0));
    const refused: [Structure[], string][] = [
      [[], '0 structures with predictions for 1 with the truth'],
      [[{ ...other, species: ['Cu', 'Cu'] }], 'atom 1 is Ni in one, Cu in the other'],
      [[{ ...other, positions: Float64Array.of(0, 0, 0, 2.1, 0, 0) }], 'atom 1 is in another place'],
      [[{ ...other, positions: Float64Array.of(0, 0, 0) }], '2 and 1 atoms'],
    ];
    for (const [predictions, message] of refused) {
      expect(() => predictionErrors([one], { predictions })).toThrow(message);
    }
  });

  it('says what there is where a name is missing', () => {
    expect(() => predictionErrors([one])).toThrow(
      'no predicted forces named; columns of three numbers in the first structure: forces, forces_fit',
    );
    expect(() => predictionErrors([one], { prediction: 'nothing' })).toThrow(
      'no structure has forces nothing; columns of three numbers in the first structure: forces',
    );
    expect(() => predictionErrors([one], { prediction: 'forces' })).toThrow(
      'truth and prediction are both forces',
    );
    expect(() => predictionErrors([{ positions: one.positions }], { property: 'energy' })).toThrow(
      'no true energy found; numbers in the first structure: none',
    );
  });

  it('never compare the truth with itself, nor with a copy of it', () => {
    const named = (arrays: Record<string, number[]>): Structure => ({
      ...one,
      arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, forces(values)])),
    });
    const [truth, model] = [
      [0.12345678, 0.2, -0.3, 1.3, -0.7, 0.11],
      [0.1, 0.25, -0.28, 1.1, -0.75, 0.2],
    ];
    const rounded = truth.map((value) => Number(value.toFixed(4)));
    const from = (
      of: Record<string, number[]>,
      predictions: Record<string, number[]>,
      options = {},
    ): string => {
      const found = predictionErrors([named(of)], { predictions: [named(predictions)], ...options });
      expect(Math.max(...(found.perAtom ?? []))).toBeGreaterThan(0.05);
      return `${found.prediction} against ${found.truth}`;
    };
    const all = { REF_forces: rounded, forces: rounded, MACE_forces: model };
    expect(from({ REF_forces: truth }, { REF_forces: rounded, MACE_forces: model })).toBe(
      'MACE_forces against REF_forces',
    );
    expect(from({ forces: truth }, all)).toBe('MACE_forces against forces');
    expect(from({ REF_forces: truth }, { REF_forces: rounded, forces: model })).toBe(
      'forces against REF_forces',
    );
    expect(from({ forces: truth }, { forces: rounded, new_forces: model })).toBe('new_forces against forces');
    expect(from({ forces: truth, MACE_forces: model }, { forces: model })).toBe('forces against forces');
    const refused: [Record<string, number[]>, object, string][] = [
      [{ forces: rounded }, {}, 'the prediction, forces, is a copy of the truth, forces'],
      [all, { prediction: 'forces' }, 'the prediction, forces, is a copy of the truth, forces'],
      [{ REF_forces: model }, {}, 'no predicted forces named'],
      [
        { MACE_forces: model, NEP_forces: rounded.map((x) => x + 1) },
        {},
        'MACE_forces, NEP_forces: each may be',
      ],
    ];
    for (const [predictions, options, message] of refused) {
      expect(() => from({ forces: truth }, predictions, options)).toThrow(message);
    }
    expect(() => from({ MACE_forces: model }, { forces: truth })).toThrow('no true forces found');
    const own = named({ forces: model, REF_forces: truth });
    expect(predictionErrors([own], { prediction: 'forces' })).toMatchObject({ truth: 'REF_forces' });
  });
});
