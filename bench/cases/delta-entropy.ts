import type { Case, Group } from '../case.js';
import { denseRows, replicatedRows } from '../data/sets.js';
import { NATIVE, PYTHON, PYTHON_2000, WASM } from '../engines/engine.js';
import { speed } from '../target.js';
import type { DeltaEntropyTask } from '../task.js';

const PART_ROWS = 10_000;

/** δH of about 100,000 environments on about 50,000. */
function against(
  kind: 'dense' | 'diverse',
  rows: number,
  sets: () => Promise<{ test: string; reference: string }>,
  target: { least: number; aim: number; limit: string },
): Case {
  const task = async (): Promise<DeltaEntropyTask> => ({ kind: 'deltaEntropy', ...(await sets()) });
  return {
    name: `delta-entropy-${kind}`,
    title: `δH of ${rows.toLocaleString('en')} environments on 50,000, ${kind}`,
    task,
    engines: [NATIVE, WASM, PYTHON, PYTHON_2000],
    tolerance: 1e-9,
    reduced: {
      task: async () => ({ ...(await task()), rows: PART_ROWS }),
      factor: rows / PART_ROWS,
      label:
        `extrapolated from the first ${PART_ROWS.toLocaleString('en')} of ` +
        `${rows.toLocaleString('en')} rows`,
    },
    targets: [speed('native', 'python', target)],
  };
}

/** One set on another. */
export const deltaEntropyCases: Group = {
  name: 'delta-entropy',
  title: 'δH',
  cases: [
    against('dense', 97_556, async () => ({ test: await denseRows(29), reference: await denseRows(23) }), {
      least: 5,
      aim: 8,
      limit: 'every pair is computed once: products and exponentials; see the roofline',
    }),
    against(
      'diverse',
      100_000,
      async () => ({ test: await replicatedRows(100_000, 1), reference: await replicatedRows(50_000, 2) }),
      {
        least: 15,
        aim: 50,
        limit: 'queries far from the reference, taken again by log-sum-exp',
      },
    ),
  ],
};
