import { browserLoaders } from './backend/browser-loaders.js';
import { registerLoaders } from './backend/choose.js';

registerLoaders(browserLoaders);

export * from './index.js';
export { openBlob, readMatrix, readStructures, structuresBlob } from './io/files/blob.js';
export { type Format, formatByName, type FormatName, formatOfName, FORMATS } from './io/files/formats.js';
export type { MatrixFile, OpenFile, ReadOptions, StructureFile } from './io/files/opened.js';
export type { StoredMatrix } from './io/matrices/stored-matrix.js';
