/** Rows with the same label, without it. */
export interface LabelledRows {
  readonly label: number;
  /** Their numbers among all rows, rising. */
  readonly rows: Uint32Array;
  /** Row-major, one column fewer. */
  readonly matrix: Float64Array;
}

/**
 * Rows by their labels, which are the first column, in the order in which the labels first occur.
 *
 * @param width columns, with the label
 */
export function byLabel(matrix: Float64Array, width: number): LabelledRows[] {
  const found = new Map<number, number[]>();
  for (let at = 0, row = 0; at < matrix.length; at += width, row++) {
    const label = matrix[at] as number;
    const rows = found.get(label);
    if (rows === undefined) found.set(label, [row]);
    else rows.push(row);
  }
  return Array.from(found, ([label, rows]) => {
    const own = new Float64Array(rows.length * (width - 1));
    rows.forEach((row, at) => {
      own.set(matrix.subarray(row * width + 1, (row + 1) * width), at * (width - 1));
    });
    return { label, rows: Uint32Array.from(rows), matrix: own };
  });
}

/** The rows without their labels, and the labels. */
export function withoutLabels(
  matrix: Float64Array,
  width: number,
): { readonly matrix: Float64Array; readonly labels: Float64Array } {
  const count = matrix.length / width;
  const labels = new Float64Array(count);
  const own = new Float64Array(count * (width - 1));
  for (let row = 0; row < count; row++) {
    labels[row] = matrix[row * width] as number;
    own.set(matrix.subarray(row * width + 1, (row + 1) * width), row * (width - 1));
  }
  return { matrix: own, labels };
}
