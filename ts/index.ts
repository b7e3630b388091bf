/** What a person types every day: the names that Node and browsers have in common. */
export { DEFAULTS } from './base/defaults.js';
export type { Backend, BackendChoice, BackendName } from './backend/backend.js';
export { loadBackend } from './backend/choose.js';
export { type ErrorCode, QuestsError } from './base/error.js';
export { audit, type Audit, type AuditOptions } from './coverage/audit.js';
export {
  type Coverage,
  coverage,
  type CoverageOptions,
  overlap,
  type OverlapOptions,
} from './coverage/coverage.js';
export { novelEnvironments, type NoveltyOptions, novelStructures } from './coverage/novelty.js';
export { noveltyThreshold } from './coverage/novelty-threshold.js';
export { type BandwidthOptions, estimateBandwidth, volumePerAtom } from './descriptor/bandwidth.js';
export { type DescriptorBatch, descriptorBatches } from './descriptor/batches.js';
export type { DescriptorOptions, Structures } from './descriptor/descriptor-options.js';
export { descriptors } from './descriptor/descriptors.js';
export { type Duplicates, duplicates } from './descriptor/duplicates.js';
export {
  type BandwidthAdvice,
  recommendBandwidth,
  type RecommendBandwidthOptions,
} from './entropy/bandwidth-advice.js';
export { bandwidthScan, type BandwidthScanOptions } from './entropy/bandwidth-scan.js';
export {
  type EntropyDifference,
  entropyDifference,
  type EntropyDifferenceOptions,
} from './entropy/entropy-difference.js';
export { deltaEntropy, diversity, entropy, type Metrics, metrics } from './entropy/entropy.js';
export { type LearningCurveFit, fitLearningCurve } from './entropy/learning-curve-fit.js';
export { informationGap, sizeForGap } from './entropy/learning-curve-gap.js';
export { type LearningCurve, learningCurve, type LearningCurveOptions } from './entropy/learning-curve.js';
export { type SampledEntropy, sampledEntropy } from './entropy/sampler.js';
export type { EstimateOptions } from './kernel/estimate-options.js';
export type { Estimate, Estimates } from './kernel/estimate.js';
export type { KernelOptions, KernelScanOptions } from './kernel/kernel-sums.js';
export type { PrecisionOptions } from './kernel/precision.js';
export { leaveOneOutDeltaEntropy } from './kernel/leave-one-out.js';
export { type Environments, ReferenceSet, referenceSet } from './kernel/reference-set.js';
export { StoredReference } from './kernel/stored-reference.js';
export type { Skipped } from './model/bad-frames.js';
export { type DescriptorKind, DescriptorMatrix } from './model/descriptor-matrix.js';
export type { DescriptorSpecies, SpeciesMode } from './base/species-mode.js';
export type { AtomArray, Source, Structure } from './model/structure.js';
export { type Nuclei, nuclei, type NucleusOptions } from './nuclei/nuclei.js';
export { type PhaseOptions, type Phases, phases } from './nuclei/phases.js';
export { phaseLine, type PhaseLine, type PhaseLineOptions } from './phase-line/phase-line.js';
export type { Progress, RunOptions } from './run/run-options.js';
export { activeLearning, type ActiveLearningOptions, type Generation } from './select/active-learning.js';
export { augment, type Augmented, type AugmentOptions } from './select/augment.js';
export {
  compress,
  type CompressionCoverage,
  compressionCoverage,
  type CompressionCurve,
  compressionCurve,
  type CompressOptions,
  type Selection,
} from './select/compress.js';
export type { CompressMethod } from './select/selection-methods.js';
export type { EventOptions } from './trajectory/events.js';
export { type SeriesEvents, trajectoryEvents } from './trajectory/trajectory-events.js';
export { trajectoryFrames } from './trajectory/trajectory-frames.js';
export {
  type NamedReference,
  trajectory,
  type TrajectoryFrame,
  type TrajectoryOptions,
  type TrajectoryReference,
} from './trajectory/trajectory.js';
export { type WatchCheck, type Watcher, watcher, type WatcherOptions } from './trajectory/watcher.js';
export { predictionErrors, type PredictionErrors } from './uncertainty/prediction-errors.js';
export { uncertainty, type Uncertainty, type UncertaintyOptions } from './uncertainty/uncertainty.js';
