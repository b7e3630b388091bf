/** `quests` for browsers: what its functions take, judged. */
import * as browser from '../../faces/browser/quests.js';
import { READING } from '../files.js';
import { judgedGenerator } from '../judged.js';
import { BLOBS } from './blobs.js';

export * from '../quests.js';
export type { ReadOptions } from '../../faces/browser/quests.js';

export const readStructures = judgedGenerator(browser.readStructures, { files: BLOBS, options: READING });
