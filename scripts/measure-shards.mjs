// node scripts/measure-shards.mjs <folder>: what shards cost on this machine, as the tables of docs/cluster.md. Tasks use one thread
// each and run as many at a time as there are cores.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { congruential, normal } from './random.mjs';

const BIN = resolve('bin/quests.js');
const CORES = availableParallelism();
/** Atoms of a cell of 10 × 10 × 10 cubes. */
const ATOMS = 4000;
const LATTICE = 3.615;

const folder = resolve(process.argv[2] ?? 'build/shards');
mkdirSync(folder, { recursive: true });

const strong = [];
const data = structures(100_000);
const alone = timed(() => quests('entropy', data, '-j', String(CORES)));
for (const shards of [1, 2, 8, 32, 64]) strong.push(await run(data, shards));
table('Strong scaling, 100,000 environments', strong);
print(`One machine, \`quests entropy -j ${CORES}\`: ${alone.toFixed(1)} s of wall time.\n`);

const weak = [];
for (const [environments, shards] of [
  [48_000, 4],
  [96_000, 16],
  [192_000, 64],
]) {
  weak.push(await run(structures(environments), shards));
}
table('Weak scaling, as many pairs to a shard', weak);

const million = [await run(structures(1_000_000), 256, [3, 77, 130, 201])];
table('A million environments, 4 of 256 shards', million);

/** Frames of copper, each rattled more than the one before, up to what a melt has. */
function structures(environments) {
  const path = join(folder, `cu-${environments}.xyz`);
  if (existsSync(path)) return path;
  const next = congruential(1);
  const edge = 10;
  const frames = environments / ATOMS;
  for (let frame = 0; frame < frames; frame++) {
    const rattle = 0.05 + (0.45 * frame) / frames;
    const lines = [];
    for (let cube = 0; cube < edge ** 3; cube++) {
      const corner = [cube % edge, Math.floor(cube / edge) % edge, Math.floor(cube / edge ** 2)];
      for (const site of [
        [0, 0, 0],
        [0, 0.5, 0.5],
        [0.5, 0, 0.5],
        [0.5, 0.5, 0],
      ]) {
        const place = site.map((x, axis) => LATTICE * (x + corner[axis]) + rattle * normal(next, next()));
        lines.push(`Cu ${place.map((x) => x.toFixed(5)).join(' ')}`);
      }
    }
    const length = LATTICE * edge;
    const cell = `Lattice="${length} 0 0 0 ${length} 0 0 0 ${length}" Properties=species:S:1:pos:R:3`;
    appendFileSync(path, `${ATOMS}\n${cell}\n${lines.join('\n')}\n`);
  }
  return path;
}

/** Plans, and runs all shards or some. */
async function run(file, shards, some = undefined) {
  const work = join(folder, 'work');
  rmSync(work, { recursive: true, force: true });
  const planning = timed(() =>
    quests('shard', 'plan', '--shards', String(shards), '-o', work, 'entropy', file),
  );
  const { cost, sets } = JSON.parse(readFileSync(join(work, 'manifest.json'), 'utf8'));
  const numbers = some ?? Array.from({ length: shards }, (_, shard) => shard);
  const start = performance.now();
  const tasks = numbers.values();
  const measured = [];
  const worker = async () => {
    for (const shard of tasks) measured.push(await task(work, shard));
  };
  await Promise.all(Array.from({ length: CORES }, worker));
  const wall = (performance.now() - start) / 1000;
  const merging = some ? NaN : timed(() => quests('shard', 'merge', work));
  const factor = shards / numbers.length;
  const sum = (key) => measured.reduce((total, one) => total + one[key], 0) * factor;
  return {
    environments: sets[0].rows,
    shards,
    planning,
    wall: some ? NaN : wall,
    processor: sum('processor'),
    expected: cost.coreSeconds,
    memory: Math.max(...measured.map(({ memory }) => memory)),
    planned: cost.taskBytes / 1e6,
    merging,
  };
}

/** A task: its processor time in seconds, its largest memory in MB. */
async function task(work, shard) {
  const args = [
    '-f',
    '%U %S %M',
    process.execPath,
    BIN,
    'shard',
    'run',
    work,
    '-i',
    String(shard),
    '-j',
    '1',
  ];
  const child = spawn('/usr/bin/time', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk) => (text += chunk));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) throw new Error(text);
  const [user, system, memory] = text.trim().split('\n').at(-1).split(' ').map(Number);
  return { processor: user + system, memory: memory / 1e3 };
}

function table(title, rows) {
  const one = rows.find(({ shards }) => shards === 1);
  const columns = {
    environments: ({ environments }) => environments.toLocaleString('en'),
    shards: ({ shards }) => String(shards),
    'plan (s)': ({ planning }) => planning.toFixed(1),
    'wall time (s)': ({ wall }) => (Number.isNaN(wall) ? '–' : wall.toFixed(1)),
    'processor time (s)': ({ processor }) => processor.toFixed(1),
    'by the plan (s)': ({ expected }) => expected.toFixed(1),
    'more for each shard (s)': ({ processor, shards }) =>
      one === undefined || shards === 1 ? '–' : ((processor - one.processor) / (shards - 1)).toFixed(2),
    'memory (MB)': ({ memory, planned }) => `${memory.toFixed(0)} of ${planned.toFixed(0)}`,
    efficiency: ({ processor }) => (one === undefined ? '–' : (one.processor / processor).toFixed(2)),
    'merge (s)': ({ merging }) => (Number.isNaN(merging) ? '–' : merging.toFixed(1)),
  };
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  print(`\n${title}\n\n`);
  print(line(Object.keys(columns)));
  print(line(Object.keys(columns).map(() => '---')));
  for (const row of rows) print(line(Object.values(columns).map((text) => text(row))));
}

function print(text) {
  process.stdout.write(text);
}

function quests(...args) {
  return execFileSync(process.execPath, [BIN, ...args, '--quiet'], { encoding: 'utf8' });
}

function timed(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}
