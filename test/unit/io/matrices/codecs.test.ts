import { brotliCompressSync } from 'node:zlib';
import type { FileMetaData } from 'hyparquet';
import { describe, expect, it, vi } from 'vitest';
import { brotli } from '../../../../ts/io/matrices/brotli.js';
import { checkCodecs } from '../../../../ts/io/matrices/parquet-codecs.js';
import { undoneLz4 } from '../../../../ts/io/matrices/lz4.js';

const TEXT = new TextEncoder().encode(
  Array.from({ length: 300 }, (_, index) => `Cu ${index % 13} ${(index * index) % 101} 0.25\n`).join(''),
);

describe('LZ4', () => {
  // pyarrow.compress(b"abcabcabcabcabcabcabcabcabcabc-xyz", codec="lz4_raw", asbytes=True)
  const block = Buffer.from('P2FiYwMAB1BjLXh5eg==', 'base64');

  it('is undone as pyarrow made it', () => {
    expect(Buffer.from(undoneLz4(block, 34)).toString()).toBe(`${'abc'.repeat(10)}-xyz`);
  });

  it('is refused where it makes another number of bytes, or is damaged', () => {
    for (const size of [33, 35]) expect(() => undoneLz4(block, size)).toThrow('a damaged block of LZ4');
    expect(() => undoneLz4(block, 1e9)).toThrow('1000000000 bytes of');
    for (let length = 1; length < block.length; length++) {
      expect(() => undoneLz4(block.subarray(0, length), 34)).toThrow('a damaged block of LZ4');
    }
    // A match before the first byte.
    expect(() => undoneLz4(Uint8Array.of(0x10, 65, 9, 0, 0), 5)).toThrow('a damaged block of LZ4');
  });
});

describe('Brotli', () => {
  it('is undone by Node, and bounded', () => {
    const bytes = brotliCompressSync(TEXT);
    const undone = brotli() ?? expect.fail('Node has it');
    expect(Buffer.from(undone(bytes, TEXT.length))).toEqual(Buffer.from(TEXT));
    expect(() => undone(bytes.subarray(0, 40), TEXT.length)).toThrow();
    expect(() => undone(bytes, TEXT.length - 1)).toThrow();
    expect(() => undone(bytes, 2 ** 30)).toThrow('a page of 1073741824 bytes, expected at most 268435456');
  });

  it('is refused by name where a browser does not have it', () => {
    const file = {
      row_groups: [{ columns: [{ meta_data: { codec: 'BROTLI' } }] }],
    } as unknown as FileMetaData;
    checkCodecs(file, 'x.parquet');
    vi.stubGlobal('process', undefined);
    try {
      expect(() => checkCodecs(file, 'x.parquet')).toThrow(
        'x.parquet: compressed with BROTLI, which is not read in browsers; write it without compression',
      );
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
