import type { Compressors, FileMetaData } from 'hyparquet';
import { invalidFile } from '../text/fault.js';
import { brotli } from './brotli.js';
import { undoneHadoopLz4, undoneLz4 } from './lz4.js';

/** What is read everywhere. */
const KNOWN: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY', 'ZSTD', 'GZIP', 'LZ4', 'LZ4_RAW']);

/** What undoes the compression of columns. */
export async function parquetCompressors(): Promise<Compressors> {
  const [{ decompress }, { gunzipSync }, { snappyUncompress }] = await Promise.all([
    import('fzstd'),
    import('fflate'),
    import('hyparquet'),
  ]);
  const undoneBrotli = brotli();
  return {
    ZSTD: (input) => decompress(input),
    GZIP: (input) => gunzipSync(input),
    ...(undoneBrotli && { BROTLI: undoneBrotli }),
    LZ4: undoneHadoopLz4,
    LZ4_RAW: undoneLz4,
    SNAPPY: (input, size) => {
      // Before memory is asked for.
      const said = snappySize(input);
      if (said !== size) throw new Error(`a page of ${said} bytes, expected ${size}`);
      const page = new Uint8Array(size);
      snappyUncompress(input, page);
      return page;
    },
  };
}

/** Bytes that Snappy says it makes, at its beginning. */
function snappySize(input: Uint8Array): number {
  let size = 0;
  for (let at = 0; at < 5; at++) {
    const byte = input[at] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * at);
    if ((byte & 0x80) === 0) break;
  }
  return size;
}

/**
 * Refuses a file with columns that are compressed in a way that is not read.
 *
 * @throws {QuestsError} INVALID_FILE, with the way round
 */
export function checkCodecs({ row_groups }: FileMetaData, file: string): void {
  for (const { columns } of row_groups) {
    for (const { meta_data } of columns) {
      const codec: string = meta_data?.codec ?? 'UNCOMPRESSED';
      if (KNOWN.has(codec) || (codec === 'BROTLI' && brotli() !== undefined)) continue;
      const where = codec === 'BROTLI' ? 'is not read in browsers' : 'is not read';
      const problem = `compressed with ${codec}, which ${where}`;
      throw invalidFile({ file }, `${problem}; write it without compression, or with Snappy, zstd or gzip`);
    }
  }
}
