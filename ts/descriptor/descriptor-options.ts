import type { Structure } from '../model/structure.js';
import type { RunOptions } from '../run/run-options.js';
import type { Skipped } from '../model/bad-frames.js';

/** One structure, or any number of them, at hand or still being read. */
export type Structures = Structure | Iterable<Structure> | AsyncIterable<Structure>;

/** Options of {@link descriptors}. */
export interface DescriptorOptions extends RunOptions {
  /** Neighbours that make an environment, a whole number of at least 1. Default: 32. */
  readonly k?: number | undefined;
  /** Cutoff radius of the weight function, in Å, above 0. Default: 5. */
  readonly cutoff?: number | undefined;
  /**
   * Per-species descriptors: `true` for the species that occur, or a list of them (two datasets
   * that are to be compared need the same list). Default: `false`, every atom alike.
   */
  readonly species?: boolean | readonly string[] | undefined;
  /**
   * Called for a structure that can have no descriptors – atoms on top of each other, a singular
   * cell – which is then left out. Default: the error is thrown.
   */
  readonly onSkip?: ((skipped: Skipped) => void) | undefined;
}
