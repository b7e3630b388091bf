import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '../backend/backend.js';
import { outOfCoreModule, type OutOfCoreModule } from '../backend/out-of-core.js';
import { QuestsError } from '../base/error.js';
import { kindOf, listOf, record, TEXT, typedArray, whole } from '../base/kinds.js';
import { checkComparable, type DescriptorKind, DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import { arrange, axesOf, type OrderedBlock } from './arrange.js';
import { isLabelled } from '../base/species-mode.js';
import { byLabel } from '../kernel/labelled-rows.js';
import { drawnSample } from '../kernel/sample-entropy.js';
import { BlockSample } from './block-sample.js';
import { GivenRows, type LabelGroup, type RowsAsGiven, SomeGivenRows } from './given-rows.js';
import { GroupedSample } from './grouped-sample.js';
import type { PlannedSample } from './estimate.js';
import { doNotFit, fewestShards, leastBytes, priced } from './cost.js';
import { abandonFolder, checkFolder, makeFolder } from './folder.js';
import {
  type Manifest,
  plannedInput,
  type PlannedSums,
  saveManifest,
  type StoredSet,
  type Work,
  openWork,
} from './manifest.js';
import { grownBlocks, labelledName, queryBlocks } from './label-blocks.js';
import { RowStore } from './row-store.js';

/** Options of a plan. */
export interface PlanOptions extends RunOptions {
  readonly backend: Backend;
  /** Bytes of memory that a task may take. Default: no limit. */
  readonly memory?: number | undefined;
  /** Replaces a working folder. Default: one that is there is refused. */
  readonly overwrite?: boolean | undefined;
}

const PLAN_OPTIONS = record('an object of options with a backend', {
  backend: record('what loadBackend gives', { name: TEXT, core: record('a core', {}) }),
});

const MATRIX = kindOf('a DescriptorMatrix', (value) => value instanceof DescriptorMatrix);
const BATCHES = kindOf(
  'DescriptorMatrix in an async iterable',
  (value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
);
const NUMBERS = typedArray('Uint32Array');
const COUNT = whole(1);

const FACTS = record('facts of the plan', {
  version: TEXT,
  command: record('a command { name, … }', { name: TEXT }),
  folder: TEXT,
  bandwidths: listOf(kindOf('a number', Number.isFinite), 'bandwidths', 1),
  shards: COUNT,
  inputs: listOf(TEXT, 'paths'),
});

/** Axes of a set, for each label its rows have. */
type GroupAxes = ReadonlyMap<number | undefined, Float64Array>;

/** What a sample of a set is drawn for. */
export interface SampleOptions {
  /** h, in 1/Å; that of the plan. */
  readonly bandwidth: number;
  /** Target half-width of the 95 % interval of H, in nats, above 0. */
  readonly tolerance: number;
  readonly seed: number;
}

const POSITIVE = kindOf('a number above 0', (value) => Number(value) > 0 && Number(value) < Infinity);
const SAMPLING = record('a sample { bandwidth, tolerance, seed }', {
  bandwidth: POSITIVE,
  tolerance: POSITIVE,
  seed: whole(0),
});

/** What a manifest is told, beside what the planner knows. */
export type PlanFacts = Pick<
  Manifest,
  'version' | 'command' | 'folder' | 'bandwidths' | 'shards' | 'facts'
> & {
  /** Files that were read. */
  readonly inputs: readonly string[];
};

/**
 * Makes a working folder: descriptors are computed here, once, put in order, and stored in blocks
 * with checksums. What is in memory is bounded by the largest batch.
 */
export class Planner {
  readonly #folder: string;
  readonly #options: PlanOptions;
  readonly #core: OutOfCoreModule;
  readonly #sets: StoredSet[] = [];
  /** Rows in the order given, which go when the plan is done. */
  readonly #stores = new Map<number, GivenRows>();
  readonly #axes = new Map<number, GroupAxes>();
  readonly #sums: PlannedSums[] = [];
  #kind: DescriptorKind | undefined;

  /**
   * @throws {QuestsError} FILE_ACCESS: a folder that is there, without `overwrite`, or holds
   *   something else; BACKEND_UNAVAILABLE
   */
  constructor(folder: string, options: PlanOptions) {
    TEXT.judge(folder, 'folder');
    PLAN_OPTIONS.judge(options, 'options');
    this.#folder = folder;
    this.#options = options;
    this.#core = outOfCoreModule(options.backend);
    checkFolder(folder, options.overwrite ?? false);
    makeFolder(folder);
  }

  /** Stores a set that is summed over, and returns its number. */
  async reference(batches: AsyncIterable<DescriptorMatrix>): Promise<number> {
    const name = `set-${this.#sets.length}`;
    const store = await this.#stored(batches, name);
    this.#stores.set(this.#sets.length, store);
    return this.#arranged(store.groups(), name);
  }

  async #stored(batches: AsyncIterable<DescriptorMatrix>, name: string): Promise<GivenRows> {
    let store: GivenRows | undefined;
    for await (const x of this.#checked(batches)) {
      store ??= new GivenRows(this.#folder, name, x);
      await store.add(x.data);
    }
    if (store === undefined) throw new QuestsError('EMPTY', 'there are no environments');
    await store.finish();
    return store;
  }

  /** Stores some rows of a set as a set of their own, and returns its number. */
  async sample(set: number, numbers: Uint32Array): Promise<number> {
    const rows = this.#some(set, numbers);
    return this.#arranged(rows.groups(), `set-${this.#sets.length}`);
  }

  #some(set: number, numbers: Uint32Array): SomeGivenRows {
    const store = this.#storeOf(set, 'set');
    NUMBERS.judge(numbers, 'numbers');
    const beyond = numbers.find((number) => number >= store.rows);
    if (beyond === undefined) return new SomeGivenRows(store, numbers);
    const problem = `numbers holds ${beyond}, expected rows from 0 to ${store.rows - 1}`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }

  /** Environments of a set. */
  rows(set: number): number {
    this.#checkSet(set, 'set');
    return this.#sets[set]?.rows ?? 0;
  }

  /** Rows in order along axes of their own. */
  #arranged(groups: readonly LabelGroup[], name: string): Promise<number> {
    return this.#inOrder(groups, new Map(), name);
  }

  /** Rows in order along the axes of another set. */
  #along(store: GivenRows, set: number): Promise<number> {
    return this.#inOrder(store.groups(), this.#axesOf(set, 'over'), `set-${this.#sets.length}`);
  }

  /** Each group along the axes that its label has, or else along its own. */
  async #inOrder(groups: readonly LabelGroup[], known: GroupAxes, name: string): Promise<number> {
    const all = new Map<number | undefined, Float64Array>();
    const segments: OrderedBlock[][] = [];
    for (const { label, rows, numbers } of groups) {
      const axes = known.get(label) ?? axesOf(this.#core, rows);
      all.set(label, axes);
      const place = { folder: this.#folder, name: labelledName(name, label), label, numbers };
      segments.push(await arrange(this.#core, rows, axes, place, this.#options));
    }
    return this.#added(all, rowsIn(segments), segments);
  }

  #added(axes: GroupAxes, rows: number, segments: readonly (readonly OrderedBlock[])[]): number {
    this.#axes.set(this.#sets.length, axes);
    this.#sets.push({ rows, segments });
    return this.#sets.length - 1;
  }

  /**
   * Plans the sums of two stored sets over each other, as one pass over their pairs gives them:
   * first those of y, then those of x.
   */
  async mutual(y: number, x: number): Promise<void> {
    this.#checkSet(x, 'x');
    const along = await this.#along(this.#storeOf(y, 'y'), x);
    this.#sums.push(
      { queries: along, over: x, mutual: 'asked' },
      { queries: x, over: along, mutual: 'asking' },
    );
  }

  /**
   * Stores queries over a set, all in one order, and returns their number; the set can grow by
   * them.
   */
  async later(batches: AsyncIterable<DescriptorMatrix>, over: number): Promise<number> {
    this.#checkSet(over, 'over');
    const store = await this.#stored(batches, `set-${this.#sets.length}`);
    const number = await this.#along(store, over);
    this.#stores.set(number, store);
    return number;
  }

  /**
   * Stores a set and queries over it as one set, as `ReferenceSet.add` makes it, and returns its
   * number: full leaves stay as they are, and what is after them is put in order with the queries.
   */
  async grown(set: number, queries: number): Promise<number> {
    this.#checkSet(set, 'set');
    const axes = new Map(this.#axesOf(set, 'set'));
    const before = this.#sets[set]?.segments.flat() ?? [];
    const name = `set-${this.#sets.length}`;
    const store = this.#storeOf(queries, 'queries');
    const added = store.groups();
    const segments: OrderedBlock[][] = [];
    for (const label of new Set([...axes.keys(), ...added.map((group) => group.label)])) {
      const kept = before.filter((block) => block.label === label);
      const group = added.find((one) => one.label === label);
      if (group === undefined) {
        segments.push(kept);
        continue;
      }
      const own = axes.get(label) ?? axesOf(this.#core, group.rows);
      axes.set(label, own);
      const place = { folder: this.#folder, name };
      segments.push(await grownBlocks(this.#core, kept, group, own, place, this.#options));
    }
    return this.#added(axes, this.rows(set) + store.rows, segments);
  }

  /**
   * Numbers that the merge needs to know again, row by row; they are kept beside the blocks.
   *
   * @param name of the files
   * @param width numbers of a row
   */
  notes(name: string, width: number): RowStore {
    TEXT.judge(name, 'name');
    COUNT.judge(width, 'width');
    return new RowStore(this.#folder, name, width);
  }

  /** Stores queries over a set, each batch in an order of its own, and returns their number. */
  async queries(batches: AsyncIterable<DescriptorMatrix>, over: number): Promise<number> {
    this.#checkSet(over, 'over');
    const axes = this.#axesOf(over, 'over');
    const number = this.#sets.length;
    const segments: OrderedBlock[][] = [];
    let rows = 0;
    for await (const x of this.#checked(batches)) {
      const name = `set-${number}-${String(segments.length).padStart(6, '0')}`;
      const all = Uint32Array.from({ length: x.rows }, (_, row) => row);
      const groups = isLabelled(x.species)
        ? byLabel(x.data, x.width)
        : [{ label: undefined, rows: all, matrix: x.data }];
      for (const { label, rows: own, matrix } of groups) {
        const group = { label, matrix, numbers: own.map((row) => rows + row) };
        const place = { folder: this.#folder, name };
        segments.push(await queryBlocks(this.#core, group, axes.get(label), place));
      }
      rows += x.rows;
    }
    this.#sets.push({ rows, segments });
    return number;
  }

  /** Plans the sums of all rows of a set over another, or over itself. */
  sums(queries: number, over: number): void {
    this.#checkSet(queries, 'queries');
    this.#checkSet(over, 'over');
    this.#sums.push({ queries, over });
  }

  /** Plans the sums of a few rows over a set: shards take single leaves of them. */
  async few(rows: DescriptorMatrix, over: number): Promise<void> {
    MATRIX.judge(rows, 'rows');
    // eslint-disable-next-line @typescript-eslint/require-await -- as of batches that are read
    const batches = async function* (): AsyncGenerator<DescriptorMatrix, void, undefined> {
      yield rows;
    };
    const queries = await this.queries(batches(), over);
    this.#sums.push({ queries, over, leafByLeaf: true });
  }

  /**
   * Draws environments of a set for H and D within a tolerance, and plans their sums over it. The
   * bounds of all, and the sums of the few that say how many to draw, are computed here.
   */
  async estimate(set: number, sampling: SampleOptions): Promise<PlannedSample> {
    return this.#estimated(set, this.#storeOf(set, 'set'), sampling);
  }

  /**
   * The same for some rows of a set as a set of their own.
   *
   * @param numbers of the rows, rising
   */
  async estimateOf(set: number, numbers: Uint32Array, sampling: SampleOptions): Promise<PlannedSample> {
    // Not kept: there may be many samples of many rows.
    const rows = this.#some(set, numbers);
    SAMPLING.judge(sampling, 'sampling');
    return this.#estimated(await this.sample(set, numbers), rows, sampling);
  }

  async #estimated(set: number, store: RowsAsGiven, sampling: SampleOptions): Promise<PlannedSample> {
    SAMPLING.judge(sampling, 'sampling');
    const { bandwidth, tolerance, seed } = sampling;
    const sums = [{ queries: set, over: set, mutual: undefined }];
    const { width = 0, k = null, cutoff = null, species = null } = this.#kind ?? {};
    const descriptors = { width, species };
    const manifest = { sets: this.#sets, sums, bandwidths: [bandwidth], descriptors };
    const work = { folder: this.#folder, id: '', manifest: manifest as unknown as Manifest };
    const axes = this.#axesOf(set, 'set');
    const sample = new GroupedSample(
      store.groups(),
      (group) => new BlockSample(work, group, axes.get(group.label) as Float64Array, this.#options),
    );
    const { signal, backend } = this.#options;
    const options = { signal, backend, bandwidth, tolerance, seed };
    const { strata, rows } = await drawnSample(sample, options);
    await this.few(new DescriptorMatrix(store.read(rows), { width, k, cutoff, species }), set);
    return {
      rows: store.rows,
      strata: strata.map(({ size, low, high, drawn: own }) => [size, low, high, own.length]),
    };
  }

  /**
   * Writes the manifest, with which the plan is done.
   *
   * @throws {QuestsError} TOO_LARGE: tasks that don't fit their memory
   */
  async finish(plan: PlanFacts): Promise<Work> {
    FACTS.judge(plan, 'plan');
    const { inputs, ...facts } = plan;
    if (this.#kind === undefined) throw new QuestsError('EMPTY', 'there are no sets to plan for');
    const { width, k, cutoff, species } = this.#kind;
    const unpriced = {
      format: 2 as const,
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
    abandonFolder(this.#folder);
  }

  /** Batches of a set, made as those of all others. */
  async *#checked(
    batches: AsyncIterable<DescriptorMatrix>,
  ): AsyncGenerator<DescriptorMatrix, void, undefined> {
    BATCHES.judge(batches, 'batches');
    let at = 0;
    for await (const x of batches) {
      MATRIX.judge(x, `batches[${at++}]`);
      this.#kind ??= x;
      checkComparable(x, this.#kind);
      yield x;
    }
  }

  #checkSet(set: number, name: string): void {
    whole(0).judge(set, name);
    if (set < this.#sets.length) return;
    const problem = `${name} is ${set}, expected the number of a set: there are ${this.#sets.length}`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }

  /** The rows of a set in the order given, which `reference` and `later` keep. */
  #storeOf(set: number, name: string): GivenRows {
    this.#checkSet(set, name);
    const store = this.#stores.get(set);
    if (store !== undefined) return store;
    const problem = `${name} is ${set}, expected a set that reference or later stored`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }

  /** The axes of a set that can be summed over: one of queries has none. */
  #axesOf(set: number, name: string): GroupAxes {
    const axes = this.#axes.get(set);
    if (axes !== undefined) return axes;
    throw new QuestsError('INVALID_ARGUMENT', `${name} is ${set}, which holds queries, expected another set`);
  }

  #checkMemory(manifest: Omit<Manifest, 'cost'>): void {
    const { memory } = this.#options;
    if (memory === undefined) return;
    const fewest = fewestShards(manifest, memory);
    if (fewest !== undefined && fewest <= manifest.shards) return;
    throw doNotFit(manifest.shards, memory, fewest, leastBytes(manifest));
  }
}

function rowsIn(segments: readonly (readonly OrderedBlock[])[]): number {
  return segments.flat().reduce((count, { rows }) => count + rows, 0);
}
