import { countDistinct } from '../statistics/distinct.js';
import { errorFunction } from 'simple-statistics';
import type { FitParameter } from '../entropy/learning-curve-fit.js';
import { CONFIDENCE } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { leastSquares } from '../statistics/least-squares.js';
import { studentT } from '../statistics/student-t.js';
import { mean, sampleDeviation } from '../statistics/moments.js';

/** The largest nucleus of a run over time. */
export interface NucleusGrowth {
  /** Rising, in any unit; one for each frame. */
  readonly times: ArrayLike<number>;
  /** Size of the largest nucleus at each of them. */
  readonly largest: ArrayLike<number>;
}

/**
 * Mean first-passage times, and what the critical size follows from: what {@link firstPassage}
 * gives.
 */
export interface FirstPassage {
  /** Sizes, from 1 to the largest that every run has reached. */
  readonly sizes: Uint32Array;
  /**
   * τ(n): mean over the runs of the time when the largest nucleus first has n atoms, in the unit of
   * the times.
   */
  readonly times: Float64Array;
  /**
   * n*, where τ(n) is steepest; with three runs or more its 95 % interval, by leaving out one of
   * them at a time.
   */
  readonly critical: FitParameter;
  /** τ_J, the time that nucleation takes, in the unit of the times. */
  readonly nucleationTime: number;
  /** Z, Zeldovich's factor: how sharp the top of the barrier is. */
  readonly zeldovich: number;
  readonly runs: number;
  /**
   * Standard deviation over mean of the times at which the runs first have the largest of the
   * sizes: 1 for the waiting times of a rare event, whose distribution is exponential. Where it is
   * below 0.5, something else takes the time, as the relaxation of the liquid does where runs are
   * cut before anything nucleates, or growth; n* then means little. NaN for fewer than three runs.
   */
  readonly scatter: number;
}

/** Different first-passage times, below which there is no shape to see. */
const FEWEST_TIMES = 6;
/** Runs from which an interval can be made. */
const FEWEST_RUNS = 3;
/** Where the search for n* begins, as shares of the sizes; likewise its width. */
const STARTS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7];

/**
 * Critical size from mean first-passage times: τ(n) = ½τ_J·(1 + erf((n − n*)·Z√π)), where τ(n) is
 * the time at which the largest nucleus first has at least n atoms, averaged over runs from the
 * same state. It holds where growth is quick beside nucleation, so that τ levels off. One run is
 * one draw of a random time; n* of a single run has no interval.
 *
 * @param runs at least one
 * @throws {QuestsError} EMPTY: no runs; INVALID_ARGUMENT: times that do not rise, another number of
 *   them than of sizes, fewer than six different first-passage times, times that determine no curve
 * @see J. Wedekind, R. Strey, D. Reguera, J. Chem. Phys. 126, 134103 (2007)
 */
export async function firstPassage(runs: readonly NucleusGrowth[]): Promise<FirstPassage> {
  if (runs.length === 0) throw new QuestsError('EMPTY', 'there are no runs, expected at least one');
  runs.forEach(checkRun);
  const all = await fitted(runs);
  if (runs.length < FEWEST_RUNS) {
    return { ...all, critical: { value: all.critical.value, low: NaN, high: NaN }, scatter: NaN };
  }
  const others: number[] = [];
  for (const left of runs.keys()) {
    others.push((await fitted(runs.filter((_, run) => run !== left))).critical.value);
  }
  const center = mean(others);
  const squares = others.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const half = studentT(CONFIDENCE, runs.length - 1) * Math.sqrt(((runs.length - 1) / runs.length) * squares);
  const { value } = all.critical;
  return { ...all, critical: { value, low: value - half, high: value + half } };
}

async function fitted(runs: readonly NucleusGrowth[]): Promise<FirstPassage> {
  const firsts = runs.map(firstTimes);
  const reached = firsts.reduce((least, times) => Math.min(least, times.length), Infinity);
  const sizes = Uint32Array.from({ length: reached }, (_, at) => at + 1);
  const times = Float64Array.from(
    sizes,
    (_, at) => firsts.reduce((sum, first) => sum + (first[at] as number), 0) / firsts.length,
  );
  const different = countDistinct(times);
  if (different < FEWEST_TIMES) {
    const found = `${different} different first-passage times of nuclei of up to ${reached} atoms`;
    throw new QuestsError('INVALID_ARGUMENT', `${found}, expected at least ${FEWEST_TIMES}`);
  }
  // Sizes and times from 0 to 1.
  const scale = times.at(-1) as number;
  const x = Array.from(sizes, (size) => size / reached);
  const y = Array.from(times, (time) => time / scale);
  const problem = {
    x,
    y,
    model:
      ([plateau = 0, middle = 0, logWidth = 0]: readonly number[]) =>
      (at: number) =>
        (plateau / 2) * (1 + errorFunction((at - middle) / Math.exp(logWidth))),
    slopes: ([plateau = 0, middle = 0, logWidth = 0]: readonly number[], at: number): number[] => {
      const width = Math.exp(logWidth);
      const u = (at - middle) / width;
      const bell = (plateau / Math.sqrt(Math.PI)) * Math.exp(-u * u);
      return [(1 + errorFunction(u)) / 2, -bell / width, -bell * u];
    },
    lowest: [0, -1, Math.log(1e-3)],
    highest: [10, 2, Math.log(10)],
  };
  // With n* and its width given, the plateau is a ratio of sums.
  const starts = STARTS.flatMap((middle) => STARTS.map((width) => [middle, Math.log(width)] as const));
  const start = starts
    .map(([middle, logWidth]) => {
      const shape = x.map(problem.model([1, middle, logWidth]));
      const plateau =
        sumOf(shape, (value, at) => value * (y[at] as number)) / sumOf(shape, (value) => value ** 2);
      const squares = sumOf(shape, (value, at) => ((y[at] as number) - plateau * value) ** 2);
      return { parameters: [plateau, middle, logWidth], squares };
    })
    .reduce((best, next) => (next.squares < best.squares ? next : best));
  const { parameters, halfWidths } = await leastSquares({ ...problem, start: start.parameters });
  const [plateau = NaN, middle = NaN, logWidth = NaN] = parameters;
  const critical = middle * reached;
  if (halfWidths === undefined || !(critical >= 1 && critical <= reached)) {
    const flat =
      `first-passage times of nuclei of up to ${reached} atoms have no bend: they determine no ` +
      'critical size';
    throw new QuestsError('INVALID_ARGUMENT', flat);
  }
  return {
    sizes,
    times,
    critical: { value: critical, low: NaN, high: NaN },
    nucleationTime: plateau * scale,
    zeldovich: 1 / (Math.exp(logWidth) * reached * Math.sqrt(Math.PI)),
    runs: runs.length,
    scatter: sampleDeviation(Float64Array.from(firsts, (first) => first[reached - 1] as number)) / scale,
  };
}

function sumOf(values: readonly number[], term: (value: number, at: number) => number): number {
  return values.reduce((sum, value, at) => sum + term(value, at), 0);
}

/** When the largest nucleus first has 1, 2, … atoms, from the beginning of the run. */
function firstTimes({ times, largest }: NucleusGrowth): number[] {
  const found: number[] = [];
  for (let frame = 0; frame < times.length; frame++) {
    const time = (times[frame] as number) - (times[0] as number);
    while (found.length < (largest[frame] as number)) found.push(time);
  }
  return found;
}

function checkRun({ times, largest }: NucleusGrowth, run: number): void {
  if (times.length !== largest.length || times.length === 0) {
    const found = `${times.length} times and ${largest.length} sizes`;
    throw new QuestsError('INVALID_ARGUMENT', `run ${run}: ${found}, expected as many, at least one`);
  }
  for (let frame = 1; frame < times.length; frame++) {
    if ((times[frame] as number) > (times[frame - 1] as number)) continue;
    const found = `${times[frame]} after ${times[frame - 1]}`;
    const problem = `time ${found}, expected it to rise`;
    throw new QuestsError('INVALID_ARGUMENT', `run ${run}, frame ${frame}: ${problem}`, { frame, problem });
  }
}
