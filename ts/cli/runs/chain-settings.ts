import type { Structure } from '../../faces/node/quests.js';
import type { ChainFlags } from '../session/chain-options.js';
import type { Provenance } from '../session/session.js';
import { fingerprint, type RunSettings } from './saved-run.js';

/** The same for records: of results, and of runs that may have to be taken up again. */
export function chainSettings(flags: ChainFlags): RunSettings {
  return {
    n_steps: flags.nSteps,
    target: flags.target,
    k: flags.nbrs,
    cutoff: flags.cutoff,
    bandwidth: flags.bandwidth,
    temperature: flags.temperature,
    step_size: flags.stepSize,
    atoms_per_step: flags.atomsPerStep ?? null,
    cell_step: flags.cellStep,
    min_distance: flags.minDistance ?? null,
    seed: flags.seed,
  };
}

/** What a run has to find again to go on. */
export async function runSettings(
  { version, backend, simd }: Provenance,
  flags: ChainFlags,
  structures: readonly Structure[],
  more: RunSettings,
): Promise<RunSettings> {
  return {
    version,
    // The last bits of δH are theirs, and so is the way of a chain.
    backend,
    simd,
    ...chainSettings(flags),
    species: flags.species ?? false,
    ...more,
    structures: await fingerprint(structures),
  };
}
