export { agreement, type Agreement, type Bin, type Detection } from './uncertainty/agreement.js';
export {
  type AtomPlace,
  audit,
  type Audit,
  type AuditOptions,
  type ContactFinding,
  type CopyOf,
  type DuplicateFindings,
  type Outlier,
  type Place,
  type Range,
} from './coverage/audit.js';
export { activeLearning, type ActiveLearningOptions, type Generation } from './select/active-learning.js';
export {
  augment,
  type Augmented,
  type AugmentOptions,
  type ChainOptions,
  type ChainState,
} from './select/augment.js';
export type { Backend, BackendChoice, BackendName, CoreModule } from './backend/backend.js';
export { loadBackend } from './backend/choose.js';
export { engineOf } from './backend/engine.js';
export { type BandwidthPoint, bandwidthScan, type BandwidthScanOptions } from './entropy/bandwidth-scan.js';
export {
  type BandwidthMethod,
  type BandwidthOptions,
  estimateBandwidth,
  volumePerAtom,
} from './descriptor/bandwidth.js';
export { type BlockAverage, blockAverage } from './statistics/block-average.js';
export { type BondOptions, type Bonds, bonds } from './geometry/bonds.js';
export {
  coverageOf,
  type ErrorBar,
  errorBar,
  errorBarsAt,
  type ErrorPoints,
} from './statistics/conformal.js';
export { type Contact, type ContactOptions, contacts, type Contacts } from './geometry/contacts.js';
export {
  changePoints,
  type ChangePointOptions,
  type ChangePoints,
  lineAt,
  type Segment,
} from './statistics/change-points.js';
export { COVALENT_RADII } from './geometry/covalent-radii.js';
export { compressChunks, type ChunkedSelection, type ChunkOptions } from './select/chunks.js';
export {
  compress,
  COMPRESS_METHODS,
  type CompressMethod,
  type CompressOptions,
  type CompressionCoverage,
  compressionCoverage,
  type CompressionCurve,
  compressionCurve,
  type CompressSize,
  keptCount,
  type Selection,
} from './select/compress.js';
export {
  type Coverage,
  coverage,
  type CoverageOptions,
  overlap,
  overlapOf,
  type OverlapOptions,
  type OverlapScanOptions,
  type Thresholds,
} from './coverage/coverage.js';
export {
  type Answer,
  type CurveFit,
  type CurvePoint,
  fitLearningCurve,
  type FitParameter,
  fittedEntropy,
  type FitWindow,
  informationGap,
  LARGEST_EXTRAPOLATION,
  pointsOf,
  sizeForGap,
} from './entropy/learning-curve-fit.js';
export { decimals } from './base/decimals.js';
export {
  BOND_SHARE,
  CONFIDENCE,
  CONTACT_FRACTION,
  DEFAULT_BANDWIDTH,
  DEFAULT_CURVE,
  DEFAULT_CUTOFF,
  DEFAULT_EPSILON,
  DEFAULT_TOLERANCE,
  MOST_EXACT,
  DEFAULT_FIRST,
  DEFAULT_FRACTIONS,
  DEFAULT_GENERATIONS,
  DEFAULT_K,
  DEFAULT_LEVEL,
  DEFAULT_LEVELS,
  DEFAULT_METHOD,
  DEFAULT_NEIGHBORS,
  DEFAULT_RESAMPLES,
  DEFAULT_RUNS,
  DEFAULT_SAMPLE,
  DEFAULT_SAMPLE_RUNS,
  DEFAULT_PARENTS,
  DEFAULT_QUANTILES,
  DEFAULT_SCAN,
  DEFAULT_SEED,
  DEFAULT_SIZE,
  DEFAULT_TARGET_OVERLAP,
  DEFAULT_STEP_SIZE,
  DEFAULT_STEPS,
  DEFAULT_TARGET,
  DEFAULT_TEMPERATURE,
  IDEAL_EFFICIENCY,
  PAPER_EPSILON,
  NEAR_FRACTION,
  OUTER_FENCE,
  SAME_DISTANCE,
  SATURATION,
  SLOPE_SHARE,
} from './base/defaults.js';
export {
  type DescriptorBatch,
  descriptorBatches,
  type DescriptorBatchOptions,
} from './descriptor/batches.js';
export { descriptors } from './descriptor/descriptors.js';
export { type DuplicateOptions, type Duplicates, duplicates } from './descriptor/duplicates.js';
export {
  atTemperature,
  differenceOf,
  type EntropyDifference,
  entropyDifference,
  type EntropyDifferenceOptions,
  stateEntropies,
  type StateEntropy,
  type ValueAt,
} from './entropy/entropy-difference.js';
export {
  debyeEntropy,
  einsteinEntropy,
  type EntropyFit,
  type EntropyFitOptions,
  type EntropyModelName,
  type EntropyPoint,
  fitEntropyModel,
} from './entropy/entropy-model.js';
export { lindemannRatio } from './trajectory/lindemann.js';
export { type SampledEntropy, sampledEntropy, type SampledEntropyOptions } from './entropy/sampler.js';
export { deltaEntropy, diversity, entropy, type Metrics, metrics } from './entropy/entropy.js';
export { type ErrorCode, QuestsError } from './base/error.js';
export type { Estimate, Estimates } from './kernel/estimate.js';
export {
  type Comparison,
  type Exploration,
  explore,
  type ExploredSet,
  type ExploreSettings,
  type Findings,
  frameMeans,
  type NamedSet,
  type SetNumbers,
} from './explore/exploration.js';
export { type ColouredMap, EnvironmentMap, wholeView } from './explore/environment-map.js';
export { type DrawnFrame } from './explore/drawn-frame.js';
export { exploredFrame, frameDeltas } from './explore/explored-frame.js';
export { Explorer } from './explorer/explorer.js';
export { type OpenSetFile } from './explorer/read-sets.js';
export { type Headline, headlinesOf } from './explore/headline.js';
export { within } from './explore/lasso.js';
export { KIND_COLOURS, type MapImage, RAMP, type View } from './explore/map-picture.js';
export type {
  Choice,
  ChosenEnvironments,
  ExploreReply,
  ExploreRequest,
  ExploreResults,
  FrameValue,
  RunSettings,
  SavedKind,
  SetFiles,
} from './explorer/protocol.js';
export type { SetCurve } from './explore/set-curve.js';
export { type Verdict, verdictOf } from './explore/verdict.js';
export { reportHtml } from './report/report.js';
export { SERVED_META, type ServedFile, type ServedPage, type ServedReply } from './serve/protocol.js';
export { bandwidthScanFigure } from './figure/bandwidth-scan-figure.js';
export type { Axis, Bars, Curve, ErrorRange, Figure, Marker, Panel, Series } from './figure/figure.js';
export { explorationFigures, type NamedFigure } from './explore/exploration-figures.js';
export { histogram } from './figure/histogram.js';
export { eventsFigure } from './figure/events-figure.js';
export { trajectoryFigure } from './figure/trajectory-figure.js';
export { entropyDifferenceFigure } from './figure/entropy-difference-figure.js';
export { nucleiFigure, type NucleiPicture } from './figure/nuclei-figure.js';
export { phaseLineFigure } from './figure/phase-line-figure.js';
export { learningCurveFigure } from './figure/learning-curve-figure.js';
export type { AxisPlace, DrawnFigure, PanelPlace } from './figure/place.js';
export { drawnFigure, figureSvg, type SvgOptions } from './figure/svg.js';
export { type EventOptions, type Events, findEvents, type TrajectoryEvent } from './trajectory/events.js';
export { type FrameState, frameState, type FrameStateOptions } from './model/frame-state.js';
export {
  type Bandwidths,
  type KernelMean,
  kernelMean,
  type KernelOptions,
  type KernelScanOptions,
  type Precision,
  type PrecisionOptions,
} from './kernel/kernel-sums.js';
export { leaveOneOutDeltaEntropy } from './kernel/leave-one-out.js';
export { joinedRanges, type LabelRange, type LabelRanges, labelRanges } from './model/label-ranges.js';
export {
  type LearningCurve,
  learningCurve,
  type LearningCurveOptions,
  type LearningPoint,
} from './entropy/learning-curve.js';
export {
  concatenated,
  type DescriptorKind,
  DescriptorMatrix,
  type DescriptorMatrixOptions,
  type FramedRows,
} from './model/descriptor-matrix.js';
export { nearestDeltaEntropy, type NearestOptions } from './kernel/nearest.js';
export {
  type GenerationNovelty,
  type NovelEnvironment,
  novelEnvironments,
  type NovelOptions,
  type NovelStructure,
  novelStructures,
  noveltyByGeneration,
  noveltyByGroup,
  type NoveltySummary,
  noveltySummary,
} from './coverage/novelty.js';
export {
  predictionErrors,
  type PredictionErrors,
  type PredictionOptions,
  type Property,
} from './uncertainty/prediction-errors.js';
export { auroc, pearson, spearman } from './statistics/correlation.js';
export { type Line, quantileRegression } from './statistics/quantile-regression.js';
export { firstPassage, type FirstPassage, type NucleusGrowth } from './nuclei/first-passage.js';
export { type Nuclei, nuclei, type Nucleus, type NucleusOptions, PART } from './nuclei/nuclei.js';
export {
  criticalSize,
  fitNucleation,
  fittedLogCount,
  nucleationEnergies,
  type NucleationFit,
  type NucleationFitOptions,
  type SizeCounts,
  sizeCounts,
} from './nuclei/nucleation-fit.js';
export {
  type PhaseOptions,
  type Phases,
  phases,
  type PhaseSet,
  type PhaseThreshold,
  type PhaseThresholdOptions,
  phaseThresholds,
  UNKNOWN_PHASE,
} from './nuclei/phases.js';
export type { Band } from './phase-line/phase-band.js';
export type { FittedPhase, PhaseDifference } from './phase-line/phase-gibbs.js';
export {
  phaseLine,
  type PhaseLine,
  type PhaseLineGap,
  type PhaseLineOptions,
  type PhaseLinePoint,
  slopesAgree,
} from './phase-line/phase-line.js';
export type { PhaseStates, Quantity, Section, StatePoint } from './model/state-points.js';
export {
  fitSurface,
  type Plane,
  type Polynomial,
  type Surface,
  surfaceAt,
  surfaceSlopes,
  type SurfaceTrial,
} from './phase-line/surface.js';
export type { Progress, RunOptions } from './run/run-options.js';
export { type Environments, type ReferenceSet, referenceSet } from './kernel/reference-set.js';
export { runningMean } from './statistics/running-mean.js';
export type { AtomArray, InfoValue, Source, Structure } from './model/structure.js';
export { timeAverages } from './trajectory/time-average.js';
export {
  type EnergyUnits,
  type StateMeans,
  type Transition,
  transitionEntropy,
} from './entropy/transition.js';
export {
  type FrameNovelty,
  type NamedReference,
  trajectory,
  type TrajectoryFrame,
  type TrajectoryOptions,
  type TrajectoryReference,
} from './trajectory/trajectory.js';
export {
  idealRows,
  type SeriesEvent,
  type SeriesEvents,
  trajectoryEvents,
} from './trajectory/trajectory-events.js';
export { type TrajectoryFrameOptions, trajectoryFrames } from './trajectory/trajectory-frames.js';
export {
  type EstimatorComparison,
  type KnownErrors,
  type TestedBar,
  uncertainty,
  type Uncertainty,
  type UncertaintyOptions,
} from './uncertainty/uncertainty.js';
export { type Skipped } from './model/bad-frames.js';
export { type SurfacePlace } from './model/state-points.js';
export { type TrajectoryRow } from './model/trajectory-row.js';
export { type DescriptorOptions, type Structures } from './descriptor/descriptor-options.js';
export { type EstimateOptions } from './kernel/estimate-options.js';
export { type Picture } from './explore/picture.js';
