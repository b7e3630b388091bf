// node scripts/measure-events.mjs [runs] [--quick] [--from SEED]: how often `quests events` finds
// what is not there, and finds what is. Runs without a change may give one in 5 % of the cases,
// white or correlated; one change, with any ratio of scatters, is found once, at its frame ± 1, in
// 95 %.
import { findEvents } from '../dist/faces/node/analysis.js';
import { mulberry32, normal } from './random.mjs';

const runs = Number(process.argv[2] ?? 400);
const at = process.argv.indexOf('--from');
const from = at === -1 ? 1 : Number(process.argv[at + 1]);
const LENGTHS = process.argv.includes('--quick') ? [24, 60, 200] : [24, 40, 60, 100, 200, 400, 1000];

let failed = false;
console.log(`${runs} runs each, from seed ${from}\n\nwithout a change: share of runs that give an event`);
console.log(`frames ${[0, 0.3, 0.5, 0.7, 0.8, 0.9].map((rho) => `rho ${rho}`.padStart(9)).join('')}`);
for (const n of LENGTHS) {
  const shares = [0, 0.3, 0.5, 0.7, 0.8, 0.9].map((rho) =>
    shareOf(runs, (seed) => {
      const noise = correlated(seed, n, rho);
      return findEvents(noise).events.length > 0;
    }),
  );
  if (shares.some((share) => share > 0.05)) failed = true;
  console.log(`${String(n).padStart(6)} ${shares.map((share) => percent(share)).join('')}`);
}

console.log('\nscatter changes, nothing else: share of runs that give an event');
for (const n of LENGTHS) {
  const shares = [2, 5, 20, 50].map((ratio) =>
    shareOf(runs, (seed) => findEvents(scattered(seed, n, 0.5, ratio, 0)).events.length > 0),
  );
  console.log(`${String(n).padStart(6)} ${shares.map((share) => percent(share)).join('')}`);
}

for (const [words, height] of [
  ['10 times the scatter before', () => 10],
  ['5 times the larger scatter', (ratio) => 5 * ratio],
  ['4 times the smaller scatter', () => 4],
]) {
  console.log(`\none change, ${words}: share of runs that find it once, at its frame +- 1`);
  console.log(`frames   at ${[1, 2, 3, 5, 10, 20, 50].map((ratio) => `x${ratio}`.padStart(9)).join('')}`);
  for (const n of LENGTHS)
    for (const at of [0.3, 0.5, 0.7]) {
      const shares = [1, 2, 3, 5, 10, 20, 50].map((ratio) =>
        shareOf(runs, (seed) => {
          const first = Math.round(at * n);
          const { events } = findEvents(scattered(seed, n, at, ratio, height(ratio)));
          return events.length === 1 && Math.abs(events[0].index - first) <= 1;
        }),
      );
      console.log(`${String(n).padStart(6)} ${at}  ${shares.map((share) => percent(share)).join('')}`);
    }
}
process.exitCode = failed ? 1 : 0;

function correlated(seed, n, rho) {
  const uniform = mulberry32(seed);
  const next = () => normal(uniform);
  let last = next();
  return Array.from({ length: n }, () => (last = rho * last + Math.sqrt(1 - rho ** 2) * next()));
}

function scattered(seed, n, at, ratio, height) {
  const first = Math.round(at * n);
  return correlated(seed, n, 0).map((value, index) => (index < first ? value : height + ratio * value));
}

function shareOf(count, of) {
  let yes = 0;
  for (let seed = from; seed < from + count; seed++) if (of(seed)) yes++;
  return yes / count;
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`.padStart(9);
}
