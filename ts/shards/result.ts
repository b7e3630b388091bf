import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '../backend/backend.js';
import { QuestsError } from '../base/error.js';
import { accessError } from '../base/file-access.js';
import { writeOutput } from '../io/files/output.js';
import type { RunOptions } from '../run/run-options.js';
import { bytesOf, checksum } from './block.js';
import { checkInputs, type Manifest, type Work } from './manifest.js';
import { checkWritable } from './folder.js';
import { computeShard, type ShardOutput, type ShardPart } from './shard.js';

/** What is known of a shard: whether it is done, or why not. */
export interface ShardState {
  readonly shard: number;
  readonly state: 'done' | 'missing' | 'failed' | 'damaged';
  /** Why it failed. */
  readonly reason?: string;
}

/** What a shard's file says before its numbers. */
interface Header {
  /** `id` of the plan. */
  readonly plan: string;
  readonly shard: number;
  readonly simd: string;
  readonly threads: number;
  /** Seconds that it took. */
  readonly seconds: number;
  readonly parts: readonly { readonly sums: number; readonly rows: number; readonly values: number }[];
  readonly said?: unknown;
}

/** A shard that is done. */
export interface ShardResult extends Omit<Header, 'parts'> {
  readonly parts: readonly ShardPart[];
}

function pathOf({ folder }: Work, shard: number, ending: string): string {
  return join(folder, `shard-${String(shard).padStart(6, '0')}.${ending}`);
}

/**
 * Computes a shard, unless it is done already, and writes its file. Its file is there as a whole or
 * not at all; several tasks on one shard write the same.
 *
 * @returns whether there was something to do
 * @throws {QuestsError} INVALID_ARGUMENT: no such shard; MISMATCH: inputs have changed since the
 *   plan was made; INVALID_FILE: damaged blocks; FILE_ACCESS; BACKEND_UNAVAILABLE. What was wrong
 *   is kept for {@link shardStates}
 */
export async function runShard(
  work: Work,
  shard: number,
  options: RunOptions & { readonly backend: Backend },
  compute: (shard: number) => Promise<ShardOutput> = () => computeShard(work, shard, options),
): Promise<boolean> {
  const { shards } = work.manifest;
  if (!Number.isSafeInteger(shard) || shard < 0 || shard >= shards) {
    throw new QuestsError('INVALID_ARGUMENT', `shard is ${shard}, expected 0 to ${shards - 1}`);
  }
  const failed = pathOf(work, shard, 'failed');
  try {
    await checkInputs(work);
    const found = await readResult(work, shard);
    if (typeof found === 'object') return false;
    checkWritable(work.folder);
    const start = performance.now();
    const output = await compute(shard);
    const { core } = options.backend;
    const provenance = { simd: core.simd(), threads: core.threads() };
    await writeResult(work, {
      shard,
      seconds: (performance.now() - start) / 1000,
      ...provenance,
      ...output,
    });
    await rm(failed, { force: true });
    return true;
  } catch (error) {
    options.signal?.throwIfAborted();
    // On a full disk there may be no room for it either: what is wrong is thrown in any case.
    const reason = error instanceof Error ? error.message : String(error);
    await writeOutput(failed, [`${reason}\n`], { overwrite: true }).catch(() => undefined);
    throw error;
  }
}

async function writeResult(work: Work, { parts, ...said }: Omit<ShardResult, 'plan'>): Promise<void> {
  const header: Header = {
    plan: work.id,
    ...said,
    parts: parts.map(({ sums, numbers, logs }) => ({ sums, rows: numbers.length, values: logs.length })),
  };
  const text = Buffer.from(`${JSON.stringify(header)}\n`);
  const bytes = [text, ...parts.flatMap(({ numbers, logs }) => [bytesOf(numbers), bytesOf(logs)])];
  const path = pathOf(work, said.shard, 'result');
  await writeOutput(path, [`${await checksum(bytes)}\n`, ...bytes], { overwrite: true });
}

/** Reads the result of a shard: what it is, or why there is none. */
export async function readResult(work: Work, shard: number): Promise<ShardResult | 'missing' | 'damaged'> {
  const path = pathOf(work, shard, 'result');
  if (!existsSync(path)) return 'missing';
  const bytes = await readFile(path).catch((error: unknown) => {
    throw accessError('read', path, error);
  });
  const first = bytes.indexOf('\n') + 1;
  if ((await checksum([bytes.subarray(first)])) !== bytes.toString('latin1', 0, first).trimEnd())
    return 'damaged';
  const second = bytes.indexOf('\n', first) + 1;
  const { parts, ...said } = JSON.parse(bytes.toString('utf8', first, second)) as Header;
  if (said.plan !== work.id || said.shard !== shard) return 'damaged';
  // Copied: numbers need an address that is a multiple of 8.
  const numbers = new Float64Array((bytes.length - second) / 8);
  bytesOf(numbers).set(bytes.subarray(second));
  let at = 0;
  const take = (count: number): Float64Array => numbers.subarray(at, (at += count));
  return {
    ...said,
    parts: parts.map(({ sums, rows, values }) => ({ sums, numbers: take(rows), logs: take(values) })),
  };
}

/** How far each shard has come. */
export async function shardStates(work: Work): Promise<ShardState[]> {
  const states: ShardState[] = [];
  for (let shard = 0; shard < work.manifest.shards; shard++) states.push(await stateOf(work, shard));
  return states;
}

/** How far a shard has come. */
export async function stateOf(work: Work, shard: number): Promise<ShardState> {
  const found = await readResult(work, shard);
  if (typeof found === 'object') return { shard, state: 'done' };
  const failed = pathOf(work, shard, 'failed');
  if (found === 'missing' && existsSync(failed)) {
    return { shard, state: 'failed', reason: readFileSync(failed, 'utf8').trimEnd() };
  }
  return { shard, state: found };
}

/** Frames of a shard: the first, and the one after the last. */
export function framesOfShard({ frames = 0, shards }: Manifest, shard: number): [number, number] {
  return [Math.floor((frames * shard) / shards), Math.floor((frames * (shard + 1)) / shards)];
}
