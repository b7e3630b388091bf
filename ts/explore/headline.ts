import { isSaturated } from '../entropy/efficiency.js';
import { decimals } from '../base/decimals.js';
import { SATURATION } from '../base/constants.js';
import type { Findings, SetNumbers } from './exploration.js';

/** One line of the table of numbers. */
export interface Headline {
  /** What is counted or measured, with its unit. */
  readonly name: string;
  /** One for each set; empty where there is none. */
  readonly values: readonly string[];
  /** What it means, in a line. */
  readonly meaning: string;
  /** Whether the meaning is a warning. */
  readonly isWarning: boolean;
}

// A single environment has no H / log N.
const fixed = (value: number, digits = 3): string => (Number.isNaN(value) ? '–' : decimals(value, digits));
/** With the half-width of its interval, where it has one. */
const within = (value: number, error: number): string =>
  error === 0 ? fixed(value) : `${fixed(value)} ± ${fixed(error)}`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What a gap is, and why it is not known of a set where it is not. */
function meaningOfGap(sets: readonly SetNumbers[]): string {
  const refusals = sets.flatMap(({ gapRefusal }, at) => {
    if (gapRefusal === null) return [];
    return `${sets.length === 1 ? '' : `of the ${at === 0 ? 'first' : 'second'} set `}(${gapRefusal})`;
  });
  const meaning = 'how much H would still grow with more data of the same kind';
  return refusals.length === 0 ? meaning : `${meaning}; not known ${refusals.join(', ')}`;
}

/** The numbers that matter, each with what it means. */
export function headlinesOf({ sets, hasElements, comparison, settings }: Findings): Headline[] {
  const lines: Headline[] = [];
  const add = (name: string, values: readonly string[], meaning: string, isWarning = false): void => {
    lines.push({ name, values, meaning, isWarning });
  };
  const each = (value: (set: SetNumbers) => string): string[] => sets.map(value);
  const frames = sets.map((set) => set.frames).join(' and ');
  add(
    'environments',
    each(({ environments }) => `${environments}`),
    `atoms, in ${frames} ${frames === '1' ? 'frame' : 'frames'}`,
  );
  const elements = [...new Set(sets.flatMap((set) => set.elements))].sort();
  if (elements.length > 1) {
    add(
      'elements',
      each((set) => String(set.elements.length)),
      `${elements.join(', ')}: ${hasElements ? 'told apart' : 'they count as one, descriptors are blind to chemistry unless elements are told apart'}`,
      !hasElements,
    );
  }
  if (sets.some(({ known, environments }) => known < environments)) {
    add(
      'of these, in the sample',
      each(({ known }) => `${known}`),
      'drawn at random, each compared with all environments: intervals (±) hold the exact values in 95 of 100 cases',
    );
  }
  add(
    'entropy H (nats)',
    each(({ entropy, entropyError }) => within(entropy, entropyError)),
    'how much information: 0 where all atoms sit alike, log N where no two do',
  );
  const anySaturated = sets.some(({ efficiency }) => isSaturated(efficiency));
  add(
    'H / log N',
    each(({ efficiency }) => fixed(efficiency)),
    anySaturated
      ? `above ${SATURATION} it is saturated: too few data, or too narrow a bandwidth, to tell more`
      : 'how little repeats itself: near 0 most environments are copies, near 1 none',
    anySaturated,
  );
  add(
    'diversity D (nats)',
    each(({ diversity, diversityError }) => within(diversity, diversityError)),
    'logarithm of the number of distinct environments; copies do not raise it',
  );
  add(
    'information gap (nats)',
    each(({ gap }) => (gap === null ? 'not known' : fixed(gap, 2))),
    meaningOfGap(sets),
  );
  if (comparison === null) return lines;
  const second = (value: string): string[] => ['', value];
  add(
    'overlap',
    second(percent(comparison.overlap)),
    `share of the second set that the first covers (δH < ε = ${settings.epsilon} nats)`,
  );
  add(
    'novelty',
    second(percent(comparison.novelty)),
    'share of the second set that is unlike anything in the first (δH ≥ 0)',
  );
  add(
    'δH, mean and largest (nats)',
    second(`${fixed(comparison.mean, 1)}, ${fixed(comparison.max, 1)}`),
    'how new: below 0 known, above 0 a model extrapolates',
  );
  const { addedDiversity } = comparison;
  add(
    'diversity added (nats)',
    second(addedDiversity === null ? 'not known' : fixed(addedDiversity)),
    'D of both sets together less that of the first',
  );
  return lines;
}
