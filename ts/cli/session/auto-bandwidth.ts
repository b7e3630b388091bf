import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import { isLabelled, labelOf, symbolOf } from '../../base/species-mode.js';
import type { ElementBandwidths } from '../../faces/node/analysis.js';
import type { BandwidthAdvice, DescriptorMatrix } from '../../faces/node/quests.js';
import {
  adviceLine,
  elementsLine,
  type TakenElements,
  takenElements,
  takenElementsKeys,
} from './bandwidth-lines.js';
import type { CliCommand } from './command.js';
import { loadOpened } from './load-set.js';
import { openSets } from './open-sets.js';
import { type AnyFlags, AUTO, type DescriptorFlags, type ReadFlags } from './options.js';
import type { Result } from './result.js';
import type { Session } from './session.js';
import { UsageError } from './usage-error.js';

/** What a result says of a bandwidth that was left to the data. */
export interface TakenAdvice extends Pick<BandwidthAdvice, 'bandwidth' | 'by' | 'disagreement'> {
  /** Whether it is that of several elements, each of which could have its own elsewhere. */
  readonly isOfSeveral?: boolean;
}

/** Options of a command line that may leave the bandwidth to the data. */
type AutoFlags = AnyFlags & {
  readonly bandwidth?: unknown;
  /** Where the bandwidth was left to the data, also when a plan was made: what it follows from. */
  readonly advised?: TakenAdvice;
  /** The same where each element has its own. */
  readonly advisedElements?: TakenElements;
  readonly reference?: readonly string[];
};

/** The same options with a number for the bandwidth, and what it follows from. */
export interface ChosenBandwidth<Flags> {
  readonly flags: Flags;
  readonly advice?: TakenAdvice | undefined;
  readonly elements?: ElementBandwidths;
  /** What these follow from, where they were left to the data. */
  readonly taken?: TakenElements | undefined;
  /** Labels that were met. */
  readonly met?: ReadonlySet<number>;
}

/**
 * Takes the recommended bandwidth where the command line asks for it: that of the reference, where
 * there is one, else of the data; one for each element, where they have labels and the command
 * takes that. Their files are read once more for it. A plan of shards keeps the numbers, so that
 * all tasks have the same.
 *
 * @throws {UsageError} where they cannot be read twice
 */
export async function withBandwidth<Flags extends AutoFlags>(
  session: Session,
  command: CliCommand,
  input: readonly string[],
  flags: Flags,
): Promise<ChosenBandwidth<Flags>> {
  const { bandwidth, advised, advisedElements } = flags;
  const isTaken = command.takesElementBandwidths?.(flags) === true;
  if (typeof bandwidth === 'object') {
    if (!isTaken) throw new UsageError(`${command.name} takes one bandwidth, not one for each element`);
    return byElement(flags, bandwidth as ElementBandwidths, advisedElements);
  }
  if (bandwidth !== AUTO) return { flags, ...(advised !== undefined && { advice: advised }) };
  const files = command.bandwidthFiles?.(input, flags) ?? flags.reference ?? input;
  if (files.includes('-')) {
    throw new UsageError('--bandwidth auto cannot be combined with standard input, which is read only once');
  }
  // Commands that take it read files and make descriptors.
  const reading = { ...(flags as unknown as ReadFlags & DescriptorFlags), log: undefined };
  const aside = session.aside();
  const [opened] = await openSets(aside, [files], reading);
  const { x, structures } = await loadOpened(aside, opened, reading, true);
  const options = { ...session.options, structures };
  const isOfSeveral = hasSeveral(x);
  // Merged environments are in no units but their own.
  if (isOfSeveral && isTaken && (opened.stored?.facts.merged ?? null) === null) {
    const found = await analysis.recommendElementBandwidths(x, options);
    const taken = takenElements(found);
    keep(session, { bandwidth: found.bandwidths, advisedElements: taken });
    noteIfPlanned(session, elementsLine(found.bandwidths, taken));
    return byElement(flags, found.bandwidths, taken);
  }
  const found = await quests.recommendBandwidth(x, options);
  const { by, disagreement } = found;
  const advice = { bandwidth: found.bandwidth, by, disagreement, ...(isOfSeveral && { isOfSeveral }) };
  keep(session, { bandwidth: found.bandwidth, advised: advice });
  noteIfPlanned(session, takenLine(advice));
  return { flags: { ...flags, bandwidth: found.bandwidth, advised: advice }, advice };
}

/** Whether environments say that their atoms are of several elements. */
export function hasSeveral({ data, width, species }: DescriptorMatrix): boolean {
  if (!isLabelled(species)) return false;
  for (let at = width; at < data.length; at += width) if (data[at] !== data[0]) return true;
  return false;
}

/** Keeps in a plan of shards what was found for it. */
function keep({ sharding }: Session, taken: Readonly<Record<string, unknown>>): void {
  if (sharding?.mode !== 'plan') return;
  sharding.command = { ...sharding.command, options: { ...sharding.command.options, ...taken } };
}

/** Says it where the result will only be that of a merge. */
function noteIfPlanned(session: Session, line: string): void {
  if (session.sharding?.mode === 'plan') session.note(line);
}

/** In one line which bandwidth is taken, and why. */
export function takenLine(advice: TakenAdvice): string {
  return `Bandwidth: ${adviceLine(advice)}${advice.isOfSeveral === true ? ', one for all elements' : ''}`;
}

/** Makes descriptors in units of the bandwidth of their element. */
function byElement<Flags extends AutoFlags>(
  flags: Flags,
  elements: ElementBandwidths,
  taken: TakenElements | undefined,
): ChosenBandwidth<Flags> {
  const met = new Set<number>();
  const units = { elementBandwidths: elements, otherBandwidth: taken?.others, metLabels: met };
  return { flags: { ...flags, bandwidth: 1, ...units }, elements, taken, met };
}

/**
 * Says which bandwidths by element no atom has, and which elements had none of their own: where
 * atoms are described, as a merge does not.
 */
export function noteElements(
  session: Session,
  { elements, taken, met = new Set() }: Pick<ChosenBandwidth<unknown>, 'elements' | 'taken' | 'met'>,
): void {
  if (elements === undefined || session.sharding?.mode === 'merge') return;
  const unused = Object.keys(elements).filter((element) => !met.has(labelOf(element)));
  if (unused.length > 0) {
    session.note(`note: no atom is ${unused.join(', ')}: the bandwidth given for it was not used`);
  }
  const others = [...met].map(symbolOf).filter((element) => !(element in elements));
  if (others.length === 0 || taken === undefined) return;
  session.note(
    `note: the reference has no ${others.sort().join(', ')}: the bandwidth for it is that of all ` +
      `elements of the reference, ${taken.others} 1/Å`,
  );
}

/** A result that says which bandwidth was taken, and why. */
export function withChosen(
  result: Result,
  { advice, elements, taken }: Pick<ChosenBandwidth<unknown>, 'advice' | 'elements' | 'taken'>,
): Result {
  if (elements !== undefined) {
    return {
      ...result,
      lines: [elementsLine(elements, taken), ...result.lines],
      json: { ...result.json, bandwidth: elements, ...(taken && takenElementsKeys(taken)) },
    };
  }
  if (advice === undefined) return result;
  const { by, disagreement } = advice;
  return {
    ...result,
    lines: [takenLine(advice), ...result.lines],
    json: { ...result.json, bandwidth_by: by, bandwidth_disagreement: disagreement },
  };
}
