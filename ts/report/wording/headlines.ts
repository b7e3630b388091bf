import { MOST_TOLD, SATURATION } from '../../base/constants.js';
import type { Comparison, Findings, SetNumbers } from '../../explore/exploration.js';
import { elementsIn, type HeadlineKey, headlinesOf } from '../../explore/headline.js';
import { gapReasonText } from './gap.js';
import { countOf, countText, decimalText, percentText, thresholdText } from './numbers.js';

/** One line of the table of numbers, in words. */
export interface HeadlineText {
  /** What is counted or measured, with its unit. */
  readonly name: string;
  /** One for each set; empty where there is none. */
  readonly values: readonly string[];
  /** What it means, in a line. */
  readonly meaning: string;
  /** Whether the meaning is a warning. */
  readonly isWarning: boolean;
}

/** The numbers that matter, each with what it means. */
export function headlineTexts(findings: Findings): HeadlineText[] {
  return headlinesOf(findings).map(({ key, isWarning }) => ({
    isWarning,
    ...WORDS[key](findings, isWarning, findings.comparison as Comparison),
  }));
}

type Words = (
  findings: Findings,
  isWarning: boolean,
  /** Only lines of two sets need it. */
  comparison: Comparison,
) => Pick<HeadlineText, 'name' | 'values' | 'meaning'>;

const WORDS: Readonly<Record<HeadlineKey, Words>> = {
  environments: ({ sets }) => {
    const frames = sets.map((set) => countText(set.frames)).join(' and ');
    return {
      name: 'environments',
      values: sets.map(({ environments }) => countText(environments)),
      meaning: `atoms, in ${frames} ${frames === '1' ? 'frame' : 'frames'}`,
    };
  },
  elements: (findings, isWarning) => ({
    name: 'elements',
    values: findings.sets.map(({ elements }) => countText(elements.length)),
    meaning:
      `${elementsIn(findings).join(', ')}: ` +
      (isWarning
        ? "treated as one element. Turn on 'distinguish elements' (--species full) to include chemistry"
        : 'distinguished'),
  }),
  sampled: ({ sets }) => ({
    name: 'environments sampled',
    values: sets.map(({ known }) => (known === 0 ? '' : countText(known))),
    meaning: 'a random sample, each compared with all environments; ± is the 95 % confidence interval',
  }),
  entropy: ({ sets }) => ({
    name: 'entropy H (nats)',
    values: sets.map(({ entropy, entropyError }) => withError(entropy, entropyError)),
    meaning: '0 if all environments are identical, log N if all are distinct',
  }),
  efficiency: ({ sets }, isWarning) => ({
    name: 'H / log N',
    // A single environment has none.
    values: sets.map(({ efficiency }) => (efficiency === null ? NOT_COMPUTED : decimalText(efficiency, 3))),
    meaning: isWarning
      ? `saturated (> ${SATURATION}): H is limited by sample size. Add data or widen the bandwidth`
      : 'fraction of the maximum: near 0, mostly redundant; near 1, hardly any redundancy',
  }),
  diversity: ({ sets }) => ({
    name: 'diversity D (nats)',
    values: sets.map(({ diversity, diversityError }) => withError(diversity, diversityError)),
    meaning: 'logarithm of the number of distinct environments; copies do not raise it',
  }),
  gap: ({ sets }) => ({
    name: 'information gap (nats)',
    values: sets.map(gapValue),
    meaning: gapMeaning(sets),
  }),
  overlap: ({ settings }, _, { overlap }) => ({
    name: 'overlap',
    values: ['', percentText(overlap)],
    meaning:
      `share of the second set covered by the first ` + `(δH < ε = ${thresholdText(settings.epsilon)} nats)`,
  }),
  novelty: ({ settings }, _, { novelty }) => ({
    name: 'novelty',
    values: ['', percentText(novelty)],
    meaning:
      'share of the second set that the first does not cover ' +
      `(δH ≥ ε = ${thresholdText(settings.epsilon)} nats)`,
  }),
  dH: (_findings, _isWarning, { mean, max, beyond }) => ({
    name: 'δH, mean and largest (nats)',
    values: ['', [mean, max].map((value) => `${beyond > 0 ? '≥ ' : ''}${decimalText(value, 1)}`).join(', ')],
    meaning:
      'of the second set relative to the first: below ε covered, from ε on extrapolation' +
      (beyond > 0
        ? `; of ${countOf(beyond, 'environment')} only known to be ${decimalText(MOST_TOLD, 1)} or more`
        : ''),
  }),
  'added-diversity': (_findings, _isWarning, { addedDiversity }) => ({
    name: 'diversity added (nats)',
    values: ['', addedDiversity === null ? NOT_COMPUTED : decimalText(addedDiversity, 3)],
    meaning: `D(both) − D(first)${addedDiversity === null ? '; takes all environments of both' : ''}`,
  }),
};

/** What stands for a number that nobody computed. */
const NOT_COMPUTED = 'not computed';

function gapValue({ gap, gapRefusal }: SetNumbers): string {
  if (gap !== null) return decimalText(gap, 2);
  if (gapRefusal?.is === 'asked') return NOT_COMPUTED;
  return gapRefusal?.is === 'pending' ? 'computing…' : 'not resolved';
}

/** With the half-width of its interval, where it has one. */
function withError(value: number | null, error: number): string {
  if (value === null) return NOT_COMPUTED;
  const text = decimalText(value, 3);
  return error === 0 ? text : `${text} ± ${decimalText(error, 3)}`;
}

/** What a gap is, and why it is not resolved for a set where it is not. */
function gapMeaning(sets: readonly SetNumbers[]): string {
  const meaning = 'how much H would still grow with more data of the same kind';
  const refusals = sets.flatMap(({ gapRefusal, gapAtMost }, at) => {
    if (gapRefusal === null || gapRefusal.is === 'pending' || gapRefusal.is === 'asked') return [];
    const whose = sets.length === 1 ? '' : ` for the ${at === 0 ? 'first' : 'second'} set`;
    const most = gapAtMost === null ? '' : `, at most ${decimalText(gapAtMost, 3)} nats`;
    return `not resolved${whose}${most}: ${gapReasonText(gapRefusal)}`;
  });
  return [meaning, ...refusals].join('; ');
}
