import { fixed, significant } from '../../base/number-format.js';
import * as quests from '../../faces/node/quests.js';
import type { OverlapBatch } from '../../faces/node/analysis.js';
import * as analysis from '../../faces/node/analysis.js';
import type { CliCommand } from '../session/command.js';
import { CONFIDENCE } from '../../base/constants.js';
import { mergedKeys, mergedLines, pairKeys, storedKeys } from '../session/delta.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets } from '../session/open-sets.js';
import type { SetFacts } from '../session/load-set.js';
import { setWithinMemory } from '../session/set-within-memory.js';
import { UsageError } from '../session/usage-error.js';
import {
  addOutputOptions,
  addOverlapOptions,
  addRunOptions,
  addShareToleranceOptions,
  type OutputFlags,
  type OverlapFlags,
  type RunFlags,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import { missingKeys, missingLines } from '../session/missing-elements.js';
import { Collected } from '../session/summary.js';
import type { OutputKind } from '../session/output.js';
import { addNovelLevelOption, novelLevelKeys } from '../session/novel-level.js';
import { addPairOptions, type PairFiles, pairFiles, type PairFlags } from '../session/pair-options.js';
import { pairDelta } from '../runs/delta-shards.js';
import { shardedOverlap, type StoredOverlap } from '../runs/overlap-shards.js';

interface Flags extends RunFlags, OutputFlags, PairFlags, OverlapFlags, ShardFlags {}

const KINDS: readonly OutputKind[] = ['json'];

/** `quests overlap`: how much of one dataset another covers. */
export const overlapCommand: CliCommand<Flags> = {
  name: 'overlap',
  description: 'fraction of test environments that a reference set covers',
  outputs: () => KINDS,
  within: runSharded,
  check(flags, input) {
    pairFiles(input, flags);
    if (flags.tolerance === undefined || flags.novelLevel === undefined) return;
    throw new UsageError('--novel-level needs the dH of all of the reference, which --tolerance leaves out');
  },
  bandwidthFiles: (input, flags) => pairFiles(input, flags).reference,
  takesElementBandwidths: () => true,
  declare(command) {
    addPairOptions(command, 'test_set', 'reference_set');
    addOverlapOptions(command);
    addNovelLevelOption(command);
    addShareToleranceOptions(command);
    addOutputOptions(command, KINDS);
    addShardOptions(command);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const files = pairFiles(input, flags);
  const { tolerance } = flags;
  if (tolerance !== undefined) {
    const stored = await shardedOverlap(session, files, flags, tolerance);
    if (stored === 'planned') return undefined;
    return sampledResult(
      session,
      stored === undefined
        ? await sampledOverlap(session, files, flags, tolerance)
        : { ...stored, descriptorSeconds: stored.test.seconds + stored.reference.seconds },
      flags,
    );
  }
  const delta = await pairDelta(session, files, flags);
  if (delta === undefined) return undefined;
  const { reference, batches, summary, threshold: eps = flags.eps } = delta;
  const dH = new Collected();
  for await (const { values, counted } of batches) dH.add(counted ?? values);
  const { backend } = session;
  const overlap = await analysis.overlapOf(dH.all(), { backend, epsilon: eps });
  const { rows, seconds, missing, missingRows, largest } = summary();
  return {
    lines: [
      `Overlap value: ${fixed(overlap, 4)}`,
      `Threshold: dH < ${significant(eps)} (nats)`,
      ...missingLines(missing, missingRows, rows),
      ...mergedLines(reference.x, flags, largest),
    ],
    json: {
      ...pairKeys(session, delta, flags),
      reference_envs: reference.x.rows,
      eps,
      ...novelLevelKeys(flags),
      overlap,
      computation_time: seconds,
    },
  };
}

/** An overlap from a sample, and what is known of both sets. */
interface OverlapFound extends Omit<StoredOverlap, 'test' | 'reference'> {
  readonly test: Pick<SetFacts, 'file' | 'files'>;
  readonly reference: Pick<SetFacts, 'file' | 'files' | 'x'>;
  readonly descriptorSeconds: number;
}

/** The overlap from a sample of the test set; the reference set may be larger than memory. */
async function sampledOverlap(
  session: Session,
  files: PairFiles,
  flags: Flags,
  tolerance: number,
): Promise<OverlapFound> {
  const { bandwidth, eps, seed = quests.DEFAULTS.seed } = flags;
  const sets = await openSets(session, [files.test, files.reference], flags);
  const [test, referenceSet] = sets;
  const describer = await Describer.of(session, sets, descriptorSettings(flags), flags);
  const reference = await setWithinMemory(session, describer, referenceSet, flags);
  const clock = { seconds: 0 };
  // A stored reference may say so, too.
  const tellsApart = describer.settings.species !== 'ignore';
  const missing = (): readonly string[] => describer.missingElements(test, [referenceSet]);
  const { x } = reference;
  let count = 0;
  const missingRows = (): number | null => (tellsApart ? count : null);
  async function* batches(): AsyncGenerator<OverlapBatch, void, undefined> {
    for await (const { x: rows, structures = [] } of describer.batches(test, clock)) {
      const elements = analysis.environmentElements(structures);
      const lacking = missing();
      if (lacking.length > 0) for (const each of elements) count += Number(lacking.includes(each));
      yield { x: rows, elements };
    }
  }
  const stored = flags.elementBandwidths === undefined ? test.stored : undefined;
  const { value: found, seconds } = await session.timed(() =>
    analysis.sampledOverlap(stored ?? batches(), x, {
      ...session.options,
      bandwidth,
      tolerance,
      epsilon: eps,
      seed,
      missing: () => (tellsApart ? missing() : []),
    }),
  );
  describer.noteBlindness();
  describer.noteMissing(test, [referenceSet]);
  session.note(`overlap of ${found.drawn} environments computed in ${duration(seconds)} (${session.engine})`);
  return {
    found,
    test,
    reference,
    missing: missing(),
    missingRows: missingRows(),
    descriptorSeconds: clock.seconds + reference.seconds,
    seconds,
  };
}

function sampledResult(
  session: Session,
  { found, test, reference, missing, missingRows, descriptorSeconds, seconds }: OverlapFound,
  flags: Flags,
): Result {
  const { bandwidth, eps, seed = quests.DEFAULTS.seed, jobs, tolerance } = flags;
  const { x } = reference;
  const { value, error, low, high, environments, drawn, largest } = found;
  return {
    lines: [
      `Overlap value: ${fixed(value, 4)}`,
      `${(100 * CONFIDENCE).toFixed(0)} % interval: ${fixed(low, 4)} to ${fixed(high, 4)}`,
      `Threshold: dH < ${significant(eps)} (nats)`,
      ...missingLines(missing, missingRows, environments),
      ...mergedLines(x, flags, largest),
    ],
    json: {
      test_file: test.file,
      reference_file: reference.file,
      test_files: test.files,
      reference_files: reference.files,
      test_envs: environments,
      drawn_envs: drawn,
      k: x.k,
      cutoff: x.cutoff,
      bandwidth,
      jobs: jobs ?? null,
      descriptor_time: descriptorSeconds,
      species: x.species,
      ...missingKeys(missing, missingRows),
      skipped: session.skippedFrames.count,
      ...storedKeys(x),
      ...mergedKeys(x, flags, largest),
      ...session.provenance,
      reference_envs: x.rows,
      eps,
      overlap: value,
      overlap_error: error,
      overlap_interval: [low, high],
      confidence: CONFIDENCE,
      tolerance,
      seed,
      computation_time: seconds,
    },
  };
}
