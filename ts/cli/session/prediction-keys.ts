import type { DescriptorMatrix, PredictionErrors } from '../../faces/node/quests.js';
import { known } from './descriptor-settings.js';
import type { SetFacts } from './load-set.js';
import type { RunFlags } from './options.js';
import type { PairFlags } from './pair-options.js';

/** A test set with errors, and what δH is relative to. */
export interface PredictedSets {
  readonly test: { readonly file: string; readonly files: readonly string[] };
  readonly reference: Pick<SetFacts, 'file' | 'files' | 'x'>;
  readonly x: DescriptorMatrix;
  readonly errors: PredictionErrors;
}

/** What the JSON of `uncertainty` begins with, with and without `--compare`. */
export function predictionKeys(
  { test, reference, x, errors }: PredictedSets,
  flags: PairFlags & RunFlags,
): Record<string, unknown> {
  const { property, truth, prediction } = errors;
  return {
    test_file: test.file,
    reference_file: reference.file,
    test_files: test.files,
    reference_files: reference.files,
    test_structures: x.frames,
    test_envs: x.rows,
    ref_envs: reference.x.rows,
    k: known(x.k, reference.x.k),
    cutoff: known(x.cutoff, reference.x.cutoff),
    bandwidth: flags.bandwidth,
    jobs: flags.jobs ?? null,
    property,
    truth,
    prediction,
  };
}
