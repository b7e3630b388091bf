/** `quests` for browsers: what its functions take, judged. */
import * as browser from '../../faces/browser/quests.js';
import { OPENING_REFERENCE, READING } from '../files.js';
import { judgedGenerator, judgedPromise } from '../judged.js';
import { BLOB, BLOBS } from './blobs.js';
import { either, TEXT } from '../../base/kinds.js';

export * from '../quests.js';
export type { OpenReferenceOptions, ReadOptions } from '../../faces/browser/quests.js';

export const readStructures = judgedGenerator(browser.readStructures, { files: BLOBS, options: READING });

export const openReference = judgedPromise(browser.openReference, {
  file: either(
    'a File, or an address',
    [(value) => typeof value === 'string', TEXT],
    [(value) => typeof value === 'object', BLOB],
  ),
  options: OPENING_REFERENCE,
});
