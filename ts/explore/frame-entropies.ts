import { entropy } from '../entropy/entropy.js';
import type { RunOptions } from '../run/run-options.js';
import type { Exploration } from './exploration.js';

/**
 * What is known already: frames of an exploration are asked for by pictures and by reports of it.
 */
const known = new WeakMap<Exploration, Float64Array>();

/**
 * H of the environments of each frame of the last set among themselves, in nats, with the bandwidth
 * and within the tolerance of the exploration.
 */
export async function frameEntropies(exploration: Exploration, options: RunOptions): Promise<Float64Array> {
  const there = known.get(exploration);
  const set = exploration.sets.at(-1);
  if (there !== undefined || set === undefined) return there ?? new Float64Array(0);
  const { bandwidth, tolerance, seed } = exploration.findings.settings;
  const { onProgress, ...own } = { ...options, bandwidth };
  const { frames } = set.x;
  const entropies = new Float64Array(frames).fill(NaN);
  for (let frame = 0; frame < frames; frame++) {
    if (set.x.frameOffsets[frame] !== set.x.frameOffsets[frame + 1]) {
      const x = set.x.frame(frame);
      entropies[frame] =
        tolerance > 0 ? (await entropy(x, { ...own, tolerance, seed })).value : await entropy(x, own);
    }
    onProgress?.({ done: frame + 1, total: frames, phase: 'entropy of frames' });
  }
  known.set(exploration, entropies);
  return entropies;
}
