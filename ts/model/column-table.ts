import { QuestsError } from '../base/error.js';

/** One column of a table of results. `Uint8Array` holds logicals, 0 or 1. */
export interface ResultColumn {
  readonly name: string;
  readonly data: Float64Array | Int32Array | Uint32Array | Uint8Array | readonly string[];
}

/** Results in columns of the same length, one row per environment: what CSV and Parquet hold. */
export interface ColumnTable {
  readonly rows: number;
  readonly columns: readonly ResultColumn[];
}

/**
 * The parts of a table, held against the first: the same columns, in the same order, of as many
 * rows as the part says.
 *
 * @throws {QuestsError} INVALID_ARGUMENT naming the part, from 0, and both lists of columns
 */
export async function* checkedParts(
  parts: Iterable<ColumnTable> | AsyncIterable<ColumnTable>,
): AsyncGenerator<ColumnTable, void, undefined> {
  let first: string | undefined;
  let index = 0;
  for await (const part of parts) {
    const names = part.columns.map(({ name }) => name).join(', ');
    first ??= names;
    if (names !== first) {
      throw new QuestsError(
        'INVALID_ARGUMENT',
        `part ${index} of the table has the columns ${names}; expected those of part 0: ${first}`,
      );
    }
    const wrong = part.columns.find(({ data }) => data.length !== part.rows);
    if (wrong !== undefined) {
      const problem = `${wrong.data.length} values in ${wrong.name}, expected ${part.rows}`;
      throw new QuestsError('INVALID_ARGUMENT', `part ${index} of the table: ${problem}`);
    }
    yield part;
    index++;
  }
}
