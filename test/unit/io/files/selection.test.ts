import { describe, expect, it } from 'vitest';
import type { FrameRange } from '../../../../ts/io/structures/frames.js';
import { parseSelection, selected } from '../../../../ts/io/files/selection.js';
import { readLammpsDump } from '../../../../ts/io/structures/lammps-dump.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure } from '../../../support/data/reading.js';

/** Frames of a file of so many; notes those that were read. */
function reader(total: number): {
  read: (range?: FrameRange) => AsyncGenerator<Structure>;
  frames: number[];
} {
  const frames: number[] = [];
  // eslint-disable-next-line @typescript-eslint/require-await -- what it stands for reads a file
  async function* read(range?: FrameRange): AsyncGenerator<Structure> {
    for (let frame = 0; frame < Math.min(total, range?.end ?? Infinity); frame++) {
      if (range?.wants(frame) === false) continue;
      frames.push(frame);
      yield { positions: new Float64Array(3), source: { file: 'a', frame } };
    }
  }
  return { read, frames };
}

async function select(text: string, total: number): Promise<{ found: number[]; read: number[] }> {
  const { read, frames } = reader(total);
  const structures = await all(selected(parseSelection(text), 'a', read));
  return { found: structures.map(({ source }) => source?.frame ?? -1), read: frames };
}

/** What Python's `list(range(total))[start:stop:step]` gives, by trying every index. */
function sliced(total: number, start: number | undefined, stop: number | undefined, step: number): number[] {
  const bound = (value: number | undefined, absent: number): number => {
    if (value === undefined) return absent;
    return value < 0 ? value + total : value;
  };
  const result: number[] = [];
  if (step > 0) {
    const end = Math.min(total, bound(stop, total));
    for (let at = Math.max(0, bound(start, 0)); at < end; at += step) result.push(at);
  } else {
    const end = Math.max(-1, bound(stop, -1));
    for (let at = Math.min(total - 1, bound(start, total - 1)); at > end; at += step) result.push(at);
  }
  return result;
}

describe('selections', () => {
  it('are slices as Python has them', async () => {
    const bounds = [undefined, 0, 1, 3, 7, 9, -1, -3, -7, -9];
    for (const total of [1, 2, 7]) {
      for (const start of bounds) {
        for (const stop of bounds) {
          for (const step of [undefined, 1, 2, 3, -1, -2]) {
            const expected = sliced(total, start, stop, step ?? 1);
            const text = `${start ?? ''}:${stop ?? ''}${step === undefined ? '' : `:${step}`}`;
            if (expected.length > 0) expect((await select(text, total)).found, text).toEqual(expected);
            else
              expect(await failure(select(text, total)), text).toBe(
                `EMPTY: a@${text}: no frames are selected`,
              );
          }
        }
      }
    }
  });

  it('are single frames', async () => {
    for (const [text, frame] of [
      ['0', 0],
      ['3', 3],
      ['-1', 4],
      ['-5', 0],
      ['+2', 2],
      [' 1 ', 1],
    ] as const) {
      expect((await select(text, 5)).found).toEqual([frame]);
    }
    for (const text of ['5', '-6']) {
      expect(await failure(select(text, 5))).toBe(`INVALID_ARGUMENT: a@${text}: the file has no such frame`);
    }
  });

  it.each([
    [':-1', [0, 1, 2]],
    ['1:-1', [1, 2]],
    ['::3', undefined],
    [':-1:2', [0, 2]],
    [':-2', [0, 1]],
    ['-3:-1', [1, 2]],
    ['-2', [2]],
    ['-4', [0]],
    ['-1', undefined],
    ['-2:', undefined],
  ])('leave a last frame that is half written: %s', async (text, expected) => {
    const frame = 'ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS pp pp pp\n0 4\n0 4\n0 4\n';
    const whole = `${frame}ITEM: ATOMS id type x y z\n1 1 0.25 0.25 0.25\n`;
    for (const length of [20, frame.length, whole.length - 10]) {
      const bytes = bytesOf(whole.repeat(3) + whole.slice(0, length));
      const read = (range?: FrameRange): AsyncGenerator<Structure> =>
        readLammpsDump(bytes, { file: 'a', frames: range });
      const found = all(selected(parseSelection(text), 'a', read));
      if (expected === undefined) expect(await failure(found)).toMatch(/^INVALID_FILE: a, frame 3/);
      else expect((await found).map(({ source }) => source?.frame)).toEqual(expected);
    }
    const bad = bytesOf(whole + whole.replace('0.25 0.25', 'x 0.25') + whole);
    const read = (range?: FrameRange): AsyncGenerator<Structure> =>
      readLammpsDump(bad, { file: 'a', frames: range });
    expect(await failure(all(selected(parseSelection(':-1'), 'a', read)))).toContain('a, frame 1, line 20');
  });

  it('read no more frames than they must', async () => {
    expect((await select('3', 100)).read).toEqual([3]);
    expect((await select('2:9:3', 100)).read).toEqual([2, 5, 8]);
    expect((await select('::40', 100)).read).toEqual([0, 40, 80]);
  });

  it.each(['', 'x', '1:2:3:4', '1.5', '::0', '0x1', '--1', '1e3', '9'.repeat(16)])('refuse %j', (text) => {
    expect(() => parseSelection(text)).toThrow(
      `cannot select frames ${JSON.stringify(text)}; expected an index or start:stop:step, as in -1, ` +
        '::10, 100:200',
    );
  });
});
