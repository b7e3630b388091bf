import { describe, expect, it } from 'vitest';
import { readExtxyz } from '../../../../ts/io/structures/extxyz.js';
import { readMtp } from '../../../../ts/io/structures/mtp.js';
import { readRunner } from '../../../../ts/io/structures/runner.js';
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

/** Comments of plain xyz, for a frame. */
const COMMENTS: Readonly<Record<string, (index: number) => string>> = {
  words: (index) => `step ${index}`,
  nothing: () => '',
  'a number': (index) => `${index + 1}`,
  'a large number': (index) => `${1000 * (index + 1)}`,
  numbers: (index) => `${index} -1.25 0.5`,
  'numbers as many as a row has fields': (index) => `${index}.5 -1.25 0.5 0.25`,
};

const LABELS: Readonly<Record<string, (atom: number) => string>> = {
  symbols: (atom) => ['Cu', 'Zr', 'Cu'][atom % 3] ?? '',
  types: (atom) => `${1 + (atom % 2)}`,
};

describe.each(Object.keys(COMMENTS))('plain xyz with %s as comments, cut and glued', (comment) => {
  it.each([
    ['symbols', '', 3],
    ['types', '', 3],
    ['symbols', ' 0.5 -0.25', 3],
    ['symbols', '', 1],
    ['symbols', '', 12],
  ])('species are %s, rows end in %j, %d atoms', async (labels, tail, atoms) => {
    const next = random(5);
    const rows = (index: number): string[] =>
      Array.from({ length: atoms }, (_, atom) => {
        const numbers = [0, 1, 2].map(() => (10 * next() - 5).toFixed(4)).join(' ');
        return `${LABELS[labels]?.(atom) ?? ''} ${numbers}${tail && `${tail}${index}`}`;
      });
    const frames = Array.from({ length: 5 }, (_, index) => {
      const own = rows(index);
      return `${atoms}\n${COMMENTS[comment]?.(index) ?? ''}\n${own.join('\n')}\n`;
    });
    const whole = await all(readExtxyz(bytesOf(frames.join('')), { file: 'a', rowReader }));
    // Half a last number may be one.
    const text = frames[1] ?? '';
    for (let cut = 1; cut < text.length - 1; cut++) {
      const glued = frames.map((frame, index) => (index === 1 ? text.slice(0, cut) : frame)).join('');
      const skipped: (number | undefined)[] = [];
      const onSkip = ({ frame }: { readonly frame?: number | undefined }) => void skipped.push(frame);
      const found = await all(readExtxyz(bytesOf(glued), { file: 'a', rowReader, onSkip }));
      const numbers = found.map(({ source }) => source?.frame);
      const left = cut > text.indexOf('\n') + 1 && text[cut - 1] === '\n' ? [1] : [1, 2];
      expect([numbers, skipped], glued).toEqual([[0, 1, 2, 3, 4].filter((one) => !left.includes(one)), left]);
      for (const { source, positions } of found) {
        expect(positions, glued).toEqual(whole[source?.frame ?? -1]?.positions);
      }
    }
  });
});

describe('lines after the atoms, as those of QM9', () => {
  const molecule = (index: number, last = '0.2'): string =>
    `3\ngdb ${index}\t7.5\t\n` +
    `O\t0.0\t0.0\t0.${index}\t-0.4\nH\t1.0\t0.0\t0.0\t0.2\nH\t0.0\t1.0\t0.0\t${last}\n` +
    `1671.4222\t3803.6305\t3907.698\t10.5\t11.5\nO\tO\t\nInChI=1S/H2O/h1H2\tInChI=1S/H2O/h1H2\n`;

  it('are no frames where frames are left out', async () => {
    const notes: string[] = [];
    const skipped: unknown[] = [];
    const found = await all(
      readExtxyz(bytesOf([0, 1, 2].map((index) => molecule(index)).join('')), {
        file: 'a',
        rowReader,
        onSkip: (one) => void skipped.push(one),
        onNote: ({ frame, text }) => void notes.push(`${frame} ${text}`),
      }),
    );
    expect(found.map(({ source }) => source?.frame)).toEqual([0, 1, 2]);
    expect(skipped).toEqual([]);
    expect(notes).toEqual(['0 lines after its atoms are not read']);
  });

  it('leave a bad frame one frame', async () => {
    const skipped: unknown[] = [];
    const text = molecule(0) + molecule(1, 'x') + molecule(2);
    const options = { file: 'a', rowReader, onSkip: (one: object) => void skipped.push(one) };
    const found = await all(readExtxyz(bytesOf(text), options));
    expect(found.map(({ source }) => source?.frame)).toEqual([0, 2]);
    expect(skipped).toHaveLength(1);
  });
});

it('a damaged row of plain xyz is no comment of a frame', async () => {
  const frame = '3\nwords\nCu 0 0 0.5\nCu 1 0 0\nCu 2 0 0\n';
  for (const bad of [frame.replace('0.5', 'x'), frame.replace('Cu 1', 'Cu'), frame.replaceAll('0 0', '')]) {
    const skipped: (number | undefined)[] = [];
    const onSkip = ({ frame: number }: { readonly frame?: number | undefined }) => void skipped.push(number);
    const found = await all(readExtxyz(bytesOf(frame + bad + frame), { file: 'a', rowReader, onSkip }));
    expect([found.map(({ source }) => source?.frame), skipped], bad).toEqual([[0, 2], [1]]);
  }
});

/** Formats whose frames begin with a word: how one is written, from the numbers of its atoms. */
const MARKED: Readonly<
  Record<string, { read: typeof readExtxyz; frame: (index: number, rows: readonly string[]) => string }>
> = {
  runner: {
    read: readRunner,
    frame: (index, rows) =>
      `begin\ncomment step ${index}\nlattice 9 0 0\nlattice 0 9 0\nlattice 0 0 9\n` +
      `${rows.map((row) => `atom ${row} Cu 0.0 0.0 0.1 0.2 0.3\n`).join('')}energy -1.5\ncharge 0.0\nend\n`,
  },
  dump: {
    read: readLammpsDump,
    frame: (index, rows) =>
      `ITEM: TIMESTEP\n${index}\nITEM: NUMBER OF ATOMS\n3\nITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9\n` +
      `ITEM: ATOMS id type x y z\n${rows.map((row, atom) => `${atom + 1} 1 ${row}\n`).join('')}`,
  },
  mtp: {
    read: readMtp,
    frame: (index, rows) =>
      `BEGIN_CFG\n Size\n 3\n Supercell\n 9 0 0\n 0 9 0\n 0 0 9\n` +
      ` AtomData: id type cartes_x cartes_y cartes_z\n` +
      rows.map((row, atom) => ` ${atom + 1} 0 ${row}\n`).join('') +
      ` Energy\n -1.5\n Feature step ${index}\nEND_CFG\n`,
  },
};

it.each(Object.entries(MARKED))('a restart cuts a frame of %s at every byte', async (_, { read, frame }) => {
  const next = random(3);
  const frames = [0, 1, 2, 3, 4].map((index) =>
    frame(
      index,
      [0, 1, 2].map(() => [0, 1, 2].map(() => (9 * next()).toFixed(4)).join(' ')),
    ),
  );
  const whole = await all(read(bytesOf(frames.join('')), { file: 'a', rowReader }));
  const text = frames[1] ?? '';
  for (let cut = 1; cut < text.length - 1; cut++) {
    const glued = frames.map((one, index) => (index === 1 ? text.slice(0, cut) : one)).join('');
    const skipped: (number | undefined)[] = [];
    const onSkip = ({ frame: number }: { readonly frame?: number | undefined }) => void skipped.push(number);
    const found = await all(read(bytesOf(glued), { file: 'a', rowReader, onSkip }));
    const left = text.slice(0, cut).split('\n').at(-1)?.trim() === '' ? [1] : [1, 2];
    expect([found.map(({ source }) => source?.frame), skipped], glued).toEqual([
      [0, 1, 2, 3, 4].filter((one) => !left.includes(one)),
      left,
    ]);
    for (const { source, positions } of found) {
      expect(positions, glued).toEqual(whole[source?.frame ?? -1]?.positions);
    }
  }
});
