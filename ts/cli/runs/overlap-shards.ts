import * as analysis from '../../faces/node/analysis.js';
import type { OverlapBatch, SampledOverlap } from '../../faces/node/analysis.js';
import type { DescriptorKind } from '../../faces/node/quests.js';
import type { Batch } from '../session/describer.js';
import type { SetFacts } from '../session/load-set.js';
import type { OverlapFlags } from '../session/options.js';
import type { PairFiles, PairFlags } from '../session/pair-options.js';
import type { Session } from '../session/session.js';
import { type PlannedMissing, MissingRows } from './missing-rows.js';
import { type SetBatches, sharded, type SumPlan } from './sharding.js';

/** What the merge needs to know of the sample that the plan drew. */
interface PlannedOverlap extends PlannedMissing {
  /** Environments of the test set. */
  readonly environments: number;
  /** Places in the sample of those that count as novel, whatever their δH is. */
  readonly novel: readonly number[];
}

/** An overlap from a sample, from shards. */
export interface StoredOverlap extends PlannedMissing {
  readonly found: SampledOverlap;
  readonly test: SetFacts;
  readonly reference: SetFacts;
  readonly seconds: number;
}

/** {@link sharded} for the overlap within a tolerance: the plan draws a sample of the test set. */
export async function shardedOverlap(
  session: Session,
  files: PairFiles,
  flags: PairFlags & OverlapFlags,
  tolerance: number,
): Promise<'planned' | StoredOverlap | undefined> {
  const { bandwidth, eps, seed } = flags;
  const plan: SumPlan = async (planner, batches, of): Promise<PlannedOverlap> => {
    let kind: DescriptorKind | undefined;
    const watch = ({ x }: Batch): Promise<void> => {
      kind ??= x;
      return Promise.resolve();
    };
    const reference = await planner.reference(batches(1, watch));
    const rows = new MissingRows(of);
    const sampling = { tolerance, seed };
    const sample = await analysis.overlapSample(
      withElements(batches, rows),
      kind as unknown as DescriptorKind,
      sampling,
    );
    await planner.few(sample.drawn, reference);
    const missing = rows.finish();
    const isNovel = (element: string): boolean => rows.tellsApart && missing.missing.includes(element);
    return {
      ...missing,
      environments: sample.environments,
      novel: sample.elements.flatMap((element, place) => (isNovel(element) ? [place] : [])),
    };
  };
  const groups = [files.test, files.reference];
  const stored = await sharded(session, groups, flags, [bandwidth], plan);
  if (typeof stored !== 'object') return stored;
  const { environments, novel, missing, missingRows } = stored.own as PlannedOverlap;
  const dH = await stored.allDeltas(0);
  for (const place of novel) dH[place] = Infinity;
  const [test, reference] = stored.sets as readonly [SetFacts, SetFacts];
  const found = analysis.overlapOfSample(dH, environments, eps);
  return { found, test, reference, missing, missingRows, seconds: stored.seconds };
}

/** The test set, batch by batch, with the element of each environment. */
async function* withElements(
  batches: SetBatches,
  rows: MissingRows,
): AsyncGenerator<OverlapBatch, void, undefined> {
  let elements: readonly string[] = [];
  const watch = (batch: Batch): Promise<void> => {
    rows.add(batch);
    elements = analysis.environmentElements(batch.structures ?? []);
    return Promise.resolve();
  };
  for await (const x of batches(0, watch)) yield { x, elements };
}
