import * as analysis from '../../faces/node/analysis.js';
import { type Command, Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import type { Context } from '../program/context.js';
import {
  addPairOptions,
  type PairFiles,
  pairFiles,
  type PairFlags,
  pairKeys,
  startDelta,
} from '../session/delta.js';
import {
  addOutputOptions,
  addRunOptions,
  MOST_COUNT,
  type OutputFlags,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import { emit, type OutputKind } from '../session/result.js';
import { Session } from '../session/session.js';
import { Collected } from '../session/summary.js';
import { nats } from '../session/wording.js';

interface Flags extends RunFlags, OutputFlags, PairFlags {
  readonly uqNbrs: number;
}

const KINDS: readonly OutputKind[] = ['json', 'npy'];

/** `quests approx_dH`: δH from a few nearest environments. */
export function addApproxDH(program: Command, context: Context): void {
  const command = program
    .command('approx_dH')
    .description(
      'dH from the nearest environments of the reference set alone: an upper bound, off by nats on dense data; ' +
        'dH --tolerance says how far it may be off',
    )
    .action(async () => {
      const flags: Flags = command.opts();
      const files = pairFiles(command.args, flags);
      await Session.run(flags, KINDS, context, (session) => run(session, files, flags, command));
    });
  addPairOptions(command, 'test', 'reference');
  command
    .addOption(
      new Option('-n, --uq-nbrs <n>', 'nearest environments to sum over')
        .default(DEFAULTS.neighbors)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option('-g, --graph-nbrs <n>', 'accepted for compatibility, without effect').argParser(
        wholeTo(MOST_COUNT),
      ),
    );
  addOutputOptions(command, KINDS);
  addRunOptions(command);
}

async function run(session: Session, files: PairFiles, flags: Flags, command: Command): Promise<void> {
  const delta = await startDelta(session, files, flags, command);
  const { reference, batches, summary } = delta;
  const statistics = new analysis.RunningNovelty();
  const all = new Collected();
  for await (const { values } of batches) {
    statistics.add(values);
    all.add(values);
  }
  const { rows, seconds } = summary();
  const dH = all.all();
  const result = {
    lines: [
      `Environments: ${rows}, reference: ${reference.x.rows}, nearest: ${flags.uqNbrs}`,
      `Mean approximate dH: ${nats(statistics.mean)}`,
      `Min approximate dH: ${nats(statistics.min)}`,
      `Max approximate dH: ${nats(statistics.max)}`,
    ],
    json: {
      ...pairKeys(session, delta, flags),
      ref_envs: reference.x.rows,
      n: flags.uqNbrs,
      delta_entropy: dH,
      time: seconds,
    },
  };
  await emit(session, flags, session.output, result, { data: dH, shape: [dH.length] });
}
