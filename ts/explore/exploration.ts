import { efficiency } from '../entropy/efficiency.js';
import { perFrame } from '../model/frame-values.js';
import { type BandwidthPoint, bandwidthScan } from '../entropy/bandwidth-scan.js';
import { estimateBandwidth, volumePerAtom } from '../descriptor/bandwidth.js';
import { DEFAULTS } from '../base/defaults.js';
import { MOST_EXACT, MOST_TOLD } from '../base/constants.js';
import { deltaEntropy, diversity } from '../entropy/entropy.js';
import { QuestsError } from '../base/error.js';
import { checkSeed } from '../statistics/random.js';
import { concatenated, DescriptorMatrix } from '../model/descriptor-matrix.js';
import { mean } from '../statistics/moments.js';
import { elementsEffect } from '../coverage/elements-effect.js';
import { countedDeltas, environmentElements, missingElements } from '../coverage/missing-elements.js';
import { noveltySummary } from '../coverage/novelty.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { nearDeltas } from '../kernel/near-deltas.js';
import { StoredReference } from '../kernel/stored-reference.js';
import type { Progress, RunOptions } from '../run/run-options.js';
import { rowsOf } from '../kernel/row-sample.js';
import type { Structure } from '../model/structure.js';
import { type Caution, cautionsOf } from './cautions.js';
import { distinctNames } from './distinct-names.js';
import { type DrawnFrom, labelsOf } from './drawn-set.js';
import { type GapRefusal, noCurve, type SetCurve, setCurve } from './set-curve.js';
import { earlyRows, EarlySet, earlyTolerances, shareError } from './early-numbers.js';
import { isAskedSet, type NamedSet, type StoredSet } from './named-set.js';
import { entropyOfSet, type ReadSet, readSet } from './read-set.js';

/** What is computed of sets, and how. */
export interface ExploreSettings {
  /** h, in 1/Å. */
  readonly bandwidth: number;
  /** ε: environments with δH below it count as covered, in nats. */
  readonly epsilon: number;
  /**
   * Half-width of the 95 % interval of H that is asked for, in nats. Then H, δH and what follows
   * from them are those of a random sample of environments, each with respect to all. 0: all pairs
   * are summed. Default: 0 for sets of up to 150,000 environments ({@link MOST_EXACT}), 0.05 where
   * one has more.
   */
  readonly tolerance?: number | null | undefined;
  /** Seed of the sample, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** {@link ExploreSettings}, defaults filled in. */
export type ExploredSettings = { readonly [Name in keyof ExploreSettings]-?: number };

/** Headline numbers of one set. */
export interface SetNumbers {
  readonly name: string;
  readonly frames: number;
  readonly environments: number;
  /**
   * Symbols of the elements in it, sorted; empty where structures or their elements are not known.
   */
  readonly elements: readonly string[];
  /** H, in nats; null of a set that is only asked ({@link StoredSet.isAsked}). */
  readonly entropy: number | null;
  /** Half-width of the 95 % interval of H, in nats; 0 where it is exact. */
  readonly entropyError: number;
  /** H/log N, from 0 to 1; null where H is. */
  readonly efficiency: number | null;
  /** D, in nats; null where H is. */
  readonly diversity: number | null;
  /** Half-width of the 95 % interval of D, in nats; 0 where it is exact. */
  readonly diversityError: number;
  /** Environments whose δH was computed: all, or a sample; 0 where none is needed yet. */
  readonly known: number;
  /** H_max − H from the learning curve, in nats; null where the curve does not tell. */
  readonly gap: number | null;
  /** Why it does not; null where it does. */
  readonly gapRefusal: GapRefusal | null;
  /** The most that it can be, in nats, where that is known and the gap is not; else null. */
  readonly gapAtMost: number | null;
}

/** The second set relative to the first. */
export interface Comparison {
  /** Share of the second set that the first covers, δH < ε. */
  readonly overlap: number;
  /** Share of the second set that is new to the first, δH ≥ ε: the rest of `overlap`. */
  readonly novelty: number;
  /** Mean δH of the second set, in nats. */
  readonly mean: number;
  /** Largest δH of the second set, in nats. */
  readonly max: number;
  /**
   * Environments of which only is known that δH is at least 12·ln 10 = 27.6 nats, as which it
   * stands in `mean` and `max`: where the first set is only asked. Else 0.
   */
  readonly beyond: number;
  /**
   * D of both together, less that of the first alone, in nats; null where D is that of a sample.
   */
  readonly addedDiversity: number | null;
  /** Elements of the second set that the first lacks, sorted; none where one does not say its. */
  readonly missing: readonly string[];
  /**
   * Environments of these elements, of those whose δH was computed. They count as novel where
   * descriptors tell elements apart, whatever their δH is; null where they do not.
   */
  readonly missingEnvironments: number | null;
}

/** All numbers of one set or two. */
export interface Findings {
  /** Those that were asked for, with their defaults. */
  readonly settings: ExploredSettings;
  readonly sets: readonly SetNumbers[];
  /** Whether descriptors tell elements apart. */
  readonly hasElements: boolean;
  /** Null for one set. */
  readonly comparison: Comparison | null;
  /** h for the volume per atom of the first frame, in 1/Å; null without a cell. */
  readonly suggestion: number | null;
  /** What is to be known of the sets before these numbers are read. */
  readonly cautions: readonly Caution[];
}

/** A set, computed. */
export interface ExploredSet extends NamedSet {
  /**
   * What `x` was drawn from, where the set is larger than memory, or only asked. Default: it is
   * all.
   */
  readonly drawn?: DrawnFrom | undefined;
  /** Whether it is only asked what it knows, see {@link StoredSet.isAsked}. Default: no. */
  readonly isAsked?: boolean | undefined;
  /**
   * δH of each environment: against the first set for the second, within itself for the first. NaN
   * where it is not known.
   */
  readonly dH: Float64Array;
  /**
   * Values that novelty is counted by: δH, but for elements that are new to the first set, see
   * {@link countedDeltas}.
   */
  readonly counted: Float64Array;
  /** Environments whose δH is known, rising; null for all. */
  readonly known: Uint32Array | null;
  readonly curve: SetCurve;
}

/** One set or two, and all that is shown of them: what {@link explore} gives. */
export interface Exploration {
  readonly findings: Findings;
  readonly sets: readonly ExploredSet[];
  /**
   * H and D of the first set against the bandwidth, of {@link scanned} of its environments; empty
   * where that set is only asked.
   */
  readonly scan: readonly BandwidthPoint[];
  readonly scanned: number;
}

/** Findings while more of them is computed. */
export interface EarlyFindings extends Findings {
  /**
   * What is not final: all numbers, which are then of a sample, or only what follows from learning
   * curves.
   */
  readonly pending: 'numbers' | 'curves';
  /**
   * Half-width of the 95 % interval of novelty and overlap; 0 where they are final, or not there.
   */
  readonly noveltyError: number;
}

/** Options of {@link explore}. */
export interface ExploreOptions extends RunOptions {
  /**
   * Called with what is known so far: in sets of 16,000 environments or more with numbers from a
   * sample, then from a larger one, then with all but learning curves. It is waited for.
   */
  readonly onEarly?: ((findings: EarlyFindings) => Promise<void> | void) | undefined;
  /**
   * Called with the sets as a map shows them, before anything is computed. It is waited for.
   */
  readonly onRead?: ((sets: readonly ShownSet[]) => Promise<void> | void) | undefined;
}

/** A set as a map shows it: all of its environments, or those that were drawn. */
export type ShownSet = NamedSet & Pick<ExploredSet, 'drawn' | 'isAsked'>;

/** A set of which all is known but the learning curve. */
type UncurvedSet = Omit<ExploredSet, 'curve'>;

/**
 * What one wants to know of a set, or of a second one relative to the first: the numbers, with what
 * pictures of them need. Learning curves and the scan of bandwidths are taken from at most 5,000
 * environments, evenly spread over the set.
 *
 * Of a stored reference that is larger than its `memory`, H and D are estimated in passes over the
 * file, and up to 7,000 environments are drawn for everything else: `x` of the set that is given
 * back are these, see {@link ExploredSet.drawn}. It needs a tolerance. One that is only asked
 * ({@link StoredSet.isAsked}) is not passed over: δH of the second set reads what is near.
 *
 * @param sets one or two, made alike; `(first)` and `(second)` stand behind names that are the same
 * @param options progress names the set that is worked on
 * @throws {QuestsError} INVALID_ARGUMENT: no sets or more than two, bandwidth not above 0 or not
 *   finite, ε not a number, a tolerance below 0 or not finite, unusable seed; MISMATCH: descriptors
 *   that were made differently; TOO_LARGE, also for a set larger than memory without a tolerance;
 *   BACKEND_UNAVAILABLE
 *
 * @example
 * const set = { name: 'train.xyz', structures, x: await descriptors(structures) };
 * const { findings } = await explore([set], { bandwidth: 0.015, epsilon: 1e-5 });
 * console.log(verdictText(findings).title);
 */
export async function explore(
  sets: readonly (NamedSet | StoredSet)[],
  settings: ExploreSettings,
  { onEarly, onRead, ...options }: ExploreOptions = {},
): Promise<Exploration> {
  const [present] = sets;
  if (present === undefined || sets.length > 2) {
    throw new QuestsError('INVALID_ARGUMENT', `${sets.length} sets to explore, expected one or two`);
  }
  if (sets.slice(1).some(isAskedSet)) {
    throw new QuestsError('INVALID_ARGUMENT', 'isAsked is true of the second set, expected of the first');
  }
  const names = distinctNames(sets.map(({ name }) => name));
  const { bandwidth, epsilon, seed = DEFAULTS.seed } = settings;
  await checkExploreSettings(settings, options);
  const tolerance = toleranceFor(sets, settings.tolerance);
  const used = { bandwidth, epsilon, tolerance, seed };
  const told: ReadSet[] = [];
  for (const [at, set] of sets.entries()) {
    told.push(await readSet({ ...set, name: names[at] ?? set.name }, used));
  }
  await onRead?.(told);
  const suggestion = await suggestionFor(firstFrameOf(present), options);
  const findingsOf = (numbers: readonly SetNumbers[], comparison: Comparison | null): Findings => ({
    settings: used,
    sets: numbers,
    hasElements: present.x.species !== null,
    comparison,
    suggestion,
    cautions: numbers.flatMap(({ efficiency }, at) => cautionsOf(told[at] as ReadSet, efficiency)),
  });
  if (onEarly !== undefined && told.every(({ drawn }) => drawn === undefined)) {
    for await (const { numbers, comparison } of earlyNumbers(told, used, options)) {
      const noveltyError =
        comparison === null ? 0 : shareError(comparison.novelty, numbers.at(-1)?.known ?? 0);
      await onEarly({ ...findingsOf(numbers, comparison), pending: 'numbers', noveltyError });
    }
  }
  const uncurved: (UncurvedSet & ReadSet)[] = [];
  const early: SetNumbers[] = [];
  let comparison: Comparison | null = null;
  for (const set of told) {
    const { x } = set;
    const own = { ...labelled(options, set.name), bandwidth };
    const { known, dH: within, ...H } = await entropyOfSet(set, { tolerance, seed }, own);
    early.push(numbersOf(set, H, within.length));
    const [first] = uncurved;
    let dH = within;
    let counted = within;
    if (first !== undefined) {
      dH = await deltasTo(first, known === null ? x : rowsOf(x, known), own);
      const isExact = known === null && first.known === null;
      const both = isExact ? await diversity(concatenated([first.x, x]), own) : null;
      const addedDiversity = both === null ? null : both - (early[0]?.diversity ?? NaN);
      ({ counted, comparison } = await compared({ set, first, known, dH, addedDiversity, epsilon }, options));
    }
    const all = spread(dH, known, x.rows);
    uncurved.push({
      ...set,
      known,
      dH: all,
      counted: counted === dH ? all : spread(counted, known, x.rows),
    });
  }
  await onEarly?.({ ...findingsOf(early, comparison), pending: 'curves', noveltyError: 0 });
  const explored: ExploredSet[] = [];
  const numbers: SetNumbers[] = [];
  for (const [at, set] of uncurved.entries()) {
    const known = early[at] as SetNumbers;
    const own = { ...labelled(options, set.name), bandwidth };
    const { even, name, x, structures, dH, counted, known: rows, drawn, isAsked } = set;
    const curve =
      known.entropy === null ? noCurve({ is: 'asked' }) : await setCurve(even, known.entropy, own);
    const { gap, gapRefusal, gapAtMost } = curve;
    numbers.push({ ...known, gap, gapRefusal, gapAtMost });
    const shown = { ...(drawn && { drawn }), ...(isAsked && { isAsked }) };
    explored.push({ name, x, structures, dH, counted, known: rows, curve, ...shown });
  }
  const { even: sample, isAsked } = told[0] as ReadSet;
  const scan = isAsked ? [] : await bandwidthScan(sample, labelled(options, 'bandwidth scan'));
  const ofElements = { ...labelled(options, 'effect of elements'), bandwidth, seed };
  const findings = findingsOf(numbers, comparison);
  return {
    findings: { ...findings, cautions: [...findings.cautions, ...(await elementsCaution(told, ofElements))] },
    sets: explored,
    scan,
    scanned: isAsked ? 0 : sample.rows,
  };
}

/**
 * Refuses settings that {@link explore} would refuse, before anything is read.
 *
 * @throws {QuestsError} INVALID_ARGUMENT
 */
export async function checkExploreSettings(
  { bandwidth, epsilon, tolerance, seed = DEFAULTS.seed }: ExploreSettings,
  options: RunOptions,
): Promise<void> {
  checkSeed(seed);
  // Of one set nothing is counted by it; it stands in the settings nevertheless.
  if (Number.isNaN(epsilon)) {
    throw new QuestsError('INVALID_ARGUMENT', 'epsilon is NaN, expected a number of nats');
  }
  toleranceFor([], tolerance);
  // The core knows which bandwidths are none: of a single row it costs nothing to ask it.
  const quiet = { ...options, onProgress: undefined };
  await diversity(new DescriptorMatrix(Float64Array.of(0), { width: 1 }), { ...quiet, bandwidth });
}

/** Numbers of a set whose learning curve is not known. */
function numbersOf(
  { name, x, whole, elements }: ReadSet,
  H: Pick<SetNumbers, 'entropy' | 'entropyError' | 'diversity' | 'diversityError'>,
  known: number,
): SetNumbers {
  return {
    name,
    frames: x.frames,
    environments: whole.rows,
    elements,
    ...H,
    efficiency: H.entropy === null ? null : efficiency(H.entropy, whole.rows),
    known,
    gap: null,
    gapRefusal: { is: 'pending' },
    gapAtMost: null,
  };
}

/** What `full` would change, where several elements are treated as one. */
async function elementsCaution(
  [first, second]: readonly ReadSet[],
  options: RunOptions & { readonly bandwidth: number; readonly seed: number },
): Promise<Caution[]> {
  if (first === undefined) return [];
  const { k, cutoff, species } = first.x;
  const isKnown = [first, second].every((set) => set === undefined || set.structures.length > 0);
  if (species !== null || k === null || cutoff === null || !isKnown) return [];
  const effect = await elementsEffect(first.structures, second?.structures, { ...options, k, cutoff });
  if (effect === null) return [];
  return [{ is: 'elements', set: first.name, second: second?.name ?? null, effect }];
}

/** δH of the rows of a second set, as far as the first tells it. */
async function deltasTo(
  { whole, isAsked }: Pick<ReadSet, 'whole' | 'isAsked'>,
  y: DescriptorMatrix,
  options: KernelOptions & { readonly bandwidth: number },
): Promise<Float64Array> {
  return isAsked && whole instanceof StoredReference
    ? nearDeltas(y, whole, options)
    : deltaEntropy(y, whole, options);
}

/** What a second set is compared with, and δH of it. */
interface Compared {
  readonly set: ReadSet;
  readonly first: Pick<ReadSet, 'elements' | 'isAsked'>;
  /** Its environments whose δH is known; null for all. */
  readonly known: Uint32Array | null;
  readonly dH: Float64Array;
  readonly addedDiversity: number | null;
  readonly epsilon: number;
}

async function compared(
  { set, first, known, dH, addedDiversity, epsilon }: Compared,
  options: RunOptions,
): Promise<{ readonly counted: Float64Array; readonly comparison: Comparison }> {
  const { x } = set;
  const { missing, elements } = newElements(set, first, known);
  const counted = x.species === null ? dH : countedDeltas(dH, elements, missing);
  const { overlap, ...summary } = await noveltySummary(dH, { ...options, epsilon, counted });
  const isMissing = (count: number, element: string): number => count + Number(missing.includes(element));
  const comparison = {
    overlap: overlap[0] as number,
    novelty: summary.novelty,
    mean: summary.mean,
    max: summary.max,
    beyond: first.isAsked ? dH.filter((value) => value === MOST_TOLD).length : 0,
    addedDiversity,
    missing,
    missingEnvironments: x.species === null ? null : elements.reduce(isMissing, 0),
  };
  return { counted, comparison };
}

/** Numbers from samples, each better than those before; none where all are computed soon. */
async function* earlyNumbers(
  sets: readonly ReadSet[],
  { bandwidth, epsilon, tolerance, seed }: ExploredSettings,
  options: RunOptions,
): AsyncGenerator<{ readonly numbers: readonly SetNumbers[]; readonly comparison: Comparison | null }> {
  const [first, second] = sets as readonly [ReadSet, ReadSet | undefined];
  const kernel = { ...options, bandwidth };
  const tolerances = earlyTolerances(Math.max(...sets.map(({ x }) => x.rows)), tolerance);
  if (tolerances.length === 0) return;
  const prepared: EarlySet[] = [];
  try {
    for (const { x } of sets) prepared.push(await EarlySet.of(x, options));
    const [{ reference }] = prepared as [EarlySet];
    let comparison: Comparison | null = null;
    for (const within of tolerances) {
      const numbers: SetNumbers[] = [];
      for (const [at, set] of sets.entries()) {
        const own = { ...labelled(options, set.name), bandwidth };
        const H = await prepared[at]?.entropy({ tolerance: within, seed }, own);
        if (H === undefined) return;
        numbers.push(numbersOf(set, H, H.entropyError === 0 ? set.x.rows : 0));
      }
      if (second !== undefined) {
        const known = earlyRows(second.x.rows, first.x.rows, seed);
        if (comparison === null) {
          const y = known === null ? second.x : rowsOf(second.x, known);
          const dH = await deltaEntropy(y, reference, kernel);
          const between = { set: second, first, known, dH, addedDiversity: null, epsilon };
          ({ comparison } = await compared(between, options));
        }
        const last = numbers.pop() as SetNumbers;
        numbers.push({ ...last, known: known?.length ?? second.x.rows });
      }
      yield { numbers, comparison };
    }
  } finally {
    for (const set of prepared) set.reference.dispose();
  }
}

/** Elements of a set that another lacks; and that of each of its environments whose δH is known. */
function newElements(
  set: ReadSet,
  first: Pick<ReadSet, 'elements'>,
  known: Uint32Array | null,
): { readonly missing: readonly string[]; readonly elements: readonly string[] } {
  const missing = missingElements(set.elements, [new Set(first.elements)]);
  if (missing.length === 0) return { missing, elements: [] };
  const elements = set.drawn === undefined ? environmentElements(set.structures) : labelsOf(set.x);
  return { missing, elements: known === null ? elements : Array.from(known, (row) => elements[row] ?? '') };
}

function toleranceFor(sets: readonly (NamedSet | StoredSet)[], asked: number | null | undefined): number {
  if (asked === null || asked === undefined) {
    const isLarge = (set: NamedSet | StoredSet): boolean => set.x.rows > MOST_EXACT && !isAskedSet(set);
    return sets.some(isLarge) ? DEFAULTS.tolerance : 0;
  }
  if (asked >= 0 && asked < Infinity) return asked;
  throw new QuestsError('INVALID_ARGUMENT', `tolerance is ${asked}, expected a number of nats, 0 or more`);
}

/** Values of some rows among NaN for the others. */
function spread(values: Float64Array, rows: Uint32Array | null, count: number): Float64Array {
  if (rows === null) return values;
  const all = new Float64Array(count).fill(NaN);
  rows.forEach((row, at) => (all[row] = values[at] as number));
  return all;
}

/** Mean δH of the environments of each frame, in nats, as far as it is known. */
export function frameMeans({ x, dH }: Pick<ExploredSet, 'x' | 'dH'>): Float64Array {
  return perFrame(x, dH, (own) => mean(knownOf(own)));
}

/** Those of some values of δH that are known. */
export function knownOf(dH: Float64Array): Float64Array {
  return dH.filter((value) => !Number.isNaN(value));
}

/** Options whose progress says what it is of. */
export function labelled<T extends RunOptions>(options: T, of: string): T {
  const { onProgress } = options;
  if (onProgress === undefined) return options;
  return { ...options, onProgress: (progress: Progress): void => onProgress({ ...progress, of }) };
}

function firstFrameOf(set: NamedSet | StoredSet): Structure | undefined {
  return ('firstFrame' in set ? set.firstFrame : undefined) ?? set.structures[0];
}

async function suggestionFor(structure: Structure | undefined, options: RunOptions): Promise<number | null> {
  if (structure?.cell === undefined) return null;
  try {
    return await estimateBandwidth(volumePerAtom(structure), options);
  } catch (thrown) {
    // An open or a flat cell has no volume: there is nothing to suggest then.
    if (thrown instanceof QuestsError) return null;
    throw thrown;
  }
}

/** Environments of a set: more than those that are shown of one that is larger than memory. */
export function environmentsOf({ x, drawn }: Pick<ExploredSet, 'x' | 'drawn'>): number {
  return drawn?.environments ?? x.rows;
}
