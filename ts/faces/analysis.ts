/**
 * What the everyday functions are made of: the parts of `quests/analysis` that Node and browsers
 * have in common.
 */
export { carve, type CarveOptions } from '../carve/carve.js';
export type { Carved, CarvedBoundary, CarvedCell, CarveShape, NotCarved } from '../carve/carved.js';
export {
  type AtomPlace,
  type ContactFinding,
  type CopyOf,
  type DuplicateFindings,
  isolatedEnvironments,
  isolationThreshold,
  type Outlier,
} from '../coverage/audit.js';
export type { AuditedEnergy, AuditedForces, LabelContradiction } from '../coverage/audited-labels.js';
export type { StructurePlace, ValueRange } from '../coverage/value-range.js';
export { type FitOrRefusal, fitOrRefusal } from '../base/fit-or-refusal.js';
export {
  type ElementsEffect,
  elementsEffect,
  type ElementsEffectOptions,
  type ModeOutcome,
} from '../coverage/elements-effect.js';
export { overlapOf, type OverlapThresholds } from '../coverage/coverage.js';
export {
  type OverlapBatch,
  type SampledOverlap,
  sampledOverlap,
  type SampledOverlapOptions,
} from '../coverage/sampled-overlap.js';
export { countedDeltas, environmentElements, missingElements } from '../coverage/missing-elements.js';
export {
  type GenerationNovelty,
  noveltyByGeneration,
  noveltyByGroup,
  type NoveltySummary,
  noveltySummary,
  type NoveltySummaryOptions,
  uncoveredShares,
} from '../coverage/novelty.js';
export { RunningNovelty } from '../coverage/running-novelty.js';
export { nearestEnvironment, type NearestEnvironment } from '../kernel/nearest-stored.js';
export { descriptorWidth } from '../descriptor/core-elements.js';
export { type BandwidthMethod, meanVolumePerAtom } from '../descriptor/bandwidth.js';
export { efficiency, isSaturated, maxEntropy, saturatedEntropy } from '../entropy/efficiency.js';
export { valueAtTemperature, type ValueAtTemperature } from '../entropy/at-temperature.js';
export {
  differenceOfStates,
  drawsSamples,
  stateEntropies,
  type StateEntropy,
  stateEntropyAt,
} from '../entropy/entropy-difference.js';
export {
  differenceAtEntropy,
  type DifferenceAtEntropy,
  KNOWN_RANGES,
  type KnownRange,
} from '../entropy/known-range.js';
export {
  debyeEntropy,
  einsteinEntropy,
  type EntropyFit,
  type EntropyFitAtBandwidth,
  type EntropyFitOptions,
  type EntropyModelName,
  type EntropyPoint,
  fitEntropyModel,
  fitEntropyModels,
  type StateAtTemperature,
} from '../entropy/entropy-model.js';
export {
  type FitParameter,
  fittedEntropy,
  type FitWindow,
  LARGEST_EXTRAPOLATION,
  type UndeterminedLimit,
} from '../entropy/learning-curve-fit.js';
export {
  type GapAnswer,
  type GapReason,
  undeterminedText,
  type ValueOrRefusal,
} from '../entropy/learning-curve-gap.js';
export { type CurvePoint, curvePoints } from '../entropy/learning-curve-points.js';
export { levelGap } from '../entropy/learning-curve-rise.js';
export type { LearningPoint } from '../entropy/learning-curve.js';
export { kineticEntropy } from '../entropy/kinetic.js';
export {
  frameTemperatures,
  sameTemperature,
  sampleTemperatures,
  stateMeans,
  stateTemperature,
} from '../entropy/state-frames.js';
export {
  type EnergyUnits,
  type StateMeans,
  type Transition,
  transitionEntropy,
} from '../entropy/transition.js';
export { atomsWithin, bondLength } from '../geometry/bond-length.js';
export { type BondOptions, type Bonds, bonds } from '../geometry/bonds.js';
export { type Contact, type ContactOptions, contacts, type Contacts } from '../geometry/contacts.js';
export { COVALENT_RADII } from '../geometry/covalent-radii.js';
export { type Bandwidths, type KernelMean, kernelMean } from '../kernel/kernel-sums.js';
export type { Precision } from '../kernel/precision.js';
export {
  nearestDeltaEntropy,
  type NearestDistanceOptions,
  nearestDistances,
  type NearestOptions,
} from '../kernel/nearest.js';
export { concatenated, type FramedRows } from '../model/descriptor-matrix.js';
export { type FrameState, frameState, type FrameStateOptions } from '../model/frame-state.js';
export { perFrame } from '../model/frame-values.js';
export {
  joinedLabelRanges,
  type LabelKeys,
  labelKeys,
  type LabelRange,
  type LabelRanges,
  labelRanges,
  lostLabels,
  type LostLabels,
  type UndecidedLabels,
} from '../model/label-ranges.js';
export type {
  PhaseStates,
  StateQuantity,
  StateRange,
  StatePoint,
  PressureTemperature,
} from '../model/state-points.js';
export type { TrajectoryRow } from '../model/trajectory-row.js';
export { firstPassage, type FirstPassage, type NucleusGrowth } from '../nuclei/first-passage.js';
export {
  criticalSize,
  fitNucleation,
  fittedLogCount,
  nucleationEnergies,
  type NucleationFit,
  type NucleationFitOptions,
} from '../nuclei/nucleation-fit.js';
export { type GrowthOfRuns, type NucleiOfFrame, nucleusGrowth } from '../nuclei/nucleus-growth.js';
export { type SizeCounts, sizeCounts, type SizeRange, sizeRanges } from '../nuclei/nucleus-sizes.js';
export { type Nucleus, NUCLEUS_PART } from '../nuclei/nuclei.js';
export {
  phaseCounts,
  type PhaseSet,
  type PhaseThreshold,
  type PhaseThresholdOptions,
  phaseThresholds,
  UNKNOWN_PHASE,
  withThresholds,
} from '../nuclei/phases.js';
export type { ConfidenceBand } from '../phase-line/phase-band.js';
export type { FittedPhase, PhaseDifference } from '../phase-line/phase-gibbs.js';
export { stateOfRun, type StateOfRun, type StateOfRunOptions } from '../phase-line/state-of-run.js';
export {
  orderAgrees,
  type PhaseLineGap,
  type PhaseLinePoint,
  slopesAgree,
} from '../phase-line/phase-line.js';
export {
  fitSurface,
  type SurfacePlane,
  type SurfacePolynomial,
  type Surface,
  surfaceAt,
  surfaceSlopes,
  type SurfaceTrial,
} from '../phase-line/surface.js';
export { type ChainOptions, type ChainState, drawnStart } from '../select/augment.js';
export { type ChunkedSelection, type ChunkOptions, compressChunks } from '../select/chunks.js';
export { type CompressSize, keptCount } from '../select/compress.js';
export {
  compareSelections,
  type ComparedSelection,
  type OverTrials,
  type SelectionComparison,
  type SelectionComparisonOptions,
} from '../select/compare-selections.js';
export { SPLIT_KINDS, type SplitKind, structureGroups } from '../model/structure-groups.js';
export {
  type PairEntropy,
  pairEntropy,
  pairEntropyOf,
  type PairEntropyOptions,
} from '../entropy/pair-entropy.js';
export { forceNorms } from '../select/force-norms.js';
export { compressWithin, type CompressWithinOptions } from '../select/compress-within.js';
export {
  type PickCause,
  type PickCauseOptions,
  pickCauses,
  type PickWeights,
  pickWeights,
} from '../select/pick-facts.js';
export { type Enough, picksUntil } from '../select/picks-until.js';
export { structuresNamed } from '../model/structure-filter.js';
export { COMPRESS_METHODS, SELECTION_METHODS, type SelectionMethod } from '../select/selection-methods.js';
export { type BlockAverage, blockAverage } from '../statistics/block-average.js';
export {
  type ChangePointOptions,
  changePoints,
  type ChangePoints,
  segmentValue,
  type Segment,
} from '../statistics/change-points.js';
export {
  errorBarCoverage,
  type ErrorBar,
  errorBar,
  errorBarsAt,
  type ErrorPoints,
  supportedErrorBarsAt,
} from '../statistics/conformal.js';
export { kolmogorovSmirnov, type TwoSampleTest } from '../statistics/kolmogorov-smirnov.js';
export { EvenSample } from '../statistics/even-sample.js';
export { mean, sampleDeviation, standardDeviation } from '../statistics/moments.js';
export { errorOfCombinedMean, errorOfMean, type PartialMean } from '../statistics/mean-error.js';
export { auroc, pearson, spearman } from '../statistics/correlation.js';
export { type QuantileLine, quantileRegression } from '../statistics/quantile-regression.js';
export { seedOfPart } from '../statistics/random.js';
export { runningMean } from '../statistics/running-mean.js';
export { checkedFrame } from '../trajectory/checked-frame.js';
export { type Events, findEvents, type TrajectoryEvent } from '../trajectory/events.js';
export { lindemannRatio } from '../trajectory/lindemann.js';
export { nearestReference, nearestShares } from '../trajectory/nearest-reference.js';
export { timeAverages } from '../trajectory/time-average.js';
export { idealRows, type SeriesEvent } from '../trajectory/trajectory-events.js';
export {
  type LammpsClient,
  type LammpsStep,
  type WatchedLammpsRun,
  type LammpsGuard,
  watchLammps,
  type WatchLammpsOptions,
} from '../trajectory/lammps-run.js';
export type { FrameNovelty } from '../trajectory/trajectory.js';
export {
  agreement,
  type Agreement,
  type AgreementBin,
  type ErrorDetection,
} from '../uncertainty/agreement.js';
export {
  type CalibrationComparison,
  CalibrationRange,
  type CalibrationRangeOptions,
} from '../uncertainty/calibration-range.js';
export {
  compareUncertainties,
  type ComparedErrors,
  type ComparedScore,
  type UncertaintyComparison,
  type UncertaintyComparisonOptions,
} from '../uncertainty/compare-uncertainties.js';
export type { ScoreAgreement } from '../uncertainty/score-agreement.js';
export type { ScoreBars } from '../uncertainty/score-bars.js';
export type { Resampled } from '../statistics/bootstrap.js';
export type { PredictedProperty } from '../uncertainty/prediction-errors.js';
export type { EstimatorComparison, KnownErrors, TestedErrorBar } from '../uncertainty/uncertainty.js';
export type { EstimatedMetrics } from '../entropy/entropy.js';
export type { LearningCurveEstimateOptions } from '../entropy/learning-curve.js';
export type { OverlapScanOptions } from '../coverage/coverage.js';
export type { NovelEnvironment, NovelStructure } from '../coverage/novelty.js';
export type { NoveltyThresholdOptions } from '../coverage/novelty-threshold.js';
export type { DescriptorBatchOptions } from '../descriptor/batches.js';
export type { DuplicateOptions } from '../descriptor/duplicates.js';
export type {
  BandwidthAdvicePoint,
  BandwidthConclusion,
  BandwidthSource,
} from '../entropy/bandwidth-advice.js';
export {
  type ElementBandwidthAdvice,
  recommendElementBandwidths,
} from '../entropy/element-bandwidth-advice.js';
export type { BandwidthWindow } from '../entropy/bandwidth-window.js';
export type { LikelihoodBandwidth } from '../entropy/likelihood-bandwidth.js';
export type { ThermalBandwidth } from '../entropy/thermal-bandwidth.js';
export { type ElementBandwidths, inBandwidths } from '../descriptor/element-bandwidths.js';
export type { FittedBandwidth, VolumeBandwidth } from '../descriptor/volume-bandwidth.js';
export type { BandwidthPoint } from '../entropy/bandwidth-scan.js';
export type { SampledEntropyOptions } from '../entropy/sampler.js';
export type { MergedBound, MergedRows } from '../io/matrices/merged-rows.js';
export type { LabelValue } from '../io/matrices/reference-labels.js';
export type { EnvironmentPlace, ReferenceFacts, StoredReferenceOptions } from '../kernel/stored-reference.js';
export type { DescriptorMatrixOptions } from '../model/descriptor-matrix.js';
export type { InfoValue } from '../model/structure.js';
export type { CompressionCoverageOptions } from '../select/compress.js';
export type { TrajectoryFrameOptions } from '../trajectory/trajectory-frames.js';
export type { WatchDecision, WatchLimits } from '../trajectory/watcher.js';
export type { PredictionErrorOptions } from '../uncertainty/prediction-errors.js';
