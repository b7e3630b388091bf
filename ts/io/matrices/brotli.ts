/** Bytes of a page, at most: programs make pages of some 1 MB. */
const LARGEST = 1 << 28;

/** Undoes Brotli that makes so many bytes: that of Node where it runs there, which is faster. */
export async function brotli(): Promise<(input: Uint8Array, size: number) => Uint8Array> {
  const { process } = globalThis as { process?: Partial<Pick<NodeJS.Process, 'getBuiltinModule'>> };
  const zlib = process?.getBuiltinModule?.('node:zlib');
  if (zlib !== undefined) {
    return (input, size) => {
      checkSize(size);
      return zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, size) });
    };
  }
  return scriptBrotli();
}

/**
 * {@link brotli} of JavaScript. It does not see that the bytes make another number than they
 * should: of those that are missing it makes zeros.
 */
export async function scriptBrotli(): Promise<(input: Uint8Array, size: number) => Uint8Array> {
  const { decompressBrotli } = await import('hyparquet-compressors/src/brotli.js');
  return (input, size) => {
    checkSize(size);
    return decompressBrotli(input, size);
  };
}

function checkSize(size: number): void {
  if (size > LARGEST) throw new Error(`a page of ${size} bytes, expected at most ${LARGEST}`);
}
