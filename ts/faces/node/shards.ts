/** `quests/shards`: work in parts, on a cluster. */
import '../../backend/register-node.js';

export type { RowBlock } from '../../shards/block.js';
export { mergedEstimates, type PlannedSample } from '../../shards/estimate.js';
export { checkFolder } from '../../shards/folder.js';
export { type FramePlan, planFrames } from '../../shards/frame-plan.js';
export {
  type Manifest,
  openWork,
  type PlannedCommand,
  type PlannedCost,
  staleInputs,
  type Work,
} from '../../shards/manifest.js';
export {
  frameShards,
  type LogPart,
  type Merged,
  mergedMetrics,
  mergeShards,
  type MetricFigures,
  numberRangesText,
} from '../../shards/merge.js';
export { type PlanFacts, Planner, type PlanOptions, type SampleOptions } from '../../shards/planner.js';
export {
  framesOfShard,
  runShard,
  type ShardResult,
  type ShardState,
  shardStates,
} from '../../shards/result.js';
export { RowStore, storedRows } from '../../shards/row-store.js';
export type { ShardOutput } from '../../shards/shard.js';
