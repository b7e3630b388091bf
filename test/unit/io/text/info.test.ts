import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitPairs } from '../../../../ts/io/text/comment.js';
import { infoText, parseInfo } from '../../../../ts/io/text/info.js';
import type { InfoValue } from '../../../../ts/model/structure.js';
import { cpuSeconds } from '../../../support/cpu-time.js';

describe('parseInfo', () => {
  it.each<[string, InfoValue]>([
    ['-426.34693886', -426.34693886],
    ['186', 186],
    ['1e-5', 1e-5],
    ['1.0D+02', 100],
    ['nan', NaN],
    ['-inf', -Infinity],
    ['T', true],
    ['false', false],
    ['T T F', [true, true, false]],
    ['1 2 3', [1, 2, 3]],
    ['1,2', [1, 2]],
    ['1 2.5 ', [1, 2.5]],
    ['Vacancy', 'Vacancy'],
    ['Snapshot 6 of 20', 'Snapshot 6 of 20'],
    ['1 T', '1 T'],
    ['t', 't'],
    ['', ''],
    ['  ', '  '],
    ['00123', '00123'],
    ['12345678901234567890', '12345678901234567890'],
    ['9007199254740992', '9007199254740992'],
    ['12d3', '12d3'],
    ['1_000', '1_000'],
    ['0x10', '0x10'],
    ['_JSON [1]', [1]],
    ['_JSON []', []],
    ['_JSON ["a", "b c"]', ['a', 'b c']],
    ['_JSON "T"', 'T'],
    ['_JSON [NaN, -Infinity]', [NaN, -Infinity]],
    ['_JSON [[1, 2], [3, 4]]', '_JSON [[1, 2], [3, 4]]'],
    ['_JSON {"a": 1}', '_JSON {"a": 1}'],
    ['_JSON [1, "a"]', '_JSON [1, "a"]'],
    ['_JSON null', '_JSON null'],
    ['_JSON [', '_JSON ['],
  ])('reads %j', (text, value) => {
    expect(parseInfo(text)).toEqual(value);
  });
});

describe('infoText', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.string({ unit: fc.constantFrom(...Array.from('a1T.,= \t\n"\'{}[]\\_')) }),
    fc.constantFrom(
      '1',
      'T',
      'nan',
      '1 2',
      '007',
      '_JSON 1',
      '_JSON {"a": [1, 2]}',
      '[[1,2],[3,4]]',
      '[[1],[',
      '{"a": [1, 2]}',
      '{{1} {2}}',
      '["a b", "]"]',
      '\ud800',
      '',
      ' ',
      '\u0085',
    ),
  );
  const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger());
  const value: fc.Arbitrary<InfoValue> = fc.oneof(
    text,
    number,
    fc.boolean(),
    fc.array(number, { maxLength: 10 }),
    fc.array(fc.boolean(), { maxLength: 4 }),
    fc.array(text, { maxLength: 4 }),
  );

  it('reads back as the same value, beside others on the line', () => {
    fc.assert(
      fc.property(value, value, (first, second) => {
        const line = `a=${infoText(first)} b=${infoText(second)} c=1`;
        expect(line).not.toMatch(/[\r\n]/);
        const pairs = splitPairs(line)?.map((pair) => [pair.key, parseInfo(pair.value ?? '')]);
        expect(pairs).toStrictEqual([
          ['a', first],
          ['b', second],
          ['c', 1],
        ]);
      }),
      { numRuns: 3000 },
    );
  });

  it('writes arrays of arrays without quotes, as other programs read them', () => {
    expect(infoText('[[1, 2], [3, 4]]')).toBe('[[1, 2], [3, 4]]');
    for (const odd of ['[[1, 2], [3, 4]', '[[1, 2]] [[3]]', '[[1, "a=b"]]', '{"a": [1]}']) {
      expect(infoText(odd)).toMatch(/^".*"$/);
    }
  });

  it('refuses what has no text', () => {
    expect(() => infoText(undefined as unknown as InfoValue)).toThrow(/must be a number, text/);
    expect(() => infoText({} as unknown as InfoValue)).toThrow(/must be a number, text/);
  });
});

describe('splitPairs', () => {
  const pairs = (line: string): unknown =>
    splitPairs(line)?.map(({ key, value }) => (value === undefined ? [key] : [key, value]));

  it.each([
    ['', []],
    ['a=1 b="x y" c', [['a', '1'], ['b', 'x y'], ['c']]],
    [
      "a='x y'\tb={1 2} c=[3, 4]",
      [
        ['a', 'x y'],
        ['b', '1 2'],
        ['c', '3, 4'],
      ],
    ],
    [
      'a = 1 b= 2 c =3',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    ],
    ['a=b=c', [['a', 'b=c']]],
    [
      'a="x \\"y\\" z" b=1',
      [
        ['a', 'x "y" z'],
        ['b', '1'],
      ],
    ],
    ['a="C:\\dir\\\\"', [['a', 'C:\\dir\\']]],
    [
      'a="" b=1',
      [
        ['a', ''],
        ['b', '1'],
      ],
    ],
    [
      'a=[[1,2],[3,4]] b={{1} {2}}',
      [
        ['a', '[[1,2],[3,4]]'],
        ['b', '{{1} {2}}'],
      ],
    ],
    [
      '"my key"=1 \'other\'=2',
      [
        ['my key', '1'],
        ['other', '2'],
      ],
    ],
    ["Bob's file=1", [["Bob's"], ['file', '1']]],
    [
      'a="b"c d=1',
      [
        ['a', 'bc'],
        ['d', '1'],
      ],
    ],
    ['__proto__=1', [['__proto__', '1']]],
    [
      'label= pbc="T T F" a= b = 2 c =\t"d e"=3 f=',
      [
        ['label', ''],
        ['pbc', 'T T F'],
        ['a', ''],
        ['b', '2'],
        ['c', ''],
        ['d e', '3'],
        ['f', ''],
      ],
    ],
    [
      'label = Lattice = "1 2 3" url = http://x?a=b',
      [
        ['label', ''],
        ['Lattice', '1 2 3'],
        ['url', 'http://x?a=b'],
      ],
    ],
    [
      'a={"b": [1, 2], "c}": {}} d=["x y", "z"] e={5" pipe} f={"}',
      [
        ['a', '{"b": [1, 2], "c}": {}}'],
        ['d', '["x y", "z"]'],
        ['e', '5" pipe'],
        ['f', '"'],
      ],
    ],
  ])('splits %j', (line, expected) => {
    expect(pairs(line)).toEqual(expected);
  });

  it.each(['a="x', "a='x", 'a={1', 'a=[1 [2]', '"x', '=1', ' = 1', 'a=1 =2'])('gives up on %j', (line) => {
    expect(pairs(line)).toBeUndefined();
  });

  it('takes time in proportion to the line', () => {
    /** The least of three: the others may have collected garbage. */
    const timeOf = (line: string): number =>
      Math.min(
        ...[1, 2, 3].map(() => {
          const start = cpuSeconds();
          splitPairs(line);
          return cpuSeconds() - start;
        }),
      );
    for (const piece of ['a=1 ', 'a="x" ', '[', 'a=[', '"', 'a ', '= ', '\\', 'a=" ']) {
      const [short, long] = [20_000, 1_280_000].map((length) => timeOf(piece.repeat(length / piece.length)));
      // 64 times the length; in proportion to its square it would take 4,096 times as long.
      expect(long, piece).toBeLessThan(1000 * Math.max(1e-4, short ?? NaN));
    }
  });
});
