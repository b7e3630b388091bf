// node scripts/measure-shards.mjs <folder> [Strong|Weak|Commands|Tolerance|Frames|Million …]: what
// shards cost on this machine, as the tables of docs/cluster.md. Tasks use one thread each and run
// as many at a time as there are cores.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { congruential, normal } from './random.mjs';

const BIN = resolve('bin/quests.js');
const CORES = availableParallelism();
/** Atoms of a cell of 10 × 10 × 10 cubes. */
const ATOMS = 4000;
const LATTICE = 3.615;

const folder = resolve(process.argv[2] ?? 'build/shards');
/** Which parts to measure, by the first word of their titles; all without any. */
const asked = process.argv.slice(3);
mkdirSync(folder, { recursive: true });

await part('Strong scaling: entropy, 100,000 environments', async (title) => {
  const data = structures(100_000);
  const alone = timed(() => quests('entropy', data, '-j', String(CORES)));
  const rows = [];
  for (const shards of [1, 2, 8, 32, 64]) rows.push(await run(['entropy', data], shards));
  table(title, rows);
  print(`One machine, \`quests entropy -j ${CORES}\`: ${alone.toFixed(1)} s of wall time.\n`);
});

await part('Weak scaling: entropy, as many pairs to a shard', async (title) => {
  const rows = [];
  for (const [environments, shards] of [
    [48_000, 4],
    [96_000, 16],
    [192_000, 64],
  ]) {
    rows.push(await run(['entropy', structures(environments)], shards));
  }
  table(title, rows);
});

await part('Commands: other commands with sums', async (title) => {
  const [small, large] = [structures(20_000), structures(100_000)];
  const rows = [];
  for (const [command, shards] of [
    [['dH', large, small], 8],
    [['overlap', small, large], 8],
    [['coverage', small, structures(48_000)], 8],
    [['learning_curve', structures(48_000), '-n', '1', '-f', '0.25,0.5,0.75,1'], 8],
    [['entropy', structures(48_000), '--bandwidths', '0.01,0.02,0.05'], 8],
  ]) {
    rows.push(await run(command, shards));
  }
  table(title, rows);
});

await part('Tolerance: samples, in 8 shards', async (title) => {
  const [small, large] = [structures(48_000), structures(100_000)];
  const rows = [];
  for (const command of [
    ['entropy', large, '--tolerance', '0.05'],
    ['overlap', large, small, '--tolerance', '0.02', '--eps', '0.1'],
    ['learning_curve', large, '-n', '1', '-f', '0.25,0.5,0.75', '--tolerance', '0.05'],
  ]) {
    rows.push(await run(command, 8));
  }
  table(title, rows);
});

await part('Frames: commands that go frame by frame', async (title) => {
  const data = structures(100_000);
  const rows = [];
  for (const command of [
    ['make_descriptors', data],
    ['make_descriptors', data, '--species'],
    ['trajectory', data],
    ['trajectory', structures(192_000)],
  ]) {
    for (const shards of [1, 5, 12]) {
      const output =
        command[0] === 'make_descriptors' ? ['-o', join(folder, 'merged.npy'), '--overwrite'] : [];
      rows.push(await run(command, shards, { output }));
    }
  }
  table(title, rows);
});

await part('Million environments: entropy, 4 of 256 shards', async (title) => {
  const some = [3, 77, 130, 201];
  table(title, [await run(['entropy', structures(1_000_000)], 256, { some })]);
});

async function part(title, measure) {
  if (asked.length === 0 || asked.includes(title.split(/[ :]/, 1)[0])) await measure(title);
}

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

/** Plans, runs all shards or some, and merges. */
async function run(command, shards, { some = undefined, output = [] } = {}) {
  const work = join(folder, 'work');
  rmSync(work, { recursive: true, force: true });
  const planning = await process_(['shard', 'plan', '--shards', String(shards), '-o', work, ...command]);
  const { cost } = JSON.parse(readFileSync(join(work, 'manifest.json'), 'utf8'));
  const numbers = some ?? Array.from({ length: shards }, (_, shard) => shard);
  const start = performance.now();
  const tasks = numbers.values();
  const measured = [];
  const worker = async () => {
    for (const shard of tasks) {
      measured.push(await process_(['shard', 'run', work, '-i', String(shard), '-j', '1']));
    }
  };
  await Promise.all(Array.from({ length: CORES }, worker));
  const wall = (performance.now() - start) / 1000;
  const merging = some ? undefined : await process_(['shard', 'merge', work, ...output]);
  const factor = shards / numbers.length;
  return {
    command: command.map((word) => basename(word)).join(' '),
    shards,
    planning,
    wall: some ? NaN : wall,
    processor: measured.reduce((total, one) => total + one.processor, 0) * factor,
    cost,
    memory: Math.max(...measured.map(({ memory }) => memory)),
    merging,
    disk: some ? NaN : sizeOf(work),
  };
}

/** Bytes of the files of a folder. */
function sizeOf(path) {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

/** A run of the command: its time and processor time in seconds, its largest memory in MB. */
async function process_(words) {
  const args = ['-f', '%e %U %S %M', process.execPath, BIN, ...words, '--quiet'];
  const child = spawn('/usr/bin/time', words[1] === 'merge' ? args.slice(0, -1) : args, {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk) => (text += chunk));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) throw new Error(text);
  const [wall, user, system, memory] = text.trim().split('\n').at(-1).split(' ').map(Number);
  return { wall, processor: user + system, memory: memory / 1e3 };
}

function table(title, rows) {
  const oneOf = ({ command }) => rows.find((row) => row.command === command && row.shards === 1);
  const mb = (bytes) => (bytes / 1e6).toFixed(0);
  const columns = {
    command: ({ command }) => command,
    shards: ({ shards }) => String(shards),
    'plan (s)': ({ planning }) => planning.wall.toFixed(1),
    'wall time (s)': ({ wall }) => (Number.isNaN(wall) ? '–' : wall.toFixed(1)),
    'processor time (s)': ({ processor }) => processor.toFixed(1),
    'by the plan (s)': ({ cost }) => cost.coreSeconds.toFixed(1),
    'by the plan / measured': ({ cost, processor }) => (cost.coreSeconds / processor).toFixed(2),
    efficiency: (row) => {
      const one = oneOf(row);
      return one === undefined ? '–' : (one.processor / row.processor).toFixed(2);
    },
    'memory (MB)': ({ memory, cost }) => `${memory.toFixed(0)} of ${mb(cost.taskBytes)}`,
    'disk (MB)': ({ disk, cost }) => `${Number.isNaN(disk) ? '–' : mb(disk)} of ${mb(cost.diskBytes)}`,
    'merge (s)': ({ merging }) => merging?.wall.toFixed(1) ?? '–',
    'memory of the merge (MB)': ({ merging, cost }) =>
      `${merging?.memory.toFixed(0) ?? '–'} of ${mb(cost.mergeBytes)}`,
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
