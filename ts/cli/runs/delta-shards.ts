import { type Delta, type DeltaBatch, startDelta } from '../session/delta.js';
import type { Batch } from '../session/describer.js';
import * as shards from '../../faces/node/shards.js';
import type { RowBlock } from '../../faces/node/shards.js';
import type { SetFacts } from '../session/load-set.js';
import { refuseLevelInShards } from '../session/novel-level.js';
import { checkHolds } from '../session/output.js';
import type { PairFiles, PairFlags } from '../session/pair-options.js';
import type { ValuedBatch } from '../session/result.js';
import type { Session } from '../session/session.js';
import { Collected } from '../session/summary.js';
import { MissingRows, type PlannedMissing } from './missing-rows.js';
import { type PlannedSets, sharded, type StoredSums } from './sharding.js';

/** What the merge needs to know of elements that the reference lacks. */
interface StoredMissing extends PlannedMissing {
  /** Numbers of these environments; none where labels tell elements apart: their δH is infinite. */
  readonly rows: readonly RowBlock[];
}

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
  const stored = await sharded(session, groups, flags, [flags.bandwidth], async (planner, batches, of) => {
    const reference = await planner.reference(batches(1));
    const watch = new MissingNotes(planner.notes('missing', 1), of);
    planner.sums(
      await planner.queries(
        batches(0, (batch) => watch.add(batch)),
        reference,
      ),
      reference,
    );
    return watch.finish();
  });
  if (stored === 'planned') {
    if (flags.tolerance !== undefined) {
      session.note('note: --tolerance: shards sum all that is near, the error is 0');
    }
    return undefined;
  }
  if (stored === undefined) return startDelta(session, files, flags);
  return storedDelta(session, stored, flags);
}

/** Notes which environments of the test set are of elements that the reference lacks. */
class MissingNotes {
  readonly #numbers: ReturnType<shards.Planner['notes']>;
  readonly #rows: MissingRows;
  readonly #isKept: boolean;

  constructor(numbers: ReturnType<shards.Planner['notes']>, of: PlannedSets) {
    this.#numbers = numbers;
    this.#rows = new MissingRows(of);
    this.#isKept = of.describer.settings.species === 'blocks';
  }

  async add(batch: Batch): Promise<void> {
    const numbers = this.#rows.add(batch);
    if (this.#isKept) await this.#numbers.add(Float64Array.from(numbers));
  }

  async finish(): Promise<StoredMissing> {
    await this.#numbers.finish();
    return { ...this.#rows.finish(), rows: this.#numbers.blocks };
  }
}

/**
 * δH that shards computed. Structures are read again where they are written. A tolerance is kept by
 * exact sums, as on one machine where the reference is larger than memory.
 */
function storedDelta(session: Session, stored: StoredSums, { tolerance }: PairFlags): Delta {
  const [test, reference] = stored.sets as readonly [SetFacts, SetFacts];
  const { missing, missingRows, rows: missed } = stored.own as StoredMissing;
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
  const batches = session.output?.kind === 'environments' ? stored.valued(0, 0) : all();
  return {
    reference,
    test,
    batches: counted(batches, shards.storedRows(stored.work.folder, missed, 1), tolerance !== undefined),
    summary: () => ({
      mostNovel: undefined,
      largest: undefined,
      rows: test.x.rows,
      kind: test.x,
      descriptorSeconds: test.seconds,
      seconds: stored.seconds,
      meanError: 0,
      missing,
      missingRows,
    }),
  };
}

/**
 * Batches in which some environments count as novel, whatever their δH is.
 *
 * @param missed their numbers, rising
 * @param isWithin whether each has an error, which is 0
 */
async function* counted(
  batches: AsyncGenerator<ValuedBatch, void, undefined>,
  missed: AsyncGenerator<Float64Array, void, undefined>,
  isWithin: boolean,
): AsyncGenerator<DeltaBatch, void, undefined> {
  const numbers = new Collected();
  for await (const part of missed) numbers.add(part);
  const all = numbers.all();
  let first = 0;
  let at = 0;
  for await (const batch of batches) {
    const values = batch.values.slice();
    for (; at < all.length && (all[at] as number) < first + values.length; at++)
      values[(all[at] as number) - first] = Infinity;
    first += values.length;
    yield {
      ...batch,
      counted: values,
      ...(isWithin && { errors: new Float64Array(values.length) }),
    };
  }
}
