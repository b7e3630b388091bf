/** Bytes of a page, at most: programs make pages of some 1 MB. */
const LARGEST = 1 << 28;

/**
 * Undoes Brotli that makes so many bytes, by what Node brings along. Undefined in browsers: they
 * offer it to no page, and a decoder in JavaScript carries a dictionary of 68 kB, compressed.
 */
export function brotli(): ((input: Uint8Array, size: number) => Uint8Array) | undefined {
  const { process } = globalThis as { process?: Partial<Pick<NodeJS.Process, 'getBuiltinModule'>> };
  const zlib = process?.getBuiltinModule?.('node:zlib');
  if (zlib === undefined) return undefined;
  return (input, size) => {
    if (size > LARGEST) throw new Error(`a page of ${size} bytes, expected at most ${LARGEST}`);
    return zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, size) });
  };
}
