import type { RowReader } from './lines.js';
import type { AtomColumn } from './column.js';

/**
 * What the core read of a table; its values are in {@link PlainRows.values} until the next block is
 * read.
 */
export interface PlainBlock {
  readonly rows: number;
  /** Bytes that the rows take. */
  readonly length: number;
  /** Fewest digits after the point, and in the exponent, of the last field. */
  readonly decimals: number;
  readonly exponentDigits: number;
}

/** Fewest rows that are worth a call to the core. */
const FEWEST = 8;

/**
 * Rows of one call at most: their numbers are still in the cache when they are put in their place.
 */
const MOST = 2048;

/** Bytes of the shortest field: one character and what ends it. */
const SHORTEST_FIELD = 2;

/** Values of a block, of whatever table: it is used up before another is read. */
let scratch = new Float64Array(0);

/** Those made last: frames of a file share their columns. */
let lastColumns: readonly AtomColumn[] | undefined;
let lastReader: RowReader | undefined;
let lastRows: PlainRows | undefined;

/** Reads blocks of plain rows of a table in the core: see `readRows` of `CoreModule`. */
export class PlainRows {
  private readonly reader: RowReader;
  private readonly kinds: Uint8Array;
  private readonly widths: Uint32Array;
  private readonly fields: number;
  /** Rows that the last block had room for. */
  private room = 0;

  private constructor(reader: RowReader, columns: readonly AtomColumn[]) {
    this.reader = reader;
    this.kinds = Uint8Array.from(columns, ({ kind }) => kind.charCodeAt(0));
    this.widths = Uint32Array.from(columns, ({ width }) => width);
    this.fields = this.widths.reduce((sum, width) => sum + width, 0);
  }

  /**
   * Undefined where there is no reader of rows, and for tables with logical columns, which none
   * reads.
   */
  static of(columns: readonly AtomColumn[], reader: RowReader | undefined): PlainRows | undefined {
    if (reader === undefined) return undefined;
    if (columns !== lastColumns || reader !== lastReader) {
      lastRows = columns.some(({ kind }) => kind === 'L') ? undefined : new PlainRows(reader, columns);
      lastColumns = columns;
      lastReader = reader;
    }
    return lastRows;
  }

  /**
   * Rows that are worth being tried at once, of `most` rows in `length` bytes; 0 where it is not
   * worth it.
   */
  worth(length: number, most: number): number {
    const rows = Math.min(MOST, most, Math.floor(length / (this.fields * SHORTEST_FIELD)));
    return rows < FEWEST ? 0 : rows;
  }

  /** The rows that `bytes` begin with, at most `most`, as far as they are plain. */
  read(bytes: Uint8Array, most: number): PlainBlock {
    const room = most * this.fields;
    if (scratch.length < room) scratch = new Float64Array(room);
    const values = scratch.length === room ? scratch : scratch.subarray(0, room);
    const found = this.reader.readRows(bytes, this.kinds, this.widths, values);
    const [rows, length, decimals, exponentDigits] = found as unknown as [number, number, number, number];
    this.room = most;
    return { rows, length, decimals, exponentDigits };
  }

  /** The values of a block that belong to columns with `before` fields of a row before theirs. */
  values(before: number, count: number): Float64Array {
    const start = before * this.room;
    return scratch.subarray(start, start + count);
  }
}
