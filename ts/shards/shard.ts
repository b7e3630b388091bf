import type { Backend } from '../backend/backend.js';
import { outOfCoreModule, type OutOfCoreModule } from '../backend/out-of-core.js';
import type { CorePiece } from '../backend/pieces.js';
import { runJob } from '../run/job.js';
import type { RunOptions } from '../run/run-options.js';
import { COORDINATES, orderedRows, orderedWidth, type OrderedBlock } from './arrange.js';
import { readBlock } from './block.js';
import { storedWidth } from './given-rows.js';
import type { Manifest, StoredSet, Work } from './manifest.js';
import { type Unit, unitsOf } from './units.js';
import { inCore } from '../base/error.js';

/** Bytes of the rows of queries that are in memory at once, and pass over the set together. */
export const QUERY_BYTES = 1 << 25;

/** A piece of a shard has all of its leaves, and each row once. */
const LEAVES_IN_TURN = new Uint32Array(0);
const COUNTED_ONCE = new Float64Array(0);

/** log p of some rows of a set. */
export interface ShardPart {
  /** Number of the sums. */
  readonly sums: number;
  /** Given number of each row. */
  readonly numbers: Float64Array;
  /** bandwidths × rows. */
  readonly logs: Float64Array;
}

/** What a shard gives. */
export interface ShardOutput {
  readonly parts: readonly ShardPart[];
  /** What a command that computes frames says of them, as JSON. */
  readonly said?: unknown;
}

/** Queries in memory. */
interface Queries {
  readonly unit: Unit;
  readonly piece: CorePiece;
  readonly numbers: Float64Array;
  sums: Float64Array;
  logs: Float64Array;
}

/** Reads the blocks of a plan as they are asked for; each is checked each time. */
export class Blocks {
  readonly core: OutOfCoreModule;
  readonly #work: Work;
  readonly #width: number;

  constructor(work: Work, backend: Backend) {
    this.#work = work;
    this.#width = storedWidth(work.manifest.descriptors);
    this.core = outOfCoreModule(backend);
  }

  async read(block: OrderedBlock): Promise<ReturnType<typeof orderedRows>> {
    return orderedRows(await readBlock(this.#work.folder, block, orderedWidth(this.#width)), block);
  }

  /** Some rows of a block that was read. */
  piece({ rows, points }: ReturnType<typeof orderedRows>, from: number, to: number): CorePiece {
    const width = this.#width;
    return inCore(() =>
      this.core.piece(
        rows.subarray(from * width, to * width),
        width,
        points.subarray(from * COORDINATES, to * COORDINATES),
        LEAVES_IN_TURN,
        COUNTED_ONCE,
      ),
    );
  }
}

/**
 * Computes a shard: log p of its rows. Each set that is summed over is read block by block, once
 * for as many queries as are in memory at once.
 *
 * @throws {QuestsError} INVALID_FILE: a damaged block; FILE_ACCESS; BACKEND_UNAVAILABLE
 */
export async function computeShard(
  work: Work,
  shard: number,
  options: RunOptions & { readonly backend: Backend },
): Promise<ShardOutput> {
  const blocks = new Blocks(work, options.backend);
  const { descriptors } = work.manifest;
  const units = unitsOf(work.manifest, blocks.core, shard);
  const groups = grouped(units, QUERY_BYTES / (8 * storedWidth(descriptors)));
  const total = groups.reduce((count, [first]) => {
    const { sums, block } = first as Unit;
    return count + setOver(work.manifest, sums, block.label).length;
  }, 0);
  const parts: ShardPart[] = [];
  let done = 0;
  for (const group of groups) {
    const { sums: number, block: queried } = group[0] as Unit;
    const queries = await loaded(blocks, group);
    const pass = passOf(work, blocks, number, queried.label, options);
    await addAll(pass, queries, () => options.onProgress?.({ done: ++done, total, phase: 'kernel sums' }));
    await takeAgain(pass, queries, async (use) => {
      for (const block of pass.set) {
        const piece = blocks.piece(await blocks.read(block), 0, block.rows);
        await use(piece);
        piece.free();
      }
    });
    for (const { piece } of queries) piece.free();
    for (const { numbers, logs } of queries) parts.push({ sums: number, numbers, logs });
  }
  return { parts };
}

/** Blocks that queries of a label are summed over: those of the same label. */
function setOver({ sets, sums }: Manifest, number: number, label: number | undefined): OrderedBlock[] {
  return blocksOf(sets[sums[number]?.over ?? -1], label);
}

function blocksOf(set: StoredSet | undefined, label: number | undefined): OrderedBlock[] {
  return (set?.segments ?? []).flat().filter((block) => block.label === label);
}

function rowsIn(blocks: readonly OrderedBlock[]): number {
  return blocks.reduce((count, { rows }) => count + rows, 0);
}

/** Units of the same sums and label, as many as are in memory at once. */
function grouped(units: readonly Unit[], rows: number): Unit[][] {
  const groups: Unit[][] = [];
  let room = 0;
  for (const unit of units) {
    const size = unit.to - unit.from;
    const group = groups.at(-1);
    const first = group?.[0];
    const isAlike = first?.sums === unit.sums && first.block.label === unit.block.label;
    if (group !== undefined && isAlike && size <= room) group.push(unit);
    else {
      groups.push([unit]);
      room = rows;
    }
    room -= size;
  }
  return groups;
}

async function loaded(blocks: Blocks, units: readonly Unit[]): Promise<Queries[]> {
  const found: Queries[] = [];
  let held: { block: OrderedBlock; data: Awaited<ReturnType<Blocks['read']>> } | undefined;
  for (const unit of units) {
    const { block, from, to } = unit;
    if (held?.block !== block) held = { block, data: await blocks.read(block) };
    found.push({
      unit,
      piece: blocks.piece(held.data, from, to),
      numbers: held.data.numbers.slice(from, to),
      sums: new Float64Array(0),
      logs: new Float64Array(0),
    });
  }
  return found;
}

/** What one pass over a set needs. */
export interface Pass {
  readonly blocks: Blocks;
  readonly set: readonly OrderedBlock[];
  /** Rows of the set. */
  readonly terms: number;
  /** Rows of the set that decide how far kernels are summed. */
  readonly termsOfReach: number;
  /** Whether the queries are of the set itself. */
  readonly own: boolean;
  /** Whether the queries are of the reference of sums from one pass. */
  readonly asking: boolean;
  readonly bandwidths: Float64Array;
  readonly options: RunOptions;
}

/** What a pass for some sums of queries of a label needs. */
export function passOf(
  { manifest }: Work,
  blocks: Blocks,
  number: number,
  label: number | undefined,
  options: RunOptions,
): Pass {
  const { sets, sums, bandwidths } = manifest;
  const { queries, over, mutual } = sums[number] as (typeof sums)[number];
  const set = blocksOf(sets[over], label);
  const terms = rowsIn(set);
  return {
    blocks,
    set,
    terms,
    termsOfReach: mutual === undefined ? terms : Math.max(terms, rowsIn(blocksOf(sets[queries], label))),
    own: queries === over,
    asking: mutual === 'asking',
    bandwidths: Float64Array.from(bandwidths),
    options: { ...options, onProgress: undefined },
  };
}

/** Sums of all queries over the whole set. */
async function addAll(pass: Pass, queries: readonly Queries[], onBlock: () => void): Promise<void> {
  const { blocks, set, own, bandwidths } = pass;
  for (const query of queries) query.sums = new Float64Array(bandwidths.length * query.numbers.length);
  for (const block of set) {
    const data = await blocks.read(block);
    const piece = blocks.piece(data, 0, block.rows);
    for (const query of queries) {
      const place = query.unit.block.place + query.unit.from / blocks.core.shareRows();
      query.sums = await addPiece(pass, query.piece, place, piece, block.place, query.sums);
    }
    piece.free();
    onBlock();
  }
  for (const query of queries) {
    query.logs =
      set.length === 0
        ? // No row has their label: p is 0.
          query.sums.fill(-Infinity)
        : blocks.core.pieceLogs(query.sums, bandwidths.length, own);
  }
}

/** Sums of some queries after a piece has been added. */
export function addPiece(
  { blocks: { core }, own, asking, termsOfReach, bandwidths, options }: Pass,
  queries: CorePiece,
  place: number,
  piece: CorePiece,
  first: number,
  sums: Float64Array,
): Promise<Float64Array> {
  const places = own ? Float64Array.of(place, first) : new Float64Array(0);
  return runJob(
    () => core.pieceSums(queries, piece, places, asking, termsOfReach, bandwidths, sums),
    options,
    'kernel sums',
  );
}

/** Queries that are taken again. */
interface Far {
  readonly query: Pick<Queries, 'piece' | 'logs'>;
  readonly rows: Uint32Array;
  nearest: Float64Array;
  sums: Float64Array;
}

/** Lends the pieces of a set, one after the other. */
export type Through = (use: (piece: CorePiece) => Promise<void>) => Promise<void>;

/** Takes queries again whose sums are small: the nearest rows first, then sums relative to them. */
export async function takeAgain(
  { blocks: { core }, bandwidths, options, terms }: Pass,
  queries: readonly Pick<Queries, 'piece' | 'logs'>[],
  throughAll: Through,
): Promise<void> {
  const far = queries
    .map((query): Far => {
      const all = query.logs.subarray(0, query.logs.length / bandwidths.length);
      const rows = Uint32Array.from(all.keys()).filter((row) => Number.isNaN(all[row]));
      const nearest = new Float64Array(rows.length).fill(Infinity);
      return { query, rows, nearest, sums: new Float64Array(rows.length * bandwidths.length) };
    })
    .filter(({ rows }) => rows.length > 0);
  if (far.length === 0) return;
  await throughAll(async (piece) => {
    for (const one of far) {
      const { query, rows, nearest } = one;
      one.nearest = await runJob(
        () => core.nearestPiece(query.piece, piece, rows, nearest),
        options,
        'kernel sums',
      );
    }
  });
  await throughAll(async (piece) => {
    for (const one of far) {
      const { query, rows, nearest, sums } = one;
      one.sums = await runJob(
        () => core.distantSums(query.piece, piece, rows, nearest, terms, bandwidths, sums),
        options,
        'kernel sums',
      );
    }
  });
  for (const { query, rows, nearest, sums } of far) {
    const found = core.distantLogs(sums, nearest, bandwidths);
    for (const [at, row] of rows.entries()) {
      for (let index = 0; index < bandwidths.length; index++) {
        query.logs[(index * query.logs.length) / bandwidths.length + row] = found[
          at * bandwidths.length + index
        ] as number;
      }
    }
  }
}
