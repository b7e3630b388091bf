/** `quests/shards`: what its functions take, judged. */
import { FLAG, FUNCTION, listOf, NUMBER, optional, options, record, TEXT, whole } from '../../base/kinds.js';
import * as shards from '../../faces/node/shards.js';
import type { MergeOptions } from '../../shards/merge.js';
import type { RunOptions } from '../../run/run-options.js';
import { judged, judgedGenerator, judgedPromise } from '../judged.js';
import { LOADED_BACKEND, RUN } from '../kinds.js';

export type * from '../../faces/node/shards.js';
export { Planner, RowStore } from '../../faces/node/shards.js';

const MANIFEST = record('a manifest, as openWork gives it', {
  shards: whole(1),
  inputs: listOf(record('a file', { path: TEXT }), 'files'),
  folder: TEXT,
});

const WORK = record('work, as openWork gives it', { folder: TEXT, id: TEXT, manifest: MANIFEST });
const SHARD = whole(0);

export const checkFolder = judged(shards.checkFolder, { folder: TEXT, overwrite: FLAG });

export const frameShards = judgedGenerator(shards.frameShards, { work: WORK });

export const framesOfShard = judged(shards.framesOfShard, { manifest: MANIFEST, shard: SHARD });

export const mergedEstimates = judgedPromise(shards.mergedEstimates, {
  merged: record('what mergeShards gives', { parts: FUNCTION }),
  samples: listOf(
    record('a sample { rows, strata }, as Planner.estimate gives it', {
      rows: whole(1),
      strata: listOf(listOf(NUMBER, 'numbers'), 'strata'),
    }),
    'samples',
  ),
});

export const mergedMetrics = judgedPromise(shards.mergedMetrics, {
  merged: record('what mergeShards gives', { parts: FUNCTION }),
  backend: LOADED_BACKEND,
});

export const mergeShards = judgedPromise(shards.mergeShards, {
  work: WORK,
  options: options<MergeOptions & RunOptions>({ ...RUN, limit: NUMBER }),
});

export const numberRangesText = judged(shards.numberRangesText, { numbers: listOf(NUMBER, 'numbers') });

export const openWork = judgedPromise(shards.openWork, { folder: TEXT, version: TEXT });

export const planFrames = judgedPromise(shards.planFrames, {
  folder: TEXT,
  plan: record('a plan', {
    frames: whole(0),
    shards: whole(1),
    computing: NUMBER,
    reading: NUMBER,
    resultBytes: NUMBER,
    usedBytes: NUMBER,
    inputs: listOf(TEXT, 'paths'),
    version: TEXT,
  }),
  options: options<shards.PlanOptions>({ ...RUN, backend: LOADED_BACKEND, memory: NUMBER, overwrite: FLAG }, [
    'backend',
  ]),
});

export const runShard = judgedPromise(shards.runShard, {
  work: WORK,
  shard: SHARD,
  options: options<RunOptions>({ ...RUN, backend: LOADED_BACKEND }, ['backend']),
  compute: optional(FUNCTION),
});

export const shardStates = judgedPromise(shards.shardStates, { work: WORK });

export const staleInputs = judgedPromise(shards.staleInputs, { work: WORK });

export const storedRows = judgedGenerator(shards.storedRows, {
  folder: TEXT,
  blocks: listOf(
    record('a block { file, rows, sha256 }', { file: TEXT, rows: whole(0), sha256: TEXT }),
    'blocks',
  ),
  width: whole(1),
});
