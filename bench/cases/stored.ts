import { statSync } from 'node:fs';
import { join } from 'node:path';
import { descriptors } from 'quests';
import type { Case, Group } from '../case.js';
import { DATA, kept, writeRows } from '../data/files.js';
import { replicatedRows, storedRows } from '../data/sets.js';
import { thousandAtoms } from '../data/structures.js';
import { NATIVE, STORED } from '../engines/engine.js';
import { seconds, speed, type Target } from '../target.js';

/** Environments of the reference. */
const ROWS = 1_000_000;

/** Queries: those of 500 frames of 50 atoms. */
const QUERIES = 25_000;

const many: Case = {
  name: 'stored-delta',
  title: `δH of ${QUERIES.toLocaleString('en')} environments on 1,000,000, prepared in memory or in a file`,
  task: async () => ({
    kind: 'stored',
    test: await replicatedRows(50_000, 2),
    rows: QUERIES,
    reference: await replicatedRows(ROWS, 1),
    file: await storedRows(ROWS, 1),
  }),
  engines: [NATIVE, STORED],
  trusted: NATIVE,
  tolerance: 1e-9,
  targets: [
    speed('stored', 'native', {
      least: 1 / 1.3,
      aim: 1,
      limit: 'leaves that are read, checked and laid out, as many as memory takes',
    }),
  ],
};

const open: Case = {
  name: 'stored-open',
  title: 'opening a stored reference of 1,000,000 environments',
  task: async () => ({ kind: 'open', file: await storedRows(ROWS, 1) }),
  engines: [STORED],
  trusted: STORED,
  tolerance: 1e-9,
  targets: [
    seconds('stored', { least: 0.5, aim: 0.05, limit: 'the index of leaves, which is read and checked' }),
  ],
};

const SHARE: Target = {
  what: 'stored, share of the file that is read',
  unit: '×',
  least: 0.15,
  aim: 0.05,
  better: 'less',
  // Which leaves are near depends on the instruction set a little: it is no number to check.
  measure: ([measured]) =>
    measured && measured.first.bytes / statSync(join(DATA, `replicas-${ROWS}-1.qref`)).size,
  limit: 'leaves of 240 environments, some of which are near',
};

const one: Case = {
  name: 'stored-structure',
  title: 'δH of one structure of 1,000 atoms on 1,000,000 environments in a file, opened for it',
  task: async () => ({
    kind: 'stored',
    test: await kept('thousand.npy', async (path) => writeRows(path, await descriptors([thousandAtoms()]))),
    file: await storedRows(ROWS, 1),
  }),
  engines: [STORED],
  trusted: STORED,
  tolerance: 1e-9,
  targets: [SHARE],
};

/** References in files. */
export const storedCases: Group = { name: 'stored', title: 'Stored references', cases: [many, open, one] };
