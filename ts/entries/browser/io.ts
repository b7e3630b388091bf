/** `quests/io` for browsers: what its functions take, judged. */
import { FUNCTION, optional, TEXT } from '../../base/kinds.js';
import * as io from '../../faces/browser/io.js';
import { READING } from '../files.js';
import { judged, judgedPromise } from '../judged.js';
import { STRUCTURE_SERIES } from '../kinds.js';
import { BLOB, BLOB_OR_FOLDER, BLOBS } from './blobs.js';

export type * from '../../faces/browser/io.js';
export { FORMATS } from '../../faces/browser/io.js';

export const formatByName = judged(io.formatByName, { name: TEXT });

export const formatOfName = judged(io.formatOfName, { file: TEXT });

export const groupedFiles = judged(io.groupedFiles, { files: BLOBS, pathOf: optional(FUNCTION) });

export const openBlob = judgedPromise(io.openBlob, { file: BLOB_OR_FOLDER, options: READING });

export const openUrl = judgedPromise(io.openUrl, { url: TEXT, options: READING });

export const readMatrix = judgedPromise(io.readMatrix, { file: BLOB, options: READING });

export const structuresBlob = judgedPromise(io.structuresBlob, { structures: STRUCTURE_SERIES });
