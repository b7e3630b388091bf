import { fixed, NONE, percent, significant } from '../../base/number-format.js';
import { tableLines } from '../../base/table.js';
import type {
  ComparedScore,
  Resampled,
  ScoreAgreement,
  ScoreBars,
  UncertaintyComparison,
} from '../../faces/node/analysis.js';
import type { PredictionErrors } from '../../faces/node/quests.js';
import { scoreTitle } from './score-names.js';

/** A comparison of scores for people. */
export function scoreComparisonLines(
  found: UncertaintyComparison,
  { property, truth, prediction }: PredictionErrors,
  count: { readonly rows: number; readonly reference: number },
): string[] {
  const { leakage, scores, structures, threshold, meanError, level, split, resamples } = found;
  const what = property === 'forces' ? '|dF| of an atom' : '|dE|/N of a structure';
  const hasEnvironments = scores.every(({ environments }) => environments !== null);
  return [
    `Test: ${structures} structures, ${count.rows} environments; reference: ${count.reference} environments`,
    `Error: ${what}, ${prediction} against ${truth}; mean ${significant(meanError, 3)}; large: above ` +
      significant(threshold, 3),
    `Leakage: ${percent(leakage)} of the test structures have near copies in the reference`,
    ...(hasEnvironments
      ? ['Environments:', ...agreementTable(scores, ({ environments }) => environments)]
      : []),
    'Structures, mean score against the error of the structure:',
    ...agreementTable(scores, (score) => score.structures),
    `Error bars at level ${level}, fitted to ${split.fit} structures, ` +
      `calibrated on ${split.calibration}, tried on ${split.heldOut}:`,
    ...barTable(scores),
    `[ ]: 95 % of ${resamples} resamples of structures; ` +
      'sparsification: 0 in the order of the errors, 1 by chance',
    verdict(scores),
  ];
}

function agreementTable(
  scores: readonly ComparedScore[],
  of: (score: ComparedScore) => ScoreAgreement | null,
): string[] {
  const value = (name: keyof ScoreAgreement) => (score: ComparedScore) => {
    const own = of(score)?.[name];
    return own === undefined ? NONE : withInterval(own, name === 'againstFirst' ? 3 : 2);
  };
  return indented(
    tableLines(
      [
        { title: '', text: ({ name }) => scoreTitle(name), align: 'left' },
        { title: 'Spearman', text: value('spearman') },
        { title: 'less that of dH', text: value('againstFirst') },
        { title: 'AUROC', text: value('auroc') },
        { title: 'sparsification', text: value('sparsification') },
        { title: 'rank', text: (score) => rankText(of(score)?.rank) },
      ],
      scores,
    ),
  );
}

function rankText(rank: Resampled | undefined): string {
  if (rank === undefined) return NONE;
  const text = (value: number): string => significant(value, 2);
  return rank.low === rank.high ? text(rank.value) : `${text(rank.value)} ${interval(rank, text)}`;
}

function barTable(scores: readonly ComparedScore[]): string[] {
  const coverage = (bars: ScoreBars | null): string =>
    bars === null
      ? NONE
      : `${percent(bars.coverage.value)} ${interval(bars.coverage, (x) => fixed(100 * x, 1))}`;
  const width = (bars: ScoreBars | null): string =>
    bars === null ? NONE : significant(bars.sharpness.value, 3);
  return indented(
    tableLines(
      [
        { title: '', text: ({ name }) => scoreTitle(name), align: 'left' },
        { title: 'line: coverage', text: ({ lineBars }) => coverage(lineBars) },
        { title: 'mean bar', text: ({ lineBars }) => width(lineBars) },
        { title: 'bins: coverage', text: ({ binBars }) => coverage(binBars) },
        { title: 'mean bar', text: ({ binBars }) => width(binBars) },
      ],
      scores,
    ),
  );
}

/** Which scores order these errors better than δH, as far as that can be said. */
function verdict(scores: readonly ComparedScore[]): string {
  const [, ...others] = scores;
  const against = ({ environments, structures }: ComparedScore): Resampled =>
    (environments ?? structures).againstFirst;
  const named = (list: readonly ComparedScore[]): string =>
    list.map(({ name }) => scoreTitle(name)).join(', ');
  const better = others.filter((score) => against(score).low > 0);
  const worse = others.filter((score) => against(score).high < 0);
  const same = others.filter((score) => !better.includes(score) && !worse.includes(score));
  const groups: [string, readonly ComparedScore[]][] = [
    ['better than dH', better],
    ['worse', worse],
    ['not told apart from it', same],
  ];
  const texts = groups.map(([title, list]) => `${title}: ${list.length === 0 ? 'none' : named(list)}`);
  return `By Spearman's correlation, ${texts.join('; ')}`;
}

function withInterval(found: Resampled, digits: number): string {
  return `${fixed(found.value, digits)} ${interval(found, (value) => fixed(value, digits))}`;
}

function interval({ low, high }: Resampled, text: (value: number) => string): string {
  return `[${text(low)}, ${text(high)}]`;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** A comparison of scores in JSON. */
export function scoreComparisonKeys(found: UncertaintyComparison): Record<string, unknown> {
  return {
    threshold: found.threshold,
    level: found.level,
    resamples: found.resamples,
    errors: found.count,
    mean_error: found.meanError,
    leakage: found.leakage,
    split: {
      fit: found.split.fit,
      calibration: found.split.calibration,
      held_out: found.split.heldOut,
    },
    scores: found.scores.map(
      ({ name, seconds, environments, structures, lineBars, binBars, sparsification }) => ({
        name,
        seconds,
        environments: environments && agreementKeys(environments),
        structures: agreementKeys(structures),
        line_bars: lineBars,
        bin_bars: binBars,
        sparsification,
      }),
    ),
    shares: found.shares,
    oracle: found.oracle,
  };
}

function agreementKeys({ againstFirst, ...rest }: ScoreAgreement): Record<string, unknown> {
  return { ...rest, against_dH: againstFirst };
}
