import { describe, expect, it } from 'vitest';
import {
  numberText,
  parseNumber,
  parseWhole,
  scanned,
  scanNumber,
  textNumber,
  wordNumber,
} from '../../../../ts/io/text/number.js';
import { literals } from '../../../support/data/literals.js';
import { random as randomSource } from '../../../support/data/random.js';

const LITERALS = 1_200_000;

const buffer = new Uint8Array(512);

function put(text: string): number {
  for (let at = 0; at < text.length; at++) buffer[at] = text.charCodeAt(at);
  buffer[text.length] = 10;
  return text.length;
}

/** What both parsers make of a text; they must agree, and stop at its end. */
function parsed(text: string): number {
  const end = put(text);
  const value = scanNumber(buffer, 0);
  if (scanned.end !== end) throw new Error(`${text}: stopped at ${scanned.end}`);
  if (!Object.is(value, parseNumber(buffer, 0, end))) throw new Error(`${text}: the two parsers disagree`);
  return value;
}

describe('parseNumber', () => {
  it('gives the bits of Number() on random literals of every shape', () => {
    let wrong = 0;
    let first = '';
    for (const text of literals(1, LITERALS)) {
      if (!Object.is(parsed(text), Number(text))) {
        wrong++;
        first ||= text;
      }
    }
    expect({ wrong, first }).toEqual({ wrong: 0, first: '' });
  });

  it('rounds as Number() does beside the middle between two doubles', () => {
    const random = randomSource(2);
    const wrong: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      // Odd multiples of 1/2 beyond 2^52 lie exactly between two doubles.
      const whole = 2 ** 52 + Math.floor(random() * 2 ** 52);
      for (const tail of ['5', '50000', '49999', '50001', '4999999', '5000001']) {
        const text = `${whole}.${tail}`;
        if (parsed(text) !== Number(text)) wrong.push(text);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    '0',
    '-0',
    '+0',
    '.5',
    '5.',
    '-.5e1',
    '00012',
    '1e22',
    '1e23',
    '1e-22',
    '5e-324',
    '1e309',
    '-1e400',
  ])('reads %s as Number() does', (text) => {
    expect(parsed(text)).toBe(Number(text));
  });

  it.each([
    ['1.5D+02', 150],
    ['1.5d2', 150],
    ['-2.D-1', -0.2],
    ['0.12345678901234567890123456D+01', 1.2345678901234567890123456],
  ])('reads Fortran’s %s', (text, value) => {
    expect(parsed(text)).toBe(value);
  });

  it.each([
    ...[
      '',
      '.',
      '+',
      '-',
      '+.',
      'e5',
      '.e5',
      '1e',
      '1e+',
      '1d-',
      '1.2.3',
      '1,5',
      '--1',
      '1-2',
      '0x10',
      '1_000',
      '1e5.0',
    ],
    ...['nan', 'inf', '-inf', 'Infinity', '****', 'Cu', '1f', '1e5e5', '½', '1:2'],
  ])('refuses %j', (text) => {
    const end = put(text);
    expect(parseNumber(buffer, 0, end)).toBeNaN();
    if (text !== '') expect(scanNumber(buffer, 0)).toBeNaN();
  });

  it('does not look beyond the end', () => {
    put('12.34567e8');
    expect(parseNumber(buffer, 0, 4)).toBe(12.3);
    expect(parseNumber(buffer, 1, 2)).toBe(2);
    expect(parseNumber(buffer, 0, 9)).toBeNaN();
  });
});

describe('parseWhole', () => {
  it.each([
    ['0', 0],
    ['-12', -12],
    ['+7', 7],
    ['9007199254740991', 9007199254740991],
    ['0000000000000000000000012', 12],
  ])('reads %s', (text, value) => {
    expect(parseWhole(buffer, 0, put(text))).toBe(value);
  });

  it.each(['', '-', '1.0', '1e3', '9007199254740992', '123456789012345678901234567890', 'x', '1 '])(
    'refuses %j',
    (text) => {
      expect(parseWhole(buffer, 0, put(text))).toBeNaN();
    },
  );
});

describe('words and text', () => {
  it('knows the words for what is not finite', () => {
    expect(wordNumber('NaN')).toBeNaN();
    expect(wordNumber('-nan')).toBeNaN();
    expect(wordNumber('INF')).toBe(Infinity);
    expect(wordNumber('-Infinity')).toBe(-Infinity);
    expect(wordNumber('banana')).toBeUndefined();
    expect(wordNumber('****')).toBeUndefined();
  });

  it('reads text as it reads bytes', () => {
    expect(textNumber('-1.5D2')).toBe(-150);
    expect(textNumber('.5')).toBe(0.5);
    expect(textNumber('inf')).toBe(Infinity);
    for (const text of ['', '.', '0x10', ' 1', 'e5', '1_0']) expect(textNumber(text)).toBeUndefined();
  });

  it('writes text that reads back the same bits', () => {
    const random = randomSource(3);
    for (const value of [0, -0, 5e-324, Number.MAX_VALUE, 0.1, 1e21, 1e-7, Infinity, -Infinity]) {
      expect(textNumber(numberText(value))).toBe(value);
    }
    expect(numberText(NaN)).toBe('nan');
    const values = Array.from(
      { length: 10_000 },
      () => (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20),
    );
    expect(values.filter((value) => parsed(numberText(value)) !== value)).toEqual([]);
  });
});
