import { QuestsError } from '../base/error.js';
import { environmentElements } from '../coverage/missing-elements.js';
import { deltaEntropy } from '../entropy/entropy.js';
import { rowsOf } from '../kernel/row-sample.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Source, Structure } from '../model/structure.js';
import type { RunOptions } from '../run/run-options.js';
import { compress, compressionCurve, keptCount } from '../select/compress.js';
import { type Exploration, type ExploredSet, knownOf } from './exploration.js';
import { placeOf } from './frame-places.js';

/** Structures that were selected to be kept, and what the first n of them hold. */
export interface KeptStructures {
  /** Name of the set that they are of, its structures, and its H in nats. */
  readonly set: string;
  readonly structures: number;
  readonly entropyOfSet: number;
  /** Name of the set that they are added to; null where there is none. */
  readonly reference: string | null;
  /** ε, in nats. */
  readonly epsilon: number;
  /** Frames, in the order in which they were selected, and where each was read. */
  readonly frames: readonly number[];
  readonly places: readonly Source[];
  /** H of the first n, in nats. */
  readonly entropy: Float64Array;
  /** D of the first n, in nats. */
  readonly diversity: Float64Array;
  /** Some n, and the share of all environments that the first n and the reference cover. */
  readonly counts: readonly number[];
  readonly overlap: readonly number[];
  /** The same share of as many structures at random; empty as long as more is selected. */
  readonly random: readonly number[];
  /** H and D of the first n of those at random, in nats; empty as long as more is selected. */
  readonly randomEntropy: Float64Array;
  readonly randomDiversity: Float64Array;
}

/**
 * The curve is shown as it is after one structure, and after so many further numbers of them, by
 * equal factors.
 */
const STAGES = 10;
/** Points of the curve of overlap: up to so many structures, one for each of them, */
const EACH = 200;
/** beyond, so many in each stage. */
const POINTS = 20;

/**
 * Selects structures of the last set: those that add most to the first, where there are two. The
 * overlap is the share of the environments of the last set with δH(y | first set and kept) < ε.
 *
 * @param onStage called with what the first structures hold, as long as there are more
 * @throws {QuestsError} INVALID_ARGUMENT: a count that is no whole number from 1 to that of the
 *   frames; TOO_LARGE: a first set that is only asked, and δH of a sample of the last
 */
export async function keep(
  exploration: Exploration,
  count: number,
  options: RunOptions,
  onStage: (kept: KeptStructures) => Promise<void>,
): Promise<KeptStructures> {
  const { sets, findings } = exploration;
  const [first] = sets;
  const set = sets.at(-1);
  if (set === undefined || first === undefined) throw new RangeError('nothing was explored');
  const { bandwidth, epsilon } = findings.settings;
  const kernel = { ...options, bandwidth };
  const elements = new KnownElements(set, first === set ? null : first);
  const reference = set.known === null ? { dH: set.dH } : { reference: first.x };
  const known = first === set ? {} : { ...reference, novel: elements.isNew };
  keptCount({ count }, set.x.frames);
  if (set.known !== null && first.isAsked === true) {
    const problem = `${first.name} is only asked, and ${set.name} has too many environments for that`;
    throw new QuestsError('TOO_LARGE', `${problem}: select fewer frames, or give the tolerance 0`);
  }
  // Most time goes into what they cover, not into picking them.
  const { picks: all } = await compress(set.x, { ...kernel, ...known, size: { count } });
  const sizes = Array.from({ length: STAGES }, (_, at) => Math.round(count ** (at / STAGES)));
  const covered = new Covered(set, first === set, epsilon, elements);
  const stage = async (size: number): Promise<KeptStructures> => {
    const picks = all.subarray(0, size);
    for (const next of countsBetween(covered.counts.at(-1) ?? 0, size)) {
      await covered.add(all.subarray(0, next), kernel);
    }
    const { entropy, diversity } = await compressionCurve(set.x, picks, kernel);
    return {
      set: set.name,
      structures: set.x.frames,
      entropyOfSet: findings.sets.at(-1)?.entropy ?? NaN,
      reference: first === set ? null : first.name,
      epsilon,
      frames: Array.from(picks),
      places: Array.from(picks, (pick) => placeOf(set, pick)),
      entropy,
      diversity,
      counts: [...covered.counts],
      overlap: [...covered.shares],
      random: [],
      randomEntropy: new Float64Array(0),
      randomDiversity: new Float64Array(0),
    };
  };
  for (const size of new Set(sizes)) if (size < count) await onStage(await stage(size));
  const last = await stage(count);
  const { picks: drawn } = await compress(set.x, { ...kernel, method: 'random', size: { count } });
  const again = new KnownElements(set, first === set ? null : first);
  const atRandom = new Covered(set, first === set, epsilon, again);
  for (const size of covered.counts) await atRandom.add(drawn.subarray(0, size), kernel);
  const curve = await compressionCurve(set.x, drawn, kernel);
  return {
    ...last,
    random: atRandom.shares,
    randomEntropy: curve.entropy,
    randomDiversity: curve.diversity,
  };
}

/**
 * Elements that are known from the first set and from what is kept so far. Where descriptors tell
 * elements apart, an environment of any other is not covered, whatever its δH is.
 */
class KnownElements {
  readonly #structures: readonly Structure[];
  /** Element of each environment of the set; empty where there is nothing to tell apart. */
  readonly #elements: readonly string[];
  readonly #known: Set<string>;

  constructor({ x, structures }: ExploredSet, reference: ExploredSet | null) {
    const known = reference?.structures.flatMap(({ species }) => species ?? []) ?? [];
    this.#known = new Set(known);
    this.#structures = structures;
    const tells = x.species !== null && (reference === null || known.length > 0);
    this.#elements = tells ? environmentElements(structures) : [];
  }

  /** Adds those of kept frames. */
  add(frames: Uint32Array): void {
    for (const frame of frames) {
      this.#structures[frame]?.species?.forEach((element) => this.#known.add(element));
    }
  }

  /** Whether an environment of the set, by its row, is of an element that is not known. */
  readonly isNew = (row: number): boolean => {
    const element = this.#elements[row] ?? '';
    return element !== '' && !this.#known.has(element);
  };
}

/**
 * The share of a set that the structures kept so far cover. Sums over what is kept add up, so each
 * pair is computed once.
 */
class Covered {
  /** The set, or the environments of it whose δH is known. */
  readonly #x: DescriptorMatrix;
  readonly #set: ExploredSet;
  readonly #epsilon: number;
  readonly #elements: KnownElements;
  /** −log of the sums so far, of each environment. */
  readonly #deltas: Float64Array;
  /** Structures kept, and the share of environments that they cover. */
  readonly counts: number[] = [];
  readonly shares: number[] = [];

  /** @param isAlone whether nothing is known before */
  constructor(set: ExploredSet, isAlone: boolean, epsilon: number, elements: KnownElements) {
    this.#set = set;
    this.#elements = elements;
    this.#epsilon = epsilon;
    this.#x = set.known === null ? set.x : rowsOf(set.x, set.known);
    this.#deltas = isAlone ? new Float64Array(this.#x.rows).fill(Infinity) : knownOf(set.dH);
  }

  /** @param picks those of the last time, and more */
  async add(picks: Uint32Array, options: RunOptions & { readonly bandwidth: number }): Promise<void> {
    const { x, known } = this.#set;
    const added = picks.subarray(this.counts.at(-1) ?? 0);
    const more = await deltaEntropy(this.#x, x.select(added), options);
    this.#elements.add(added);
    let covered = 0;
    more.forEach((value, row) => {
      const sum = joined(this.#deltas[row] as number, value);
      this.#deltas[row] = sum;
      if (sum < this.#epsilon && !this.#elements.isNew(known?.[row] ?? row)) covered += 1;
    });
    this.counts.push(picks.length);
    this.shares.push(covered / this.#x.rows);
  }
}

/** Numbers of structures above one, up to another, for which the overlap is shown. */
function countsBetween(before: number, size: number): number[] {
  const step = size <= EACH ? 1 : Math.ceil((size - before) / POINTS);
  const counts: number[] = [];
  for (let at = before; at < size; at += step) counts.push(Math.min(size, at + step));
  return counts;
}

/** −log(e^−a + e^−b). */
function joined(a: number, b: number): number {
  const low = Math.min(a, b);
  return low - Math.log1p(Math.exp(low - Math.max(a, b)));
}
