import { describe, expect, it } from 'vitest';
import { looksLikeUlm } from '../../../../../ts/io/structures/ase/ulm.js';
import { rangesOf, type RangeSource } from '../../../../../ts/io/text/ranges.js';
import { readAseTrajectory } from '../../../../../ts/io/structures/ase/trajectory.js';
import { all, failure } from '../../../../support/data/reading.js';
import { aseFile, aseFrames, expectFrames, fromBytes, fromDiskAndPage, readAs } from './files.js';

/** A trajectory of items as they are given, without arrays elsewhere. */
function trajectory(
  items: readonly (object | string)[],
  { tag = 'ASE-Trajectory', magic = '- of Ulm' } = {},
): Buffer {
  const parts: Buffer[] = [Buffer.from(magic + tag.padEnd(16))];
  const numbers = [3, items.length, 48];
  let at = 48 + 8 * items.length;
  const texts = items.map((item) => Buffer.from(typeof item === 'string' ? item : JSON.stringify(item)));
  for (const text of texts) {
    numbers.push(at);
    at += 8 + text.length;
  }
  const int64 = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  };
  parts.push(...numbers.map(int64), ...texts.flatMap((text) => [int64(text.length), text]));
  return Buffer.concat(parts);
}

const H = {
  numbers: [1],
  positions: [[0, 0, 0]],
  cell: [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ],
  pbc: [false, false, false],
};

const readItems = (...items: (object | string)[]): Promise<unknown> => readAs('ase-traj', trajectory(items));

describe('ASE trajectories', () => {
  it.each(['mixed.traj', 'same.traj', 'many.traj', 'big-endian.traj'])('%s as ASE reads it', async (name) => {
    for (const structures of await fromDiskAndPage(name, aseFile(name)))
      expectFrames(structures, aseFrames(name));
  });

  it('are known by their content, and frames can be chosen', async () => {
    const [last] = await fromBytes(aseFile('same.traj'), '-1');
    expect(last?.source).toEqual({ file: 'what', frame: 2 });
    expect(last?.positions[0]).toBe(aseFrames('same.traj')[2]?.positions[0]);
    expect(looksLikeUlm(trajectory([H], { magic: 'AFFormat' }))).toBe(true);
  });

  it('share the species of frames with the same atoms', async () => {
    const [first, second] = await readAs('ase-traj', aseFile('same.traj'));
    expect(second?.species).toBe(first?.species);
  });

  it('are read where they are wanted only', async () => {
    const bytes = aseFile('many.traj');
    const whole = rangesOf(bytes);
    let read = 0;
    const counted: RangeSource = {
      size: whole.size,
      read: (start, length) => {
        read += length;
        return whole.read(start, length);
      },
    };
    const frames = { end: 31, wants: (frame: number) => frame === 30 };
    const [structure, ...others] = await all(readAseTrajectory(counted, { file: 'a', frames }));
    expect(others).toEqual([]);
    expect(structure?.positions[0]).toBeCloseTo(30 / 7, 12);
    expect(read).toBeLessThan(bytes.length / 4);
  });

  it('may have numbers that are not finite in results, not in coordinates', async () => {
    const [structure] = await readAs(
      'ase-traj',
      trajectory([
        '{"numbers": [1], "positions": [[0, 0, 0]], "calculator.": {"energy": NaN, "magmom": -Infinity}}',
      ]),
    );
    expect(structure?.info).toEqual({ energy: NaN, magmom: -Infinity });
    expect(structure?.pbc).toEqual([false, false, false]);
    expect(await failure(readItems('{"numbers": [1, 1], "positions": [[0, 0, 0], [0, NaN, 0]]}'))).toBe(
      'INVALID_STRUCTURE: a, frame 0, atom 1: expected finite coordinates, found NaN',
    );
  });
});

describe('bad trajectories are refused in one line', () => {
  it.each<[string, object | string, string]>([
    ['no JSON', '{"a"', 'INVALID_FILE: a, frame 0: the frame is no JSON: '],
    ['no object', '[1]', 'INVALID_FILE: a, frame 0: the frame is JSON, but no object'],
    ['no atoms', {}, 'INVALID_FILE: a, frame 0: no atomic numbers (numbers)'],
    ['none of them', { ...H, numbers: [] }, 'EMPTY: a, frame 0: a frame of 0 atoms'],
    [
      'text for numbers',
      { ...H, numbers: ['length'] },
      'INVALID_FILE: a, frame 0: expected a list of atomic numbers',
    ],
    [
      'an unknown element',
      { ...H, numbers: [119] },
      'INVALID_FILE: a, frame 0, atom 0: 119 is no atomic number',
    ],
    ['no coordinates', { numbers: [1] }, 'INVALID_FILE: a, frame 0: no coordinates (positions)'],
    [
      'another number of coordinates',
      { ...H, numbers: [1, 1] },
      'a, frame 0: expected three coordinates for each of 2 atoms, found numbers of the shape (1, 3)',
    ],
    [
      'a small cell',
      {
        ...H,
        cell: [
          [1, 0],
          [0, 1],
        ],
      },
      'INVALID_FILE: a, frame 0: expected nine numbers for the cell',
    ],
    [
      'two directions',
      { ...H, pbc: [true, true] },
      'INVALID_FILE: a, frame 0: expected a logical for each direction',
    ],
    ['tags of others', { ...H, tags: [1, 2] }, 'INVALID_FILE: a, frame 0: expected tags for each of 1 atoms'],
    ['an unclear value', { ...H, tags: 'x' }, 'INVALID_FILE: a, frame 0: expected tags for each of 1 atoms'],
    ['an object for numbers', { ...H, tags: {} }, 'INVALID_FILE: a, frame 0: expected numbers for tags'],
    [
      'an array beyond the end',
      { numbers: [1], 'positions.': { ndarray: [[1, 3], 'float64', 1e6] } },
      'a, frame 0: the array positions should stand at bytes 1000000 to 1000024, but the file has',
    ],
    [
      'an array of unknown type',
      { numbers: [1], 'positions.': { ndarray: [[1, 3], 'complex128', 48] } },
      'INVALID_FILE: a, frame 0: positions is an array of complex128, expected numbers',
    ],
    [
      'an array of a wrong shape',
      { numbers: [1], 'positions.': { ndarray: [[-1, 3], 'float64', 48] } },
      'INVALID_FILE: a, frame 0: expected the shape, type and place of the array positions',
    ],
    [
      'a stress of three numbers',
      { ...H, 'calculator.': { stress: [1, 2, 3] } },
      'INVALID_FILE: a, frame 0: expected six or nine numbers for stress, found numbers of the shape (3)',
    ],
    [
      'a fixed atom that is not there',
      { ...H, constraints: '[{"name": "FixAtoms", "kwargs": {"indices": [4]}}]' },
      'INVALID_FILE: a, frame 0: FixAtoms names atom 4, but there are 1',
    ],
    ['bad constraints', { ...H, constraints: '{' }, 'INVALID_FILE: a, frame 0: constraints is no JSON'],
    [
      'brackets without end',
      { ...H, info: { a: JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown } },
      'INVALID_FILE: a, frame 0: a has more than 64 brackets within another',
    ],
  ])('%s', async (_, item, message) => {
    expect(await failure(readItems(item))).toContain(message);
  });

  it('cut, damaged, or something else', async () => {
    const whole = aseFile('mixed.traj');
    expect(await failure(readAs('ase-traj', whole.subarray(0, 40)))).toBe(
      'INVALID_FILE: a: the header should stand at bytes 0 to 48, but the file has 40; is it cut or damaged?',
    );
    expect(await failure(readAs('ase-traj', whole.subarray(0, 900)))).toMatch(
      /^INVALID_FILE: a: .*is it cut/,
    );
    expect(await failure(readAs('ase-traj', Buffer.alloc(100)))).toBe(
      'INVALID_FILE: a: not a file of ASE: it does not begin with "- of Ulm"',
    );
    expect(await failure(readAs('ase-traj', trajectory([H], { tag: 'gpaw' })))).toBe(
      'INVALID_FILE: a: an ULM file of "gpaw", expected "ASE-Trajectory"',
    );
    expect(await failure(readAs('ase-traj', trajectory([])))).toBe('EMPTY: a: the file has no frames');
    const many = trajectory([H]);
    many.writeBigInt64LE(2n ** 60n, 32);
    expect(await failure(readAs('ase-traj', many))).toMatch(/frames promised: its table should end at byte/);
    many.writeBigInt64LE(1n, 32);
    many.writeBigInt64LE(-9n, 48);
    expect(await failure(readAs('ase-traj', many))).toContain(
      'a, frame 0: the length of the frame should stand at',
    );
  });

  it('in one frame, which can be left out', async () => {
    const skipped: string[] = [];
    const structures = await readAs('ase-traj', trajectory([H, '{', { ...H, numbers: [999] }, H]), {
      onSkip: ({ frame, error }) => skipped.push(`${String(frame)} ${error.code}`),
    });
    expect(structures.map(({ source }) => source?.frame)).toEqual([0, 3]);
    expect(skipped).toEqual(['1 INVALID_FILE', '2 INVALID_FILE']);
  });
});
