import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { outOfCoreModule } from '../../../ts/backend/out-of-core.js';
import {
  type Backend,
  coverage,
  deltaEntropy,
  DescriptorMatrix,
  loadBackend,
  metrics,
  QuestsError,
} from '../../../ts/node.js';
import {
  mergeShards,
  mergedMetrics,
  Planner,
  numberRangesText,
  runShard,
  type Work,
} from '../../../ts/faces/node/shards.js';
import { noveltyByGeneration } from '../../../ts/faces/node/analysis.js';
import { orderedRecords, RECORD, RecordFile } from '../../../ts/shards/external-order.js';
import { temporaryFolder } from '../../support/cli/cli.js';
import { random, randomRows } from '../../support/data/random.js';

const folder = temporaryFolder();
let backend: Backend;

/** What a plan is told, beside what it is of. */
const said = {
  version: '1',
  command: { name: 'entropy', input: [], options: {}, typed: [] },
  folder,
  inputs: [],
  facts: {},
};
beforeAll(async () => {
  backend = await loadBackend('native');
});

describe('the order of rows on the disk', () => {
  // Many equal coordinates, of both signs and zeros: ties go by the number of the row.
  const coordinate = [(value: number) => Math.round(8 * value) - 4, (value: number) => value - 0.5];

  it.each(coordinate)('is that in memory, however little of it there is: %s', async (of) => {
    const core = outOfCoreModule(backend);
    const next = random(7);
    for (const count of [1, 239, 5000, 20_011]) {
      const points = Float64Array.from({ length: 8 * count }, () => of(next()) * (next() < 0.5 ? -1 : 1));
      const expected = core.order(points);
      for (const limit of [240, 1000, 7000]) {
        const path = join(folder, 'records');
        const file = await RecordFile.create(path);
        for (let row = 0; row < count; row++) {
          file.add(Float64Array.of(row, ...points.subarray(8 * row, 8 * row + 8)));
        }
        await file.close();
        const found: number[] = [];
        for await (const records of orderedRecords(core, path, count, limit)) {
          for (let at = 0; at < records.length; at += RECORD) found.push(records[at] as number);
        }
        expect(Uint32Array.from(found)).toEqual(expected);
      }
    }
  });
});

/** Wide rows, so that a few thousand fill a block, around some points. */
function matrix(rows: number, seed: number, shift = 0): DescriptorMatrix {
  const width = 511;
  const next = random(seed);
  const data = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const centre = shift + 0.02 * Math.floor(12 * next());
    for (let column = 0; column < width; column++) data[row * width + column] = centre + 0.002 * next();
  }
  return new DescriptorMatrix(data, { width });
}

/** log p of all sums, by bandwidth; read a few rows at a time. */
async function logsOf(work: Work): Promise<Float64Array[][]> {
  const merged = await mergeShards(work, { limit: 5003 });
  const found: number[][][] = [];
  for await (const { sums, logs } of merged.parts()) {
    expect(logs.length * (logs[0] as Float64Array).length).toBeLessThanOrEqual(5003);
    const all = (found[sums] ??= logs.map(() => []));
    for (const [at, values] of logs.entries()) for (const value of values) all[at]?.push(value);
  }
  return found.map((all) => all.map((values) => Float64Array.from(values)));
}

async function* parts(x: DescriptorMatrix, size: number): AsyncGenerator<DescriptorMatrix> {
  for (let from = 0; from < x.rows; from += size) {
    await Promise.resolve();
    const data = x.data.subarray(from * x.width, (from + size) * x.width);
    yield new DescriptorMatrix(data, { width: x.width });
  }
}

describe('sets of several blocks', () => {
  it('give the bits of sums in memory', async () => {
    const x = matrix(17_003, 1);
    const near = matrix(2500, 2);
    const far = matrix(700, 3, 0.4);
    const bandwidths = [0.015, 0.06];
    const planner = new Planner(join(folder, 'work'), { backend });
    const set = await planner.reference(parts(x, 1000));
    planner.sums(set, set);
    async function* both(): AsyncGenerator<DescriptorMatrix> {
      yield* parts(near, 2500);
      yield* parts(far, 700);
    }
    planner.sums(await planner.queries(both(), set), set);
    const work = await planner.finish({ ...said, bandwidths, shards: 3 });
    expect(work.manifest.sets[0]?.segments[0]?.length).toBe(3);
    for (let shard = 0; shard < 3; shard++) expect(await runShard(work, shard, { backend })).toBe(true);
    expect(await runShard(work, 0, { backend })).toBe(false);
    const logSums = await logsOf(work);
    const own = await metrics(x, { backend, bandwidth: bandwidths });
    for (const [at, { dH }] of own.entries()) expect(logSums[0]?.[at]?.map((log) => 0 - log)).toEqual(dH);
    const figures = await mergedMetrics(await mergeShards(work, { limit: 5003 }), backend);
    for (const [at, figure] of (figures[0] ?? []).entries()) expect(own[at]).toMatchObject(figure);
    expect(figures[0]?.length).toBe(2);
    const ofNear = await deltaEntropy(near, x, { backend, bandwidth: bandwidths });
    const ofFar = await deltaEntropy(far, x, { backend, bandwidth: bandwidths });
    expect(Math.max(...(ofFar[0] ?? []))).toBeGreaterThan(100);
    for (const [at, logs] of (logSums[1] ?? []).entries()) {
      const expected = [...(ofNear[at] ?? []), ...(ofFar[at] ?? [])];
      expect(Array.from(logs, (log) => 0 - log)).toEqual(expected);
    }
  });
});

/** Rows that begin with one of three labels, one of which a single row has. */
function labelled(rows: number, seed: number, labels: readonly number[]): DescriptorMatrix {
  const { data, width } = matrix(rows, seed);
  const next = random(seed + 100);
  for (let row = 0; row < rows; row++) {
    data[row * width] = row === 77 ? 300 : (labels[Math.floor(next() * labels.length)] as number);
  }
  return new DescriptorMatrix(data, { width, species: 'center' });
}

async function* labelledParts(x: DescriptorMatrix, size: number): AsyncGenerator<DescriptorMatrix> {
  for await (const { data, width } of parts(x, size)) {
    yield new DescriptorMatrix(data, { width, species: 'center' });
  }
}

describe('sets with labels', () => {
  const cases = [[0.015], [0.015, 0.06]];
  it.each(cases)(
    'give the bits of sums in memory: own, of queries, mutual, of samples',
    async (...bandwidths) => {
      const x = labelled(16_003, 1, [67, 72]);
      const y = labelled(2500, 2, [67, 72, 91]);
      const some = Uint32Array.from({ length: 3000 }, (_, at) => 5 * at + 2);
      const planner = new Planner(join(folder, `labelled-${bandwidths.length}`), { backend });
      const set = await planner.reference(labelledParts(x, 1000));
      planner.sums(set, set);
      planner.sums(await planner.queries(labelledParts(y, 2500), set), set);
      await planner.mutual(await planner.reference(labelledParts(y, 700)), set);
      const sample = await planner.sample(set, some);
      planner.sums(sample, sample);
      const work = await planner.finish({ ...said, bandwidths, shards: 3 });
      for (let shard = 0; shard < 3; shard++) expect(await runShard(work, shard, { backend })).toBe(true);
      const logSums = await logsOf(work);
      const deltas = (sums: number, at: number): Float64Array | undefined =>
        logSums[sums]?.[at]?.map((log) => 0 - log);
      const own = await metrics(x, { backend, bandwidth: bandwidths });
      const figures = await mergedMetrics(await mergeShards(work), backend);
      for (const [at, { dH, ...figure }] of own.entries()) {
        expect(deltas(0, at)).toEqual(dH);
        expect(figures[0]?.[at]).toEqual(figure);
      }
      const found = await deltaEntropy(y, x, { backend, bandwidth: bandwidths });
      for (const [at, dH] of found.entries()) {
        expect(dH).toContain(Infinity);
        expect(dH.filter(Number.isFinite).length).toBeGreaterThan(1000);
        expect(deltas(1, at)).toEqual(dH);
      }
      if (bandwidths.length === 1) {
        const both = await coverage([x, y], { backend, bandwidth: 0.015 });
        expect(deltas(2, 0)).toEqual(both.dH[1]?.[0]);
        expect(deltas(3, 0)).toEqual(both.dH[0]?.[1]);
      }
      const rows = new Float64Array(some.length * x.width);
      for (const [at, row] of some.entries()) {
        rows.set(x.data.subarray(row * x.width, (row + 1) * x.width), at * x.width);
      }
      const thinned = new DescriptorMatrix(rows, { width: x.width, species: 'center' });
      const ofSample = await metrics(thinned, { backend, bandwidth: bandwidths });
      for (const [at, { dH }] of ofSample.entries()) expect(deltas(4, at)).toEqual(dH);
    },
  );

  it('grow by generations, and by labels', async () => {
    const generations = [
      labelled(9000, 1, [67, 72]),
      labelled(2500, 2, [67, 91]),
      labelled(900, 3, [91, 72]),
    ];
    const planner = new Planner(join(folder, 'labelled-generations'), { backend });
    let known = await planner.reference(labelledParts(generations[0] as DescriptorMatrix, 1000));
    for (const next of generations.slice(1)) {
      const queries = await planner.later(labelledParts(next, 800), known);
      planner.sums(queries, known);
      known = await planner.grown(known, queries);
    }
    const work = await planner.finish({ ...said, bandwidths: [0.015], shards: 2 });
    for (let shard = 0; shard < 2; shard++) await runShard(work, shard, { backend });
    const logSums = await logsOf(work);
    const expected = await noveltyByGeneration(generations, { backend, bandwidth: 0.015 });
    for (const [at, { dH }] of expected.entries()) {
      expect(logSums[at]?.[0]?.map((log) => 0 - log)).toEqual(dH);
    }
  });
});

it('a planner judges what its methods are given', async () => {
  const planner = new Planner(join(folder, 'judged'), { backend });
  const call = planner as unknown as Record<string, (...all: unknown[]) => unknown>;
  const told = async (name: string, ...values: unknown[]): Promise<string> => {
    try {
      await call[name]?.(...values);
    } catch (thrown) {
      if (thrown instanceof QuestsError) return `${thrown.code} ${thrown.message}`;
      throw thrown;
    }
    return '';
  };
  async function* wrong(): AsyncGenerator {
    yield await Promise.resolve([0, 1]);
  }
  expect(await told('finish', {})).toMatch(/^INVALID_ARGUMENT plan\.version must be/);
  expect(await told('reference', [matrix(3, 1)])).toMatch(/^INVALID_ARGUMENT batches must be Desc/);
  expect(await told('reference', wrong())).toMatch(
    /^INVALID_ARGUMENT batches\[0\] must be a DescriptorMatrix/,
  );
  expect(await told('sums', 0, 0)).toBe(
    'INVALID_ARGUMENT queries is 0, expected the number of a set: there are 0',
  );
  const set = await planner.reference(parts(matrix(30, 1), 10));
  const queries = await planner.queries(parts(matrix(20, 2), 10), set);
  expect(await told('sums', set, 0.5)).toMatch(/^INVALID_ARGUMENT over must be a whole number/);
  expect(await told('rows', 7)).toMatch(/^INVALID_ARGUMENT set is 7/);
  expect(await told('sample', set, [0])).toMatch(/^INVALID_ARGUMENT numbers must be a Uint32Array/);
  expect(await told('sample', set, Uint32Array.of(30))).toMatch(
    /numbers holds 30, expected rows from 0 to 29/,
  );
  expect(await told('sample', queries, Uint32Array.of(0))).toMatch(/expected a set that reference or later/);
  expect(await told('mutual', queries, set)).toMatch(/^INVALID_ARGUMENT y is 1, expected a set that/);
  expect(await told('queries', parts(matrix(4, 3), 2), queries)).toMatch(/over is 1, which holds queries/);
  expect(await told('later', parts(matrix(4, 3), 2), 9)).toMatch(/^INVALID_ARGUMENT over is 9/);
  expect(await told('grown', queries, set)).toMatch(/^INVALID_ARGUMENT set is 1, which holds queries/);
  expect(await told('estimate', queries, {})).toMatch(/expected a set that reference or later/);
  expect(await told('estimate', set, undefined)).toMatch(/^INVALID_ARGUMENT sampling must be a sample/);
  expect(await told('estimate', set, { bandwidth: 0.1, tolerance: 0, seed: 0 })).toMatch(
    /^INVALID_ARGUMENT sampling\.tolerance must be a number above 0/,
  );
  const some = Uint32Array.of(1, 30);
  const sampling = { bandwidth: 0.1, tolerance: 0.1, seed: 0 };
  expect(await told('estimateOf', set, some, sampling)).toMatch(/^INVALID_ARGUMENT numbers holds 30/);
  expect(await told('estimateOf', set, some.subarray(0, 1), {})).toMatch(
    /^INVALID_ARGUMENT sampling\.bandwidth must be/,
  );
  expect(await told('few', [0, 1], set)).toMatch(/^INVALID_ARGUMENT rows must be a DescriptorMatrix/);
  expect(await told('few', matrix(3, 1), queries)).toMatch(/over is 1, which holds queries/);
  expect(await told('notes', 'n', 0)).toMatch(/^INVALID_ARGUMENT width must be/);
  planner.abandon();
});

describe('sets over each other', () => {
  async function merged(planner: Planner, shards: number): Promise<Float64Array[]> {
    const work = await planner.finish({ ...said, bandwidths: [0.015], shards });
    for (let shard = 0; shard < shards; shard++) await runShard(work, shard, { backend });
    const logSums = await logsOf(work);
    return logSums.map(([logs]) => (logs as Float64Array).map((log) => 0 - log));
  }

  it.each([1, 7, 64])('have the bits of one pass: %i shards', async (shards) => {
    const x = matrix(4000, 1);
    const near = matrix(8001, 2);
    const far = matrix(700, 3, 0.4);
    const planner = new Planner(join(folder, `mutual-${shards}`), { backend });
    const sets: number[] = [];
    for (const set of [x, near, far]) sets.push(await planner.reference(parts(set, 1000)));
    const [first = 0, second = 0, third = 0] = sets;
    await planner.mutual(second, first);
    await planner.mutual(third, first);
    await planner.mutual(third, second);
    const found = await merged(planner, shards);
    const { dH } = await coverage([x, near, far], { backend });
    const pairs = [
      [1, 0],
      [0, 1],
      [2, 0],
      [0, 2],
      [2, 1],
      [1, 2],
    ] as const;
    for (const [at, [of, with_]] of pairs.entries()) expect(found[at]).toEqual(dH[of]?.[with_]);
    expect(Math.max(...(dH[0]?.[2] ?? []))).toBeGreaterThan(100);
  });

  it(
    'have the bits of generations, where a set grows within a block and beyond',
    { timeout: 120_000 },
    async () => {
      const sets = [matrix(5003, 1), matrix(700, 2), matrix(9000, 3), matrix(2881, 4, 0.01), matrix(300, 5)];
      const planner = new Planner(join(folder, 'grown'), { backend });
      let known = await planner.reference(parts(sets[0] as DescriptorMatrix, 1000));
      for (const set of sets.slice(1)) {
        const queries = await planner.later(parts(set, 1000), known);
        planner.sums(queries, known);
        known = await planner.grown(known, queries);
      }
      const found = await merged(planner, 3);
      const expected = await noveltyByGeneration(sets, { backend });
      for (const [at, { dH }] of expected.entries()) expect(found[at]).toEqual(dH);
    },
  );
});

describe('any number of shards', () => {
  it.each([1, 7, 64])('gives the same bits: %i', async (shards) => {
    const width = 63;
    const x = new DescriptorMatrix(randomRows(1, 12_001, width, 0.01), { width });
    const planner = new Planner(join(folder, `work-${shards}`), { backend });
    const set = await planner.reference(parts(x, 5000));
    planner.sums(set, set);
    const work = await planner.finish({ ...said, bandwidths: [0.015], shards });
    for (let shard = 0; shard < shards; shard++) await runShard(work, shard, { backend });
    const logSums = await logsOf(work);
    const { dH } = await metrics(x, { backend });
    expect(logSums[0]?.[0]?.map((log) => 0 - log)).toEqual(dH);
  });
});

it('arrays of jobs are named by ranges', () => {
  expect(numberRangesText([0, 1, 2, 5, 7, 8])).toBe('0-2,5,7-8');
  expect(numberRangesText([])).toBe('');
});
