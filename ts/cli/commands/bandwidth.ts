import { fixed } from '../../base/number-format.js';
import * as quests from '../../faces/node/quests.js';
import type { CliCommand } from '../session/command.js';
import {
  addOutputOptions,
  addRunOptions,
  type OutputFlags,
  positive,
  type RunFlags,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import type { Session } from '../session/session.js';
import type { OutputKind } from '../session/output.js';

interface Flags extends RunFlags, OutputFlags {
  readonly cutoff?: boolean;
}

const KINDS: readonly OutputKind[] = ['json'];

/** `quests bandwidth`: the kernel's bandwidth that suits a material. */
export const bandwidthCommand: CliCommand<Flags> = {
  name: 'bandwidth',
  description: 'suggested bandwidth for a material, from its volume per atom',
  outputs: () => KINDS,
  declare(command) {
    command
      .argument('<atomic_volume>', 'volume in Å^3 per atom', positive)
      .option('-c, --cutoff', 'use the fit for the cutoff weight function instead of the Gaussian');
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { backend } = session;
  const volume = positive(input[0] ?? '');
  const method = flags.cutoff ? 'cutoff' : 'gaussian';
  const bandwidth = await quests.estimateBandwidth(volume, { backend, method });
  return {
    lines: [`V = ${fixed(volume, 2)} Å^3/atom -> h = ${fixed(bandwidth, 5)}`],
    json: { atomic_volume: volume, method, bandwidth, ...session.provenance },
  };
}
