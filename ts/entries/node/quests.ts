/** `quests` for Node: what its functions take, judged. */
import {
  either,
  FLAG,
  FUNCTION,
  isRecord,
  listOf,
  NUMBER_OR_NAN,
  oneOf,
  options,
  TEXT,
  TEXTS,
  whole,
} from '../../base/kinds.js';
import type { WriteDescriptorsOptions } from '../../descriptor/descriptor-file.js';
import * as node from '../../faces/node/quests.js';
import {
  FILE,
  FILES,
  OPENING_REFERENCE,
  READING,
  READING_DESCRIPTORS,
  STORED_MATRIX,
  WRITING,
} from '../files.js';
import { judgedGenerator, judgedPromise } from '../judged.js';
import { DESCRIPTOR_SERIES, DESCRIPTORS, RUN, STRUCTURE_SERIES } from '../kinds.js';

export * from '../quests.js';
export type {
  BuildReferenceOptions,
  BuiltReference,
  OpenReferenceOptions,
  ReadOptions,
  WriteOptions,
} from '../../faces/node/quests.js';

export const buildReference = judgedPromise(node.buildReference, {
  batches: DESCRIPTOR_SERIES,
  path: TEXT,
  options: options<node.BuildReferenceOptions>({
    ...RUN,
    bandwidth: NUMBER_OR_NAN,
    elements: FUNCTION,
    files: listOf(TEXT, 'paths'),
    keep: TEXTS,
    merge: NUMBER_OR_NAN,
    overwrite: FLAG,
    precision: oneOf('double', 'single'),
  }),
});

export const openReference = judgedPromise(node.openReference, {
  file: FILE,
  options: OPENING_REFERENCE,
});

export const readDescriptors = judgedPromise(node.readDescriptors, {
  source: either(
    'a path, or a matrix { file, data, shape }',
    [(value) => typeof value === 'string', TEXT],
    [(value) => isRecord(value) && 'data' in value, STORED_MATRIX],
  ),
  options: READING_DESCRIPTORS,
});

export const readStructures = judgedGenerator(node.readStructures, { files: FILES, options: READING });

export const writeDescriptors = judgedPromise(node.writeDescriptors, {
  path: TEXT,
  matrix: DESCRIPTORS,
  options: options<WriteDescriptorsOptions>({ ...WRITING, shape: listOf(whole(0), 'whole numbers') }),
});

export const writeStructures = judgedPromise(node.writeStructures, {
  path: TEXT,
  structures: STRUCTURE_SERIES,
  options: options<node.WriteOptions>(WRITING),
});
