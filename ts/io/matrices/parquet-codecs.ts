import type { Compressors, FileMetaData } from 'hyparquet';
import { invalidFile } from '../text/fault.js';

/** What is read beside Snappy, which hyparquet undoes itself. */
const KNOWN: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY', 'ZSTD', 'GZIP']);

/** Names of the others, as people know them. No light library undoes them. */
const NAMES: Readonly<Record<string, string>> = {
  BROTLI: 'Brotli',
  LZ4: 'LZ4',
  LZ4_RAW: 'LZ4',
  LZO: 'LZO',
};

/** What undoes the compression of columns. */
export async function parquetCompressors(): Promise<Compressors> {
  const [{ decompress }, { gunzipSync }, { snappyUncompress }] = await Promise.all([
    import('fzstd'),
    import('fflate'),
    import('hyparquet'),
  ]);
  return {
    ZSTD: (input) => decompress(input),
    GZIP: (input) => gunzipSync(input),
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
      if (KNOWN.has(codec)) continue;
      const problem = `compressed with ${NAMES[codec] ?? codec}, which is not read`;
      throw invalidFile({ file }, `${problem}; write it without compression, or with Snappy, zstd or gzip`);
    }
  }
}
