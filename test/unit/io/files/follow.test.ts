import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { followStructures, type FollowStructuresOptions } from '../../../../ts/faces/node/io.js';
import type { Structure } from '../../../../ts/node.js';
import { frame } from '../../../support/data/files.js';

const folder = mkdtempSync(join(tmpdir(), 'quests-follow-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Text of a frame of one atom. */
const one = (x: number): string => frame([`Cu ${x}.5 0.0 0.0`]);

const dump = (step: number): string =>
  [
    `ITEM: TIMESTEP\n${step}\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9`,
    'ITEM: ATOMS id type x y z\n1 1 0.5 0 0\n2 1 3.5 0 0\n',
  ].join('\n');

const xdatcar = (number: number): string => `Direct configuration= ${number}\n 0.1 0.2 0.3\n`;
const XDATCAR_HEAD = 'copper\n1\n4 0 0\n0 4 0\n0 0 4\nCu\n1\n';

/** A file that is followed. */
function followed(
  name: string,
  options: FollowStructuresOptions = {},
): {
  path: string;
  next: () => Promise<Structure | undefined>;
  end: () => Promise<void>;
  behind: () => number;
} {
  const path = join(folder, name);
  const { structures, behind } = followStructures(path, options);
  return {
    path,
    behind,
    next: async () => {
      const next = await structures.next();
      return next.done === true ? undefined : next.value;
    },
    end: async () => {
      await structures.return();
    },
  };
}

const firstX = (structure: Structure | undefined): number | undefined => structure?.positions[0];

describe('a file that is being written', () => {
  it.each([
    ['grows.xyz', one(0), one(1)],
    ['grows.lammpstrj', dump(0), dump(10)],
    ['XDATCAR', XDATCAR_HEAD + xdatcar(1), xdatcar(2)],
  ])('%s gives a frame as soon as it is whole, without the one after it', async (name, first, second) => {
    const file = followed(name);
    writeFileSync(file.path, first);
    expect((await file.next())?.source?.frame).toBe(0);
    appendFileSync(file.path, second.slice(0, -3));
    const waiting = file.next();
    appendFileSync(file.path, second.slice(-3));
    expect((await waiting)?.source?.frame).toBe(1);
    await file.end();
  });

  it('is waited for where it is not there, and where a frame is cut anywhere', async () => {
    const text = one(0) + one(1);
    for (const cut of [1, 3, 20, one(0).length - 2, one(0).length, one(0).length + 1, text.length - 1]) {
      const file = followed(`late-${cut}.xyz`);
      const first = file.next();
      writeFileSync(file.path, text.slice(0, cut));
      appendFileSync(file.path, text.slice(cut));
      expect([firstX(await first), firstX(await file.next())]).toEqual([0.5, 1.5]);
      await file.end();
    }
  });

  it('begins anew where another takes its name, and where it is cut', async () => {
    let replaced = 0;
    const file = followed('replaced.xyz', { onReplaced: () => replaced++ });
    writeFileSync(file.path, one(0) + one(1));
    expect([firstX(await file.next()), firstX(await file.next())]).toEqual([0.5, 1.5]);
    const other = join(folder, 'other.xyz');
    writeFileSync(other, one(7));
    renameSync(other, file.path);
    const next = await file.next();
    expect([firstX(next), next?.source?.frame, replaced]).toEqual([7.5, 0, 1]);
    truncateSync(file.path, 0);
    const after = file.next();
    // It must be seen to be empty.
    await new Promise((resolve) => setTimeout(resolve, 500));
    appendFileSync(file.path, one(8));
    expect([firstX(await after), replaced]).toEqual([8.5, 2]);
    await file.end();
  });

  it('says of a frame that is cut by its replacement that it was not finished', async () => {
    const problems: string[] = [];
    const file = followed('unfinished.xyz', { onUnfinished: ({ message }) => problems.push(message) });
    writeFileSync(file.path, one(0) + frame(['Cu 0 0 0', 'Cu 1 1 1']).slice(0, -12));
    expect(firstX(await file.next())).toBe(0.5);
    const other = join(folder, 'after-unfinished.xyz');
    writeFileSync(other, one(3));
    renameSync(other, file.path);
    expect(firstX(await file.next())).toBe(3.5);
    expect(problems).toEqual([expect.stringContaining('unfinished.xyz, frame 1')]);
    await file.end();
  });

  it('ends where nothing comes for long enough', async () => {
    const problems: string[] = [];
    const options = { idle: 0, onUnfinished: ({ message }: Error) => problems.push(message) };
    const file = followed('idle.xyz', options);
    writeFileSync(file.path, one(0) + one(1));
    expect([firstX(await file.next()), firstX(await file.next()), await file.next()]).toEqual([
      0.5,
      1.5,
      undefined,
    ]);
    expect([file.behind(), problems]).toEqual([0, []]);
    expect(await followed('never.xyz', options).next()).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining('the file is empty')]);
  });

  it('throws what is wrong with a frame in the middle, or skips it', async () => {
    const bad = `${one(0)}1\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3\nCu x 0 0\n${one(2)}`;
    const file = followed('bad.xyz');
    writeFileSync(file.path, bad);
    expect(firstX(await file.next())).toBe(0.5);
    await expect(file.next()).rejects.toThrow('frame 1');
    const skipped: unknown[] = [];
    const again = followed('bad.xyz', { onSkip: ({ frame: number }) => skipped.push(number) });
    expect([firstX(await again.next()), firstX(await again.next()), skipped]).toEqual([0.5, 2.5, [1]]);
    await again.end();
  });

  it('is refused where it is compressed, or no file of structures', async () => {
    const file = followed('packed.xyz');
    writeFileSync(file.path, gzipSync(one(0)));
    await expect(file.next()).rejects.toThrow('compressed');
    const matrix = followed('matrix.npz', { idle: 0 });
    writeFileSync(matrix.path, 'PK\x03\x04');
    await expect(matrix.next()).rejects.toThrow('expected structures');
  });

  it('is no address', () => {
    expect(() => followStructures('https://u:p@h.org/run.xyz')).toThrow(
      'https://h.org/run.xyz: an address cannot be followed; give a file',
    );
  });

  it('ends at its signal, also while it waits', async () => {
    const controller = new AbortController();
    const file = followed('signal.xyz', { signal: controller.signal });
    const next = file.next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });
});
