import { describe, expect, it } from 'vitest';
import {
  coverage,
  deltaEntropy,
  DescriptorMatrix,
  novelEnvironments,
  novelStructures,
} from '../../ts/node.js';
import {
  concatenated,
  noveltyByGeneration,
  noveltyByGroup,
  noveltySummary,
} from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { naiveLogSums } from '../support/oracles/naive.js';
import { randomRows } from '../support/data/random.js';

const width = 9;
const h = 0.03;
/** Sets of several leaves, of one, and one that is far from all others. */
const sets = [
  new DescriptorMatrix(randomRows(1, 700, width, 0.05), { width }),
  new DescriptorMatrix(randomRows(2, 55, width, 0.1), { width, frameOffsets: [0, 20, 20, 55] }),
  new DescriptorMatrix(
    randomRows(3, 260, width, 0.05).map((value) => value + 0.4),
    { width },
  ),
];
const naive = sets.map((y) => sets.map((x) => naiveLogSums(y, x, h).map((sum) => 0 - sum)));
const share = (values: readonly number[], epsilon: number): number =>
  values.filter((value) => value < epsilon).length / values.length;

describe.each(BACKENDS)('%s', (backend) => {
  const options = { backend, bandwidth: h };

  it('compares every set with every other', async () => {
    const epsilon = [1e-5, 1, 5];
    const found = await coverage(sets, { ...options, epsilon });
    expect(Array.from(found.epsilons)).toEqual(epsilon);
    expect(found.overlap).toHaveLength(3);
    for (const [row, y] of sets.entries()) {
      for (const [column, x] of sets.entries()) {
        const values = naive[row]?.[column] ?? [];
        const dH = found.dH[row]?.[column] ?? new Float64Array(0);
        expectClose(dH, values, 1e-12);
        expectClose(dH, await deltaEntropy(y, x, options), 1e-12);
        for (const [at, one] of epsilon.entries()) {
          expect(found.overlap[at]?.[row]?.[column]).toBe(share(values, one));
        }
      }
      expect(found.overlap[0]?.[row]?.[row]).toBe(1);
    }
    // Something is covered, and something is not.
    expect(found.overlap[0]?.[1]?.[0]).toBeGreaterThan(0);
    expect(found.overlap[0]?.[1]?.[0]).toBeLessThan(1);
    expect(found.overlap[0]?.[2]?.[0]).toBe(0);
  });

  it('says of every pair of many environments, in one pass, what two passes say', async () => {
    const x = new DescriptorMatrix(randomRows(4, 5000, 31, 0.05), { width: 31 });
    // Near, at the edge of the kernel's reach, and far.
    const shifts = [0, 0.03, 0.06, 3];
    const rows = randomRows(5, 4000, 31, 0.05).map(
      (value, at) => value + (shifts[Math.floor(at / 31) % 4] ?? 0),
    );
    const y = new DescriptorMatrix(rows, { width: 31 });
    const steps = new Set<number>();
    const onProgress = ({ done }: { done: number }): void => void steps.add(done);
    const { dH } = await coverage([x, y], { ...options, onProgress });
    expect(steps.size).toBeGreaterThan(3);
    expectClose(dH[0]?.[1] ?? [], await deltaEntropy(x, y, options), 1e-9);
    expectClose(dH[1]?.[0] ?? [], await deltaEntropy(y, x, options), 1e-9);
  });

  it('takes one threshold, and its default', async () => {
    const [first, second] = sets as [DescriptorMatrix, DescriptorMatrix];
    const found = await coverage([first, second], options);
    expect(Array.from(found.epsilons)).toEqual([1e-5]);
    const one = await coverage([first, second], { ...options, epsilon: 2 });
    expect(one.overlap[0]?.[1]?.[0]).toBe(share(naive[1]?.[0] ?? [], 2));
    expect((await coverage([first], options)).overlap).toEqual([[[1]]]);
  });

  it('reports progress as that of one call, and stops when told to', async () => {
    const reports: number[] = [];
    await coverage(sets, { ...options, onProgress: ({ done, total }) => reports.push(done / total) });
    // Each set with itself, and each pair once.
    expect(reports.length).toBeGreaterThanOrEqual(6);
    expect([...reports].sort((a, b) => a - b)).toEqual(reports);
    expect(reports.at(-1)).toBeCloseTo(1, 12);
    const controller = new AbortController();
    const onProgress = (): void => {
      controller.abort(new Error('enough'));
    };
    const call = coverage(sets, { ...options, signal: controller.signal, onProgress });
    await expect(call).rejects.toThrow('enough');
  });

  it('compares each generation with all before it', async () => {
    const epsilon = [1e-5, 3] as const;
    const found = await noveltyByGeneration(sets, { ...options, epsilon });
    expect(found.map(({ known, environments }) => [known, environments])).toEqual([
      [700, 55],
      [755, 260],
    ]);
    for (const [index, { dH, overlap, novelty, mean, max }] of found.entries()) {
      const before = concatenated(sets.slice(0, index + 1));
      const values = naiveLogSums(sets[index + 1] as DescriptorMatrix, before, h).map((sum) => 0 - sum);
      expectClose(dH, values, 1e-12);
      expect(Array.from(overlap)).toEqual(epsilon.map((one) => share(values, one)));
      expect(novelty).toBe(values.filter((value) => value >= epsilon[0]).length / values.length);
      expectClose([mean, max], [values.reduce((a, b) => a + b) / values.length, Math.max(...values)], 1e-12);
    }
  });

  it('summarises by groups', async () => {
    const dH = Float64Array.of(-1, 0, 2, 0.5);
    const all = await noveltySummary(dH, { backend, epsilon: [1e-5, 1] });
    expect(all).toEqual({
      environments: 4,
      overlap: Float64Array.of(0.5, 0.75),
      novelty: 0.5,
      mean: 0.375,
      max: 2,
    });
    const groups = await noveltyByGroup(dH, ['O', 'H', 'O', 'H'], { backend, epsilon: 1 });
    expect([...groups.keys()]).toEqual(['H', 'O']);
    expect(groups.get('O')).toEqual(await noveltySummary(Float64Array.of(-1, 2), { backend, epsilon: 1 }));
    await expect(noveltyByGroup(dH, ['O'], { backend })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('refuses no sets, one generation, sets made differently, thresholds that are no numbers', async () => {
    const other = new DescriptorMatrix([1, 2], { width: 2 });
    const [first] = sets as [DescriptorMatrix];
    await expect(coverage([], options)).rejects.toMatchObject({ code: 'EMPTY' });
    await expect(noveltyByGeneration([first], options)).rejects.toMatchObject({ code: 'EMPTY' });
    await expect(coverage([first, other], options)).rejects.toMatchObject({
      code: 'MISMATCH',
      message: expect.stringMatching(/width is 2 in set 1, 9 in set 0/) as string,
    });
    await expect(noveltyByGeneration([first, other], options)).rejects.toMatchObject({ code: 'MISMATCH' });
    const call = coverage([first], { ...options, epsilon: [1, NaN] });
    await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('what a reference does not cover', () => {
  const sources = [
    { file: 'a.xyz', frame: 7 },
    { file: 'a.xyz', frame: 8 },
    { file: 'b.xyz', frame: 0 },
  ];
  const y = new DescriptorMatrix([1, 2, 3, 4, 5], { width: 1, frameOffsets: [0, 2, 3, 5], sources });
  const dH = Float64Array.of(-1, 3, 0.5, 3, 9);

  it('is listed by environment, the newest first, equal ones in order', () => {
    const found = novelEnvironments(y, dH, { epsilon: 1 });
    expect(found.map(({ row }) => row)).toEqual([4, 1, 3]);
    expect(found[0]).toEqual({ row: 4, frame: 2, atom: 1, source: sources[2], dH: 9 });
    expect(novelEnvironments(y, dH).map(({ row }) => row)).toEqual([4, 1, 3, 2]);
    expect(novelEnvironments(y, dH, { epsilon: 10 })).toEqual([]);
  });

  it('is listed by structure', () => {
    expect(novelStructures(y, dH, { epsilon: 1 })).toEqual([
      { frame: 2, source: sources[2], environments: 2, uncovered: 2, mean: 6, max: 9 },
      { frame: 0, source: sources[0], environments: 2, uncovered: 1, mean: 1, max: 3 },
    ]);
  });

  it('needs one value for each environment', () => {
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error;
    expect(() => novelEnvironments(y, dH.subarray(1))).toThrow(refused);
    expect(() => novelStructures(y, new Float64Array(9))).toThrow(refused);
  });
});
