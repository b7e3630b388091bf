import { type Delta, type DeltaBatch, startDelta } from '../session/delta.js';
import type { SetFacts } from '../session/load-set.js';
import { checkHolds } from '../session/output.js';
import type { PairFiles, PairFlags } from '../session/pair-options.js';
import type { Session } from '../session/session.js';
import { sharded, type StoredSums } from './sharding.js';

/**
 * Reads the reference set, and prepares to go through the test set; undefined where there is
 * nothing more to do, since the work was planned for shards.
 */
export async function pairDelta(
  session: Session,
  files: PairFiles,
  flags: PairFlags,
): Promise<Delta | undefined> {
  const groups = [files.test, files.reference];
  const stored = await sharded(session, groups, flags, [flags.bandwidth], async (planner, batches) => {
    const reference = await planner.reference(batches(1));
    planner.sums(await planner.queries(batches(0), reference), reference);
  });
  if (stored === 'planned') return undefined;
  return stored === undefined ? startDelta(session, files, flags) : storedDelta(session, stored);
}

/** δH that shards computed. Structures are read again where they are written. */
function storedDelta(session: Session, stored: StoredSums): Delta {
  const [test, reference] = stored.sets as readonly [SetFacts, SetFacts];
  checkHolds(session.output, test.file, test.holds);
  async function* all(): AsyncGenerator<DeltaBatch, void, undefined> {
    for await (const values of stored.deltas(0)) {
      const { length: rows } = values;
      yield {
        x: { ...test.x, rows, frames: 1, frameOffsets: Uint32Array.of(0, rows), sources: null },
        values,
      };
    }
  }
  return {
    reference,
    test,
    batches: session.output?.kind === 'environments' ? stored.valued(0, 0) : all(),
    summary: () => ({
      rows: test.x.rows,
      kind: test.x,
      descriptorSeconds: test.seconds,
      seconds: stored.seconds,
      meanError: 0,
    }),
  };
}
