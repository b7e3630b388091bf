import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { isLabelled } from '../base/species-mode.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { leakage } from '../kernel/leakage.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import { checkGroups, groupParts, shuffledGroups } from '../statistics/group-split.js';
import { errorOfMean } from '../statistics/mean-error.js';
import { mean, sampleDeviation } from '../statistics/moments.js';
import { RandomStream, seedOfPart } from '../statistics/random.js';
import { modelError } from './energy-model.js';
import { COMPRESS_METHODS, type CompressMethod, SELECTION_METHODS } from './selection-methods.js';
import { givenValues, type Trial, type TrialSplit, trialSplit, triedOn } from './selection-trial.js';

/** Options of {@link compareSelections}. */
export interface SelectionComparisonOptions extends KernelOptions {
  /** Default: all that these structures allow. */
  readonly methods?: readonly CompressMethod[] | undefined;
  /** Shares of the pool to keep, above 0 and below 1. Default: 0.05, 0.1, 0.25, 0.5. */
  readonly shares?: readonly number[] | undefined;
  /** Key of a value of each structure that the model predicts. Default: the energy per atom. */
  readonly target?: string | undefined;
  /**
   * A number for each structure: those with the same are on one side of a split, those below 0 on
   * none; see `structureGroups`. Default: each is on its own.
   */
  readonly groups?: ArrayLike<number> | undefined;
  /** Random splits into pool and test, at least 2. Default: 5. */
  readonly trials?: number | undefined;
  /** Seed of splits and of methods that draw, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** A mean over trials, and the 95 % interval that Student's distribution gives it. */
export interface OverTrials {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** What the picks of one method are worth, at one size. */
export interface ComparedSelection {
  readonly method: CompressMethod;
  /** Share of the pool that was asked for. */
  readonly share: number;
  /** Structures that were kept: fewer where all is covered before. */
  readonly kept: OverTrials;
  /** Share of the pool's environments with δH(y | kept) below 1 nat. */
  readonly poolCovered: OverTrials;
  /** The same of the environments of the test structures, which no method saw. */
  readonly testCovered: OverTrials;
  /** Largest δH(y | kept) of the pool, in nats. */
  readonly maxDH: OverTrials;
  /** H and D of what is kept, in nats. */
  readonly entropy: OverTrials;
  readonly diversity: OverTrials;
  /**
   * Share of the pool's atoms with the largest forces, one in twenty, that are in kept structures;
   * `null` where there are no forces.
   */
  readonly forceTail: OverTrials | null;
  /**
   * Mean absolute error on the test structures of a model trained on what is kept, in the unit of
   * the file; `null` where there is no value to predict.
   */
  readonly error: OverTrials | null;
  /** That error less that of random picks of the same split; `null` for random picks, too. */
  readonly againstRandom: OverTrials | null;
}

/** What {@link compareSelections} finds. */
export interface SelectionComparison {
  readonly selections: readonly ComparedSelection[];
  /** The error of a model that is trained on the whole pool; `null` likewise. */
  readonly whole: OverTrials | null;
  /** Structures of the pool, and those that test. */
  readonly pool: OverTrials;
  readonly test: OverTrials;
  readonly trials: number;
  /**
   * Share of the test structures that have near copies in the pool: each of their environments is
   * within h/10 of one there.
   */
  readonly leakage: OverTrials;
  /** Why there is no error or no force tail, and which methods were left out; empty if none. */
  readonly notes: readonly string[];
}

/** Share of the structures that test. */
const TEST = 0.2;

/** Structures below which a comparison says nothing. */
const FEWEST = 20;

/**
 * Holds methods of selection against each other, on the same splits: a fifth of the structures
 * tests, of the others each method keeps some. Of what it keeps: how much of the pool and of the
 * test structures it covers, H and D, the largest forces, and the error of a cheap model that is
 * trained on it, ridge regression of the energy per atom on the mean descriptor and the share of
 * each element. A cheap model tells the order of methods for models of its kind; where its error is
 * large even with the whole pool, it tells little.
 *
 * @param structures those of x, for energies and forces. Default: none, then there are no errors
 * @throws {QuestsError} EMPTY: fewer than 20 structures; INVALID_ARGUMENT: an unknown method, one
 *   that needs a reference or forces that are not there, a share or number of trials out of range;
 *   INVALID_STRUCTURE: a structure without the target; all that {@link compress} refuses
 *
 * @example
 * const { selections } = await compareSelections(x, structures, { shares: [0.1], trials: 10 });
 * for (const { method, error } of selections) console.log(method, error?.mean);
 */
export async function compareSelections(
  x: DescriptorMatrix,
  structures?: readonly Structure[],
  options: SelectionComparisonOptions = {},
): Promise<SelectionComparison> {
  const { trials = DEFAULTS.selectionTrials } = options;
  const shares = [...new Set(options.shares ?? DEFAULTS.selectionShares)];
  const { seed = DEFAULTS.seed, groups, onProgress, signal } = options;
  check(x, structures, shares, trials);
  checkGroups(groups, x.frames);
  const notes: string[] = [];
  const given = givenValues(x, structures, options.target, notes);
  const methods = methodsOf(x, given.forces !== undefined, options.methods, notes);
  const splits: TrialSplit['frames'][] = [];
  const leaked: number[] = [];
  const tables = new Map<string, Trial[]>();
  const whole: number[] = [];
  const kernel = { backend: options.backend, bandwidth: options.bandwidth, signal };
  let done = 0;
  for (let trial = 0; trial < trials; trial++) {
    const shuffled = shuffledGroups(new RandomStream(seed, trial), x.frames, groups);
    const [test, pool] = groupParts(shuffled, [TEST]) as [Uint32Array, Uint32Array];
    const split = trialSplit(x, { pool, test }, given);
    splits.push(split.frames);
    leaked.push(await leakage(split.test, split.pool, kernel));
    if (given.model !== undefined) whole.push(await modelError(given.model, pool, test));
    for (const method of methods) {
      const own = { method, shares, seed: seedOfPart(seed, trial) };
      for (const [share, found] of await triedOn(split, given, own, kernel)) {
        const key = `${method} ${share}`;
        tables.set(key, [...(tables.get(key) ?? []), found]);
      }
      signal?.throwIfAborted();
      onProgress?.({ done: ++done, total: trials * methods.length, phase: 'trials' });
    }
  }
  const selections = shares.flatMap((share) =>
    methods.map((method) => {
      const random = tables.get(`random ${share}`);
      return compared(method, share, tables.get(`${method} ${share}`) ?? [], random);
    }),
  );
  return {
    selections,
    whole: given.model === undefined ? null : overTrials(whole),
    pool: overTrials(splits.map(({ pool }) => pool.length)),
    test: overTrials(splits.map(({ test }) => test.length)),
    trials,
    leakage: overTrials(leaked),
    notes,
  };
}

function methodsOf(
  { species }: DescriptorMatrix,
  hasForces: boolean,
  named: readonly CompressMethod[] | undefined,
  notes: string[],
): readonly CompressMethod[] {
  if (named !== undefined) {
    const unknown = named.find((name) => !COMPRESS_METHODS.includes(name));
    if (unknown !== undefined) refuse(`method is ${unknown}, expected ${COMPRESS_METHODS.join(', ')}`);
    if (named.includes('msc_conditional')) refuse('msc_conditional needs a reference');
    const blind = named.find((name) => SELECTION_METHODS[name].needsForces && !hasForces);
    if (blind !== undefined) refuse(`${blind} needs forces`);
    if (named.length === 0) refuse('there are no methods to compare');
    // Errors are held against random picks.
    return [...new Set<CompressMethod>(['random', ...named])];
  }
  const labelled = isLabelled(species);
  if (labelled) notes.push(`methods that compare distances are left out: descriptors are ${species}`);
  const others = COMPRESS_METHODS.filter((name) => {
    const { byDistance, needsForces } = SELECTION_METHODS[name];
    if (name === 'msc_conditional' || name === 'random') return false;
    return !(labelled && byDistance) && !(needsForces && !hasForces);
  });
  return ['random', ...others];
}

function compared(
  method: CompressMethod,
  share: number,
  trials: readonly Trial[],
  random: readonly Trial[] | undefined,
): ComparedSelection {
  const of = (value: (trial: Trial) => number): OverTrials => overTrials(trials.map(value));
  const known = (value: (trial: Trial) => number | undefined): OverTrials | null => {
    const values = trials.flatMap((trial) => value(trial) ?? []);
    return values.length < trials.length ? null : overTrials(values);
  };
  const differences = trials.flatMap(({ error }, at) => {
    const other = random?.[at]?.error;
    return error === undefined || other === undefined ? [] : [error - other];
  });
  return {
    method,
    share,
    kept: of(({ kept }) => kept),
    poolCovered: of(({ poolCovered }) => poolCovered),
    testCovered: of(({ testCovered }) => testCovered),
    maxDH: of(({ maxDH }) => maxDH),
    entropy: of(({ entropy }) => entropy),
    diversity: of(({ diversity }) => diversity),
    forceTail: known(({ forceTail }) => forceTail),
    error: known(({ error }) => error),
    againstRandom: method === 'random' || differences.length === 0 ? null : overTrials(differences),
  };
}

function overTrials(values: readonly number[]): OverTrials {
  const average = mean(values);
  const half = errorOfMean(sampleDeviation(Float64Array.from(values)), values.length);
  return { mean: average, low: average - half, high: average + half };
}

function check(
  x: DescriptorMatrix,
  structures: readonly Structure[] | undefined,
  shares: readonly number[],
  trials: number,
): void {
  if (x.frames < FEWEST) {
    throw new QuestsError(
      'EMPTY',
      `${x.frames} structures, expected at least ${FEWEST} to compare selections`,
    );
  }
  if (structures !== undefined && structures.length !== x.frames) {
    refuse(`${structures.length} structures for ${x.frames} frames of descriptors`);
  }
  if (shares.length === 0) refuse('there are no shares to keep');
  const bad = shares.find((share) => !(share > 0 && share < 1));
  if (bad !== undefined) refuse(`share is ${bad}, expected above 0 and below 1`);
  if (!(Number.isInteger(trials) && trials >= 2)) {
    refuse(`trials is ${trials}, expected a whole number from 2`);
  }
}

function refuse(problem: string): never {
  throw new QuestsError('INVALID_ARGUMENT', problem);
}
