import { PAPER_EPSILON } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { deltaEntropy, metrics } from '../entropy/entropy.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { labelKeys } from '../model/label-ranges.js';
import { forcesOf } from '../model/labels.js';
import type { Structure } from '../model/structure.js';
import { compress, compressionCoverage, compressionCurve, keptCount } from './compress.js';
import { type ModelData, modelData, modelError } from './energy-model.js';
import { forceNorms } from './force-norms.js';
import { type CompressMethod, SELECTION_METHODS } from './selection-methods.js';

/** Share of the atoms that are the tail of forces. */
const TAIL = 0.05;

/** What is known of the structures besides their environments. */
export interface GivenValues {
  readonly model: ModelData | undefined;
  /** Norm of the forces of each structure. */
  readonly forces: Float64Array | undefined;
  /** Norm of the force on each atom. */
  readonly atomForces: Float64Array | undefined;
}

/** What one selection is worth in one trial. */
export interface Trial {
  readonly kept: number;
  readonly poolCovered: number;
  readonly testCovered: number;
  readonly maxDH: number;
  readonly entropy: number;
  readonly diversity: number;
  readonly forceTail: number | undefined;
  readonly error: number | undefined;
}

/** What all methods of one trial have in common. */
export interface TrialSplit {
  /** Structures to select from, and those that test, by their frames. */
  readonly frames: { readonly pool: Uint32Array; readonly test: Uint32Array };
  readonly pool: DescriptorMatrix;
  readonly test: DescriptorMatrix;
  /** Atoms of each structure of the pool whose forces are among the largest. */
  readonly tail: Float64Array | undefined;
}

/** A set, split into structures to select from and those that test. */
export function trialSplit(
  x: DescriptorMatrix,
  frames: TrialSplit['frames'],
  { atomForces }: GivenValues,
): TrialSplit {
  const [pool, test] = [x.select(frames.pool), x.select(frames.test)];
  return { frames, pool, test, tail: atomForces && tailOf(x, atomForces, frames.pool) };
}

/** Atoms of each frame whose forces are among the largest of all these frames. */
function tailOf({ frameOffsets }: DescriptorMatrix, forces: Float64Array, frames: Uint32Array): Float64Array {
  const of = (frame: number): Float64Array => forces.subarray(frameOffsets[frame], frameOffsets[frame + 1]);
  const sorted = Array.from(frames)
    .flatMap((frame) => Array.from(of(frame)))
    .sort((a, b) => b - a);
  const least = sorted[Math.max(1, Math.round(TAIL * sorted.length)) - 1] as number;
  return Float64Array.from(frames, (frame) => of(frame).filter((force) => force >= least).length);
}

/** The picks of one method for each share, and what they are worth. */
export async function triedOn(
  { frames, pool, test, tail }: TrialSplit,
  given: GivenValues,
  { method, shares, seed }: { method: CompressMethod; shares: readonly number[]; seed: number },
  kernel: KernelOptions,
): Promise<Map<number, Trial>> {
  const { isNested, draws, needsForces } = SELECTION_METHODS[method];
  const forces = given.forces && Float64Array.from(frames.pool, (frame) => given.forces?.[frame] as number);
  const options = {
    ...kernel,
    method,
    targetOverlap: 1,
    ...(draws && { seed }),
    ...(needsForces && { forces }),
  };
  const counts = shares.map((fraction) => keptCount({ fraction }, pool.frames));
  const picksOf = async (count: number): Promise<Uint32Array> =>
    (await compress(pool, { ...options, size: { count } })).picks;
  const longest = isNested ? await picksOf(Math.max(...counts)) : undefined;
  const curve = longest && (await compressionCurve(pool, longest, kernel));
  const found = new Map<number, Trial>();
  const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
  for (const [at, share] of shares.entries()) {
    const count = counts[at] as number;
    const picks = longest?.subarray(0, count) ?? (await picksOf(count));
    const kept = pool.select(picks);
    const { overlap, maxDH } = await compressionCoverage(pool, kept, [PAPER_EPSILON], kernel);
    const dH = await deltaEntropy(test, kept, kernel);
    const { entropy, diversity } =
      curve === undefined
        ? await metrics(kept, kernel)
        : {
            entropy: curve.entropy[picks.length - 1] as number,
            diversity: curve.diversity[picks.length - 1] as number,
          };
    const train = Uint32Array.from(picks, (pick) => frames.pool[pick] as number);
    found.set(share, {
      kept: picks.length,
      poolCovered: overlap[0] as number,
      testCovered: dH.filter((value) => value < PAPER_EPSILON).length / dH.length,
      maxDH,
      entropy,
      diversity,
      forceTail: tail && sum(Float64Array.from(picks, (pick) => tail[pick] as number)) / sum(tail),
      error: given.model && (await modelError(given.model, train, frames.test)),
    });
  }
  return found;
}

/** Energies and forces, where the structures have them; what they have not is noted. */
export function givenValues(
  x: DescriptorMatrix,
  structures: readonly Structure[] | undefined,
  target: string | undefined,
  notes: string[],
): GivenValues {
  if (structures === undefined) {
    if (target !== undefined) {
      const problem = `target is ${target}, expected structures that have it`;
      throw new QuestsError('INVALID_ARGUMENT', problem);
    }
    notes.push('no structures are given: no errors of a model, no forces');
    return { model: undefined, forces: undefined, atomForces: undefined };
  }
  const keys = labelKeys(structures);
  if (target === undefined && keys.energy === null) {
    const names = keys.undecided?.energy;
    notes.push(
      names === undefined
        ? 'no structure has an energy: no errors of a model'
        : `${names.join(', ')}: each may be the energy, name one as target: no errors of a model`,
    );
  }
  const hasTarget = target !== undefined || keys.energy !== null;
  const model = hasTarget ? modelData(x, structures, target) : undefined;
  const { forces: name } = keys;
  if (name === null) {
    notes.push('no forces that are sure: no force tail, no gradient_fps');
    return { model, forces: undefined, atomForces: undefined };
  }
  const atomForces = new Float64Array(x.rows);
  const forces = forceNorms(structures, name);
  structures.forEach((structure, frame) => {
    const own = forcesOf(structure, name) as Float64Array;
    const first = x.frameOffsets[frame] as number;
    for (let at = 0; at < own.length; at += 3) {
      atomForces[first + at / 3] = Math.hypot(
        own[at] as number,
        own[at + 1] as number,
        own[at + 2] as number,
      );
    }
  });
  return { model, forces, atomForces };
}
