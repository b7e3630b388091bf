import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import type { BandwidthMethod } from '../descriptor/bandwidth.js';
import { type VolumeBandwidth, volumeBandwidth } from '../descriptor/volume-bandwidth.js';
import { leaveOneOutDeltaEntropy } from '../kernel/leave-one-out.js';
import { withReference } from '../kernel/reference-set.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { checkSeed } from '../statistics/random.js';
import { type BandwidthPoint, bandwidthScan } from './bandwidth-scan.js';
import { bandwidthSample, type BandwidthSample, FEWEST_ROWS } from './bandwidth-sample.js';
import { type BandwidthWindow, bandwidthWindow } from './bandwidth-window.js';
import { type LikelihoodBandwidth, likelihoodBandwidth, logLikelihoods } from './likelihood-bandwidth.js';
import { type ThermalBandwidth, thermalBandwidth } from './thermal-bandwidth.js';

/** Options of {@link recommendBandwidth}. */
export interface RecommendBandwidthOptions extends RunOptions {
  /** The structures that the frames of x were made of: for their volume. Default: unknown. */
  readonly structures?: readonly Structure[] | undefined;
  /** The published fit for their volume. Default: `gaussian`. */
  readonly method?: BandwidthMethod | undefined;
  /**
   * Whether the frames are those of one simulation, in their order. Default: whether there are four
   * structures or more and all have the same atoms.
   */
  readonly trajectory?: boolean | undefined;
  /** Environments that are looked at, at most: at least 11. Default: 2000. */
  readonly sample?: number | undefined;
  /** Seed of the sample, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** What a bandwidth follows from. */
export type BandwidthSource = 'volume' | 'thermal' | 'likelihood' | 'window';

/** What one would conclude at a bandwidth. */
export interface BandwidthConclusion {
  /** What says this bandwidth. */
  readonly by: BandwidthSource;
  /** h, in 1/Å. */
  readonly bandwidth: number;
  /** H of the sample, in nats, and H/log n. */
  readonly entropy: number;
  readonly efficiency: number;
  /** Share of the sample that would be novel to all the rest of it, δH ≥ ε. */
  readonly novelty: number;
}

/** H and the likelihood at one bandwidth. */
export interface BandwidthAdvicePoint extends BandwidthPoint {
  /** Mean over environments of their log density from all others, in nats, up to a constant. */
  readonly logLikelihood: number;
}

/** A bandwidth for a set, and why: what {@link recommendBandwidth} gives. */
export interface BandwidthAdvice {
  /** The recommended h, in 1/Å, of three digits. */
  readonly bandwidth: number;
  /** What it follows from. */
  readonly by: BandwidthSource;
  /** N. */
  readonly environments: number;
  /** n: different environments that were looked at. */
  readonly sample: number;
  /** Copies among those drawn, of which one each was looked at. */
  readonly copies: number;
  /**
   * d: dimension of the space that the environments lie in, a whole number; NaN where copies leave
   * too few.
   */
  readonly dimension: number;
  /** The published fit; null without structures that have a volume, or for other descriptors. */
  readonly volume: VolumeBandwidth | null;
  /** Leave-one-out likelihood; null where it has no maximum. */
  readonly likelihood: LikelihoodBandwidth | null;
  /** Where H says something; null where nearly all environments are copies. */
  readonly window: BandwidthWindow | null;
  /** Two halves of one simulation; null where the frames are not of one. */
  readonly thermal: ThermalBandwidth | null;
  /** What one would conclude at each of these bandwidths, the recommended one first. */
  readonly conclusions: readonly BandwidthConclusion[];
  /** Largest of these bandwidths over the smallest. */
  readonly disagreement: number;
  /** H and the likelihood against h. */
  readonly scan: readonly BandwidthAdvicePoint[];
}

/** Dimensions up to which a density says how alike environments are. */
const FEW_DIMENSIONS = 4;

/** Digits of what is recommended: it can be typed, and none of its errors is smaller. */
const DIGITS = 3;

/** Frames of one simulation whose halves can be compared. */
const FEWEST_FRAMES = 4;

/**
 * Recommends a bandwidth for a set, a material or any descriptors, and says why. It looks at the
 * set in four ways: the published fit for the volume per atom; at which h two halves of one
 * simulation are the same; the leave-one-out likelihood; where H leaves log N and where it
 * collapses.
 *
 * The first of these, in this order, that lies within the window of the last is recommended, and
 * the middle of the window where none does. The fit is that of the default descriptors. The
 * likelihood is passed over in more than 4 dimensions, where it is largest at an h at which each
 * environment is near few others: that suits a density, not an entropy.
 *
 * @param x the set
 * @throws {QuestsError} INVALID_ARGUMENT: another number of structures than frames, a sample below
 *   11, unusable seed; EMPTY: too few different environments and no volume; TOO_LARGE;
 *   BACKEND_UNAVAILABLE
 *
 * @example
 * const { bandwidth, by, disagreement } = await recommendBandwidth(mace);
 * const H = await entropy(mace, { bandwidth });
 */
export async function recommendBandwidth(
  x: DescriptorMatrix,
  options: RecommendBandwidthOptions = {},
): Promise<BandwidthAdvice> {
  const {
    structures,
    method = 'gaussian',
    sample: most = DEFAULTS.adviceSample,
    seed = DEFAULTS.seed,
  } = options;
  check(x, structures, most, seed);
  const { signal, onProgress } = options;
  // Progress is that of all bandwidths, not of each sum.
  const run: RunOptions = { signal, backend: await backendOf(options) };
  const volume =
    structures === undefined || !isPlain(x) ? null : await volumeBandwidth(structures, method, run);
  const sample = await bandwidthSample(x, most, seed, run);
  if (sample.x.rows < FEWEST_ROWS) {
    if (volume === null) {
      const problem = `${sample.x.rows} different environments, expected at least ${FEWEST_ROWS}`;
      throw new QuestsError('EMPTY', `no bandwidth can be recommended: ${problem}`);
    }
    return fromVolumeAlone(x, sample, volume);
  }
  const found = await looked(sample, seed, run, onProgress);
  const isRun = options.trajectory ?? (structures !== undefined && isOneSystem(structures));
  const thermal =
    isRun && x.frames >= FEWEST_FRAMES
      ? await thermalBandwidth(x, sample.bandwidths, { ...run, most, seed })
      : null;
  const said = sources({ ...found, volume, thermal }, sample);
  const conclusions = await concluded(sample, said, run);
  const [best] = said;
  // The middle of a wide window is no statement unless there is no other.
  const others = said.filter(({ by }) => by !== 'window' || by === best.by);
  const all = others.map(({ bandwidth }) => bandwidth);
  return {
    ...best,
    environments: x.rows,
    sample: sample.x.rows,
    copies: sample.copies,
    dimension: sample.dimension,
    volume,
    thermal,
    ...found,
    conclusions,
    disagreement: Math.max(...all) / Math.min(...all),
  };
}

/** A bandwidth, and what says it. */
interface Said {
  readonly by: BandwidthSource;
  readonly bandwidth: number;
}

type Found = Pick<BandwidthAdvice, 'likelihood' | 'window' | 'scan'>;

function check(
  x: DescriptorMatrix,
  structures: readonly Structure[] | undefined,
  sample: number,
  seed: number,
): void {
  checkSeed(seed);
  if (structures !== undefined && structures.length !== x.frames) {
    const problem = `${structures.length} structures for ${x.frames} frames`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
  if (Number.isSafeInteger(sample) && sample >= FEWEST_ROWS) return;
  const problem = `sample is ${sample}, expected a whole number of at least ${FEWEST_ROWS}`;
  throw new QuestsError('INVALID_ARGUMENT', problem);
}

/** Whether the published fit is of such descriptors: the default ones, and the same by element. */
function isPlain({ species, k, cutoff }: DescriptorMatrix): boolean {
  const isOfPlaces = species === null || species === 'center';
  return isOfPlaces && k === DEFAULTS.k && cutoff === DEFAULTS.cutoff;
}

/** Whether all structures have the same atoms, in the same order. */
export function isOneSystem(structures: readonly Structure[]): boolean {
  const atoms = ({ species, positions }: Structure): string => species?.join(' ') ?? String(positions.length);
  const [first] = structures;
  return first !== undefined && structures.every((structure) => atoms(structure) === atoms(first));
}

function fromVolumeAlone(
  x: DescriptorMatrix,
  { x: { rows }, copies }: BandwidthSample,
  volume: VolumeBandwidth,
): BandwidthAdvice {
  return {
    bandwidth: Number(volume.bandwidth.toPrecision(DIGITS)),
    by: 'volume',
    environments: x.rows,
    sample: rows,
    copies,
    dimension: NaN,
    volume,
    likelihood: null,
    window: null,
    thermal: null,
    conclusions: [],
    disagreement: 1,
    scan: [],
  };
}

/** The sample against all bandwidths. */
async function looked(
  sample: BandwidthSample,
  seed: number,
  options: RunOptions,
  onProgress: RunOptions['onProgress'],
): Promise<Found> {
  const { x, bandwidths, dimension, frames } = sample;
  return withReference(x, options, async (reference) => {
    const points = await bandwidthScan(reference, { ...options, bandwidths });
    const deltas: Float64Array[] = [];
    for (const bandwidth of bandwidths) {
      deltas.push(await leaveOneOutDeltaEntropy(reference, { ...options, bandwidth }));
      onProgress?.({ done: deltas.length, total: bandwidths.length, phase: 'bandwidths' });
    }
    const likelihoods = logLikelihoods(bandwidths, deltas, dimension);
    const entropies = points.map(({ entropy }) => entropy);
    return {
      likelihood: likelihoodBandwidth(bandwidths, deltas, dimension, frames, seed),
      window: bandwidthWindow(bandwidths, entropies, x),
      scan: points.map((point, at) => ({ ...point, logLikelihood: likelihoods[at] as number })),
    };
  });
}

/** All bandwidths that were found, the recommended one first. */
function sources(
  { volume, thermal, likelihood, window }: Pick<BandwidthAdvice, 'volume' | 'thermal'> & Found,
  { bandwidths, dimension }: BandwidthSample,
): [Said, ...Said[]] {
  const found: readonly (readonly [BandwidthSource, { readonly bandwidth: number } | null])[] = [
    ['volume', volume],
    ['thermal', thermal],
    ['likelihood', likelihood],
  ];
  const said = found.flatMap(([by, one]) => (one === null ? [] : [{ by, bandwidth: one.bandwidth }]));
  const from = window?.saturated ?? bandwidths[0] ?? NaN;
  const to = window?.collapsed ?? bandwidths.at(-1) ?? NaN;
  const middle: Said = { by: 'window', bandwidth: Math.sqrt(from * to) };
  const isFit = ({ by, bandwidth }: Said): boolean =>
    bandwidth >= from && bandwidth <= to && (by !== 'likelihood' || dimension <= FEW_DIMENSIONS);
  const best = said.find(isFit) ?? middle;
  const others = [...said, middle].filter((one) => one !== best);
  return [{ ...best, bandwidth: Number(best.bandwidth.toPrecision(DIGITS)) }, ...others];
}

/** What one would conclude at each bandwidth. */
async function concluded(
  { x }: BandwidthSample,
  said: readonly Said[],
  options: RunOptions,
): Promise<BandwidthConclusion[]> {
  return withReference(x, options, async (reference) => {
    const bandwidths = said.map(({ bandwidth }) => bandwidth);
    const points = await bandwidthScan(reference, { ...options, bandwidths });
    const conclusions: BandwidthConclusion[] = [];
    for (const [at, { entropy, efficiency, bandwidth }] of points.entries()) {
      const deltas = await leaveOneOutDeltaEntropy(reference, { ...options, bandwidth });
      const novel = deltas.filter((value) => value >= DEFAULTS.epsilon).length;
      const { by } = said[at] as Said;
      conclusions.push({ by, bandwidth, entropy, efficiency, novelty: novel / deltas.length });
    }
    return conclusions;
  });
}
