/** `quests/analysis`, as Node and browsers have it in common: what its functions take, judged. */
import {
  either,
  FLAG,
  FUNCTION,
  kindOf,
  listOf,
  nullable,
  NUMBER_OR_NAN,
  NUMBERS,
  oneOf,
  optional,
  options,
  record,
  TEXT,
  TEXTS,
  whole,
} from '../base/kinds.js';
import type * as a from '../faces/analysis.js';
import * as analysis from '../faces/analysis.js';
import type * as q from '../index.js';
import { SPECIES } from '../model/descriptor-matrix.js';
import { judged, judgedGenerator, judgedPromise } from './judged.js';
import {
  ADVICE,
  DESCRIPTOR_LIST,
  DESCRIPTORS,
  ENVIRONMENTS,
  EXACT_SUMS,
  FLOATS,
  FRAMED_ROWS,
  isAsyncIterable,
  KERNEL,
  LEARNING_CURVE,
  ONE_OR_MORE,
  OVERLAP_SET,
  PARAMETER,
  PHASE_SETS,
  PLACE,
  ROWS,
  RUN,
  STORED_REFERENCE,
  series,
  SIZE,
  STRUCTURE,
  STRUCTURE_ITERABLE,
  STRUCTURE_LIST,
  STRUCTURE_SERIES,
  STRUCTURES,
} from './kinds.js';

export type * from '../faces/analysis.js';
export {
  CalibrationRange,
  COMPRESS_METHODS,
  COVALENT_RADII,
  EvenSample,
  KNOWN_RANGES,
  LARGEST_EXTRAPOLATION,
  NUCLEUS_PART,
  RunningNovelty,
  SELECTION_METHODS,
  SPLIT_KINDS,
  UNKNOWN_PHASE,
} from '../faces/analysis.js';

const COUNT = whole(0);
const FLOAT_LIST = listOf(FLOATS, 'Float64Array');
const NUMBER_SERIES = series(NUMBER_OR_NAN, 'numbers', { isLater: false });
const EPSILON = options<Pick<q.CoverageOptions, 'epsilon'> & q.RunOptions>({ ...RUN, epsilon: ONE_OR_MORE });
const RUN_ONLY = options<q.RunOptions>(RUN);
const MODEL = oneOf('debye', 'einstein');

const STATE = record('a state, as stateEntropies gives it', {
  bandwidths: NUMBERS,
  entropy: listOf(record('an average', {}), 'averages'),
  environments: NUMBER_OR_NAN,
  series: listOf(NUMBERS, 'series of numbers'),
});

const MEAN = record('an average', { mean: NUMBER_OR_NAN });

const DIFFERENCES = listOf(
  record('a difference, as entropyDifference gives it', {
    bandwidth: NUMBER_OR_NAN,
    a: MEAN,
    b: MEAN,
    difference: NUMBER_OR_NAN,
    saturated: FLAG,
  }),
  'differences',
);

const MEANS = record('means { potentialEnergy, pressure, volume }', {
  potentialEnergy: NUMBER_OR_NAN,
  pressure: NUMBER_OR_NAN,
  volume: NUMBER_OR_NAN,
});

const ERROR_POINTS = record('points { dH, errors }', { dH: NUMBERS, errors: NUMBERS });

const ERROR_BAR = record('an error bar, as errorBar gives it', {
  intercept: NUMBER_OR_NAN,
  slope: NUMBER_OR_NAN,
  correction: NUMBER_OR_NAN,
});

const POLYNOMIAL = record('a polynomial, as fitSurface gives it', {
  plane: record('a plane', {}),
  coefficients: NUMBERS,
});

const RANGE = nullable(record('a range { min, max }', { min: NUMBER_OR_NAN, max: NUMBER_OR_NAN }));

const LABEL_KEYS = record('keys { energy, forces }', { energy: nullable(TEXT), forces: nullable(TEXT) });

const RANGES = record('ranges, as labelRanges gives them', {
  configTypes: record('counts', {}),
  energyPerAtom: RANGE,
  force: RANGE,
});

const GROWTH = record('a run { times, largest }', { times: NUMBERS, largest: NUMBERS });

const CHANGES = options<q.EventOptions>({ at: NUMBERS, minLength: NUMBER_OR_NAN, penalty: NUMBER_OR_NAN });

const FIT_OPTIONS = options<a.EntropyFitOptions>({ model: MODEL, offset: FLAG }, ['model']);

const NUCLEATION = { a: PARAMETER, b: PARAMETER };

export const agreement = judged(analysis.agreement, {
  scores: NUMBERS,
  errors: NUMBERS,
  thresholds: optional(NUMBERS),
});

export const atomsWithin = judged(analysis.atomsWithin, { structure: STRUCTURE, length: NUMBER_OR_NAN });

export const auroc = judged(analysis.auroc, { scores: NUMBERS, isPositive: FUNCTION });

export const blockAverage = judged(analysis.blockAverage, { values: NUMBERS });

export const bondLength = judged(analysis.bondLength, { structure: STRUCTURE });

export const bonds = judgedPromise(analysis.bonds, {
  structures: STRUCTURES,
  options: options<a.BondOptions>({ ...RUN, length: NUMBER_OR_NAN }, ['length']),
});

export const carve = judgedPromise(analysis.carve, {
  structures: STRUCTURES,
  reference: ENVIRONMENTS,
  options: options<a.CarveOptions>({
    ...RUN,
    bandwidth: NUMBER_OR_NAN,
    cells: NUMBER_OR_NAN,
    contactFraction: NUMBER_OR_NAN,
    cutoff: NUMBER_OR_NAN,
    epsilon: NUMBER_OR_NAN,
    fixRadius: NUMBER_OR_NAN,
    k: NUMBER_OR_NAN,
    maxAtoms: NUMBER_OR_NAN,
    onSkip: FUNCTION,
    seed: NUMBER_OR_NAN,
    shape: TEXT,
    steps: NUMBER_OR_NAN,
  }),
});

export const changePoints = judged(analysis.changePoints, { values: NUMBERS, options: CHANGES });

export const compareUncertainties = judgedPromise(analysis.compareUncertainties, {
  known: record('known errors { x, errors, scores }', {
    x: DESCRIPTORS,
    errors: FLOATS,
    scores: optional(record('scores by name', {})),
  }),
  reference: DESCRIPTORS,
  options: options<a.UncertaintyComparisonOptions>({
    ...KERNEL,
    groups: NUMBERS,
    level: NUMBER_OR_NAN,
    resamples: NUMBER_OR_NAN,
    seed: NUMBER_OR_NAN,
    threshold: NUMBER_OR_NAN,
  }),
});

export const compressWithin = judgedPromise(analysis.compressWithin, {
  x: DESCRIPTORS,
  options: options<a.CompressWithinOptions>({
    ...KERNEL,
    always: NUMBERS,
    epsilon: NUMBER_OR_NAN,
    method: TEXT,
    never: NUMBERS,
    reference: ENVIRONMENTS,
    seed: NUMBER_OR_NAN,
    size: SIZE,
    spacing: NUMBER_OR_NAN,
    targetOverlap: NUMBER_OR_NAN,
  }),
});

export const compareSelections = judgedPromise(analysis.compareSelections, {
  x: DESCRIPTORS,
  structures: optional(STRUCTURE_LIST),
  options: options<a.SelectionComparisonOptions>({
    ...KERNEL,
    groups: NUMBERS,
    methods: TEXTS,
    seed: NUMBER_OR_NAN,
    shares: NUMBERS,
    target: TEXT,
    trials: NUMBER_OR_NAN,
  }),
});

export const structureGroups = judged(analysis.structureGroups, {
  structures: STRUCTURE_LIST,
  kind: TEXT,
  gap: optional(NUMBER_OR_NAN),
});

export const pairEntropy = judgedPromise(analysis.pairEntropy, {
  structure: STRUCTURE,
  options: options<a.PairEntropyOptions>({ ...RUN, cutoff: NUMBER_OR_NAN, width: NUMBER_OR_NAN }),
});

export const pairEntropyOf = judged(analysis.pairEntropyOf, {
  g: NUMBERS,
  step: NUMBER_OR_NAN,
  density: NUMBER_OR_NAN,
});

export const forceNorms = judged(analysis.forceNorms, {
  structures: STRUCTURE_LIST,
  name: optional(TEXT),
});

export const compressChunks = judgedPromise(analysis.compressChunks, {
  batches: either('batches { x, structures } in an async iterable', [
    isAsyncIterable,
    series(
      record('a batch { x, structures }', { x: DESCRIPTORS, structures: optional(STRUCTURE_LIST) }),
      'batches { x, structures }',
    ),
  ]),
  options: options<a.ChunkOptions>(
    {
      ...KERNEL,
      chunkSize: NUMBER_OR_NAN,
      dH: FLOATS,
      novel: FUNCTION,
      epsilon: NUMBER_OR_NAN,
      method: TEXT,
      reference: ENVIRONMENTS,
      seed: NUMBER_OR_NAN,
      size: SIZE,
      targetOverlap: NUMBER_OR_NAN,
    },
    ['chunkSize'],
  ),
});

export const concatenated = judged(analysis.concatenated, { parts: DESCRIPTOR_LIST });

export const checkedFrame = judged(analysis.checkedFrame, {
  structure: STRUCTURE,
  check: record('a check, as Watcher.check gives it', {
    dH: FLOATS,
    mean: NUMBER_OR_NAN,
    maximum: NUMBER_OR_NAN,
  }),
});

export const contacts = judgedPromise(analysis.contacts, {
  structures: STRUCTURES,
  options: options<a.ContactOptions>({
    ...RUN,
    cutoff: NUMBER_OR_NAN,
    fraction: NUMBER_OR_NAN,
    onSkip: FUNCTION,
    radii: kindOf('a Map of radii', (value) => value instanceof Map),
  }),
});

export const criticalSize = judged(analysis.criticalSize, {
  fit: record('a fit, as fitNucleation gives it', NUCLEATION),
});

export const curvePoints = judged(analysis.curvePoints, {
  curve: record('a learning curve', {
    points: listOf(record('a point', {}), 'points'),
    environments: NUMBER_OR_NAN,
    entropy: NUMBER_OR_NAN,
  }),
});

export const debyeEntropy = judged(analysis.debyeEntropy, {
  temperature: NUMBER_OR_NAN,
  theta: NUMBER_OR_NAN,
});

export const differenceAtEntropy = judged(analysis.differenceAtEntropy, {
  curve: DIFFERENCES,
  entropy: NUMBER_OR_NAN,
});

export const differenceOfStates = judged(analysis.differenceOfStates, { one: STATE, other: STATE });

export const drawnStart = judged(analysis.drawnStart, { structures: COUNT, seed: optional(NUMBER_OR_NAN) });

export const descriptorWidth = judged(analysis.descriptorWidth, { species: nullable(SPECIES), k: COUNT });

export const efficiency = judged(analysis.efficiency, {
  entropy: NUMBER_OR_NAN,
  environments: NUMBER_OR_NAN,
});

export const drawsSamples = judged(analysis.drawsSamples, {
  states: DESCRIPTOR_LIST,
  options: options<Pick<q.EntropyDifferenceOptions, 'frames' | 'sample'>>({
    frames: NUMBER_OR_NAN,
    sample: NUMBER_OR_NAN,
  }),
});

export const einsteinEntropy = judged(analysis.einsteinEntropy, {
  temperature: NUMBER_OR_NAN,
  theta: NUMBER_OR_NAN,
});

export const errorBar = judged(analysis.errorBar, {
  fit: ERROR_POINTS,
  calibration: ERROR_POINTS,
  level: NUMBER_OR_NAN,
});

export const errorBarCoverage = judged(analysis.errorBarCoverage, { bar: ERROR_BAR, points: ERROR_POINTS });

export const errorBarsAt = judged(analysis.errorBarsAt, { bar: ERROR_BAR, dH: NUMBERS });

export const errorOfCombinedMean = judged(analysis.errorOfCombinedMean, {
  parts: series(
    record('a part { count, error }', { count: NUMBER_OR_NAN, error: NUMBER_OR_NAN }),
    'parts { count, error }',
    {
      isLater: false,
    },
  ),
});

export const errorOfMean = judged(analysis.errorOfMean, { deviation: NUMBER_OR_NAN, count: NUMBER_OR_NAN });

export const findEvents = judged(analysis.findEvents, { values: NUMBERS, options: CHANGES });

export const firstPassage = judgedPromise(analysis.firstPassage, {
  runs: listOf(GROWTH, 'runs { times, largest }'),
});

export const fitEntropyModel = judgedPromise(analysis.fitEntropyModel, {
  points: listOf(
    record('a point { temperature, entropy }', { temperature: NUMBER_OR_NAN, entropy: NUMBER_OR_NAN }),
    'points { temperature, entropy }',
  ),
  options: FIT_OPTIONS,
});

export const fitEntropyModels = judgedPromise(analysis.fitEntropyModels, {
  states: listOf(
    record('a state { state, temperature }', { state: STATE, temperature: NUMBER_OR_NAN }),
    'states { state, temperature }',
  ),
  options: FIT_OPTIONS,
});

export const fitNucleation = judgedPromise(analysis.fitNucleation, {
  counts: NUMBERS,
  options: options<a.NucleationFitOptions>({ from: NUMBER_OR_NAN, to: NUMBER_OR_NAN }),
});

export const fitOrRefusal = judgedPromise(analysis.fitOrRefusal, { fit: FUNCTION });

export const fitSurface = judgedPromise(analysis.fitSurface, {
  places: listOf(PLACE, 'places { pressure, temperature }'),
  values: NUMBERS,
  weights: NUMBERS,
});

export const fittedEntropy = judged(analysis.fittedEntropy, {
  fit: record('a fit, as fitLearningCurve gives it', { a: PARAMETER, b: PARAMETER, c: PARAMETER }),
  size: NUMBER_OR_NAN,
});

export const fittedLogCount = judged(analysis.fittedLogCount, {
  fit: record('a fit, as fitNucleation gives it', { x0: PARAMETER, ...NUCLEATION }),
  size: NUMBER_OR_NAN,
});

export const countedDeltas = judged(analysis.countedDeltas, {
  dH: FLOATS,
  elements: TEXTS,
  missing: TEXTS,
});

export const environmentElements = judged(analysis.environmentElements, { structures: STRUCTURE_ITERABLE });

export const missingElements = judged(analysis.missingElements, {
  elements: series(TEXT, 'symbols', { isLater: false }),
  known: listOf(
    kindOf('a Set of symbols', (value) => value instanceof Set),
    'sets of symbols, one for each reference',
  ),
});

export const frameState = judged(analysis.frameState, {
  structure: STRUCTURE,
  options: options<a.FrameStateOptions>({ timestep: NUMBER_OR_NAN }),
});

export const frameTemperatures = judged(analysis.frameTemperatures, { structures: STRUCTURE_LIST });

export const idealRows = judged(analysis.idealRows, { rows: ROWS });

export const isolatedEnvironments = judged(analysis.isolatedEnvironments, {
  dH: FLOATS,
  near: optional(NUMBER_OR_NAN),
});

export const isolationThreshold = judged(analysis.isolationThreshold, { near: NUMBER_OR_NAN });

export const isSaturated = judged(analysis.isSaturated, { efficiency: NUMBER_OR_NAN });

export const joinedLabelRanges = judged(analysis.joinedLabelRanges, { one: RANGES, other: RANGES });

export const keptCount = judged(analysis.keptCount, { size: SIZE, structures: COUNT });

export const kernelMean = judgedPromise(analysis.kernelMean, {
  y: DESCRIPTORS,
  x: ENVIRONMENTS,
  weights: NUMBERS,
  options: options<q.KernelOptions | q.KernelScanOptions>({
    ...RUN,
    bandwidth: EXACT_SUMS.bandwidth,
    tolerance: KERNEL.tolerance,
  }),
});

export const elementsEffect = judgedPromise(analysis.elementsEffect, {
  first: STRUCTURE_LIST,
  second: optional(STRUCTURE_LIST),
  options: options<a.ElementsEffectOptions>({
    ...KERNEL,
    k: NUMBER_OR_NAN,
    cutoff: NUMBER_OR_NAN,
    seed: NUMBER_OR_NAN,
  }),
});

export const inBandwidths = judged(analysis.inBandwidths, {
  x: DESCRIPTORS,
  bandwidths: record('bandwidths by element', {}),
  otherwise: optional(NUMBER_OR_NAN),
});

export const kineticEntropy = judged(analysis.kineticEntropy, { from: NUMBER_OR_NAN, to: NUMBER_OR_NAN });

export const kolmogorovSmirnov = judged(analysis.kolmogorovSmirnov, { a: NUMBERS, b: NUMBERS });

export const labelKeys = judged(analysis.labelKeys, { structures: STRUCTURE_LIST });

export const labelRanges = judged(analysis.labelRanges, {
  structures: STRUCTURE_ITERABLE,
  keys: optional(LABEL_KEYS),
});

export const levelGap = judged(analysis.levelGap, { curve: LEARNING_CURVE });

export const lostLabels = judged(analysis.lostLabels, { all: RANGES, kept: RANGES });

export const supportedErrorBarsAt = judged(analysis.supportedErrorBarsAt, {
  bar: record('an error bar with its support', { intercept: NUMBER_OR_NAN, support: NUMBERS }),
  dH: NUMBERS,
});

export const uncoveredShares = judged(analysis.uncoveredShares, {
  summary: record('a summary, as noveltySummary gives it', { environments: NUMBER_OR_NAN, overlap: NUMBERS }),
});

export const undeterminedText = judged(analysis.undeterminedText, {
  why: record('a reason, as in the fit of a curve', { is: oneOf('unsaturated', 'rising') }),
});

export const lindemannRatio = judgedPromise(analysis.lindemannRatio, {
  structures: STRUCTURE_LIST,
  options: RUN_ONLY,
});

export const maxEntropy = judged(analysis.maxEntropy, { environments: NUMBER_OR_NAN });

export const mean = judged(analysis.mean, { values: NUMBERS });

export const meanVolumePerAtom = judged(analysis.meanVolumePerAtom, { structures: STRUCTURE_LIST });

export const nearestDeltaEntropy = judgedPromise(analysis.nearestDeltaEntropy, {
  y: DESCRIPTORS,
  x: ENVIRONMENTS,
  options: options<a.NearestOptions>({ ...RUN, bandwidth: KERNEL.bandwidth, neighbors: NUMBER_OR_NAN }),
});

export const nearestDistances = judgedPromise(analysis.nearestDistances, {
  y: DESCRIPTORS,
  x: ENVIRONMENTS,
  options: options<a.NearestDistanceOptions>({ ...RUN, neighbors: NUMBER_OR_NAN }),
});

export const nearestReference = judged(analysis.nearestReference, { dH: FLOAT_LIST });

export const pickCauses = judgedPromise(analysis.pickCauses, {
  x: DESCRIPTORS,
  picks: NUMBERS,
  options: options<a.PickCauseOptions>({ ...KERNEL, reference: ENVIRONMENTS }),
});

export const pickWeights = judgedPromise(analysis.pickWeights, {
  x: DESCRIPTORS,
  picks: NUMBERS,
  options: options<q.KernelOptions>(KERNEL),
});

export const picksUntil = judgedPromise(analysis.picksUntil, {
  x: DESCRIPTORS,
  picks: kindOf('a Uint32Array', (value) => value instanceof Uint32Array),
  enough: record('when it is enough: { maxDH } or { overlap }', {}),
  options: options<q.KernelOptions>(KERNEL),
  fewest: optional(NUMBER_OR_NAN),
});

export const structuresNamed = judged(analysis.structuresNamed, {
  structures: STRUCTURE_LIST,
  expression: TEXT,
});

export const nearestShares = judged(analysis.nearestShares, { dH: FLOAT_LIST });

export const noveltyByGeneration = judgedPromise(analysis.noveltyByGeneration, {
  sets: DESCRIPTOR_LIST,
  options: options<q.CoverageOptions>({ ...KERNEL, epsilon: ONE_OR_MORE }),
});

const SUMMARY = options<a.NoveltySummaryOptions & q.RunOptions>({
  ...RUN,
  counted: FLOATS,
  epsilon: ONE_OR_MORE,
});

export const noveltyByGroup = judgedPromise(analysis.noveltyByGroup, {
  dH: FLOATS,
  labels: TEXTS,
  options: SUMMARY,
});

export const noveltySummary = judgedPromise(analysis.noveltySummary, { dH: FLOATS, options: SUMMARY });

export const nucleationEnergies = judged(analysis.nucleationEnergies, {
  fit: record('a fit, as fitNucleation gives it', NUCLEATION),
  density: NUMBER_OR_NAN,
  temperature: NUMBER_OR_NAN,
});

export const nucleusGrowth = judged(analysis.nucleusGrowth, {
  frames: listOf(
    record('a frame { run, time, step, nuclei }', {
      run: NUMBER_OR_NAN,
      nuclei: listOf(record('a nucleus', {}), 'nuclei'),
    }),
    'frames { run, time, step, nuclei }',
  ),
  sizeOf: optional(FUNCTION),
});

export const overlapOf = judgedPromise(analysis.overlapOf, { dH: FLOATS, options: EPSILON });

export const pearson = judged(analysis.pearson, { x: NUMBERS, y: NUMBERS });

export const perFrame = judged(analysis.perFrame, { x: FRAMED_ROWS, values: FLOATS, of: FUNCTION });

export const phaseCounts = judged(analysis.phaseCounts, { phase: NUMBERS, count: COUNT });

export const phaseThresholds = judgedPromise(analysis.phaseThresholds, {
  references: PHASE_SETS,
  options: options<a.PhaseThresholdOptions>({ ...KERNEL, heldOut: PHASE_SETS }),
});

export const quantileRegression = judged(analysis.quantileRegression, {
  x: NUMBERS,
  y: NUMBERS,
  level: NUMBER_OR_NAN,
});

export const recommendElementBandwidths = judgedPromise(analysis.recommendElementBandwidths, {
  x: DESCRIPTORS,
  options: options<q.RecommendBandwidthOptions>(ADVICE),
});

export const runningMean = judged(analysis.runningMean, { values: NUMBERS, window: NUMBER_OR_NAN });

export const sameTemperature = judged(analysis.sameTemperature, {
  first: NUMBER_OR_NAN,
  second: NUMBER_OR_NAN,
});

export const sampleDeviation = judged(analysis.sampleDeviation, { values: FLOATS });

export const sampleTemperatures = judged(analysis.sampleTemperatures, {
  temperatures: NUMBERS,
  frames: optional(whole(1)),
});

export const sampledOverlap = judgedPromise(analysis.sampledOverlap, {
  y: OVERLAP_SET,
  x: ENVIRONMENTS,
  options: options<a.SampledOverlapOptions>({
    ...RUN,
    bandwidth: NUMBER_OR_NAN,
    epsilon: NUMBER_OR_NAN,
    missing: FUNCTION,
    seed: NUMBER_OR_NAN,
    tolerance: NUMBER_OR_NAN,
  }),
});

export const saturatedEntropy = judged(analysis.saturatedEntropy, { environments: NUMBER_OR_NAN });

export const seedOfPart = judged(analysis.seedOfPart, { seed: NUMBER_OR_NAN, index: NUMBER_OR_NAN });

export const segmentValue = judged(analysis.segmentValue, {
  segment: record('a segment, as changePoints gives it', {
    center: NUMBER_OR_NAN,
    mean: NUMBER_OR_NAN,
    slope: NUMBER_OR_NAN,
  }),
  place: NUMBER_OR_NAN,
});

export const sizeCounts = judged(analysis.sizeCounts, {
  sizes: either(
    'sizes in a flat array or an iterable',
    [(value) => ArrayBuffer.isView(value), NUMBERS],
    [() => true, NUMBER_SERIES],
  ),
});

export const sizeRanges = judged(analysis.sizeRanges, { counts: NUMBERS });

export const orderAgrees = judged(analysis.orderAgrees, {
  line: record('a line, as phaseLine gives it', {
    phases: listOf(record('a phase', { name: TEXT }), 'phases', 2),
    along: oneOf('pressure', 'temperature'),
  }),
  point: record('a point of it', {
    below: TEXT,
    difference: record('a difference { entropy, volume }', {
      entropy: NUMBER_OR_NAN,
      volume: NUMBER_OR_NAN,
    }),
  }),
});

export const slopesAgree = judged(analysis.slopesAgree, {
  point: record('a point { slope, clausiusClapeyron }', {
    slope: nullable(NUMBER_OR_NAN),
    clausiusClapeyron: NUMBER_OR_NAN,
  }),
  share: optional(NUMBER_OR_NAN),
});

export const nearestEnvironment = judgedPromise(analysis.nearestEnvironment, {
  y: DESCRIPTORS,
  row: NUMBER_OR_NAN,
  x: STORED_REFERENCE,
  options: RUN_ONLY,
});

export const spearman = judged(analysis.spearman, { x: NUMBERS, y: NUMBERS });

export const standardDeviation = judged(analysis.standardDeviation, { values: FLOATS });

export const stateEntropies = judgedPromise(analysis.stateEntropies, {
  states: DESCRIPTOR_LIST,
  options: options<q.EntropyDifferenceOptions>({
    ...RUN,
    bandwidths: NUMBERS,
    frames: NUMBER_OR_NAN,
    sample: NUMBER_OR_NAN,
    seed: NUMBER_OR_NAN,
  }),
});

export const stateEntropyAt = judged(analysis.stateEntropyAt, {
  state: STATE,
  temperatures: NUMBERS,
  at: NUMBER_OR_NAN,
});

export const stateMeans = judged(analysis.stateMeans, {
  structures: STRUCTURE_LIST,
  at: optional(NUMBER_OR_NAN),
});

export const stateOfRun = judged(analysis.stateOfRun, {
  structures: STRUCTURE_LIST,
  entropy: record('an average, as blockAverage gives it', { mean: NUMBER_OR_NAN, error: NUMBER_OR_NAN }),
  options: options<a.StateOfRunOptions>(
    { phase: TEXT, pressure: NUMBER_OR_NAN, temperature: NUMBER_OR_NAN, units: oneOf('metal', 'real') },
    ['phase'],
  ),
});

export const stateTemperature = judged(analysis.stateTemperature, { structures: STRUCTURE_LIST });

export const surfaceAt = judged(analysis.surfaceAt, { polynomial: POLYNOMIAL, place: PLACE });

export const surfaceSlopes = judged(analysis.surfaceSlopes, { polynomial: POLYNOMIAL, place: PLACE });

export const timeAverages = judgedGenerator(analysis.timeAverages, {
  structures: STRUCTURE_SERIES,
  frames: whole(1),
});

export const transitionEntropy = judged(analysis.transitionEntropy, {
  a: MEANS,
  b: MEANS,
  temperature: NUMBER_OR_NAN,
  units: optional(oneOf('metal', 'real')),
});

export const valueAtTemperature = judged(analysis.valueAtTemperature, {
  values: NUMBERS,
  temperatures: NUMBERS,
  at: NUMBER_OR_NAN,
});

export const watchLammps = judgedPromise(analysis.watchLammps, {
  lammps: kindOf(
    'a client of lammps.js',
    (value) => typeof (value as { runScriptAsync?: unknown } | null)?.runScriptAsync === 'function',
  ),
  script: TEXT,
  guard: kindOf('a Watcher', (value) => typeof (value as { check?: unknown } | null)?.check === 'function'),
  options: options<a.WatchLammpsOptions>(
    { every: NUMBER_OR_NAN, elements: TEXTS, pbc: listOf(FLAG, 'booleans'), onCheck: FUNCTION },
    ['every'],
  ),
});

export const withThresholds = judged(analysis.withThresholds, {
  thresholds: listOf(
    record('a threshold, as phaseThresholds gives it', { name: TEXT, relative: NUMBER_OR_NAN }),
    'thresholds',
  ),
  relative: kindOf('a Map of thresholds', (value) => value instanceof Map),
});
