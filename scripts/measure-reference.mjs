// node scripts/measure-reference.mjs ROWS [FOLDER]: builds a stored reference of so many
// environments of a diverse set, and measures what docs/notes/references.md says of it: the build,
// opening it, δH of 1,000 environments cold and warm, and bytes read. Needs the build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mulberry32 } from './random.mjs';

const WIDTH = 63;
/** Environments of a phase, on a sheet of a few dimensions, as those of real data are. */
const PHASE = 20_000;
const DIMENSIONS = 6;
const BATCH = 100_000;

const { buildReference, deltaEntropy, DescriptorMatrix, openReference } = await import('../dist/node.js');

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

const [count = '100000', place] = process.argv.slice(2);
const total = Number(count);
const phases = Math.max(2, Math.round(total / PHASE));

if (process.env.QUESTS_MEASURED !== undefined) {
  const before = resident();
  let start = performance.now();
  const file = await openReference(process.env.QUESTS_MEASURED);
  const opened = file.bytesRead;
  process.stdout.write(`open: ${seconds(start)} s, ${before} to ${resident()} MB resident\n`);
  // 1,000 environments of three phases.
  const parts = Array.from({ length: 1000 }, (_, at) => rows((at % 3) + phases * (10 ** 7 + at), 1, phases));
  const data = new Float64Array(1000 * WIDTH);
  parts.forEach((part, at) => data.set(part.data, at * WIDTH));
  const y = new DescriptorMatrix(data, { width: WIDTH, k: 32, cutoff: 5 });
  for (const name of ['cold', 'warm']) {
    start = performance.now();
    const dH = await deltaEntropy(y, file);
    const mean = dH.reduce((sum, value) => sum + value, 0) / dH.length;
    const read = file.bytesRead - opened;
    process.stdout.write(
      `dH of 1,000, ${name}: ${seconds(start)} s, mean ${mean.toFixed(6)}, read ${megabytes(read)} MB, ` +
        `${((100 * read) / file.facts.bytes).toFixed(1)} % of ${megabytes(file.facts.bytes)} MB; ` +
        `${resident()} MB resident\n`,
    );
  }
  await file.close();
} else {
  const folder = mkdtempSync(join(place ?? tmpdir(), 'measure-reference-'));
  try {
    const path = join(folder, 'set.qref');
    const batches = async function* () {
      for (let first = 0; first < total; first += BATCH)
        yield rows(first, Math.min(BATCH, total - first), phases);
    };
    const start = performance.now();
    await buildReference(batches(), path);
    process.stdout.write(
      `${total} environments, ${phases} phases: built in ${seconds(start)} s, ${resident()} MB resident, ` +
        `${megabytes(statSync(path).size)} MB\n`,
    );
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), count], {
      env: { ...process.env, QUESTS_MEASURED: path },
      stdio: 'inherit',
    });
    process.exitCode = child.status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
