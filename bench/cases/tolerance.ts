import { DescriptorMatrix, entropy } from 'quests';
import { Absent, denseRows } from '../data/sets.js';

/** Cells of copper along an edge: 1,000,188 atoms. */
const MILLION_CELLS = 63;

/** Descriptors of a million atoms of one phase. */
export function copperRows(): Promise<string> {
  return denseRows(MILLION_CELLS);
}

/**
 * Lets a case sit out until the package knows the option `tolerance`: one without sense is then
 * refused.
 */
export async function needTolerance(): Promise<void> {
  const x = new DescriptorMatrix([0, 1], { width: 1 });
  const isRefused = await entropy(x, { tolerance: -1 } as object).then(
    () => false,
    () => true,
  );
  if (!isRefused) throw new Absent('there is no option tolerance yet');
}
