import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { describeFrames } from '../descriptor/batches.js';
import { isChannelElement } from '../descriptor/channels.js';
import { deltaEntropy, entropy } from '../entropy/entropy.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { numberSampler, rowsOf } from '../kernel/row-sample.js';
import { concatenated, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import type { RunOptions } from '../run/run-options.js';
import { noveltyThreshold } from './novelty-threshold.js';

/** Options of {@link elementsEffect}. */
export interface ElementsEffectOptions extends RunOptions {
  /** Neighbours that make an environment. Default: 32. */
  readonly k?: number | undefined;
  /** Cutoff in Å. Default: 5. */
  readonly cutoff?: number | undefined;
  /** h, in 1/Å, above 0. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** Seed of what is drawn of large frames, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** What one would find of a sample in one mode. */
export interface ModeOutcome {
  /** H of the sample, in nats. */
  readonly entropy: number;
  /**
   * Share of the second set, or of the second half of the frames, that is stranger to the first
   * than 95 % of the first's own environments are to its others; null where the first has fewer
   * than 19 of them or there is no second.
   */
  readonly novelty: number | null;
}

/** What telling elements apart would change of a set, on a sample: see {@link elementsEffect}. */
export interface ElementsEffect {
  /** Elements of the sets, sorted. */
  readonly elements: readonly string[];
  /** Those that `full` refuses: types of atoms, elements after curium. None is computed then. */
  readonly refused: readonly string[];
  /** Environments of the sample; 0 where nothing was computed. */
  readonly environments: number;
  /** h of both modes, in 1/Å. */
  readonly bandwidth: number;
  /** Without elements; null where nothing was computed. */
  readonly ignore: ModeOutcome | null;
  /** With `full`; null where nothing was computed. */
  readonly full: ModeOutcome | null;
}

/** Environments of each set that are looked at, at most. */
const MOST = 1000;

/** Share of the first's own environments that is as strange as what counts as novel. */
const LEVEL = 0.05;

/**
 * What `full` would change of a set of several elements, or of a second one beside it, on a sample
 * of at most 1000 environments of each: whole frames, evenly taken; of larger frames two, and
 * environments drawn from these. Both modes have the same bandwidth: the same displacements move
 * rows of both about as far, so what is farther apart in `full` is so by its elements. H is that of
 * the first set. Novelty is counted by a level of 5 %, which hardly moves with the bandwidth.
 *
 * Costs the descriptors of the sample and eight kernel sums of at most 1000² pairs, whatever the
 * size of the sets.
 *
 * @param first structures that can have descriptors
 * @param second as the first; without it the second half of the frames stands for it
 * @returns null where no set has several elements
 * @throws {QuestsError} INVALID_ARGUMENT: k, cutoff, bandwidth or seed unusable;
 *   BACKEND_UNAVAILABLE
 *
 * @example
 * const effect = await elementsEffect(alloy);
 * console.log(effect?.ignore?.entropy, effect?.full?.entropy);
 */
export async function elementsEffect(
  first: readonly Structure[],
  second: readonly Structure[] | undefined,
  options: ElementsEffectOptions = {},
): Promise<ElementsEffect | null> {
  const sets = [speciesOf(first), speciesOf(second ?? [])];
  if (!sets.some((species) => [...species].filter((symbol) => symbol !== '').length > 1)) return null;
  const elements = [...new Set(sets.flatMap((species) => [...species]))].sort();
  const refused = elements.filter((symbol) => !isChannelElement(symbol));
  const { bandwidth = DEFAULTS.bandwidth } = options;
  const none = { elements, refused, environments: 0, bandwidth, ignore: null, full: null };
  if (refused.length > 0) return none;
  const taken = [first, second ?? []].map(evenFrames) as [readonly Structure[], readonly Structure[]];
  const ignore = await outcome('ignore', taken, options);
  const full = await outcome('full', taken, options);
  return { ...none, environments: full.environments, ignore: ignore.found, full: full.found };
}

function speciesOf(structures: readonly Structure[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const { species } of structures) for (const symbol of species ?? ['']) all.add(symbol);
  return all;
}

/** Frames evenly spread over all, of at most {@link MOST} atoms if two frames are not larger. */
function evenFrames(structures: readonly Structure[]): readonly Structure[] {
  let taken = structures;
  for (let atoms = atomsOf(taken); atoms > MOST && taken.length > 2; atoms = atomsOf(taken)) {
    const count = Math.max(2, Math.min(taken.length - 1, Math.floor((taken.length * MOST) / atoms)));
    taken = Array.from({ length: count }, (_, at) => at).map(
      (at) => structures[Math.floor(((at + 0.5) * structures.length) / count)] as Structure,
    );
  }
  return taken;
}

function atomsOf(structures: readonly Structure[]): number {
  return structures.reduce((sum, { positions }) => sum + positions.length / 3, 0);
}

async function outcome(
  species: 'ignore' | 'full',
  [first, second]: readonly [readonly Structure[], readonly Structure[]],
  options: ElementsEffectOptions,
): Promise<{ readonly environments: number; readonly found: ModeOutcome }> {
  const { bandwidth, signal, backend } = options;
  const x = await sampled(first, species, options);
  const y = second.length === 0 ? undefined : await sampled(second, species, options);
  const run = { signal, backend, bandwidth };
  const half = Math.ceil(x.frames / 2);
  const frames = Array.from({ length: x.frames }, (_, frame) => frame);
  const known = y === undefined && x.frames > 1 ? x.select(frames.slice(0, half)) : x;
  const other = y ?? (x.frames > 1 ? x.select(frames.slice(half)) : undefined);
  const isTold = other !== undefined && LEVEL * (known.rows + 1) >= 1;
  const found: ModeOutcome = {
    entropy: await entropy(x, run),
    novelty: isTold ? await novelShare(other, known, run) : null,
  };
  return { environments: x.rows + (y?.rows ?? 0), found };
}

async function novelShare(
  x: DescriptorMatrix,
  reference: DescriptorMatrix,
  options: KernelOptions,
): Promise<number> {
  const epsilon = await noveltyThreshold(reference, { ...options, level: LEVEL });
  const dH = await deltaEntropy(x, reference, options);
  return dH.filter((value) => value >= epsilon).length / x.rows;
}

/** Environments of some frames, at most {@link MOST}, the same ones in every mode. */
async function sampled(
  structures: readonly Structure[],
  species: 'ignore' | 'full',
  options: ElementsEffectOptions,
): Promise<DescriptorMatrix> {
  const told = species === 'full' ? species : null;
  const { x } = await describeFrames(structures, told, options);
  if (x === undefined) throw new QuestsError('EMPTY', 'no structures that can have descriptors');
  if (x.rows <= MOST) return x;
  const draw = numberSampler(options.seed ?? DEFAULTS.seed);
  const most = Math.floor(MOST / x.frames);
  const parts: DescriptorMatrix[] = [];
  for (let frame = 0; frame < x.frames; frame++) {
    const own = x.frame(frame);
    const rows = draw(own.rows, Math.min(most, own.rows));
    parts.push(rows === undefined ? own : rowsOf(own, rows));
  }
  return concatenated(parts);
}
