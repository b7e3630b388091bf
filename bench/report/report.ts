import type { Group, Outcome } from '../case.js';
import { caseSection, targetRow } from './case-section.js';
import { type Curve, exponent, growthCurves } from './growth-plot.js';
import { machineLines } from './machine.js';
import { digits, table } from './table.js';

/** Name of the plot beside the report. */
export const PLOT = 'growth.svg';

/** Everything that was measured, as Markdown. */
export function report(
  groups: readonly Group[],
  outcomes: readonly Outcome[],
  rooflines: readonly string[],
  minutes: number,
): string {
  const sections = groups.map((group) => {
    const own = outcomes.filter((outcome) => group.cases.includes(outcome.case));
    const growth = group.name === 'growth' ? [growthSection(growthCurves(outcomes))] : [];
    return own.length === 0 ? '' : [`## ${group.title}`, ...growth, ...own.map(caseSection)].join('\n\n');
  });
  return (
    [
      '# Benchmarks',
      `Written by \`npm run bench\` in ${minutes.toFixed(0)} minutes. Every engine's result was ` +
        'checked against the expected value before it was timed; engines of a case ran in turns. ' +
        'Times are of single runs; ratios are of the shortest times, in brackets those of the least ' +
        'and the most favourable pair of runs.',
      machineLines(outcomes).join('\n'),
      '## Targets',
      targetsTable(outcomes),
      ...rooflines,
      ...sections.filter((section) => section !== ''),
    ].join('\n\n') + '\n'
  );
}

function targetsTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap((outcome) => {
    const targets = outcome.case.targets ?? [];
    if (outcome.state !== 'measured') {
      return targets.map(({ what }) => [outcome.case.name, what, '', '', '–', outcome.state, outcome.why]);
    }
    return targets.map((target) => [outcome.case.name, ...targetRow(target, outcome.measured)]);
  });
  return table(['case', 'target', 'least', 'aim', 'now', 'result', 'limited by'], rows);
}

/** The fitted exponents and the plot. */
function growthSection(curves: readonly Curve[]): string {
  const rows = curves.map((curve) => {
    const from = curve.name.includes('±') ? 100_000 : 10_000;
    const range = `${from.toLocaleString('en')} to ${(curve.points.at(-1)?.[0] ?? 0).toLocaleString('en')}`;
    return [curve.name, range, digits(exponent(curve, from) ?? NaN)];
  });
  return (
    `![Time against the number of environments](${PLOT})\n\nTime grows as N to the power of\n\n` +
    table(['engine', 'fitted from N =', 'exponent'], rows)
  );
}
