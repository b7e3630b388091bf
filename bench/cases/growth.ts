import type { Case, Group } from '../case.js';
import { replicatedRows, storedRows } from '../data/sets.js';
import { NATIVE, PYTHON, STORED } from '../engines/engine.js';
import { seconds, type Target } from '../target.js';
import { copperRows, needTolerance } from './tolerance.js';

/** Sizes at which the Python package is timed as well: beyond, a run would take minutes. */
const PYTHON_SIZES = [1_000, 3_000, 10_000, 30_000];

/** Sizes at which entropy is exact. */
const EXACT_SIZES = [...PYTHON_SIZES, 100_000];

/** Sizes at which an error is put up with; the exponent is fitted from the first to the last. */
const TOLERANT_SIZES = [100_000, 300_000, 1_000_000];

/** Sizes of sets in files; no memory need hold the last. */
const STORED_SIZES = [...TOLERANT_SIZES, 10_000_000];

/** Beyond this many rows, the expected value is that of another sample: exact sums take hours. */
const EXPECTED_EXACT = 1_000_000;

/** Largest number of rows, of which the others take the first. */
const ALL_ROWS = 100_000;

/** Error in nats. */
const TOLERANCE = 1e-3;

/** That of which a sample of environments suffices. */
const WIDE_TOLERANCE = 0.02;

function exact(rows: number): Case {
  return {
    name: `growth-exact-${rows}`,
    title: `entropy of ${rows.toLocaleString('en')} environments of rattled replicas, exact`,
    task: async () => ({ kind: 'entropy', matrix: await replicatedRows(ALL_ROWS, 1), rows }),
    engines: PYTHON_SIZES.includes(rows) ? [NATIVE, PYTHON] : [NATIVE],
    trusted: PYTHON,
    tolerance: 1e-9,
  };
}

const MILLION = { least: 300, aim: 60, limit: 'pairs within reach, which are sampled or summed' };

/** Entropy within a tolerance, in nats: of pairs where it is narrow, of environments where wide. */
function tolerant(kind: 'tolerance' | 'sample', tolerance: number, rows: number): Case {
  return {
    name: `growth-${kind}-${rows}`,
    title: `entropy of ${rows.toLocaleString('en')} environments of rattled replicas, ± ${tolerance} nats`,
    task: async () => {
      await needTolerance();
      return { kind: 'entropy', matrix: await replicatedRows(rows, 1), tolerance };
    },
    engines: [NATIVE],
    trusted: NATIVE,
    // Twice the tolerance over the smallest H there is among these.
    tolerance: (2 * tolerance) / 8,
    targets: kind === 'tolerance' && rows === 1_000_000 ? [seconds('native', MILLION)] : [],
  };
}

/** The same of a set in a file. */
function stored(rows: number): Case {
  return {
    name: `growth-stored-${rows}`,
    title:
      `entropy of ${rows.toLocaleString('en')} environments of rattled replicas in a file, ` +
      `± ${WIDE_TOLERANCE} nats`,
    task: async () => ({
      kind: 'entropy',
      matrix: await storedRows(rows, 1),
      tolerance: WIDE_TOLERANCE,
      ...(rows > EXPECTED_EXACT && { expectedSeed: 1 }),
    }),
    engines: [STORED],
    trusted: STORED,
    tolerance: (2 * WIDE_TOLERANCE) / 8,
    targets: rows === STORED_SIZES.at(-1) ? [seconds('stored', TEN_MILLION), GROWTH_MEMORY] : [],
  };
}

const TEN_MILLION = { least: 900, aim: 300, limit: 'passes over the file, and what is near the sample' };

/** Peak memory of the process, in GB. */
const GROWTH_MEMORY: Target = {
  what: 'stored, peak memory',
  unit: 'GB',
  least: 2,
  aim: 1,
  better: 'less',
  measure: ([measured]) => measured && measured.first.peak / 1e9,
  limit: 'the index of leaves, and leaves that are kept',
};

const million: Case = {
  name: 'tolerance-copper',
  title: `entropy of 1,000,188 environments of one rattled Cu cell, ± ${TOLERANCE} nats`,
  task: async () => {
    await needTolerance();
    return { kind: 'entropy', matrix: await copperRows(), tolerance: TOLERANCE };
  },
  engines: [NATIVE],
  trusted: NATIVE,
  tolerance: (2 * TOLERANCE) / 4,
  targets: [seconds('native', MILLION)],
};

/** How time grows with the number of environments. */
export const growthCases: Group = {
  name: 'growth',
  title: 'Growth',
  cases: [
    ...EXACT_SIZES.map(exact),
    ...TOLERANT_SIZES.map((rows) => tolerant('tolerance', TOLERANCE, rows)),
    ...TOLERANT_SIZES.map((rows) => tolerant('sample', WIDE_TOLERANCE, rows)),
    ...STORED_SIZES.map(stored),
    million,
  ],
};
