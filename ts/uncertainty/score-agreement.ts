import { blockDraws, type Resampled, resampled } from '../statistics/bootstrap.js';
import { weightedCorrelation, WeightedRanking } from '../statistics/weighted-ranking.js';

/** How well a score orders errors, each value with its interval. */
export interface ScoreAgreement {
  /** Rank correlation of score and error. */
  readonly spearman: Resampled;
  /** Spearman's correlation less that of the first score, δH. */
  readonly againstFirst: Resampled;
  /** Probability that an error above the threshold has the larger score than one below. */
  readonly auroc: Resampled;
  /**
   * Area under the sparsification curve, less that of an oracle, over what a random order has: 0 is
   * the order of the errors themselves, 1 is chance.
   */
  readonly sparsification: Resampled;
  /** Place of the score by Spearman's correlation among all: 1 is the best. */
  readonly rank: Resampled;
}

/** Errors, and the scores that are to tell them. */
export interface ScoredErrors {
  readonly errors: Float64Array;
  /** One array for each score, as long as the errors; no NaN, may be infinite. */
  readonly scores: readonly Float64Array[];
  /** Where the points of each structure begin, then their number. */
  readonly offsets: Uint32Array;
}

/** How intervals are made. */
export interface AgreementTrial {
  /** Errors above it are large. */
  readonly threshold: number;
  readonly resamples: number;
  readonly seed: number;
}

/** The values of one resample, by score. */
type Values = Readonly<Record<keyof ScoreAgreement, readonly number[]>>;

/**
 * How well each of several scores orders errors. Intervals are from resamples of whole structures,
 * the same ones for all scores.
 */
export function scoreAgreements(
  { errors, scores, offsets }: ScoredErrors,
  { threshold, resamples, seed }: AgreementTrial,
): ScoreAgreement[] {
  const rankings = scores.map((score) => new WeightedRanking(score));
  const oracle = new WeightedRanking(errors);
  const isLarge = Uint8Array.from(errors, (error) => Number(error > threshold));
  const valuesFor = (weights: Float64Array): Values => {
    const errorRanks = oracle.ranks(weights);
    const ranks = rankings.map((ranking) => ranking.ranks(weights));
    const spearman = ranks.map((own) => weightedCorrelation(own, errorRanks, weights));
    const best = oracle.sparsificationArea(errors, weights);
    const chance = meanOf(errors, weights);
    return {
      spearman,
      againstFirst: spearman.map((value) => value - (spearman[0] as number)),
      auroc: rankings.map((ranking, at) => ranking.auroc(isLarge, weights, ranks[at])),
      sparsification: rankings.map(
        (ranking) => (ranking.sparsificationArea(errors, weights) - best) / (chance - best),
      ),
      rank: places(spearman),
    };
  };
  const weights = new Float64Array(errors.length).fill(1);
  const whole = valuesFor(weights);
  const draws: Values[] = [];
  for (const counts of blockDraws(offsets.length - 1, resamples, seed)) {
    counts.forEach((count, block) => weights.fill(count, offsets[block], offsets[block + 1]));
    draws.push(valuesFor(weights));
  }
  return scores.map((_, at) => {
    const of = (name: keyof Values): Resampled =>
      resampled(
        whole[name][at] as number,
        draws.map((values) => values[name][at] as number),
      );
    return {
      spearman: of('spearman'),
      againstFirst: of('againstFirst'),
      auroc: of('auroc'),
      sparsification: of('sparsification'),
      rank: of('rank'),
    };
  });
}

/** Places by falling value, from 1; equal values share theirs, what is NaN comes last. */
function places(values: readonly number[]): number[] {
  const known = values.map((value) => (Number.isNaN(value) ? -Infinity : value));
  return known.map((own) => {
    const before = known.filter((value) => value > own).length;
    const equal = known.filter((value) => value === own).length;
    return before + (equal + 1) / 2;
  });
}

function meanOf(values: Float64Array, weights: Float64Array): number {
  let [sum, all] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const weight = weights[at] as number;
    sum += weight * (values[at] as number);
    all += weight;
  }
  return sum / all;
}
