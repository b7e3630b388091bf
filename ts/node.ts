import { registerLoaders } from './backend/choose.js';
import { nodeLoaders } from './backend/node-loaders.js';

registerLoaders(nodeLoaders);

export {
  readDescriptors,
  type ReadDescriptorsOptions,
  writeDescriptors,
  type WriteDescriptorsOptions,
} from './descriptor-file.js';
export * from './index.js';
export type { ColumnTable, ResultColumn } from './io/columns.js';
export {
  type MatrixFile,
  openFile,
  type OpenFile,
  readMatrix,
  type ReadOptions,
  readStructures,
  type StructureFile,
  writeMatrix,
  type WriteOptions,
  writeStructures,
  writeTable,
} from './io/files.js';
export { type FormatName, formatOfName } from './io/formats.js';
export type { NpyArray } from './io/npy.js';
export type { StoredMatrix } from './io/stored-matrix.js';
export { checkOutput, type OutputOptions, writeOutput } from './io/output.js';
