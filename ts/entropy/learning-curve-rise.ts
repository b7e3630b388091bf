import { CONFIDENCE, SATURATION } from '../base/constants.js';
import { studentT } from '../statistics/student-t.js';
import type { LearningCurve } from './learning-curve.js';
import { bySize, type CurvePoint, curvePoints, pointWeights, setVariance } from './learning-curve-points.js';

/**
 * What a learning curve may still rise beyond its last point, in nats, whatever its form: most is
 * Infinity where it may go on like log n.
 */
export interface RemainingRise {
  readonly least: number;
  readonly most: number;
  /** dH/d ln n of the last points, in nats. */
  readonly slope: number;
}

/** The last points are those of at least this share of the largest n. */
const LAST = 0.33;

/** A line and its scatter take so many points. */
const FEWEST = 4;

/**
 * Beyond its last points a curve rises by dH/d ln n over s, its exponent there, if H_max − H falls
 * like n^−s. For kernels that compare environments, s grows with n towards 1: missing environments
 * are found, and what is left is the bias of counting, 1/n. Sets of one kind have 0.85 to 1.3 at
 * s = 1. For heavy tails and mixtures s stays small. Of sets below {@link SATURATION}, uniform,
 * geometric, with Zipf's law and mixtures of two and three scales, of 100 to 10,000 environments,
 * none has more than four times dH/d ln n left.
 */
const LEAST_FACTOR = 0.8;
const SINGLE_SCALE = 1.3;
const MOST_FACTOR = 4;

/** A slope that is none, in nats: rounding. */
const ROOM = 1e-9;

/** A line in ln n. */
interface Line {
  /** Weighted mean of ln n. */
  readonly center: number;
  readonly slope: number;
  /** Half-width of the 95 % interval of the slope. */
  readonly error: number;
  /** Half-width of the 95 % interval of its last point, in nats. */
  readonly doubt: number;
}

/**
 * What a curve may still rise: from the slope of its last points, and from how that has fallen
 * since the first.
 *
 * @param points by n, at least five
 */
export function remainingRise(points: readonly CurvePoint[]): RemainingRise {
  const largest = points.at(-1)?.size ?? NaN;
  const from = Math.min(
    points.findIndex(({ size }) => size >= LAST * largest),
    points.length - FEWEST,
  );
  const last = lineThrough(points.slice(from));
  const first = lineThrough(points.slice(0, Math.max(FEWEST, from)));
  const end = Math.log(largest);
  // How the slope falls between the middles of the two lines; both are at least what is left of it.
  const [before, after] = [Math.max(first.slope, ROOM), Math.max(last.slope, ROOM)];
  const fall = Math.log(before / after) / (last.center - first.center);
  const doubt = Math.hypot(first.error / before, last.error / after) / (last.center - first.center);
  const exponent = Math.min(1, Math.max(fall - doubt, 1 / MOST_FACTOR));
  const factor = Math.max(SINGLE_SCALE, 1 / exponent);
  const steepest = Math.max(0, last.slope) + last.error;
  // The slope at the end is that at the middle of the line, less what it falls until there.
  const gentlest = Math.max(0, last.slope - last.error) * Math.exp(last.center - end);
  return {
    least: LEAST_FACTOR * gentlest,
    most: factor * steepest * Math.exp(-exponent * (end - last.center)) + last.doubt,
    slope: last.slope,
  };
}

/**
 * The most that H_max − H of a curve that has levelled off can be, in nats; null for one that has
 * not, and for too few points. It takes no fit, which the points of such a curve do not determine.
 */
export function levelGap(curve: LearningCurve): number | null {
  const points = bySize(curvePoints(curve));
  if (points.length <= FEWEST || isUnsaturated(points)) return null;
  const { most } = remainingRise(points);
  const gap = Math.hypot(most, NORMAL * Math.sqrt(setVariance(curve)));
  return gap <= LEVEL ? gap : null;
}

/** A curve that can rise by no more, in nats, is level. */
const LEVEL = 0.3;

/** Half-width of the 95 % interval of a normal variable, in standard deviations. */
export const NORMAL = 1.96;

/**
 * Whether nearly all environments differ still at the largest n: H is about log n, whatever they
 * are.
 */
export function isUnsaturated(points: readonly CurvePoint[]): boolean {
  const { size = NaN, entropy = NaN } = points.at(-1) ?? {};
  return entropy > SATURATION * Math.log(size);
}

function lineThrough(points: readonly CurvePoint[]): Line {
  const weights = pointWeights(points);
  const x = points.map(({ size }) => Math.log(size));
  const y = points.map(({ entropy }) => entropy);
  const average = (of: (at: number) => number): number =>
    weights.reduce((sum, weight, at) => sum + weight * of(at), 0) / points.length;
  const [center, height] = [average((at) => x[at] as number), average((at) => y[at] as number)];
  const square = average((at) => ((x[at] as number) - center) ** 2);
  const slope = average((at) => ((x[at] as number) - center) * ((y[at] as number) - height)) / square;
  const left = average((at) => ((y[at] as number) - height - slope * ((x[at] as number) - center)) ** 2);
  const freedom = points.length - 2;
  const variances = points.map(({ variance }) => variance);
  if (variances.every((variance) => variance !== undefined)) {
    // Curvature is not scatter: what samples differ by says more than what the line leaves.
    const variance = average(
      (at) => (weights[at] as number) * (variances[at] as number) * ((x[at] as number) - center) ** 2,
    );
    const deviation = Math.sqrt(variance / points.length) / square;
    const own = Math.sqrt(variances.at(-1) ?? NaN);
    return { center, slope, error: NORMAL * deviation, doubt: NORMAL * own };
  }
  const scatter = Math.sqrt((left * points.length) / freedom);
  const deviation = scatter / Math.sqrt(square * points.length);
  const t = studentT(CONFIDENCE, freedom);
  return { center, slope, error: t * deviation, doubt: t * scatter };
}
