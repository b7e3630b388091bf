import { fixed, significant } from '../../base/number-format.js';
import * as analysis from '../../faces/node/analysis.js';
import type { CliCommand } from '../session/command.js';
import { mergedLines, pairKeys } from '../session/delta.js';
import {
  addOutputOptions,
  addOverlapOptions,
  addRunOptions,
  type OutputFlags,
  type OverlapFlags,
  type RunFlags,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import type { Session } from '../session/session.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import { missingLines } from '../session/missing-elements.js';
import { Collected } from '../session/summary.js';
import type { OutputKind } from '../session/output.js';
import { addNovelLevelOption, novelLevelKeys } from '../session/novel-level.js';
import { addPairOptions, pairFiles, type PairFlags } from '../session/pair-options.js';
import { pairDelta } from '../runs/delta-shards.js';

interface Flags extends RunFlags, OutputFlags, PairFlags, OverlapFlags, ShardFlags {}

const KINDS: readonly OutputKind[] = ['json'];

/** `quests overlap`: how much of one dataset another covers. */
export const overlapCommand: CliCommand<Flags> = {
  name: 'overlap',
  description: 'fraction of test environments that a reference set covers',
  outputs: () => KINDS,
  within: runSharded,
  check(flags, input) {
    pairFiles(input, flags);
  },
  bandwidthFiles: (input, flags) => pairFiles(input, flags).reference,
  takesElementBandwidths: true,
  declare(command) {
    addPairOptions(command, 'test_set', 'reference_set');
    addOverlapOptions(command);
    addNovelLevelOption(command);
    addOutputOptions(command, KINDS);
    addShardOptions(command);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const files = pairFiles(input, flags);
  const delta = await pairDelta(session, files, flags);
  if (delta === undefined) return undefined;
  const { reference, batches, summary, threshold: eps = flags.eps } = delta;
  const dH = new Collected();
  for await (const { values, counted } of batches) dH.add(counted ?? values);
  const { backend } = session;
  const overlap = await analysis.overlapOf(dH.all(), { backend, epsilon: eps });
  const { rows, seconds, missing, missingRows } = summary();
  return {
    lines: [
      `Overlap value: ${fixed(overlap, 4)}`,
      `Threshold: dH < ${significant(eps)} (nats)`,
      ...missingLines(missing, missingRows, rows),
      ...mergedLines(delta, flags),
    ],
    json: {
      ...pairKeys(session, delta, flags),
      reference_envs: reference.x.rows,
      eps,
      ...novelLevelKeys(flags),
      overlap,
      computation_time: seconds,
    },
  };
}
