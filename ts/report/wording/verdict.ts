import type { Comparison, Findings, SetNumbers } from '../../explore/exploration.js';
import { verdictOf } from '../../explore/verdict.js';
import { countOf, countText, decimalText, percentText, plainText } from './numbers.js';

/** What the numbers come to, in words. */
export interface VerdictText {
  /** One line. */
  readonly title: string;
  /** The sentences that say why. */
  readonly why: string;
}

/** Whether a second set adds anything to the first; of one set alone, what its entropy says. */
export function verdictText({ sets, comparison, settings }: Findings): VerdictText {
  const [first, second] = sets as readonly [SetNumbers, SetNumbers | undefined];
  if (second === undefined || comparison === null) return { title: entropyTitle(first), why: size(first) };
  const outside = percentText(comparison.novelty);
  const covered = percentText(comparison.overlap);
  const numbers =
    `Of its ${countOf(second.environments, 'environment')}, ` +
    `${outside} are unlike any in ${first.name} (δH ≥ ${plainText(settings.epsilon)}) and ` +
    `${covered} are covered (δH < ${plainText(settings.epsilon)}); ` +
    `mean δH is ${decimalText(comparison.mean, 1)} nats.${missingText(comparison, first, second)}`;
  const extrapolates = (share: string): string =>
    `A model trained on ${first.name} would extrapolate for ${share} of ${second.name}'s environments.`;
  switch (verdictOf(comparison)) {
    case 'covered':
      return {
        title: `${second.name} adds next to nothing to ${first.name}.`,
        why: `${numbers} ${first.name} covers essentially all of ${second.name}.`,
      };
    case 'partly-outside':
      return {
        title: `${outside} of ${second.name} is outside ${first.name}.`,
        why: `${numbers} ${extrapolates(outside)}`,
      };
    case 'outside':
      return {
        title: `All of ${second.name} is outside ${first.name}.`,
        why: `${numbers} ${extrapolates('all')}`,
      };
  }
}

/** Names elements of the second set that the first lacks, and says how they are counted. */
function missingText(
  { missing, missingEnvironments }: Comparison,
  first: SetNumbers,
  second: SetNumbers,
): string {
  if (missing.length === 0) return '';
  const how =
    missingEnvironments === null
      ? 'elements are not told apart'
      : `${countOf(missingEnvironments, 'environment')} of ${second.name} counted as outside`;
  return ` ${first.name} has no ${missing.join(', ')}: ${how}.`;
}

function entropyTitle({ name, entropy, entropyError }: SetNumbers): string {
  const error = entropyError > 0 ? ` ± ${decimalText(entropyError, 3)}` : '';
  return `${name}: entropy ${decimalText(entropy, 3)}${error} nats`;
}

function size({ environments, entropy }: SetNumbers): string {
  const distinct = countText(Math.round(Math.exp(entropy)));
  return `Effective size: about ${distinct} distinct environments out of ${countText(environments)} (e^H).`;
}
