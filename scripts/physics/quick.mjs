// A tenth of docs/physics.md, within ten minutes on two idle cores: simulates, measures, and holds
// what it finds against the stored tables. node scripts/physics/quick.mjs FOLDER
// Ends with 1 where something does not agree. See lammps.mjs for LAMMPS.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { comparisons } from './comparisons.mjs';
import { STORED } from './tables.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('expected FOLDER, for the runs and their tables');
  process.exit(2);
}
const results = join(folder, 'results');
mkdirSync(results, { recursive: true });

/** Scripts and their arguments, in order; those that take longest first. */
const JOBS = [
  ['nucleation', ['measure-nucleation.mjs', folder]],
  ['silicon', ['measure-silicon.mjs', folder]],
  ['melting', ['measure-melting.mjs', folder], ['measure-line.mjs']],
  ['faults', ['measure-faults.mjs', folder]],
  ['hops', ['measure-hops.mjs', folder]],
  ['adatoms', ['measure-adatoms.mjs', folder]],
  ['quiet', ['measure-quiet.mjs', folder]],
  [undefined, ['map.mjs', '--quick'], ['measure-map.mjs']],
  ['coexistence'],
];
const started = Date.now();
const clock = () => `${((Date.now() - started) / 60000).toFixed(1)} min`;

async function script(name, ...rest) {
  const child = spawn(process.execPath, [join(here, name), ...rest], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PHYSICS_RESULTS: results, RAYON_NUM_THREADS: '1' },
  });
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0) throw new Error(`${name} ${rest.join(' ')} ended with ${status}`);
}

const waiting = [...JOBS];
async function worker() {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
    const [part, ...measures] = job;
    if (part !== undefined) await script('simulate.mjs', folder, part, '--quick');
    for (const measure of measures) await script(...measure);
    console.log(`${clock()}  ${part ?? 'map'}`);
  }
}
// One for each core.
await Promise.all([worker(), worker()]);
// Needs the line of measure-line.mjs.
await script('measure-coexistence.mjs', folder);

const rows = comparisons(STORED, results);
const width = Math.max(...rows.map(({ what }) => what.length));
const number = (value, error) => `${value.toPrecision(4)} ± ${error.toPrecision(2)}`;
for (const { what, stored, now, agrees } of rows) {
  const values = [number(...stored), number(...now)].map((text) => text.padEnd(20));
  console.log([what.padEnd(width), '', ...values, agrees ? 'agree' : 'DIFFER'].join(' '));
}
const agreeing = rows.filter(({ agrees }) => agrees).length;
console.log(`${agreeing} of ${rows.length} agree within three errors; ${clock()}`);
process.exitCode = agreeing === rows.length ? 0 : 1;
