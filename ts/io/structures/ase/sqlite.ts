import { inBlocks } from '../../text/blocks.js';
import { type FilePlace, invalidFile, shown } from '../../text/fault.js';
import type { RangeSource } from '../../text/ranges.js';
import { readPart, viewOf } from '../../text/part.js';
import { recordValues, type SqliteValue, varint } from './sqlite-record.js';

const MAGIC = 'SQLite format 3\0';
const HEAD_BYTES = 100;

const INTERIOR = 5;
const LEAF = 13;

/** Versions of the file format: with a journal, and with a log (WAL). */
const WITH_LOG = 2;

/** Whether a file begins like SQLite. */
export function looksLikeSqlite(head: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(head.subarray(0, MAGIC.length)) === MAGIC;
}

/**
 * What is wrong where a file has fewer pages than its header says. Old programs say none, or do not
 * keep the number: it counts where it was written at the last change.
 */
function cutBy(head: DataView, pageSize: number, size: number): string | undefined {
  const pages = head.getUint32(28);
  const isKept = head.getUint32(24) === head.getUint32(92);
  if (!isKept || pages * pageSize <= size) return undefined;
  return `${size} bytes, but its header promises ${pages} pages of ${pageSize}; is it cut?`;
}

/** A table: where its tree begins, and the names of its columns. */
export interface SqliteTable {
  readonly root: number;
  readonly columns: readonly string[];
}

/** A row of a table: its id, and where its values are. */
export interface SqliteRow {
  readonly id: number;
  readonly values: (place: FilePlace) => Promise<readonly SqliteValue[]>;
}

/**
 * The tables of a database of SQLite, read only: rows in the order of their ids, from the pages of
 * a B-tree. Only the pages on the way are read.
 */
export class Sqlite {
  /** Whether changes may stand in a second file, FILE-wal. */
  readonly hasLog: boolean;
  /** What is wrong with the length of the file; undefined where all pages are there. */
  readonly cut: string | undefined;
  private readonly source: RangeSource;
  private readonly file: string;
  private readonly pageSize: number;
  /** Bytes of a page that are used. */
  private readonly usable: number;
  private readonly pages: number;
  private readonly decoder: TextDecoder;

  private constructor(source: RangeSource, file: string, head: Uint8Array) {
    const view = viewOf(head);
    const size = view.getUint16(16);
    this.pageSize = size === 1 ? 65536 : size;
    this.usable = this.pageSize - (head[20] as number);
    if (this.pageSize < 512 || (this.pageSize & (this.pageSize - 1)) !== 0 || this.usable < 480) {
      throw invalidFile(
        { file },
        `pages of ${this.pageSize} bytes, expected a power of two from 512 to 65536`,
      );
    }
    this.source = inBlocks(source);
    this.file = file;
    this.pages = Math.ceil(source.size / this.pageSize);
    this.cut = cutBy(view, this.pageSize, source.size);
    this.hasLog = head[19] === WITH_LOG;
    this.decoder = new TextDecoder(['utf-8', 'utf-8', 'utf-16le', 'utf-16be'][view.getUint32(56)] ?? 'utf-8');
  }

  /** @throws {QuestsError} INVALID_FILE for no database of SQLite */
  static async open(source: RangeSource, file: string): Promise<Sqlite> {
    const head = await readPart(source, 0, HEAD_BYTES, 'the header', { file });
    if (looksLikeSqlite(head)) return new Sqlite(source, file, head);
    throw invalidFile({ file }, 'not a database of SQLite: it does not begin with "SQLite format 3"');
  }

  /** A table by its name; undefined where there is none. */
  async table(name: string): Promise<SqliteTable | undefined> {
    const place = { file: this.file };
    for await (const { values } of this.rows(1)) {
      const [kind, own, , root, sql] = await values(place);
      if (kind !== 'table' || own !== name || typeof root !== 'number' || typeof sql !== 'string') continue;
      return { root, columns: columnsOf(sql) };
    }
    return undefined;
  }

  /**
   * The rows of the table whose tree begins with a page.
   *
   * @throws {QuestsError} INVALID_FILE for pages that are not as the tree promises
   */
  async *rows(root: number): AsyncGenerator<SqliteRow, void, undefined> {
    const place = { file: this.file };
    const waiting = [root];
    for (let visited = 0; ; visited++) {
      // Each page is in the tree once: more are a circle.
      if (visited + waiting.length > this.pages) {
        throw invalidFile(place, 'pages of the database lead in circles; is it damaged?');
      }
      const number = waiting.pop();
      if (number === undefined) return;
      const page = await this.page(number, place);
      if (page.kind === LEAF) {
        for (const cell of page.cells) yield this.row(page, cell, place);
      } else waiting.push(...page.children.reverse());
    }
  }

  private row({ bytes, number }: Page, cell: number, place: FilePlace): SqliteRow {
    const length = varint(bytes, cell);
    const id = length && varint(bytes, length.end);
    if (length === undefined || id === undefined) throw this.damaged(number, place);
    const start = id.end;
    return {
      id: id.value,
      values: async (here) => {
        const record = await this.payload(bytes, number, start, length.value, here);
        const values = recordValues(record, this.decoder);
        if (values === undefined) throw this.damaged(number, here);
        return values;
      },
    };
  }

  /** The bytes of a record, some of which may be in pages of their own. */
  private async payload(
    bytes: Uint8Array,
    number: number,
    start: number,
    length: number,
    place: FilePlace,
  ): Promise<Uint8Array> {
    const { usable } = this;
    const most = usable - 35;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const kept = least + ((length - least) % (usable - 4));
    const local = length <= most ? length : kept <= most ? kept : least;
    const isLocal = local === length;
    if (start + local + (isLocal ? 0 : 4) > bytes.length || length > this.source.size) {
      throw this.damaged(number, place);
    }
    if (isLocal) return bytes.subarray(start, start + length);
    const record = new Uint8Array(length);
    record.set(bytes.subarray(start, start + local));
    let next = viewOf(bytes).getUint32(start + local);
    for (let at = local; at < length;) {
      const page = await this.pageBytes(next, place);
      const part = page.subarray(4, Math.min(usable, 4 + length - at));
      record.set(part, at);
      at += part.length;
      next = viewOf(page).getUint32(0);
    }
    return record;
  }

  private async pageBytes(number: number, place: FilePlace): Promise<Uint8Array> {
    const { pageSize } = this;
    if (number < 1) throw invalidFile(place, 'a page of the database is missing; is it damaged?');
    return readPart(this.source, (number - 1) * pageSize, pageSize, `page ${number}`, place);
  }

  private async page(number: number, place: FilePlace): Promise<Page> {
    const bytes = await this.pageBytes(number, place);
    const view = viewOf(bytes);
    const head = number === 1 ? HEAD_BYTES : 0;
    const kind = bytes[head];
    if (kind !== LEAF && kind !== INTERIOR) {
      throw invalidFile(place, `page ${number} of the database is none of a table; is it damaged?`);
    }
    const count = view.getUint16(head + 3);
    const table = head + (kind === LEAF ? 8 : 12);
    if (table + 2 * count > bytes.length) throw this.damaged(number, place);
    const cells = Array.from({ length: count }, (_, at) => view.getUint16(table + 2 * at));
    if (cells.some((cell) => cell + 4 > bytes.length)) throw this.damaged(number, place);
    const children =
      kind === LEAF ? [] : [...cells.map((cell) => view.getUint32(cell)), view.getUint32(head + 8)];
    return { bytes, number, kind, cells, children };
  }

  private damaged(number: number, place: FilePlace): Error {
    return invalidFile(place, `page ${number} of the database is damaged`);
  }
}

/** A page of a table. */
interface Page {
  readonly bytes: Uint8Array;
  readonly number: number;
  readonly kind: number;
  /** Where its cells begin. */
  readonly cells: readonly number[];
  /** Pages that it leads to, in their order. */
  readonly children: number[];
}

/** Names of columns, from the statement that made a table. */
function columnsOf(sql: string): string[] {
  const plain = sql.replaceAll(/--[^\n]*|\/\*.*?\*\//gs, ' ');
  const inside = plain.slice(plain.indexOf('(') + 1, plain.lastIndexOf(')'));
  // Commas within brackets are no ends of columns.
  const flat = inside.replaceAll(/\([^()]*\)/g, ' ');
  const names = flat.split(',').map((column) => /^\s*["'`[]?(\w+)/.exec(column)?.[1] ?? shown(column));
  return names.filter((name) => !/^(primary|unique|check|foreign|constraint)$/i.test(name));
}
