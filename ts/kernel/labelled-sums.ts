import type { CoreJob, CoreModule, CoreReference } from '../backend/backend.js';
import { CompositeJob, plannedJobs } from './composite-job.js';
import { byLabel } from './labelled-rows.js';

/** The part of the core that sums over a reference set. */
export type SummingCore = Pick<
  CoreModule,
  | 'kernelSums'
  | 'mutualSums'
  | 'estimate'
  | 'shareOfPairs'
  | 'logBounds'
  | 'nearestSums'
  | 'nearestDistances'
  | 'leastSums'
  | 'leaveOneOutSums'
>;

/** Rows of the reference with one label. */
interface Group {
  readonly core: CoreReference;
  /** Their numbers among all. */
  rows: Uint32Array;
}

/** A group, and the queries with its label. */
interface Meeting {
  readonly group: Group;
  /** Row-major; empty for the group against itself. */
  readonly queries: Float64Array;
  /** Numbers of the queries among all. */
  readonly rows: Uint32Array;
}

const NONE = new Float64Array(0);

/**
 * A reference set whose rows begin with a label: one reference of the core for each label. Sums
 * never visit rows of another label, so a set of one label has the same bits as without labels.
 */
export class LabelledReference implements CoreReference {
  readonly width: number;
  readonly #core: CoreModule;
  readonly #groups = new Map<number, Group>();
  #rows = 0;

  constructor(core: CoreModule, matrix: Float64Array, width: number) {
    this.width = width;
    this.#core = core;
    this.extend(matrix);
  }

  get rows(): number {
    return this.#rows;
  }

  extend(matrix: Float64Array): void {
    for (const { label, rows, matrix: own } of byLabel(matrix, this.width)) {
      const numbers = rows.map((row) => this.#rows + row);
      const group = this.#groups.get(label);
      if (group === undefined) {
        this.#groups.set(label, { core: this.#core.reference(own, this.width - 1), rows: numbers });
        continue;
      }
      group.core.extend(own);
      const all = new Uint32Array(group.rows.length + numbers.length);
      all.set(group.rows);
      all.set(numbers, group.rows.length);
      // Not in place: jobs that run already keep what they have.
      group.rows = all;
    }
    this.#rows += matrix.length / this.width;
  }

  free(): void {
    for (const { core } of this.#groups.values()) core.free();
  }

  /** All groups as they are now. */
  groups(): Group[] {
    return Array.from(this.#groups.values(), ({ core, rows }) => ({ core, rows }));
  }

  /**
   * The groups that have queries, with these; each against itself if there are no queries at all.
   */
  meetings(queries: Float64Array): Meeting[] {
    if (queries.length === 0) {
      return this.groups().map((group) => ({ group, queries: NONE, rows: group.rows }));
    }
    return byLabel(queries, this.width).flatMap(({ label, rows, matrix }) => {
      const group = this.#groups.get(label);
      return group === undefined ? [] : [{ group: { ...group }, queries: matrix, rows }];
    });
  }

  /** Number of queries. */
  queryCount(queries: Float64Array): number {
    return queries.length === 0 ? this.#rows : queries.length / this.width;
  }
}

/** Sums over {@link LabelledReference}s: log p is −∞ where the reference has no row of a label. */
export function labelledSums(core: CoreModule): SummingCore {
  return {
    kernelSums: (reference, queries, bandwidths, weights, single) => {
      const meetings = over(reference).meetings(queries);
      const count = over(reference).queryCount(queries);
      const jobs = plannedJobs(meetings, ({ group, queries: own }) =>
        core.kernelSums(group.core, own, bandwidths, picked(weights, group.rows), single),
      );
      const lines = bandwidths.length * (weights.length === 0 ? 1 : 2);
      return new CompositeJob(jobs, (results) => {
        const all = new Float64Array(lines * count).fill(-Infinity, 0, bandwidths.length * count);
        // There is no mean of nothing.
        all.fill(NaN, bandwidths.length * count);
        placeLines(all, count, meetings, results);
        return all;
      });
    },
    mutualSums: (reference, queries, bandwidth) => {
      const meetings = over(reference).meetings(queries);
      const [count, known] = [over(reference).queryCount(queries), reference.rows];
      const jobs = plannedJobs(meetings, ({ group, queries: own }) =>
        core.mutualSums(group.core, own, bandwidth),
      );
      return new CompositeJob(jobs, (results) => {
        const all = new Float64Array(count + known).fill(-Infinity);
        meetings.forEach(({ group, rows }, at) => {
          const result = results[at] as Float64Array;
          place(all, rows, result.subarray(0, rows.length));
          place(all.subarray(count), group.rows, result.subarray(rows.length));
        });
        return all;
      });
    },
    estimate: (reference, queries, bandwidth, tolerance, seed) => {
      const meetings = over(reference).meetings(queries);
      const count = over(reference).queryCount(queries);
      const jobs = plannedJobs(meetings, ({ group, queries: own }) =>
        core.estimate(group.core, own, bandwidth, tolerance, seed),
      );
      return new CompositeJob(jobs, (results) => {
        const all = new Float64Array(2 * count + 1).fill(-Infinity, 0, count);
        placeLines(all, count, meetings, results);
        // Groups are sampled on their own.
        const squares = meetings.map(({ rows }, at) => (rows.length * (results[at]?.at(-1) ?? 0)) ** 2);
        all[2 * count] = Math.sqrt(squares.reduce((sum, square) => sum + square, 0)) / count;
        return all;
      });
    },
    shareOfPairs: (reference) => {
      let [taken, all] = [0, 0];
      for (const { core: own, rows } of over(reference).groups()) {
        const pairs = rows.length * (rows.length + 1);
        taken += core.shareOfPairs(own) * pairs;
        all += pairs;
      }
      return taken / all;
    },
    logBounds: (reference, bandwidth) => {
      const groups = over(reference).groups();
      const count = reference.rows;
      const jobs = plannedJobs(groups, (group) => core.logBounds(group.core, bandwidth));
      return new CompositeJob(jobs, (results) => {
        const all = new Float64Array(3 * count);
        let first = 0;
        groups.forEach(({ rows }, at) => {
          const result = results[at] as Float64Array;
          const size = rows.length;
          const numbers = result.subarray(0, size).map((row) => rows[row] as number);
          all.set(numbers, first);
          all.set(result.subarray(size, 2 * size), count + first);
          all.set(result.subarray(2 * size), 2 * count + first);
          first += size;
        });
        return all;
      });
    },
    nearestSums: (reference, queries, neighbors, bandwidth) => {
      const meetings = over(reference).meetings(queries);
      const count = over(reference).queryCount(queries);
      // No more than there are: a number that is none of all rows is for the core to refuse.
      const fewer = (rows: number): number =>
        neighbors <= reference.rows ? Math.min(neighbors, rows) : neighbors;
      const jobs = plannedJobs(meetings, ({ group, queries: own }) =>
        core.nearestSums(group.core, own, fewer(group.rows.length), bandwidth),
      );
      return composed(jobs, meetings, count);
    },
    nearestDistances: (reference, queries, neighbors) => {
      const meetings = over(reference).meetings(queries);
      const count = over(reference).queryCount(queries);
      const isEnough = (rows: number): boolean => rows >= neighbors || neighbors > reference.rows;
      const enough = meetings.filter(({ rows, group }) => rows.length > 0 && isEnough(group.rows.length));
      const jobs = plannedJobs(enough, ({ group, queries: own }) =>
        core.nearestDistances(group.core, own, neighbors),
      );
      // Where a label has fewer rows there is no n-th nearest at any distance.
      return composed(jobs, enough, count, Infinity);
    },
    leastSums: (reference, queries, bandwidth, rank, epsilon) => {
      const meetings = over(reference).meetings(queries);
      const count = over(reference).queryCount(queries);
      // The least of all are among the least of each label. What is no rank is for the core to
      // refuse.
      const fewer = (rows: number): number => (rank <= count ? Math.min(rank, rows) : rank);
      const jobs = plannedJobs(meetings, ({ group, queries: own, rows }) =>
        core.leastSums(group.core, own, bandwidth, fewer(rows.length), epsilon),
      );
      return new CompositeJob(jobs, (results) => {
        const all = new Float64Array(2 * count).fill(-Infinity);
        placeLines(all, count, meetings, results);
        return all;
      });
    },
    leaveOneOutSums: (reference, asked, bandwidth) => {
      const parts = over(reference)
        .groups()
        // A row that is alone with its label has no others; a set of one row the core refuses.
        .filter(({ rows }) => rows.length > 1 || reference.rows === 1)
        .map((group) => ({ group, queries: NONE, ...askedOf(group.rows, asked) }))
        .filter(({ rows }) => rows.length > 0);
      const jobs = plannedJobs(parts, ({ group, numbers }) =>
        core.leaveOneOutSums(group.core, numbers, bandwidth),
      );
      return composed(jobs, parts, asked.length === 0 ? reference.rows : asked.length);
    },
  };
}

/**
 * Those of a group's rows that are asked for, by their numbers in it, and where their values go;
 * all if none are asked for.
 */
function askedOf(group: Uint32Array, asked: Uint32Array): { numbers: Uint32Array; rows: Uint32Array } {
  if (asked.length === 0) return { numbers: new Uint32Array(0), rows: group };
  const places = new Map(Array.from(asked, (row, place) => [row, place]));
  const numbers = Uint32Array.from(group.keys()).filter((number) => places.has(group[number] as number));
  return { numbers, rows: numbers.map((number) => places.get(group[number] as number) as number) };
}

/** The reference that a set of rows with labels made. */
function over(reference: CoreReference): LabelledReference {
  if (reference instanceof LabelledReference) return reference;
  throw new Error('INTERNAL: a reference without labels');
}

/** A number for each query; `nothing`, −∞ for sums, for those that meet nothing. */
function composed(
  jobs: readonly CoreJob[],
  meetings: readonly Meeting[],
  count: number,
  nothing = -Infinity,
): CoreJob {
  return new CompositeJob(jobs, (results) => {
    const all = new Float64Array(count).fill(nothing);
    placeLines(all, count, meetings, results);
    return all;
  });
}

/** Puts lines of one number for each query at the places of these. */
function placeLines(
  all: Float64Array,
  count: number,
  meetings: readonly Meeting[],
  results: readonly Float64Array[],
): void {
  meetings.forEach(({ rows }, at) => {
    const result = results[at] as Float64Array;
    for (let line = 0; (line + 1) * rows.length <= result.length; line++) {
      const own = result.subarray(line * rows.length, (line + 1) * rows.length);
      place(all.subarray(line * count), rows, own);
    }
  });
}

function place(all: Float64Array, rows: Uint32Array, values: Float64Array): void {
  rows.forEach((row, at) => (all[row] = values[at] as number));
}

/** Some values of one for each row; none of none. */
function picked(values: Float64Array, rows: Uint32Array): Float64Array {
  return values.length === 0 ? values : Float64Array.from(rows, (row) => values[row] as number);
}
