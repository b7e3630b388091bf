/**
 * Condition number above which values do not determine a fit. They are known to 1e-12 or so:
 * instruction sets and backends round differently. Below it a parameter is known to 1e-6 of the
 * scale of its problem, so that what is said of it does not hang on rounding.
 */
export const LARGEST_CONDITION = 1e6;

/** Whether no column of a matrix follows from the others, by more than rounding. */
export async function isIndependent(rows: readonly (readonly number[])[]): Promise<boolean> {
  return (await conditionOf(rows)) <= LARGEST_CONDITION;
}

/**
 * Largest over smallest singular value of a matrix, its columns scaled to one length; Infinity
 * where a column is 0 or not finite, and where there are fewer rows than columns.
 */
export async function conditionOf(rows: readonly (readonly number[])[]): Promise<number> {
  const { Matrix, SingularValueDecomposition } = await import('ml-matrix');
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] as number));
  const lengths = columns.map((column) => Math.hypot(...column));
  const hasLength = lengths.every((length) => length > 0 && length < Infinity);
  if (!hasLength || rows.length < lengths.length) return Infinity;
  const unit = rows.map((row) => row.map((value, column) => value / (lengths[column] as number)));
  const singular = new SingularValueDecomposition(new Matrix(unit)).diagonal;
  return Math.max(...singular) / Math.min(...singular);
}
