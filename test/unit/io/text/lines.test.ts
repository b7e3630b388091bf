import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../../../ts/io/text/lines.js';
import { bytesOf, failure, inPieces } from '../../../support/data/reading.js';

async function linesOf(source: Iterable<Uint8Array>): Promise<string[]> {
  const lines = new LineReader(source, { file: 'a.txt' });
  const result: string[] = [];
  while (await lines.next()) {
    result.push(lines.text());
    expect(lines.number).toBe(result.length);
  }
  return result;
}

describe('LineReader', () => {
  it.each([
    ['nothing', '', []],
    ['one line end', '\n', ['']],
    ['no final line end', 'a\nb', ['a', 'b']],
    ['a final line end', 'a\nb\n', ['a', 'b']],
    ['CRLF', 'a\r\nb\r\n\r\n', ['a', 'b', '']],
    ['a carriage return at the end of the file', 'a\r', ['a']],
    ['a byte order mark', '\ufeffa\n\ufeffb', ['a', '\ufeffb']],
    ['a byte order mark and nothing else', '\ufeff', ['']],
    ['blanks and tabs', ' a\t\n \n', [' a\t', ' ']],
  ])('splits %s', async (_, text, expected) => {
    for (let size = 1; size <= 8; size++)
      expect(await linesOf(inPieces(bytesOf(text), size))).toEqual(expected);
  });

  it('finds the same lines however the bytes are cut', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '\n', '\r\n', '\n\n'), maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 50 }), async (whole, size) => {
        const expected = whole.split('\n').map((line) => line.replace(/\r$/, ''));
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf(inPieces(bytesOf(whole), size))).toEqual(expected);
      }),
    );
  });

  it('takes a piece as it is at the time, for sources that use one buffer again and again', async () => {
    const text = 'first line\nsecond line\nthird line\n';
    function* reused(): Generator<Uint8Array> {
      const buffer = new Uint8Array(4);
      for (const piece of inPieces(bytesOf(text), 4)) {
        buffer.set(piece);
        yield buffer.subarray(0, piece.length);
        buffer.fill(33);
      }
    }
    expect(await linesOf(reused())).toEqual(['first line', 'second line', 'third line']);
  });

  it('says whether the last line has an end', async () => {
    for (const [text, expected] of [
      ['a\nb', false],
      ['a\nb\n', true],
      ['a\nb\r', false],
    ] as const) {
      const lines = new LineReader(bytesOf(text), { file: 'a.txt' });
      await lines.next();
      expect(lines.terminated).toBe(true);
      await lines.next();
      expect(lines.terminated).toBe(expected);
      expect(await lines.next()).toBe(false);
    }
  });

  it('goes back a line', async () => {
    const lines = new LineReader(inPieces(bytesOf('\ufeffone\ntwo\n'), 3), { file: 'a.txt' });
    for (const expected of ['one', 'two']) {
      await lines.next();
      lines.back();
      await lines.next();
      expect(lines.text()).toBe(expected);
    }
    expect(lines.number).toBe(2);
  });

  it('reads lines of a megabyte, in small pieces too', async () => {
    const long = 'x'.repeat(1 << 20);
    const found = await linesOf(inPieces(bytesOf(`a\n${long}\nb\n${long}`), 1000));
    expect(found.map((line) => line.length)).toEqual([1, 1 << 20, 1, 1 << 20]);
  });

  it('refuses a line without an end before it fills the memory', async () => {
    let pieces = 0;
    function* endless(): Generator<Uint8Array> {
      const piece = new Uint8Array(1 << 20).fill(120);
      yield bytesOf('a\n');
      for (;;) {
        pieces++;
        yield piece;
      }
    }
    expect(await failure(linesOf(endless()))).toBe(
      'INVALID_FILE: a.txt, line 2: no line end within 8 MB; is the file binary?',
    );
    expect(pieces).toBeLessThan(12);
    const whole = new Uint8Array(9 << 20).fill(120);
    whole[whole.length - 1] = 10;
    expect(await failure(linesOf([whole]))).toContain('a.txt, line 1: no line end within 8 MB');
  });

  it('stops with the reason of the signal', async () => {
    const controller = new AbortController();
    const lines = new LineReader(inPieces(bytesOf('a\nb\nc\n'), 2), {
      file: 'a.txt',
      signal: controller.signal,
    });
    await lines.next();
    controller.abort(new Error('enough'));
    await expect(lines.next()).rejects.toThrow('enough');
  });

  it('lets go of its source', async () => {
    let open = true;
    function* source(): Generator<Uint8Array> {
      try {
        for (;;) yield bytesOf('a\n');
      } finally {
        open = false;
      }
    }
    const lines = new LineReader(source(), { file: 'a.txt' });
    await lines.next();
    await lines.release();
    expect(open).toBe(false);
  });

  it('lets timers run while it reads what is in memory', async () => {
    const bytes = bytesOf('some line of text\n'.repeat(1_500_000));
    const lines = new LineReader(bytes, { file: 'a.txt' });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    while (lines.advance() || (await lines.next()));
    clearInterval(timer);
    expect(lines.number).toBe(1_500_000);
    expect(ticks).toBeGreaterThan(1);
  });
});
