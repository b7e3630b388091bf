import type { Source } from '../../model/structure.js';
import { crc32 } from '../text/crc32.js';
import { type PackedLeaf, writeLeafRows } from './leaf-rows.js';
import {
  AXES,
  FRAME_BYTES,
  hasCopies,
  headBytes,
  LEAF_ROWS,
  leafPlace,
  leafValues,
  leafWidth,
  type ReferenceHead,
  UNKNOWN,
} from './reference-head.js';
import { labelBytes, type LabelPlace } from './reference-labels.js';

/** Rows in the order of leaves, whole leaves of them but for the last of a label. */
export interface LeafRows {
  readonly rows: Float64Array;
  /** In single precision each leaf as it is stored; `rows` are then what is read of it. */
  readonly packed?: readonly PackedLeaf[] | undefined;
  /** Number of each row among those that are stored, in the order in which they were given. */
  readonly numbers: ArrayLike<number>;
  /** Coordinates of each row along the axes of its label. */
  readonly points: Float64Array;
}

/** What a stored reference is made of, beside its rows. */
export interface ReferenceParts {
  readonly head: ReferenceHead;
  /** Of the rows of each label, one after the other. */
  readonly axes: Float64Array;
  /** First row of each frame, then the number of rows. */
  readonly frameOffsets: ArrayLike<number>;
  readonly sources: readonly (Source | undefined)[] | null;
  /**
   * For each environment the number of the row that is stored for it; `null` where each is stored.
   */
  readonly copies: Uint32Array | null;
  /** Of each label that the head names, its values and its texts, in their order. */
  readonly labels?: readonly LabelParts[] | undefined;
}

/** The values of a label, as they are stored; the texts that they stand for. */
export interface LabelParts {
  readonly values: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly texts: Uint8Array | undefined;
}

/** Writes a stored reference: the head, the leaves as they come, then the index. */
export async function* writeReference(
  { head, axes, frameOffsets, sources, copies, labels = [] }: ReferenceParts,
  blocks: AsyncIterable<LeafRows>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { bytes, layout } = headBytes(head);
  yield bytes;
  const index = new Uint8Array(layout.indexBytes);
  const boxes = new Float64Array(index.buffer, 8 * axes.length, 2 * AXES * layout.leaves);
  const checks = new Uint32Array(index.buffer, 8 * (axes.length + boxes.length), layout.leaves);
  new Float64Array(index.buffer, 0, axes.length).set(axes);
  const counts = copies === null ? null : countsOf(copies, head.kept);
  let leaf = 0;
  for await (const block of blocks) {
    for (let first = 0; first < block.numbers.length; first += LEAF_ROWS) {
      const { range, rows, start, end } = leafPlace(head, layout.ranges, leaf);
      const own = leafOf(head, block, first, rows, end - start, hasCopies(range) ? counts : null);
      checks[leaf] = crc32(own);
      boxes.set(boxOf(block.points, first, rows), 2 * AXES * leaf);
      leaf += 1;
      yield own;
    }
  }
  yield* withChecksum(index);
  yield* withChecksum(tableOf(head, frameOffsets, sources));
  if (copies !== null) {
    const part = new Uint8Array(layout.copiesBytes);
    new Uint32Array(part.buffer).set(copies);
    yield* withChecksum(part);
  }
  for (const [at, { values, texts }] of labels.entries()) {
    yield* labelBytes(layout.labels[at] as LabelPlace, values, texts);
  }
}

function countsOf(copies: Uint32Array, kept: number): Uint32Array {
  const counts = new Uint32Array(kept);
  for (const row of copies) counts[row] = (counts[row] as number) + 1;
  return counts;
}

function leafOf(
  head: ReferenceHead,
  { rows, numbers, packed }: LeafRows,
  first: number,
  count: number,
  size: number,
  counts: Uint32Array | null,
): Uint8Array {
  const width = leafWidth(head);
  const bytes = new Uint8Array(size);
  const values = rows.subarray(first * width, (first + count) * width);
  writeLeafRows(head, values, packed?.[first / LEAF_ROWS], bytes.buffer);
  const own = new Uint32Array(bytes.buffer, leafValues(head, count).end);
  for (let at = 0; at < count; at++) {
    const number = numbers[first + at] as number;
    own[at] = number;
    if (counts !== null) own[count + at] = counts[number] as number;
  }
  return bytes;
}

function boxOf(points: Float64Array, first: number, count: number): Float64Array {
  const box = new Float64Array(2 * AXES).fill(Infinity, 0, AXES).fill(-Infinity, AXES);
  for (let row = first; row < first + count; row++) {
    for (let axis = 0; axis < AXES; axis++) {
      const at = points[row * AXES + axis] as number;
      if (at < (box[axis] as number)) box[axis] = at;
      if (at > (box[AXES + axis] as number)) box[AXES + axis] = at;
    }
  }
  return box;
}

function tableOf(
  { frames, files }: ReferenceHead,
  offsets: ArrayLike<number>,
  sources: readonly (Source | undefined)[] | null,
): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((FRAME_BYTES * frames) / 8) * 8);
  const view = new Uint32Array(bytes.buffer);
  const places = new Map(files.map(({ file }, at) => [file, at]));
  for (let frame = 0; frame < frames; frame++) {
    const source = sources?.[frame];
    const atoms = (offsets[frame + 1] as number) - (offsets[frame] as number);
    const at = source === undefined ? undefined : places.get(source.file);
    view.set([atoms, at ?? UNKNOWN, at === undefined ? UNKNOWN : (source?.frame ?? UNKNOWN)], 3 * frame);
  }
  return bytes;
}

/** A part, its checksum, and what fills up to 8 bytes. */
function* withChecksum(part: Uint8Array): Generator<Uint8Array, void, undefined> {
  yield part;
  const end = new Uint8Array(8);
  new DataView(end.buffer).setUint32(0, crc32(part), true);
  yield end;
}
