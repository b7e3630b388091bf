// node scripts/measure-live.mjs [every] [numbers]: how much a simulation of 864 atoms in the page
// is slowed by a check every 20 steps, and how many checks a second that are; "numbers of each
// check" are all, entropy or maximum (default: as the page has it). Runs with and without checks
// take turns; the shortest of each count. Needs a built page with lammps.js beside it, and Linux.
import { readdirSync, readFileSync } from 'node:fs';

import { hosted, startBrowser } from './page.mjs';

const EVERY = Number(process.argv[2] ?? 20);
const NUMBERS = process.argv[3];
const TURNS = 3;
const STEPS = 1000;
/** More steps than there are. */
const NEVER = 1_000_000;
/** Of a second: the unit of time in /proc. */
const TICKS = 100;

const server = await hosted();
const browser = await startBrowser();
const page = await browser.newPage();
await page.addInitScript(() => {
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
  }).observe({ entryTypes: ['longtask'] });
});
await page.goto(`${server.url}#live`);
await page.locator('#live-form summary').click();
const script = (await page.locator('#live-script').inputValue()).replaceAll(/^run .*$/gm, `run ${STEPS / 2}`);
await page.locator('#live-script').fill(script);
await page.locator('#live-stops').uncheck();
if (NUMBERS !== undefined) await page.locator('#live-numbers').selectOption(NUMBERS);
// What the page does when it is opened is not asked here.
await page.evaluate(() => globalThis.longTasks.splice(0));

/** Seconds that LAMMPS says its runs took, and those of a processor that all of Chromium needed. */
async function run(every) {
  const before = browserTime();
  await page.locator('#live-every').fill(String(every));
  await page.locator('#live-run').click();
  await page.locator('#live-form[aria-busy="false"]').waitFor({ timeout: 0 });
  await page.locator('#live[aria-busy="false"]').waitFor();
  const output = await page.locator('#live-output').textContent();
  const times = [...output.matchAll(/Loop time of ([\d.]+)/g)].map(([, time]) => Number(time));
  if (times.length !== 2) throw new Error(`LAMMPS told of ${times.length} runs, expected 2`);
  const time = times.reduce((sum, each) => sum + each, 0);
  return { time, processor: browserTime() - before };
}

/** Seconds of a processor that the processes which this one has started have taken so far. */
function browserTime() {
  const all = readdirSync('/proc').flatMap((name) => {
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [, parent, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
      return [{ id: Number(name), parent: Number(parent), ticks: Number(fields[9]) + Number(fields[10]) }];
    } catch {
      // No process, or one that has ended.
      return [];
    }
  });
  const ours = new Set([process.pid]);
  for (let size = 0; size < ours.size;) {
    size = ours.size;
    for (const { id, parent } of all) if (ours.has(parent)) ours.add(id);
  }
  ours.delete(process.pid);
  return all.reduce((sum, { id, ticks }) => sum + (ours.has(id) ? ticks : 0), 0) / TICKS;
}

const session = await page.context().newCDPSession(page);
await session.send('Performance.enable', { timeDomain: 'threadTicks' });

/** Seconds of a processor that tasks of the page's own thread have taken. */
async function pageTime() {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value;
}

const alone = [];
const checked = [];
for (let turn = 0; turn < TURNS; turn++) {
  alone.push(await run(NEVER));
  checked.push(await run(EVERY));
}
const spent = await pageTime();
const tasks = await page.evaluate(() => globalThis.longTasks.map((time) => Math.round(time)));
await browser.close();
await server.close();
const least = Math.min(...alone.map(({ time }) => time));
const most = Math.min(...checked.map(({ time }) => time));
const [own, all] = [alone, checked].map((runs) => Math.min(...runs.map(({ processor }) => processor)));
// Those that are the reference included.
const checks = Math.floor(STEPS / EVERY);
const each = (1000 * spent) / (TURNS * checks);
const long = tasks.map((time) => `${time} ms`).join(', ') || 'none';
process.stdout.write(
  `${STEPS} steps: ${least.toFixed(2)} s alone, ${most.toFixed(2)} s with a check every ${EVERY} steps: ` +
    `${(most / least).toFixed(2)} times as long, ${(checks / most).toFixed(1)} checks a second\n` +
    `${((1000 * (all - own)) / checks).toFixed(0)} ms of a processor for each check, ` +
    `of ${own.toFixed(2)} s alone and ${all.toFixed(2)} s with them\n` +
    `the page's own thread: ${each.toFixed(1)} ms of a processor for each; of 50 ms and more: ${long}\n`,
);
