import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  compress,
  type CompressMethod,
  type CompressOptions,
  compressionCoverage,
  compressionCurve,
  deltaEntropy,
  DescriptorMatrix,
  diversity,
  entropy,
  loadBackend,
  overlap,
} from '../../ts/node.js';
import {
  COMPRESS_METHODS,
  compressChunks,
  keptCount,
  SELECTION_METHODS,
} from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { naiveLogSums } from '../support/oracles/naive.js';
import { random, randomRows } from '../support/data/random.js';

const WIDTH = 9;
const NESTED = COMPRESS_METHODS.filter(
  (name) =>
    SELECTION_METHODS[name].isNested && !['msc_conditional', 'atom_msc', 'gradient_fps'].includes(name),
);

/**
 * Structures of 1 to `most` environments about a few centres, some near, some far: `spread` in
 * bandwidths.
 */
function structures(seed: number, count: number, spread = 0.05, most = 12): DescriptorMatrix {
  const next = random(seed);
  const frameOffsets = [0];
  for (let at = 0; at < count; at++) {
    frameOffsets.push((frameOffsets[at] as number) + 1 + Math.floor(most * next()));
  }
  const data = randomRows(seed, frameOffsets[count] as number, WIDTH, spread);
  return new DescriptorMatrix(data, { width: WIDTH, frameOffsets });
}

function entropiesOf(x: DescriptorMatrix, h: number): number[] {
  return Array.from({ length: x.frames }, (_, frame) => {
    const own = x.frame(frame);
    const logs = naiveLogSums(own, own, h);
    return Math.log(logs.length) - logs.reduce((sum, log) => sum + log, 0) / logs.length;
  });
}

function largest(values: readonly number[]): number {
  const best = Math.max(...values);
  return values.findIndex((value) => value > best - 1e-9 * Math.max(1, Math.abs(best)));
}

/** Picks as the definition says: everything is computed anew for every pick. */
function naiveMsc(
  x: DescriptorMatrix,
  count: number,
  h: number,
  known?: DescriptorMatrix,
): { picks: number[]; gains: number[] } {
  const entropies = entropiesOf(x, h);
  const picks = known === undefined ? [largest(entropies)] : [];
  const gains = known === undefined ? [Infinity] : [];
  while (picks.length < count) {
    const kept = picks.length === 0 ? undefined : x.select(picks);
    const data = [...(known?.data ?? []), ...(kept?.data ?? [])];
    const reference = new DescriptorMatrix(data, { width: x.width });
    const news = entropies.map((_, frame) =>
      picks.includes(frame)
        ? -Infinity
        : Math.max(...naiveLogSums(x.frame(frame), reference, h).map((log) => -log)),
    );
    const pick = largest(news.map((value, frame) => value + (entropies[frame] as number)));
    picks.push(pick);
    gains.push(news[pick] as number);
  }
  return { picks, gains };
}

function meanDistance(a: DescriptorMatrix, b: DescriptorMatrix): number {
  let sum = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let square = 0;
      for (let column = 0; column < a.width; column++) {
        square += ((a.data[i * a.width + column] as number) - (b.data[j * b.width + column] as number)) ** 2;
      }
      sum += Math.sqrt(square);
    }
  }
  return sum / a.rows / b.rows;
}

function naiveFps(x: DescriptorMatrix, count: number, h: number): number[] {
  const picks = [largest(entropiesOf(x, h))];
  while (picks.length < count) {
    const distances = Array.from({ length: x.frames }, (_, frame) =>
      picks.includes(frame)
        ? -Infinity
        : Math.min(...picks.map((pick) => meanDistance(x.frame(frame), x.frame(pick)))),
    );
    picks.push(largest(distances));
  }
  return picks;
}

/** Forces of structures, where a method needs them. */
function forcesFor(method: CompressMethod, { frames }: DescriptorMatrix): CompressOptions {
  const forces = Float64Array.from({ length: frames }, (_, at) => 1 + (at % 7));
  return SELECTION_METHODS[method].needsForces ? { forces } : {};
}

function meansOf(x: DescriptorMatrix): number[][] {
  return Array.from({ length: x.frames }, (_, frame) => {
    const { data, rows } = x.frame(frame);
    return Array.from({ length: WIDTH }, (_, column) =>
      data.reduce((sum, value, at) => (at % WIDTH === column ? sum + value / rows : sum), 0),
    );
  });
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, at) => value - (b[at] ?? NaN)));
}

/** Determinants by definition: log det(A + ΦᵀΦ) − log det A, in full. */
function naiveLogDet(x: DescriptorMatrix): { picks: number[]; gains: number[] } {
  const columns = Array.from({ length: WIDTH }, (_, column) =>
    Array.from({ length: x.rows }, (_, row) => x.data[row * WIDTH + column] as number),
  );
  const scaled = columns.flatMap((column) => {
    const mean = column.reduce((sum, value) => sum + value, 0) / x.rows;
    const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.rows);
    return deviation > 1e-12 ? [column.map((value) => (value - mean) / deviation)] : [];
  });
  const rows = Array.from({ length: x.rows }, (_, row) => [1, ...scaled.map((column) => column[row] ?? NaN)]);
  const size = scaled.length + 1;
  let information = Matrix.eye(size).mul(1e-4);
  const added = (frame: number): Matrix => {
    const own = new Matrix(rows.slice(x.frameOffsets[frame], x.frameOffsets[frame + 1]));
    return Matrix.add(information, own.transpose().mmul(own));
  };
  const log = (matrix: Matrix): number =>
    2 *
    new CholeskyDecomposition(matrix).lowerTriangularMatrix.diagonal().reduce((a, b) => a + Math.log(b), 0);
  const picks: number[] = [];
  const gains: number[] = [];
  while (picks.length < x.frames) {
    const worths = Array.from({ length: x.frames }, (_, frame) =>
      picks.includes(frame) ? -Infinity : 0.5 * (log(added(frame)) - log(information)),
    );
    const best = largest(worths);
    picks.push(best);
    gains.push(worths[best] as number);
    information = added(best);
  }
  return { picks, gains };
}

describe.each(BACKENDS)('compression on %s', (backend) => {
  // Bandwidths for which all is near, some is, and kernels of what is far vanish.
  it.each([0.5, 0.05, 0.003, 0.0005])('msc is what the definition says, h = %f', async (bandwidth) => {
    for (const seed of [1, 2, 3]) {
      const x = structures(seed, 30);
      const count = 30;
      const { picks, gains, entropies } = await compress(x, { backend, bandwidth, size: { count } });
      const naive = naiveMsc(x, count, bandwidth);
      expect([...picks]).toEqual(naive.picks);
      expect(gains[0]).toBe(Infinity);
      expectClose(gains.subarray(1), naive.gains.slice(1), 1e-9);
      expectClose(entropies ?? [], entropiesOf(x, bandwidth), 1e-9);
    }
  });

  // More rows than are looked at in one go: many structures, and large ones.
  it.each([
    { count: 90, most: 12, kept: 45 },
    { count: 8, most: 400, kept: 6 },
  ])('msc of $count structures of up to $most environments', async ({ count, most, kept }) => {
    for (const bandwidth of [0.05, 0.015, 0.003]) {
      const x = structures(18, count, 0.05, most);
      const { picks, gains } = await compress(x, { backend, bandwidth, size: { count: kept } });
      const naive = naiveMsc(x, kept, bandwidth);
      expect([...picks]).toEqual(naive.picks);
      expectClose(gains.subarray(1), naive.gains.slice(1), 1e-9);
    }
  });

  it('msc adds to a reference', async () => {
    for (const bandwidth of [0.05, 0.003]) {
      const x = structures(4, 25);
      const reference = structures(5, 6);
      const { picks, gains } = await compress(x, { backend, bandwidth, reference, size: { count: 12 } });
      const dH = await deltaEntropy(x, reference, { backend, bandwidth });
      expect(await compress(x, { backend, bandwidth, dH, size: { count: 12 } })).toMatchObject({
        picks,
        gains,
      });
      const naive = naiveMsc(x, 12, bandwidth, reference);
      expect([...picks]).toEqual(naive.picks);
      expectClose(gains, naive.gains, 1e-9);
    }
  });

  it('takes environments as new that the reference is said not to know', async () => {
    const x = structures(4, 25);
    const known = { backend, bandwidth: 0.05, reference: x };
    const [start = 0, end = 0] = x.frameOffsets.subarray(7);
    const novel = (row: number): boolean => row >= start && row < end;
    // All is known but one structure, which the kernel knows, too.
    const { picks, gains } = await compress(x, { ...known, novel, size: { count: 3 } });
    expect([picks[0], gains[0]]).toEqual([7, Infinity]);
    expect(gains[1]).toBeLessThan(1);
    const atoms = await compress(x, { ...known, novel, method: 'atom_msc', targetOverlap: 1 });
    expect(atoms).toMatchObject({ picks: Uint32Array.of(7), gains: Float64Array.of(end - start) });
    const batches = [x.select([0, 1, 2, 3]), x.select(Array.from({ length: 21 }, (_, at) => at + 4))];
    async function* all(): AsyncGenerator<{ x: DescriptorMatrix }> {
      for (const part of batches) yield await Promise.resolve({ x: part });
    }
    const chunked = { ...known, novel, chunkSize: 3, size: { count: 2 } };
    expect((await compressChunks(all(), chunked)).picks[0]).toBe(7);
    const options = { backend, bandwidth: 0.05, novel };
    for (const set of [x, batches]) {
      const { overlap: shares, maxDH } = await compressionCoverage(set, x, [1e-5, Infinity], options);
      expectClose(
        shares,
        [1, 1].map(() => 1 - (end - start) / x.rows),
        1e-12,
      );
      expect(maxDH).toBeLessThan(1e-5);
    }
  });

  it('adding to nothing is starting anew', async () => {
    const x = structures(6, 20);
    const { core } = await loadBackend(backend);
    const run = async (known: Float64Array): Promise<Float64Array> => {
      const none = new Float64Array(0);
      const job = core.select('msc', x.data, x.width, x.frameOffsets, known, 20, 0.05, 0, 1, 1, none);
      for (let step = 0; step < job.steps; step++) await job.step(step);
      return job.finish();
    };
    const nothing = new Float64Array(x.rows).fill(-Infinity);
    expect(await run(nothing)).toEqual(await run(new Float64Array(0)));
    const method = 'msc_conditional';
    const { picks } = await compress(x, { backend, method, bandwidth: 0.05, size: { fraction: 1 } });
    expect(picks).toEqual((await compress(x, { backend, bandwidth: 0.05, size: { fraction: 1 } })).picks);
  });

  it('fps is what the definition says', async () => {
    for (const seed of [7, 8]) {
      const x = structures(seed, 25);
      const { picks } = await compress(x, { backend, method: 'fps', bandwidth: 0.05, size: { count: 25 } });
      expect([...picks]).toEqual(naiveFps(x, 25, 0.05));
    }
  });

  it('mean_fps is what the definition says, after its first pick', async () => {
    const x = structures(9, 25);
    const means = meansOf(x);
    const { picks } = await compress(x, { backend, method: 'mean_fps', seed: 3, size: { count: 25 } });
    const naive = [picks[0] as number];
    while (naive.length < 25) {
      const distances = means.map((mean, frame) =>
        naive.includes(frame)
          ? -Infinity
          : Math.min(...naive.map((pick) => distance(mean, means[pick] ?? []))),
      );
      naive.push(largest(distances));
    }
    expect([...picks]).toEqual(naive);
    const firsts = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const one = await compress(x, { backend, method: 'mean_fps', seed, size: { count: 1 } });
      firsts.add(one.picks[0] as number);
    }
    expect(firsts.size).toBeGreaterThan(15);
  });

  it('gradient_fps is what the definition says, after its first pick', async () => {
    const x = structures(9, 25);
    const forces = Float64Array.from({ length: 25 }, (_, at) => (at % 5 === 0 ? 0 : 0.01 * (1 + at)));
    const average = forces.reduce((sum, force) => sum + force, 0) / 25;
    const relative = Array.from(forces, (force) => Math.max(0.1, force / average));
    const means = meansOf(x);
    const options = { backend, method: 'gradient_fps', seed: 3, forces } as const;
    const { picks } = await compress(x, { ...options, size: { count: 25 } });
    const naive = [picks[0] as number];
    while (naive.length < 25) {
      const exponent = [1, 0, -1][(naive.length - 1) % 3] as number;
      const worths = means.map((mean, frame) =>
        naive.includes(frame)
          ? -Infinity
          : Math.min(...naive.map((pick) => distance(mean, means[pick] ?? []))) *
            (relative[frame] as number) ** exponent,
      );
      naive.push(largest(worths));
    }
    expect([...picks]).toEqual(naive);
    // Only their ratios count; without any all are alike.
    const scaled = await compress(x, { ...options, forces: forces.map((force) => 8 * force) });
    expect(scaled.picks).toEqual(picks.slice(0, scaled.picks.length));
    const still = await compress(x, { ...options, forces: new Float64Array(25), size: { count: 25 } });
    expect([...still.picks].sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, at) => at));
    // Large forces are drawn first more often.
    const first = async (seed: number): Promise<number> =>
      (await compress(x, { ...options, seed, size: { count: 1 } })).picks[0] as number;
    const firsts = await Promise.all(Array.from({ length: 60 }, (_, seed) => first(seed)));
    expect(firsts.filter((pick) => pick >= 13).length).toBeGreaterThan(36);
  });

  it('gradient_fps asks for forces, and no other method takes them', async () => {
    const x = structures(9, 25);
    const run = (options: CompressOptions): Promise<unknown> => compress(x, { backend, ...options });
    await expect(run({ method: 'gradient_fps' })).rejects.toThrow('gradient_fps needs forces');
    await expect(run({ forces: new Float64Array(25) })).rejects.toThrow('msc has no use for');
    const method = 'gradient_fps';
    await expect(run({ method, forces: [1, 2] })).rejects.toThrow('2 forces for 25 structures');
    const bad = Float64Array.from({ length: 25 }, (_, at) => (at === 7 ? NaN : 1));
    await expect(run({ method, forces: bad })).rejects.toThrow('force 7 is NaN');
  });

  it('log_det is what the definition says', async () => {
    for (const most of [4, 14]) {
      const x = structures(12, 20, 0.05, most);
      // A constant column tells nothing.
      for (let at = 2; at < x.data.length; at += WIDTH) x.data[at] = 0.7;
      const { picks, gains } = await compress(x, { backend, method: 'log_det', size: { count: 20 } });
      const naive = naiveLogDet(x);
      expect([...picks]).toEqual(naive.picks);
      expectClose(gains, naive.gains, 1e-9);
    }
  });

  it('atom_msc covers the target and no more than it takes', async () => {
    const x = structures(10, 40);
    const bandwidth = 0.02;
    for (const [targetOverlap, epsilon] of [
      [0.5, 1],
      [0.9, 1],
      [0.99, 0.1],
      [1, 1],
    ] as const) {
      const options = { backend, method: 'atom_msc', bandwidth, targetOverlap, epsilon } as const;
      const { picks, gains } = await compress(x, options);
      const share = (count: number): Promise<number> =>
        overlap(x, x.select(picks.subarray(0, count)), { backend, bandwidth, epsilon });
      expect(await share(picks.length)).toBeGreaterThanOrEqual(targetOverlap);
      if (picks.length > 1) expect(await share(picks.length - 1)).toBeLessThan(targetOverlap);
      // Each has the most environments that are not covered.
      for (let at = 1; at < picks.length; at++) {
        const dH = await deltaEntropy(x, x.select(picks.subarray(0, at)), { backend, bandwidth });
        const uncovered = Array.from(
          { length: x.frames },
          (_, frame) =>
            dH.subarray(x.frameOffsets[frame], x.frameOffsets[frame + 1]).filter((value) => value >= epsilon)
              .length,
        );
        expect(gains[at]).toBe(Math.max(...uncovered));
        expect(picks[at]).toBe(uncovered.indexOf(gains[at] as number));
      }
    }
    // What is known already is covered.
    const options = { backend, method: 'atom_msc', bandwidth, reference: x } as const;
    expect((await compress(x, options)).picks).toHaveLength(0);
  });

  it.each(['k_means', 'k_means_entropy'] as const)(
    '%s keeps as many as asked for, of different clusters',
    async (method) => {
      const x = structures(11, 40, 1e-4);
      const entropies = entropiesOf(x, 0.015);
      for (const count of [1, 4, 17, 40]) {
        const { picks, gains } = await compress(x, { backend, method, seed: 5, size: { count } });
        expect(new Set(picks).size).toBe(count);
        expect(gains.reduce((sum, size) => sum + size, 0)).toBe(40);
        if (method === 'k_means_entropy' && count === 1) expect(picks[0]).toBe(largest(entropies));
      }
      // Clusters that are plain to see: structures of one centre each, three of them.
      const rows = Float64Array.from(
        { length: 12 * WIDTH },
        (_, at) => (Math.floor(at / WIDTH) % 3) + (at % WIDTH) * 1e-3,
      );
      const plain = new DescriptorMatrix(rows, {
        width: WIDTH,
        frameOffsets: Array.from({ length: 13 }, (_, at) => at),
      });
      for (let seed = 0; seed < 10; seed++) {
        const { picks, gains } = await compress(plain, { backend, method, seed, size: { count: 3 } });
        expect([...picks].map((pick) => pick % 3).sort()).toEqual([0, 1, 2]);
        expect([...gains]).toEqual([4, 4, 4]);
      }
    },
  );

  it.each(COMPRESS_METHODS.filter((method) => method !== 'atom_msc'))(
    '%s: exactly n, each once',
    async (method) => {
      // Copies of two structures only: no distances but 0, and nothing left to gain.
      const copies = new DescriptorMatrix(
        Float64Array.from({ length: 20 * WIDTH }, (_, at) => (Math.floor(at / WIDTH / 2) % 2) * 0.3),
        { width: WIDTH, frameOffsets: Array.from({ length: 11 }, (_, at) => 2 * at) },
      );
      for (const x of [structures(12, 23), copies]) {
        for (const count of [1, 2, 9, x.frames]) {
          const options = { backend, method, size: { count }, ...forcesFor(method, x) };
          const { picks } = await compress(x, options);
          expect(picks).toHaveLength(count);
          expect(new Set(picks).size).toBe(count);
          expect(Math.max(...picks)).toBeLessThan(x.frames);
        }
      }
    },
  );

  it.each(NESTED)('%s: a smaller selection is the beginning of a larger one', async (method) => {
    const x = structures(13, 30);
    const all = await compress(x, { backend, method, size: { fraction: 1 } });
    for (const count of [1, 7, 20]) {
      const some = await compress(x, { backend, method, size: { count } });
      expect(some.picks).toEqual(all.picks.subarray(0, count));
    }
  });

  it.each(['msc', 'fps'] as const)('%s does not depend on the order of the structures', async (method) => {
    const x = structures(14, 30);
    const order = Array.from({ length: 30 }, (_, at) => (at * 7 + 3) % 30);
    for (const bandwidth of [0.05, 0.01]) {
      const options = { backend, method, bandwidth, size: { fraction: 1 } } as const;
      const plain = await compress(x, options);
      const shuffled = await compress(x.select(order), options);
      expect([...shuffled.picks].map((pick) => order[pick])).toEqual([...plain.picks]);
    }
  });

  it('takes the first of structures that are worth the same', async () => {
    const one = structures(15, 8);
    const twice = one.select([...Array(8).keys(), ...Array(8).keys()]);
    for (const method of ['msc', 'fps'] as const) {
      const both = await compress(twice, { backend, method, bandwidth: 0.05, size: { count: 8 } });
      expect(
        [...both.picks].filter((pick, at) => pick >= 8 && !both.picks.subarray(0, at).includes(pick - 8)),
      ).toEqual([]);
    }
  });

  it('entropies and diversities of every beginning are those of the set by itself', async () => {
    const x = structures(16, 12);
    const { picks } = await compress(x, { backend, bandwidth: 0.02, size: { fraction: 1 } });
    const curve = await compressionCurve(x, picks, { backend, bandwidth: 0.02 });
    for (let count = 1; count <= 12; count++) {
      const kept = x.select(picks.subarray(0, count));
      expect(curve.environments[count - 1]).toBe(kept.rows);
      expectClose(curve.entropy[count - 1] ?? NaN, await entropy(kept, { backend, bandwidth: 0.02 }), 1e-12);
      expectClose(
        curve.diversity[count - 1] ?? NaN,
        await diversity(kept, { backend, bandwidth: 0.02 }),
        1e-12,
      );
    }
    const products = curve.entropy.map((value, at) => value * (curve.diversity[at] ?? NaN));
    expect(products[curve.optimal - 1]).toBe(Math.max(...products));
    const coverage = await compressionCoverage(x, x.select(picks.subarray(0, 3)), [1e-5, 1], {
      backend,
      bandwidth: 0.02,
    });
    const dH = await deltaEntropy(x, x.select(picks.subarray(0, 3)), { backend, bandwidth: 0.02 });
    expectClose(
      coverage.overlap,
      [1e-5, 1].map((epsilon) => dH.filter((value) => value < epsilon).length / x.rows),
      1e-15,
    );
    expectClose(
      [coverage.meanDH, coverage.maxDH],
      [dH.reduce((sum, value) => sum + value, 0) / x.rows, Math.max(...dH)],
      1e-12,
    );
    const all = await compressionCoverage([x, x], x.select(picks), [1e-5], { backend, bandwidth: 0.02 });
    expect(all.overlap[0]).toBe(1);
  });

  it('picks the same on any number of threads, bit for bit', async () => {
    const { core } = await loadBackend(backend);
    const x = structures(17, 60);
    const runs = [];
    for (const threads of [1, 2, 3]) {
      core.setThreads(threads);
      const selection = await compress(x, { backend, bandwidth: 0.02, size: { fraction: 1 } });
      runs.push({
        ...selection,
        ...(await compressionCurve(x, selection.picks, { backend, bandwidth: 0.02 })),
      });
    }
    core.setThreads(0);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  it('can be cancelled, and says how far it is', async () => {
    const x = structures(18, 40);
    for (const method of COMPRESS_METHODS.filter((name) => name !== 'random')) {
      const controller = new AbortController();
      let last = 0;
      const promise = compress(x, {
        backend,
        method,
        ...forcesFor(method, x),
        signal: controller.signal,
        onProgress: ({ done, total }) => {
          last = done;
          expect(done).toBeLessThanOrEqual(total);
          if (done === 3) controller.abort(new Error('enough'));
        },
      });
      await expect(promise).rejects.toThrow('enough');
      expect(last).toBe(3);
    }
  });

  it('refuses what has no meaning', async () => {
    const x = structures(19, 5);
    const refused = (options: object, text: RegExp): Promise<void> =>
      expect(compress(x, { backend, ...options })).rejects.toThrow(text);
    await refused({ size: { count: 6 } }, /count is 6, expected a whole number from 1 to 5/);
    await refused({ size: { count: 0 } }, /count is 0/);
    await refused({ size: { count: 1.5 } }, /count is 1.5/);
    await refused({ size: { fraction: 0 } }, /fraction is 0, expected above 0/);
    await refused({ size: { fraction: 1.01 } }, /fraction is 1.01/);
    await refused({ method: 'best' }, /method is best, expected msc/);
    await refused({ method: 'fps', reference: x }, /fps has no use for/);
    await refused({ method: 'fps', dH: new Float64Array(x.rows) }, /fps has no use for/);
    await refused({ reference: x, dH: new Float64Array(x.rows) }, /a reference and dH are given/);
    await refused({ dH: new Float64Array(1) }, /1 values of dH for \d+ environments/);
    await refused({ bandwidth: -1 }, /bandwidth is -1/);
    await refused({ method: 'random', seed: 0.5 }, /seed is 0.5/);
    await refused({ method: 'atom_msc', targetOverlap: 1.5 }, /share of environments to cover is 1.5/);
    await refused({ method: 'atom_msc', epsilon: 0 }, /epsilon is 0/);
    const other = new DescriptorMatrix(new Float64Array(8), { width: 4 });
    await refused({ reference: other }, /width is 9 in the set, 4 in the reference set/);
    const empty = new DescriptorMatrix(new Float64Array(8), { width: 4, frameOffsets: [0, 1, 1, 2] });
    await expect(compress(empty, { backend })).rejects.toThrow(/structure 1 has no environments/);
    const curve = (picks: number[]): Promise<unknown> =>
      compressionCurve(x, Uint32Array.from(picks), { backend });
    await expect(curve([])).rejects.toThrow(/no structures in the order/);
    await expect(curve([0, 7])).rejects.toThrow(/structure 7 of 5/);
    await expect(curve([1, 1])).rejects.toThrow(/structure 1 comes twice/);
  });
});

describe('size', () => {
  it('rounds half to even, and keeps one at least', () => {
    const kept = [0.5, 0.3, 0.1, 0.001, 1].map((fraction) => keptCount({ fraction }, 5));
    expect(kept).toEqual([2, 2, 1, 1, 5]);
    expect(keptCount({ fraction: 0.5 }, 7)).toBe(4);
    expect(keptCount({ count: 7 }, 7)).toBe(7);
  });
});
