import { QuestsError } from '../base/error.js';
import { joined } from '../base/joined.js';
import { deltaEntropy } from '../entropy/entropy.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Source } from '../model/structure.js';
import { compress, type CompressOptions, keptCount, type Selection } from './compress.js';
import { DEFAULTS } from '../base/defaults.js';

/** Options of {@link compressWithin}. */
export interface CompressWithinOptions extends Omit<CompressOptions, 'dH' | 'forces' | 'novel' | 'method'> {
  /** Default: `msc`. Others cannot add to what is kept. */
  readonly method?: 'msc' | 'msc_conditional' | 'random' | undefined;
  /** Structures that are kept in any case, by their index; the size counts them. Default: none. */
  readonly always?: ArrayLike<number> | undefined;
  /** Structures that are never picked. Default: none. */
  readonly never?: ArrayLike<number> | undefined;
  /** Frames that two picks of one file are apart at least. Default: 1, any two. */
  readonly spacing?: number | undefined;
}

/**
 * Selects structures beside some that are kept in any case: {@link compress} among the others, with
 * these as what is there already. With a spacing, frames near a pick are no candidates any more:
 * later picks are made as if they were not there.
 *
 * @returns structures that are kept in any case first, with a gain of NaN; entropies are `null`.
 *   Fewer than asked for where there are no candidates left
 * @throws {QuestsError} INVALID_ARGUMENT: an index that is no frame, or one that is always and
 *   never kept, or more that are always kept than the size; a spacing without known frames, or that
 *   is no whole number from 1; all that {@link compress} refuses
 *
 * @example
 * const { picks } = await compressWithin(x, { always: groundStates, size: { count: 50 } });
 */
export async function compressWithin(
  x: DescriptorMatrix,
  options: CompressWithinOptions = {},
): Promise<Selection> {
  const { spacing = 1, size = DEFAULTS.size, reference, ...rest } = options;
  const method = options.method === 'random' ? 'random' : 'msc';
  const always = [...new Set(indices(options.always, x.frames))];
  const never = new Set(indices(options.never, x.frames));
  check(x, always, never, spacing);
  const count = keptCount(size, x.frames);
  if (always.length > count) {
    refuse(`${always.length} structures are kept in any case, expected at most ${count}, the size`);
  }
  const known = reference === undefined ? undefined : await deltaEntropy(x, reference, rest);
  const picks: number[] = [...always];
  const gains: number[] = always.map(() => NaN);
  const isOpen = (frame: number): boolean =>
    !never.has(frame) && !picks.some((pick) => pick === frame || isNear(x, pick, frame, spacing));
  while (picks.length < count) {
    const open = Array.from({ length: x.frames }, (_, frame) => frame).filter(isOpen);
    if (open.length === 0) break;
    const candidates = x.select(open);
    const dH = await givenKept(x, picks, known, rest);
    const conditional = method === 'msc' && dH !== undefined;
    const found = await compress(candidates, {
      ...rest,
      method: conditional ? 'msc_conditional' : method,
      dH: conditional ? ofFrames(x, dH, open) : undefined,
      size: { count: Math.min(count - picks.length, open.length) },
    });
    for (const [at, index] of found.picks.entries()) {
      const frame = open[index] as number;
      // What follows was picked beside this one, which is none.
      if (!isOpen(frame)) break;
      picks.push(frame);
      gains.push(found.gains[at] as number);
    }
  }
  return {
    method: known === undefined && always.length === 0 ? method : beside(method),
    picks: Uint32Array.from(picks),
    gains: Float64Array.from(gains),
    entropies: null,
  };
}

function beside(method: 'msc' | 'random'): 'msc_conditional' | 'random' {
  return method === 'msc' ? 'msc_conditional' : method;
}

/** δH of each environment given a reference and some frames; undefined without both. */
async function givenKept(
  x: DescriptorMatrix,
  frames: readonly number[],
  known: Float64Array | undefined,
  options: Omit<CompressOptions, 'method'>,
): Promise<Float64Array | undefined> {
  if (frames.length === 0) return known;
  const kept = await deltaEntropy(x, x.select(frames), options);
  if (known === undefined) return kept;
  // −log(e^−a + e^−b), from the smaller one.
  return kept.map((value, row) => {
    const [low, high] = [Math.min(value, known[row] as number), Math.max(value, known[row] as number)];
    return low === high ? low - Math.LN2 : low - Math.log1p(Math.exp(low - high));
  });
}

/** Values of the environments of some frames. */
function ofFrames(
  { frameOffsets }: DescriptorMatrix,
  values: Float64Array,
  frames: readonly number[],
): Float64Array {
  const parts = frames.map((frame) => values.subarray(frameOffsets[frame], frameOffsets[frame + 1]));
  return joined(parts, Float64Array);
}

/** Whether two frames of one file are nearer than the spacing. */
function isNear({ sources }: DescriptorMatrix, one: number, other: number, spacing: number): boolean {
  if (spacing <= 1) return false;
  const [a, b] = [sources?.[one], sources?.[other]] as [Source, Source];
  return a.file === b.file && Math.abs(a.frame - b.frame) < spacing;
}

function indices(given: ArrayLike<number> | undefined, frames: number): number[] {
  const all = Array.from(given ?? []);
  const bad = all.find((index) => !Number.isInteger(index) || index < 0 || index >= frames);
  if (bad !== undefined) refuse(`structure ${bad} of ${frames}`);
  return all;
}

function check(
  { frames, sources }: DescriptorMatrix,
  always: readonly number[],
  never: ReadonlySet<number>,
  spacing: number,
): void {
  const both = always.find((index) => never.has(index));
  if (both !== undefined) refuse(`structure ${both} is to be kept always and never`);
  if (!(Number.isInteger(spacing) && spacing >= 1)) {
    refuse(`spacing is ${spacing}, expected a whole number of frames from 1`);
  }
  const isUnknown = sources === null || sources.some((source) => source === undefined);
  if (spacing > 1 && isUnknown)
    refuse('a spacing needs frames of files, which these descriptors do not name');
  if (never.size === frames) refuse('no structure is left to pick');
}

function refuse(problem: string): never {
  throw new QuestsError('INVALID_ARGUMENT', problem);
}
