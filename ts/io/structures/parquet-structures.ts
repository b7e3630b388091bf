import type { Structure } from '../../model/structure.js';
import { invalidFile } from '../text/fault.js';
import type { RangeSource } from '../text/ranges.js';
import { ParquetFile } from '../matrices/parquet-file.js';
import type { FrameOptions } from './frames.js';
import { haveAtomRows, readAtomRows } from './parquet-atoms.js';
import { haveStructureRows, readStructureRows } from './parquet-rows.js';

/**
 * Whether a Parquet file holds structures or a matrix, as its columns say.
 *
 * @throws {QuestsError} INVALID_FILE for a damaged file
 */
export async function parquetHolds(source: RangeSource, file: string): Promise<'structures' | 'matrix'> {
  const { columns } = await ParquetFile.open(source, { file });
  return haveStructureRows(columns) || haveAtomRows(columns) ? 'structures' : 'matrix';
}

/**
 * Reads structures from Parquet, a row group, or a part of one, at a time. A row may be a
 * structure, with the columns of ColabFit, of OPTIMADE and LeMaterial, or of ASE; or an atom, as
 * this package writes them.
 *
 * @throws {QuestsError} INVALID_FILE for a damaged file, other columns, lists that are not as long
 *   as there are atoms; INVALID_STRUCTURE for coordinates or cells that are not finite, and sites
 *   of several elements; EMPTY for no row; TOO_LARGE for a row group that memory cannot hold. The
 *   signal's reason when cancelled
 */
export async function* readParquetStructures(
  source: RangeSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const parquet = await ParquetFile.open(source, options);
  const { columns } = parquet;
  if (haveStructureRows(columns)) yield* readStructureRows(parquet, options);
  else if (haveAtomRows(columns)) yield* readAtomRows(parquet, options);
  else {
    const names = columns.map(({ element }) => element.name).join(', ');
    throw invalidFile({ file: options.file }, `expected columns of structures, found ${names}`);
  }
}
