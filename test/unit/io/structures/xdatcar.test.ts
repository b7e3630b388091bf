import { describe, expect, it } from 'vitest';
import { looksLikePoscar } from '../../../../ts/io/structures/poscar.js';
import { looksLikeXdatcar, readXdatcar } from '../../../../ts/io/structures/xdatcar.js';
import type { FrameOptions } from '../../../../ts/io/structures/frames.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, inPieces, rowReader } from '../../../support/data/reading.js';

function header(length: number): string {
  return `salt\n 1.0\n${length} 0 0\n0 ${length} 0\n0 0 ${length}\n  Na Cl\n 1 1\n`;
}

function frame(number: number, x: number): string {
  return `Direct configuration= ${number}\n  0 0 0\n  ${x} 0.5 0.5\n`;
}

function read(text: string, options: Partial<FrameOptions> = {}): Promise<Structure[]> {
  return all(readXdatcar(bytesOf(text), { file: 'XDATCAR', rowReader, ...options }));
}

/** Length of the cell, number of the configuration, x of the second atom. */
function essence({ cell = [], info = {}, positions }: Structure): unknown[] {
  return [cell[0], info.configuration, positions[3]];
}

/** A header whose title may pass for coordinates. */
function titled(length: number): string {
  return header(length).replace('salt', '2 2 2 supercell');
}

const CONSTANT = header(4) + frame(1, 0.25) + frame(2, 0.5) + frame(10, 0.75);
const VARIABLE = header(4) + frame(1, 0.25) + header(8) + frame(2, 0.5) + header(16) + frame(3, 0.75);

describe('readXdatcar', () => {
  it('reads frames of one cell', async () => {
    const frames = await read(CONSTANT);
    expect(frames.map(essence)).toEqual([
      [4, 1, 1],
      [4, 2, 2],
      [4, 10, 3],
    ]);
    expect(frames[1]).toEqual({
      positions: Float64Array.of(0, 0, 0, 2, 2, 2),
      cell: Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4),
      pbc: [true, true, true],
      species: ['Na', 'Cl'],
      arrays: {},
      info: { comment: 'salt', configuration: 2 },
      source: { file: 'XDATCAR', frame: 1 },
    });
  });

  it('reads a cell for each frame', async () => {
    expect((await read(VARIABLE)).map(essence)).toEqual([
      [4, 1, 1],
      [8, 2, 4],
      [16, 3, 12],
    ]);
  });

  it('knows a header whatever its title says', async () => {
    for (const title of ['2 2 2 supercell', '1', 'Direct hit', '0.1 0.2 0.3 0.4', 'Cu Zr']) {
      const text = VARIABLE.replaceAll('salt', title);
      expect((await read(text)).map(essence)).toEqual((await read(VARIABLE)).map(essence));
      const frames = { end: 3, wants: (index: number) => index === 2 };
      expect((await read(text, { frames })).map(essence)).toEqual([[16, 3, 12]]);
    }
  });

  it('counts rows also in frames that are not wanted', async () => {
    const frames = { end: 3, wants: (index: number) => index === 2 };
    const short = CONSTANT.replace('  0.5 0.5 0.5\n', '');
    expect(await failure(read(short, { frames }))).toBe(
      'INVALID_FILE: XDATCAR, frame 1, line 13: expected 2 atoms, found "Direct configuration= 10" after 1',
    );
  });

  it('reads frames that blank lines set apart, and none after the last', async () => {
    const rows = (text: string): string => text.replace(/Direct.*/g, '');
    const old = header(4) + rows(frame(1, 0.25)) + rows(frame(2, 0.5));
    expect((await read(`${old}\n\n`)).map(essence)).toEqual([
      [4, undefined, 1],
      [4, undefined, 2],
    ]);
    expect(await read(CONSTANT.replaceAll('Direct', '\nDirect'))).toEqual(await read(CONSTANT));
  });

  it('reads a blank comment, once and for each frame', async () => {
    expect((await read(CONSTANT.replaceAll('salt', ''))).map(essence)).toEqual(
      (await read(CONSTANT)).map(essence),
    );
    expect((await read(VARIABLE.replaceAll('salt', ''))).map(essence)).toEqual(
      (await read(VARIABLE)).map(essence),
    );
  });

  it('reads the frames that are wanted, with their cells', async () => {
    const frames = { end: 3, wants: (index: number) => index === 2 };
    expect((await read(CONSTANT, { frames })).map(essence)).toEqual([[4, 10, 3]]);
    expect((await read(VARIABLE, { frames })).map(essence)).toEqual([[16, 3, 12]]);
  });

  it('reads the same however the bytes are cut', async () => {
    for (const text of [CONSTANT, VARIABLE.replaceAll('\n', '\r\n')]) {
      const expected = await read(text);
      for (const size of [1, 3, 10]) {
        expect(await all(readXdatcar(inPieces(bytesOf(text), size), { file: 'XDATCAR', rowReader }))).toEqual(
          expected,
        );
      }
    }
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'EMPTY: XDATCAR: the file is empty'],
    [
      'a header alone',
      header(4),
      'INVALID_FILE: XDATCAR, frame 0, line 7: the file ends before "Direct configuration="',
    ],
    [
      'POSCAR',
      `${header(4)}Direct\n0 0 0\n`,
      'INVALID_FILE: XDATCAR, frame 0, line 8: expected "Direct configuration=", found "Direct"; ' +
        'a POSCAR? --format poscar',
    ],
    [
      'a frame that is cut',
      CONSTANT.slice(0, CONSTANT.lastIndexOf('  0.75')),
      'INVALID_FILE: XDATCAR, frame 2, line 15: the file ends after 1 of 2 atoms',
    ],
    [
      'more atoms than promised',
      `${header(4)}${frame(1, 0.25)}0.1 0.1 0.1\n${frame(2, 0.5)}`,
      'INVALID_FILE: XDATCAR, frame 0, line 11: expected "Direct configuration=" or a header after 2 ' +
        'atoms, found "0.1 0.1 0.1"',
    ],
    [
      'fewer atoms than promised',
      CONSTANT.replace('  0.25 0.5 0.5\n', ''),
      'INVALID_FILE: XDATCAR, frame 0, line 10, atom 1: expected a number for pos, found "Direct"',
    ],
    [
      'a damaged cell further on',
      VARIABLE.replace('0 8 0', '0 **** 0'),
      'INVALID_FILE: XDATCAR, frame 1, line 14: expected three numbers for cell vector 2, found "0 **** 0"',
    ],
  ])('refuses %s', async (_, text, message) => {
    expect(await failure(read(text))).toBe(message);
  });

  const other = header(8).replace('Na Cl', 'Ag Au').replace('salt', 'second run');
  it.each<[string, string, unknown[][], number?]>([
    [
      'coordinates under one cell',
      CONSTANT.replace('  0.5 0.5', '  x 0.5'),
      [
        [4, 1, 1],
        [4, 10, 3],
      ],
    ],
    [
      'a frame before another run, whose cell then holds',
      header(4) + frame(1, 0.25) + frame(2, 0.5).replace('0.5 0.5', 'x') + other + frame(1, 0.25),
      [
        [4, 1, 1],
        [8, 1, 2],
      ],
    ],
    [
      'a frame that another run cuts within a line',
      header(4) + frame(1, 0.25) + frame(2, 0.5).trimEnd().slice(0, -7) + other + frame(1, 0.25),
      [
        [4, 1, 1],
        [8, 1, 2],
      ],
    ],
    [
      'another run whose header is damaged, but not a cell that is not its own',
      header(4) + frame(1, 0.25) + other.replace('0 8 0', '0 x 0') + frame(1, 0.25) + frame(2, 0.5),
      [[4, 1, 1]],
      2,
    ],
    [
      'a frame with a row too many',
      CONSTANT.replace('  0.5 0.5 0.5\n', '  0.5 0.5 0.5\n  0.7 0.7 0.7\n'),
      [
        [4, 1, 1],
        [4, 10, 3],
      ],
    ],
    [
      'a frame with a row too few',
      CONSTANT.replace('  0.5 0.5 0.5\n', ''),
      [
        [4, 1, 1],
        [4, 10, 3],
      ],
    ],
    [
      'a frame with a row too few before a title of numbers',
      header(4) + frame(1, 0.25).replace('  0.25 0.5 0.5\n', '') + titled(8) + frame(2, 0.25),
      [[8, 2, 2]],
    ],
    [
      'coordinates under their own cell',
      VARIABLE.replace('  0.5 0.5', '  x 0.5'),
      [
        [4, 1, 1],
        [16, 3, 12],
      ],
    ],
    [
      'a cell, with the coordinates that were in it',
      VARIABLE.replace('0 8 0', '0 x 0'),
      [
        [4, 1, 1],
        [16, 3, 12],
      ],
    ],
    ['the only cell, and so everything', CONSTANT.replace('0 4 0', '0 x 0'), [], 3],
  ])('skips %s', async (_, text, expected, count = 1) => {
    const skipped: (number | undefined)[] = [];
    const onSkip = ({ frame }: Skipped): void => void skipped.push(frame);
    const frames = await read(text, { onSkip });
    expect(frames.map(essence)).toEqual(expected);
    expect(skipped).toHaveLength(count);
    // Every frame has its number, left out or not.
    const numbers = [...skipped, ...frames.map(({ source }) => source?.frame)];
    expect(numbers.sort()).toEqual(Array.from({ length: expected.length + count }, (_, frame) => frame));
  });
});

describe('looksLikeXdatcar', () => {
  it('tells XDATCAR from POSCAR', () => {
    expect(looksLikeXdatcar(bytesOf(CONSTANT))).toBe(true);
    expect(looksLikePoscar(bytesOf(CONSTANT))).toBe(false);
    expect(looksLikeXdatcar(bytesOf(`${header(4)}Direct\n0 0 0\n`))).toBe(false);
  });
});
