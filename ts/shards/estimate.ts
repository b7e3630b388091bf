import { QuestsError } from '../base/error.js';
import { type EntropyOfSample, entropyOfStrata } from '../kernel/sample-entropy.js';
import type { Merged } from './merge.js';

/** A sample that a plan has drawn, as JSON holds it: what a merge needs to make H and D of it. */
export interface PlannedSample {
  /** Environments of the set. */
  readonly rows: number;
  /** Of each stratum: its rows, the bounds of log p, and how many were drawn. */
  readonly strata: readonly (readonly [size: number, low: number, high: number, drawn: number])[];
}

/**
 * H and D of a set, with their intervals, from log p of the environments that were drawn.
 *
 * @throws {QuestsError} EMPTY: a shard that was damaged meanwhile; INTERNAL
 */
export async function mergedEstimate(merged: Merged, sample: PlannedSample): Promise<EntropyOfSample> {
  let at = 0;
  const strata = sample.strata.map(([size, low, high, count]) => {
    const drawn = Uint32Array.from({ length: count }, () => at++);
    return { size, low, high, drawn };
  });
  const logSums = new Float64Array(at);
  let known = 0;
  for await (const { logs } of merged.parts(0)) {
    const [part = new Float64Array(0)] = logs;
    logSums.set(part, known);
    known += part.length;
  }
  if (known !== at) throw new QuestsError('INTERNAL', 'shards do not make up the sample');
  return entropyOfStrata(strata, logSums, sample.rows);
}
