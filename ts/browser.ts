import { browserLoaders } from './backend/browser-loaders.js';
import { registerLoaders } from './backend/choose.js';

registerLoaders(browserLoaders);

export * from './index.js';
export { openBlob, readMatrix, readStructures, structuresBlob } from './io/blob.js';
export { type Format, formatByName, type FormatName, formatOfName, FORMATS } from './io/formats.js';
export type { MatrixFile, OpenFile, ReadOptions, StructureFile } from './io/opened.js';
export type { StoredMatrix } from './io/stored-matrix.js';
