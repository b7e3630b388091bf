import type { Backend } from '../backend/backend.js';
import type { CorePiece } from '../backend/pieces.js';
import { QuestsError } from '../base/error.js';
import type { RunOptions } from '../run/run-options.js';
import { orderedWidth, type OrderedBlock } from './arrange.js';
import { storedWidth } from './given-rows.js';
import type { Manifest, PlannedCost, Work } from './manifest.js';
import { MERGED_NUMBERS } from './merge.js';
import { blockRows } from './row-store.js';
import { uncutRows } from './units.js';
import { addPiece, Blocks, passOf, QUERY_BYTES, takeAgain } from './shard.js';

/** Seconds that the sample takes, about. */
const SAMPLE_SECONDS = 4;

/** Shares of queries, and blocks of a set, that make the sample at most. */
const SAMPLE_SHARES = 64;
const SAMPLE_BLOCKS = 6;

/** Bytes of a process that does nothing yet. */
export const BASE_BYTES = 150e6;

/** Seconds of one core that a task takes before and after its work. */
export const TASK_SECONDS = 0.16;

/** Seconds of one core to put the bytes of a result together, hash and write them. */
export const RESULT_SECONDS = 2e-9;

type Unpriced = Omit<Manifest, 'cost'>;

/**
 * What a plan will cost. Time is that of a sample: some shares of the queries against some blocks
 * of the set, spread evenly over either, whose processor time is measured here.
 */
export async function priced(
  folder: string,
  manifest: Unpriced,
  options: RunOptions & { readonly backend: Backend },
): Promise<PlannedCost> {
  const work = { folder, manifest: manifest as Manifest, id: '' };
  let coreSeconds = manifest.shards * TASK_SECONDS;
  for (const [number, { queries }] of manifest.sums.entries()) {
    const asked = manifest.sets[queries]?.segments.flat() ?? [];
    for (const label of new Set(asked.map((block) => block.label))) {
      const own = asked.filter((block) => block.label === label);
      coreSeconds += await sumsSeconds(work, number, label, own, options);
    }
  }
  return {
    coreSeconds,
    taskBytes: taskBytes(manifest, manifest.shards),
    mergeBytes: mergeBytes(manifest),
    diskBytes: diskBytes(manifest),
  };
}

/** Seconds of one core of all shares of some sums, of the queries with one label. */
async function sumsSeconds(
  work: Work,
  number: number,
  label: number | undefined,
  asked: readonly OrderedBlock[],
  options: RunOptions & { readonly backend: Backend },
): Promise<number> {
  const { sums, bandwidths, shards, descriptors } = work.manifest;
  const planned = sums[number] as (typeof sums)[number];
  const blocks = new Blocks(work, options.backend);
  const whole = passOf(work, blocks, number, label, options);
  const { set } = whole;
  // No row has the label of the queries.
  if (set.length === 0) return 0;
  const share = uncutRows(blocks.core, planned);
  const places = asked.flatMap((block) =>
    Array.from({ length: Math.ceil(block.rows / share) }, (_, at) => ({ block, from: at * share })),
  );
  const chosen = spread(set, SAMPLE_BLOCKS);
  // Once for what the first call sets up.
  if (chosen[0] !== undefined) blocks.piece(await blocks.read(chosen[0]), 0, chosen[0].rows).free();
  const start = process.cpuUsage();
  const pieces: { block: OrderedBlock; piece: CorePiece }[] = [];
  for (const block of chosen)
    pieces.push({ block, piece: blocks.piece(await blocks.read(block), 0, block.rows) });
  const reading = secondsSince(start) / chosen.length;
  const pass = { ...whole, set: chosen };
  const began = performance.now();
  let spent = 0;
  let count = 0;
  for (const { block, from } of scattered(spread(places, SAMPLE_SHARES))) {
    if (count > 0 && performance.now() - began > 1000 * SAMPLE_SECONDS) break;
    const data = await blocks.read(block);
    const to = Math.min(from + share, block.rows);
    const before = process.cpuUsage();
    const piece = blocks.piece(data, from, to);
    let added: Float64Array = new Float64Array(bandwidths.length * (to - from));
    for (const known of pieces) {
      const place = block.place + from / blocks.core.shareRows();
      added = await addPiece(pass, piece, place, known.piece, known.block.place, added);
    }
    const logs = blocks.core.pieceLogs(added, bandwidths.length, pass.own);
    await takeAgain(pass, [{ piece, logs }], async (use) => {
      for (const known of pieces) await use(known.piece);
    });
    piece.free();
    spent += secondsSince(before);
    count++;
  }
  for (const { piece } of pieces) piece.free();
  const kernels = (spent / count) * places.length * (set.length / chosen.length);
  // Each shard reads the queries once, and the set once for as many queries as are in memory.
  const rows = asked.reduce((count, block) => count + block.rows, 0) / shards;
  const passes = Math.max(1, Math.ceil((8 * storedWidth(descriptors) * rows) / QUERY_BYTES));
  const readers = Math.min(shards, places.length);
  const queryBytes = Math.min(asked.length, Math.ceil(places.length / shards)) / 2;
  return kernels + reading * readers * (passes * set.length + queryBytes);
}

function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** At most so many of some things, at equal distances. */
function spread<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most);
  const found: T[] = [];
  for (let at = step / 2; at < all.length; at += step) found.push(all[Math.floor(at)] as T);
  return found;
}

/** The same things, the first few of which are spread over all. */
function scattered<T>(all: readonly T[]): T[] {
  const reversed = (at: number): number => {
    let found = 0;
    for (let bit = 1, place = 0.5; bit <= at; bit *= 2, place /= 2) if (at & bit) found += place;
    return found;
  };
  const order = [...all.keys()].sort((a, b) => reversed(a) - reversed(b));
  const out: T[] = new Array<T>(all.length);
  for (const [place, at] of order.entries()) out[at] = all[place] as T;
  return out;
}

/** Bytes of memory of a task, where there are so many shards. */
export function taskBytes({ sets, sums, descriptors, bandwidths }: Unpriced, shards: number): number {
  const rows = sums.reduce((count, { queries }) => count + (sets[queries]?.rows ?? 0), 0);
  return fixedBytes(storedWidth(descriptors)) + 2 * resultBytes(Math.ceil(rows / shards), bandwidths.length);
}

/**
 * Bytes of memory of a task that don't depend on the number of shards: blocks under way, and
 * queries.
 */
function fixedBytes(width: number): number {
  // A block, as it is read and laid out twice, and the one before, until it is let go of; queries,
  // laid out twice.
  const block = 8 * orderedWidth(width) * blockRows(orderedWidth(width), 1);
  return BASE_BYTES + 5 * block + 3 * QUERY_BYTES;
}

/** Bytes of the results of some rows: their number, and log p under each bandwidth. */
function resultBytes(rows: number, bandwidths: number): number {
  return 8 * rows * (1 + bandwidths);
}

/**
 * The fewest shards whose tasks fit in some memory; undefined where none do.
 */
export function fewestShards(manifest: Unpriced, bytes: number): number | undefined {
  const { sets, sums, descriptors, bandwidths } = manifest;
  const room = bytes - fixedBytes(storedWidth(descriptors));
  const rows = sums.reduce((count, { queries }) => count + (sets[queries]?.rows ?? 0), 0);
  const fitting = Math.floor(room / (2 * resultBytes(1, bandwidths.length)));
  return fitting < 1 ? undefined : Math.ceil(rows / fitting);
}

/** Bytes of memory of a task with any number of shards, at least. */
export function leastBytes({ descriptors }: Unpriced): number {
  return fixedBytes(storedWidth(descriptors));
}

/**
 * Bytes of memory of the merge: log p of the rows that are held at once, twice while those before
 * are let go of, and one shard.
 */
function mergeBytes({ sets, sums, bandwidths, shards }: Unpriced): number {
  const rows = sums.reduce((count, { queries }) => count + (sets[queries]?.rows ?? 0), 0);
  const held = Math.min(rows * bandwidths.length, MERGED_NUMBERS);
  return BASE_BYTES + 2 * 8 * held + 2 * resultBytes(Math.ceil(rows / shards), bandwidths.length);
}

function diskBytes({ sets, sums, descriptors, bandwidths }: Unpriced): number {
  // A set that grew has its first blocks in common with the one before.
  const rows = new Map(
    sets.flatMap(({ segments }) => segments.flat()).map((block) => [block.file, block.rows]),
  );
  const stored = [...rows.values()].reduce(
    (bytes, count) => bytes + 8 * count * orderedWidth(storedWidth(descriptors)),
    0,
  );
  const results = sums.map(({ queries }) => resultBytes(sets[queries]?.rows ?? 0, bandwidths.length));
  return stored + results.reduce((sum, bytes) => sum + bytes, 0);
}

/** What is said of a plan whose tasks do not fit their memory. */
export function doNotFit(
  shards: number,
  memory: number,
  fewest: number | undefined,
  least: number,
): QuestsError {
  const advice =
    fewest === undefined
      ? `every task takes ${Math.ceil(least / 1e6)} MB at least`
      : `${fewest} shards would`;
  const size = `${Math.floor(memory / 1e6)} MB`;
  return new QuestsError('TOO_LARGE', `tasks of ${shards} shards do not fit ${size}: ${advice}`);
}
