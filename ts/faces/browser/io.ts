/** `quests/io`: files of structures, matrices and tables. */
import '../../backend/register-browser.js';

export { openBlob, openUrl, readMatrix, structuresBlob } from '../../io/files/blob.js';
export { type FileFolder, groupedFiles } from '../../io/files/file-folder.js';
export { formatByName, formatOfName } from '../../io/files/detect-format.js';
export type { Format, FormatName } from '../../io/files/format.js';
export { FORMATS } from '../../io/files/formats.js';
export type { MatrixFile, OpenFile, StructureFile } from '../../io/files/opened.js';
export type { ReadNote } from '../../io/structures/frames.js';
export type { StoredMatrix } from '../../io/matrices/stored-matrix.js';
