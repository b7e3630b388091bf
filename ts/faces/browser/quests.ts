/** `quests`: what a person types every day. */
import '../../backend/register-browser.js';

export * from '../../index.js';
export { readStructures } from '../../io/files/blob.js';
export type { ReadOptions } from '../../io/files/opened.js';
export { openReference, type OpenReferenceOptions } from '../../kernel/open-reference-blob.js';
