/** `quests/io` for Node: what its functions take, judged. */
import {
  FUNCTION,
  kindOf,
  listOf,
  optional,
  options,
  record,
  FLAG,
  NUMBER,
  TEXT,
  TEXTS,
} from '../../base/kinds.js';
import * as io from '../../faces/node/io.js';
import type { WriteOptions } from '../../io/files/files.js';
import type { RunOptions } from '../../run/run-options.js';
import { ANY_MATRIX, FILE, PIECES, READ, READING, READING_TABLE, WRITING } from '../files.js';
import { judged, judgedGenerator, judgedPromise } from '../judged.js';
import { RUN, STRUCTURE_SERIES } from '../kinds.js';

export type * from '../../faces/node/io.js';
export { FORMATS, OutputClaim } from '../../faces/node/io.js';

const OVERWRITE = optional(FLAG);

/** Fields of a row of a table. */
const FIELDS = listOf(
  kindOf(
    'a number, text, true, false or null',
    (value) => value === null || ['number', 'string', 'boolean'].includes(typeof value),
  ),
  'fields',
);

export const checkOutput = judgedPromise(io.checkOutput, { path: TEXT, overwrite: OVERWRITE });

export const csvLine = judged(io.csvLine, { fields: FIELDS });

export const extendedName = judged(io.extendedName, { name: TEXT, ending: TEXT });

export const findFiles = judgedPromise(io.findFiles, {
  patterns: TEXTS,
  options: options<io.FindOptions>({ folder: TEXT }),
});

export const followStructures = judged(io.followStructures, {
  path: TEXT,
  options: options<io.FollowStructuresOptions>({
    backend: READ.backend,
    elements: READ.elements,
    format: READ.format,
    idle: NUMBER,
    onNote: FUNCTION,
    onProgress: FUNCTION,
    onReplaced: FUNCTION,
    onSkip: FUNCTION,
    onUnfinished: FUNCTION,
    signal: READ.signal,
  }),
});

export const formatByName = judged(io.formatByName, { name: TEXT });

export const formatOfName = judged(io.formatOfName, { file: TEXT });

export const isTableName = judged(io.isTableName, { path: TEXT });

export const openDataset = judgedPromise(io.openDataset, { files: listOf(FILE, 'paths'), options: READING });

export const openFile = judgedPromise(io.openFile, { file: FILE, options: READING });

export const readMatrix = judgedPromise(io.readMatrix, { path: TEXT, options: READING });

export const readRows = judgedPromise(io.readRows, { path: TEXT, options: READING_TABLE });

export const readStatePoints = judgedPromise(io.readStatePoints, { path: TEXT, options: READING_TABLE });

export const readThermo = judgedPromise(io.readThermo, {
  log: FILE,
  options: options<io.ThermoOptions & RunOptions>(RUN),
});

export const withThermo = judgedGenerator(io.withThermo, {
  structures: STRUCTURE_SERIES,
  thermo: record('thermodynamic output, as readThermo gives it', {
    file: TEXT,
    keys: TEXTS,
    rows: kindOf('a Map of rows', (value) => value instanceof Map),
  }),
  onBeyond: optional(FUNCTION),
});

export const writeMatrix = judgedPromise(io.writeMatrix, {
  path: TEXT,
  matrix: ANY_MATRIX,
  options: options<WriteOptions>(WRITING),
});

export const writeOutput = judgedPromise(io.writeOutput, {
  path: TEXT,
  pieces: PIECES,
  options: options<io.OutputOptions>(WRITING),
});

export const writeTable = judgedPromise(io.writeTable, {
  path: TEXT,
  parts: PIECES,
  options: options<WriteOptions>(WRITING),
});
