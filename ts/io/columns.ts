/** One column of a table of results. */
export interface ResultColumn {
  readonly name: string;
  readonly data: Float64Array | Int32Array | Uint32Array | Uint8Array | readonly string[];
}

/** Results in columns of the same length, one row per environment: what CSV and Parquet hold. */
export interface ColumnTable {
  readonly rows: number;
  readonly columns: readonly ResultColumn[];
}
