import { describe, expect, it } from 'vitest';
import { compress, compressionCoverage, deltaEntropy, DescriptorMatrix } from '../../ts/node.js';
import { compressWithin, pickCauses, picksUntil, pickWeights } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';

const WIDTH = 5;
const FRAMES = 30;
const EACH = 4;
const bandwidth = 0.1;

function frames(seed: number, count: number, spread = 0.8): DescriptorMatrix {
  return new DescriptorMatrix(randomRows(seed, count * EACH, WIDTH, spread), {
    width: WIDTH,
    frameOffsets: Array.from({ length: count + 1 }, (_, at) => EACH * at),
    sources: Array.from({ length: count }, (_, at) => ({
      file: at < 20 ? 'a.xyz' : 'b.xyz',
      frame: at % 20,
    })),
  });
}

const x = frames(1, FRAMES);

/** MSC, one structure after the other, as its definition says. */
async function slowly(
  kept: readonly number[],
  count: number,
  isOpen: (frame: number, picks: readonly number[]) => boolean,
): Promise<number[]> {
  const { entropies } = await compress(x, { bandwidth, size: { fraction: 1 } });
  const picks = [...kept];
  while (picks.length < count) {
    const dH = picks.length === 0 ? undefined : await deltaEntropy(x, x.select(picks), { bandwidth });
    let [best, most] = [-1, -Infinity];
    for (let frame = 0; frame < FRAMES; frame++) {
      if (picks.includes(frame) || !isOpen(frame, picks)) continue;
      const novelty = dH === undefined ? 0 : Math.max(...dH.subarray(EACH * frame, EACH * (frame + 1)));
      const value = novelty + (entropies?.[frame] as number);
      if (value > most + 1e-10) [best, most] = [frame, value];
    }
    if (best === -1) break;
    picks.push(best);
  }
  return picks;
}

describe.each(BACKENDS)('%s', (backend) => {
  const options = { backend, bandwidth };

  it('is compress where nothing is asked for', async () => {
    const { picks, method } = await compressWithin(x, { ...options, size: { count: 10 } });
    const plain = await compress(x, { ...options, size: { count: 10 } });
    expect([picks, method]).toEqual([plain.picks, 'msc']);
    const known = frames(2, 3);
    const beside = await compressWithin(x, { ...options, reference: known, size: { count: 10 } });
    const conditional = await compress(x, { ...options, reference: known, size: { count: 10 } });
    expect([beside.picks, beside.method]).toEqual([conditional.picks, 'msc_conditional']);
  });

  it('adds to what is kept in any case, and leaves out what is never picked', async () => {
    const [always, never] = [
      [7, 3],
      [0, 1, 2],
    ];
    const { picks, gains } = await compressWithin(x, { ...options, always, never, size: { count: 12 } });
    expect([...picks]).toEqual(await slowly(always, 12, (frame) => !never.includes(frame)));
    expect([...gains.subarray(0, 2)]).toEqual([NaN, NaN]);
    expect(gains[2]).toBeGreaterThan(0);
  });

  it('keeps frames of a file apart', async () => {
    const isFar = (frame: number, picks: readonly number[]): boolean =>
      picks.every((pick) => pick < 20 !== frame < 20 || Math.abs(pick - frame) >= 4);
    const { picks } = await compressWithin(x, { ...options, spacing: 4, size: { count: 6 } });
    expect([...picks]).toEqual(await slowly([], 6, isFar));
    // No more than fit.
    const all = await compressWithin(x, { ...options, spacing: 10, size: { fraction: 1 } });
    expect(all.picks.length).toBeLessThanOrEqual(3);
    const drawn = await compressWithin(x, { ...options, method: 'random', spacing: 4, size: { count: 6 } });
    expect([...drawn.picks].every((pick, at) => isFar(pick, [...drawn.picks].slice(0, at)))).toBe(true);
  });

  it('stops when it is enough', async () => {
    const { picks } = await compress(x, { ...options, size: { fraction: 1 } });
    const most = async (count: number): Promise<number> =>
      (await compressionCoverage(x, x.select(picks.subarray(0, count)), [1], options)).maxDH;
    const share = async (count: number): Promise<number> =>
      (await compressionCoverage(x, x.select(picks.subarray(0, count)), [1], options)).overlap[0] as number;
    for (const maxDH of [20, 5, 1]) {
      const count = (await picksUntil(x, picks, { maxDH }, options)) as number;
      expect(await most(count)).toBeLessThanOrEqual(maxDH);
      if (count > 1) expect(await most(count - 1)).toBeGreaterThan(maxDH);
    }
    const count = (await picksUntil(x, picks, { overlap: 0.8 }, options)) as number;
    expect(await share(count)).toBeGreaterThanOrEqual(0.8);
    expect(await share(count - 1)).toBeLessThan(0.8);
    expect(await picksUntil(x, picks, { maxDH: 1e3 }, options, 4)).toBe(4);
    expect(await picksUntil(x, picks.subarray(0, 2), { maxDH: 0 }, options)).toBeUndefined();
  });

  it('names the environment that each pick is for', async () => {
    const { picks, gains, entropies } = await compress(x, { ...options, size: { count: 8 } });
    const causes = await pickCauses(x, picks, options);
    expect(causes[0]).toBeNull();
    for (let at = 1; at < 8; at++) {
      const dH = await deltaEntropy(x.frame(picks[at] as number), x.select(picks.subarray(0, at)), options);
      const { atom, dH: most } = causes[at] as NonNullable<(typeof causes)[0]>;
      expect(most).toBeCloseTo(Math.max(...dH), 9);
      expect(dH[atom]).toBeCloseTo(most, 9);
      // The gain is this, plus the entropy of the structure in the picking, not in the gain.
      expect(Math.abs((gains[at] as number) - most)).toBeLessThan(
        1e-6 + (entropies?.[picks[at] as number] ?? 0),
      );
    }
    const reference = frames(3, 5);
    const [first] = await pickCauses(x, picks, { ...options, reference });
    const own = await deltaEntropy(x.frame(picks[0] as number), reference, options);
    expect(first?.dH).toBeCloseTo(Math.max(...own), 9);
  });

  it('shares all environments among the picks', async () => {
    // Three copies of one structure, one of another far away, and one that nothing is like.
    const rows = (centre: number): number[] =>
      Array.from({ length: EACH * WIDTH }, (_, at) => centre + 0.01 * at);
    const data = [...rows(0), ...rows(0), ...rows(0), ...rows(10), ...rows(99)];
    const set = new DescriptorMatrix(data, { width: WIDTH, frameOffsets: [0, 4, 8, 12, 16, 20] });
    const found = await pickWeights(set, [0, 3], options);
    found.environments.forEach((value, at) => expect(value).toBeCloseTo([12, 4][at] as number, 9));
    found.weights.forEach((value, at) => expect(value).toBeCloseTo([1.5, 0.5][at] as number, 9));
    expect(found.unlike).toBe(4);
    const all = await pickWeights(x, (await compress(x, { ...options, size: { count: 20 } })).picks, options);
    const sum = all.environments.reduce((total, value) => total + value, 0);
    expect(sum + all.unlike).toBeCloseTo(x.rows, 6);
    expect(all.weights.reduce((total, value) => total + value, 0) / 20).toBeCloseTo(1, 9);
  });

  it('refuses what cannot be', async () => {
    const refused: [Parameters<typeof compressWithin>[1], RegExp][] = [
      [{ always: [30] }, /structure 30 of 30/],
      [{ always: [1], never: [1] }, /structure 1 is to be kept always and never/],
      [{ always: [1, 2, 3], size: { count: 2 } }, /3 structures are kept in any case, expected at most 2/],
      [{ spacing: 1.5 }, /spacing is 1.5, expected a whole number/],
      [{ never: Array.from({ length: 30 }, (_, at) => at) }, /no structure is left to pick/],
    ];
    for (const [given, message] of refused) {
      await expect(compressWithin(x, { ...options, ...given })).rejects.toThrow(message);
    }
    const nameless = new DescriptorMatrix(x.data, { width: WIDTH, frameOffsets: x.frameOffsets });
    await expect(compressWithin(nameless, { ...options, spacing: 2 })).rejects.toThrow(/do not name/);
  });
});
