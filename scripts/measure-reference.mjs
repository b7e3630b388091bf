// node scripts/measure-reference.mjs ROWS [FOLDER [PHASES]]: builds a stored reference of so many
// environments, of 20,000 a phase unless the number of phases is given, and measures what
// docs/notes/references.md says of it: the build, opening it, δH of 1,000 environments cold and
// warm, bytes read, and H within a tolerance. In a folder that is named the file stays, and is
// measured if it is there already. QUESTS_PARTS=delta measures δH alone, QUESTS_PARTS= nothing, and
// makes the file. Needs the build.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mulberry32 } from './random.mjs';

const WIDTH = 63;
/** Environments of a phase, on a sheet of a few dimensions, as those of real data are. */
const PHASE = 20_000;
const DIMENSIONS = 6;
const BATCH = 100_000;

const { buildReference, deltaEntropy, DescriptorMatrix, entropy, openReference } =
  await import('../dist/node.js');

/** Numbers from −1 to 1, the same for the same seed. */
function noise(seed) {
  const next = mulberry32(seed);
  return () => 2 * next() - 1;
}

/** Rows of some phases, mixed: row i is of phase i mod their number. */
function rows(first, count, phases) {
  const data = new Float64Array(count * WIDTH);
  for (let at = 0; at < count; at++) {
    const phase = (first + at) % phases;
    const centre = noise(7919 * (phase + 1));
    const next = noise(104_729 * (first + at + 1));
    const place = Array.from({ length: DIMENSIONS }, () => 0.03 * next());
    for (let column = 0; column < WIDTH; column++) {
      const own = place[column % DIMENSIONS] * Math.cos(column + phase);
      data[at * WIDTH + column] = 0.3 * centre() + own + 0.001 * next();
    }
  }
  return new DescriptorMatrix(data, { width: WIDTH, k: 32, cutoff: 5 });
}

const seconds = (since) => ((performance.now() - since) / 1000).toFixed(2);
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const resident = () => megabytes(process.memoryUsage().rss);
const most = () => megabytes(1024 * process.resourceUsage().maxRSS);
const say = (line) => process.stdout.write(`${line}\n`);

/** Bytes of environments that may be in memory. */
const MEMORY = 2 ** 29;
/** Tolerance of H, in nats. */
const TOLERANCE = 0.02;

const [count = '100000', place, given] = process.argv.slice(2);
const total = Number(count);
const phases = given === undefined ? Math.max(2, Math.round(total / PHASE)) : Number(given);

/** 1,000 environments of three phases. */
function queries() {
  const data = new Float64Array(1000 * WIDTH);
  for (let at = 0; at < 1000; at++) {
    data.set(rows((at % Math.min(3, phases)) + phases * (10 ** 7 + at), 1, phases).data, at * WIDTH);
  }
  return new DescriptorMatrix(data, { width: WIDTH, k: 32, cutoff: 5 });
}

const share = (file, before) => {
  const read = file.bytesRead - before;
  return `read ${megabytes(read)} MB, ${((100 * read) / file.facts.bytes).toFixed(1)} % of the file`;
};

/** What is measured, each in a process of its own. */
const MEASURED = {
  async delta(file) {
    const y = queries();
    for (const name of ['cold', 'warm']) {
      const [start, before] = [performance.now(), file.bytesRead];
      const values = await deltaEntropy(y, file);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      say(`dH of 1,000, ${name}: ${seconds(start)} s, mean ${mean.toFixed(6)}; ${share(file, before)}`);
    }
  },
  async entropy(file) {
    const [start, before] = [performance.now(), file.bytesRead];
    const { value, error } = await entropy(file, { tolerance: TOLERANCE });
    say(
      `H within ${TOLERANCE}: ${seconds(start)} s, ${value.toFixed(5)} ± ${error.toFixed(5)}; ` +
        share(file, before),
    );
  },
};

const { QUESTS_MEASURED: measured, QUESTS_PART: part, QUESTS_PARTS: some } = process.env;
const parts = Object.keys(MEASURED).filter((name) => some === undefined || some.split(',').includes(name));
if (measured === undefined) {
  const folder = place ?? mkdtempSync(join(tmpdir(), 'measure-reference-'));
  try {
    const path = join(folder, `set-${total}-${phases}.qref`);
    if (!existsSync(path)) {
      const batches = async function* () {
        for (let first = 0; first < total; first += BATCH)
          yield rows(first, Math.min(BATCH, total - first), phases);
      };
      const start = performance.now();
      await buildReference(batches(), path);
      say(`built in ${seconds(start)} s, ${most()} MB resident at most`);
    }
    say(`${total} environments, ${phases} phases: ${megabytes(statSync(path).size)} MB`);
    for (const name of parts) {
      const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
        env: { ...process.env, QUESTS_MEASURED: path, QUESTS_PART: name },
        stdio: 'inherit',
      });
      process.exitCode ||= child.status ?? 1;
    }
  } finally {
    if (place === undefined) rmSync(folder, { recursive: true });
  }
} else {
  const before = resident();
  const start = performance.now();
  const file = await openReference(measured, { memory: MEMORY });
  say(`open: ${seconds(start)} s, ${before} to ${resident()} MB resident`);
  await MEASURED[part](file);
  const { user, system } = process.cpuUsage();
  say(`${((user + system) / 1e6).toFixed(1)} s of processor time, ${most()} MB resident at most`);
  await file.close();
}
