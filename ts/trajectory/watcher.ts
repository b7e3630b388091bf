/// <reference lib="esnext.disposable" preserve="true" />
import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { isRecord, notOfKind } from '../base/kinds.js';
import { noveltySummary } from '../coverage/novelty.js';
import type { DescriptorOptions } from '../descriptor/descriptor-options.js';
import { descriptors } from '../descriptor/descriptors.js';
import { deltaEntropy, entropy } from '../entropy/entropy.js';
import { largestDeltas } from '../kernel/largest-deltas.js';
import { type Environments, ReferenceSet, referenceSet } from '../kernel/reference-set.js';
import { StoredReference } from '../kernel/stored-reference.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import { backendOf, type RunOptions } from '../run/run-options.js';

/**
 * What to do about a frame: nothing; keep it for the next calculation; leave it out, since it has
 * exploded; end the simulation.
 */
export type WatchDecision = 'continue' | 'save' | 'reject' | 'stop';

/** When a frame is worth keeping, and when a simulation has left known ground. */
export interface WatchLimits {
  /** Frames with a score of at least this are worth keeping, in nats. Default: none is. */
  readonly saveAbove?: number | undefined;
  /** A score of at least this ends the simulation, in nats. Default: none does. */
  readonly stopAbove?: number | undefined;
  /**
   * Frames with a score of at least this have exploded, in nats: they are neither kept nor learned.
   * Default: none has.
   */
  readonly rejectAbove?: number | undefined;
  /**
   * The score is the δH that this share of the atoms reaches, above 0 and at most 1. Default: it is
   * the largest δH.
   */
  readonly share?: number | undefined;
  /** Frames from one that is kept to the next, at least. Default: 1. */
  readonly saveEvery?: number | undefined;
}

/** Options of {@link watcher}. */
export interface WatcherOptions
  extends WatchLimits, Pick<DescriptorOptions, 'k' | 'cutoff'>, Pick<RunOptions, 'backend' | 'signal'> {
  /** h, in 1/Å. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** ε: environments with δH below it are covered, in nats. Default: 1e-5. */
  readonly epsilon?: number | undefined;
  /** Whether a frame that is kept joins the reference, so that the next like it is known. */
  readonly learn?: boolean | undefined;
  /**
   * Whether δH of every atom is computed, and its mean. Without it, the largest δH, the score and
   * the novelty are the same to the bit, and found in a fraction of the time: atoms that are known
   * are told by bounds. Frames that `saveAbove` keeps have δH of every atom all the same. Default:
   * true.
   */
  readonly mean?: boolean | undefined;
  /** Whether H of each frame is computed, in time proportional to N². Default: true. */
  readonly entropy?: boolean | undefined;
}

/** What {@link Watcher.check} says of a frame. */
export interface WatchCheck {
  /** N */
  readonly environments: number;
  /** Environments of the reference. */
  readonly known: number;
  /** H, in nats; undefined where it is not asked for. */
  readonly entropy: number | undefined;
  /** Largest δH, in nats, and the atom that has it. */
  readonly maximum: number;
  readonly atom: number;
  /** Mean of δH, in nats; undefined where δH of every atom is not known. */
  readonly mean: number | undefined;
  /** Share of the environments that the reference does not cover: δH ≥ ε. */
  readonly novelty: number;
  /** What the limits are compared with, in nats. */
  readonly score: number;
  /** δH of each atom, in nats; undefined where it is not asked for, and the frame not kept. */
  readonly dH: Float64Array | undefined;
  readonly decision: WatchDecision;
  /**
   * Whether the frame is worth keeping: where the decision is `save`, and where a frame that has
   * not exploded ends the simulation.
   */
  readonly save: boolean;
  /** Whether it joined the reference. */
  readonly learned: boolean;
}

/** What decides: the largest δH and its atom, the share that is new, the score. */
interface Largest {
  readonly max: number;
  readonly atom: number;
  readonly novelty: number;
  readonly score: number;
}

/** The same, with δH of every atom. */
interface AllAtoms extends Largest {
  readonly dH: Float64Array;
  readonly mean: number;
}

/**
 * Checks the frames of a running simulation against a reference, one by one. Made by
 * {@link watcher}. It holds memory outside the JavaScript heap until `dispose()`.
 */
export class Watcher {
  readonly reference: ReferenceSet;
  readonly #options: WatcherOptions;
  /** Whether the reference was made here, and ends here. */
  readonly #owns: boolean;
  /** Frames so far. */
  #count = 0;
  /** Number of the last frame that was kept. */
  #lastSaved = -Infinity;

  /** @internal Use {@link watcher}. */
  constructor(reference: ReferenceSet, options: WatcherOptions, owns: boolean) {
    this.reference = reference;
    this.#options = options;
    this.#owns = owns;
  }

  /**
   * δH of a frame's environments relative to the reference, and what to do about it.
   *
   * @param structure the frame; its number is `source.frame`, else the number of frames before it
   * @throws {QuestsError} as `descriptors` and `deltaEntropy`: INVALID_STRUCTURE for coordinates
   *   that are not finite, or an element that a reference of per-species descriptors lacks;
   *   MISMATCH
   */
  async check(structure: Structure): Promise<WatchCheck> {
    if (!isStructure(structure)) throw notOfKind('a structure', structure, 'structure');
    const { bandwidth, signal, learn = false } = this.#options;
    const { reference } = this;
    const { backend } = reference;
    const known = reference.rows;
    const x = await this.#describe(structure);
    const frame = structure.source?.frame ?? this.#count;
    this.#count++;
    let atoms = this.#options.mean === false ? undefined : await this.#allAtoms(x);
    const { max, atom, novelty, score } = atoms ?? (await this.#largest(x));
    const ownEntropy =
      this.#options.entropy === false ? undefined : await entropy(x, { bandwidth, backend, signal });
    const { decision, save } = this.#decide(score, frame);
    // Where nothing is kept, a simulation that is to stop does not wait.
    if (save && this.#options.saveAbove !== undefined) atoms ??= await this.#allAtoms(x);
    if (save) this.#lastSaved = frame;
    if (save && learn) reference.add(x);
    return {
      environments: x.rows,
      known,
      entropy: ownEntropy,
      maximum: max,
      atom,
      mean: atoms?.mean,
      novelty,
      score,
      dH: atoms?.dH,
      decision,
      save,
      learned: save && learn,
    };
  }

  /** What decides, alone. */
  async #largest(x: DescriptorMatrix): Promise<Largest> {
    const { bandwidth, epsilon, signal, share } = this.#options;
    const rank = rankOf(x.rows, share);
    const found = await largestDeltas(x, this.reference, { bandwidth, epsilon, rank, signal });
    return { max: found.max, atom: found.row, novelty: found.novelty, score: found.ranked };
  }

  /** δH of every atom. */
  async #allAtoms(x: DescriptorMatrix): Promise<AllAtoms> {
    const { bandwidth, epsilon = DEFAULTS.epsilon, signal, share } = this.#options;
    const { backend } = this.reference;
    const dH = await deltaEntropy(x, this.reference, { bandwidth, backend, signal });
    const { mean, max, novelty } = await noveltySummary(dH, { backend, epsilon });
    return { dH, mean, max, novelty, atom: dH.indexOf(max), score: scoreOf(dH, share) };
  }

  /**
   * Adds a frame to the reference, whatever its δH: one that was kept in a run before this.
   *
   * @throws {QuestsError} as {@link check}
   */
  async learn(structure: Structure): Promise<void> {
    if (!isStructure(structure)) throw notOfKind('a structure', structure, 'structure');
    this.reference.add(await this.#describe(structure));
    this.#lastSaved = structure.source?.frame ?? this.#lastSaved;
  }

  /** Frees the memory of the core, where the reference was not given as a {@link ReferenceSet}. */
  dispose(): void {
    if (this.#owns) this.reference.dispose();
  }

  declare [Symbol.dispose]: () => void;

  static {
    // Not every browser has the symbol yet; where it is missing, so is `using`.
    if ((Symbol as { dispose?: symbol }).dispose !== undefined) {
      Watcher.prototype[Symbol.dispose] = function (this: Watcher): void {
        this.dispose();
      };
    }
  }

  #describe(structure: Structure): ReturnType<typeof descriptors> {
    const { k, cutoff, signal } = this.#options;
    const { reference } = this;
    return descriptors(structure, {
      k: k ?? reference.k ?? undefined,
      cutoff: cutoff ?? reference.cutoff ?? undefined,
      species: reference.species ?? false,
      backend: reference.backend,
      signal,
    });
  }

  #decide(score: number, frame: number): Pick<WatchCheck, 'decision' | 'save'> {
    const { saveAbove, stopAbove, rejectAbove, saveEvery = 1 } = this.#options;
    const reaches = (limit: number | undefined): boolean => limit !== undefined && score >= limit;
    const hasExploded = reaches(rejectAbove);
    if (reaches(stopAbove)) return { decision: 'stop', save: !hasExploded };
    if (hasExploded) return { decision: 'reject', save: false };
    // Numbers begin anew where a simulation does.
    const isApart = frame < this.#lastSaved || frame - this.#lastSaved >= saveEvery;
    const save = reaches(saveAbove) && isApart;
    return { decision: save ? 'save' : 'continue', save };
  }
}

/**
 * Prepares to check the frames of a running simulation against a reference.
 *
 * @param reference what is known: descriptors, or a {@link ReferenceSet}, which then grows where
 *   `learn` is asked for
 * @throws {QuestsError} INVALID_ARGUMENT: an unusable limit, share or spacing, limits in an order
 *   that leaves one without effect; MISMATCH: k or cutoff other than the reference's; TOO_LARGE
 *
 * @example
 * const guard = await watcher(await descriptors(training), { saveAbove: 1, stopAbove: 20 });
 * for await (const structure of simulation) {
 *   const { decision, save } = await guard.check(structure);
 *   if (save) kept.push(structure);
 *   if (decision === 'stop') break;
 * }
 * guard.dispose();
 */
export async function watcher(reference: Environments, options: WatcherOptions = {}): Promise<Watcher> {
  checkLimits(options);
  for (const name of ['k', 'cutoff'] as const) {
    const [asked, has] = [options[name], reference[name]];
    if (asked === undefined || has === null || asked === has) continue;
    throw new QuestsError('MISMATCH', `${name} is ${has} in the reference, ${asked} was asked for`);
  }
  const isSet = reference instanceof ReferenceSet;
  // It may grow, which a file does not.
  const x = reference instanceof StoredReference ? await reference.matrix() : reference;
  const set = x instanceof ReferenceSet ? x : await referenceSet(x, { backend: await backendOf(options) });
  return new Watcher(set, options, !isSet);
}

/** Refuses limits that mean nothing, or that others leave without effect. */
function checkLimits({ saveAbove, stopAbove, rejectAbove, share, saveEvery }: WatchLimits): void {
  const refuse = (problem: string): never => {
    throw new QuestsError('INVALID_ARGUMENT', problem);
  };
  for (const [name, limit] of Object.entries({ saveAbove, stopAbove, rejectAbove })) {
    if (limit !== undefined && Number.isNaN(limit)) refuse(`${name} is NaN, expected a number of nats`);
  }
  if (share !== undefined && !(share > 0 && share <= 1)) {
    refuse(`share is ${share}, expected a share above 0 and at most 1`);
  }
  if (saveEvery !== undefined && !(Number.isSafeInteger(saveEvery) && saveEvery >= 1)) {
    refuse(`saveEvery is ${saveEvery}, expected a whole number of at least 1`);
  }
  if (saveAbove !== undefined && rejectAbove !== undefined && rejectAbove <= saveAbove) {
    refuse(`rejectAbove is ${rejectAbove}, expected more than saveAbove, ${saveAbove}: nothing is kept`);
  }
}

/** Of how many of the atoms the score is the least δH: one where there is no share. */
function rankOf(atoms: number, share: number | undefined): number {
  return share === undefined ? 1 : Math.ceil(share * atoms);
}

/** The δH that a share of the atoms reaches; the largest where there is no share. */
function scoreOf(dH: Float64Array, share: number | undefined): number {
  const rising = dH.slice().sort();
  return rising[rising.length - rankOf(dH.length, share)] as number;
}

/** In plain JavaScript anything may be given. */
function isStructure(value: unknown): boolean {
  return isRecord(value) && value.positions instanceof Float64Array;
}
