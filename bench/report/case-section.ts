import { type Measured, spread } from '../result.js';
import { type Target, verdict } from '../target.js';
import { digits, rate, table, time } from './table.js';
import type { Outcome } from '../case.js';

/** What is reported of one case. */
export function caseSection(outcome: Outcome): string {
  const { name, title } = outcome.case;
  const head = `### ${name}\n\n${title[0]?.toUpperCase() ?? ''}${title.slice(1)}.`;
  if (outcome.state !== 'measured') return `${head}\n\n${outcome.state}: ${outcome.why}`;
  return [head, timesTable(outcome), targetTable(outcome)].filter((part) => part !== '').join('\n\n');
}

function timesTable({ case: { work }, measured }: Outcome & { state: 'measured' }): string {
  const [first] = measured;
  const head = [
    'engine',
    'min',
    'median',
    'max',
    'runs',
    `${first?.engine ?? ''} is so many times as fast`,
    'rate',
  ];
  const rows = measured.map((each) => {
    const { min, median, max } = spread(each);
    const mark = each.extrapolated === '' ? '' : ' *';
    return [
      `${each.engine}${mark}`,
      time(min),
      time(median),
      time(max),
      String(each.seconds.length),
      first === undefined || each === first ? '1' : factors(first, each),
      work === undefined ? '' : rate(work.amount / min, work.unit),
    ];
  });
  const columns = work === undefined ? head.slice(0, -1) : head;
  const notes = [...new Set(measured.map(({ extrapolated }) => extrapolated))].filter((note) => note !== '');
  return [
    table(
      columns,
      rows.map((row) => row.slice(0, columns.length)),
    ),
    ...notes.map((note) => `\\* ${note}`),
  ].join('\n\n');
}

/** Ratio of the shortest times, and between which bounds ratios of single runs lie. */
function factors(first: Measured, other: Measured): string {
  const [a, b] = [spread(first), spread(other)];
  return `${digits(b.min / a.min)} (${digits(b.min / a.max)} to ${digits(b.max / a.min)})`;
}

function targetTable({ case: { targets = [] }, measured }: Outcome & { state: 'measured' }): string {
  if (targets.length === 0) return '';
  const rows = targets.map((target) => targetRow(target, measured));
  return table(['target', 'least', 'aim', 'now', 'result', 'limited by'], rows);
}

/** One target: what is wanted, what it is now and what keeps it there. */
export function targetRow(target: Target, measured: readonly Measured[]): string[] {
  const { what, unit, least, aim, better, limit } = target;
  const sign = better === 'more' ? '≥' : '≤';
  const value = target.measure(measured);
  const wanted = [`${sign} ${digits(least)} ${unit}`, `${sign} ${digits(aim)} ${unit}`];
  if (value === undefined) return [what, ...wanted, '–', 'not measured', ''];
  const found = verdict(target, value);
  return [what, ...wanted, `${digits(value)} ${unit}`, found, found === 'aim met' ? '' : limit];
}
