import { describe, expect, it } from 'vitest';
import {
  deltaEntropy,
  type DescriptorMatrix,
  descriptors,
  entropy,
  readStructures,
  type Structure,
} from '../../ts/node.js';
import { hasSharedData, SHARED_DATA, withoutSharedData } from '../support/data/shared-data.js';

const backend = 'native';
const SEEDS = 12;

/** Every so-manieth structure of some files. */
async function every(step: number, first: number, files: readonly string[]): Promise<DescriptorMatrix> {
  const chosen: Structure[] = [];
  let index = 0;
  for (const file of files) {
    for await (const structure of readStructures(`${SHARED_DATA}${file}`)) {
      if (index++ % step === first) chosen.push(structure);
    }
  }
  return descriptors(chosen, { backend });
}

const MLEARN = ['Si', 'Mo', 'Li'].flatMap((element) => [
  `mlearn/${element}_training.extxyz`,
  `mlearn/${element}_test.extxyz`,
]);

/** One phase after the other of one substance, and many substances: dense and sparse. */
const SETS = [
  { name: 'copper, heated, molten, frozen', step: 9, files: ['cu_melt/dump.cu_melt_xtal.lammpstrj'] },
  { name: 'silicon, molybdenum, lithium', step: 2, files: MLEARN },
];

describe.skipIf(!hasSharedData).each(SETS)(`estimates of $name${withoutSharedData}`, ({ step, files }) => {
  it('hold H as often as promised, without a bias', async () => {
    const x = await every(step, 0, files);
    const exact = await entropy(x, { backend });
    const tolerance = 0.1;
    const errors: number[] = [];
    let inside = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const { value, error, low, high } = await entropy(x, { backend, tolerance, seed });
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThanOrEqual(1.05 * tolerance);
      errors.push(value - exact);
      if (low <= exact && exact <= high) inside++;
    }
    // Intervals are drawn for 99 %; fewer than 11 happen by chance once in 160 runs.
    expect(inside, errors.map((error) => error.toExponential(1)).join(' ')).toBeGreaterThanOrEqual(11);
    const bias = errors.reduce((sum, error) => sum + error, 0) / SEEDS;
    expect(Math.abs(bias)).toBeLessThan(tolerance / 4);
  });

  it('hold δH as often as promised', async () => {
    const x = await every(step, 0, files);
    const y = await every(4 * step, 1, files);
    const exact = await deltaEntropy(y, x, { backend });
    for (const tolerance of [0.3, 0.05]) {
      const { values, errors, mean } = await deltaEntropy(y, x, { backend, tolerance, seed: 1 });
      const inside = values.filter(
        (value, row) => Math.abs(value - (exact[row] as number)) <= (errors[row] as number) + 1e-9,
      );
      expect(inside.length / y.rows, `tolerance ${tolerance}`).toBeGreaterThan(0.94);
      const narrow = errors.filter((error) => error <= 1.2 * tolerance);
      expect(narrow.length / y.rows, `tolerance ${tolerance}`).toBeGreaterThan(0.92);
      const truth = exact.reduce((sum, value) => sum + value, 0) / y.rows;
      expect(Math.abs(mean.value - truth)).toBeLessThanOrEqual(mean.error + 1e-9);
    }
  });
});
