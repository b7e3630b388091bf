import { efficiency, maxEntropy } from '../entropy/efficiency.js';
import { seedOfPart } from '../statistics/random.js';
import type { OverlapThresholds } from '../coverage/coverage.js';
import { DEFAULTS } from '../base/defaults.js';
import { IDEAL_EFFICIENCY } from '../base/constants.js';
import { type DescriptorBatchOptions, describeFrames, descriptorBatches } from '../descriptor/batches.js';
import { describedSpecies } from '../descriptor/descriptor-options.js';
import { deltaEntropy, entropy } from '../entropy/entropy.js';
import { type PairEntropy, pairEntropy, type PairEntropyOptions } from '../entropy/pair-entropy.js';
import { QuestsError } from '../base/error.js';
import { type FrameState, frameState, type FrameStateOptions } from '../model/frame-state.js';
import { concatenated, DescriptorMatrix } from '../model/descriptor-matrix.js';
import { countedDeltas, missingElements } from '../coverage/missing-elements.js';
import { noveltyByGroup, type NoveltySummary, noveltySummary } from '../coverage/novelty.js';
import { quantileSorted } from 'simple-statistics';
import { backendOf } from '../run/run-options.js';
import { type Environments, type ReferenceSet, referenceSet } from '../kernel/reference-set.js';
import type { StoredReference } from '../kernel/stored-reference.js';
import type { Structure } from '../model/structure.js';

/** A reference with a name: a phase, a training set. */
export interface NamedReference {
  readonly name: string;
  readonly x: Environments;
  /**
   * Elements that occur in it. With per-species descriptors, environments of others are novel,
   * whatever their δH is. Default: not known.
   */
  readonly elements?: readonly string[] | undefined;
}

/**
 * Reference of the frames of a trajectory: its first frames, all frames before each, or given sets.
 * Perfect lattices ({@link TrajectoryFrame.ideal}) do not count among the first frames.
 */
export type TrajectoryReference =
  { readonly first: number } | { readonly previous: true } | { readonly sets: readonly NamedReference[] };

/** Options of {@link trajectory}. */
export interface TrajectoryOptions extends DescriptorBatchOptions, FrameStateOptions {
  /** Default: the first 5 frames. */
  readonly reference?: TrajectoryReference | undefined;
  /** h, in 1/Å. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** ε: environments with δH below it overlap, in nats; one or several. Default: 1e-5. */
  readonly epsilon?: OverlapThresholds | undefined;
  /**
   * Shares of the environments whose δH is no larger than the quantile. Default: 0.05, 0.5, 0.95.
   */
  readonly quantiles?: readonly number[] | undefined;
  /**
   * Target half-width of the 95 % intervals of H, and of δH for 95 % of the environments, in nats.
   * Default: exact.
   */
  readonly tolerance?: number | undefined;
  /**
   * Whether the pair entropy S₂ of each frame and atom is computed, too, or how; see `pairEntropy`.
   * Default: it is not.
   */
  readonly pairEntropy?: boolean | Pick<PairEntropyOptions, 'cutoff' | 'width'> | undefined;
  /** Seed of the samples; each frame draws its own. Default: 0. */
  readonly seed?: number | undefined;
  /**
   * Number of frames at the beginning that are done already: they enter the reference but are not
   * returned. Default: 0.
   */
  readonly from?: number | undefined;
}

/** δH of a frame's environments with respect to one reference. */
export interface FrameNovelty extends NoveltySummary {
  /** Name of the reference; empty for frames of the trajectory itself. */
  readonly reference: string;
  /** Environments of the reference. */
  readonly known: number;
  /** δH of each environment, in nats. */
  readonly dH: Float64Array;
  /** Elements of the frame that the reference lacks, sorted; none where one does not say its. */
  readonly missing: readonly string[];
  /** Quantiles of δH, in nats, in the order they were asked for. */
  readonly quantiles: Float64Array;
  /** Half-width of the 95 % interval of the mean, in nats; 0 where it is exact. */
  readonly meanError: number;
  /** Of the environments of each element, where the frame has several. */
  readonly byElement: ReadonlyMap<string, NoveltySummary>;
}

/** What {@link trajectory} says of a frame. */
export interface TrajectoryFrame extends FrameState {
  /** Number among the frames, from 0. */
  readonly index: number;
  readonly structure: Structure;
  /** N */
  readonly environments: number;
  /** H, in nats. */
  readonly entropy: number;
  /** Half-width of the 95 % interval of H, in nats; 0 where it is exact. */
  readonly entropyError: number;
  /** log N, the largest H can be, in nats. */
  readonly maxEntropy: number;
  /** H/log N; above 0.9 the frame is saturated: H is limited by N. NaN for a single atom. */
  readonly efficiency: number;
  /** S₂ of the frame and of its atoms, in k_B per atom; absent unless it was asked for. */
  readonly pairEntropy?: PairEntropy | undefined;
  /** Whether it is a perfect lattice, or nearly: H/log N below 0.001. */
  readonly ideal: boolean;
  /**
   * Whether it is one of the first frames that make the reference: δH is then relative to the
   * others of them.
   */
  readonly inReference: boolean;
  /** One for each reference; none for a frame without other frames to compare with. */
  readonly novelty: readonly FrameNovelty[];
}

/** A reference as frames are held against it. */
interface Held {
  readonly name: string;
  readonly x: ReferenceSet | StoredReference;
  /** Elements that occur in it; none where they are not known. */
  readonly elements: ReadonlySet<string>;
}

/** Values of a frame that need no reference, and its descriptors. */
interface Measured {
  readonly said: Omit<TrajectoryFrame, 'novelty' | 'inReference'>;
  readonly x: DescriptorMatrix;
}

/**
 * Entropy of the environments of each frame, and their δH relative to a reference; see `entropy`
 * and `deltaEntropy`. Only the present frame, the next one and the reference are in memory.
 *
 * A frame of the reference `first` is compared with the other frames of the reference only, so that
 * it does not count as its own neighbour. The only frame of `first`, and the first frame of
 * `previous`, have no δH.
 *
 * @param structures frames in the order of time, as {@link trajectoryFrames} gives them; of any
 *   numbers of atoms
 * @throws {QuestsError} as `descriptorBatches`, `entropy` and `deltaEntropy`; INVALID_ARGUMENT: an
 *   unusable reference, quantile, ε, timestep or number of frames that are done; EMPTY: no frames,
 *   or none but ideal ones to make a reference of
 * @see arXiv 2404.12367
 *
 * @example
 * const frames = trajectory(readStructures('dump.cu'), { reference: { first: 5 } });
 * for await (const { time, entropy, novelty } of frames)
 *   console.log(time, entropy, novelty[0]?.mean);
 */
export async function* trajectory(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  options: TrajectoryOptions = {},
): AsyncGenerator<TrajectoryFrame, void, undefined> {
  const frames = each(structures);
  const run = new Run(options, await backendOf(options));
  try {
    yield* run.all(frames);
    if (run.count === 0) throw new QuestsError('EMPTY', 'there are no frames');
  } finally {
    run.dispose();
    // Where the first frames are taken one by one no loop lets go of the file that they come from.
    await frames.return(undefined);
  }
}

/** One pass over a trajectory. */
class Run {
  readonly #options: TrajectoryOptions;
  readonly #from: number;
  /** References that were made here, and end here. */
  readonly #own: ReferenceSet[] = [];
  /** Frames so far. */
  count = 0;

  constructor(options: TrajectoryOptions, backend: TrajectoryOptions['backend']) {
    this.#options = { ...options, backend };
    this.#from = options.from ?? 0;
    if (!(Number.isSafeInteger(this.#from) && this.#from >= 0)) {
      throw new QuestsError(
        'INVALID_ARGUMENT',
        `from is ${this.#from}, expected a whole number of at least 0`,
      );
    }
    const { reference, quantiles = [] } = options;
    const wrong = quantiles.find((share) => !(share >= 0 && share <= 1));
    if (wrong !== undefined)
      throw new QuestsError('INVALID_ARGUMENT', `quantile is ${wrong}, expected a share from 0 to 1`);
    if (reference !== undefined && 'first' in reference) {
      const { first } = reference;
      if (Number.isSafeInteger(first) && first >= 1) return;
      throw new QuestsError('INVALID_ARGUMENT', `first is ${first}, expected a whole number of at least 1`);
    }
    if (reference !== undefined && 'sets' in reference && reference.sets.length === 0) {
      throw new QuestsError('INVALID_ARGUMENT', 'no sets to hold frames against');
    }
  }

  dispose(): void {
    for (const reference of this.#own) reference.dispose();
  }

  all(frames: AsyncGenerator<Structure>): AsyncGenerator<TrajectoryFrame, void, undefined> {
    const { reference = { first: DEFAULTS.firstFrames } } = this.#options;
    if ('sets' in reference) return this.#againstSets(reference.sets, frames);
    return 'previous' in reference
      ? this.#againstPrevious(frames)
      : this.#againstFirst(reference.first, frames);
  }

  async *#againstSets(
    sets: readonly NamedReference[],
    frames: AsyncGenerator<Structure>,
  ): AsyncGenerator<TrajectoryFrame, void, undefined> {
    const references: Held[] = [];
    for (const { name, x, elements } of sets) {
      const held = x instanceof DescriptorMatrix ? await this.#prepared(x) : x;
      references.push({ name, x: held, elements: new Set(elements) });
    }
    await this.#pass(frames);
    for await (const { structure, x } of this.#described(frames)) {
      const frame = await this.#measured(structure, x);
      yield { ...(await this.#held(frame, references)), inReference: false };
    }
  }

  async *#againstPrevious(
    frames: AsyncGenerator<Structure>,
  ): AsyncGenerator<TrajectoryFrame, void, undefined> {
    let known: ReferenceSet | undefined;
    const elements = new Set<string>();
    for await (const { structure, x } of this.#described(frames)) {
      const references = known === undefined ? [] : [{ name: '', x: known, elements }];
      if (this.count < this.#from) this.count++;
      else {
        const frame = await this.#measured(structure, x);
        yield { ...(await this.#held(frame, references)), inReference: false };
      }
      if (known === undefined) known = await this.#prepared(x);
      else known.add(x);
      structure.species?.forEach((each) => elements.add(each));
    }
  }

  async *#againstFirst(
    count: number,
    frames: AsyncGenerator<Structure>,
  ): AsyncGenerator<TrajectoryFrame, void, undefined> {
    const held: Measured[] = [];
    const thermal = (): Measured[] => held.filter(({ said }) => !said.ideal);
    while (thermal().length < count) {
      const next = await frames.next();
      if (next.done === true) break;
      const { frames: usable, x } = await this.#describe([next.value]);
      if (x !== undefined) held.push(await this.#measured(usable[0] as Structure, x));
    }
    const members = thermal();
    if (members.length === 0) {
      if (held.length === 0) return;
      throw new QuestsError('EMPTY', 'all frames are perfect lattices, none can be the reference');
    }
    const whole = { name: '', x: await this.#prepared(concatenated(members.map((frame) => frame.x))) };
    const reference: Held = { ...whole, elements: elementsOf(members) };
    for (const frame of held.slice(this.#from)) {
      if (frame.said.ideal) {
        yield { ...(await this.#held(frame, [reference])), inReference: false };
        continue;
      }
      const others = members.filter((other) => other !== frame);
      if (others.length === 0) {
        yield { ...frame.said, novelty: [], inReference: true };
        continue;
      }
      const set = await referenceSet(concatenated(others.map((other) => other.x)), this.#options);
      try {
        const own = [{ name: '', x: set, elements: elementsOf(others) }];
        yield { ...(await this.#held(frame, own)), inReference: true };
      } finally {
        set.dispose();
      }
    }
    held.length = 0;
    members.length = 0;
    await this.#pass(frames);
    for await (const { structure, x: y } of this.#described(frames)) {
      const frame = await this.#measured(structure, y);
      yield { ...(await this.#held(frame, [reference])), inReference: false };
    }
  }

  /** Passes over frames that are known already. */
  async #pass(frames: AsyncGenerator<Structure>): Promise<void> {
    while (this.count < this.#from) {
      if ((await frames.next()).done === true) return;
      this.count++;
    }
  }

  async *#described(
    frames: AsyncGenerator<Structure>,
  ): AsyncGenerator<{ structure: Structure; x: DescriptorMatrix }, void, undefined> {
    for await (const { structures, x } of descriptorBatches(frames, this.#options)) {
      for (const [at, structure] of structures.entries()) yield { structure, x: x.frame(at) };
    }
  }

  #describe(frames: readonly Structure[]): ReturnType<typeof describeFrames> {
    return describeFrames(frames, describedSpecies(this.#options.species, []), this.#options);
  }

  async #prepared(x: DescriptorMatrix): Promise<ReferenceSet> {
    const reference = await referenceSet(x, this.#options);
    this.#own.push(reference);
    return reference;
  }

  async #measured(structure: Structure, x: DescriptorMatrix): Promise<Measured> {
    const index = this.count++;
    const { value, error } = await this.#entropy(x, index);
    const share = efficiency(value, x.rows);
    const said = {
      ...frameState(structure, this.#options),
      index,
      structure,
      environments: x.rows,
      entropy: value,
      entropyError: error,
      maxEntropy: maxEntropy(x.rows),
      efficiency: share,
      ideal: share < IDEAL_EFFICIENCY,
      ...(await this.#pairEntropy(structure)),
    };
    return { said, x };
  }

  async #pairEntropy(structure: Structure): Promise<Pick<TrajectoryFrame, 'pairEntropy'>> {
    const { backend, pairEntropy: wanted = false, signal } = this.#options;
    if (wanted === false) return {};
    return {
      pairEntropy: await pairEntropy(structure, { ...(wanted === true ? {} : wanted), backend, signal }),
    };
  }

  async #entropy(x: DescriptorMatrix, index: number): Promise<{ value: number; error: number }> {
    const { tolerance, ...options } = this.#options;
    if (tolerance === undefined) return { value: await entropy(x, options), error: 0 };
    return entropy(x, { ...options, tolerance, seed: this.#seed(index) });
  }

  /** Each frame has a sample of its own, so that their errors are independent. */
  #seed(index: number): number {
    return seedOfPart(this.#options.seed ?? DEFAULTS.seed, index);
  }

  async #held(frame: Measured, references: readonly Held[]): Promise<Omit<TrajectoryFrame, 'inReference'>> {
    const {
      tolerance,
      quantiles = DEFAULTS.quantiles,
      epsilon = DEFAULTS.epsilon,
      ...options
    } = this.#options;
    const novelty: FrameNovelty[] = [];
    const { species = [] } = frame.said.structure;
    for (const { name, x, elements } of references) {
      const known = x.rows;
      let dH: Float64Array;
      let meanError = 0;
      if (tolerance === undefined) dH = await deltaEntropy(frame.x, x, options);
      else {
        const found = await deltaEntropy(frame.x, x, {
          ...options,
          tolerance,
          seed: this.#seed(frame.said.index),
        });
        dH = found.values;
        meanError = found.mean.error;
      }
      const missing = missingElements(species, [elements]);
      const counted = frame.x.species === null ? dH : countedDeltas(dH, species, missing);
      const settings = { backend: options.backend, epsilon, counted };
      const sorted = dH.slice().sort() as unknown as number[];
      novelty.push({
        reference: name,
        known,
        dH,
        missing,
        meanError,
        quantiles: Float64Array.from(quantiles, (share) => quantileSorted(sorted, share)),
        ...(await noveltySummary(dH, settings)),
        byElement: new Set(species).size > 1 ? await noveltyByGroup(dH, species, settings) : new Map(),
      });
    }
    return { ...frame.said, novelty };
  }
}

/** Elements of some frames; none where one does not say them. */
function elementsOf(frames: readonly Measured[]): ReadonlySet<string> {
  return new Set(frames.flatMap(({ said }) => said.structure.species ?? []));
}

async function* each(structures: Iterable<Structure> | AsyncIterable<Structure>): AsyncGenerator<Structure> {
  yield* structures;
}
