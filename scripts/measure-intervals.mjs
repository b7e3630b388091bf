// node scripts/measure-intervals.mjs [entropy|diversity|dH] [environments, 20000 unless given]
// [seeds, 100] [set …]: how often the 95 % intervals of --tolerance hold the exact value, and what
// they cost, on sets that are hard to sample. A million environments take minutes each.
import { deltaEntropy, DescriptorMatrix, diversity, entropy, metrics } from '../dist/node.js';
import { mulberry32, normal } from './random.mjs';

const [what = 'entropy', rows = '20000', seeds = '100', ...asked] = process.argv.slice(2);
const [N, SEEDS] = [Number(rows), Number(seeds)];
/** Queries of dH, and tolerances. */
const QUERIES = 2000;
const TOLERANCES = what === 'dH' ? [0.3, 0.05] : [0.05, 0.02, 0.01];
/** h, in the unit of the columns. */
const H = 0.1;

/** Rows about the origin, `spread` bandwidths wide along each of `width` columns. */
function cluster(next, width, spread, centre = 0) {
  return Array.from({ length: width }, () => centre + spread * H * normal(next));
}

/** A dense cluster of which a share are outliers, each on its own. */
function withOutliers(share, width, spread) {
  return {
    width,
    row: (next) => (next() < share ? cluster(next, width, 200) : cluster(next, width, spread)),
  };
}

/** Copies of one row, and a share of rows that are each on their own. */
function copiesAndSingles(share) {
  return {
    width: 8,
    row: (next) => (next() < share ? cluster(next, 8, 200) : [0, 0, 0, 0, 0, 0, 0, 0]),
    entropy: ({ data, rows }) => {
      const copies = data.filter((value, at) => at % 8 === 0 && value === 0).length;
      return Math.log(rows) - (copies / rows) * Math.log(copies);
    },
  };
}

/** Number of a cluster when their sizes fall as 1/rank². */
function rank(next, most) {
  return Math.min(most, Math.floor(1 / (1 - next() * (1 - 1 / most))));
}

const SETS = {
  'outliers 0.01 %': withOutliers(1e-4, 8, 0.1),
  'outliers 0.1 %': withOutliers(1e-3, 8, 0.1),
  'outliers 0.3 %': withOutliers(3e-3, 8, 0.1),
  'outliers 1 %': withOutliers(1e-2, 8, 0.1),
  'wide cluster, outliers 0.1 %': withOutliers(1e-3, 8, 1),
  'wide cluster, outliers 1 %': withOutliers(1e-2, 8, 1),
  // Nine of ten rows are copies of 20 rows.
  'duplicates and singles': {
    width: 8,
    row: (next) => {
      if (next() > 0.9) return cluster(next, 8, 200);
      const copied = mulberry32(1000 + Math.floor(next() * 20));
      return cluster(copied, 8, 200);
    },
  },
  'duplicates, 0.1 % singles': {
    width: 8,
    row: (next) => (next() > 0.999 ? cluster(next, 8, 200) : cluster(mulberry32(1), 8, 200)),
  },
  // The same with H from the number of copies, for sets whose exact sum takes too long.
  'copies, 0.1 % singles': copiesAndSingles(1e-3),
  'copies, 0.01 % singles': copiesAndSingles(1e-4),
  // Distances from the centre fall as a Cauchy distribution.
  'heavy tails': {
    width: 8,
    row: (next) => {
      const scale = 0.2 / Math.abs(normal(next));
      return cluster(next, 8, scale);
    },
  },
  'clusters of all sizes': {
    width: 8,
    row: (next) => {
      const centre = mulberry32(5000 + rank(next, 3000));
      return cluster(centre, 8, 200).map((value) => value + 0.1 * H * normal(next));
    },
  },
  '300 columns, outliers 0.1 %': withOutliers(1e-3, 300, 0.05),
  '300 columns, outliers 1 %': withOutliers(1e-2, 300, 0.05),
  // A sheet: rows vary along two columns only.
  'one sheet': {
    width: 8,
    row: (next) => [20 * H * next(), 20 * H * next(), ...cluster(next, 6, 0.1)],
  },
};

const chosen = asked.length === 0 ? Object.keys(SETS) : asked;
for (const name of chosen) {
  const set = SETS[name];
  if (set === undefined) throw new Error(`no set "${name}"; there are ${Object.keys(SETS).join('; ')}`);
  const x = matrixOf(set, N, 1);
  if (what === 'dH') await ofDelta(name, matrixOf(set, QUERIES, 2), x);
  else if (what === 'diversity') await ofDiversity(name, x);
  else await ofEntropy(name, x, set.entropy);
}

function matrixOf({ width, row }, count, seed) {
  const next = mulberry32(seed);
  const data = new Float64Array(count * width);
  for (let at = 0; at < count; at++) data.set(row(next), at * width);
  return new DescriptorMatrix(data, { width });
}

async function ofEntropy(name, x, known) {
  const exact = await timed(() => known?.(x) ?? entropy(x, { bandwidth: H }));
  for (const tolerance of TOLERANCES) {
    const found = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      found.push(await timed(() => entropy(x, { bandwidth: H, tolerance, seed })));
      // Exact: each seed gives the same.
      if (found[0].value.error === 0) break;
    }
    report(
      name,
      tolerance,
      exact,
      found.map(({ value, seconds }) => ({ ...value, seconds })),
    );
  }
}

async function ofDiversity(name, x) {
  const exact = await timed(() => diversity(x, { bandwidth: H }));
  for (const tolerance of TOLERANCES) {
    const found = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      const { value, seconds } = await timed(() => metrics(x, { bandwidth: H, tolerance, seed }));
      found.push({ ...value.diversity, seconds });
      if (found[0].error === 0) break;
    }
    report(name, tolerance, exact, found);
  }
}

async function ofDelta(name, y, x) {
  const exact = await timed(async () => {
    const values = await deltaEntropy(y, x, { bandwidth: H });
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  for (const tolerance of TOLERANCES) {
    const found = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      found.push(await timed(() => deltaEntropy(y, x, { bandwidth: H, tolerance, seed })));
      if (found[0].value.mean.error === 0) break;
    }
    report(
      name,
      tolerance,
      exact,
      found.map(({ value, seconds }) => ({ ...value.mean, seconds })),
    );
  }
}

async function timed(work) {
  // Of the processor, on all cores: others may use the machine.
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (user + system) / 1e6 };
}

function report(name, tolerance, exact, found) {
  const mean = (of) => found.reduce((sum, one) => sum + of(one), 0) / found.length;
  const held = found.filter(({ low, high }) => low <= exact.value && exact.value <= high).length;
  const width = mean(({ error }) => error);
  const bias = mean(({ value }) => value) - exact.value;
  const spread = Math.sqrt(mean(({ value }) => (value - exact.value - bias) ** 2));
  const largest = Math.max(...found.map(({ error }) => error));
  const columns = [
    name.padEnd(30),
    spaced(N).padStart(8),
    String(tolerance).padStart(6),
    exact.value.toFixed(4).padStart(9),
    width === 0 ? 'exact'.padStart(12) : `${held} of ${found.length}`.padStart(12),
    width === 0 ? '' : (bias / width).toFixed(2).padStart(6),
    width === 0 ? '' : (spread / width).toFixed(2).padStart(5),
    width.toExponential(1).padStart(8),
    largest.toExponential(1).padStart(8),
    mean(({ seconds }) => seconds)
      .toFixed(2)
      .padStart(7),
    exact.seconds.toFixed(2).padStart(7),
  ];
  console.log(columns.join('  '));
}

function spaced(count) {
  return count.toLocaleString('en').replaceAll(',', ' ');
}
