import { describe, expect, it } from 'vitest';
import { compress, DescriptorMatrix, loadBackend } from '../../ts/node.js';
import { COMPRESS_METHODS, SELECTION_METHODS } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';

const WIDTH = 9;
const x = new DescriptorMatrix(randomRows(3, 120, WIDTH, 0.05), {
  width: WIDTH,
  frameOffsets: Array.from({ length: 25 }, (_, frame) => 5 * frame),
});
const bandwidth = 0.05;

/** What TypeScript calls a method of its own: `msc` with a reference. */
const isOfCore = (method: string): boolean => method !== 'msc_conditional';

describe.each(BACKENDS)('methods of selection, %s', (name) => {
  it('are those that TypeScript knows, and have the properties that the core says', async () => {
    const backend = await loadBackend(name);
    const lines = backend.core.selectionMethods().trimEnd().split('\n');
    const listed = new Map(lines.map((line) => [line.split(' ')[0], line.split(' ').slice(1)]));
    expect([...listed.keys()]).toEqual(COMPRESS_METHODS.filter(isOfCore));
    for (const method of COMPRESS_METHODS.filter(isOfCore)) {
      const words = listed.get(method) ?? [];
      expect([method, SELECTION_METHODS[method]]).toEqual([
        method,
        {
          isNested: words.includes('nested'),
          draws: words.includes('seed'),
          takesReference: words.includes('known'),
          byDistance: SELECTION_METHODS[method].byDistance,
          needsForces: words.includes('forces'),
        },
      ]);
      const picks = async (count: number, seed = 0): Promise<number[]> => {
        const size = { count };
        const forces = words.includes('forces')
          ? Float64Array.from({ length: 24 }, (_, at) => 1 + at)
          : undefined;
        const options = { backend, bandwidth, method, size, seed, targetOverlap: 1, forces };
        return [...(await compress(x, options)).picks];
      };
      const all = await picks(20);
      const first = await picks(7);
      expect([method, String(first) === String(all.slice(0, 7))]).toEqual([method, words.includes('nested')]);
      const seeds = await Promise.all([1, 2, 3].map((seed) => picks(7, seed)));
      expect([method, seeds.some((other) => String(other) !== String(first))]).toEqual([
        method,
        words.includes('seed'),
      ]);
      const withReference = compress(x, { backend, bandwidth, method, reference: x, size: { count: 2 } });
      const isTaken = await withReference.then(
        () => true,
        () => false,
      );
      expect([method, isTaken]).toEqual([method, words.includes('known')]);
    }
  });
});
