import { registerLoaders } from './backend/choose.js';
import { nodeLoaders } from './backend/node-loaders.js';

registerLoaders(nodeLoaders);

export {
  readDescriptors,
  type ReadDescriptorsOptions,
  writeDescriptors,
  type WriteDescriptorsOptions,
} from './descriptor/descriptor-file.js';
export { negated } from './entropy/entropy.js';
export * from './index.js';
export { learningCurveOf, sampleSizes } from './entropy/learning-curve.js';
export { numberSampler } from './kernel/row-sample.js';
export type { ColumnTable, ResultColumn } from './model/column-table.js';
export { type NamedMatrix, openDataSet, type OpenDataSet, readStructures } from './io/files/dataset.js';
export {
  openFile,
  readMatrix,
  type WriteOptions,
  writeMatrix,
  writeStructures,
  writeTable,
} from './io/files/files.js';
export { type Format, formatByName, type FormatName, formatOfName, FORMATS } from './io/files/formats.js';
export { findFiles, type InputFile } from './io/files/inputs.js';
export { readThermo, type Thermo, type ThermoOptions, withThermo } from './io/tables/lammps-log.js';
export type { MatrixFile, OpenFile, ReadOptions, StructureFile } from './io/files/opened.js';
export { isTableName, readRows } from './io/tables/rows.js';
export { readStatePoints } from './io/tables/state-points.js';
export type { MatrixParts, NpyArray, StoredMatrix } from './io/matrices/stored-matrix.js';
export { checkOutput, checkOutputs, type OutputOptions, writeOutput } from './io/files/output.js';
export { type Manifest, openWork, type PlannedCost, staleInputs, type Work } from './shards/manifest.js';
export type { Block } from './shards/block.js';
export { checkFolder } from './shards/folder.js';
export { type FramePlan, planFrames } from './shards/frame-plan.js';
export { type PlanFacts, Planner, type PlanOptions } from './shards/planner.js';
export {
  frameShards,
  type LogPart,
  type Merged,
  mergedMetrics,
  mergeShards,
  type MetricFigures,
  ranges,
} from './shards/merge.js';
export { framesOfShard, runShard, type ShardResult, type ShardState, shardStates } from './shards/result.js';
export { type RowStore, storedRows } from './shards/row-store.js';
export type { ShardOutput } from './shards/shard.js';
export { type PageServer, servePage, type ServeOptions } from './serve/server.js';
export type { NamedFiles } from './serve/shared-files.js';
