import { SATURATION } from '../../base/constants.js';
import { isSaturated } from '../../entropy/efficiency.js';
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
  if (second === undefined || comparison === null) return ofOneSet(first);
  const outside = percentText(comparison.novelty);
  const covered = percentText(comparison.overlap);
  const numbers =
    `Of its ${countOf(second.environments, 'environment')}, ` +
    `${outside} are unlike any in ${first.name} (δH ≥ ${thresholdText(settings.epsilon)}) and ` +
    `${covered} are covered (δH < ${thresholdText(settings.epsilon)}); ` +
    `mean δH is ${comparison.beyond > 0 ? 'at least ' : ''}${decimalText(comparison.mean, 1)} nats.`;
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
    ? "The numbers ignore chemistry: turn on 'distinguish elements' (--species full) to count these as " +
        `outside.${all}`
    : `${countOf(missingEnvironments, 'environment')} of ${second.name} of these elements ` +
        `${missingEnvironments === 1 ? 'counts' : 'count'} as outside.${all}`;
}

/** Share of distinct environments, e^H/N, below which a set is mostly redundant. */
const REDUNDANT = 0.1;

/** Whether most environments of a set repeat others. */
export function isRedundant({ environments, entropy }: SetNumbers): boolean {
  return entropy !== null && Math.exp(entropy) < REDUNDANT * environments;
}

/** What the entropy of one set says of it. */
function ofOneSet(set: SetNumbers): VerdictText {
  const { name, environments, entropy, entropyError, efficiency } = set;
  if (entropy === null || efficiency === null) {
    return {
      title: `${name} knows ${countOf(environments, 'environment')}.`,
      why:
        'Give a second dataset, and you see how much of that is known. This one is only asked then: ' +
        'what is near is read, not all of it.',
    };
  }
  const distinct = countOf(Math.round(Math.exp(entropy)), 'distinct environment');
  const size = `about ${distinct} out of ${countText(environments)}`;
  const error = entropyError > 0 ? ` ± ${decimalText(entropyError, 3)}` : '';
  const share = Number.isNaN(efficiency) ? '' : `, H / log N = ${decimalText(efficiency, 3)}`;
  const H = `H = ${decimalText(entropy, 3)}${error} nats${share}`;
  if (isSaturated(efficiency)) {
    return {
      title: `${name} is saturated: too few data or too narrow a bandwidth.`,
      why: `Effective size: ${size} (e^H). ${H}: above ${SATURATION}, H is limited by sample size.`,
    };
  }
  const title = isRedundant(set) ? `${name} is mostly redundant: ${size}.` : `${name}: ${size}.`;
  return { title, why: [`Effective size e^H, with ${H}.`, growthText(set)].filter(Boolean).join(' ') };
}

/** What more data of the same kind would add, where the learning curve tells. */
function growthText({ gap, gapRefusal }: SetNumbers): string {
  if (gap !== null) return `More data of the same kind would add about ${decimalText(gap, 2)} nats.`;
  return gapRefusal?.is === 'flat' ? 'More data of the same kind would add next to nothing.' : '';
}
