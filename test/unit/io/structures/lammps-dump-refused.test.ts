import { describe, expect, it } from 'vitest';
import { readLammpsDump } from '../../../../ts/io/structures/lammps-dump.js';
import { dump, readDump, ROWS } from '../../../support/data/dumps.js';
import { all, bytesOf, failure, inPieces, rowReader } from '../../../support/data/reading.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';

const KNOWN = 'known are UNITS, TIME, TIMESTEP, NUMBER OF ATOMS, BOX BOUNDS, ATOMS';
const FLAGS =
  'expected ITEM: BOX BOUNDS, perhaps xy xz yz or abc origin, and three flags of p, f, s, m; found';
const COORDINATES = 'expected columns x y z, xs ys zs, xu yu zu, xsu ysu zsu; found';
const MEGABYTE = 'x'.repeat(1e6);

/**
 * What is wrong, the text, and the message after `a.dump`. Lines count from 1, frames and atoms
 * from 0.
 */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['text that is no dump', 'hello\n', ', frame 0, line 1: expected ITEM: TIMESTEP, found "hello"'],
  ['a binary file', '\u001bELF', ', frame 0, line 1: expected ITEM: TIMESTEP, found "\\u001bELF"'],
  [
    'zeros, as after a crash',
    `${dump({ rows: ROWS.slice(1), atoms: 2 })}2 \0\0 0\n`,
    ', line 11: not text (a byte 0); is the file binary or damaged?',
  ],
  // Counts
  ['a negative count', dump({ atoms: -1 }), ', frame 0, line 4: expected the number of atoms, found "-1"'],
  ['a fraction', dump({ atoms: '2.5' }), ', frame 0, line 4: expected the number of atoms, found "2.5"'],
  [
    'a count in words',
    dump({ atoms: 'two' }),
    ', frame 0, line 4: expected the number of atoms, found "two"',
  ],
  [
    'a huge count',
    dump({ atoms: 1e12 }),
    ', frame 0, line 4: 1000000000000 atoms promised, at most 1431655765 can be read',
  ],
  [
    'a count of 400 digits',
    dump({ atoms: '9'.repeat(400) }),
    ', frame 0, line 4: Infinity atoms promised, at most 1431655765 can be read',
  ],
  [
    'a large count that the file does not keep',
    dump({ atoms: 1e9 }),
    ', frame 0, line 11: the file ends after 2 of 1000000000 atoms',
  ],
  ['a missing last atom', dump({ atoms: 3 }), ', frame 0, line 11: the file ends after 2 of 3 atoms'],
  ['no atom at all', dump({ rows: [], atoms: 2 }), ', frame 0, line 9: the file ends after 0 of 2 atoms'],
  [
    'fewer atoms than promised',
    dump({ atoms: 3 }) + dump(),
    ', frame 0, line 12: expected 3 atoms, found "ITEM: TIMESTEP" after 2',
  ],
  [
    'no atoms before the next frame',
    dump({ rows: [], atoms: 3 }) + dump(),
    ', frame 0, line 10: expected 3 atoms, found "ITEM: TIMESTEP" after 0',
  ],
  [
    'more atoms than promised',
    dump({ atoms: 1 }) + dump(),
    ', frame 0, line 11: expected ITEM: TIMESTEP after 1 atom, found "2 2 1.5 1.5 1.5"',
  ],
  [
    'more atoms than promised at the end',
    dump() + dump({ atoms: 1 }),
    ', frame 1, line 22: expected ITEM: TIMESTEP after 1 atom, found "2 2 1.5 1.5 1.5"',
  ],
  // Ends
  ['an end after a name', 'ITEM: TIMESTEP\n', ', frame 0, line 1: the file ends after ITEM: TIMESTEP'],
  ['an end after a value', 'ITEM: TIMESTEP\n0\n', ', frame 0, line 2: the file ends after ITEM: TIMESTEP'],
  [
    'an end within the box',
    'ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 1\n',
    ', frame 0, line 6: the file ends after ITEM: BOX BOUNDS',
  ],
  [
    'an end within a line',
    dump().slice(0, -9),
    ', frame 0, line 11, atom 1: 3 fields, expected 5 (id, type, x y z ×3); the file ends within this line',
  ],
  [
    'an end within a number',
    dump({ rows: ['1 1 0.5000 0.5000 0.5000', '2 1 0.5000 0.5000 0.50'] }).trimEnd(),
    ', frame 0, line 11, atom 1: the file ends with a number of 2 decimals, ' +
      'the others of its column have 4 or more',
  ],
  // Numbers
  [
    'a coordinate that is a word',
    dump({ rows: ['1 1 0.5 0.5 0.5', '2 2 ****** 1.5 1.5'] }),
    ', frame 0, line 11, atom 1: expected a number for x y z, found "******"',
  ],
  [
    'a coordinate with two points',
    dump({ rows: ['1 1 0.5 0.5.1 0.5'] }),
    ', frame 0, line 10, atom 0: expected a number for x y z, found "0.5.1"',
  ],
  [
    'a line of 1 MB',
    dump({ rows: [`1 1 0 0 ${MEGABYTE}`] }),
    `, frame 0, line 10, atom 0: expected a number for x y z, found "${'x'.repeat(39)}…"`,
  ],
  [
    'a missing field',
    dump({ rows: ['1 1 0.5 0.5'] }),
    ', frame 0, line 10, atom 0: 4 fields, expected 5 (id, type, x y z ×3)',
  ],
  [
    'a field too many',
    dump({ rows: [ROWS[0] ?? '', '2 2 1.5 1.5 1.5 7'] }),
    ', frame 0, line 11, atom 1: 6 fields, expected 5 (id, type, x y z ×3)',
  ],
  [
    'an id that is a fraction',
    dump({ rows: ['1.5 1 0 0 0'] }),
    ', frame 0, line 10, atom 0: expected a whole number below 2^53 for id, found "1.5"',
  ],
  [
    'an id that occurs twice',
    dump({ rows: ['3 1 0 0 0', '1 1 1 1 1', '3 1 2 2 2'] }),
    ', frame 0, line 12, atom 2: expected every id once, found 3 as that of atom 0, too',
  ],
  [
    'a far id that occurs twice',
    dump({ rows: ['1 1 0 0 0', '5000000000 1 1 1 1', '5000000000 1 2 2 2', '2 1 0 0 0'] }),
    ', frame 0, line 12, atom 2: expected every id once, found 5000000000 as that of atom 1, too',
  ],
  [
    'a type that turns into a label',
    dump({ rows: ['1 1 0 0 0', '2 C 1 1 1'] }),
    ', frame 0, line 11, atom 1: expected a whole number below 2^53 for type, found "C"',
  ],
  // Columns
  [
    'no coordinates',
    dump({ columns: 'id type vx vy vz' }),
    `, frame 0, line 9: ${COORDINATES} "id type vx vy vz"`,
  ],
  ['two coordinates', dump({ columns: 'id type x y' }), `, frame 0, line 9: ${COORDINATES} "id type x y"`],
  ['no columns', dump({ columns: '' }), `, frame 0, line 9: ${COORDINATES} ""`],
  [
    'a coordinate twice',
    dump({ columns: 'id x x y z' }),
    ', frame 0, line 9: 2 columns named x; which one counts?',
  ],
  ['two ids', dump({ columns: 'id id x y z' }), ', frame 0, line 9: 2 columns named id; which one counts?'],
  [
    'two elements',
    dump({ columns: 'element element x y z' }),
    ', frame 0, line 9: 2 columns named element; which one counts?',
  ],
  // Items
  ['a timestep in words', dump({ timestep: 'x' }), ', frame 0, line 2: expected the timestep, found "x"'],
  ['a negative timestep', dump({ timestep: -5 }), ', frame 0, line 2: expected the timestep, found "-5"'],
  [
    'a timestep that f64 does not hold',
    dump({ timestep: '9007199254740993' }),
    ', frame 0, line 2: expected a timestep below 2^53, found "9007199254740993"',
  ],
  ['a time in words', 'ITEM: TIME\nx\n', ', frame 0, line 2: expected the time, found "x"'],
  [
    'a name where a value belongs',
    'ITEM: TIMESTEP\nITEM: NUMBER OF ATOMS\n2\n',
    ', frame 0, line 2: expected a value of ITEM: TIMESTEP',
  ],
  [
    'two timesteps',
    'ITEM: TIMESTEP\n0\nITEM: TIMESTEP\n0\n',
    ', frame 0, line 3: expected ITEM: ATOMS, found ITEM: TIMESTEP again',
  ],
  [
    'no timestep',
    dump().replace('ITEM: TIMESTEP\n0\n', ''),
    ', frame 0, line 7: expected ITEM: TIMESTEP before ITEM: ATOMS',
  ],
  [
    'no count',
    dump().replace('ITEM: NUMBER OF ATOMS\n2\n', ''),
    ', frame 0, line 7: expected ITEM: NUMBER OF ATOMS before ITEM: ATOMS',
  ],
  [
    'no box',
    dump().replace(/ITEM: BOX(.*\n){4}/, ''),
    ', frame 0, line 5: expected ITEM: BOX BOUNDS before ITEM: ATOMS',
  ],
  [
    'a dump of bonds',
    dump().replace('NUMBER OF ATOMS', 'NUMBER OF ENTRIES'),
    `, frame 0, line 3: ITEM: "NUMBER OF ENTRIES" is unknown in a dump of atoms; ${KNOWN}`,
  ],
  [
    'an item of 1 MB',
    `ITEM: ${MEGABYTE}\n`,
    `, frame 0, line 1: ITEM: "${'x'.repeat(39)}…" is unknown in a dump of atoms; ${KNOWN}`,
  ],
  // Boxes
  ['an unknown flag', dump({ box: 'pp pp qq\n0 1\n0 1\n0 1' }), `, frame 0, line 5: ${FLAGS} "pp pp qq"`],
  ['two flags', dump({ box: 'pp pp\n0 1\n0 1\n0 1' }), `, frame 0, line 5: ${FLAGS} "pp pp"`],
  [
    'a bound in words',
    dump({ box: 'pp pp pp\n0 1\n0 b\n0 1' }),
    ', frame 0, line 7: expected 2 numbers of the box, found "0 b"',
  ],
  [
    'bounds the wrong way round',
    dump({ box: 'pp pp pp\n0 1\n1 0\n0 1' }),
    ', frame 0, line 7: expected a lower and a higher bound, found "1 0"',
  ],
  [
    'a tilt that the bounds cannot hold',
    dump({ box: 'xy xz yz pp pp pp\n0 1 3\n0 1 0\n0 1 0' }),
    ', frame 0, line 6: expected a lower and a higher bound, found "0 1 3"',
  ],
  [
    'no tilt',
    dump({ box: 'xy xz yz pp pp pp\n0 1 0\n0 1\n0 1 0' }),
    ', frame 0, line 7: expected 3 numbers of the box, found "0 1"',
  ],
  [
    'no origin',
    dump({ box: 'abc origin pp pp pp\n4 0 0\n0 4 0\n0 0 4' }),
    ', frame 0, line 6: expected 4 numbers of the box, found "4 0 0"',
  ],
];

/** The same for what the file says clearly, but no structure can have. */
const IMPOSSIBLE: readonly (readonly [string, string, string])[] = [
  ['an empty file', '', 'EMPTY: a.dump: the file is empty'],
  ['blank lines', '\n \n', 'EMPTY: a.dump: the file is empty'],
  ['no atoms', dump({ rows: [] }), 'EMPTY: a.dump, frame 0, line 4: a frame of 0 atoms'],
  [
    'nan',
    dump({ rows: ['1 1 0 nan 0'] }),
    'INVALID_STRUCTURE: a.dump, frame 0, line 10, atom 0: x y z must be finite, found "nan"',
  ],
  [
    'infinity, in columns apart',
    dump({ columns: 'z id type y x', rows: ['0 1 1 0 -inf'] }),
    'INVALID_STRUCTURE: a.dump, frame 0, line 10, atom 0: x must be finite, found "-inf"',
  ],
  [
    'a bound that is no number',
    dump({ box: 'pp pp pp\n0 1\n0 nan\n0 1' }),
    'INVALID_STRUCTURE: a.dump, frame 0, line 7: the bounds of the box must be finite, found "0 nan"',
  ],
];

describe('dumps that are refused', () => {
  it.each(REFUSED)('%s', async (_, text, message) => {
    expect(await failure(readDump(text))).toBe(`INVALID_FILE: a.dump${message}`);
  });

  it.each(IMPOSSIBLE)('%s', async (_, text, message) => {
    expect(await failure(readDump(text))).toBe(message);
  });

  it.each([...REFUSED, ...IMPOSSIBLE].filter(([, text]) => text.length < 1000))(
    '%s, in pieces of 7 bytes',
    async (_, text, message) => {
      const pieces = inPieces(bytesOf(text), 7);
      expect(await failure(all(readLammpsDump(pieces, { file: 'a.dump', rowReader })))).toContain(message);
    },
  );
});

describe('bad frames that are skipped', () => {
  const bad: readonly (readonly [string, string])[] = [
    ['fewer atoms', dump({ timestep: 2, atoms: 3 })],
    ['more atoms', dump({ timestep: 2, atoms: 1 })],
    ['no atoms', dump({ timestep: 2, rows: [] })],
    ['a word', dump({ timestep: 2, rows: ['1 1 0 ** 0', '2 1 1 1 1'] })],
    ['a bad box', dump({ timestep: 2, box: 'pp pp pp\n0 1\n1 0\n0 1' })],
    ['an id twice', dump({ timestep: 2, rows: ['1 1 0 0 0', '1 1 1 1 1'] })],
  ];

  it.each(bad)('%s', async (_, text) => {
    const skipped: Skipped[] = [];
    const whole = dump({ timestep: 1 }) + text + dump({ timestep: 3 });
    const onSkip = (frame: Skipped): void => void skipped.push(frame);
    const frames = await all(readLammpsDump(bytesOf(whole), { file: 'a.dump', rowReader, onSkip }));
    expect(skipped.map(({ frame }) => frame)).toEqual([1]);
    expect(frames.map(({ info, source }) => [info?.timestep, source?.frame])).toEqual([
      [1, 0],
      [3, 2],
    ]);
  });

  it('a frame cut within a line, and the one whose beginning is on that line', async () => {
    const cut = dump({ timestep: 2 }).trimEnd().slice(0, -4);
    const whole = dump({ timestep: 1 }) + cut + dump({ timestep: 3 }) + dump({ timestep: 4 });
    const skipped: Skipped[] = [];
    const onSkip = (frame: Skipped): void => void skipped.push(frame);
    const frames = await all(readLammpsDump(bytesOf(whole), { file: 'a.dump', rowReader, onSkip }));
    expect(skipped.map(({ frame }) => frame)).toEqual([1, 2]);
    expect(skipped[1]?.error.message).toBe(
      'a.dump, frame 2: the lines that it begins with are missing or damaged',
    );
    expect(frames.map(({ info, source }) => [info?.timestep, source?.frame])).toEqual([
      [1, 0],
      [4, 3],
    ]);
  });

  it('begins again at the time where frames have one', async () => {
    const timed = (timestep: number, atoms = 2): string =>
      `ITEM: TIME\n${timestep / 10}\n${dump({ timestep, atoms })}`;
    const whole = timed(1) + timed(2, 3) + timed(3);
    const skipped: Skipped[] = [];
    const onSkip = (frame: Skipped): void => void skipped.push(frame);
    const frames = await all(readLammpsDump(bytesOf(whole), { file: 'a.dump', rowReader, onSkip }));
    expect(skipped).toHaveLength(1);
    expect(frames.map(({ info }) => info)).toEqual([
      { timestep: 1, time: 0.1 },
      { timestep: 3, time: 0.3 },
    ]);
  });
});
