import { CONFIDENCE } from '../base/constants.js';
import { studentT } from './student-t.js';

/** Points, a model of them, and where to begin. */
export interface LeastSquaresProblem {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** y as the model has it for some parameters. */
  readonly model: (parameters: readonly number[]) => (x: number) => number;
  /** Derivatives of y with respect to each parameter. */
  readonly slopes: (parameters: readonly number[], x: number) => number[];
  readonly start: readonly number[];
  readonly lowest: readonly number[];
  readonly highest: readonly number[];
}

/** What {@link leastSquares} gives. */
export interface LeastSquaresFit {
  readonly parameters: readonly number[];
  /** Half-widths of the 95 % intervals of the parameters; undefined where the points do not determine them. */
  readonly halfWidths: readonly number[] | undefined;
  /** Σ of the squared residuals. */
  readonly squares: number;
}

/**
 * Fits a model to points by Levenberg and Marquardt's method, each point alike. Intervals are those of the covariance,
 * s²(JᵀJ)⁻¹ with Student's t, as if residuals were independent. Values should be of the order of 1: scale them first.
 */
export async function leastSquares(problem: LeastSquaresProblem): Promise<LeastSquaresFit> {
  const { levenbergMarquardt } = await import('ml-levenberg-marquardt');
  const { x, y, model, slopes, start, lowest, highest } = problem;
  const found = solved(() =>
    levenbergMarquardt({ x: [...x], y: [...y] }, (values) => model(values), {
      initialValues: [...start],
      minValues: [...lowest],
      maxValues: [...highest],
      jacobianFunction: (values) => (at) => slopes(values, at),
      maxIterations: 300,
      errorTolerance: 0,
    }),
  );
  if (found === undefined) return { parameters: start, halfWidths: undefined, squares: NaN };
  const { parameterValues: parameters, parameterError: squares } = found;
  const freedom = x.length - start.length;
  if (freedom < 1) return { parameters, halfWidths: undefined, squares };
  const deviations = await standardDeviations(
    x.map((at) => slopes(parameters, at)),
    squares / freedom,
  );
  const t = studentT(CONFIDENCE, freedom);
  return { parameters, halfWidths: deviations?.map((deviation) => t * deviation), squares };
}

/** What the library finds; undefined where the parameters say the same, so that its equations have no single solution. */
function solved<T>(fit: () => T): T | undefined {
  try {
    return fit();
  } catch (thrown) {
    // The message is all that the library says of it.
    if (thrown instanceof Error && thrown.message.includes('singular')) return undefined;
    throw thrown;
  }
}

/** Square roots of the diagonal of variance·(JᵀJ)⁻¹; undefined where a parameter is not determined. */
async function standardDeviations(
  jacobian: readonly (readonly number[])[],
  variance: number,
): Promise<number[] | undefined> {
  const { inverse, Matrix, SingularValueDecomposition } = await import('ml-matrix');
  const J = new Matrix(jacobian.map((row) => [...row]));
  if (!J.to1DArray().every(Number.isFinite)) return undefined;
  if (new SingularValueDecomposition(J).rank < J.columns) return undefined;
  const covariance = inverse(J.transpose().mmul(J));
  const deviations = covariance.diagonal().map((value) => Math.sqrt(variance * value));
  return deviations.every(Number.isFinite) ? deviations : undefined;
}
