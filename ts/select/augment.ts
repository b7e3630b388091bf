import type { CoreModule } from '../backend/backend.js';
import { checkDistance, type Configuration } from '../geometry/closest-pair.js';
import { DEFAULTS } from '../base/defaults.js';
import { DISTANCE_SHARE } from '../base/constants.js';
import { located } from '../model/bad-frames.js';
import { QuestsError, BadFramesError } from '../base/error.js';
import { BREATH, breathe } from '../run/job.js';
import type { RunOptions } from '../run/run-options.js';
import { checkSeed, RandomStream } from '../statistics/random.js';
import { type Environments, type ReferenceSet, withReference } from '../kernel/reference-set.js';
import type { AtomArray, InfoValue, Structure } from '../model/structure.js';
import { LEAST_DISTANCE, type Proposal, MonteCarloStructure } from './monte-carlo.js';
import { periodicDirections } from '../model/cell.js';

/** Steps from one {@link ChainState} to the next. */
const STRETCH = 100;

/** A chain that has accepted nothing after so many steps, while it is hottest, never will. */
const PATIENCE = 1000;

/** Share of the steps that strain the cell, where that is asked for. */
const CELL_SHARE = 0.1;

/** Times a chain cools down. */
const CYCLES = 3;

/** Share of the temperature that is left at the end of a cycle. */
const COLDEST = 1e-3;

/** Strains beyond this could turn a cell inside out. */
const MOST_STRAIN = 0.2;

/** Options of a Monte Carlo chain. */
export interface ChainOptions extends RunOptions {
  /** Target of δH, in nats. Default: 30. */
  readonly target?: number | undefined;
  /** Steps of the chain, a whole number of at least 1. Default: 1000. */
  readonly steps?: number | undefined;
  /** h: bandwidth of the kernel, in 1/Å, above 0. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /**
   * T, in nats of the score, at least 0; at 0 a step that raises the score is never accepted.
   * Default: 1.
   */
  readonly temperature?: number | undefined;
  /**
   * Standard deviation of the displacement of an atom along each axis in one step, in Å, above 0.
   * Default: 0.02.
   */
  readonly stepSize?: number | undefined;
  /** Atoms displaced in one step, chosen at random; fewer make a step cheaper. Default: all. */
  readonly movedAtoms?: number | undefined;
  /**
   * Standard deviation of the components of a strain, from 0 to 0.2. Above 0, one step in ten,
   * chosen at random, strains the cell with all that is in it in place of displacing atoms.
   * Default: 0, the cell stays.
   */
  readonly cellStep?: number | undefined;
  /**
   * Å. A step that brings two atoms, or an atom and an image, closer than this is refused. Default:
   * 0.8 of the shortest distance in the structure that the chain starts from.
   */
  readonly minDistance?: number | undefined;
  /** A whole number from 0 to 2⁵³ − 1. The same seed gives the same structures. Default: 0. */
  readonly seed?: number | undefined;
}

/** Options of {@link augment}. */
export interface AugmentOptions extends ChainOptions {
  /**
   * Called every 100 steps with what it takes to go on from there, as plain values: JSON keeps them
   * to the last bit. The chain waits for what it returns.
   */
  readonly onState?: ((state: ChainState) => void | Promise<void>) | undefined;
  /**
   * Continues from this state; all other arguments must be unchanged. The result is the same as
   * without a pause.
   */
  readonly from?: ChainState | undefined;
}

/** Progress of a chain: what it takes to continue it. */
export interface ChainState {
  /** Steps done. */
  readonly steps: number;
  /** Steps accepted. */
  readonly accepted: number;
  /** Steps refused because atoms came too close. */
  readonly tooClose: number;
  /** Score of the structure that the chain started from. */
  readonly initialScore: number;
  readonly minDistance: number;
  /** Å. */
  readonly positions: readonly number[];
  /** Rows a, b, c, in Å; zeros where there is no cell. */
  readonly cell: readonly number[];
  /** The best so far. */
  readonly best: {
    readonly score: number;
    readonly positions: readonly number[];
    readonly cell: readonly number[];
  };
}

/** What {@link augment} gives. */
export interface Augmented {
  /**
   * The structure of the best score, with a column `dH`. Of the structure that the chain started
   * from it has cell, species, and those columns and values of `info` that are text, logical or,
   * for columns, whole numbers: energy, forces and stress were those of other positions. `info` has
   * `target_dH`, `score`, `mean_dH`, `max_dH`, `steps`, `acceptance`, `too_close` (share of the
   * steps) and `min_distance`.
   */
  readonly structure: Structure;
  /** Mean |δH − target| over its atoms, in nats. */
  readonly score: number;
  /** The same of the structure that the chain started from. */
  readonly initialScore: number;
  /** δH of each of its atoms, in nats. */
  readonly dH: Float64Array;
  /** Steps done: fewer than asked for where none of the first 1000 was accepted. */
  readonly steps: number;
  readonly accepted: number;
  /** Accepted/steps. */
  readonly acceptance: number;
  /** Steps refused because atoms came too close. */
  readonly tooClose: number;
  /** Å; below it no two atoms came. */
  readonly minDistance: number;
}

/**
 * Moves the atoms of a structure until their δH relative to a reference set is near a target: a
 * Metropolis chain that minimises the score E = (1/N) Σ_i |δH(x_i|X) − target| over the N atoms.
 *
 * A step displaces atoms by normal random numbers (or strains the cell: cell and positions times
 * 1 + ε, ε symmetric). It is accepted if E does not grow, else with probability exp(−ΔE/kT). kT
 * falls linearly from T to T/1000, three times in a chain. The result is the structure with the
 * lowest score of the whole chain.
 *
 * Only environments near moved atoms are recomputed, so a step that moves few atoms is cheap.
 *
 * @param start the structure to begin with
 * @param reference X; descriptors that say their k and cutoff, with which the structure's are made
 * @throws {QuestsError} INVALID_ARGUMENT: an unusable option, a reference of unknown k or cutoff;
 *   INVALID_STRUCTURE: atoms closer than the minimum distance to begin with, cell moves along open
 *   directions, species that the reference does not know; TOO_LARGE; BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367; the Python package's `augment_pbc`, which always aims at 30 nats with
 *   h = 0.015
 *
 * @example
 * const known = await referenceSet(await descriptors(structures));
 * const { structure, acceptance } = await augment(structures[0], known, { target: 20, seed: 1 });
 */
export async function augment(
  start: Structure,
  reference: Environments,
  options: AugmentOptions = {},
): Promise<Augmented> {
  const settings = checked(options, start);
  return withReference(reference, options, async (x) => {
    const { signal, onProgress, onState } = options;
    const chain = await begun(start, x, settings, options);
    let breath = performance.now();
    while (chain.steps < settings.steps && !chain.isStuck) {
      const random = new RandomStream(settings.seed, chain.steps);
      const end = Math.min(chain.steps + STRETCH, settings.steps);
      while (chain.steps < end) {
        await chain.step(random);
        if (performance.now() - breath >= BREATH) {
          await breathe();
          breath = performance.now();
        }
        signal?.throwIfAborted();
        onProgress?.({ done: chain.steps, total: settings.steps, phase: 'steps' });
      }
      await onState?.(chain.state);
      await chain.refresh();
    }
    return chain.result(start);
  });
}

/** A chain at its beginning, or where it was stopped. */
async function begun(
  start: Structure,
  reference: ReferenceSet,
  settings: Settings,
  { minDistance, from, signal }: AugmentOptions,
): Promise<Chain> {
  try {
    const current = new MonteCarloStructure(start, reference, { bandwidth: settings.bandwidth, signal });
    checkStart(reference.backend.core, start, { cellStep: settings.cellStep, minDistance });
    const chain = new Chain(current, settings, from?.minDistance ?? minimumOf(current, minDistance));
    await chain.begin(from);
    return chain;
  } catch (thrown) {
    throw thrown instanceof QuestsError ? located(thrown, start) : thrown;
  }
}

type Settings = Required<Record<'target' | 'steps' | 'bandwidth' | 'temperature', number>> & {
  readonly stepSize: number;
  readonly movedAtoms: number;
  readonly cellStep: number;
  readonly seed: number;
};

/** A Metropolis chain. */
class Chain {
  readonly #current: MonteCarloStructure;
  readonly #settings: Settings;
  readonly #minimum: number;
  steps = 0;
  #accepted = 0;
  #tooClose = 0;
  #initial = NaN;
  #best: { score: number } & Configuration;

  constructor(current: MonteCarloStructure, settings: Settings, minimum: number) {
    this.#current = current;
    this.#settings = settings;
    this.#minimum = minimum;
    this.#best = { score: Infinity, ...current.configuration };
  }

  /** Goes to the beginning, or to where a chain was stopped. */
  async begin(from: ChainState | undefined): Promise<void> {
    await this.#current.settle(from === undefined ? this.#current.configuration : configurationOf(from));
    if (from === undefined) {
      this.#initial = this.#score(this.#current.dH);
      this.#best = { score: this.#initial, ...this.#current.configuration };
      return;
    }
    this.steps = from.steps;
    this.#accepted = from.accepted;
    this.#tooClose = from.tooClose;
    this.#initial = from.initialScore;
    this.#best = { score: from.best.score, ...configurationOf(from.best) };
  }

  /**
   * Computes all anew, as a chain that goes on from its state does: the last digits are to be the
   * same.
   */
  async refresh(): Promise<void> {
    await this.#current.settle(this.#current.configuration);
  }

  /** Whether nothing was accepted so far, for long. */
  get isStuck(): boolean {
    return this.#accepted === 0 && this.steps >= PATIENCE;
  }

  async step(random: RandomStream): Promise<void> {
    const kT = this.#settings.temperature * cooling(this.steps, this.#settings.steps);
    const proposal = await this.#propose(random);
    // Drawn in any case, so that what follows does not depend on what was refused.
    const chance = random.uniform();
    this.steps++;
    if (proposal === undefined) {
      this.#tooClose++;
      return;
    }
    const score = this.#score(proposal.dH);
    const change = score - this.#score(this.#current.dH);
    if (!(change <= 0 || chance < Math.exp(-change / kT))) return;
    this.#accepted++;
    this.#current.accept(proposal);
    const { positions, cell } = proposal;
    if (score < this.#best.score) this.#best = { score, positions, cell };
  }

  get state(): ChainState {
    const { positions, cell } = this.#current.configuration;
    const { score, ...best } = this.#best;
    return {
      steps: this.steps,
      accepted: this.#accepted,
      tooClose: this.#tooClose,
      initialScore: this.#initial,
      minDistance: this.#minimum,
      positions: Array.from(positions),
      cell: Array.from(cell),
      best: { score, positions: Array.from(best.positions), cell: Array.from(best.cell) },
    };
  }

  async result(start: Structure): Promise<Augmented> {
    const { positions, cell } = this.#best;
    await this.#current.settle({ positions, cell });
    const { dH } = this.#current;
    const score = this.#score(dH);
    const acceptance = this.#accepted / this.steps;
    const info = {
      target_dH: this.#settings.target,
      score,
      mean_dH: mean(dH, (value) => value),
      max_dH: dH.reduce((largest, value) => Math.max(largest, value), -Infinity),
      steps: this.steps,
      acceptance,
      too_close: this.#tooClose / this.steps,
      min_distance: this.#minimum,
    };
    return {
      structure: movedStructure(start, { positions, cell }, dH, info),
      score,
      initialScore: this.#initial,
      dH,
      steps: this.steps,
      accepted: this.#accepted,
      acceptance,
      tooClose: this.#tooClose,
      minDistance: this.#minimum,
    };
  }

  /** The next configuration; undefined if atoms are too close in it. */
  async #propose(random: RandomStream): Promise<Proposal | undefined> {
    const { cellStep, movedAtoms, stepSize } = this.#settings;
    const { configuration } = this.#current;
    if (cellStep > 0 && random.uniform() < CELL_SHARE) {
      const next = strained(configuration, random, cellStep);
      return this.#isTooClose(next) ? undefined : this.#current.strained(next);
    }
    const positions = displaced(configuration.positions, random, movedAtoms, stepSize);
    return this.#isTooClose({ ...configuration, positions }) ? undefined : this.#current.moved(positions);
  }

  #isTooClose(configuration: Configuration): boolean {
    const least = Math.max(this.#minimum, LEAST_DISTANCE);
    const pair = this.#current.closestPair(configuration, least);
    return pair !== undefined && pair.distance < least;
  }

  #score(dH: Float64Array): number {
    return mean(dH, (value) => Math.abs(value - this.#settings.target));
  }
}

/** kT/T at a step: from 1 to almost 0, a few times. */
function cooling(step: number, steps: number): number {
  const period = Math.max(1, Math.floor(steps / CYCLES));
  return Math.max(1 - (step % period) / period, COLDEST);
}

function displaced(
  positions: Float64Array,
  random: RandomStream,
  count: number,
  stepSize: number,
): Float64Array {
  const next = positions.slice();
  const atoms = positions.length / 3;
  const chosen = count < atoms ? random.distinct(count, atoms) : Array.from({ length: atoms }, (_, i) => i);
  for (const atom of chosen) {
    for (let axis = 0; axis < 3; axis++) {
      next[3 * atom + axis] = (next[3 * atom + axis] as number) + stepSize * random.normal();
    }
  }
  return next;
}

/** Cell and positions, row vectors, times 1 + ε. */
function strained({ positions, cell }: Configuration, random: RandomStream, cellStep: number): Configuration {
  const [xx, yy, zz, yz, xz, xy] = Array.from({ length: 6 }, () => cellStep * random.normal()) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const apply = (vectors: Float64Array): Float64Array => {
    const next = new Float64Array(vectors.length);
    for (let at = 0; at < vectors.length; at += 3) {
      const [x, y, z] = vectors.subarray(at, at + 3) as unknown as [number, number, number];
      next[at] = x + x * xx + y * xy + z * xz;
      next[at + 1] = y + x * xy + y * yy + z * yz;
      next[at + 2] = z + x * xz + y * yz + z * zz;
    }
    return next;
  };
  return { positions: apply(positions), cell: apply(cell) };
}

function movedStructure(
  { species, pbc, cell, info = {}, arrays = {} }: Structure,
  configuration: Configuration,
  dH: Float64Array,
  facts: Readonly<Record<string, InfoValue>>,
): Structure {
  const isLabel = (value: InfoValue): boolean =>
    typeof value === 'string' || typeof value === 'boolean' || (isList(value) && value.every(isText));
  const labels = Object.entries(info).filter(([, value]) => isLabel(value));
  const columns = Object.entries(arrays).filter(([, { kind }]) => kind !== 'R');
  return {
    positions: configuration.positions,
    ...(cell === undefined ? {} : { cell: configuration.cell }),
    ...(pbc === undefined ? {} : { pbc }),
    ...(species === undefined ? {} : { species }),
    arrays: { ...Object.fromEntries<AtomArray>(columns), dH: { data: dH, kind: 'R', width: 1 } },
    info: { ...Object.fromEntries(labels), ...facts },
  };
}

function isList(value: InfoValue): value is Extract<InfoValue, readonly unknown[]> {
  return Array.isArray(value);
}

function isText(value: number | string | boolean): boolean {
  return typeof value !== 'number';
}

function configurationOf({ positions, cell }: Pick<ChainState, 'positions' | 'cell'>): Configuration {
  return { positions: Float64Array.from(positions), cell: Float64Array.from(cell) };
}

function mean(values: Float64Array, of: (value: number) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length;
}

/**
 * Number of the structure that a chain starts from where none is chosen: each of `structures` is as
 * likely.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1; the same gives the same number
 * @returns from 0 to `structures` − 1
 * @throws {QuestsError} INVALID_ARGUMENT: seed
 */
export function drawnStart(structures: number, seed: number = DEFAULTS.seed): number {
  return new RandomStream(seed).below(structures);
}

/** The options with their defaults. */
function checked(options: ChainOptions, { positions }: Structure): Settings {
  const atoms = positions.length / 3;
  const settings = {
    target: options.target ?? DEFAULTS.targetDelta,
    steps: options.steps ?? DEFAULTS.steps,
    bandwidth: options.bandwidth ?? DEFAULTS.bandwidth,
    temperature: options.temperature ?? DEFAULTS.temperature,
    stepSize: options.stepSize ?? DEFAULTS.stepSize,
    movedAtoms: Math.min(options.movedAtoms ?? atoms, atoms),
    cellStep: options.cellStep ?? 0,
    seed: options.seed ?? DEFAULTS.seed,
  };
  const { target, steps, temperature, stepSize, cellStep, seed } = settings;
  const minDistance = options.minDistance ?? 0;
  const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;
  expect('target', target, Number.isFinite(target), 'a finite number of nats');
  expect('steps', steps, isWhole(steps, 1), 'a whole number of at least 1');
  expect('temperature', temperature, temperature >= 0 && temperature < Infinity, 'a number of at least 0');
  expect('stepSize', stepSize, stepSize > 0 && stepSize < Infinity, 'a number of Å above 0');
  expect('cellStep', cellStep, cellStep >= 0 && cellStep <= MOST_STRAIN, `a number from 0 to ${MOST_STRAIN}`);
  expect('minDistance', minDistance, minDistance >= 0 && minDistance < Infinity, 'a number of Å, at least 0');
  checkSeed(seed);
  if (options.movedAtoms !== undefined) {
    const { movedAtoms } = options;
    expect('movedAtoms', movedAtoms, isWhole(movedAtoms, 1), 'a whole number of at least 1');
  }
  return settings;
}

function expect(name: string, value: number, holds: boolean, expected: string): void {
  if (!holds) throw new QuestsError('INVALID_ARGUMENT', `${name} is ${value}, expected ${expected}`);
}

/**
 * Refuses a structure that a chain cannot start from.
 *
 * @throws {QuestsError} INVALID_STRUCTURE: atoms closer than the minimum distance, cell moves along
 *   open directions
 */
export function checkStart(
  core: CoreModule,
  structure: Structure,
  { cellStep = 0, minDistance = 0 }: ChainOptions,
): void {
  checkDistance(core, structure, minDistance);
  const periodic = periodicDirections(structure);
  const open = ['a', 'b', 'c'].filter((_, axis) => periodic[axis] !== true);
  if (cellStep === 0 || open.length === 0) return;
  const problem =
    `the cell is open along ${open.join(', ')}; moves of the cell need one that is periodic ` +
    'along ' +
    'all three';
  throw new BadFramesError('INVALID_STRUCTURE', [{ frame: 0, problem }]);
}

/**
 * The distance below which atoms are not let: that asked for, else a share of the structure's own.
 */
function minimumOf(current: MonteCarloStructure, asked: number | undefined): number {
  return asked ?? DISTANCE_SHARE * (current.closestPair(current.configuration)?.distance ?? 0);
}
