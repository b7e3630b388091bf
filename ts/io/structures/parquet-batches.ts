import type { DecodedArray } from 'hyparquet';
import { errorAt, QuestsError } from '../../base/error.js';
import { invalidFile } from '../text/fault.js';
import type { ParquetFile, RowRange } from '../matrices/parquet-file.js';
import type { NumberRows } from '../matrices/number-rows.js';

/** Bytes of columns that are decoded at once, where the file says which rows a page holds. */
const BATCH = 1 << 24;

/**
 * Bytes of a row group that cannot be read in parts; as numbers of JavaScript they are many more.
 */
const LARGEST = 1 << 29;

/** Rows of a Parquet file with the values of some columns. */
interface Batch extends RowRange {
  readonly values: ReadonlyMap<string, DecodedArray>;
}

/** Rows that are read at once. */
interface Part extends RowRange {
  /** Whether they are all of a row group. */
  readonly isGroup: boolean;
}

/** A batch with the columns that are read as {@link NumberRows} where they can be. */
interface MixedBatch extends RowRange {
  readonly values: ReadonlyMap<string, DecodedArray | readonly NumberRows[]>;
}

/**
 * Some columns of a Parquet file, one batch of rows after the other: a row group, or a part of one
 * where the file says in which pages its rows stand. One batch is in memory.
 */
export class ParquetBatches {
  readonly #parquet: ParquetFile;
  readonly #columns: readonly string[];
  readonly #file: string;
  readonly #numbers: readonly string[];
  #ranges: readonly Part[] | undefined;
  #batch: MixedBatch | undefined;
  /** What the last batch failed with: each of its rows fails with it. */
  #failed: { readonly range: RowRange; readonly error: QuestsError } | undefined;

  /** @param numbers columns that are read as {@link NumberRows} where they can be; not in slices */
  constructor(
    parquet: ParquetFile,
    columns: readonly string[],
    file: string,
    numbers: readonly string[] = [],
  ) {
    this.#numbers = numbers;
    this.#parquet = parquet;
    this.#columns = columns;
    this.#file = file;
  }

  /**
   * The value of each column in a row.
   *
   * @throws {QuestsError} INVALID_FILE for damaged values; TOO_LARGE for a row group that memory
   *   cannot hold
   */
  async row(row: number): Promise<(column: string) => unknown> {
    const { values, rowStart } = await this.#holding(row);
    return (column) => values.get(column)?.[row - rowStart] as unknown;
  }

  /** The batches of the rows from `rowStart` to before `rowEnd`, each cut to them. */
  async *slices({ rowStart, rowEnd }: RowRange): AsyncGenerator<Batch, void, undefined> {
    for (let row = rowStart; row < rowEnd;) {
      const batch = await this.#holding(row);
      const end = Math.min(rowEnd, batch.rowEnd);
      const cut = [...batch.values].map(
        ([column, values]) =>
          [column, values.slice(row - batch.rowStart, end - batch.rowStart) as DecodedArray] as const,
      );
      yield { rowStart: row, rowEnd: end, values: new Map(cut) };
      row = end;
    }
  }

  async #holding(row: number): Promise<MixedBatch> {
    if (this.#batch !== undefined && isIn(row, this.#batch)) return this.#batch;
    if (this.#failed !== undefined && isIn(row, this.#failed.range)) throw this.#failed.error;
    this.#ranges ??= await this.#parts();
    const range = this.#ranges.find((part) => isIn(row, part));
    if (range === undefined) throw invalidFile({ file: this.#file }, `row ${row} is in no row group`);
    // Let go of before more is asked for.
    this.#batch = undefined;
    try {
      const values = new Map<string, DecodedArray | readonly NumberRows[]>();
      for (const column of this.#columns) {
        const isNumbers = range.isGroup && this.#numbers.includes(column);
        const numbers = isNumbers ? await this.#parquet.numberRows(column, range) : undefined;
        values.set(column, numbers ?? (await this.#parquet.values(column, range)));
      }
      this.#batch = { ...range, values };
      return this.#batch;
    } catch (error) {
      if (error instanceof QuestsError) this.#failed = { range, error };
      throw error;
    }
  }

  /** The row groups, cut into parts where that can be. */
  async #parts(): Promise<readonly Part[]> {
    const groups = await this.#parquet.groups();
    const filled = this.#parquet.metadata.row_groups.filter(({ num_rows }) => Number(num_rows) > 0);
    return groups.flatMap((group, index) => {
      const chunks = (filled[index]?.columns ?? []).filter(({ meta_data }) =>
        this.#columns.includes(meta_data?.path_in_schema[0] ?? ''),
      );
      const bytes = chunks.reduce((sum, chunk) => sum + Number(chunk.meta_data?.total_uncompressed_size), 0);
      const isPaged = chunks.every(({ offset_index_length }) => Number(offset_index_length) > 0);
      const rows = group.rowEnd - group.rowStart;
      if (!isPaged && bytes > LARGEST) {
        const problem = `a row group of ${rows} rows has ${bytes} bytes; write it with smaller row groups`;
        throw errorAt('TOO_LARGE', { file: this.#file }, problem);
      }
      const most = isPaged ? Math.max(1, Math.floor((rows * BATCH) / Math.max(1, bytes))) : rows;
      return [...cut(group, most)].map((part) => ({ ...part, isGroup: most >= rows }));
    });
  }
}

function isIn(row: number, { rowStart, rowEnd }: RowRange): boolean {
  return row >= rowStart && row < rowEnd;
}

function* cut({ rowStart, rowEnd }: RowRange, most: number): Generator<RowRange, void, undefined> {
  for (let row = rowStart; row < rowEnd; row += most) {
    yield { rowStart: row, rowEnd: Math.min(rowEnd, row + most) };
  }
}
