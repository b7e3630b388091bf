import type { Engine } from './engines/engine.js';
import type { Target } from './target.js';
import type { Task } from './task.js';
import type { Measured } from './result.js';

/** Data, parameters, and the value that must come out of them before anything is timed. */
export interface Case {
  /** What `--only` finds it by. */
  readonly name: string;
  /** What it is, for people. */
  readonly title: string;
  /** Makes the data; throws `Absent` where they cannot be had. */
  readonly task: () => Promise<Task>;
  /** Those that compete; the first is what the others are compared with. */
  readonly engines: readonly Engine[];
  /** Whose numbers are expected. Default: those of the first Python package. */
  readonly trusted?: Engine;
  /**
   * Largest relative difference from the expected numbers, which are in expected.json under the
   * name of the case.
   */
  readonly tolerance: number;
  /**
   * The same work on less data, for engines too slow for all of it: their times are multiplied, and
   * labelled so.
   */
  readonly reduced?: Reduced;
  readonly targets?: readonly Target[];
  /** Work done, for rates: pairs, atoms or bytes. */
  readonly work?: { readonly amount: number; readonly unit: string };
}

/** A smaller task that stands for the whole. */
export interface Reduced {
  readonly task: () => Promise<Task>;
  /** How many times the work of the whole is that of the part. */
  readonly factor: number;
  readonly label: string;
}

/** Cases that belong together, in a file of their own. */
export interface Group {
  readonly name: string;
  readonly title: string;
  readonly cases: readonly Case[];
}
/** What came of a case. */
export type Outcome =
  | { readonly state: 'measured'; readonly case: Case; readonly measured: readonly Measured[] }
  | { readonly state: 'skipped' | 'failed'; readonly case: Case; readonly why: string };
