/** A linear model y ≈ Σ w φ, its ridge chosen by leaving out one row at a time. */
export interface RidgeModel {
  readonly weights: Float64Array;
  /** The chosen ridge, as a share of the mean of the squares of the columns. */
  readonly ridge: number;
  /** Root mean square error of each row from a fit to all others. */
  readonly leftOut: number;
}

/** Ridges that are tried, as shares of the mean square of the columns. */
const RIDGES = [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1] as const;

/** A left-out error is not known where a row determines the fit alone. */
const OWN = 1 - 1e-9;

/**
 * Ridge regression: the w that minimise Σ(y − Σ w φ)² + λ Σ w². With the eigenvectors V and values
 * s of ΦᵀΦ, z = φ V, the error of a row that is left out is (y − ŷ)/(1 − h), h = Σ z²/(s + λ); of
 * some λ that with the smallest is taken. (Golub, Heath and Wahba, Technometrics 21, 215 (1979).)
 *
 * @param rows Φ, one row after the other, of `width` columns
 */
export async function ridgeRegression(
  rows: Float64Array,
  width: number,
  y: Float64Array,
): Promise<RidgeModel> {
  const { EigenvalueDecomposition, Matrix } = await import('ml-matrix');
  const square = new Float64Array(width * width);
  for (let at = 0; at < rows.length; at += width) {
    for (let i = 0; i < width; i++) {
      const factor = rows[at + i] as number;
      for (let j = 0; j < width; j++) {
        square[i * width + j] = (square[i * width + j] as number) + factor * (rows[at + j] as number);
      }
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(width, width, square),
    { assumeSymmetric: true },
  );
  const values = realEigenvalues.map((value) => Math.max(0, value));
  const scale = values.reduce((sum, value) => sum + value, 0) / width;
  const vectors = eigenvectorMatrix.to2DArray();
  const z = turned(rows, vectors, width);
  const along = new Float64Array(width);
  y.forEach((value, row) => {
    for (let j = 0; j < width; j++) along[j] = (along[j] as number) + value * (z[row * width + j] as number);
  });
  let best: { ridge: number; leftOut: number; turnedWeights: Float64Array } | undefined;
  for (const ridge of RIDGES) {
    const inverses = values.map((value) => 1 / (value + ridge * (scale || 1)));
    const turnedWeights = along.map((value, j) => value * (inverses[j] as number));
    let sum = 0;
    y.forEach((value, row) => {
      let own = 0;
      let fit = 0;
      for (let j = 0; j < width; j++) {
        const one = z[row * width + j] as number;
        own += one * one * (inverses[j] as number);
        fit += one * (turnedWeights[j] as number);
      }
      sum += own < OWN ? ((value - fit) / (1 - own)) ** 2 : Infinity;
    });
    const leftOut = Math.sqrt(sum / y.length);
    // Of ridges that nothing tells apart, the largest: the smoothest model.
    if (best === undefined || !(leftOut > best.leftOut)) best = { ridge, leftOut, turnedWeights };
  }
  const { ridge, leftOut, turnedWeights } = best as NonNullable<typeof best>;
  const weights = Float64Array.from(vectors, (row) =>
    row.reduce((sum, value, j) => sum + value * (turnedWeights[j] as number), 0),
  );
  return { weights, ridge, leftOut };
}

/** Rows along the eigenvectors, which are columns. */
function turned(rows: Float64Array, vectors: readonly number[][], width: number): Float64Array {
  const z = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += width) {
    for (let i = 0; i < width; i++) {
      const factor = rows[at + i] as number;
      const vector = vectors[i] as number[];
      for (let j = 0; j < width; j++) z[at + j] = (z[at + j] as number) + factor * (vector[j] as number);
    }
  }
  return z;
}
