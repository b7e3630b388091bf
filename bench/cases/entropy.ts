import type { Case, Group } from '../case.js';
import { denseRows, diverseRows } from '../data/sets.js';
import { NATIVE, PYTHON, PYTHON_2000, SKLEARN, WASM } from '../engines/engine.js';
import { speed } from '../target.js';
import { partOf } from './part.js';

const DENSE_LIMIT = 'products and exponentials; see the roofline';
const DIVERSE_LIMIT =
  'pairs within reach that the bounds of leaves and panels cannot leave out; these run at the rate of ' +
  'the roofline';

const dense8k: Case = {
  name: 'entropy-dense-8k',
  title: 'entropy of 8,788 environments of one phase (nothing to leave out), exact',
  task: async () => ({ kind: 'entropy', matrix: await denseRows(13) }),
  engines: [NATIVE, WASM, PYTHON, PYTHON_2000, SKLEARN],
  tolerance: 1e-9,
  work: { amount: 8788 ** 2, unit: 'pairs' },
  targets: [speed('native', 'python', { least: 8, aim: 15, limit: DENSE_LIMIT })],
};

const dense49k: Case = {
  name: 'entropy-dense-49k',
  title: 'entropy of 48,668 environments of one phase (nothing to leave out), exact',
  task: async () => ({ kind: 'entropy', matrix: await denseRows(23) }),
  engines: [NATIVE, WASM, PYTHON, PYTHON_2000],
  tolerance: 1e-9,
  reduced: partOf(() => denseRows(23), 48_668),
  work: { amount: 48_668 ** 2, unit: 'pairs' },
  targets: [speed('native', 'python', { least: 8, aim: 15, limit: DENSE_LIMIT })],
};

/** Exact entropy of all environments of a folder of the shared data. */
function diverse(folder: string, rows: number): Case {
  return {
    name: `entropy-${folder}`,
    title: `entropy of all ${rows.toLocaleString('en')} environments of ${folder}, diverse, exact`,
    task: async () => ({ kind: 'entropy', matrix: await diverseRows([folder]) }),
    engines: [NATIVE, WASM, PYTHON, PYTHON_2000],
    tolerance: 1e-9,
    reduced: partOf(() => diverseRows([folder]), rows),
    work: { amount: rows ** 2, unit: 'pairs' },
    targets: [speed('native', 'python', { least: 15, aim: 50, limit: DIVERSE_LIMIT })],
  };
}

/** A set against itself. */
export const entropyCases: Group = {
  name: 'entropy',
  title: 'Entropy',
  cases: [dense8k, dense49k, diverse('molecular', 67_381), diverse('mlearn', 45_266)],
};
