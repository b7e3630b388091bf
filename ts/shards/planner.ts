import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '../backend/backend.js';
import { pieceModule, type PieceModule } from '../backend/pieces.js';
import { QuestsError } from '../error.js';
import { accessError } from '../io/access.js';
import { inCore } from '../job.js';
import { checkComparable, type DescriptorKind, type DescriptorMatrix } from '../matrix.js';
import type { RunOptions } from '../options.js';
import { arrange, axesOf, COORDINATES, type OrderedBlock, orderedWidth } from './arrange.js';
import { writeBlock } from './block.js';
import { BASE_BYTES, fewestShards, leastBytes, priced, TASK_SECONDS } from './cost.js';
import {
  type Manifest,
  MANIFEST,
  plannedInput,
  saveManifest,
  type StoredSet,
  type Work,
  openWork,
} from './manifest.js';
import { blockRows, type RowSource, RowStore, SomeRows } from './row-store.js';

/** Options of a plan. */
export interface PlanOptions extends RunOptions {
  readonly backend: Backend;
  /** Bytes of memory that a task may take. Default: no limit. */
  readonly memory?: number | undefined;
  /** Replaces a working folder. Default: one that is there is refused. */
  readonly overwrite?: boolean | undefined;
}

/** What a manifest is told, beside what the planner knows. */
export type PlanFacts = Pick<
  Manifest,
  'version' | 'arguments' | 'folder' | 'bandwidths' | 'shards' | 'facts'
> & {
  /** Files that were read. */
  readonly inputs: readonly string[];
};

/** Files of working folders; no other is ever removed. */
const OWN = /^(manifest\.json|.*\.(rows|block|result|failed|sbatch|out|err)|\..*(\.tmp|\.records[01]*))$/;

/**
 * Makes a working folder: descriptors are computed here, once, put in order, and stored in blocks with checksums. What is in
 * memory is bounded by the largest batch.
 */
export class Planner {
  readonly #folder: string;
  readonly #options: PlanOptions;
  readonly #core: PieceModule;
  readonly #sets: StoredSet[] = [];
  /** Rows in the order given, which go when the plan is done. */
  readonly #stores = new Map<number, RowStore>();
  readonly #axes = new Map<number, Float64Array>();
  readonly #sums: { queries: number; over: number }[] = [];
  #kind: DescriptorKind | undefined;

  /**
   * @throws {QuestsError} FILE_ACCESS: a folder that is there, without `overwrite`, or holds something else;
   *   BACKEND_UNAVAILABLE
   */
  constructor(folder: string, options: PlanOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#core = pieceModule(options.backend);
    checkFolder(folder, options.overwrite ?? false);
    try {
      removeWork(folder);
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw accessError('write', folder, error);
    }
  }

  /** Stores a set that is summed over, and returns its number. */
  async reference(batches: AsyncIterable<DescriptorMatrix>): Promise<number> {
    const name = `set-${this.#sets.length}`;
    let store: RowStore | undefined;
    for await (const x of batches) {
      this.#check(x);
      store ??= new RowStore(this.#folder, name, x.width);
      await store.add(x.data);
    }
    if (store === undefined) throw new QuestsError('EMPTY', 'there are no environments');
    await store.finish();
    this.#stores.set(this.#sets.length, store);
    return this.#arranged(store, name);
  }

  /** Stores some rows of a set as a set of their own, and returns its number. */
  sample(set: number, numbers: Uint32Array): Promise<number> {
    const rows = new SomeRows(this.#stores.get(set) as RowStore, numbers);
    return this.#arranged(rows, `set-${this.#sets.length}`);
  }

  /** Environments of a set. */
  rows(set: number): number {
    return this.#sets[set]?.rows ?? 0;
  }

  async #arranged(source: RowSource, name: string): Promise<number> {
    const axes = axesOf(this.#core, source);
    const blocks = await arrange(this.#core, source, axes, { folder: this.#folder, name }, this.#options);
    this.#axes.set(this.#sets.length, axes);
    this.#sets.push({ rows: source.rows, segments: [blocks] });
    return this.#sets.length - 1;
  }

  /** Stores queries over a set, each batch in an order of its own, and returns their number. */
  async queries(batches: AsyncIterable<DescriptorMatrix>, over: number): Promise<number> {
    const axes = this.#axes.get(over) as Float64Array;
    const number = this.#sets.length;
    const segments: OrderedBlock[][] = [];
    let rows = 0;
    for await (const x of batches) {
      this.#check(x);
      segments.push(
        await this.#segment(x, axes, rows, `set-${number}-${String(segments.length).padStart(6, '0')}`),
      );
      rows += x.rows;
    }
    this.#sets.push({ rows, segments });
    return number;
  }

  /** Plans the sums of all rows of a set over another, or over itself. */
  sums(queries: number, over: number): void {
    this.#sums.push({ queries, over });
  }

  /**
   * Writes the manifest, with which the plan is done.
   *
   * @throws {QuestsError} TOO_LARGE: tasks that don't fit their memory
   */
  async finish({ inputs, ...facts }: PlanFacts): Promise<Work> {
    const { width, k, cutoff, species } = this.#kind as DescriptorKind;
    const unpriced = {
      format: 1 as const,
      ...facts,
      inputs: await Promise.all([...new Set(inputs)].map(plannedInput)),
      descriptors: { width, k, cutoff, species },
      sets: this.#sets,
      sums: this.#sums,
    };
    for (const { blocks } of this.#stores.values()) {
      for (const { file } of blocks) await rm(join(this.#folder, file));
    }
    this.#checkMemory(unpriced);
    const cost = await priced(this.#folder, unpriced, this.#options);
    await saveManifest(this.#folder, { ...unpriced, cost });
    return openWork(this.#folder, facts.version);
  }

  /** Takes away a plan that wasn't finished. */
  abandon(): void {
    if (existsSync(join(this.#folder, MANIFEST))) return;
    removeWork(this.#folder);
    if (readdirSync(this.#folder).length === 0) rmdirSync(this.#folder);
  }

  #check(x: DescriptorMatrix): void {
    this.#kind ??= x;
    checkComparable(x, this.#kind);
  }

  #checkMemory(manifest: Omit<Manifest, 'cost'>): void {
    const { memory } = this.#options;
    if (memory === undefined) return;
    const fewest = fewestShards(manifest, memory);
    if (fewest !== undefined && fewest <= manifest.shards) return;
    throw doNotFit(manifest.shards, memory, fewest, leastBytes(manifest));
  }

  async #segment(
    x: DescriptorMatrix,
    axes: Float64Array,
    first: number,
    name: string,
  ): Promise<OrderedBlock[]> {
    const { width, data } = x;
    const points = inCore(() => this.#core.project(axes, data, width));
    const order = inCore(() => this.#core.order(points));
    const share = this.#core.shareRows();
    const perBlock = blockRows(orderedWidth(width), share);
    const blocks: OrderedBlock[] = [];
    for (let from = 0; from < order.length; from += perBlock) {
      const rows = order.subarray(from, from + perBlock);
      const gather = (values: Float64Array, size: number): Float64Array => {
        const out = new Float64Array(rows.length * size);
        for (const [at, row] of rows.entries())
          out.set(values.subarray(row * size, (row + 1) * size), at * size);
        return out;
      };
      const numbers = Float64Array.from(rows, (row) => first + row);
      const file = `${name}-${String(blocks.length).padStart(6, '0')}.block`;
      const parts = [numbers, gather(points, COORDINATES), gather(data, width)];
      const block = await writeBlock(this.#folder, file, rows.length, parts);
      blocks.push({ ...block, place: from / share });
    }
    return blocks;
  }
}

/** What is known of frames before they are planned. */
export interface FramePlan extends Omit<PlanFacts, 'bandwidths'> {
  readonly descriptors: Manifest['descriptors'];
  readonly frames: number;
  /** Seconds of one core that all frames take, and that reading them takes. */
  readonly computing: number;
  readonly reading: number;
  /** Bytes of the results of all frames. */
  readonly resultBytes: number;
  /** Bytes that the process took for the largest frames. */
  readonly usedBytes: number;
}

/**
 * Makes a working folder for a command that computes frame by frame: tasks read their frames themselves, so that there is nothing
 * but a manifest.
 *
 * @throws {QuestsError} as {@link Planner}
 */
export async function planFrames(folder: string, plan: FramePlan, options: PlanOptions): Promise<Work> {
  checkFolder(folder, options.overwrite ?? false);
  const { computing, reading, resultBytes, inputs, ...rest } = plan;
  const { usedBytes: used, ...facts } = rest;
  const usedBytes = Math.max(used, BASE_BYTES);
  const { shards } = facts;
  const taskBytes = usedBytes + (2 * resultBytes) / shards;
  const { memory = Infinity } = options;
  if (taskBytes > memory) {
    const fewest = memory > usedBytes ? Math.ceil((2 * resultBytes) / (memory - usedBytes)) : undefined;
    throw doNotFit(shards, memory, fewest, usedBytes);
  }
  try {
    removeWork(folder);
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw accessError('write', folder, error);
  }
  await saveManifest(folder, {
    format: 1,
    ...facts,
    bandwidths: [],
    inputs: await Promise.all([...new Set(inputs)].map(plannedInput)),
    sets: [],
    sums: [],
    cost: {
      // Each task passes over the frames before its own.
      coreSeconds: computing + shards * (TASK_SECONDS + reading / 2),
      taskBytes,
      mergeBytes: usedBytes + 2 * resultBytes,
      diskBytes: resultBytes,
    },
  });
  return openWork(folder, facts.version);
}

function doNotFit(shards: number, memory: number, fewest: number | undefined, least: number): QuestsError {
  const advice =
    fewest === undefined
      ? `every task takes ${Math.ceil(least / 1e6)} MB at least`
      : `${fewest} shards would`;
  const size = `${Math.floor(memory / 1e6)} MB`;
  return new QuestsError('TOO_LARGE', `tasks of ${shards} shards do not fit ${size}: ${advice}`);
}

/**
 * Refuses a working folder that cannot be made.
 *
 * @throws {QuestsError} FILE_ACCESS
 */
export function checkFolder(folder: string, overwrite: boolean): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw inTheWay(folder, 'is a file');
  const names = readdirSync(folder);
  if (names.length === 0) return;
  if (!names.every((name) => OWN.test(name))) throw inTheWay(folder, 'holds other files');
  if (!overwrite) throw inTheWay(folder, 'is a working folder already; --overwrite replaces it');
}

function inTheWay(folder: string, what: string): QuestsError {
  return new QuestsError('FILE_ACCESS', `cannot plan in ${folder}: it ${what}`);
}

/** Removes what plans and shards wrote, the manifest first: without it nothing counts. */
function removeWork(folder: string): void {
  if (!existsSync(folder)) return;
  const own = readdirSync(folder).filter((name) => OWN.test(name) && name !== MANIFEST);
  for (const name of [MANIFEST, ...own]) rmSync(join(folder, name), { force: true });
}
