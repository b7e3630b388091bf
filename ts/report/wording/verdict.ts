import type { Comparison, Findings, SetNumbers } from '../../explore/exploration.js';
import { verdictOf } from '../../explore/verdict.js';
import { countOf, countText, decimalText, percentText, thresholdText } from './numbers.js';

/** What the numbers come to, in words. */
export interface VerdictText {
  /** One line. */
  readonly title: string;
  /** The sentences that say why. */
  readonly why: string;
}

/** Elements that a title names at the most. */
const MOST_NAMED = 6;

/**
 * Whether a second set adds anything to the first; of one set alone, what its entropy says.
 * Elements that the first lacks come first: no number says that where elements are not
 * distinguished.
 */
export function verdictText({ sets, comparison, settings }: Findings): VerdictText {
  const [first, second] = sets as readonly [SetNumbers, SetNumbers | undefined];
  if (second === undefined || comparison === null) return { title: entropyTitle(first), why: size(first) };
  const outside = percentText(comparison.novelty);
  const covered = percentText(comparison.overlap);
  const numbers =
    `Of its ${countOf(second.environments, 'environment')}, ` +
    `${outside} are unlike any in ${first.name} (δH ≥ ${thresholdText(settings.epsilon)}) and ` +
    `${covered} are covered (δH < ${thresholdText(settings.epsilon)}); ` +
    `mean δH is ${decimalText(comparison.mean, 1)} nats.`;
  const { missing, missingEnvironments } = comparison;
  const isBlind = missing.length > 0 && missingEnvironments === null;
  const model = `A model trained on ${first.name}`;
  const extrapolates = (share: string): string =>
    `${model} would extrapolate for ${isBlind ? 'at least ' : ''}${share} of ${second.name}'s environments.`;
  const told = (title: string, end: string): VerdictText => ({
    title:
      missing.length === 0 ? title : `${lackText(first, missing)} ${isBlind ? byPositions(title) : title}`,
    why: [missingText(comparison, first, second), numbers, end].filter((text) => text !== '').join(' '),
  });
  switch (verdictOf(comparison)) {
    case 'covered':
      return told(
        `${second.name} adds next to nothing to ${first.name}.`,
        isBlind ? '' : `${first.name} covers essentially all of ${second.name}.`,
      );
    case 'partly-outside':
      return told(`${outside} of ${second.name} is outside ${first.name}.`, extrapolates(outside));
    case 'outside':
      return told(
        `All of ${second.name} is outside ${first.name}.`,
        isBlind ? `${model} would extrapolate for all of it.` : extrapolates('all'),
      );
  }
}

/** Says that a set lacks elements, and names the first of them. */
function lackText({ name }: SetNumbers, missing: readonly string[]): string {
  const more = missing.length - MOST_NAMED;
  const rest = more > 0 ? ` and ${countOf(more, 'further element')}` : '';
  return `${name} has no ${missing.slice(0, MOST_NAMED).join(', ')}${rest}.`;
}

/** What is said of descriptors that do not distinguish elements. */
function byPositions(title: string): string {
  return `By positions alone, ${title.startsWith('All of') ? `a${title.slice(1)}` : title}`;
}

/** How environments of elements that the first set lacks are counted, and all of these. */
function missingText(
  { missing, missingEnvironments }: Comparison,
  first: SetNumbers,
  second: SetNumbers,
): string {
  if (missing.length === 0) return '';
  const all = missing.length > MOST_NAMED ? ` ${first.name} has no ${missing.join(', ')}.` : '';
  return missingEnvironments === null
    ? 'The numbers do not distinguish elements: choose full (--species full) to count these as ' +
        `outside.${all}`
    : `${countOf(missingEnvironments, 'environment')} of ${second.name} of these elements ` +
        `${missingEnvironments === 1 ? 'counts' : 'count'} as outside.${all}`;
}

function entropyTitle({ name, entropy, entropyError }: SetNumbers): string {
  const error = entropyError > 0 ? ` ± ${decimalText(entropyError, 3)}` : '';
  return `${name}: entropy ${decimalText(entropy, 3)}${error} nats`;
}

function size({ environments, entropy }: SetNumbers): string {
  const distinct = countText(Math.round(Math.exp(entropy)));
  return `Effective size: about ${distinct} distinct environments out of ${countText(environments)} (e^H).`;
}
