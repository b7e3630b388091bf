/** `quests/io`: files of structures, matrices and tables. */
import '../../backend/register-browser.js';

export { openBlob, openUrl, readMatrix, structuresBlob } from '../../io/files/blob.js';
export { type FileFolder, groupedFiles } from '../../io/files/file-folder.js';
export { type Format, formatByName, type FormatName, formatOfName, FORMATS } from '../../io/files/formats.js';
export type { MatrixFile, OpenFile, StructureFile } from '../../io/files/opened.js';
export type { ReadNote } from '../../io/structures/frames.js';
export type { StoredMatrix } from '../../io/matrices/stored-matrix.js';
