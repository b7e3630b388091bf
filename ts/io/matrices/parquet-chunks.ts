import type { Compressors, FileMetaData, SchemaTree } from 'hyparquet';
import type { RangeSource } from '../text/ranges.js';
import type { ColumnChunk } from './parquet-pages.js';

/** The bytes of a Parquet file; those of columns of the present row group are read once. */
export class ParquetChunks implements RangeSource {
  readonly size: number;
  readonly #source: RangeSource;
  readonly #metadata: FileMetaData;
  readonly #columns: readonly SchemaTree[];
  readonly #held = new Map<number, Uint8Array>();
  #group = -1;

  constructor(source: RangeSource, metadata: FileMetaData, columns: readonly SchemaTree[]) {
    this.size = source.size;
    this.#source = source;
    this.#metadata = metadata;
    this.#columns = columns;
  }

  readonly read = async (start: number, length: number): Promise<Uint8Array> => {
    for (const [from, bytes] of this.#held) {
      if (start >= from && start + length <= from + bytes.length) {
        return bytes.subarray(start - from, start - from + length);
      }
    }
    return this.#source.read(start, length);
  };

  /**
   * Reads a column of the row group that a row is in, and looks at its pages.
   *
   * @returns the chunks of its leaves, sound
   * @throws {Error} for damaged pages
   */
  async checked(column: string, row: number, compressors: Compressors): Promise<readonly ColumnChunk[]> {
    // Only here, so that nothing of hyparquet is loaded for other files.
    const { checkPages } = await import('./parquet-pages.js');
    const chunks: ColumnChunk[] = [];
    const group = this.#groupOf(row);
    if (group !== this.#group) this.#held.clear();
    this.#group = group;
    const top = this.#columns.find(({ element }) => element.name === column);
    for (const { meta_data: metadata } of this.#metadata.row_groups[group]?.columns ?? []) {
      if (metadata?.path_in_schema[0] !== column || top === undefined) continue;
      const dictionary = Number(metadata.dictionary_page_offset ?? 0);
      const start = dictionary === 0 ? Number(metadata.data_page_offset) : dictionary;
      const length = Number(metadata.total_compressed_size);
      if (!(start >= 0 && length >= 0 && start + length <= this.size)) {
        throw new Error(`${column} should stand at bytes ${start} to ${start + length} of ${this.size}`);
      }
      const held = this.#held.get(start);
      const bytes = held ?? (await this.#source.read(start, length));
      const chunk = { bytes, metadata, path: pathTo(top, metadata.path_in_schema), compressors };
      if (held === undefined) checkPages(chunk);
      this.#held.set(start, bytes);
      chunks.push(chunk);
    }
    return chunks;
  }

  #groupOf(row: number): number {
    let end = 0;
    return this.#metadata.row_groups.findIndex(({ num_rows }) => {
      end += Number(num_rows);
      return row < end;
    });
  }
}

/** The elements of a schema from the column at the top to a leaf. */
function pathTo(top: SchemaTree, names: readonly string[]): SchemaTree[] {
  const path = [top];
  for (const name of names.slice(1)) {
    const next = path.at(-1)?.children.find(({ element }) => element.name === name);
    if (next === undefined) throw new Error(`no column ${names.join('.')} in the schema`);
    path.push(next);
  }
  return path;
}
