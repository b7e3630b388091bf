import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber, parseWhole, scanNumber, scanned, textNumber } from '../../ts/io/text/number.js';
import { BACKENDS, bothBackends } from '../support/backends/backends.js';
import { literals } from '../support/data/literals.js';

// Numbers are parsed twice: by the core for plain rows, and in TypeScript for all else. Both must
// give the same bits and refuse the same text, since which of them reads a row depends on the rows
// before it.

const backends = await bothBackends();

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([ed][+-]?\d+)?$/i;

/** What a text means: the bits of `Number()`; undefined for what is no decimal number. */
function meaning(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text.replace(/d/i, 'e')) : undefined;
}

/**
 * The halves between two neighbouring doubles, subnormals, the ends of the range, and what looks
 * like a number.
 */
const EDGES = [
  ...[
    '0',
    '-0',
    '+0',
    '-0.0e-400',
    '0e99999999999999999999',
    '00000000000000000000000000000.5',
    '1.',
    '.5',
    '+.5e3',
  ],
  ...['5e-324', '4.9406564584124654e-324', '2.4703282292062327e-324', '2.4703282292062328e-324', '-1e-400'],
  ...[
    '2.2250738585072011e-308',
    '2.2250738585072014e-308',
    '2.225073858507201136057409796709131975934819546e-308',
  ],
  ...[
    '1.7976931348623157e308',
    '1.7976931348623158e308',
    '1.7976931348623159e308',
    '-1e309',
    '1e99999999999999999999',
  ],
  ...[
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '9007199254740992.9999',
    '9007199254740993.00000000001',
  ],
  ...[
    '9007199254740993.0000000000000000000000000000000000000000000001',
    '18446744073709551615',
    '18446744073709551616',
  ],
  ...[
    '1e22',
    '1e23',
    '1e-22',
    '1e-23',
    '8.5e22',
    '123456789012345e22',
    '123456789012345678e-22',
    '7.2057594037927933e16',
  ],
  ...[
    '0.1000000000000000055511151231257827021181583404541015625',
    '0.30000000000000004',
    '2.5e-5',
    '1.5E+02',
    '1e+00005',
  ],
  ...[
    '0.000000000000000000000000000000000000000001234567890123456789',
    '1234567890123456789012345678901234567890',
  ],
  ...['1d5', '1D-3', '1.5d+02', '-.5D0', '1e5d5', '1dd5', 'd5', '1d', '1d+', '1D400'],
  ...[
    '.',
    '+',
    '-',
    '+.',
    '.e1',
    'e5',
    '1e',
    '1e+',
    '1e1.5',
    '1..2',
    '1.2.3',
    '--1',
    '+-1',
    '1-2',
    '1+',
    '1e5e5',
    '1,5',
  ],
  ...['0x10', '0b1', '1_0', '1f', '½', '１', 'nan', '-inf', 'Infinity', '1e5x', 'x1', "1'", '1/2', '1:2'],
];

const encoder = new TextEncoder();

const oneOf = (letters: string): fc.Arbitrary<string> => fc.constantFrom(...Array.from(letters));

describe.each(BACKENDS)('numbers of files: %s', (name) => {
  const { core } = backends[name];

  /**
   * The number of a column of one kind, as the core reads it; undefined where it leaves the row to
   * TypeScript.
   */
  function inCore(kind: 'R' | 'I', line: Uint8Array): number | undefined {
    const values = new Float64Array(1);
    const [rows] = core.readRows(line, Uint8Array.of(kind.charCodeAt(0)), Uint32Array.of(1), values);
    return rows === 1 ? values[0] : undefined;
  }

  /**
   * The first reader that does not do as it should with a text that begins at a byte; undefined
   * where all do.
   */
  function fault(text: string, start: number): string | undefined {
    const line = encoder.encode(`${' '.repeat(start)}${text}\n`);
    const end = line.length - 1;
    const expected = meaning(text);
    const readers: readonly (readonly [string, number | undefined, number | undefined])[] = [
      ['parseNumber', parseNumber(line, start, end), expected ?? NaN],
      ['scanNumber', scanNumber(line, start), expected ?? NaN],
      ['scanned.end', scanned.end, end],
      // Words are numbers of `textNumber`; the other readers are not asked for them.
      ...(/^[+-]?[a-z]+$/i.test(text) ? [] : [['textNumber', textNumber(text), expected] as const]),
      // The core takes finite numbers without Fortran's exponents, and leaves the others to
      // TypeScript.
      ['core', inCore('R', line), Number.isFinite(expected) && !/d/i.test(text) ? expected : undefined],
    ];
    const wrong = readers.find(([, found, right]) => !Object.is(found, right));
    return wrong && `${wrong[0]} of ${JSON.stringify(text)} is ${wrong[1]}, expected ${wrong[2]}`;
  }

  it('are the same in the core and in TypeScript, at every edge', () => {
    const faults = EDGES.flatMap((text) => [0, 1, 2, 3, 4, 5, 6, 7].map((start) => fault(text, start)));
    expect(faults.filter((problem) => problem !== undefined)).toEqual([]);
    expect(EDGES.filter((text) => meaning(text) !== undefined).length).toBeGreaterThan(40);
  });

  it('are the same on literals of every shape', () => {
    const faults = [...literals(11, 20_000)].map((text, at) => fault(text, at % 8));
    expect(faults.filter((problem) => problem !== undefined)).toEqual([]);
  });

  it('are accepted and refused alike, whatever the text', () => {
    const digits = fc.string({ unit: oneOf('0123456789'), maxLength: 24 });
    const sign = fc.constantFrom('', '+', '-');
    const number = fc.tuple(
      sign,
      digits,
      fc.constantFrom('', '.'),
      digits,
      fc.constantFrom('', 'e', 'E', 'd'),
      sign,
    );
    const written = fc.tuple(number, fc.string({ unit: oneOf('0123456789'), maxLength: 4 }));
    const text = fc.oneof(
      written.map(([parts, exponent]) => parts.join('') + exponent),
      fc.string({ unit: oneOf('0019.+-eEdDxé'), minLength: 1, maxLength: 12 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    );
    const texts = fc.array(
      text.filter((one) => one !== ''),
      { minLength: 50, maxLength: 200 },
    );
    fc.assert(
      fc.property(texts, fc.nat(7), (all, start) => {
        expect(all.map((one) => fault(one, start)).filter((problem) => problem !== undefined)).toEqual([]);
      }),
    );
  });

  it('are whole numbers alike, up to the 15 digits that the core takes', () => {
    const texts = fc.string({
      unit: oneOf('0123456789012345678901234567890123456789+-.e'),
      minLength: 1,
      maxLength: 18,
    });
    fc.assert(
      fc.property(fc.array(texts, { minLength: 100, maxLength: 100 }), fc.nat(7), (all, start) => {
        for (const text of all) {
          const line = encoder.encode(`${' '.repeat(start)}${text}\n`);
          const right =
            /^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
          const isShort = /^[+-]?\d{1,15}$/.test(text);
          expect([text, parseWhole(line, start, line.length - 1)]).toEqual([text, right ?? NaN]);
          expect([text, inCore('I', line)]).toEqual([text, isShort ? right : undefined]);
        }
      }),
    );
  });
});
