import type { CoreModule } from '../backend/backend.js';
import type { CorePiece } from '../backend/pieces.js';
import { inCore } from '../base/error.js';
import { joined } from '../base/joined.js';
import type { ReferenceFile, StoredLeaf, StoredPart } from '../io/matrices/reference-file.js';
import type { RunOptions } from '../run/run-options.js';
import type { LeafCache } from './leaf-cache.js';

/**
 * Bytes of leaves that are laid out at once, where memory allows. With eight times as many, δH of
 * 1,000 rows takes a third to two thirds more processor time: docs/notes/references.md.
 */
const PIECE_BYTES = 1 << 22;

/** The file of a stored reference, the leaves that are in memory, and bytes that these may take. */
export interface ReferenceStorage {
  readonly file: ReferenceFile;
  readonly leaves: LeafCache;
  readonly memory: number;
}

/**
 * What a query is summed over: the environments of a stored reference, or some of them; where rows
 * have labels, those with one label, without it.
 */
export interface StoredRows {
  /** Without the label. */
  readonly width: number;
  /** Environments: copies count. */
  readonly rows: number;
  readonly part: StoredPart;
  readonly storage: ReferenceStorage;
  /** How often each stored row is there, by its number. Default: as the file says. */
  readonly counts?: Uint32Array | undefined;
}

/** Leaves of a stored reference, laid out in the core. */
export interface StoredPiece {
  readonly piece: CorePiece;
  readonly leaves: readonly StoredLeaf[];
}

/**
 * Lays leaves out, as many shares of the set at once as memory allows, and lends each piece.
 *
 * @param numbers among those of the part, rising
 * @param keeps whether leaves stay in memory for later calls
 */
export async function throughLeaves(
  core: CoreModule,
  x: StoredRows,
  numbers: Uint32Array,
  { signal, onProgress }: RunOptions,
  use: (part: StoredPiece) => Promise<void>,
  keeps = true,
): Promise<void> {
  const { width, part, storage, counts: own } = x;
  const { leaves: cache, memory } = storage;
  const perShare = core.shareRows() / core.leafRows();
  const room = Math.min(PIECE_BYTES, memory / 2) / (8 * width * core.leafRows());
  let done = 0;
  for (const some of inShares(numbers, perShare, room)) {
    signal?.throwIfAborted();
    const taken = await cache.take(
      some.map((leaf) => part.firstLeaf + leaf),
      keeps,
    );
    const leaves =
      own === undefined ? taken : taken.map((leaf) => ({ ...leaf, counts: countsOf(leaf, own) }));
    const rows = joined(
      leaves.map((leaf) => leaf.rows),
      Float64Array,
    );
    const counts = joined(
      leaves.map((leaf) => leaf.counts),
      Float64Array,
    );
    const piece = inCore(() =>
      core.piece(rows, width, core.project(part.axes, rows, width), Uint32Array.from(some), counts),
    );
    try {
      await use({ piece, leaves });
    } finally {
      piece.free();
    }
    done += some.length;
    onProgress?.({ done, total: numbers.length, phase: 'kernel sums' });
  }
}

function countsOf({ numbers }: StoredLeaf, counts: Uint32Array): Float64Array {
  return Float64Array.from(numbers, (number) => counts[number] as number);
}

/** Numbers of leaves, cut between shares: the sums of a share are added up before the next. */
function* inShares(
  leaves: Uint32Array,
  perShare: number,
  room: number,
): Generator<number[], void, undefined> {
  let part: number[] = [];
  for (const leaf of leaves) {
    const last = part.at(-1);
    const isNew = last !== undefined && Math.floor(last / perShare) !== Math.floor(leaf / perShare);
    if (isNew && part.length + perShare > room) {
      yield part;
      part = [];
    }
    part.push(leaf);
  }
  if (part.length > 0) yield part;
}
