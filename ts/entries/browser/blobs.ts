import { either, kindOf } from '../../base/kinds.js';
import { series } from '../kinds.js';

const isBlob = (value: unknown): boolean => value instanceof Blob;

/** A file that a page was given. */
export const BLOB = kindOf('a File', isBlob);

export const BLOBS = either(
  'a File, or Files in an array, a FileList or an iterable',
  [isBlob, BLOB],
  [
    (value) => typeof value === 'object' && value !== null && Symbol.iterator in value,
    series(BLOB, 'Files', { isLater: false }),
  ],
);
