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

/** Adds the options that only this command has, except the references. */
export function addNucleiOptions(command: Command): void {
  command
    .option(
      '--held-out <name=file...>',
      'environments that set the thresholds, in place of the references; they may be of phases ' +
        'without a reference',
    )
    .option(
      '--thresholds <name=nats...>',
      `thresholds of dH + log N (default: midway between the ${100 * OWN_QUANTILE}th percentile of ` +
        'the phase and the ' +
        `${100 * OTHER_QUANTILE}th of others)`,
    )
    .option(
      '--any-element',
      'allow references that share no element with the trajectory (e.g. mislabelled files)',
    )
    .addOption(
      new Option(
        '--phase <names>',
        'phase whose nuclei are found, or several, separated by commas (default: the first reference)',
      ).argParser((text: string) => [...new Set(text.split(',').map((name) => name.trim()))]),
    )
    .addOption(
      new Option(
        '--bond <length>',
        `bond length: closer atoms are bonded, in Å (default: ${BOND_SHARE} times the cube root of ` +
          'the volume per atom)',
      ).argParser(positive),
    )
    .option('--remove-bridges', 'ignore bonds that alone connect two parts of a nucleus')
    .addOption(
      new Option('--min-coordination <n>', 'leave out atoms with fewer bonds to atoms of the phase')
        .default(0)
        .argParser((text: string) => (text === '0' ? 0 : wholeTo(MOST_COUNT)(text))),
    )
    .addOption(
      new Option('--min-size <n>', 'leave out nuclei with fewer atoms in their core')
        .default(1)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .option('--with-shell', 'fit the sizes of core and shell together (default: of cores)')
    .addOption(
      new Option(
        '--fit-sizes <from:to>',
        'sizes used to fit the barrier (default: those below the first size with fewer than 5 nuclei)',
      ).argParser(fitSizes),
    )
    .option('--runs', 'each file is a separate run from the same state')
    .addOption(
      new Option(
        '--density <atoms>',
        'number density of the phase in atoms per Å³, for the energies of the fit',
      ).argParser(positive),
    )
    .addOption(
      new Option('--temperature <K>', 'temperature, for the energies of the fit').argParser(positive),
    );
}

function fitSizes(text: string): FitSizes {
  const [, from = '', to = ''] = /^(\d*):(\d*)$/.exec(text) ?? [];
  if (from === '' && to === '') throw new InvalidArgumentError('Expected sizes, as 3:40, 3: or :40.');
  if (from !== '' && to !== '' && Number(from) > Number(to)) {
    throw new InvalidArgumentError('Expected the smallest size first, then the largest.');
  }
  return { ...(from !== '' && { from: Number(from) }), ...(to !== '' && { to: Number(to) }) };
}
