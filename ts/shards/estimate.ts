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
 * H and D of sets, with their intervals, from log p of the environments that were drawn of each.
 *
 * @param samples one for each of the sums, in their order
 * @throws {QuestsError} EMPTY: a shard that was damaged meanwhile; INTERNAL
 */
export async function mergedEstimates(
  merged: Merged,
  samples: readonly PlannedSample[],
): Promise<EntropyOfSample[]> {
  const all = samples.map(logSumsOf);
  const known = all.map(() => 0);
  for await (const { sums, logs } of merged.parts()) {
    const [part = new Float64Array(0)] = logs;
    const at = known[sums] ?? 0;
    if (at + part.length <= (all[sums]?.length ?? -1)) all[sums]?.set(part, at);
    known[sums] = at + part.length;
  }
  const isWhole = known.length === samples.length && known.every((count, at) => count === all[at]?.length);
  if (!isWhole) throw new QuestsError('INTERNAL', 'shards do not make up the samples');
  return samples.map(({ rows, strata }, sums) => {
    let at = 0;
    const drawn = strata.map(([size, low, high, count]) => ({
      size,
      low,
      high,
      drawn: Uint32Array.from({ length: count }, () => at++),
    }));
    return entropyOfStrata(drawn, all[sums] as Float64Array, rows);
  });
}

/** Room for log p of the environments of a sample. */
function logSumsOf({ strata }: PlannedSample): Float64Array {
  return new Float64Array(strata.reduce((count, [, , , drawn]) => count + drawn, 0));
}
