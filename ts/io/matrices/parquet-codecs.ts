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
  const [{ decompress }, { gunzipSync }] = await Promise.all([import('fzstd'), import('fflate')]);
  return { ZSTD: (input) => decompress(input), GZIP: (input) => gunzipSync(input) };
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
