import { describe, expect, test } from 'vitest';
import {
  bound,
  counted,
  decimals,
  fixed,
  NONE,
  percent,
  significant,
} from '../../../ts/base/number-format.js';
import { tableLines } from '../../../ts/base/table.js';

describe('numbers for people', () => {
  test('have so many decimals, and no sign where they round to 0', () => {
    expect(decimals(-1.25, 1)).toBe('-1.3');
    expect(decimals(-0.0004, 3)).toBe('0.000');
  });

  test('that are none have one sign', () => {
    expect([fixed(NaN, 3), fixed(null, 3), fixed(undefined, 1), significant(NaN), percent(null)]).toEqual(
      Array.from({ length: 5 }, () => NONE),
    );
    expect([fixed(0, 2), fixed(-0.001, 2), percent(0)]).toEqual(['0.00', '0.00', '0.0 %']);
  });

  test('are never below what they bound', () => {
    expect(
      [0.00501, 0.005, 0.12345, 0.99999, 1234.1, 0, Infinity, 1e-7].map((value) => bound(value)),
    ).toEqual(['0.00501', '0.005', '0.124', '1', '1240', '0', 'Infinity', '1e-7']);
  });

  test('have the digits they deserve', () => {
    expect(significant(0.1 ** 2 / 2)).toBe('0.005');
    expect([1e-5, 0.0005, 1, 1234567, -2.5e-7, 0].map((value) => significant(value))).toEqual([
      '1e-5',
      '0.0005',
      '1',
      '1234570',
      '-2.5e-7',
      '0',
    ]);
    expect(significant(0.012345, 3)).toBe('0.0123');
  });

  test('count things', () => {
    expect([counted(1, 'frame'), counted(0, 'frame')]).toEqual(['1 frame', '0 frames']);
  });
});

test('a table has numbers at the right, words at the left, and nothing after its last text', () => {
  const columns = [
    { title: 'set', text: ({ rows }: { rows: number }) => String(rows) },
    { title: 'name', text: ({ name }: { name: string }) => name, align: 'left' as const },
    { title: 'note', text: ({ note }: { note: string }) => note, align: 'left' as const },
  ];
  const rows = [
    { rows: 5, name: 'a', note: '' },
    { rows: 1000, name: 'longer', note: 'saturated' },
  ];
  expect(tableLines(columns, rows)).toEqual([' set  name    note', '   5  a', '1000  longer  saturated']);
});
