import { describe, expect, it } from 'vitest';
import { DescriptorMatrix, descriptors, entropy, type Progress } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows, randomStructure } from '../support/data/random.js';

const large = new DescriptorMatrix(randomRows(1, 12_000, 63, 0.05), { width: 63 });
const structures = Array.from({ length: 40 }, (_, seed) => randomStructure(seed, [true, true, true], 6));

describe.each(BACKENDS)('%s', (backend) => {
  it('reports every step, to the last', async () => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress): void => void seen.push(progress);
    const x = await descriptors(structures, { backend, onProgress });
    await entropy(x, { backend, onProgress });
    for (const phase of ['descriptors', 'kernel sums']) {
      const steps = seen.filter((progress) => progress.phase === phase);
      const total = steps[0]?.total ?? 0;
      expect(steps.map(({ done }) => done)).toEqual(Array.from({ length: total }, (_, step) => step + 1));
      expect(steps.every((progress) => progress.total === total)).toBe(true);
    }
  });

  it('stops between two steps and rejects with the reason of the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: Progress[] = [];
    const running = entropy(large, {
      backend,
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress);
        controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.total).toBeGreaterThan(1);
  });

  it('does not begin when the signal has been given', async () => {
    const signal = AbortSignal.abort('never mind');
    await expect(entropy(large, { backend, signal })).rejects.toBe('never mind');
    await expect(descriptors(structures, { backend, signal })).rejects.toBe('never mind');
  });

  it('hears a signal that a timer gives: the event loop turns while it computes', async () => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress): void => void seen.push(progress);
    const signal = AbortSignal.timeout(1);
    await expect(entropy(large, { backend, signal, onProgress })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    // Long before the end, however busy the machine: a step takes longer than the timer.
    expect(seen.length).toBeLessThan((seen[0]?.total ?? Infinity) / 2);
  });

  it('passes on what a progress callback throws', async () => {
    const mistake = new TypeError('a mistake of the caller');
    const onProgress = (): never => {
      throw mistake;
    };
    await expect(entropy(large, { backend, onProgress })).rejects.toBe(mistake);
  });

  it('gives the same result while other calls run', async () => {
    const x = await descriptors(structures.slice(0, 5), { backend });
    const alone = await entropy(x, { backend });
    expect(
      await Promise.all([entropy(x, { backend }), entropy(x, { backend }), entropy(x, { backend })]),
    ).toEqual([alone, alone, alone]);
  });
});
