import { entropy } from '../entropy/entropy.js';
import type { StoredReference } from '../kernel/stored-reference.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import type { Exploration } from './exploration.js';

/**
 * What is known already: frames of an exploration are asked for by pictures and by reports of it.
 */
const known = new WeakMap<Exploration, Float64Array>();

/** Passes over the file of a set larger than memory that its frames may take. */
export const MOST_PASSES = 16;

/**
 * H of the environments of each frame of the last set among themselves, in nats, with the bandwidth
 * and within the tolerance of the exploration. Of a set larger than memory, frames are read some at
 * a time, each time in a pass over the file, which must be open.
 *
 * @returns NaN for a frame without environments; `null` for a set that would take more than
 *   {@link MOST_PASSES}, or with a frame that is larger than memory
 */
export async function frameEntropies(
  exploration: Exploration,
  options: RunOptions,
): Promise<Float64Array | null> {
  const there = known.get(exploration);
  const set = exploration.sets.at(-1);
  if (there !== undefined || set === undefined) return there ?? new Float64Array(0);
  const { bandwidth, tolerance, seed } = exploration.findings.settings;
  const { onProgress, ...own } = { ...options, bandwidth };
  const parts = set.drawn === undefined ? [set.x] : await framesWithinMemory(set.drawn.stored);
  if (parts === null) return null;
  const { frames: total } = set.x;
  const entropies = new Float64Array(total).fill(NaN);
  let done = 0;
  for await (const part of parts) {
    for (let frame = 0; frame < part.frames; frame++) {
      if (part.frameOffsets[frame] !== part.frameOffsets[frame + 1]) {
        const x = part.frame(frame);
        entropies[done] =
          tolerance > 0 ? (await entropy(x, { ...own, tolerance, seed })).value : await entropy(x, own);
      }
      done += 1;
      onProgress?.({ done, total, phase: 'entropy of frames' });
    }
  }
  known.set(exploration, entropies);
  return entropies;
}

/** The frames of a stored set in parts that may be in memory; `null` where that is too much. */
async function framesWithinMemory(stored: StoredReference): Promise<AsyncIterable<DescriptorMatrix> | null> {
  const { isWhole, passes } = await stored.batchFacts();
  return isWhole && passes <= MOST_PASSES ? stored.batches() : null;
}
