import { CONFIDENCE } from '../base/constants.js';
import { RandomStream } from './random.js';

/** A value, and the interval that resamples of the data put it in. */
export interface Resampled {
  readonly value: number;
  /** Quantiles of the resamples: 95 of 100 are within. NaN where the value is. */
  readonly low: number;
  readonly high: number;
}

/**
 * How often each of so many blocks is drawn, in each resample: as many draws with replacement as
 * there are blocks. Points of one block, the atoms of a structure, are not independent, so that
 * whole blocks are drawn.
 */
export function* blockDraws(blocks: number, resamples: number, seed: number): Generator<Uint32Array> {
  const random = new RandomStream(seed);
  for (let resample = 0; resample < resamples; resample++) {
    const counts = new Uint32Array(blocks);
    for (let draw = 0; draw < blocks; draw++) {
      const block = random.below(blocks);
      counts[block] = (counts[block] as number) + 1;
    }
    yield counts;
  }
}

/** A value with the percentile interval of its resamples; those that are NaN say nothing. */
export function resampled(value: number, draws: readonly number[]): Resampled {
  const sorted = Float64Array.from(draws.filter((draw) => !Number.isNaN(draw))).sort();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]] as [number, number];
    return below === above ? below : below + (place - Math.floor(place)) * (above - below);
  };
  if (Number.isNaN(value) || sorted.length === 0) return { value, low: NaN, high: NaN };
  return { value, low: at((1 - CONFIDENCE) / 2), high: at((1 + CONFIDENCE) / 2) };
}
