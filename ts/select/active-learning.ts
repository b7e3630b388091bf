import { augment, type ChainOptions, checkStart } from './augment.js';
import { DEFAULTS } from '../base/defaults.js';
import { descriptors } from '../descriptor/descriptors.js';
import { located } from '../model/bad-frames.js';
import { QuestsError } from '../base/error.js';
import { derivedSeed, RandomStream } from '../statistics/random.js';
import { backendOf } from '../run/run-options.js';
import { type ReferenceSet, referenceSet } from '../kernel/reference-set.js';
import { StoredReference } from '../kernel/stored-reference.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import { type DescriptorOptions, describedSpecies } from '../descriptor/descriptor-options.js';

/** Options of {@link activeLearning}. */
export interface ActiveLearningOptions
  extends ChainOptions, Pick<DescriptorOptions, 'k' | 'cutoff' | 'species'> {
  /**
   * What is known to begin with, which is not changed; a stored reference is read into memory. Its
   * k, cutoff and species are those of all descriptors. Default: the environments of the
   * structures.
   */
  readonly reference?: DescriptorMatrix | StoredReference | undefined;
  /** Structures that each generation starts from, at most as many as there are. Default: 10. */
  readonly structures?: number | undefined;
  /** Generations, those of `done` included. Default: 10. */
  readonly generations?: number | undefined;
  /**
   * Structures of the generations that are done already; the others follow as if there had been no
   * pause. All other arguments but `generations` must be unchanged.
   */
  readonly done?: readonly (readonly Structure[])[] | undefined;
}

/** Structures that one generation of {@link activeLearning} made. */
export interface Generation {
  /** Its number, from 1. */
  readonly number: number;
  /**
   * See {@link Augmented}; `info` has, besides, `gen` (the number of the generation) and `parent`
   * (the structure it began with: its number among those given and, after them, those made).
   */
  readonly structures: readonly Structure[];
  /** Environments of the reference, and after the generation was added to it. */
  readonly before: number;
  readonly after: number;
}

/**
 * Extends a dataset by novel environments. In each generation some structures are drawn from the
 * set without replacement, {@link augment} leads each to the target δH relative to the set, and the
 * results are added to the set before the next generation. With a `reference`, δH is relative to
 * that and to what was made, and the structures are where chains begin.
 *
 * Generations come one by one. Pass those that you kept as `done` to continue later; the result is
 * the same as without a pause.
 *
 * @param structures the set to begin with
 * @throws {QuestsError} as {@link descriptors} and {@link augment}; INVALID_ARGUMENT: more
 *   structures asked for than there are
 * @see arXiv 2404.12367; the Python package's command `active_learning`, which approximates δH
 *
 * @example
 * const options = { structures: 5, generations: 3, seed: 1 };
 * for await (const { number, structures } of activeLearning(known, options)) {
 *   await writeStructures(`generation-${number}.xyz`, structures);
 * }
 */
export async function* activeLearning(
  structures: readonly Structure[],
  options: ActiveLearningOptions = {},
): AsyncGenerator<Generation, void, undefined> {
  const { generations = DEFAULTS.generations, seed = DEFAULTS.seed, signal, onProgress, done = [] } = options;
  const count = options.structures ?? Math.min(DEFAULTS.parents, structures.length);
  checkCount('generations', generations, 'a whole number of at least 1');
  checkCount(
    'structures',
    count,
    `a whole number from 1 to ${structures.length}, which there are`,
    structures.length,
  );

  const { core } = await backendOf(options);
  // Any of them may be drawn, hours later.
  structures.forEach((structure) => {
    try {
      checkStart(core, structure, options);
    } catch (thrown) {
      throw thrown instanceof QuestsError ? located(thrown, structure) : thrown;
    }
  });
  const pool = [...structures];
  const { reference: given } = options;
  const known = given instanceof StoredReference ? await given.matrix() : given;
  const described = { ...options, ...descriptionOf(known ?? options, structures) };
  const reference = await referenceSet(known ?? (await descriptors(structures, described)), options);
  // What comes after is short, and has its own progress.
  const quiet = { ...described, onProgress: undefined };
  try {
    for (const made of done) await add(reference, pool, made, quiet);
    for (let number = done.length + 1; number <= generations; number++) {
      const before = reference.rows;
      const parents = new RandomStream(seed, number).distinct(count, pool.length);
      const made: Structure[] = [];
      for (const [at, parent] of parents.entries()) {
        const start = pool[parent] as Structure;
        // Structures that were made keep the distance of those they come from: a share of their own
        // would shrink each time.
        const inherited = parent < structures.length ? undefined : Number(start.info?.min_distance);
        const phase = `generation ${number}`;
        const { structure } = await augment(start, reference, {
          ...options,
          seed: derivedSeed(seed, number, at),
          minDistance: options.minDistance ?? inherited,
          onProgress: ({ done: steps, total }) =>
            onProgress?.({ done: at * total + steps, total: parents.length * total, phase }),
          signal,
        });
        made.push({ ...structure, info: { ...structure.info, gen: number, parent } });
      }
      await add(reference, pool, made, quiet);
      yield { number, structures: made, before, after: reference.rows };
    }
  } finally {
    reference.dispose();
  }
}

/** How descriptors are made: as those that are known, or as was asked for. */
function descriptionOf(
  of: DescriptorMatrix | ActiveLearningOptions,
  structures: readonly Structure[],
): Pick<DescriptorOptions, 'k' | 'cutoff' | 'species'> {
  if (of instanceof DescriptorMatrix) {
    return { k: of.k ?? undefined, cutoff: of.cutoff ?? undefined, species: of.species ?? false };
  }
  return { species: describedSpecies(of.species, structures) ?? false };
}

async function add(
  reference: ReferenceSet,
  pool: Structure[],
  made: readonly Structure[],
  options: DescriptorOptions,
): Promise<void> {
  reference.add(await descriptors(made, options));
  pool.push(...made);
}

function checkCount(name: string, value: number, expected: string, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new QuestsError('INVALID_ARGUMENT', `${name} is ${value}, expected ${expected}`);
}
