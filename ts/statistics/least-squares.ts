import { conditionOf, LARGEST_CONDITION } from './condition.js';
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
  /**
   * Half-widths of the 95 % intervals of the parameters; undefined where the points do not
   * determine them.
   */
  readonly halfWidths: readonly number[] | undefined;
  /** Σ of the squared residuals. */
  readonly squares: number;
}

type Minimum = Pick<LeastSquaresFit, 'parameters' | 'squares'>;

/**
 * Condition number above which Levenberg and Marquardt's method, whose damping has a floor in the
 * library, may end short of the minimum.
 */
const SLOW_CONDITION = 300;

/** Steps of Gauss and Newton's method at most, and halvings of one. */
const MOST_STEPS = 100;
const MOST_HALVINGS = 30;

/** A step that no longer counts, for parameters of the order of 1 or as a share of larger ones. */
const CONVERGED = 1e-9;

/**
 * Fits a model to points by Levenberg and Marquardt's method, each point alike. Intervals are those
 * of the covariance, s²(JᵀJ)⁻¹ with Student's t, as if residuals were independent. Values should be
 * of the order of 1: scale them first. Whether the points determine the parameters is decided with
 * a margin, so that rounding has no say in it.
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
  const near = { parameters: found.parameterValues, squares: found.parameterError };
  const freedom = x.length - start.length;
  const minimum = freedom < 1 ? undefined : await minimumFrom(problem, near);
  if (minimum === undefined) return { ...near, halfWidths: undefined };
  const { parameters, squares } = minimum;
  const deviations = await standardDeviations(
    x.map((at) => slopes(parameters, at)),
    squares / freedom,
  );
  const t = studentT(CONFIDENCE, freedom);
  return { parameters, halfWidths: deviations?.map((deviation) => t * deviation), squares };
}

/**
 * What the library finds; undefined where the parameters say the same, so that its equations have
 * no single solution.
 */
function solved<T>(fit: () => T): T | undefined {
  try {
    return fit();
  } catch (thrown) {
    // The message is all that the library says of it.
    if (thrown instanceof Error && thrown.message.includes('singular')) return undefined;
    throw thrown;
  }
}

/**
 * The minimum near some parameters, by Gauss and Newton's method where they may be short of it;
 * undefined where the points do not determine it, or it lies outside the bounds.
 */
async function minimumFrom(problem: LeastSquaresProblem, near: Minimum): Promise<Minimum | undefined> {
  const { Matrix, SingularValueDecomposition } = await import('ml-matrix');
  const { x, y, model, slopes, lowest, highest } = problem;
  const isInside = ({ parameters }: Minimum): boolean =>
    parameters.every((value, at) => value > (lowest[at] as number) && value < (highest[at] as number));
  const residuals = (parameters: readonly number[]): number[] => {
    const fitted = model(parameters);
    return x.map((at, index) => (y[index] as number) - fitted(at));
  };
  let best = near;
  for (let step = 0; step < MOST_STEPS && isInside(best); step++) {
    const { parameters } = best;
    const J = x.map((at) => slopes(parameters, at));
    const condition = await conditionOf(J);
    if (condition > LARGEST_CONDITION) return undefined;
    if (step === 0 && condition < SLOW_CONDITION) return best;
    const right = Matrix.columnVector(residuals(parameters));
    const move = new SingularValueDecomposition(new Matrix(J)).solve(right).to1DArray();
    const next = better(best, move, residuals);
    const isSmall = move.every(
      (change, at) => Math.abs(change) < CONVERGED * Math.max(1, Math.abs(parameters[at] as number)),
    );
    // Beside rounding nothing is better.
    if (isSmall || next === undefined) return best;
    best = next;
  }
  return undefined;
}

/** Parameters along a move that have fewer squares: the whole of it, or half, or half of that. */
function better(
  { parameters, squares }: Minimum,
  move: readonly number[],
  residuals: (parameters: readonly number[]) => number[],
): Minimum | undefined {
  for (let share = 1; share > 2 ** -MOST_HALVINGS; share /= 2) {
    const next = parameters.map((value, at) => value + share * (move[at] as number));
    const sum = residuals(next).reduce((total, value) => total + value ** 2, 0);
    if (sum < squares) return { parameters: next, squares: sum };
  }
  return undefined;
}

/** Square roots of the diagonal of variance·(JᵀJ)⁻¹; undefined where one of them is no number. */
async function standardDeviations(
  jacobian: readonly (readonly number[])[],
  variance: number,
): Promise<number[] | undefined> {
  const { inverse, Matrix } = await import('ml-matrix');
  const J = new Matrix(jacobian.map((row) => [...row]));
  const covariance = inverse(J.transpose().mmul(J));
  const deviations = covariance.diagonal().map((value) => Math.sqrt(variance * value));
  return deviations.every(Number.isFinite) ? deviations : undefined;
}
