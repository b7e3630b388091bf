/** `quests/analysis`: statistics, fits and steps that the everyday functions are made of. */
import '../../backend/register-node.js';

export * from '../analysis.js';
export { negated } from '../../entropy/entropy.js';
export { type OverlapSample, overlapOfSample, overlapSample } from '../../coverage/sampled-overlap.js';
export {
  type CurveSample,
  curveSamples,
  learningCurveOf,
  type SampleEntropy,
  sampleSizes,
} from '../../entropy/learning-curve.js';
export { numberSampler } from '../../kernel/row-sample.js';
