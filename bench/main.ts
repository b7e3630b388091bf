// The benchmarks: `npm run bench`, `npm run bench -- --only NAME`; see CONTRIBUTING.md.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GROUPS } from './cases/all.js';
import { EXPECTED_FILE, expectedValues, measure, recorded } from './measure.js';
import { caseSection } from './report/case-section.js';
import { growthCurves, growthPlot } from './report/growth-plot.js';
import { PLOT, report } from './report/report.js';
import { rooflineSections } from './roofline.js';
import type { Outcome } from './case.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    list: { type: 'boolean' },
    record: { type: 'boolean' },
    budget: { type: 'string' },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const only = values.only?.flatMap((names) => names.split(','));
const wanted = (name: string): boolean => only?.some((part) => name.includes(part)) ?? true;
const cases = GROUPS.flatMap((group) => group.cases.filter(({ name }) => wanted(group.name) || wanted(name)));
const wantsRoofline = wanted('roofline');

if (cases.length === 0 && !wantsRoofline) {
  say(`no case is called ${only?.join(' or ') ?? ''}; --list lists them`);
  process.exitCode = 2;
} else if (values.list) {
  for (const { name, title } of cases) say(`${name.padEnd(28)}${title}`);
} else if (values.record) {
  await record();
} else {
  await run();
}

/** Times the cases, prints what is found, and writes it down where every case was asked for. */
async function run(): Promise<void> {
  const start = performance.now();
  const rooflines = wantsRoofline ? rooflineSections() : [];
  for (const section of rooflines) say(`${section}\n`);
  const outcomes: Outcome[] = [];
  for (const item of cases) {
    const outcome = await measure(item, { budget: Number(values.budget ?? 20), say });
    outcomes.push(outcome);
    say(`${caseSection(outcome)}\n`);
    if (outcome.state === 'failed') process.exitCode = 1;
  }
  if (only !== undefined) return;
  const minutes = (performance.now() - start) / 60_000;
  writeFileSync(`bench/${PLOT}`, await growthPlot(growthCurves(outcomes)));
  writeFileSync('bench/RESULTS.md', report(GROUPS, outcomes, rooflines, minutes));
  say(`bench/RESULTS.md written after ${minutes.toFixed(0)} minutes`);
}

/**
 * Writes down what the trusted engines make of the cases, for those that ask for it and have none
 * yet.
 */
async function record(): Promise<void> {
  for (const item of cases) {
    if (only === undefined && item.name in expectedValues()) continue;
    try {
      const found = { ...expectedValues(), ...(await recorded(item)) };
      writeFileSync(EXPECTED_FILE, `${JSON.stringify(found, null, 2)}\n`);
      say(`${item.name}: ${String(found[item.name])}`);
    } catch (error) {
      say(`${item.name}: ${String(error)}`);
    }
  }
}
