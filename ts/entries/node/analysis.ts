/** `quests/analysis` for Node: what its functions take, judged. */
import { listOf, NUMBER_OR_NAN, NUMBERS, optional, options, record, whole } from '../../base/kinds.js';
import type { LearningCurveOptions } from '../../entropy/learning-curve.js';
import * as analysis from '../../faces/node/analysis.js';
import { judged, judgedPromise } from '../judged.js';
import { FLOATS, OVERLAP_SET } from '../kinds.js';

export * from '../analysis.js';

export const curveSamples = judged(analysis.curveSamples, {
  environments: whole(0),
  options: options<Pick<LearningCurveOptions, 'fractions' | 'runs' | 'seed'>>({
    fractions: NUMBERS,
    runs: NUMBER_OR_NAN,
    seed: NUMBER_OR_NAN,
  }),
});

export const learningCurveOf = judged(analysis.learningCurveOf, {
  fractions: NUMBERS,
  environments: whole(0),
  samples: listOf(record('the entropy of a sample', {}), 'entropies of samples'),
  whole: NUMBER_OR_NAN,
  error: optional(NUMBER_OR_NAN),
});

export const negated = judged(analysis.negated, { logSums: FLOATS });

export const numberSampler = judged(analysis.numberSampler, { seed: NUMBER_OR_NAN });

export const overlapOfSample = judged(analysis.overlapOfSample, {
  dH: FLOATS,
  environments: whole(1),
  epsilon: optional(NUMBER_OR_NAN),
});

export const overlapSample = judgedPromise(analysis.overlapSample, {
  y: OVERLAP_SET,
  x: record('how the other set is made { width, k, cutoff, species }', { width: whole(1) }),
  sampling: record('a sampling { tolerance, seed }', {
    tolerance: NUMBER_OR_NAN,
    seed: optional(NUMBER_OR_NAN),
  }),
});

export const sampleSizes = judged(analysis.sampleSizes, { fractions: NUMBERS, environments: whole(0) });
