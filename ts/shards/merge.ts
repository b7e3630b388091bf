import { efficiency, maxEntropy } from '../entropy/efficiency.js';
import type { Backend } from '../backend/backend.js';
import { outOfCoreModule } from '../backend/out-of-core.js';
import type { Metrics } from '../entropy/entropy.js';
import { QuestsError } from '../base/error.js';
import { checkInputs, type Manifest, type Work } from './manifest.js';
import { readResult, type ShardResult, type ShardState, shardStates, stateOf } from './result.js';

/** Numbers that a merge holds at once. */
export const MERGED_NUMBERS = 1 << 25;

/** Some rows of some sums, which follow each other in the order given. */
export interface LogPart {
  /** Number of the sums. */
  readonly sums: number;
  /** log p of each row, for each bandwidth. */
  readonly logs: readonly Float64Array[];
}

/** Options of a merge. */
export interface MergeOptions {
  /** Numbers that are held at once. Default: 33,554,432. */
  readonly limit?: number | undefined;
}

/** All results of a plan. */
export interface Merged {
  /** Seconds of all shards together. */
  readonly seconds: number;
  /** Instruction sets that were used. */
  readonly simd: readonly string[];
  /**
   * log p of all rows: of the sums in their order, or of some of them alone; in parts, so that what
   * is in memory does not grow with their number. Results are read once for as many rows as are
   * held at once.
   *
   * @throws {QuestsError} EMPTY: a shard that was damaged meanwhile
   */
  parts(sums?: number): AsyncGenerator<LogPart, void, undefined>;
}

/**
 * Puts the results of all shards of sums together.
 *
 * @throws {QuestsError} EMPTY: shards that aren't done, with what is the matter; MISMATCH: inputs
 *   have changed
 */
export async function mergeShards(
  work: Work,
  { limit = MERGED_NUMBERS }: MergeOptions = {},
): Promise<Merged> {
  await checkInputs(work);
  const simd = new Set<string>();
  const bad: ShardState[] = [];
  let seconds = 0;
  for (let shard = 0; shard < work.manifest.shards; shard++) {
    const found = await readResult(work, shard);
    if (typeof found === 'string') {
      bad.push(await stateOf(work, shard));
      continue;
    }
    seconds += found.seconds;
    simd.add(found.simd);
  }
  if (bad.length > 0) throw new QuestsError('EMPTY', notDone(work, bad));
  return { seconds, simd: [...simd].sort(), parts: (sums) => merged(work, limit, sums) };
}

/** Rows that are held at once, of some sums. */
interface Held {
  readonly sums: number;
  readonly from: number;
  readonly to: number;
}

async function* merged(
  work: Work,
  limit: number,
  only: number | undefined,
): AsyncGenerator<LogPart, void, undefined> {
  for (const held of windows(work.manifest, limit, only)) {
    const parts = held.map(({ sums, from, to }) => ({
      sums,
      from,
      to,
      logs: work.manifest.bandwidths.map(() => new Float64Array(to - from).fill(NaN)),
    }));
    for (let shard = 0; shard < work.manifest.shards; shard++) {
      const found = await doneResult(work, shard);
      for (const { sums, numbers, logs } of found.parts) {
        for (const part of parts) {
          if (part.sums === sums) take(part, numbers, logs);
        }
      }
    }
    for (const { sums, logs } of parts) {
      if (logs.some((all) => all.some(Number.isNaN))) {
        throw new QuestsError('INTERNAL', 'shards do not make up the whole');
      }
      yield { sums, logs };
    }
  }
}

function take(
  { from, to, logs: kept }: Held & Pick<LogPart, 'logs'>,
  numbers: Float64Array,
  logs: Float64Array,
): void {
  for (const [index, all] of kept.entries()) {
    const first = index * numbers.length;
    for (let at = 0; at < numbers.length; at++) {
      const row = numbers[at] as number;
      if (row >= from && row < to) all[row - from] = logs[first + at] as number;
    }
  }
}

/** Rows in their order, as many as are held at once. */
function* windows({ sets, sums, bandwidths }: Manifest, limit: number, only?: number): Generator<Held[]> {
  const most = Math.max(1, Math.floor(limit / bandwidths.length));
  let held: Held[] = [];
  let room = most;
  for (const [number, { queries }] of sums.entries()) {
    if (only !== undefined && only !== number) continue;
    const rows = sets[queries]?.rows ?? 0;
    for (let from = 0; from < rows;) {
      const to = Math.min(rows, from + room);
      held.push({ sums: number, from, to });
      room -= to - from;
      from = to;
      if (room > 0) continue;
      yield held;
      held = [];
      room = most;
    }
  }
  if (held.length > 0) yield held;
}

/** {@link Metrics} without a value for each environment. */
export type MetricFigures = Omit<Metrics, 'dH'>;

/**
 * Entropy and diversity of sets against themselves, for each of the sums and each bandwidth, with
 * the bits that `metrics` gives. Results are gone through twice.
 */
export async function mergedMetrics(merged: Merged, backend: Backend): Promise<MetricFigures[][]> {
  const core = outOfCoreModule(backend);
  const all: { total: number; count: number; smallest: number; inverse: number }[][] = [];
  for await (const { sums, logs } of merged.parts()) {
    const totals = (all[sums] ??= logs.map(() => ({ total: 0, count: 0, smallest: Infinity, inverse: 0 })));
    for (const [at, one] of totals.entries()) {
      const part = logs[at] as Float64Array;
      one.total = core.logTotal(one.total, part);
      one.count += part.length;
      one.smallest = part.reduce((smallest, log) => Math.min(smallest, log), one.smallest);
    }
  }
  for await (const { sums, logs } of merged.parts()) {
    for (const [at, one] of (all[sums] ?? []).entries()) {
      one.inverse = core.inverseTotal(one.inverse, one.smallest, logs[at] as Float64Array);
    }
  }
  return all.map((totals) =>
    totals.map(({ total, count, smallest, inverse }) => {
      const entropy = core.entropyOf(total, count);
      const diversity = core.diversityOf(inverse, smallest);
      return {
        entropy,
        maxEntropy: maxEntropy(count),
        efficiency: efficiency(entropy, count),
        diversity,
      };
    }),
  );
}

/**
 * Results of shards of frames, one after the other.
 *
 * @throws {QuestsError} as {@link mergeShards}, before the first
 */
export async function* frameShards(work: Work): AsyncGenerator<ShardResult, void, undefined> {
  await checkInputs(work);
  const bad = (await shardStates(work)).filter(({ state }) => state !== 'done');
  if (bad.length > 0) throw new QuestsError('EMPTY', notDone(work, bad));
  for (let shard = 0; shard < work.manifest.shards; shard++) {
    yield await doneResult(work, shard);
  }
}

async function doneResult(work: Work, shard: number): Promise<ShardResult> {
  const found = await readResult(work, shard);
  if (typeof found === 'object') return found;
  throw new QuestsError('EMPTY', notDone(work, [await stateOf(work, shard)]));
}

/** Says which shards must be run again, and why. */
function notDone({ folder, manifest }: Work, bad: readonly ShardState[]): string {
  const kinds = (['missing', 'damaged', 'failed'] as const)
    .map((state) => ({ state, shards: bad.filter((one) => one.state === state).map(({ shard }) => shard) }))
    .filter(({ shards }) => shards.length > 0)
    .map(({ state, shards }) => `${state}: ${numberRangesText(shards)}`);
  const reason = bad.find((one) => one.reason !== undefined)?.reason;
  const why = reason === undefined ? '' : ` (${reason})`;
  const again = `quests shard run ${folder} -i ${bad[0]?.shard ?? 0}`;
  return (
    `${bad.length} of ${manifest.shards} shards of ${folder} are not done, ${kinds.join('; ')}${why}: ` +
    `run them again, as ${again}`
  );
}

/** Whole numbers, rising, as an array of jobs names them: 0-2,5. */
export function numberRangesText(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
