import type { QuestsError } from '../../base/error.js';
import { invalidFile } from '../text/fault.js';
import { crc32 } from '../text/crc32.js';
import { mergedBound, type MergedRows } from './merged-rows.js';
import { type LabelPlace, labelPlaces, parseLabels, type StoredLabel } from './reference-labels.js';

// Described in docs/reference-file.md. All numbers are little-endian.

/** First bytes: not text, so that a file that was sent as text is known by its line ends. */
const MAGIC = Uint8Array.of(0x89, 0x51, 0x52, 0x45, 0x46, 0x0d, 0x0a, 0x1a);

/** The newest version that is read. */
export const REFERENCE_VERSION = 3;

/** Bytes before the head: the magic, version, length and checksum of the head. */
export const PREFIX_BYTES = 24;

/** Coordinates along axes that a box has two corners of. */
export const AXES = 8;

/** Rows of a leaf. */
export const LEAF_ROWS = 240;

/** Bytes of a frame in the table of frames: atoms, number of the file, index in it. */
export const FRAME_BYTES = 12;

/** Stands for a file or an index that is not known. */
export const UNKNOWN = 0xffff_ffff;

/** Longest head: names of some 100,000 files. */
const LARGEST_HEAD = 1 << 28;

/** A file that a reference was made from. */
export interface ReferenceSource {
  readonly file: string;
  /** SHA-256 of its bytes, in hexadecimal; `null` where it was no plain file. */
  readonly sha256: string | null;
}

/** How numbers of rows are stored: `f32` as differences from the mean row of their leaf. */
export type StoredPrecision = 'f64' | 'f32';

const PRECISIONS: readonly unknown[] = ['f64', 'f32'] satisfies StoredPrecision[];

/** Environments of one element, where rows begin with a label of it. */
export interface ReferencePart {
  /** First column of its rows, which leaves leave out; `null` where rows have no labels. */
  readonly label: number | null;
  /** Environments. */
  readonly rows: number;
  /** Rows that are stored. */
  readonly kept: number;
}

/** What a stored reference says of itself. */
export interface ReferenceHead {
  readonly precision: StoredPrecision;
  /** Environments. */
  readonly rows: number;
  /** Rows that are stored: fewer where copies are stored once. */
  readonly kept: number;
  readonly width: number;
  readonly k: number | null;
  readonly cutoff: number | null;
  /** Species of the blocks, or a word for the way in which rows are labelled, as files have it. */
  readonly species: readonly string[] | string | null;
  /** Elements of its structures, sorted; `null` where they are not known. */
  readonly elements: readonly string[] | null;
  readonly frames: number;
  readonly files: readonly ReferenceSource[];
  /** Absent where every environment is stored as it is. */
  readonly merged?: MergedRows | undefined;
  /** Labels of frames and atoms that are kept; absent where there are none. */
  readonly labels?: readonly StoredLabel[] | undefined;
  /** Where rows begin with a label, those of each, in the order in which labels first occur. */
  readonly parts?: readonly ReferencePart[] | undefined;
}

/** Rows by their labels: all of them, where they have none. */
export function partsOf({ parts, rows, kept }: ReferenceHead): readonly ReferencePart[] {
  return parts ?? [{ label: null, rows, kept }];
}

/** Numbers of a row in a leaf: without the label. */
export function leafWidth({ width, parts }: Pick<ReferenceHead, 'width' | 'parts'>): number {
  return parts === undefined ? width : width - 1;
}

/** The most environments that a query is summed over: of one element, where rows have labels. */
export function mostTerms(head: ReferenceHead): number {
  return partsOf(head).reduce((most, { rows }) => Math.max(most, rows), 0);
}

/**
 * The version that a file is written in: the first one that has what is in it, so that older
 * programs open what they know, and nothing else.
 */
function versionOf({ merged, labels, parts }: ReferenceHead): number {
  if (parts !== undefined) return 3;
  return merged === undefined && labels === undefined ? 1 : 2;
}

/** Leaves of rows with one label. */
export interface LeafRange extends ReferencePart {
  /** Number of the first leaf, and how many there are. */
  readonly firstLeaf: number;
  readonly leaves: number;
  /** First byte, and bytes of a whole leaf. */
  readonly start: number;
  readonly leafBytes: number;
}

/** Where the parts of a file are, in bytes. */
export interface ReferenceLayout {
  readonly leaves: number;
  readonly ranges: readonly LeafRange[];
  /** First byte of the rows. */
  readonly rows: number;
  /** First byte of the index, and its bytes without the checksum that follows. */
  readonly index: number;
  readonly indexBytes: number;
  readonly table: number;
  readonly tableBytes: number;
  /** Absent part: no bytes. */
  readonly copies: number;
  readonly copiesBytes: number;
  readonly labels: readonly LabelPlace[];
  readonly end: number;
}

/** Bytes of a checksum, and what fills up to a multiple of 8. */
const CHECKSUM = 8;

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** Whether copies are stored once, each with its count. */
export function hasCopies({ rows, kept }: Pick<ReferenceHead, 'rows' | 'kept'>): boolean {
  return kept < rows;
}

/** Where a leaf is, in bytes, and its rows: the last of a label may have fewer. */
export function leafPlace(
  head: ReferenceHead,
  ranges: readonly LeafRange[],
  leaf: number,
): { readonly range: LeafRange; readonly rows: number; readonly start: number; readonly end: number } {
  const range = ranges.findLast(({ firstLeaf }) => firstLeaf <= leaf) as LeafRange;
  const before = leaf - range.firstLeaf;
  const rows = Math.min(LEAF_ROWS, range.kept - before * LEAF_ROWS);
  const start = range.start + before * range.leafBytes;
  return { range, rows, start, end: start + leafBytes(head, range, rows) };
}

/**
 * Bytes of a leaf of so many rows: the rows, their numbers, and counts where there are copies; in
 * `f32` the mean row before them.
 */
function leafBytes(head: ReferenceHead, part: ReferencePart, rows: number): number {
  return leafValues(head, rows).end + padded(rows * (hasCopies(part) ? 8 : 4));
}

/** Where the numbers of a leaf of so many rows begin, and where they end, filled up. */
export function leafValues(
  head: Pick<ReferenceHead, 'width' | 'parts' | 'precision'>,
  rows: number,
): { start: number; end: number } {
  const width = leafWidth(head);
  return head.precision === 'f64'
    ? { start: 0, end: 8 * width * rows }
    : { start: 8 * width, end: 8 * width + padded(4 * width * rows) };
}

/** Where the parts are in a file with a head of so many bytes. */
export function layoutOf(head: ReferenceHead, headBytes: number): ReferenceLayout {
  const rows = PREFIX_BYTES + padded(headBytes);
  const ranges: LeafRange[] = [];
  let [leaves, index] = [0, rows];
  for (const part of partsOf(head)) {
    const whole = leafBytes(head, part, LEAF_ROWS);
    const own = Math.ceil(part.kept / LEAF_ROWS);
    ranges.push({ ...part, firstLeaf: leaves, leaves: own, start: index, leafBytes: whole });
    leaves += own;
    index += (own - 1) * whole + leafBytes(head, part, part.kept - (own - 1) * LEAF_ROWS);
  }
  const axesBytes = 8 * leafWidth(head) * (1 + AXES) * ranges.length;
  const indexBytes = axesBytes + 16 * AXES * leaves + padded(4 * leaves);
  const table = index + indexBytes + CHECKSUM;
  const tableBytes = padded(FRAME_BYTES * head.frames);
  const copies = table + tableBytes + CHECKSUM;
  const copiesBytes = hasCopies(head) ? padded(4 * head.rows) : 0;
  const others = copies + (copiesBytes === 0 ? 0 : copiesBytes + CHECKSUM);
  const labels = labelPlaces(head.labels ?? [], head, others);
  const end = labels.at(-1)?.end ?? others;
  return { leaves, ranges, rows, index, indexBytes, table, tableBytes, copies, copiesBytes, labels, end };
}

/** The prefix and the head, filled up to a multiple of 8 bytes. */
export function headBytes(head: ReferenceHead): { bytes: Uint8Array; layout: ReferenceLayout } {
  const { merged, ...others } = head;
  const version = versionOf(head);
  const said = {
    format: 'quests reference',
    version,
    axes: AXES,
    leaf_rows: LEAF_ROWS,
    ...others,
    ...(merged && { merged: { ...merged, ...boundKeys(merged, mostTerms(head)) } }),
  };
  const text = new TextEncoder().encode(JSON.stringify(said));
  const bytes = new Uint8Array(PREFIX_BYTES + padded(text.length));
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, version, true);
  view.setUint32(12, text.length, true);
  view.setUint32(16, crc32(text), true);
  bytes.set(text, PREFIX_BYTES);
  return { bytes, layout: layoutOf(head, text.length) };
}

/** What merging changes in a δH at the bandwidth of the file, for other readers. */
function boundKeys(merged: MergedRows, rows: number): Record<string, number> {
  const { below, above } = mergedBound(merged, rows, merged.bandwidth, 0);
  return { dH_below: below, dH_above: above, dH_above_per_dH: (merged.radius / merged.bandwidth) ** 2 };
}

/** Whether a file begins like a stored reference. */
export function looksLikeReference(head: Uint8Array): boolean {
  return MAGIC.every((byte, at) => head[at] === byte);
}

/**
 * Bytes and checksum of the head, from the prefix.
 *
 * @throws {QuestsError} INVALID_FILE for a file of something else, of a newer version, or damaged
 */
export function parsePrefix(prefix: Uint8Array, file: string): { length: number; checksum: number } {
  if (!looksLikeReference(prefix) || prefix.length < PREFIX_BYTES) {
    const isText = prefix[0] === MAGIC[0] && prefix[1] === MAGIC[1] && prefix[2] === MAGIC[2];
    const problem = isText ? 'a reference whose line ends were changed: copy it as binary' : 'no reference';
    throw invalidFile({ file }, `${problem}; \`quests reference build\` makes one`);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset);
  const version = view.getUint32(8, true);
  if (version > REFERENCE_VERSION) {
    const problem = `a reference of version ${version}, made by a newer quests`;
    throw invalidFile({ file }, `${problem}; this one reads up to version ${REFERENCE_VERSION}`);
  }
  const length = view.getUint32(12, true);
  if (version === 0 || length > LARGEST_HEAD) throw damaged(file, 'its first bytes');
  return { length, checksum: view.getUint32(16, true) };
}

/** What is wrong with a file whose checksums do not fit. */
export function damaged(file: string, what: string): QuestsError {
  return invalidFile({ file }, `${what} are damaged; make the reference again`);
}

/**
 * The head, from its text.
 *
 * @throws {QuestsError} INVALID_FILE for one that is damaged
 */
export function parseHead(text: Uint8Array, checksum: number, file: string): ReferenceHead {
  if (crc32(text) !== checksum) throw damaged(file, 'the first bytes');
  const said = JSON.parse(new TextDecoder().decode(text)) as Record<string, unknown>;
  const count = (name: string, least: number): number => {
    const value = said[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    throw invalidFile(
      { file },
      `the head says ${JSON.stringify(value)} for ${name}, expected a whole number`,
    );
  };
  const number = (name: string): number | null => {
    const value = said[name];
    return typeof value === 'number' ? value : null;
  };
  const texts = (name: string): readonly string[] | null => {
    const value = said[name];
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : null;
  };
  const [rows, kept] = [count('rows', 1), count('kept', 1)];
  if (kept > rows || said.leaf_rows !== LEAF_ROWS || said.axes !== AXES) {
    throw invalidFile({ file }, 'the head contradicts itself; make the reference again');
  }
  if (!PRECISIONS.includes(said.precision)) {
    const problem = `the head says ${JSON.stringify(said.precision)} for precision, expected f64 or f32`;
    throw invalidFile({ file }, problem);
  }
  const files = Array.isArray(said.files) ? (said.files as ReferenceSource[]) : [];
  const merged = mergedOf(said.merged, file);
  const labels = parseLabels(said.labels, file);
  const parts = parsedParts(said, file);
  return {
    precision: said.precision as StoredPrecision,
    rows,
    kept,
    width: count('width', 1),
    k: number('k'),
    cutoff: number('cutoff'),
    species: parts === undefined ? texts('species') : (said.species as string),
    elements: texts('elements'),
    frames: count('frames', 0),
    files,
    ...(merged && { merged }),
    ...(labels.length > 0 && { labels }),
    ...(parts && { parts }),
  };
}

/** Rows of each label; none of a head whose rows have no labels. */
function parsedParts(
  { parts, species, rows, kept, width }: Record<string, unknown>,
  file: string,
): readonly ReferencePart[] | undefined {
  if (parts === undefined && typeof species !== 'string') return undefined;
  const said = Array.isArray(parts) ? (parts as (Record<string, unknown> | null)[]) : [];
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
  const found = said.flatMap((part) => {
    const { label, rows: own, kept: stored } = part ?? {};
    const isPart = isCount(label) && isCount(own) && isCount(stored) && stored <= own;
    return isPart ? [{ label, rows: own, kept: stored }] : [];
  });
  const sum = (of: 'rows' | 'kept'): number => found.reduce((all, part) => all + part[of], 0);
  const isWhole = sum('rows') === rows && sum('kept') === kept && found.length === said.length;
  const areDistinct = new Set(found.map(({ label }) => label)).size === found.length;
  if (isWhole && areDistinct && typeof species === 'string' && width !== 1) return found;
  throw invalidFile(
    { file },
    'the head does not say which rows are of which element; make the reference again',
  );
}

function mergedOf(said: unknown, file: string): MergedRows | undefined {
  if (said === undefined) return undefined;
  const { share, bandwidth, radius } = (said ?? {}) as Record<string, unknown>;
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  if (isNumber(share) && isNumber(bandwidth) && isNumber(radius) && bandwidth > 0 && radius >= 0) {
    return { share, bandwidth, radius };
  }
  throw invalidFile({ file }, 'the head does not say how environments were merged; make the reference again');
}
