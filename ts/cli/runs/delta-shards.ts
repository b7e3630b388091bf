import { type Delta, type DeltaBatch, startDelta } from '../session/delta.js';
import { QuestsError } from '../../base/error.js';
import type { Batch } from '../session/describer.js';
import * as analysis from '../../faces/node/analysis.js';
import type { SetFacts } from '../session/load-set.js';
import { refuseLevelInShards } from '../session/novel-level.js';
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
  refuseLevelInShards(session, flags);
  const groups = [files.test, files.reference];
  const stored = await sharded(session, groups, flags, [flags.bandwidth], async (planner, batches) => {
    const [own, known] = [new Set<string>(), new Set<string>()];
    const reference = await planner.reference(batches(1, speciesInto(known)));
    planner.sums(await planner.queries(batches(0, speciesInto(own)), reference), reference);
    if (flags.species) checkKnown(analysis.missingElements(own, [known]), files);
  });
  if (stored === 'planned') return undefined;
  if (stored === undefined) return startDelta(session, files, flags);
  return storedDelta(session, stored);
}

function speciesInto(all: Set<string>): (batch: Batch) => Promise<void> {
  return async ({ structures = [] }) => {
    for (const { species = [] } of structures) for (const each of species) all.add(each);
    return Promise.resolve();
  };
}

/** Refuses what shards, which keep no elements, would count as known. */
function checkKnown(missing: readonly string[], { reference }: PairFiles): void {
  if (missing.length === 0) return;
  const problem = `the reference has no ${missing.join(', ')}, whose environments are new with --species`;
  throw new QuestsError('MISMATCH', `${reference.join(', ')}: ${problem}; compute without shards`);
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
      mostNovel: undefined,
      largest: undefined,
      rows: test.x.rows,
      kind: test.x,
      descriptorSeconds: test.seconds,
      seconds: stored.seconds,
      meanError: 0,
      // Shards of data that lack elements are refused when they are planned.
      missing: [],
      missingRows: null,
    }),
  };
}
