/** `quests`: what a person types every day. */
import '../../backend/register-node.js';

export * from '../../index.js';
export { readDescriptors, writeDescriptors } from '../../descriptor/descriptor-file.js';
export { readStructures } from '../../io/files/dataset.js';
export { type WriteOptions, writeStructures } from '../../io/files/files.js';
export type { ReadOptions } from '../../io/files/opened.js';
export { openReference, type OpenReferenceOptions } from '../../kernel/open-reference.js';
export {
  buildReference,
  type BuildReferenceOptions,
  type BuiltReference,
} from '../../reference/build-reference.js';
