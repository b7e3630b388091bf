// node scripts/measure-merging.mjs FILE...: what `reference build --merge` leaves of files of
// structures, each a set of its own, and what it changes in dH: docs/reference.md has the table.
// Half of the environments are the reference, 4,000 of the other half are asked. Needs the build.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const SHARES = [0.1, 0.3, 1];
const QUERIES = 4000;

const { buildReference, deltaEntropy, descriptorBatches, DescriptorMatrix, openReference, readStructures } =
  await import('../dist/node.js');

async function all(series) {
  const found = [];
  for await (const one of series) found.push(one);
  return found;
}

/** Every `stride`-th row from `first` on. */
function half(batches, first, stride) {
  const parts = batches.map(({ x }) => x);
  const { width, k, cutoff } = parts[0];
  const rows = parts.flatMap((x) => Array.from({ length: x.rows }, (_, row) => [x, row]));
  const picked = rows.filter((_, at) => at % stride === first);
  const data = new Float64Array(picked.length * width);
  for (const [at, [x, row]] of picked.entries()) {
    data.set(x.data.subarray(row * width, (row + 1) * width), at * width);
  }
  return new DescriptorMatrix(data, { width, k, cutoff });
}

const folder = mkdtempSync(join(tmpdir(), 'measure-merging-'));
try {
  console.log('| set | within | environments | stored | file | least change | largest change | bound |');
  for (const file of process.argv.slice(2)) {
    const batches = await all(descriptorBatches(readStructures(file)));
    const known = half(batches, 0, 2);
    const stride = Math.max(2, 2 * Math.floor(known.rows / QUERIES));
    const asked = half(batches, 1, stride);
    const exact = await deltaEntropy(asked, known);
    for (const merge of SHARES) {
      const path = join(folder, `${merge}.qref`);
      const one = async function* () {
        yield known;
      };
      const { stored } = await buildReference(one(), path, { merge, overwrite: true });
      const x = await openReference(path);
      const found = await deltaEntropy(asked, x);
      let [low, high, bound, tightest] = [Infinity, -Infinity, [0, 0], 0];
      for (const [row, value] of found.entries()) {
        const change = value - exact[row];
        const { below, above } = x.mergedBound(value);
        if (change < -below - 1e-9 || change > above + 1e-9) throw new Error(`row ${row} is out of bounds`);
        if (change > high) bound = [below, above];
        [low, high] = [Math.min(low, change), Math.max(high, change)];
        tightest = Math.max(tightest, change / above);
      }
      const size = `${(statSync(path).size / 1e6).toFixed(1)} MB`;
      const [below, above] = bound.map((value) => value.toFixed(4));
      console.log(
        `| ${basename(file)} | ${merge} h | ${known.rows} ` +
          `| ${stored} (${((100 * stored) / known.rows).toFixed(1)} %) ` +
          `| ${size} | ${low.toFixed(6)} | ${high.toFixed(6)} | −${below} … +${above} |`,
      );
      await x.close();
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
