import type { AsyncBuffer, DecodedArray, FileMetaData, ParquetScan, SchemaTree } from 'hyparquet';
import { QuestsError } from '../../base/error.js';
import { emptyFile, invalidFile } from '../text/fault.js';
import type { RangeSource } from '../text/ranges.js';
import type { NumberRows } from './number-rows.js';
import { checkCodecs, parquetCompressors } from './parquet-codecs.js';
import { ParquetChunks } from './parquet-chunks.js';

/** What the reader of a Parquet file is told. */
export interface ParquetOptions {
  /** What messages call the file. */
  readonly file: string;
  readonly signal?: AbortSignal | undefined;
}

/** Rows from `rowStart` to before `rowEnd`, that stand together in the file. */
export interface RowRange {
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** Whether a file begins like Parquet. */
export function looksLikeParquet(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;
}

/** An opened Parquet file: its schema, and the values of a column in some rows. */
export class ParquetFile {
  readonly metadata: FileMetaData;
  /** Columns at the top of the schema, but for an index that pandas wrote. */
  readonly columns: readonly SchemaTree[];
  readonly #source: RangeSource;
  readonly #chunks: ParquetChunks;
  readonly #options: ParquetOptions;
  #scan: Promise<ParquetScan> | undefined;

  private constructor(
    source: RangeSource,
    options: ParquetOptions,
    metadata: FileMetaData,
    columns: readonly SchemaTree[],
  ) {
    this.metadata = metadata;
    this.columns = columns;
    this.#source = source;
    this.#chunks = new ParquetChunks(source, metadata, columns);
    this.#options = options;
  }

  /**
   * Reads what stands at the end of the file.
   *
   * @throws {QuestsError} EMPTY for no byte; INVALID_FILE for anything but Parquet, a damaged file,
   *   columns that are compressed in a way that is not read
   */
  static async open(source: RangeSource, options: ParquetOptions): Promise<ParquetFile> {
    const { file } = options;
    if (source.size === 0) throw emptyFile({ file }, 'the file is empty');
    if (!looksLikeParquet(await source.read(0, 4))) {
      throw invalidFile({ file }, 'not a Parquet file: it does not begin with PAR1');
    }
    const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
    return inParquet(options, async () => {
      const metadata = await parquetMetadataAsync(bufferOf(source));
      checkCodecs(metadata, file);
      const columns = parquetSchema(metadata).children.filter(
        ({ element }) => !/^__index_level_\d+__$/.test(element.name),
      );
      return new ParquetFile(source, options, metadata, columns);
    });
  }

  /** Rows in the file, as it says. */
  get rows(): number {
    return Number(this.metadata.num_rows);
  }

  /** Bytes of the file. */
  get size(): number {
    return this.#source.size;
  }

  /** Text under a key of the file's metadata. */
  text(key: string): string | undefined {
    return this.metadata.key_value_metadata?.find((pair) => pair.key === key)?.value;
  }

  /**
   * The row groups, in their order.
   *
   * @throws {QuestsError} INVALID_FILE for a damaged file
   */
  async groups(): Promise<readonly RowRange[]> {
    return inParquet(this.#options, async () => (await this.#opened()).ranges);
  }

  /**
   * The values of a column in rows of one group.
   *
   * @throws {QuestsError} INVALID_FILE for damaged values, and for other than as many as there are
   *   rows. The signal's reason when cancelled
   */
  async values(column: string, { rowStart, rowEnd }: RowRange): Promise<DecodedArray> {
    const { file, signal } = this.#options;
    signal?.throwIfAborted();
    const values = await inParquet(this.#options, async () => {
      const scan = await this.#opened();
      await this.#chunks.checked(column, rowStart, await parquetCompressors());
      return scan.readColumn({ column, rowStart, rowEnd });
    });
    if (values.length === rowEnd - rowStart) return values;
    throw invalidFile({ file }, `${values.length} values in ${column}, expected ${rowEnd - rowStart}`);
  }

  /**
   * The values of a column of lists of lists of numbers in the rows of a whole group; undefined for
   * any other column, and where some are missing or of another length.
   *
   * @throws {QuestsError} INVALID_FILE for damaged values. The signal's reason when cancelled
   */
  async numberRows(
    column: string,
    { rowStart, rowEnd }: RowRange,
  ): Promise<readonly NumberRows[] | undefined> {
    this.#options.signal?.throwIfAborted();
    return inParquet(this.#options, async () => {
      // Only here, as in parquet-chunks.ts.
      const { numberRows } = await import('./parquet-number-rows.js');
      const chunks = await this.#chunks.checked(column, rowStart, await parquetCompressors());
      const [chunk] = chunks;
      const rows = chunk && chunks.length === 1 ? numberRows(chunk) : undefined;
      return rows?.length === rowEnd - rowStart ? rows : undefined;
    });
  }

  async #opened(): Promise<ParquetScan> {
    const { parquetScan } = await import('hyparquet');
    this.#scan ??= parquetScan({
      file: bufferOf(this.#chunks),
      metadata: this.metadata,
      compressors: await parquetCompressors(),
    });
    return this.#scan;
  }
}

/** Ranges as hyparquet asks for them, in memory of their own. */
function bufferOf(source: RangeSource): AsyncBuffer {
  const { size } = source;
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const from = start < 0 ? Math.max(0, size + start) : start;
      const bytes = await source.read(from, Math.max(0, Math.min(end, size) - from));
      return Uint8Array.from(bytes).buffer;
    },
  };
}

async function inParquet<T>({ file, signal }: ParquetOptions, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof QuestsError || signal?.aborted === true) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw invalidFile({ file }, `damaged or unreadable Parquet file: ${problem.replace(/\s+/g, ' ')}`);
  }
}
