import { describe, expect, it } from 'vitest';
import { DescriptorMatrix, phases, referenceSet } from '../../ts/node.js';
import { type PhaseSet, phaseThresholds, UNKNOWN_PHASE } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { exponents, logSumExp } from '../support/oracles/naive.js';
import { random } from '../support/data/random.js';

const WIDTH = 5;
const h = 0.2;

/** Rows around a centre. */
function cloud(seed: number, rows: number, center: number, spread: number): DescriptorMatrix {
  const next = random(seed);
  const data = Float64Array.from({ length: rows * WIDTH }, () => center + spread * (next() + next() - 1));
  return new DescriptorMatrix(data, { width: WIDTH });
}

/** The value below which a share of others lies, on a line between the two that are nearest. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low = NaN, high = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (at % 1) * (high - low);
}

function naiveDelta(
  y: DescriptorMatrix,
  x: DescriptorMatrix,
  left: (row: number) => number = () => -1,
): number[] {
  return Array.from(
    { length: y.rows },
    (_, row) => -logSumExp(exponents(y, row, x, h).filter((_value, other) => other !== left(row))),
  );
}

const SOLID: PhaseSet = { name: 'solid', x: cloud(1, 1500, 0, 0.1) };
const LIQUID: PhaseSet = { name: 'liquid', x: cloud(2, 1200, 1.2, 0.6) };

describe.each(BACKENDS)('%s', (backend) => {
  const options = { backend, bandwidth: h };

  it('puts thresholds midway between the percentiles, relative to −log N', async () => {
    const [solid, liquid] = await phaseThresholds([SOLID, LIQUID], options);
    const own =
      percentile(
        naiveDelta(SOLID.x, SOLID.x, (row) => row),
        0.999,
      ) + Math.log(1499);
    const other = percentile(naiveDelta(LIQUID.x, SOLID.x), 0.001) + Math.log(1500);
    expect(solid?.own).toBeCloseTo(own, 7);
    expect(solid?.other).toBeCloseTo(other, 7);
    expect(solid?.separated).toBe(true);
    expect(solid?.relative).toBeCloseTo((own + other) / 2, 7);
    expect(solid?.threshold).toBeCloseTo((own + other) / 2 - Math.log(1500), 7);
    expect(liquid?.environments).toBe(1200);
  });

  it('puts no atom into a phase whose reference lacks its element', async () => {
    const x = new DescriptorMatrix(SOLID.x.data, { width: WIDTH, species: ['Al', 'Cu'] });
    const references = [{ name: 'solid', x, elements: ['Al'] }];
    const thresholds = [{ name: 'solid', relative: 1e6 }];
    const y = x.select([0]);
    const elements = Array.from({ length: y.rows }, (_, row) => (row === 1 ? 'Cu' : 'Al'));
    const { phase } = await phases(y, references, { ...options, thresholds, elements });
    expect([...phase.subarray(0, 3)]).toEqual([0, UNKNOWN_PHASE, 0]);
    // Descriptors that do not tell elements apart have no say in this.
    const plain = await phases(SOLID.x, [{ ...SOLID, elements: ['Al'] }], {
      ...options,
      thresholds,
      elements,
    });
    expect(plain.phase[1]).toBe(0);
  });

  it('takes sets that were held out, and phases without a reference', async () => {
    const apart = cloud(3, 300, 0, 0.12);
    const [solid] = await phaseThresholds([SOLID], {
      ...options,
      heldOut: [{ name: 'solid', x: apart }, LIQUID],
    });
    expect(solid?.own).toBeCloseTo(percentile(naiveDelta(apart, SOLID.x), 0.999) + Math.log(1500), 7);
    expect(solid?.other).toBeCloseTo(percentile(naiveDelta(LIQUID.x, SOLID.x), 0.001) + Math.log(1500), 7);
    const [alone] = await phaseThresholds([SOLID], options);
    expect(alone).toMatchObject({ other: null, separated: false });
    expect(alone?.relative).toBe(alone?.own);
  });

  it('gives each environment the phase of lowest δH below its threshold', async () => {
    const thresholds = await phaseThresholds([SOLID, LIQUID], options);
    const y = new DescriptorMatrix(
      Float64Array.from([
        ...cloud(4, 400, 0.2, 0.5).data,
        ...cloud(5, 200, 1.2, 0.6).data,
        ...cloud(6, 50, 5, 1).data,
      ]),
      { width: WIDTH },
    );
    const { names, phase, dH } = await phases(y, [SOLID, LIQUID], { ...options, thresholds });
    expect(names).toEqual(['solid', 'liquid']);
    const naive = [SOLID, LIQUID].map(({ x }) => naiveDelta(y, x));
    naive.forEach((values, at) => {
      values.forEach((value, row) => {
        expect(Math.abs((dH[at]?.[row] ?? NaN) - value)).toBeLessThan(1e-7 * Math.max(1, Math.abs(value)));
      });
    });
    for (let row = 0; row < y.rows; row++) {
      const possible = [0, 1].filter((at) => (naive[at]?.[row] ?? NaN) < (thresholds[at]?.threshold ?? NaN));
      possible.sort((a, b) => (naive[a]?.[row] ?? NaN) - (naive[b]?.[row] ?? NaN));
      expect(phase[row]).toBe(possible[0] ?? UNKNOWN_PHASE);
    }
    expect(new Set(phase)).toEqual(new Set([0, 1, UNKNOWN_PHASE]));
  });

  it('keeps its thresholds for a reference of another size', async () => {
    const [threshold] = await phaseThresholds([SOLID, LIQUID], options);
    const twice = new DescriptorMatrix(Float64Array.from([...SOLID.x.data, ...SOLID.x.data]), {
      width: WIDTH,
    });
    const y = cloud(7, 300, 0.4, 0.9);
    const one = await phases(y, [SOLID], {
      ...options,
      thresholds: [threshold as NonNullable<typeof threshold>],
    });
    const reference = await referenceSet(twice, { backend: options.backend });
    const two = await phases(y, [{ name: 'solid', x: reference }], {
      ...options,
      thresholds: [threshold as NonNullable<typeof threshold>],
    });
    reference.dispose();
    expect(two.phase).toEqual(one.phase);
    expect(new Set(one.phase).size).toBe(2);
  });

  it('refuses no references, names twice, single environments and thresholds that are missing', async () => {
    await expect(phaseThresholds([], options)).rejects.toMatchObject({ code: 'EMPTY' });
    await expect(phaseThresholds([SOLID, SOLID], options)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    const single = { name: 'one', x: cloud(1, 1, 0, 1) };
    await expect(phaseThresholds([single, SOLID], options)).rejects.toMatchObject({ code: 'EMPTY' });
    await expect(phases(LIQUID.x, [SOLID], { ...options, thresholds: [] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
