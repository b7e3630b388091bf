import { leafValues, leafWidth, type ReferenceHead } from './reference-head.js';

/** Rows of a leaf in single precision. */
export interface PackedLeaf {
  /** The mean row. */
  readonly origin: Float64Array;
  /** What each row differs from it. */
  readonly differences: Float32Array;
}

/**
 * Rows of a leaf as differences from their mean, which are small: what single precision takes away
 * is some 1e-9 of a descriptor.
 */
export function packedLeaf(rows: Float64Array, width: number): PackedLeaf {
  const origin = new Float64Array(width);
  const count = rows.length / width;
  for (const [at, value] of rows.entries()) {
    origin[at % width] = (origin[at % width] as number) + value / count;
  }
  const differences = Float32Array.from(rows, (value, at) => value - (origin[at % width] as number));
  return { origin, differences };
}

/** The rows as they are read. */
export function unpackedLeaf({ origin, differences }: PackedLeaf): Float64Array {
  const width = origin.length;
  return Float64Array.from(differences, (difference, at) => (origin[at % width] as number) + difference);
}

/** The numbers of a leaf in the bytes of a file. */
export function writeLeafRows(
  head: ReferenceHead,
  rows: Float64Array,
  packed: PackedLeaf | undefined,
  bytes: ArrayBuffer,
): void {
  if (packed === undefined) {
    new Float64Array(bytes, 0, rows.length).set(rows);
    return;
  }
  const width = leafWidth(head);
  new Float64Array(bytes, 0, width).set(packed.origin);
  const { start } = leafValues(head, rows.length / width);
  new Float32Array(bytes, start, rows.length).set(packed.differences);
}

/** The same the other way. */
export function readLeafRows(head: ReferenceHead, rows: number, bytes: ArrayBuffer): Float64Array {
  const width = leafWidth(head);
  const { start } = leafValues(head, rows);
  if (head.precision === 'f64') return new Float64Array(bytes, start, rows * width);
  return unpackedLeaf({
    origin: new Float64Array(bytes, 0, width),
    differences: new Float32Array(bytes, start, rows * width),
  });
}
