import * as analysis from '../../faces/node/analysis.js';
import { StoredReference } from '../../faces/node/quests.js';
import { percent, significant } from '../../base/number-format.js';
import { DEFAULTS } from '../../base/defaults.js';
import { CONFIDENCE } from '../../base/constants.js';
import type { CliCommand } from '../session/command.js';
import { mergedLines, nearestKeys, nearestKnown, nearestLine, pairKeys } from '../session/delta.js';
import {
  addLogOption,
  addOutputOptions,
  addPrecisionOption,
  addRunOptions,
  addToleranceOptions,
  type OutputFlags,
  precisionKeys,
  type RunFlags,
} from '../session/options.js';
import { type Result, type ValuedBatch, passEnvironments } from '../session/result.js';
import type { Session } from '../session/session.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import { missingLines } from '../session/missing-elements.js';
import { Collected } from '../session/summary.js';
import { noteExact } from '../session/notes.js';
import { interval, nats } from '../session/wording.js';
import type { OutputKind } from '../session/output.js';
import { addNovelLevelOption, novelLevelKeys } from '../session/novel-level.js';
import { addPairOptions, pairFiles, type PairFlags } from '../session/pair-options.js';
import { pairDelta } from '../runs/delta-shards.js';

interface Flags extends RunFlags, OutputFlags, PairFlags, ShardFlags {}

const KINDS: readonly OutputKind[] = ['json', 'environments', 'npy'];

/** `quests dH`: what each environment of one dataset adds to another. */
export const dHCommand: CliCommand<Flags> = {
  name: 'dH',
  description: 'differential entropy of every environment of a test set with respect to a reference set',
  outputs: () => KINDS,
  within: runSharded,
  check(flags, input) {
    pairFiles(input, flags);
  },
  bandwidthFiles: (input, flags) => pairFiles(input, flags).reference,
  takesElementBandwidths: () => true,
  declare(command) {
    addPairOptions(command, 'test', 'reference');
    addNovelLevelOption(command);
    addToleranceOptions(command);
    addPrecisionOption(command);
    addLogOption(command);
    addOutputOptions(command, KINDS);
    addShardOptions(command);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const files = pairFiles(input, flags);
  const { output } = session;
  const delta = await pairDelta(session, files, flags);
  if (delta === undefined) return undefined;
  const { reference, test, batches, summary } = delta;
  const epsilon = delta.threshold ?? DEFAULTS.epsilon;
  const statistics = new analysis.RunningNovelty({ epsilon });
  // All values are kept only where they are asked for: a trajectory may be longer than memory is.
  const keepsAll = flags.json === true || output?.kind === 'json' || output?.kind === 'npy';
  const all = new Collected();
  const errors = new Collected();
  async function* watched(): AsyncGenerator<ValuedBatch, void, undefined> {
    for await (const batch of batches) {
      statistics.add(batch.values, batch.counted);
      if (keepsAll) {
        all.add(batch.values);
        if (batch.errors) errors.add(batch.errors);
      }
      yield batch;
    }
  }
  await passEnvironments(session, output, flags, 'dH', watched(), test.holds);

  const { rows, seconds, meanError, missing, missingRows, largest } = summary();
  noteExact(session, flags.tolerance, meanError);
  const { mean, min, max, novelty } = statistics;
  const dH = all.all();
  const nearest = await nearestKnown(session, delta);
  const result = {
    lines: [
      `Environments: ${rows}, reference: ${reference.x.rows}`,
      `Mean dH: ${nats(mean)}`,
      ...(flags.tolerance === undefined ? [] : [interval(mean - meanError, mean + meanError)]),
      `Min dH: ${nats(min)}`,
      `Max dH: ${nats(max)}`,
      ...(nearest === undefined ? [] : [nearestLine(nearest)]),
      `Novel environments (dH >= ${significant(epsilon)}): ${percent(novelty)}`,
      ...missingLines(missing, missingRows, rows),
      ...mergedLines(reference.x, flags, largest),
    ],
    json: {
      ...pairKeys(session, delta, flags),
      ref_envs: reference.x.rows,
      mean_dH: mean,
      min_dH: min,
      max_dH: max,
      novelty,
      eps: epsilon,
      ...novelLevelKeys(flags),
      ...(nearest && nearestKeys(nearest)),
      delta_entropy: dH,
      ...(flags.tolerance === undefined
        ? {}
        : {
            delta_entropy_error: errors.all(),
            mean_dH_error: meanError,
            confidence: CONFIDENCE,
            tolerance: flags.tolerance,
            seed: flags.seed,
          }),
      ...(reference.x instanceof StoredReference ? {} : precisionKeys(flags)),
      computation_time: seconds,
    },
  };
  return { ...result, matrix: { data: dH, shape: [dH.length] } };
}
