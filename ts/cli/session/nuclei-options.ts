import { type Command, InvalidArgumentError, Option } from 'commander';
import { BOND_SHARE, OTHER_QUANTILE, OWN_QUANTILE } from '../../base/constants.js';
import type { TimeFlags } from './frame-options.js';
import {
  type DescriptorFlags,
  type KernelFlags,
  MOST_COUNT,
  type OutputFlags,
  type PlotFlags,
  positive,
  type ReadFlags,
  type RunFlags,
  wholeTo,
} from './options.js';

/** Options of `quests nuclei`. */
export interface NucleiFlags
  extends RunFlags, OutputFlags, PlotFlags, ReadFlags, DescriptorFlags, KernelFlags, TimeFlags {
  readonly reference: readonly string[];
  readonly heldOut?: readonly string[];
  readonly thresholds?: readonly string[];
  readonly anyElement?: boolean;
  readonly phase?: readonly string[];
  readonly bond?: number;
  readonly removeBridges?: boolean;
  readonly minCoordination: number;
  readonly minSize: number;
  readonly withShell?: boolean;
  readonly fitSizes?: FitSizes;
  readonly runs?: boolean;
  readonly density?: number;
  readonly temperature?: number;
}

interface FitSizes {
  readonly from?: number;
  readonly to?: number;
}

/** Adds the options that no other command has, but for the references. */
export function addNucleiOptions(command: Command): void {
  command
    .option(
      '--held-out <name=file...>',
      'environments for the thresholds, in place of the references themselves; also of phases without a reference',
    )
    .option(
      '--thresholds <name=nats...>',
      `thresholds of dH + log N (default: midway between the ${100 * OWN_QUANTILE}th percentile of the phase and the ` +
        `${100 * OTHER_QUANTILE}th of others)`,
    )
    .option(
      '--any-element',
      'allow references that share no element with the trajectory (e.g. mislabelled files)',
    )
    .addOption(
      new Option(
        '--phase <names>',
        'the phase whose nuclei are looked for, or several (default: the first)',
      ).argParser((text: string) => [...new Set(text.split(',').map((name) => name.trim()))]),
    )
    .addOption(
      new Option(
        '--bond <length>',
        `atoms nearer than this are bonded, in Å (default: ${BOND_SHARE} times the cube root of the volume per atom)`,
      ).argParser(positive),
    )
    .option('--remove-bridges', 'bonds that alone hold two parts of a nucleus together do not count')
    .addOption(
      new Option('--min-coordination <n>', 'atoms with fewer bonds to atoms of the phase are of no nucleus')
        .default(0)
        .argParser((text: string) => (text === '0' ? 0 : wholeTo(MOST_COUNT)(text))),
    )
    .addOption(
      new Option('--min-size <n>', 'atoms that make the core of a nucleus, at least')
        .default(1)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .option('--with-shell', 'fit to sizes of core and shell (default: of cores)')
    .addOption(
      new Option(
        '--fit-sizes <from:to>',
        'sizes that the barrier is fitted to (default: up to the last before the first with fewer than 5 nuclei)',
      ).argParser(fitSizes),
    )
    .option('--runs', 'each file is a run of its own, from the same state')
    .addOption(
      new Option(
        '--density <atoms>',
        'density of the phase, in atoms per Å³, for energies of the fit',
      ).argParser(positive),
    )
    .addOption(new Option('--temperature <K>', 'temperature, for energies of the fit').argParser(positive));
}

function fitSizes(text: string): FitSizes {
  const [, from = '', to = ''] = /^(\d*):(\d*)$/.exec(text) ?? [];
  if (from === '' && to === '') throw new InvalidArgumentError('Expected sizes, as 3:40, 3: or :40.');
  if (from !== '' && to !== '' && Number(from) > Number(to)) {
    throw new InvalidArgumentError('Expected a smallest size that is not above the largest.');
  }
  return { ...(from !== '' && { from: Number(from) }), ...(to !== '' && { to: Number(to) }) };
}
