import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type BuildReferenceOptions,
  compress,
  deltaEntropy,
  DescriptorMatrix,
  entropy,
  openReference,
  overlap,
} from '../../ts/node.js';
import { kernelMean, nearestDeltaEntropy, nearestEnvironment } from '../../ts/faces/node/analysis.js';
import { labelOf } from '../../ts/base/species-mode.js';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';
import { batchesOf, type OpenedReference, referenceFolder } from '../support/data/stored-references.js';

const { stored } = referenceFolder();

function merged(x: DescriptorMatrix, options: BuildReferenceOptions, size = 700): Promise<OpenedReference> {
  return stored(batchesOf(x, size), options);
}

/** Rows around some others: `spread` is how far they are from these, about. */
function around(seed: number, rows: number, width: number, spread: number): Float64Array {
  const centres = randomRows(seed, Math.ceil(rows / 5), width, 0.05);
  const moved = randomRows(seed + 1, rows, width, spread / Math.sqrt(width));
  return moved.map((value, at) => {
    const row = Math.floor(at / width);
    return value + (centres[(row % Math.ceil(rows / 5)) * width + (at % width)] as number);
  });
}

function distance(a: Float64Array, b: Float64Array, row: number, width: number): number {
  let sum = 0;
  for (let at = row * width; at < (row + 1) * width; at++)
    sum += ((a[at] as number) - (b[at] as number)) ** 2;
  return Math.sqrt(sum);
}

describe.each(BACKENDS)('a reference whose environments are merged, on %s', (backend) => {
  const bandwidth = 0.03;

  it.each([
    [1, 1, 0.5],
    [900, 1, 0.01],
    [900, 1, 1],
    [2500, 3, 0.1],
    [2500, 3, 0.6],
    [1300, 63, 0.3],
    [1300, 63, 1],
    [500, 300, 0.4],
  ])('keeps to its bound: %i rows of %i columns, within %f h', async (rows, width, merge) => {
    const spread = merge * bandwidth;
    const x = new DescriptorMatrix(around(rows, rows, width, spread), { width });
    const file = await merged(x, { backend, merge, bandwidth });
    const radius = file.facts.merged?.radius ?? 0;
    expect(radius).toBeLessThanOrEqual(merge * bandwidth * (1 + 1e-12));
    if (rows > 1) {
      expect(radius).toBeGreaterThan(0);
      expect(file.facts.stored).toBeLessThan(0.9 * rows);
    }

    // Groups: all members have the bits of their mean, and are within the radius of it.
    const { data } = await file.matrix();
    const groups = new Map<string, number[]>();
    for (let row = 0; row < rows; row++) {
      expect(distance(x.data, data, row, width)).toBeLessThanOrEqual(radius * (1 + 1e-9));
      const key = data.subarray(row * width, (row + 1) * width).join();
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    expect(groups.size).toBe(file.facts.stored);
    for (const members of groups.values()) {
      for (let column = 0; column < width; column++) {
        const values = members.map((row) => x.data[row * width + column] as number);
        const mean = values.reduce((sum, value) => sum + value, 0) / members.length;
        expect(data[(members[0] as number) * width + column]).toBeCloseTo(mean, 12);
      }
    }

    // Near, further, and far from all of it.
    const y = new DescriptorMatrix(
      Float64Array.from([
        ...x.data.slice(0, 60 * width),
        ...around(rows + 7, 90, width, 3 * bandwidth),
        ...randomRows(rows + 8, 20, width, 0.3),
        ...randomRows(rows + 9, 5, width, 3),
      ]),
      { width },
    );
    for (const h of [bandwidth / 40, bandwidth / 2, bandwidth, 4 * bandwidth]) {
      const exact = await deltaEntropy(y, x, { backend, bandwidth: h });
      const found = await deltaEntropy(y, file, { backend, bandwidth: h });
      for (const [row, dH] of found.entries()) {
        const { below, above } = file.mergedBound(dH, h);
        const change = dH - (exact[row] as number);
        // What is summed is within 1e-9 of itself.
        const rounding = 1e-9 * Math.max(1, Math.abs(dH));
        expect(change, `row ${row}, h = ${h}`).toBeGreaterThanOrEqual(-below - rounding);
        expect(change, `row ${row}, h = ${h}`).toBeLessThanOrEqual(above + rounding);
      }
    }
    await file.close();
  });

  it('is the same file whatever the parts it comes in', async () => {
    const x = new DescriptorMatrix(around(3, 3000, 5, 0.01), { width: 5 });
    const options = { backend, bandwidth, merge: 0.3 };
    const [a, b] = [await merged(x, options, 3000), await merged(x, options, 1)];
    const [one, other] = [readFileSync(a.path), readFileSync(b.path)];
    // But for the table of frames, which batches are here.
    expect(one.subarray(24).includes('"share":0.3')).toBe(true);
    expect(a.facts.stored).toBe(b.facts.stored);
    expect((await a.matrix()).data).toEqual((await b.matrix()).data);
    expect([one[8], other[8]]).toEqual([2, 2]);
    await a.close();
    await b.close();
  });

  it('counts what was merged wherever a set stands', async () => {
    const width = 4;
    const x = new DescriptorMatrix(around(5, 2400, width, 0.01), { width });
    const y = new DescriptorMatrix(around(6, 90, width, 0.02), { width, frameOffsets: [0, 30, 60, 90] });
    const file = await merged(x, { backend, bandwidth, merge: 0.3 });
    const { stored } = file.facts;
    expect(stored).toBeGreaterThan(100);
    expect(stored).toBeLessThan(2000);
    // The same environments in memory, each as often as it counts.
    const same = new DescriptorMatrix((await file.matrix()).data, { width });
    const options = { backend, bandwidth };
    const close = (found: ArrayLike<number>, expected: ArrayLike<number>): void => {
      expect(found.length).toBe(expected.length);
      for (const [row, value] of Array.from(found).entries())
        expect(value).toBeCloseTo(expected[row] as number, 9);
    };
    close(await deltaEntropy(y, file, options), await deltaEntropy(y, same, options));
    expect(await overlap(y, file, options)).toBe(await overlap(y, same, options));
    close([await entropy(file, options)], [await entropy(same, options)]);
    close(await nearestDeltaEntropy(y, file, options), await nearestDeltaEntropy(y, same, options));
    const weights = randomRows(9, x.rows, 1, 1);
    close(
      (await kernelMean(y, file, weights, options)).mean,
      (await kernelMean(y, same, weights, options)).mean,
    );
    const picked = { ...options, size: { count: 2 }, method: 'msc_conditional' } as const;
    expect((await compress(y, { ...picked, reference: file })).picks).toEqual(
      (await compress(y, { ...picked, reference: same })).picks,
    );
    // An estimate goes by what is stored, and its interval holds the exact value.
    const tight = await openReference(file.path, { memory: 1e4 });
    const { low, high } = await entropy(tight, { ...options, tolerance: 0.1, seed: 3 });
    const exact = await entropy(same, options);
    expect(low - 1e-9 <= exact && exact <= high + 1e-9).toBe(true);
    await tight.close();
    // The nearest environment is one of those that are stored as one.
    const nearest = await nearestEnvironment(y, 7, file, { backend });
    const row = same.data.subarray(nearest.row * width, (nearest.row + 1) * width).join();
    let alike = 0;
    for (let at = 0; at < x.rows; at++) {
      if (same.data.subarray(at * width, (at + 1) * width).join() === row) alike += 1;
    }
    expect(nearest.alike).toBe(alike);
    await file.close();
  });

  it('joins no environments of different elements, and bounds by those of one', async () => {
    const width = 5;
    const rows = 2000;
    const data = around(25, rows, width, 0.01);
    // Every row twice, around an atom of another element, and one that is alone.
    for (let row = 0; row < rows; row++) {
      if (row % 2 === 1) data.copyWithin(row * width, (row - 1) * width, row * width);
      data[row * width] = labelOf(row === 0 ? 'O' : row % 2 === 0 ? 'Cu' : 'Au');
    }
    const x = new DescriptorMatrix(data, { width, species: 'center' });
    const options = { backend, bandwidth };
    for (const precision of ['double', 'single'] as const) {
      const file = await merged(x, { ...options, merge: 0.4, precision });
      expect(file.facts.stored).toBeLessThan(0.9 * rows);
      expect(readFileSync(file.path)[8]).toBe(3);
      const radius = file.facts.merged?.radius ?? 0;
      const found = await file.matrix();
      for (let row = 0; row < rows; row++) {
        expect(found.data[row * width]).toBe(x.data[row * width]);
        expect(distance(x.data, found.data, row, width)).toBeLessThanOrEqual(radius * (1 + 1e-6));
      }
      expect(file.facts.centers).toMatchObject({ O: { rows: 1, stored: 1 }, Cu: { rows: 999 } });
      const y = new DescriptorMatrix(
        data.map((value, at) => (at % width === 0 ? value : value + 0.02)),
        {
          width,
          species: 'center',
        },
      );
      const exact = await deltaEntropy(y, x, options);
      for (const [row, dH] of (await deltaEntropy(y, file, options)).entries()) {
        const { below, above } = file.mergedBound(dH, bandwidth);
        expect(dH - (exact[row] as number)).toBeGreaterThanOrEqual(-below - 1e-5);
        expect(dH - (exact[row] as number)).toBeLessThanOrEqual(above + 1e-5);
        expect(above).toBeCloseTo(Math.min(1, (radius / bandwidth) ** 2) * (Math.log(1000) + dH), 9);
      }
      expect(file.mergedBound(Infinity)).toEqual({ below: 0, above: 0 });
      await file.close();
    }
  });

  it('is as near in single precision', async () => {
    const width = 7;
    const x = new DescriptorMatrix(around(15, 1500, width, 0.01), { width });
    const y = new DescriptorMatrix(around(16, 90, width, 0.02), { width });
    const [kernel, options] = [
      { backend, bandwidth },
      { backend, bandwidth, merge: 0.5 },
    ];
    const [double, single] = [await merged(x, options), await merged(x, { ...options, precision: 'single' })];
    expect(single.facts.merged).toEqual(double.facts.merged);
    expect(single.facts.bytes).toBeLessThan(0.8 * double.facts.bytes);
    const [a, b] = [await deltaEntropy(y, double, kernel), await deltaEntropy(y, single, kernel)];
    for (const [row, value] of a.entries()) {
      const most = 1e-5 * Math.max(1, Math.abs(value) / 100);
      expect(Math.abs(value - (b[row] as number))).toBeLessThan(most);
    }
    await double.close();
    await single.close();
  });

  it('merges copies in several leaves, and nothing that is further apart', async () => {
    const width = 3;
    const row = randomRows(1, 1, width, 0.1);
    // Of few rows copies are not looked for beyond their leaves.
    for (const [rows, stored] of [
      [5000, 21],
      [120_000, 1],
    ] as const) {
      const data = Float64Array.from({ length: rows * width }, (_, at) => row[at % width] as number);
      const copies = new DescriptorMatrix(data, { width });
      const one = await merged(copies, { backend, merge: 0.1, bandwidth }, 50_000);
      expect([one.rows, one.facts.stored, one.facts.merged]).toEqual([rows, stored, null]);
      expect(one.mergedBound(3)).toEqual({ below: 0, above: 0 });
      await one.close();
    }
    const far = new DescriptorMatrix(
      Float64Array.from({ length: 900 }, (_, at) => at),
      { width: 1 },
    );
    const apart = await merged(far, { backend, merge: 1, bandwidth });
    expect([apart.facts.stored, apart.facts.merged]).toEqual([900, null]);
    expect((await apart.matrix()).data).toEqual(far.data);
    await apart.close();
  });

  it('refuses what is no share', async () => {
    const x = new DescriptorMatrix(randomRows(1, 10, 2, 1), { width: 2 });
    for (const wrong of [{ merge: 0 }, { merge: 1.1 }, { merge: NaN }, { merge: 0.1, bandwidth: 0 }]) {
      await expect(merged(x, { backend, ...wrong })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});
