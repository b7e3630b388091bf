import * as analysis from '../../faces/node/analysis.js';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import type { CliCommand } from '../session/command.js';
import { pairKeys, startDelta } from '../session/delta.js';
import {
  addOutputOptions,
  addRunOptions,
  MOST_COUNT,
  type OutputFlags,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import { missingLines } from '../session/missing-elements.js';
import type { Result } from '../session/result.js';
import type { Session } from '../session/session.js';
import { Collected } from '../session/summary.js';
import { nats } from '../session/wording.js';
import type { OutputKind } from '../session/output.js';
import { addPairOptions, pairFiles, type PairFlags } from '../session/pair-options.js';

interface Flags extends RunFlags, OutputFlags, PairFlags {
  readonly uqNbrs: number;
}

const KINDS: readonly OutputKind[] = ['json', 'npy'];

/** `quests approx_dH`: δH from a few nearest environments. */
export const approxDHCommand: CliCommand<Flags> = {
  name: 'approx_dH',
  description:
    'dH from the nearest reference environments only: an upper bound, off by nats for dense data; ' +
    'prefer dH --tolerance, which gives the error',
  outputs: () => KINDS,
  check(flags, input) {
    pairFiles(input, flags);
  },
  bandwidthFiles: (input, flags) => pairFiles(input, flags).reference,
  takesElementBandwidths: () => true,
  declare(command) {
    addPairOptions(command, 'test', 'reference');
    command
      .addOption(
        new Option('-n, --uq-nbrs <n>', 'number of nearest environments to sum over')
          .default(DEFAULTS.neighbors)
          .argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option('-g, --graph-nbrs <n>', 'has no effect; accepted for compatibility').argParser(
          wholeTo(MOST_COUNT),
        ),
      );
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const files = pairFiles(input, flags);
  const delta = await startDelta(session, files, flags);
  const { reference, batches, summary } = delta;
  const statistics = new analysis.RunningNovelty();
  const all = new Collected();
  for await (const { values } of batches) {
    statistics.add(values);
    all.add(values);
  }
  const { rows, seconds, missing, missingRows } = summary();
  const dH = all.all();
  const result = {
    lines: [
      `Environments: ${rows}, reference: ${reference.x.rows}, nearest: ${flags.uqNbrs}`,
      `Mean approximate dH: ${nats(statistics.mean)}`,
      `Min approximate dH: ${nats(statistics.min)}`,
      `Max approximate dH: ${nats(statistics.max)}`,
      ...missingLines(missing, missingRows, rows),
    ],
    json: {
      ...pairKeys(session, delta, flags),
      ref_envs: reference.x.rows,
      n: flags.uqNbrs,
      delta_entropy: dH,
      time: seconds,
    },
  };
  return { ...result, matrix: { data: dH, shape: [dH.length] } };
}
