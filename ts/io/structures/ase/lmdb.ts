import { inBlocks } from '../../text/blocks.js';
import { type FilePlace, invalidFile } from '../../text/fault.js';
import type { RangeSource } from '../../text/ranges.js';
import { readPart, viewOf } from '../../text/part.js';

const MAGIC = 0xbeef_c0de;
/** The version of the data format of all LMDB 0.9. */
const VERSION = 1;

/** Bytes that a page begins with. */
const HEAD = 16;
/** Bytes of the head and content of a page that describes the database. */
const META_BYTES = HEAD + 136;
/** Where, in such a page, the tree of free pages and the main one are described. */
const FREE_TREE = HEAD + 24;
const MAIN_TREE = FREE_TREE + 48;

const BRANCH = 1;
const LEAF = 2;
const OVERFLOW = 4;

/** The value of a node is in pages of its own; it is a database; it has several values. */
const BIG = 1;
const NESTED = 2;
const DUPLICATES = 4;

/** No page: the root of an empty tree. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** Levels that a tree may have; LMDB allows as many. */
const MOST_LEVELS = 32;

/** Whether a file begins like LMDB: with a page that describes the database. */
export function looksLikeLmdb(head: Uint8Array): boolean {
  return head.length >= META_BYTES && viewOf(head).getUint32(HEAD, true) === MAGIC;
}

interface Meta {
  readonly pageSize: number;
  readonly levels: number;
  readonly entries: number;
  readonly root: number | undefined;
  readonly transaction: bigint;
}

/**
 * The main table of an LMDB database, as the last finished transaction left it: keys and values in
 * pages of a B+ tree. Of the file, the pages on the way to a key are read, and those of its value.
 */
export class Lmdb {
  /** How many keys there are. */
  readonly entries: number;
  private readonly source: RangeSource;
  private readonly meta: Meta;

  private constructor(source: RangeSource, meta: Meta) {
    this.source = source;
    this.meta = meta;
    this.entries = meta.entries;
  }

  /** @throws {QuestsError} INVALID_FILE for no database of LMDB, and for kinds that are not read */
  static async open(source: RangeSource, file: string): Promise<Lmdb> {
    const place = { file };
    const blocks = inBlocks(source);
    const first = metaOf(await readPart(blocks, 0, META_BYTES, 'the first page', place), place);
    const second = metaOf(
      await readPart(blocks, first.pageSize, META_BYTES, 'the second page', place),
      place,
    );
    return new Lmdb(blocks, second.transaction > first.transaction ? second : first);
  }

  /**
   * The value of a key; undefined where there is none. It holds until more is read.
   *
   * @throws {QuestsError} INVALID_FILE for pages that are not as the tree promises
   */
  async get(key: Uint8Array, place: FilePlace): Promise<Uint8Array | undefined> {
    const { levels, root } = this.meta;
    if (root === undefined) return undefined;
    let number = root;
    for (let level = 1; level < levels; level++) {
      const branch = await this.page(number, BRANCH, place);
      const at = branch.before(key);
      number = branch.child(at);
    }
    const leaf = await this.page(number, LEAF, place);
    const at = leaf.find(key);
    if (at === undefined) return undefined;
    const node = leaf.value(at);
    return node instanceof Uint8Array ? node : this.overflow(node.page, node.length, place);
  }

  private async page(number: number, kind: number, place: FilePlace): Promise<Page> {
    const { pageSize } = this.meta;
    const bytes = await readPart(this.source, number * pageSize, pageSize, `page ${number}`, place);
    return new Page(bytes, number, kind, place);
  }

  private async overflow(number: number, length: number, place: FilePlace): Promise<Uint8Array> {
    const start = number * this.meta.pageSize;
    const bytes = await readPart(this.source, start, HEAD + length, `page ${number}`, place);
    checkHead(viewOf(bytes), number, OVERFLOW, place);
    return bytes.subarray(HEAD);
  }
}

/** A page of a tree: keys in their order, and values or the numbers of further pages. */
class Page {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly count: number;
  private readonly number: number;
  private readonly place: FilePlace;

  constructor(bytes: Uint8Array, number: number, kind: number, place: FilePlace) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.number = number;
    this.place = place;
    checkHead(this.view, number, kind, place);
    const lower = this.view.getUint16(12, true);
    this.count = (lower - HEAD) >> 1;
    if (lower < HEAD || lower > bytes.length || (kind === BRANCH && this.count < 1)) throw this.damaged();
  }

  /** The last node of a branch whose keys may come before a key. */
  before(key: Uint8Array): number {
    let low = 0;
    // The first key of a branch is empty: it comes before all.
    for (let high = this.count - 1; low < high;) {
      const middle = (low + high + 1) >> 1;
      if (compare(this.key(middle), key) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The node of a leaf with a key. */
  find(key: Uint8Array): number | undefined {
    let low = 0;
    for (let high = this.count - 1; low <= high;) {
      const middle = (low + high) >> 1;
      const order = compare(this.key(middle), key);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  /** The page that a node of a branch leads to. */
  child(at: number): number {
    const node = this.node(at);
    return this.view.getUint32(node, true) + this.view.getUint16(node + 4, true) * 2 ** 32;
  }

  /** The value of a node of a leaf, or where it begins. */
  value(at: number): Uint8Array | { readonly page: number; readonly length: number } {
    const node = this.node(at);
    const length = this.view.getUint32(node, true);
    const flags = this.view.getUint16(node + 4, true);
    if ((flags & (NESTED | DUPLICATES)) !== 0) {
      throw invalidFile(this.place, 'a database of LMDB within the database, which is not read');
    }
    const start = node + 8 + this.view.getUint16(node + 6, true);
    const isBig = (flags & BIG) !== 0;
    if (start + (isBig ? 8 : length) > this.bytes.length) throw this.damaged();
    if (!isBig) return this.bytes.subarray(start, start + length);
    return { page: Number(this.view.getBigUint64(start, true)), length };
  }

  private key(at: number): Uint8Array {
    const node = this.node(at);
    const end = node + 8 + this.view.getUint16(node + 6, true);
    if (end > this.bytes.length) throw this.damaged();
    return this.bytes.subarray(node + 8, end);
  }

  /** Where a node begins. */
  private node(at: number): number {
    const node = this.view.getUint16(HEAD + 2 * at, true);
    if (node < HEAD || node + 8 > this.bytes.length) throw this.damaged();
    return node;
  }

  private damaged(): Error {
    return invalidFile(this.place, `page ${this.number} of the database is damaged`);
  }
}

function metaOf(bytes: Uint8Array, place: FilePlace): Meta {
  const view = viewOf(bytes);
  if (view.getUint32(HEAD, true) !== MAGIC)
    throw invalidFile(place, 'not a database of LMDB, or a damaged one');
  const version = view.getUint32(HEAD + 4, true);
  if (version !== VERSION) {
    throw invalidFile(place, `version ${version} of LMDB's data format, expected ${VERSION}`);
  }
  const pageSize = view.getUint32(FREE_TREE, true);
  if (pageSize < 256 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) {
    throw invalidFile(place, `pages of ${pageSize} bytes, expected a power of two from 256 to 65536`);
  }
  const flags = view.getUint16(MAIN_TREE + 4, true);
  if (flags !== 0) {
    throw invalidFile(place, 'keys with several values or in an order of their own, which are not read');
  }
  const levels = view.getUint16(MAIN_TREE + 6, true);
  const root = view.getBigUint64(MAIN_TREE + 40, true);
  if (levels > MOST_LEVELS || (levels === 0) !== (root === NO_PAGE)) {
    throw invalidFile(
      place,
      `a tree of ${levels} levels, expected 1 to ${MOST_LEVELS}; is the file damaged?`,
    );
  }
  return {
    pageSize,
    levels,
    entries: Number(view.getBigUint64(MAIN_TREE + 32, true)),
    root: root === NO_PAGE ? undefined : Number(root),
    transaction: view.getBigUint64(MAIN_TREE + 56, true),
  };
}

/** Compares the number of a page and its kind with what is expected. */
function checkHead(view: DataView, number: number, kind: number, place: FilePlace): void {
  const flags = view.getUint16(10, true);
  if (Number(view.getBigUint64(0, true)) === number && (flags & 0x67) === kind) return;
  const kinds: Record<number, string> = { [BRANCH]: 'a branch', [LEAF]: 'a leaf', [OVERFLOW]: 'a value' };
  throw invalidFile(
    place,
    `page ${number} of the database is not ${String(kinds[kind])}; is the file damaged?`,
  );
}

/** The order of keys: byte by byte, the shorter first. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
