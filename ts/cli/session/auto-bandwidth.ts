import * as quests from '../../faces/node/quests.js';
import { labelOf } from '../../base/species-mode.js';
import type { ElementBandwidths } from '../../faces/node/analysis.js';
import type { BandwidthAdvice } from '../../faces/node/quests.js';
import { adviceLine } from './bandwidth-lines.js';
import type { CliCommand } from './command.js';
import { loadSet } from './load-set.js';
import { type AnyFlags, AUTO, type DescriptorFlags, type ReadFlags } from './options.js';
import type { Result } from './result.js';
import type { Session } from './session.js';
import { UsageError } from './usage-error.js';

/** What a result says of a bandwidth that was left to the data. */
type TakenAdvice = Pick<BandwidthAdvice, 'bandwidth' | 'by' | 'disagreement'>;

/** Options of a command line that may leave the bandwidth to the data. */
type AutoFlags = AnyFlags & {
  readonly bandwidth?: unknown;
  /** Of a plan whose bandwidth was left to the data: what it follows from. */
  readonly advised?: TakenAdvice;
  readonly reference?: readonly string[];
};

/** The same options with a number for the bandwidth, and what it follows from. */
export interface ChosenBandwidth<Flags> {
  readonly flags: Flags;
  readonly advice?: TakenAdvice;
  readonly elements?: ElementBandwidths;
  /** Labels of these that were met. */
  readonly met?: ReadonlySet<number>;
}

/**
 * Takes the recommended bandwidth where the command line asks for it: that of the reference, where
 * there is one, else of the data. Their files are read once more for it. A plan of shards keeps the
 * number, so that all tasks have the same.
 *
 * @throws {UsageError} where they cannot be read twice
 */
export async function withBandwidth<Flags extends AutoFlags>(
  session: Session,
  command: CliCommand,
  input: readonly string[],
  flags: Flags,
): Promise<ChosenBandwidth<Flags>> {
  const { bandwidth, advised } = flags;
  if (typeof bandwidth === 'object') return byElement(command, flags, bandwidth as ElementBandwidths);
  if (bandwidth !== AUTO) return { flags, ...(advised !== undefined && { advice: advised }) };
  const files = command.bandwidthFiles?.(input, flags) ?? flags.reference ?? input;
  if (files.includes('-')) {
    throw new UsageError('--bandwidth auto cannot be combined with standard input, which is read only once');
  }
  // Commands that take it read files and make descriptors.
  const reading = flags as unknown as ReadFlags & DescriptorFlags;
  const aside = session.aside();
  const { x, structures } = await loadSet(aside, files, { ...reading, log: undefined }, true);
  const advice = await quests.recommendBandwidth(x, { ...session.options, structures });
  const { sharding } = session;
  if (sharding?.mode === 'plan') {
    const { by, disagreement } = advice;
    const taken = { bandwidth: advice.bandwidth, advised: { bandwidth: advice.bandwidth, by, disagreement } };
    sharding.command = { ...sharding.command, options: { ...sharding.command.options, ...taken } };
    session.note(`Bandwidth: ${adviceLine(advice)}`);
  }
  return { flags: { ...flags, bandwidth: advice.bandwidth }, advice };
}

/** Makes descriptors in units of the bandwidth of their element. */
function byElement<Flags extends AutoFlags>(
  command: CliCommand,
  flags: Flags,
  elements: ElementBandwidths,
): ChosenBandwidth<Flags> {
  if (command.takesElementBandwidths !== true) {
    throw new UsageError(`${command.name} takes one bandwidth, not one for each element`);
  }
  const met = new Set<number>();
  return {
    flags: { ...flags, bandwidth: 1, elementBandwidths: elements, metLabels: met },
    elements,
    met,
  };
}

/** Says which bandwidths by element no atom has: where atoms are described, as a merge does not. */
export function noteUnused(
  session: Session,
  { elements, met = new Set() }: Pick<ChosenBandwidth<unknown>, 'elements' | 'met'>,
): void {
  if (elements === undefined || session.sharding?.mode === 'merge') return;
  const unused = Object.keys(elements).filter((element) => !met.has(labelOf(element)));
  if (unused.length === 0) return;
  session.note(`note: no atom is ${unused.join(', ')}: the bandwidth given for it was not used`);
}

/** A result that says which bandwidth was taken, and why. */
export function withChosen(
  result: Result,
  { advice, elements }: Pick<ChosenBandwidth<unknown>, 'advice' | 'elements'>,
): Result {
  if (elements !== undefined) {
    const all = Object.entries(elements).map(([element, h]) => `${element} ${h}`);
    return {
      ...result,
      lines: [`Bandwidth by element: ${all.join(', ')} 1/Å`, ...result.lines],
      json: { ...result.json, bandwidth: elements },
    };
  }
  if (advice === undefined) return result;
  const { by, disagreement } = advice;
  return {
    ...result,
    lines: [`Bandwidth: ${adviceLine(advice)}`, ...result.lines],
    json: { ...result.json, bandwidth_by: by, bandwidth_disagreement: disagreement },
  };
}
