import { describe, expect, it } from 'vitest';
import { LiveHistory, type LiveReply, type LiveRow, LiveWatch } from '../../../ts/faces/node/explore.js';
import {
  deltaEntropy,
  DescriptorMatrix,
  descriptors,
  entropy,
  readStructures,
  type Structure,
} from '../../../ts/node.js';
import { RandomStream } from '../../../ts/statistics/random.js';

const A = 3.6;
const SITES = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((cell) =>
  [
    [0, 0, 0],
    [0.5, 0.5, 0],
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
  ].map((site) => site.map((x, axis) => A * (x + ((cell >> axis) & 1)))),
);

/** A rattled crystal; from frame 6 on with an atom that has left its site. */
function frame(number: number): Structure {
  const random = new RandomStream(number);
  const positions = Float64Array.from(SITES.flat(), (x) => x + 0.1 * (random.uniform() - 0.5));
  if (number >= 6) positions[0] = (positions[0] as number) + 1.2;
  return {
    positions,
    cell: [2 * A, 0, 0, 0, 2 * A, 0, 0, 0, 2 * A],
    species: Array<string>(SITES.length).fill('Cu'),
    info: { step: 10 * number, time: number },
  };
}

const SETTINGS = { of: 'a crystal', canStop: true, bandwidth: 0.04, k: 12, cutoff: 4 };

type Said<Is extends LiveReply['is']> = Extract<LiveReply, { is: Is }>;

/** A page that looks on. */
class Page {
  readonly replies: LiveReply[] = [];
  readonly hear = (reply: LiveReply): void => void this.replies.push(reply);

  last<Is extends LiveReply['is']>(is: Is): Said<Is> | undefined {
    return this.replies.findLast((reply): reply is Said<Is> => reply.is === is);
  }
}

describe('LiveWatch', () => {
  it('checks frames relative to the first ones, keeps those at the limit, and stops there', async () => {
    const live = new LiveWatch({ ...SETTINGS, first: 3 });
    const page = new Page();
    live.join(page.hear);
    expect(page.replies).toEqual([
      {
        is: 'live',
        of: 'a crystal',
        relativeTo: null,
        first: 3,
        learned: 0,
        canStop: true,
        limit: { above: 10, stops: false },
        rows: [],
        kept: 0,
        end: null,
      },
    ]);
    const decisions: string[] = [];
    for (let at = 0; at < 7; at++) decisions.push((await live.check(frame(at))).decision);
    await live.answer({ do: 'limit', above: 10, stops: true }, page.hear);
    decisions.push((await live.check(frame(7))).decision);
    expect(decisions).toEqual([...Array<string>(7).fill('continue'), 'stop']);

    const rows = page.replies.filter((reply): reply is Said<'live-check'> => reply.is === 'live-check');
    expect(rows.map(({ row, kept }) => [row.check, row.frame, row.step, row.time, row.isKept, kept])).toEqual(
      [
        [0, 3, 30, 3, false, 0],
        [1, 4, 40, 4, false, 0],
        [2, 5, 50, 5, false, 0],
        [3, 6, 60, 6, true, 1],
        [4, 7, 70, 7, true, 2],
      ],
    );
    // As by the functions that anybody may call.
    const described = { k: 12, cutoff: 4 };
    const x = await descriptors([0, 1, 2].map(frame), described);
    const y = await descriptors(frame(6), described);
    const dH = await deltaEntropy(y, x, { bandwidth: 0.04 });
    const { row } = rows[3] as Said<'live-check'>;
    expect(row).toMatchObject({
      environments: 32,
      maximum: Math.max(...dH),
      atom: dH.indexOf(Math.max(...dH)),
      entropy: await entropy(y, { bandwidth: 0.04 }),
    });
    expect(live.last).toEqual(rows[4]?.row);
    expect(page.replies.filter(({ is }) => is === 'live-learned')).toHaveLength(3);

    // Somebody who comes later is told all.
    const late = new Page();
    const leave = live.join(late.hear);
    expect(late.last('live')).toMatchObject({
      learned: 3,
      limit: { above: 10, stops: true },
      rows: rows.map((reply) => reply.row),
      kept: 2,
    });
    leave();
    live.end({ by: 'person' });
    expect([page.last('live-end')?.end, late.last('live-end')]).toEqual([{ by: 'person' }, undefined]);
    live.dispose();
  });

  it('shows the last frame in colours that end at the limit, and saves it, and what is kept', async () => {
    const x = await descriptors([0, 1, 2].map(frame), { k: 12, cutoff: 4 });
    const live = new LiveWatch({ ...SETTINGS, entropy: false, reference: { name: 'train.xyz', x } });
    const page = new Page();
    live.join(page.hear);
    expect(page.last('live')?.relativeTo).toBe('train.xyz');
    await live.answer({ do: 'show', isDark: false }, page.hear);
    await live.answer({ do: 'save', what: 'kept' }, page.hear);
    expect(page.replies.slice(1).map((reply) => reply.is === 'live-failure' && reply.message)).toEqual([
      'no frame was checked yet',
      'no frame was checked yet',
    ]);
    await live.check(frame(3));
    await live.answer({ do: 'save', what: 'kept' }, page.hear);
    expect(page.last('live-failure')?.message).toBe('no frame is kept yet');
    await live.check(frame(6));
    await live.check(frame(7));
    await live.answer({ do: 'show', isDark: true }, page.hear);
    const shown = page.last('live-frame')?.frame;
    expect(shown?.row).toEqual(live.last);
    expect(shown?.row.entropy).toBeNull();
    expect(shown?.range[1]).toBe(10);
    expect(shown?.positions).toEqual(Float32Array.from(frame(7).positions));
    // The atom that has left its site has the last colour.
    const { atom = 0 } = live.last ?? {};
    expect([...(shown?.colours.slice(3 * atom, 3 * atom + 3) ?? [])]).toEqual([
      ...(shown?.swatches.at(-1) ?? []),
    ]);
    for (const [what, name, frames] of [
      ['kept', 'kept.xyz', [6, 7]],
      ['last', 'frame-2.xyz', [7]],
    ] as const) {
      await live.answer({ do: 'save', what }, page.hear);
      const file = page.last('live-file');
      expect(file?.name).toBe(name);
      const { positions, maxima } = await read(file?.blob as Blob);
      expect(positions).toEqual(frames.map((at) => frame(at).positions));
      expect(maxima.at(-1)).toBe(live.last?.maximum);
    }
    live.dispose();
  });

  it('without the mean says the same, and computes δH of every atom of what is shown or saved', async () => {
    const x = await descriptors([0, 1, 2].map(frame), { k: 12, cutoff: 4 });
    const reference = { name: 'train.xyz', x };
    const pages = [];
    for (const mean of [true, false]) {
      const live = new LiveWatch({ ...SETTINGS, mean, reference });
      const page = new Page();
      live.join(page.hear);
      for (const at of [3, 6, 7, 4]) {
        await live.check(frame(at));
        // Twice: what was computed is there.
        for (const isDark of [false, true]) await live.answer({ do: 'show', isDark }, page.hear);
      }
      for (const what of ['last', 'kept'] as const) await live.answer({ do: 'save', what }, page.hear);
      live.dispose();
      pages.push(page.replies);
    }
    const [whole = [], largest = []] = pages;
    expect(whole.filter(({ is }) => is === 'live-frame')).toHaveLength(8);
    // All but the mean: colours, files, what is kept.
    const without = (replies: readonly LiveReply[]): unknown[] =>
      replies.map((reply) => {
        if (reply.is === 'live-check') return { ...reply, row: { ...reply.row, mean: null } };
        if (reply.is !== 'live-frame') return reply;
        return { ...reply, frame: { ...reply.frame, row: { ...reply.frame.row, mean: null } } };
      });
    expect(without(largest)).toEqual(largest);
    expect(largest).toEqual(without(whole));
    const texts = pages.map((replies) =>
      Promise.all(replies.flatMap((reply) => (reply.is === 'live-file' ? [reply.blob.text()] : []))),
    );
    const [saved, savedWithout] = await Promise.all(texts);
    expect(saved).toHaveLength(2);
    expect(savedWithout).toEqual(saved);
  });

  it.each([
    [300, true],
    [400, false],
  ])('computes the mean of 32 atoms relative to 96 × %d environments: %s', async (times, hasMean) => {
    const few = await descriptors([0, 1, 2].map(frame), { k: 12, cutoff: 4 });
    const data = Float64Array.from({ length: times * few.data.length }, (_, at) => {
      return few.data[at % few.data.length] as number;
    });
    const x = new DescriptorMatrix(data, { width: few.width, k: 12, cutoff: 4 });
    const live = new LiveWatch({ ...SETTINGS, reference: { name: 'train.xyz', x } });
    await live.check(frame(6));
    const dH = await deltaEntropy(await descriptors(frame(6), { k: 12, cutoff: 4 }), x, { bandwidth: 0.04 });
    const { mean, maximum, entropy: own } = live.last ?? {};
    expect([typeof mean === 'number', maximum, own === null]).toEqual([hasMean, Math.max(...dH), false]);
    live.dispose();
  });

  it('refuses limits and numbers of frames that mean nothing', async () => {
    expect(() => new LiveWatch({ ...SETTINGS, first: 0 })).toThrow('first is 0, expected a whole number');
    const limit = { above: Infinity, stops: false };
    expect(() => new LiveWatch({ ...SETTINGS, limit })).toThrow('the limit is Infinity');
    const live = new LiveWatch(SETTINGS);
    const page = new Page();
    await live.answer({ do: 'limit', above: NaN, stops: true }, page.hear);
    expect(page.last('live-failure')?.message).toBe('the limit is NaN, expected a number of nats');
  });
});

async function read(blob: Blob): Promise<{ positions: Float64Array[]; maxima: unknown[] }> {
  const { writeFileSync, mkdtempSync, rmSync } = await import('node:fs');
  const { join } = await import('node:path');
  const { tmpdir } = await import('node:os');
  const folder = mkdtempSync(join(tmpdir(), 'quests-live-'));
  const file = join(folder, 'frames.xyz');
  writeFileSync(file, Buffer.from(await blob.arrayBuffer()));
  const positions: Float64Array[] = [];
  const maxima: unknown[] = [];
  for await (const structure of readStructures(file)) {
    positions.push(Float64Array.from(structure.positions));
    maxima.push(structure.info?.max_dH);
  }
  rmSync(folder, { recursive: true });
  return { positions, maxima };
}

describe('LiveHistory', () => {
  it('forgets rows, but neither the last nor a peak', () => {
    const history = new LiveHistory();
    const peaks = [17, 5000, 20_001];
    for (let check = 0; check < 50_000; check++) {
      const maximum = peaks.includes(check) ? 100 : check % 7;
      history.add({ check, maximum } as LiveRow);
      if (check % 1000 < 5) expect(history.rows.at(-1)?.check).toBe(check);
    }
    const { rows } = history;
    expect(rows.length).toBeLessThanOrEqual(LiveHistory.MOST + 1);
    expect(rows.length).toBeGreaterThan(LiveHistory.MOST / 2);
    expect(rows.filter(({ maximum }) => maximum === 100).map(({ check }) => check)).toEqual(peaks);
    // As many early ones as late ones.
    const checks = rows.map(({ check }) => check);
    expect(checks).toEqual([...checks].sort((a, b) => a - b));
    const early = checks.filter((check) => check < 25_000).length;
    expect(Math.abs(2 * early - rows.length)).toBeLessThan(rows.length / 50);
  });
});
