import { SPECIES } from '../model/descriptor-matrix.js';
import {
  ANYTHING,
  either,
  FLAG,
  FUNCTION,
  isRecord,
  listOf,
  notOfKind,
  NUMBERS,
  nullable,
  oneOf,
  optional,
  options,
  record,
  TEXT,
  TEXTS,
  type Kind,
  whole,
  NUMBER,
} from '../base/kinds.js';
import type { ReadDescriptorsOptions } from '../descriptor/descriptor-file.js';
import { FORMATS } from '../io/files/formats.js';
import type { ReadOptions } from '../io/files/opened.js';
import type { OpenReferenceOptions } from '../kernel/open-reference-blob.js';
import type { RunOptions } from '../run/run-options.js';
import { RUN } from './kinds.js';

// What functions that read and write files take.

export const FORMAT = oneOf(...FORMATS.map(({ name }) => name));

/** A file with what is to be read of it. */
const INPUT_FILE = record('a path, or { path, name, members, select }', {
  path: TEXT,
  name: optional(TEXT),
  members: optional(TEXT),
  select: optional(TEXT),
});

export const FILE = either(
  'a path, or { path, name, members, select }',
  [(value) => typeof value === 'string', TEXT],
  [isRecord, INPUT_FILE],
);

export const FILES = either(
  'a path, or an array of paths',
  [(value) => typeof value === 'string', TEXT],
  [Array.isArray, listOf(FILE, 'paths')],
);

export const READ = {
  ...RUN,
  elements: TEXTS,
  format: FORMAT,
  members: TEXT,
  onNote: FUNCTION,
  onSkip: FUNCTION,
  select: TEXT,
};

export const READING = options<ReadOptions & RunOptions>(READ);

/** Options of opening a stored reference. */
export const OPENING_REFERENCE = options<OpenReferenceOptions>({
  memory: NUMBER,
  onNote: FUNCTION,
  signal: RUN.signal,
});

export const READING_DESCRIPTORS = options<ReadDescriptorsOptions>({
  ...READ,
  k: nullable(whole(1)),
  cutoff: nullable(NUMBER),
  species: nullable(SPECIES),
});

/** Options of reading a table. */
export const READING_TABLE = options<RunOptions>(RUN);

export const WRITING = { ...RUN, format: FORMAT, overwrite: FLAG };

const SHAPE = listOf(whole(0), 'whole numbers');

/** A matrix as files hold it. */
export const STORED_MATRIX = record('a matrix { data, shape }', { data: NUMBERS, shape: SHAPE });

/** A matrix as files hold it, whole or in parts. */
export const ANY_MATRIX: Kind = {
  expected: 'a matrix { data, shape }, or { parts, shape }',
  judge: (value, name) => {
    if (!isRecord(value) || !('data' in value || 'parts' in value)) {
      throw notOfKind(ANY_MATRIX.expected, value, name);
    }
    if ('data' in value) return STORED_MATRIX.judge(value, name);
    return record(ANY_MATRIX.expected, { shape: SHAPE, parts: PIECES }).judge(value, name);
  },
};

/** What can be gone through. */
export const PIECES = either('an iterable or an async iterable', [
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value),
  ANYTHING,
]);
