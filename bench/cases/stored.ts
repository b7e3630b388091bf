import type { Case, Group } from '../case.js';
import { replicatedRows, storedRows } from '../data/sets.js';
import { NATIVE } from '../engines/engine.js';
import { seconds, type Target } from '../target.js';
import type { StoredTask } from '../task.js';

/** Environments of the reference, and of those that are asked. */
const ROWS = 100_000;
const QUERIES = 10_000;

function stored(part: StoredTask['part'], title: string, targets: readonly Target[] = []): Case {
  return {
    name: `stored-${part}`,
    title,
    task: async () => {
      const reference = await replicatedRows(ROWS, 1);
      const test = await replicatedRows(50_000, 2);
      return { kind: 'stored', part, test, rows: QUERIES, reference, stored: await storedRows(reference) };
    },
    engines: [NATIVE],
    trusted: NATIVE,
    tolerance: 1e-9,
    targets,
  };
}

const AGAINST = `δH of ${QUERIES.toLocaleString('en')} on ${ROWS.toLocaleString('en')} environments`;

/** References in files. At most 1.3 times the time of the same set in memory is wanted. */
export const storedCases: Group = {
  name: 'stored',
  title: 'Stored references',
  cases: [
    stored('open', `opening a reference of ${ROWS.toLocaleString('en')} environments`, [
      seconds('native', { least: 0.5, aim: 0.1, limit: 'the index, some 0.1 % of the file' }),
    ]),
    stored('cold', `${AGAINST}, file just opened`),
    stored('warm', `${AGAINST}, file used before`),
    stored('memory', `${AGAINST}, reference in memory`),
  ],
};
