import * as quests from '../../node.js';
import type { Command } from 'commander';
import type { Context } from '../session/context.js';
import {
  addOutputOptions,
  addRunOptions,
  type OutputFlags,
  positive,
  type RunFlags,
} from '../session/options.js';
import { emit } from '../session/result.js';
import { Session } from '../session/session.js';
import type { OutputKind } from '../session/output.js';

interface Flags extends RunFlags, OutputFlags {
  readonly cutoff?: boolean;
}

const KINDS: readonly OutputKind[] = ['json'];

/** `quests bandwidth`: the kernel's bandwidth that suits a material. */
export function addBandwidth(program: Command, context: Context): void {
  const command = program
    .command('bandwidth')
    .description('bandwidth that suits a material, by its volume per atom')
    .argument('<atomic_volume>', 'volume in Å^3 per atom', positive)
    .option('-c, --cutoff', 'fit by the weight function in place of a Gaussian')
    .action(async (volume: number, flags: Flags) => {
      await Session.run(flags, KINDS, context, (session) => run(session, volume, flags));
    });
  addOutputOptions(command, KINDS);
  addRunOptions(command);
}

async function run(session: Session, volume: number, flags: Flags): Promise<void> {
  const { backend } = session;
  const method = flags.cutoff ? 'cutoff' : 'gaussian';
  const bandwidth = await quests.estimateBandwidth(volume, { backend, method });
  await emit(session, flags, session.output, {
    lines: [`V = ${volume.toFixed(2)} Å^3/atom -> h = ${bandwidth.toFixed(5)}`],
    json: { atomic_volume: volume, method, bandwidth, ...session.provenance },
  });
}
