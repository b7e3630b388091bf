import { either, isRecord, kindOf, record, TEXT } from '../../base/kinds.js';
import { series } from '../kinds.js';

const isBlob = (value: unknown): boolean => value instanceof Blob;

const isFiles = (value: unknown): boolean => value instanceof Map && [...value.values()].every(isBlob);

/** A file that a page was given. */
export const BLOB = kindOf('a File', isBlob);

/** A file, or files that are read together. */
export const BLOB_OR_FOLDER = either(
  'a File, or { name, files }',
  [isBlob, BLOB],
  [isRecord, record('{ name, files }', { name: TEXT, files: kindOf('a Map of Files', isFiles) })],
);

export const BLOBS = either(
  'a File, or Files in an array, a FileList or an iterable',
  [isBlob, BLOB],
  [
    (value) => typeof value === 'object' && value !== null && Symbol.iterator in value,
    series(BLOB, 'Files', { isLater: false }),
  ],
);
