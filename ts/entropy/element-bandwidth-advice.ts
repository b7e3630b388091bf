import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { symbolOf } from '../base/species-mode.js';
import { checkLabelled, type ElementBandwidths } from '../descriptor/element-bandwidths.js';
import { byLabel } from '../kernel/labelled-rows.js';
import { rowsOf } from '../kernel/row-sample.js';
import { DescriptorMatrix, frameAt } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import {
  type BandwidthAdvice,
  isOneSystem,
  recommendBandwidth,
  type RecommendBandwidthOptions,
} from './bandwidth-advice.js';

/** A bandwidth for each central element, and why: what {@link recommendElementBandwidths} gives. */
export interface ElementBandwidthAdvice {
  /** h of each element that occurs, in 1/Å: for `inBandwidths`. */
  readonly bandwidths: ElementBandwidths;
  /**
   * What each follows from: the environments of that element alone; `null` for an element of fewer
   * than 50 different environments, which has the h of all elements.
   */
  readonly elements: Readonly<Record<string, BandwidthAdvice | null>>;
  /** One h for all elements together. */
  readonly all: BandwidthAdvice;
}

/**
 * Different environments of an element from which its h is found. What is recommended for random
 * environments of a set is within a factor of 2 of that of the set for most samples of 50, and
 * several times too wide for samples of 11 to 30.
 */
export const FEWEST_OF_ELEMENT = 50;

/**
 * Recommends a bandwidth for each central element of a set. Environments of two elements never
 * meet, K(x, y) = 0, so the environments of each element are a set of their own, for which
 * {@link recommendBandwidth} finds h: the leave-one-out likelihood of all is the sum of those of
 * the elements, each of which depends on the h of its element alone. The published fit is that of
 * the structures that have the element.
 *
 * Of each of S elements the sample is √S times smaller, so that all take as long as one.
 *
 * @param x rows that begin with the label of the central element: those of `center` or `full`
 * @throws {QuestsError} MISMATCH: rows without labels; otherwise as {@link recommendBandwidth}
 *
 * @example
 * const { bandwidths } = await recommendElementBandwidths(x, { structures });
 * const H = await entropy(inBandwidths(x, bandwidths), { bandwidth: 1 });
 */
export async function recommendElementBandwidths(
  x: DescriptorMatrix,
  options: RecommendBandwidthOptions = {},
): Promise<ElementBandwidthAdvice> {
  checkLabelled(x);
  const { structures, method, seed, signal, onProgress, sample: most = DEFAULTS.adviceSample } = options;
  const run: RunOptions = { signal, backend: await backendOf(options) };
  const groups = byLabel(x.data, x.width)
    .map(({ label, rows }) => ({ element: symbolOf(label), rows }))
    .sort((one, other) => (one.element < other.element ? -1 : 1));
  const total = groups.length + 1;
  const all = await recommendBandwidth(x, { ...options, ...run, onProgress: undefined });
  onProgress?.({ done: 1, total, phase: 'bandwidths' });

  // Whether frames are of one simulation is seen by all of their atoms.
  const trajectory = options.trajectory ?? (structures !== undefined && isOneSystem(structures));
  const sample = Math.max(FEWEST_OF_ELEMENT, Math.ceil(most / Math.sqrt(groups.length)));
  const bandwidths: Record<string, number> = {};
  const elements: Record<string, BandwidthAdvice | null> = {};
  for (const [at, { element, rows }] of groups.entries()) {
    const part = partOf(x, rows, structures);
    const own = { ...run, method, seed, trajectory, sample: groups.length === 1 ? most : sample };
    const advice = await adviceOfPart(part, own);
    elements[element] = advice;
    bandwidths[element] = advice?.bandwidth ?? all.bandwidth;
    onProgress?.({ done: at + 2, total, phase: 'bandwidths' });
  }
  return { bandwidths, elements, all };
}

/** The environments of one element, and the structures that have some. */
interface Part {
  readonly x: DescriptorMatrix;
  readonly structures: readonly Structure[] | undefined;
}

function partOf(x: DescriptorMatrix, rows: Uint32Array, structures: readonly Structure[] | undefined): Part {
  const { data, width, k, cutoff, species } = rowsOf(x, rows);
  const frames: number[] = [];
  const frameOffsets: number[] = [];
  rows.forEach((row, at) => {
    const frame = frameAt(x.frameOffsets, row);
    if (frame === frames.at(-1)) return;
    frames.push(frame);
    frameOffsets.push(at);
  });
  return {
    x: new DescriptorMatrix(data, {
      width,
      k,
      cutoff,
      species,
      frameOffsets: [...frameOffsets, rows.length],
    }),
    structures: structures && frames.map((frame) => structures[frame] as Structure),
  };
}

/** What is recommended for one element; `null` where too few of its environments differ. */
async function adviceOfPart(
  { x, structures }: Part,
  options: RecommendBandwidthOptions,
): Promise<BandwidthAdvice | null> {
  if (x.rows < FEWEST_OF_ELEMENT) return null;
  try {
    const advice = await recommendBandwidth(x, { ...options, structures });
    if (advice.sample < FEWEST_OF_ELEMENT) return null;
    // Of the other elements nothing is to be said here.
    const { volume } = advice;
    return { ...advice, volume: volume && { ...volume, elements: {} } };
  } catch (error) {
    // Copies leave too few.
    if (error instanceof QuestsError && error.code === 'EMPTY') return null;
    throw error;
  }
}
