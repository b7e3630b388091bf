import { decimals } from '../base/number-format.js';
import type { Findings } from './exploration.js';

/** Share of new environments below which a second set adds next to nothing. */
const NEXT_TO_NOTHING = 0.01;
/** Share above which most of it is new. */
const MOST = 0.5;

/** What the numbers come to. */
export interface Verdict {
  /** One line. */
  readonly title: string;
  /** The sentence that says why. */
  readonly why: string;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Whether a second set adds anything to the first, in words; of one set alone, what its entropy says. */
export function verdictOf({ sets, comparison, settings }: Findings): Verdict {
  const [first, second] = sets;
  if (first === undefined) return { title: '', why: '' };
  if (second === undefined || comparison === null) {
    return {
      title: `${first.name}: entropy ${decimals(first.entropy, 3)}${first.entropyError > 0 ? ` ± ${first.entropyError.toFixed(3)}` : ''} nats`,
      why: `Its ${first.environments} environments hold as much information as about ${Math.round(Math.exp(first.entropy))} that are all different.`,
    };
  }
  const { novelty, overlap, mean } = comparison;
  const title =
    novelty < NEXT_TO_NOTHING
      ? `${second.name} adds next to nothing to ${first.name}.`
      : novelty < MOST
        ? `${second.name} adds something to ${first.name}: ${percent(novelty)} of it is new.`
        : novelty < 1
          ? `Yes: most of ${second.name} is new to ${first.name}, ${percent(novelty)} of it.`
          : `Yes: all of ${second.name} is new to ${first.name}.`;
  return {
    title,
    why: `Of its ${second.environments} environments ${percent(novelty)} are unlike any in ${first.name} (δH ≥ 0), ${percent(overlap)} are covered (δH < ${settings.epsilon}); δH is ${decimals(mean, 1)} nats in the mean. A model trained on ${first.name} alone ${novelty < NEXT_TO_NOTHING ? 'has seen the like of nearly all of it' : 'would extrapolate there'}.`,
  };
}
