import { quantile as quantileOf } from 'simple-statistics';
import { maxEntropy } from '../entropy/efficiency.js';
import { DEFAULTS } from '../base/defaults.js';
import { OTHER_QUANTILE, OWN_QUANTILE } from '../base/constants.js';
import { countedDeltas, missingElements } from '../coverage/missing-elements.js';
import { deltaEntropy } from '../entropy/entropy.js';
import { QuestsError } from '../base/error.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { leaveOneOutDeltaEntropy } from '../kernel/leave-one-out.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { inParts } from '../run/run-options.js';
import { withReference } from '../kernel/reference-set.js';
import type { NamedReference } from '../trajectory/trajectory.js';

/** Environments of a phase, by its name. */
export interface PhaseSet {
  readonly name: string;
  readonly x: DescriptorMatrix;
}

/**
 * Threshold of δH below which an atom can belong to a phase: an element of {@link phaseThresholds}.
 */
export interface PhaseThreshold {
  /** Of the phase. */
  readonly name: string;
  /** Environments of the reference, N. */
  readonly environments: number;
  /** 99.9th percentile of δH + log N of the phase's own environments. */
  readonly own: number;
  /**
   * 0.1th percentile of δH + log N of the environments of other phases, the lowest of them; `null`
   * where there are none.
   */
  readonly other: number | null;
  /** Whether the two lie apart: own < other. */
  readonly separated: boolean;
  /** Threshold of δH + log N, in nats: it holds for a reference of another size, too. */
  readonly relative: number;
  /** Threshold of δH for this reference, in nats. */
  readonly threshold: number;
}

/** Options of {@link phaseThresholds}. */
export interface PhaseThresholdOptions extends KernelOptions {
  /**
   * Held-out environments of phases. They replace the environments of the reference, which
   * otherwise are each compared with all others of it. A phase without a reference is one that must
   * not be mistaken for a phase with one.
   */
  readonly heldOut?: readonly PhaseSet[] | undefined;
}

/** Options of {@link phases}. */
export interface PhaseOptions extends KernelOptions {
  /** For each reference the threshold of δH + log N, in nats; see {@link phaseThresholds}. */
  readonly thresholds: readonly Pick<PhaseThreshold, 'name' | 'relative'>[];
  /**
   * Element of each environment. With per-species descriptors, one that a reference with known
   * elements lacks is not of this phase, whatever δH is. Default: not known.
   */
  readonly elements?: readonly string[] | undefined;
}

/** The phase of each atom: what {@link phases} gives. */
export interface Phases {
  /** Names of the references, in their order. */
  readonly names: readonly string[];
  /** For each environment the index of its reference; −1 where it is of none. */
  readonly phase: Int32Array;
  /** δH of each environment with respect to each reference, in nats. */
  readonly dH: readonly Float64Array[];
}

/** Value of {@link phases} for an atom of no known phase. */
export const UNKNOWN_PHASE = -1;

/** Phases that are counted at the most: nobody names as many. */
const MOST_PHASES = 1e6;

/**
 * Thresholds of δH below which an atom can belong to a phase. For each reference: the midpoint
 * between the 99.9th percentile of δH of its own environments, each relative to all others of the
 * reference, and the 0.1th percentile of δH of the other phases (the lowest one). δH is at least
 * −log N, so both are compared as δH + log N. The two may overlap: environments of a liquid are as
 * far from each other as those of a solid are from them. The threshold is then the largest δH of
 * the reference's own environments, and only the lowest δH distinguishes the phases. Without other
 * phases, the threshold is the 99.9th percentile.
 *
 * δH < 0 is not such a threshold: at a wide bandwidth a liquid is covered by a solid.
 *
 * @param references at least two environments each
 * @returns in the order of the references
 * @throws {QuestsError} EMPTY: no references, or one of a single environment; MISMATCH: made
 *   differently; INVALID_ARGUMENT: a name twice, bandwidth not above 0 or not finite;
 *   BACKEND_UNAVAILABLE
 *
 * @example
 * const references = [{ name: 'solid', x: solid }, { name: 'liquid', x: liquid }];
 * const thresholds = await phaseThresholds(references, { bandwidth: 0.025 });
 */
export async function phaseThresholds(
  references: readonly PhaseSet[],
  options: PhaseThresholdOptions = {},
): Promise<PhaseThreshold[]> {
  const { heldOut = [] } = options;
  checkNames(references);
  checkNames(heldOut);
  if (references.length === 0) throw noReferences();
  for (const { name, x } of references) {
    if (x.rows > 1) continue;
    throw new QuestsError('EMPTY', `the reference ${name} has ${x.rows} environment, expected at least two`);
  }
  const apart = new Set(heldOut.map(({ name }) => name));
  const known = [...references.filter(({ name }) => !apart.has(name)), ...heldOut];
  const part = inParts(
    options,
    references.flatMap(({ x }) => known.map((set) => set.x.rows * x.rows)),
  );
  let calls = 0;
  const found: PhaseThreshold[] = [];
  for (const { name, x } of references) {
    const { own, other, most } = await withReference(x, options, async (reference) => {
      // What is left out of a reference of N leaves N − 1.
      let own = NaN;
      let most = NaN;
      let other: number | null = null;
      for (const { name: phase, x: y } of known) {
        const settings = part(calls++);
        if (phase !== name) {
          const dH = await deltaEntropy(y, reference, settings);
          const lowest = quantile(dH, OTHER_QUANTILE) + maxEntropy(x.rows);
          other = Math.min(other ?? Infinity, lowest);
        } else if (apart.has(name)) {
          const dH = await deltaEntropy(y, reference, settings);
          own = quantile(dH, OWN_QUANTILE) + maxEntropy(x.rows);
          most = quantile(dH, 1) + maxEntropy(x.rows);
        } else {
          const dH = await leaveOneOutDeltaEntropy(reference, settings);
          own = quantile(dH, OWN_QUANTILE) + maxEntropy(x.rows - 1);
          most = quantile(dH, 1) + maxEntropy(x.rows - 1);
        }
      }
      return { own, other, most };
    });
    const separated = other !== null && own < other;
    const alone = other === null ? own : most;
    const relative = separated ? (own + other) / 2 : alone;
    const threshold = relative - maxEntropy(x.rows);
    found.push({ name, environments: x.rows, own, other, separated, relative, threshold });
  }
  return found;
}

/**
 * Thresholds with some of them replaced.
 *
 * @param thresholds as {@link phaseThresholds} gives them
 * @param relative thresholds of δH + log N by the name of the phase, in nats; other names are
 *   ignored
 *
 * @example
 * const mine = withThresholds(await phaseThresholds(references), new Map([['solid', 2.5]]));
 */
export function withThresholds(
  thresholds: readonly PhaseThreshold[],
  relative: ReadonlyMap<string, number>,
): PhaseThreshold[] {
  return thresholds.map((one) => {
    const own = relative.get(one.name) ?? one.relative;
    return { ...one, relative: own, threshold: own - maxEntropy(one.environments) };
  });
}

/**
 * Atoms of each phase.
 *
 * @param phase of each atom, as {@link phases} gives it
 * @param count number of phases
 * @returns a number for each phase, then that of the atoms of no phase
 * @throws {QuestsError} INVALID_ARGUMENT: a number of phases that is none, or a phase beyond it
 */
export function phaseCounts(phase: ArrayLike<number>, count: number): number[] {
  if (!(Number.isSafeInteger(count) && count >= 0 && count <= MOST_PHASES)) {
    const problem = `there are ${count} phases, expected a whole number from 0 to ${MOST_PHASES}`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
  const counts = Array.from({ length: count + 1 }, () => 0);
  for (const one of Array.from(phase)) {
    const at = one === UNKNOWN_PHASE ? count : one;
    if (one !== UNKNOWN_PHASE && !(Number.isInteger(one) && one >= 0 && one < count)) {
      throw new QuestsError('INVALID_ARGUMENT', `phase ${one} of ${count}, from 0`);
    }
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

/**
 * The phase of each environment: the reference of lowest δH among those whose threshold is above
 * it; no phase if δH is above all thresholds. δH(y|X) = −log Σ_j K(y, x_j).
 *
 * @param y the environments
 * @param references of equal δH the first counts
 * @throws {QuestsError} EMPTY: no references; MISMATCH: made differently; INVALID_ARGUMENT: a name
 *   twice, a reference without a threshold, bandwidth not above 0 or not finite;
 *   BACKEND_UNAVAILABLE
 *
 * @example
 * const references = [{ name: 'solid', x: solid }, { name: 'liquid', x: liquid }];
 * const thresholds = await phaseThresholds(references);
 * const { phase, dH } = await phases(y, references, { thresholds });
 */
export async function phases(
  y: DescriptorMatrix,
  references: readonly NamedReference[],
  options: PhaseOptions,
): Promise<Phases> {
  const { thresholds, bandwidth = DEFAULTS.bandwidth, elements = [] } = options;
  checkNames(references);
  if (references.length === 0) throw noReferences();
  if (elements.length > 0 && elements.length !== y.rows) {
    throw new QuestsError('INVALID_ARGUMENT', `${elements.length} elements for ${y.rows} environments`);
  }
  const limits = references.map(({ name, x }) => thresholdOf(thresholds, name) - maxEntropy(x.rows));
  const part = inParts(
    { ...options, bandwidth },
    references.map(({ x }) => x.rows),
  );
  const dH: Float64Array[] = [];
  for (const { x } of references) dH.push(await deltaEntropy(y, x, part(dH.length)));
  const phase = new Int32Array(y.rows).fill(UNKNOWN_PHASE);
  const lowest = new Float64Array(y.rows).fill(Infinity);
  for (const [index, values] of dH.entries()) {
    const limit = limits[index] as number;
    const missing = missingElements(elements, [new Set(references[index]?.elements)]);
    const counted = y.species === null ? values : countedDeltas(values, elements, missing);
    counted.forEach((value, row) => {
      if (!(value < limit && value < (lowest[row] as number))) return;
      lowest[row] = value;
      phase[row] = index;
    });
  }
  return { names: references.map(({ name }) => name), phase, dH };
}

function noReferences(): QuestsError {
  return new QuestsError('EMPTY', 'there are no references, expected at least one');
}

function thresholdOf(thresholds: PhaseOptions['thresholds'], name: string): number {
  const relative = thresholds.find((one) => one.name === name)?.relative;
  if (relative !== undefined && !Number.isNaN(relative)) return relative;
  throw new QuestsError('INVALID_ARGUMENT', `threshold of ${name} is ${relative}, expected a number of nats`);
}

function checkNames(sets: readonly { readonly name: string }[]): void {
  const names = sets.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw new QuestsError('INVALID_ARGUMENT', `${twice} is the name of two sets, expected one`);
}

/** simple-statistics takes any list of numbers, and copies it. */
function quantile(values: Float64Array, share: number): number {
  return quantileOf(values as unknown as number[], share);
}
