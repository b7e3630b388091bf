/** Directions in which rows differ, by falling variance. */
export interface PrincipalAxes {
  /** Numbers per row. */
  readonly width: number;
  /** Mean row. */
  readonly origin: Float64Array;
  /** Unit vectors, one after the other. */
  readonly axes: Float64Array;
  /** Variance along each axis. */
  readonly variances: Float64Array;
}

/**
 * The principal axes of some rows, as many as there are columns: eigenvectors of their covariance
 * (divided by n).
 *
 * @param data row-major
 */
export async function principalAxes(data: Float64Array, width: number): Promise<PrincipalAxes> {
  const { EigenvalueDecomposition, Matrix } = await import('ml-matrix');
  const origin = meanRow(data, width);
  const square = covariance(data, origin);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(width, width, square),
    { assumeSymmetric: true },
  );
  // Eigenvalues rise; rounding may make one that is 0 negative.
  const columns = realEigenvalues.map((_, at) => width - 1 - at);
  return {
    width,
    origin,
    axes: Float64Array.from(columns.flatMap((column) => eigenvectorMatrix.getColumn(column))),
    variances: Float64Array.from(columns, (column) => Math.max(0, realEigenvalues[column] as number)),
  };
}

/** The first axes that hold a share of the variance, at least one and at most so many. */
export function leadingAxes(all: PrincipalAxes, share: number, most: number): PrincipalAxes {
  const { variances, width } = all;
  const total = variances.reduce((sum, value) => sum + value, 0);
  let count = 1;
  let held = variances[0] as number;
  while (count < Math.min(most, variances.length) && held < share * total) {
    held += variances[count++] as number;
  }
  return { ...all, axes: all.axes.slice(0, count * width), variances: variances.slice(0, count) };
}

/**
 * Coordinates of rows along the axes, each divided by its standard deviation.
 *
 * @param least standard deviations below it count as this
 */
export function whitened(
  data: Float64Array,
  { width, origin, axes, variances }: PrincipalAxes,
  least: number,
): Float64Array {
  const count = variances.length;
  const scale = variances.map((variance) => 1 / Math.max(least, Math.sqrt(variance)));
  const result = new Float64Array((data.length / width) * count);
  for (let at = 0, out = 0; at < data.length; at += width) {
    for (let axis = 0; axis < count; axis++, out++) {
      let along = 0;
      for (let i = 0; i < width; i++) {
        along += ((data[at + i] as number) - (origin[i] as number)) * (axes[axis * width + i] as number);
      }
      result[out] = along * (scale[axis] as number);
    }
  }
  return result;
}

/** Mean of the rows. */
export function meanRow(data: Float64Array, width: number): Float64Array {
  const sum = new Float64Array(width);
  for (let at = 0; at < data.length; at += width) {
    for (let i = 0; i < width; i++) sum[i] = (sum[i] as number) + (data[at + i] as number);
  }
  return sum.map((value) => (value * width) / data.length);
}

/** Covariance of the rows about a point, divided by their number: width × width. */
export function covariance(data: Float64Array, origin: Float64Array): Float64Array {
  const width = origin.length;
  const sums = new Float64Array(width * width);
  const row = new Float64Array(width);
  for (let at = 0; at < data.length; at += width) {
    for (let i = 0; i < width; i++) row[i] = (data[at + i] as number) - (origin[i] as number);
    for (let i = 0; i < width; i++) {
      const own = row[i] as number;
      for (let j = 0; j <= i; j++) {
        sums[i * width + j] = (sums[i * width + j] as number) + own * (row[j] as number);
      }
    }
  }
  const rows = data.length / width;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      sums[i * width + j] = (sums[i * width + j] as number) / rows;
      sums[j * width + i] = sums[i * width + j] as number;
    }
  }
  return sums;
}
