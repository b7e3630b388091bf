import { DEFAULT_CUTOFF, DEFAULT_K } from './defaults.js';
import { QuestsError } from './error.js';
import { flatten, speciesAlphabet } from './flatten.js';
import { runJob } from './job.js';
import { DescriptorMatrix } from './matrix.js';
import { backendOf, type RunOptions } from './options.js';
import type { Structure } from './structure.js';

/** One structure, or any number of them, at hand or still being read. */
export type Structures = Structure | Iterable<Structure> | AsyncIterable<Structure>;

/** Options of {@link descriptors}. */
export interface DescriptorOptions extends RunOptions {
  /** Neighbours that make an environment, a whole number of at least 1. Default: 32. */
  readonly k?: number | undefined;
  /** Cutoff radius of the weight function, in Å, above 0. Default: 5. */
  readonly cutoff?: number | undefined;
  /**
   * Per-species descriptors: `true` for the species that occur, or a list of them (two data sets that are to be
   * compared need the same list). Default: `false`, every atom alike.
   */
  readonly species?: boolean | readonly string[] | undefined;
}

/**
 * Descriptors of all atomic environments, one row per atom, in the order of the structures.
 *
 * A row is [X1, X2], 2k − 1 numbers in 1/Å, from the k nearest neighbours under the boundary conditions:
 * X1_j = w(r_j)/r_j in order of distance; X2 is the mean over the neighbours of their sorted
 * sqrt(w_j w_l)/r_jl, the smallest of each row left out; w(r) = (1 − (min(r, cutoff)/cutoff)²)². Zeros stand where
 * there are fewer than k neighbours within the cutoff. With `species`, one such block for all atoms and one for each
 * species, sorted by symbol: (S + 1)(2k − 1) numbers; the block of a species is made of its atoms alone and is zero
 * for the others. Invariant to rotation, translation and the order of atoms.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: k, cutoff or species unusable, an array of the wrong length;
 *   INVALID_STRUCTURE: coordinates that are not finite, atoms on top of each other, a singular cell; EMPTY: no
 *   structures or no atoms; TOO_LARGE; BACKEND_UNAVAILABLE. The message names the frame, by file where it is known.
 * @see arXiv 2404.12367, Methods
 *
 * @example
 * const x = await descriptors(readStructures('train.xyz'), { k: 32, cutoff: 5 });
 */
export async function descriptors(
  structures: Structures,
  options: DescriptorOptions = {},
): Promise<DescriptorMatrix> {
  const { k = DEFAULT_K, cutoff = DEFAULT_CUTOFF, species = false } = options;
  const frames = await collect(structures, options.signal);
  try {
    const alphabet = species === false ? null : speciesAlphabet(frames, species);
    const flat = flatten(frames, alphabet);
    const { core } = await backendOf(options);
    const data = await runJob(
      () =>
        core.describe(
          flat.positions,
          flat.offsets,
          flat.cells,
          flat.pbc,
          flat.species,
          alphabet?.length ?? 0,
          k,
          cutoff,
        ),
      options,
      'descriptors',
    );
    const width = (2 * k - 1) * (1 + (alphabet?.length ?? 0));
    const sources = frames.map((frame) => frame.source);
    return new DescriptorMatrix(data, {
      width,
      k,
      cutoff,
      species: alphabet,
      frameOffsets: flat.offsets,
      sources,
    });
  } catch (thrown) {
    throw located(thrown, frames);
  }
}

async function collect(
  structures: Structures,
  signal: AbortSignal | undefined,
): Promise<readonly Structure[]> {
  if ('positions' in structures) return [structures];
  if (Array.isArray(structures)) return structures as readonly Structure[];
  const frames: Structure[] = [];
  for await (const structure of structures) {
    signal?.throwIfAborted();
    frames.push(structure);
  }
  return frames;
}

/** Puts the file and its frame in place of the number of the frame in the call, where they are known. */
function located(thrown: unknown, frames: readonly Structure[]): unknown {
  if (!(thrown instanceof QuestsError)) return thrown;
  const match = /^frame (\d+): /.exec(thrown.message);
  const source = match && frames[Number(match[1])]?.source;
  if (!match || !source) return thrown;
  const text = thrown.message.slice(match[0].length);
  return new QuestsError(thrown.code, `${source.file}, frame ${source.frame}: ${text}`, { cause: thrown });
}
