import { DEFAULT_TOLERANCE, MOST_EXACT } from '../defaults.js';
import { entropy } from '../entropy.js';
import type { KernelOptions } from '../kernel.js';
import type { DescriptorMatrix } from '../matrix.js';

/**
 * H of the environments of each frame among themselves, in nats: exact for frames of up to 150,000 environments, within 0.05 nats
 * for larger ones.
 */
export async function frameEntropies(
  x: DescriptorMatrix,
  { onProgress, ...options }: KernelOptions & { readonly bandwidth: number },
): Promise<Float64Array> {
  const entropies = new Float64Array(x.frames);
  for (let frame = 0; frame < x.frames; frame++) {
    const own = x.select([frame]);
    if (own.rows > MOST_EXACT) {
      entropies[frame] = (await entropy(own, { ...options, tolerance: DEFAULT_TOLERANCE })).value;
    } else {
      entropies[frame] = own.rows === 0 ? NaN : await entropy(own, options);
    }
    onProgress?.({ done: frame + 1, total: x.frames, phase: 'entropy of frames' });
  }
  return entropies;
}
