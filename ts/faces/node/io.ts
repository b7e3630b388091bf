/** `quests/io`: files of structures, matrices and tables. */
import '../../backend/register-node.js';

export type { ReadDescriptorsOptions, WriteDescriptorsOptions } from '../../descriptor/descriptor-file.js';
export { type NamedMatrix, openDataset, type OpenDataset } from '../../io/files/dataset.js';
export { OutputClaim } from '../../io/files/claim.js';
export { openFile, readMatrix, writeMatrix, writeTable } from '../../io/files/files.js';
export { extendedName } from '../../io/files/file-name.js';
export { formatByName, formatOfName } from '../../io/files/detect-format.js';
export type { Format, FormatName } from '../../io/files/format.js';
export { FORMATS } from '../../io/files/formats.js';
export {
  type FollowedStructures,
  followStructures,
  type FollowStructuresOptions,
} from '../../io/files/follow.js';
export type { InputFile } from '../../io/files/input.js';
export { findFiles, type FindOptions } from '../../io/files/inputs.js';
export type { MatrixFile, OpenFile, StructureFile } from '../../io/files/opened.js';
export { checkOutput, type OutputOptions, writeOutput } from '../../io/files/output.js';
export type { ReadNote } from '../../io/structures/frames.js';
export { csvLine } from '../../io/matrices/csv.js';
export type { MatrixParts, NpyArray, StoredMatrix } from '../../io/matrices/stored-matrix.js';
export { readThermo, type Thermo, type ThermoOptions, withThermo } from '../../io/tables/lammps-log.js';
export { isTableName, readRows } from '../../io/tables/rows.js';
export { readStatePoints } from '../../io/tables/state-points.js';
export type { ColumnTable, ResultColumn } from '../../model/column-table.js';
