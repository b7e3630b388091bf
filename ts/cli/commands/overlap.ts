import * as analysis from '../../faces/node/analysis.js';
import type { Command } from 'commander';
import type { Context } from '../session/context.js';
import { pairKeys } from '../session/delta.js';
import {
  addOutputOptions,
  addOverlapOptions,
  addRunOptions,
  type OutputFlags,
  type OverlapFlags,
  type RunFlags,
} from '../session/options.js';
import { emit } from '../session/result.js';
import type { Session } from '../session/session.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import { Collected } from '../session/summary.js';
import { threshold } from '../session/wording.js';
import type { OutputKind } from '../session/output.js';
import { addPairOptions, type PairFiles, pairFiles, type PairFlags } from '../session/pair-options.js';
import { pairDelta } from '../runs/delta-shards.js';

interface Flags extends RunFlags, OutputFlags, PairFlags, OverlapFlags, ShardFlags {}

const KINDS: readonly OutputKind[] = ['json'];

/** `quests overlap`: how much of one data set another covers. */
export function addOverlap(program: Command, context: Context): void {
  const command = program
    .command('overlap')
    .description('share of the environments of a test set that a reference set covers')
    .action(async () => {
      const flags: Flags = command.opts();
      const files = pairFiles(command.args, flags);
      await runSharded(flags, KINDS, context, (session) => run(session, files, flags, command));
    });
  addPairOptions(command, 'test_set', 'reference_set');
  addOverlapOptions(command);
  addOutputOptions(command, KINDS);
  addShardOptions(command);
  addRunOptions(command);
}

async function run(session: Session, files: PairFiles, flags: Flags, command: Command): Promise<void> {
  const { eps } = flags;
  const delta = await pairDelta(session, files, flags, command);
  if (delta === undefined) return;
  const { reference, batches, summary } = delta;
  const dH = new Collected();
  for await (const { values } of batches) dH.add(values);
  const { backend } = session;
  const overlap = await analysis.overlapOf(dH.all(), { backend, epsilon: eps });
  const { seconds } = summary();
  await emit(session, flags, session.output, {
    lines: [`Overlap value: ${overlap.toFixed(4)}`, `Threshold: dH < ${threshold(eps)} (nats)`],
    json: {
      ...pairKeys(session, delta, flags),
      reference_envs: reference.x.rows,
      eps,
      overlap,
      computation_time: seconds,
    },
  });
}
