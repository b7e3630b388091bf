import { quantile } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { OUTER_FENCE } from '../../ts/base/constants.js';
import { deltaOfOutliers } from '../../ts/coverage/delta-to-others.js';
import { DescriptorMatrix, leaveOneOutDeltaEntropy, referenceSet } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { gaussian, random } from '../support/data/random.js';
import { exponents, logSumExp } from '../support/oracles/naive.js';

const bandwidth = 0.1;
const WIDTH = 3;

/** A dense cloud, groups of eight, and singles: of these alone nothing is near. */
function cloudAndGroups(count: number, singles: number): DescriptorMatrix {
  const [normal, uniform] = [gaussian(1), random(2)];
  const data = new Float64Array(count * WIDTH);
  const anywhere = (): number[] => Array.from({ length: WIDTH }, () => 1000 * uniform());
  let centre: number[] = [];
  for (let at = 0; at < count; at++) {
    const isSingle = at % Math.floor(count / singles) === 0;
    const inCloud = at < 0.6 * count;
    if (at % 8 === 0) centre = anywhere();
    const inPlace = inCloud ? [0, 0, 0] : centre;
    const own = isSingle ? anywhere() : inPlace;
    const spread = inCloud ? bandwidth : 1e-4 * bandwidth;
    data.set(
      own.map((value) => value + spread * normal()),
      at * WIDTH,
    );
  }
  return new DescriptorMatrix(data, { width: WIDTH });
}

function expectedOf(x: DescriptorMatrix, row: number): number {
  return -logSumExp(exponents(x, row, x, bandwidth).filter((_, other) => other !== row));
}

describe.each(BACKENDS)('%s', (backend) => {
  const options = { backend, bandwidth };

  it('sums only what may be an outlier of a large set, and the quartiles from a part', async () => {
    const x = cloudAndGroups(56_000, 20);
    const reference = await referenceSet(x, { backend });
    try {
      const { dH, threshold, quartilesOf } = await deltaOfOutliers(reference, options);
      expect(quartilesOf).toBe(5000);
      const summed = Array.from(dH.keys()).filter((row) => !Number.isNaN(dH[row]));
      expect(summed.length).toBeLessThan(5500);
      const above = summed.filter((row) => (dH[row] as number) > 0);
      expect(above.length).toBeGreaterThanOrEqual(15);
      for (const row of [...above, ...summed.slice(0, 20)]) {
        const expected = expectedOf(x, row);
        expect(Math.abs((dH[row] as number) - expected)).toBeLessThan(1e-8 * Math.max(1, Math.abs(expected)));
      }
      // What was left out is no outlier, nor without a like.
      const others = Array.from(dH.keys()).filter((row) => Number.isNaN(dH[row]));
      for (const row of others.filter((_, at) => at % 2500 === 0)) expect(expectedOf(x, row)).toBeLessThan(0);

      // A threshold that is given needs no quartiles.
      const given = await deltaOfOutliers(reference, { ...options, outlierThreshold: -1 });
      expect(given).toMatchObject({ threshold: -1, quartilesOf: 0 });
      for (const [row, value] of given.dH.entries()) {
        if (value > -1 || row % 7000 === 0) {
          const expected = expectedOf(x, row);
          if (Number.isNaN(value)) expect(expected).toBeLessThan(-1);
          else expect(Math.abs(value - expected)).toBeLessThan(1e-8 * Math.max(1, Math.abs(expected)));
        }
      }

      if (backend !== 'native') return;
      const all = await leaveOneOutDeltaEntropy(reference, options);
      const [low, high] = quantile(Array.from(all), [0.25, 0.75]) as [number, number];
      expect(threshold).toBeGreaterThan(5);
      expect(Math.abs(threshold - (high + OUTER_FENCE * (high - low)))).toBeLessThan(0.5);
      const outliers = (values: Float64Array, limit: number): number[] =>
        Array.from(values.keys()).filter((row) => (values[row] as number) > limit);
      expect(outliers(dH, threshold)).toEqual(outliers(all, threshold));
      expect(outliers(dH, 0)).toEqual(outliers(all, 0));
    } finally {
      reference.dispose();
    }
  });

  it('sums all where many may be outliers, and where there are few environments', async () => {
    const few = cloudAndGroups(800, 20);
    const reference = await referenceSet(few, { backend });
    const { dH, quartilesOf } = await deltaOfOutliers(reference, options);
    reference.dispose();
    expect(dH).toEqual(await leaveOneOutDeltaEntropy(few, options));
    expect(quartilesOf).toBe(800);
    if (backend !== 'native') return;
    const uniform = random(3);
    const alone = new DescriptorMatrix(
      Float64Array.from({ length: 50_100 }, () => 1e6 * uniform()),
      {
        width: 1,
      },
    );
    const sparse = await referenceSet(alone, { backend });
    const found = await deltaOfOutliers(sparse, options);
    expect(found.dH.some(Number.isNaN)).toBe(false);
    expect(found.dH).toEqual(await leaveOneOutDeltaEntropy(sparse, options));
    sparse.dispose();
  });
});
