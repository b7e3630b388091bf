import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflater, scriptInflater } from '../../../../ts/io/text/inflate.js';

describe.each([
  ['of Node', await inflater()],
  ['of JavaScript', await scriptInflater()],
])('what zlib compressed, %s', (_, { inflate }) => {
  it.each([0, 1, 1000, 65535, 65536, 65537, 300_000])(
    '%i bytes come back, however they compress',
    (length) => {
      const random = Uint8Array.from({ length }, (_, at) => (at * at * 2654435761) >>> 13);
      for (const bytes of [random, new Uint8Array(length).fill(7)]) {
        for (const level of [0, 1, 9]) {
          expect(Buffer.from(inflate(deflateSync(bytes, { level }), 300_000)).equals(bytes)).toBe(true);
        }
      }
    },
  );

  it('may have as many bytes as are allowed, no more', () => {
    const compressed = deflateSync(new Uint8Array(1000));
    expect(inflate(compressed, 1000)).toHaveLength(1000);
    // Where there is room for more, none is needed.
    expect(() => inflate(deflateSync(new Uint8Array(20e6), { level: 9 }), 1e6)).toThrow(
      'more than 1000000 bytes',
    );
    expect(() => inflate(deflateSync(new Uint8Array(2e6), { level: 0 }), 1e6)).toThrow(
      'more than 1000000 bytes',
    );
  });

  it('is refused where it is cut, changed or something else', () => {
    const compressed = deflateSync(Buffer.from('some text, and some text again'));
    expect(() => inflate(compressed.subarray(0, 12), 100)).toThrow('damaged');
    expect(() => inflate(Uint8Array.from(compressed).with(-1, 1), 100)).toThrow('damaged');
    expect(() => inflate(new Uint8Array(0), 100)).toThrow('damaged');
    expect(() => inflate(Buffer.from('{"a": 1}'), 100)).toThrow('not what zlib writes');
  });
});
