import { probit } from 'simple-statistics';
import { breathe, BREATH } from '../run/job.js';
import type { RunOptions } from '../run/run-options.js';
import {
  type FittedPhase,
  freedomAt,
  gibbsAlong,
  type PhasePolynomials,
  type PolynomialPair,
  slopesAt,
} from './phase-gibbs.js';
import { RandomStream } from '../statistics/random.js';
import { studentT } from '../statistics/student-t.js';
import { commonSection, type StateQuantity, type PressureTemperature } from '../model/state-points.js';
import { zerosBetween } from '../statistics/roots.js';

/** Beyond so many degrees of freedom Student's t is the normal distribution to 0.2 %. */
const MOST_FREEDOM = 1000;

/**
 * Ends of an interval. They are infinite where draws leave what the states reach: how far beyond is
 * not known.
 */
export interface ConfidenceBand {
  readonly low: number;
  readonly high: number;
}

/** Intervals of a point of a phase line. */
export interface PointBands {
  /** Of T where P was given, of P where T was. */
  readonly band: ConfidenceBand;
  readonly slopeBand: ConfidenceBand;
  readonly clausiusClapeyronBand: ConfidenceBand;
  /** Whether ΔG rises through the point. */
  readonly rises: boolean;
}

interface BandOptions extends Pick<RunOptions, 'signal' | 'onProgress'> {
  readonly resamples: number;
  readonly level: number;
  readonly seed: number;
}

/** Intervals of the points of a line by a bootstrap of residuals; see `phaseLine`. */
export async function phaseBand(
  phases: readonly [FittedPhase, FittedPhase],
  pair: PolynomialPair,
  fixed: keyof PressureTemperature,
  points: readonly PressureTemperature[],
  { resamples, level, seed, signal, onProgress }: BandOptions,
): Promise<PointBands[]> {
  const free = fixed === 'pressure' ? 'temperature' : 'pressure';
  const lines = points.map((place) => {
    const section = commonSection(phases, fixed, place[fixed]) ?? [place[free], place[free]];
    // Where ΔG is above 0 all along, its zero is below if it rises at the zero it had, and above if
    // it falls.
    const gibbs = gibbsAlong(pair, fixed, place[fixed]);
    const step = 1e-6 * (section[1] - section[0]);
    const rises = gibbs(place[free] + step) > gibbs(place[free] - step);
    return { place, section, rises };
  });
  const draws = lines.map(() => ({
    zeros: new Float64Array(resamples),
    slopes: new Float64Array(resamples),
    clausiusClapeyron: new Float64Array(resamples),
  }));
  let lastBreath = performance.now();
  for (let number = 0; number < resamples; number++) {
    const random = new RandomStream(seed, number);
    const drawn: PolynomialPair = [redrawn(phases[0], random), redrawn(phases[1], random)];
    for (const [at, { place, section, rises }] of lines.entries()) {
      const own = place[free];
      const gibbs = gibbsAlong(drawn, fixed, place[fixed]);
      const zeros = zerosBetween(gibbs, ...section);
      const beyond = gibbs(own) > 0 === rises ? -Infinity : Infinity;
      const zero = zeros.reduce(
        (best, next) => (Math.abs(next - own) < Math.abs(best - own) ? next : best),
        beyond,
      );
      const draw = draws[at] as (typeof draws)[number];
      draw.zeros[number] = zero;
      // Slopes of a zero beyond the states would be extrapolated: they are taken where it leaves
      // them.
      const inside = Math.min(Math.max(zero, section[0]), section[1]);
      const { slope, clausiusClapeyron } = slopesAt(drawn, { ...place, [free]: inside });
      draw.slopes[number] = slope;
      draw.clausiusClapeyron[number] = clausiusClapeyron;
    }
    if (performance.now() - lastBreath >= BREATH) {
      await breathe();
      lastBreath = performance.now();
    }
    signal?.throwIfAborted();
    onProgress?.({ done: number + 1, total: resamples, phase: 'resamples' });
  }
  return draws.map(({ zeros, slopes, clausiusClapeyron }, at) => {
    const { place, section, rises } = lines[at] as (typeof lines)[number];
    const stretch =
      studentT(level, Math.min(MOST_FREEDOM, Math.floor(freedomAt(phases, place)))) / probit((1 + level) / 2);
    const own = slopesAt(pair, place);
    const stretched = (draws: Float64Array, value: number): ConfidenceBand => {
      const { low, high } = bandOf(draws, level);
      return {
        low: value + stretch * Math.min(0, low - value),
        high: value + stretch * Math.max(0, high - value),
      };
    };
    const { low, high } = stretched(zeros, place[free]);
    return {
      band: { low: low < section[0] ? -Infinity : low, high: high > section[1] ? Infinity : high },
      slopeBand: stretched(slopes, own.slope),
      clausiusClapeyronBand: stretched(clausiusClapeyron, own.clausiusClapeyron),
      rises,
    };
  });
}

/** Surfaces to values that another set of simulations might have given. */
function redrawn({ places, surfaces }: FittedPhase, random: RandomStream): PhasePolynomials {
  const from = places.map(() => random.below(places.length));
  const signs = places.map(() => (random.uniform() < 0.5 ? -1 : 1));
  const drawn = (quantity: StateQuantity): PhasePolynomials[StateQuantity] => {
    const { residuals, redrawn: fit } = surfaces[quantity];
    return fit(from.map((other, at) => (signs[at] as number) * (residuals[other] as number)));
  };
  return { volume: drawn('volume'), energy: drawn('energy'), entropy: drawn('entropy') };
}

/** The interval that holds this share of the draws, as much below it as above. */
function bandOf(draws: Float64Array, level: number): ConfidenceBand {
  const sorted = draws.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}
