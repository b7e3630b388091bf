import { describe, expect, it } from 'vitest';
import { readExtxyz } from '../../../../ts/io/structures/extxyz.js';
import { readLammpsDump } from '../../../../ts/io/structures/lammps-dump.js';
import { readXdatcar } from '../../../../ts/io/structures/xdatcar.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { random } from '../../../support/data/random.js';
import { all, bytesOf, rowReader } from '../../../support/data/reading.js';

const ATOMS = 3;
const CELL = '4 0 0\n0 4 0\n0 0 4\n';

/**
 * A format with frames: how one is written, how many lines it has before its rows, who reads it.
 */
interface Kind {
  readonly head: number;
  readonly frame: (index: number, rows: readonly string[]) => string;
  readonly read: typeof readExtxyz;
  readonly scale: number;
  /** The first frame that is damaged: the only header stands before the frames above it. */
  readonly first?: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  extxyz: {
    head: 2,
    frame: (index, rows) =>
      `${ATOMS}\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3 index=${index}\n` +
      rows.map((row) => `Cu ${row}\n`).join(''),
    read: readExtxyz,
    scale: 1,
  },
  dump: {
    head: 9,
    frame: (index, rows) =>
      `ITEM: TIMESTEP\n${index}\nITEM: NUMBER OF ATOMS\n${ATOMS}\n` +
      `ITEM: BOX BOUNDS pp pp pp\n0 4\n0 4\n0 4\n` +
      `ITEM: ATOMS id type x y z\n${rows.map((row, atom) => `${atom + 1} 1 ${row}\n`).join('')}`,
    read: readLammpsDump,
    scale: 1,
  },
  'xdatcar with a header for each frame': {
    head: 8,
    frame: (index, rows) =>
      `run\n1\n${CELL}Cu\n${ATOMS}\nDirect configuration= ${index}\n${rows.join('\n')}\n`,
    read: readXdatcar,
    scale: 4,
  },
  'xdatcar with one header': {
    head: 1,
    frame: (index, rows) =>
      (index === 0 ? `run\n1\n${CELL}Cu\n${ATOMS}\n` : '') +
      `Direct configuration= ${index}\n${rows.join('\n')}\n`,
    read: readXdatcar,
    scale: 4,
    first: 1,
  },
};

describe.each(Object.entries(KINDS))('bad frames that are left out: %s', (_, kind) => {
  const { head, frame, read, scale, first: least = 0 } = kind;

  it('leave the others as they are, under their numbers', async () => {
    const next = random(11);
    for (let trial = 0; trial < 300; trial++) {
      const rows = Array.from({ length: 5 * ATOMS }, () => [0, 1, 2].map(() => next().toFixed(6)).join(' '));
      const frames = Array.from({ length: 5 }, (_, index) =>
        frame(index, rows.slice(ATOMS * index, ATOMS * (index + 1))),
      );
      const bad = least + Math.floor((5 - least) * next());
      const text = frames[bad] ?? '';
      const lines = text.split('\n').slice(0, -1);
      const row = head + Math.floor(ATOMS * next());
      const change = trial % 4;
      if (change === 0) lines.splice(row, 0, lines[head] ?? '');
      if (change === 1) lines.splice(row, 1);
      if (change === 2) lines[row] = `${lines[row]?.slice(0, -3) ?? ''}x`;
      // Not within the first line: half a number of atoms may be one.
      const first = text.indexOf('\n') + 2;
      frames[bad] =
        change === 3
          ? text.slice(0, first + Math.floor((text.length - first) * next()))
          : `${lines.join('\n')}\n`;
      const skipped: (number | undefined)[] = [];
      const options = {
        file: 'a',
        rowReader,
        onSkip: ({ frame: number }: { readonly frame?: number | undefined }) => void skipped.push(number),
      };
      const whole = frames.join('');
      const found: Structure[] = await all(read(bytesOf(whole), options));
      for (const { source, positions } of found) {
        const index = source?.frame ?? -1;
        expect(index, whole).not.toBe(bad);
        const expected = rows.slice(ATOMS * index, ATOMS * (index + 1)).flatMap((one) => one.split(' '));
        expect(
          Array.from(positions, (value) => (value / scale).toFixed(6)),
          whole,
        ).toEqual(expected);
      }
      expect([...skipped, ...found.map(({ source }) => source?.frame)].sort(), whole).toEqual([
        0, 1, 2, 3, 4,
      ]);
      expect(skipped.length, whole).toBeLessThanOrEqual(change === 3 ? 2 : 1);
    }
  });
});
