/** `quests`, as Node and browsers have it in common: what its functions take, judged. */
import {
  either,
  FINITE,
  FLAG,
  FUNCTION,
  isRecord,
  kindOf,
  listOf,
  NUMBER_OR_NAN,
  NUMBERS,
  oneField,
  oneOf,
  optional,
  options,
  record,
  TEXT,
  TEXTS,
} from '../base/kinds.js';
import type * as a from '../faces/analysis.js';
import type * as q from '../index.js';
import * as quests from '../index.js';
import { judged, judgedGenerator, judgedPromise } from './judged.js';
import {
  ADVICE,
  BATCHED,
  CHAIN,
  DESCRIPTION,
  DESCRIPTORS,
  DESCRIPTOR_LIST,
  DESCRIPTOR_SERIES,
  ENVIRONMENTS,
  EXACT_SUMS,
  FLOATS,
  FRAMED_ROWS,
  KERNEL,
  LEARNING_CURVE,
  MATRIX_OR_STORED,
  NAMED_REFERENCES,
  ONE_OR_MORE,
  PARAMETER,
  POINTS,
  ROWS,
  RUN,
  SIZE,
  STATE_POINTS,
  STRUCTURE,
  STRUCTURES,
  STRUCTURE_LIST,
  STRUCTURE_SERIES,
  SUMS,
  WHOLES,
} from './kinds.js';

export type * from '../index.js';
export { DEFAULTS, DescriptorMatrix, QuestsError, ReferenceSet, StoredReference } from '../index.js';

type EverySum = q.KernelOptions | q.KernelScanOptions | q.EstimateOptions;
const EVERY_SUM = options<EverySum | q.PrecisionOptions>(SUMS);
const EXACT_SUM = options<q.KernelScanOptions | q.PrecisionOptions>(EXACT_SUMS);

/** What a learning curve's fit is asked about. */
const FIT = record('a fit, as fitLearningCurve gives it', {
  a: PARAMETER,
  b: PARAMETER,
  c: PARAMETER,
  error: NUMBER_OR_NAN,
  points: listOf(record('a point { size, entropy }', {}), 'points { size, entropy }'),
});

/** What the frames of a trajectory are compared with. */
const TRAJECTORY_REFERENCE = oneField('{ first: n }, { previous: true } or { sets: [{ name, x }] }', {
  first: NUMBER_OR_NAN,
  previous: kindOf('true', (value) => value === true),
  sets: NAMED_REFERENCES,
});

const CURVE = either(
  'a learning curve, as learningCurve gives it, or an array of points { size, entropy }',
  [Array.isArray, POINTS],
  [isRecord, LEARNING_CURVE],
);

export const activeLearning = judgedGenerator(quests.activeLearning, {
  structures: STRUCTURE_LIST,
  options: options<q.ActiveLearningOptions>({
    ...CHAIN,
    k: DESCRIPTION.k,
    cutoff: DESCRIPTION.cutoff,
    species: DESCRIPTION.species,
    done: listOf(STRUCTURE_LIST, 'generations, each an array of structures'),
    reference: MATRIX_OR_STORED,
    generations: NUMBER_OR_NAN,
    structures: NUMBER_OR_NAN,
  }),
});

export const audit = judgedPromise(quests.audit, {
  structures: STRUCTURES,
  options: options<q.AuditOptions>({
    ...RUN,
    k: DESCRIPTION.k,
    cutoff: DESCRIPTION.cutoff,
    species: DESCRIPTION.species,
    bandwidth: NUMBER_OR_NAN,
    contactFraction: NUMBER_OR_NAN,
    energy: TEXT,
    forces: TEXT,
    near: NUMBER_OR_NAN,
    outlierThreshold: NUMBER_OR_NAN,
  }),
});

export const augment = judgedPromise(quests.augment, {
  start: STRUCTURE,
  reference: ENVIRONMENTS,
  options: options<q.AugmentOptions>({
    ...CHAIN,
    from: record('the state of a chain, as onState gets it', {
      positions: NUMBERS,
      cell: NUMBERS,
      steps: NUMBER_OR_NAN,
    }),
    onState: FUNCTION,
  }),
});

export const bandwidthScan = judgedPromise(quests.bandwidthScan, {
  x: ENVIRONMENTS,
  options: options<q.BandwidthScanOptions>({ ...RUN, bandwidths: NUMBERS }),
});

export const compress = judgedPromise(quests.compress, {
  x: DESCRIPTORS,
  options: options<q.CompressOptions>({
    ...KERNEL,
    dH: FLOATS,
    epsilon: NUMBER_OR_NAN,
    forces: NUMBERS,
    method: TEXT,
    novel: FUNCTION,
    reference: ENVIRONMENTS,
    seed: NUMBER_OR_NAN,
    size: SIZE,
    targetOverlap: NUMBER_OR_NAN,
  }),
});

export const compressionCoverage = judgedPromise(quests.compressionCoverage, {
  x: either(
    `a DescriptorMatrix, or ${DESCRIPTOR_SERIES.expected}`,
    [(value) => value instanceof quests.DescriptorMatrix, DESCRIPTORS],
    [(value) => typeof value === 'object' && value !== null, DESCRIPTOR_SERIES],
  ),
  kept: ENVIRONMENTS,
  epsilon: NUMBERS,
  options: options<a.CompressionCoverageOptions>({ ...KERNEL, novel: FUNCTION }),
});

export const compressionCurve = judgedPromise(quests.compressionCurve, {
  x: DESCRIPTORS,
  picks: WHOLES,
  options: options<q.KernelOptions>(KERNEL),
});

export const coverage = judgedPromise(quests.coverage, {
  sets: DESCRIPTOR_LIST,
  options: options<q.CoverageOptions>({ ...KERNEL, epsilon: ONE_OR_MORE }),
});

export const deltaEntropy = judgedPromise(quests.deltaEntropy, {
  y: DESCRIPTORS,
  x: ENVIRONMENTS,
  options: EVERY_SUM,
});

export const descriptorBatches = judgedGenerator(quests.descriptorBatches, {
  structures: STRUCTURES,
  options: options<a.DescriptorBatchOptions>(BATCHED),
});

export const descriptors = judgedPromise(quests.descriptors, {
  structures: STRUCTURES,
  options: options<q.DescriptorOptions>(DESCRIPTION),
});

export const diversity = judgedPromise(quests.diversity, { x: ENVIRONMENTS, options: EXACT_SUM });

export const duplicates = judgedPromise(quests.duplicates, {
  x: DESCRIPTORS,
  options: options<a.DuplicateOptions>({ ...RUN, distances: NUMBERS, species: TEXTS }),
  reference: optional(ENVIRONMENTS),
});

export const entropy = judgedPromise(quests.entropy, { x: ENVIRONMENTS, options: EVERY_SUM });

export const entropyDifference = judgedPromise(quests.entropyDifference, {
  a: DESCRIPTORS,
  b: DESCRIPTORS,
  options: options<q.EntropyDifferenceOptions>({
    ...RUN,
    bandwidths: NUMBERS,
    frames: NUMBER_OR_NAN,
    sample: NUMBER_OR_NAN,
    seed: NUMBER_OR_NAN,
  }),
});

export const estimateBandwidth = judgedPromise(quests.estimateBandwidth, {
  volume: NUMBER_OR_NAN,
  options: options<q.BandwidthOptions & q.RunOptions>({ ...RUN, method: oneOf('gaussian', 'cutoff') }),
});

export const fitLearningCurve = judgedPromise(quests.fitLearningCurve, { curve: CURVE });

export const informationGap = judged(quests.informationGap, { fit: FIT, H: FINITE });

export const learningCurve = judgedPromise(quests.learningCurve, {
  x: MATRIX_OR_STORED,
  options: options<q.LearningCurveOptions | a.LearningCurveEstimateOptions>({
    ...KERNEL,
    tolerance: NUMBER_OR_NAN,
    fractions: NUMBERS,
    runs: NUMBER_OR_NAN,
    seed: NUMBER_OR_NAN,
  }),
});

export const leaveOneOutDeltaEntropy = judgedPromise(quests.leaveOneOutDeltaEntropy, {
  x: ENVIRONMENTS,
  options: options<q.KernelOptions>(KERNEL),
});

export const loadBackend = judgedPromise(quests.loadBackend, {
  choice: optional(oneOf('auto', 'native', 'wasm')),
});

export const metrics = judgedPromise(quests.metrics, { x: ENVIRONMENTS, options: EVERY_SUM });

const NOVELTY = options<q.NoveltyOptions>({ epsilon: NUMBER_OR_NAN, counted: FLOATS });

export const novelEnvironments = judged(quests.novelEnvironments, {
  y: FRAMED_ROWS,
  dH: FLOATS,
  options: NOVELTY,
});

export const novelStructures = judged(quests.novelStructures, {
  y: FRAMED_ROWS,
  dH: FLOATS,
  options: NOVELTY,
});

export const nuclei = judgedPromise(quests.nuclei, {
  structure: STRUCTURE,
  selected: either(
    'for each atom whether it is selected, in one flat array of 0 and 1, or true and false',
    [
      (value) => Array.isArray(value) && value.every((each) => typeof each === 'boolean'),
      listOf(FLAG, 'flags'),
    ],
    [() => true, NUMBERS],
  ),
  options: options<q.NucleusOptions>(
    {
      ...RUN,
      length: NUMBER_OR_NAN,
      minCoordination: NUMBER_OR_NAN,
      minSize: NUMBER_OR_NAN,
      removeBridges: FLAG,
    },
    ['length'],
  ),
});

export const noveltyThreshold = judgedPromise(quests.noveltyThreshold, {
  x: ENVIRONMENTS,
  options: options<a.NoveltyThresholdOptions>({ ...KERNEL, level: NUMBER_OR_NAN }, ['level']),
});

export const overlap = judgedPromise(quests.overlap, {
  y: DESCRIPTORS,
  x: ENVIRONMENTS,
  options: options<q.OverlapOptions | a.OverlapScanOptions>({ ...KERNEL, epsilon: ONE_OR_MORE }),
});

export const phaseLine = judgedPromise(quests.phaseLine, {
  points: STATE_POINTS,
  options: options<q.PhaseLineOptions & q.RunOptions>({
    ...RUN,
    level: NUMBER_OR_NAN,
    pressures: NUMBERS,
    resamples: NUMBER_OR_NAN,
    seed: NUMBER_OR_NAN,
    temperatures: NUMBERS,
  }),
});

export const phases = judgedPromise(quests.phases, {
  y: DESCRIPTORS,
  references: NAMED_REFERENCES,
  options: options<q.PhaseOptions>(
    {
      ...KERNEL,
      elements: TEXTS,
      thresholds: listOf(
        record('a threshold { name, relative }', { name: TEXT, relative: NUMBER_OR_NAN }),
        'thresholds { name, relative }',
      ),
    },
    ['thresholds'],
  ),
});

export const predictionErrors = judged(quests.predictionErrors, {
  structures: STRUCTURE_LIST,
  options: options<a.PredictionErrorOptions>({
    prediction: TEXT,
    predictions: STRUCTURE_LIST,
    property: oneOf('forces', 'energy'),
    truth: TEXT,
  }),
});

export const referenceSet = judgedPromise(quests.referenceSet, {
  x: DESCRIPTORS,
  options: options<q.RunOptions>(RUN),
});

export const recommendBandwidth = judgedPromise(quests.recommendBandwidth, {
  x: DESCRIPTORS,
  options: options<q.RecommendBandwidthOptions>(ADVICE),
});

export const sampledEntropy = judgedPromise(quests.sampledEntropy, {
  x: DESCRIPTORS,
  options: options<a.SampledEntropyOptions>({
    ...KERNEL,
    runs: NUMBER_OR_NAN,
    sample: NUMBER_OR_NAN,
    seed: NUMBER_OR_NAN,
  }),
});

export const sizeForGap = judged(quests.sizeForGap, { fit: FIT, gap: FINITE });

export const trajectory = judgedGenerator(quests.trajectory, {
  structures: STRUCTURE_SERIES,
  options: options<q.TrajectoryOptions>({
    ...BATCHED,
    bandwidth: NUMBER_OR_NAN,
    epsilon: ONE_OR_MORE,
    from: NUMBER_OR_NAN,
    pairEntropy: either(
      'true, or { cutoff, width }',
      [(value) => typeof value === 'boolean', FLAG],
      [
        (value) => typeof value === 'object',
        options<Pick<a.PairEntropyOptions, 'cutoff' | 'width'>>({
          cutoff: NUMBER_OR_NAN,
          width: NUMBER_OR_NAN,
        }),
      ],
    ),
    quantiles: NUMBERS,
    reference: TRAJECTORY_REFERENCE,
    seed: NUMBER_OR_NAN,
    timestep: NUMBER_OR_NAN,
    tolerance: NUMBER_OR_NAN,
  }),
});

export const trajectoryEvents = judged(quests.trajectoryEvents, {
  rows: ROWS,
  options: options<Omit<q.EventOptions, 'at'>>({ minLength: NUMBER_OR_NAN, penalty: NUMBER_OR_NAN }),
});

export const trajectoryFrames = judgedGenerator(quests.trajectoryFrames, {
  structures: STRUCTURE_SERIES,
  options: options<a.TrajectoryFrameOptions>({
    average: NUMBER_OR_NAN,
    every: NUMBER_OR_NAN,
    onRepeat: FUNCTION,
  }),
});

export const uncertainty = judgedPromise(quests.uncertainty, {
  known: record('known errors { x, dH, errors }', { x: DESCRIPTORS, dH: FLOATS, errors: FLOATS }),
  options: options<q.UncertaintyOptions>({
    ...KERNEL,
    levels: NUMBERS,
    seed: NUMBER_OR_NAN,
    thresholds: NUMBERS,
  }),
});

export const volumePerAtom = judged(quests.volumePerAtom, { structure: STRUCTURE });

export const watcher = judgedPromise(quests.watcher, {
  reference: ENVIRONMENTS,
  options: options<q.WatcherOptions>({
    backend: RUN.backend,
    bandwidth: NUMBER_OR_NAN,
    signal: RUN.signal,
    k: DESCRIPTION.k,
    cutoff: DESCRIPTION.cutoff,
    entropy: FLAG,
    epsilon: NUMBER_OR_NAN,
    learn: FLAG,
    mean: FLAG,
    rejectAbove: NUMBER_OR_NAN,
    saveAbove: NUMBER_OR_NAN,
    saveEvery: NUMBER_OR_NAN,
    share: NUMBER_OR_NAN,
    stopAbove: NUMBER_OR_NAN,
  }),
});
