import type { Reduced } from '../case.js';

/** Queries of a part: enough to keep every thread busy for seconds. */
const PART_ROWS = 10_000;

/**
 * A set against itself, cut down for engines that compute every pair by itself: their sum over the
 * first 10,000 rows against all. Their time is linear in the number of queries.
 */
export function partOf(matrix: () => Promise<string>, rows: number): Reduced {
  return {
    task: async () => {
      const path = await matrix();
      return { kind: 'deltaEntropy', test: path, reference: path, rows: PART_ROWS };
    },
    factor: rows / PART_ROWS,
    label:
      `extrapolated from the first ${PART_ROWS.toLocaleString('en')} of ${rows.toLocaleString('en')} ` +
      'rows, each against all',
  };
}
