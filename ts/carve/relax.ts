import { deltaEntropy } from '../entropy/entropy.js';
import { referenceSet } from '../kernel/reference-set.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { BREATH, breathe } from '../run/job.js';
import { MonteCarloStructure, type Proposal } from '../select/monte-carlo.js';
import { RandomStream } from '../statistics/random.js';
import type { Vector } from '../model/cell.js';
import { imagesOf } from './bases.js';
import type { Contacts } from './contacts.js';
import type { Cut } from './cut.js';
import { joined, type Known, knownBelow } from './judge.js';
import { describeRows } from './rows.js';
import type { CarveSettings } from './settings.js';

/** Standard deviation of a displacement along each axis, at first and at least, in Å. */
const FIRST_STEP = 0.15;
const LEAST_STEP = 0.005;

/** A step that was taken lengthens the next, one that was not shortens it. */
const LONGER = 1.15;
const SHORTER = 0.97;

/** An environment counts for no more, in nats: others are not given up for one far off. */
const MOST_EXCESS = 1e6;

type Changed = Pick<Proposal, 'atoms' | 'rows'>;

/**
 * Moves the outer atoms of a cut until all environments are like those of the reference or of the
 * surroundings: steps that lower the sum of max(0, δH − ε) over the atoms are taken.
 *
 * @returns undefined where nothing could be made better
 */
export async function relaxed(
  cut: Cut,
  { local, reference }: Known,
  contacts: Contacts,
  settings: CarveSettings,
): Promise<Cut | undefined> {
  const { fixRadius, steps, seed, bandwidth, backend, signal } = settings;
  const outer = [...cut.distances.keys()].filter((at) => (cut.distances[at] as number) > fixRadius);
  if (outer.length === 0 || steps === 0) return undefined;
  const near = await referenceSet(local, { backend });
  try {
    const current = new MonteCarloStructure(cut.structure, near, { bandwidth, signal });
    await current.settle(current.configuration);
    const { width, k, cutoff, species } = local;
    /** δH with respect to the reference, where some environments are others than before. */
    const toReference = async (before: Float64Array, { atoms, rows }: Changed): Promise<Float64Array> => {
      if (atoms.length === 0) return before;
      const y = new DescriptorMatrix(rows, { width, k, cutoff, species });
      const values = await deltaEntropy(y, reference, { bandwidth, backend, signal });
      const after = before.slice();
      atoms.forEach((atom, at) => (after[atom] = values[at] as number));
      return after;
    };
    const limit = knownBelow(settings);
    const scoreOf = (ofReference: Float64Array, ofLocal: Float64Array): number =>
      ofReference.reduce((sum, value, at) => {
        const excess = joined(value, ofLocal[at] as number) - limit;
        return sum + Math.min(Math.max(0, excess), MOST_EXCESS);
      }, 0);
    const random = new RandomStream(seed);
    let known = await deltaEntropy(await describeRows(cut.structure, settings), reference, {
      bandwidth,
      backend,
      signal,
    });
    const first = scoreOf(known, current.dH);
    let [score, size, breath] = [first, FIRST_STEP, performance.now()];
    for (let step = 0; step < steps && score > 0; step++) {
      if (performance.now() - breath >= BREATH) {
        await breathe();
        breath = performance.now();
      }
      signal?.throwIfAborted();
      const atom = outer[random.below(outer.length)] as number;
      const before = current.configuration.positions;
      const positions = before.slice();
      for (let axis = 0; axis < 3; axis++) {
        positions[3 * atom + axis] = (positions[3 * atom + axis] as number) + size * random.normal();
      }
      let isBetter = false;
      if (isFree({ before, positions }, atom, cut, contacts)) {
        const proposal = await current.moved(positions);
        const next = await toReference(known, proposal);
        const nextScore = scoreOf(next, proposal.dH);
        isBetter = nextScore < score;
        if (isBetter) {
          current.accept(proposal);
          [known, score] = [next, nextScore];
        }
      }
      size = Math.max(LEAST_STEP, size * (isBetter ? LONGER : SHORTER));
    }
    if (score === first) return undefined;
    return { ...cut, structure: { ...cut.structure, positions: current.configuration.positions } };
  } finally {
    near.dispose();
  }
}

/** Whether an atom has come too near to none, or was as near before. */
function isFree(
  { before, positions }: Readonly<Record<'before' | 'positions', Float64Array>>,
  atom: number,
  { structure: { cell } }: Cut,
  contacts: Contacts,
): boolean {
  const rows = cell && [0, 3, 6].map((at): Vector => [cell[at] ?? 0, cell[at + 1] ?? 0, cell[at + 2] ?? 0]);
  const shifts: Vector[] = [[0, 0, 0], ...(rows === undefined ? [] : imagesOf(rows))];
  for (let other = 0; other < positions.length / 3; other++) {
    if (other === atom) continue;
    const seam = contacts.seam(atom, other);
    for (const shift of shifts) {
      const gap = (of: Float64Array): number =>
        Math.hypot(
          ...shift.map((x, axis) => (of[3 * atom + axis] as number) - (of[3 * other + axis] as number) - x),
        );
      const now = gap(positions);
      if (now < seam && now < gap(before)) return false;
    }
  }
  return true;
}
