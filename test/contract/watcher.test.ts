import { describe, expect, it } from 'vitest';
import {
  deltaEntropy,
  descriptors,
  type DescriptorMatrix,
  entropy,
  referenceSet,
  type Structure,
  watcher,
} from '../../ts/node.js';
import { checkedFrame } from '../../ts/trajectory/checked-frame.js';
import { BACKENDS } from '../support/backends/backends.js';
import { RandomStream } from '../../ts/statistics/random.js';

/** An fcc crystal of copper of 32 atoms, rattled. */
function crystal(seed: number, amplitude: number, frame: number): Structure {
  const random = new RandomStream(seed);
  const a = 3.6;
  const sites = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((cell) =>
    [
      [0, 0, 0],
      [0.5, 0.5, 0],
      [0.5, 0, 0.5],
      [0, 0.5, 0.5],
    ].map((site) => site.map((x, axis) => a * (x + ((cell >> axis) & 1)))),
  );
  return {
    positions: Float64Array.from(sites.flat(), (x) => x + amplitude * (random.uniform() - 0.5)),
    cell: [2 * a, 0, 0, 0, 2 * a, 0, 0, 0, 2 * a],
    species: Array<string>(32).fill('Cu'),
    source: { file: 'run.xyz', frame },
  };
}

const training = Array.from({ length: 6 }, (_, at) => crystal(at, 0.2, at));
const quiet = crystal(50, 0.15, 0);
const wild = crystal(51, 1.5, 1);

describe.each(BACKENDS)('a watcher, on %s', (backend) => {
  const described = (frames: readonly Structure[]): Promise<DescriptorMatrix> =>
    descriptors(frames, { backend });

  it('gives what deltaEntropy and entropy give', async () => {
    const x = await described(training);
    const guard = await watcher(x, { backend, bandwidth: 0.03 });
    for (const structure of [quiet, wild]) {
      const y = await described([structure]);
      const dH = await deltaEntropy(y, x, { backend, bandwidth: 0.03 });
      const found = await guard.check(structure);
      expect(found.dH).toEqual(dH);
      expect(found.entropy).toBe(await entropy(y, { backend, bandwidth: 0.03 }));
      expect([found.maximum, found.atom]).toEqual([Math.max(...dH), dH.indexOf(Math.max(...dH))]);
      expect(found.mean).toBeCloseTo(dH.reduce((sum, value) => sum + value, 0) / 32, 12);
      expect([found.environments, found.known, found.decision, found.save]).toEqual([
        32,
        192,
        'continue',
        false,
      ]);
    }
    guard.dispose();
  });

  it('decides by its limits, and by the share of atoms that it is told', async () => {
    const x = await described(training);
    const { maximum, dH } = await (await watcher(x, { backend })).check(wild);
    const decide = async (options: object): Promise<[string, boolean]> => {
      const guard = await watcher(x, { backend, ...options });
      const { decision, save } = await guard.check(wild);
      return [decision, save];
    };
    expect(await decide({ saveAbove: maximum })).toEqual(['save', true]);
    expect(await decide({ saveAbove: maximum + 1e-9 })).toEqual(['continue', false]);
    expect(await decide({ stopAbove: maximum })).toEqual(['stop', true]);
    expect(await decide({ saveAbove: 0, rejectAbove: maximum })).toEqual(['reject', false]);
    expect(await decide({ saveAbove: 0, rejectAbove: maximum, stopAbove: maximum })).toEqual(['stop', false]);
    const rising = Array.from(dH ?? []).sort((a, b) => a - b);
    const half = await (await watcher(x, { backend, share: 0.5 })).check(wild);
    expect(half.score).toBe(rising[16]);
    expect((await (await watcher(x, { backend, share: 1 })).check(wild)).score).toBe(rising[0]);
  });

  it('decides alike without the mean, and has every atom of what it keeps', async () => {
    const x = await described(training);
    const found = async (structure: Structure, options: object): Promise<object> => {
      const guard = await watcher(x, { backend, bandwidth: 0.03, ...options });
      const { mean, dH, ...rest } = await guard.check(structure);
      guard.dispose();
      return { ...rest, hasAtoms: [mean !== undefined, dH !== undefined] };
    };
    for (const structure of [quiet, wild]) {
      for (const options of [{}, { stopAbove: 1 }, { share: 0.3, stopAbove: 1, epsilon: -2 }]) {
        const all = await found(structure, options);
        const few = await found(structure, { ...options, mean: false });
        expect(all).toMatchObject({ hasAtoms: [true, true] });
        expect(few).toEqual({ ...all, hasAtoms: [false, false] });
      }
      const keep = { saveAbove: -100, learn: true };
      expect(await found(structure, { ...keep, mean: false })).toEqual(await found(structure, keep));
    }
    const guard = await watcher(x, { backend, mean: false });
    const check = await guard.check(wild);
    expect(() => checkedFrame(wild, check)).toThrow('without mean');
  });

  it('learns what it keeps: the same frame is known then', async () => {
    const x = await described(training);
    const guard = await watcher(x, { backend, saveAbove: 1, learn: true });
    const first = await guard.check(wild);
    const again = await guard.check({ ...wild, source: { file: 'run.xyz', frame: 2 } });
    expect([first.learned, first.known, again.learned, again.known]).toEqual([true, 192, false, 224]);
    expect(first.maximum).toBeGreaterThan(1);
    expect(again.maximum).toBeLessThanOrEqual(0);
    const other = await watcher(x, { backend, saveAbove: 1 });
    await other.learn(wild);
    expect((await other.check(wild)).maximum).toBe(again.maximum);
  });

  it('keeps no two frames that are close to each other', async () => {
    const guard = await watcher(await described(training), { backend, saveAbove: 1, saveEvery: 3 });
    const kept: number[] = [];
    for (const frame of [1, 2, 3, 4, 5, 8, 0, 1]) {
      if ((await guard.check({ ...wild, source: { file: '', frame } })).save) kept.push(frame);
    }
    expect(kept).toEqual([1, 4, 8, 0]);
  });

  it('grows a set that it was given, and leaves it alive', async () => {
    const known = await referenceSet(await described(training), { backend });
    const guard = await watcher(known, { backend, saveAbove: 1, learn: true, entropy: false });
    expect((await guard.check(wild)).entropy).toBeUndefined();
    guard.dispose();
    expect(known.rows).toBe(224);
    known.dispose();
  });

  it('refuses what means nothing', async () => {
    const x = await described(training);
    const refused = async (options: object): Promise<string> =>
      watcher(x, { backend, ...options }).then(
        () => 'nothing',
        (error: unknown) => (error as Error).message,
      );
    expect(await refused({ saveAbove: NaN })).toContain('saveAbove is NaN');
    expect(await refused({ share: 0 })).toContain('share is 0');
    expect(await refused({ saveEvery: 0.5 })).toContain('saveEvery is 0.5');
    expect(await refused({ saveAbove: 2, rejectAbove: 1 })).toContain('nothing is kept');
    expect(await refused({ k: 8 })).toContain('k is 32 in the reference');
    const guard = await watcher(x, { backend });
    await expect(guard.check([] as never)).rejects.toThrow('structure');
    const broken = { ...quiet, positions: quiet.positions.map((value, at) => (at === 4 ? NaN : value)) };
    await expect(guard.check(broken)).rejects.toMatchObject({ code: 'INVALID_STRUCTURE' });
  });
});
