import { describe, expect, it } from 'vitest';
import { afterWord, plainNumbers, standsAt, wordBytes } from '../../../../ts/io/text/line-numbers.js';
import { LineReader } from '../../../../ts/io/text/lines.js';
import { bytesOf } from '../../../support/data/reading.js';

async function line(text: string): Promise<LineReader> {
  const lines = new LineReader(bytesOf(text), { file: 'a' });
  await lines.next();
  return lines;
}

describe('plainNumbers', () => {
  it('reads what Number() reads, to the last bit', async () => {
    const texts = ['0.1', '-0', '+2.5', '.5', '7.', '1e-3', '-1.5D+02', '0.30000000000000004'];
    const found = plainNumbers(await line(`${texts.join(' \t')}\n9 9\n`), 0, texts.length);
    expect(found).toEqual(texts.map((text) => Number(text.replace('D', 'e'))));
    expect(found?.[1]).toBe(-0);
  });

  it('leaves what is no plain number to others, and does not go beyond the line', async () => {
    for (const text of ['1 2\n3', '1 2-3', '1 2 nan', '1 2 inf', '1 2 1e999', '1 2 x', '1 2 ', '1 2 0x1']) {
      expect(plainNumbers(await line(text), 0, 3), text).toBeUndefined();
    }
    expect(plainNumbers(await line('1 2-3'), 0, 1)).toEqual([1]);
    expect(plainNumbers(await line('a 1 2\r\n'), 1, 2)).toEqual([1, 2]);
  });
});

describe('words of a line', () => {
  it('are found within it', async () => {
    const lines = await line('in kkB 1\nkB');
    expect(afterWord(lines, wordBytes('kB'))).toBe(6);
    expect(afterWord(lines, wordBytes('1'))).toBe(8);
    expect(afterWord(lines, wordBytes('kC'))).toBeUndefined();
    // Beyond its end.
    expect(afterWord(await line('in k\nkB'), wordBytes('kB'))).toBeUndefined();
    expect(standsAt(bytesOf('abc'), 1, wordBytes('bc'))).toBe(true);
    expect(standsAt(bytesOf('abc'), 2, wordBytes('bc'))).toBe(false);
  });
});
