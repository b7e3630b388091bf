import { CONFIDENCE } from '../../base/constants.js';
import * as io from '../../faces/node/io.js';
import * as analysis from '../../faces/node/analysis.js';
import * as quests from '../../faces/node/quests.js';
import type { MetricFigures } from '../../faces/node/shards.js';
import type { CliCommand } from '../session/command.js';
import { openSets } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addLogOption,
  addOutputOptions,
  addPrecisionOption,
  addReadOptions,
  addRunOptions,
  addToleranceOptions,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  type OutputFlags,
  precisionKeys,
  type PrecisionFlags,
  type ReadFlags,
  type RunFlags,
  type ToleranceFlags,
} from '../session/options.js';
import { type Result, type ValuedBatch, writeEnvironments } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { storedKeys } from '../session/delta.js';
import { loadOpened, setKeys, type SetFacts } from '../session/load-set.js';
import { loadWithinMemory } from '../session/set-within-memory.js';
import { UsageError } from '../session/usage-error.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import {
  shardedEstimate,
  shardedMetrics,
  type StoredEstimate,
  type StoredMetrics,
} from '../runs/sharding.js';
import { efficiencyKeys, entropyLines, interval, nats, shapeLine } from '../session/wording.js';
import { checkHolds, type OutputKind } from '../session/output.js';
import { checkColumns } from '../session/output-columns.js';
import { noteExact, noteSaturation } from '../session/notes.js';

interface Flags
  extends
    RunFlags,
    OutputFlags,
    ReadFlags,
    DescriptorFlags,
    KernelFlags,
    ToleranceFlags,
    PrecisionFlags,
    ShardFlags {}

const KINDS: readonly OutputKind[] = ['json', 'environments', 'npy'];

/** `quests metrics`: entropy, diversity, and the δH of every environment in its own dataset. */
export const metricsCommand: CliCommand<Flags> = {
  name: 'metrics',
  description: 'entropy, diversity and the δH of every environment within its dataset',
  outputs: () => KINDS,
  within: runSharded,
  check({ tolerance, output }) {
    if (tolerance === undefined || output === undefined || io.formatOfName(output)?.name === 'json') return;
    throw new UsageError(
      `--tolerance gives H and D from a sample, and no dH of each environment for ${output}: ` +
        'expected a name that ends in .json',
    );
  },
  takesElementBandwidths: () => true,
  declare(command) {
    command.argument('<file...>', FILES);
    addReadOptions(command);
    addLogOption(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addToleranceOptions(command);
    addPrecisionOption(command);
    addOutputOptions(command, KINDS);
    addShardOptions(command);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { bandwidth, tolerance } = flags;
  const { output } = session;
  if (tolerance !== undefined) return estimatedMetrics(session, input, flags, tolerance);
  const stored = await shardedMetrics(session, input, flags, [bandwidth]);
  if (stored === 'planned') return undefined;
  const { set, found, seconds, environments, deltas } =
    stored === undefined ? await computedMetrics(session, input, flags) : metricsFromShards(session, stored);
  const { x, holds } = set;
  noteSaturation(session, found);
  if (output?.kind === 'environments') {
    await writeEnvironments(session, output, flags, 'dH', environments(), holds);
  }
  // From shards all values are held only where they are asked for.
  const asked = flags.json === true || output?.kind === 'json' || output?.kind === 'npy';
  const dH = asked ? await deltas() : new Float64Array(0);
  const [entropyLine = '', ...rest] = entropyLines(found);
  const result = {
    lines: [
      shapeLine([x.rows, x.width]),
      entropyLine,
      `Dataset diversity: ${nats(found.diversity)}`,
      ...rest,
    ],
    json: {
      ...setKeys(session, set, flags, bandwidth),
      entropy: found.entropy,
      diversity: found.diversity,
      max_entropy: found.maxEntropy,
      ...efficiencyKeys(found.efficiency),
      dH,
      ...precisionKeys(flags),
      entropy_time: seconds,
    },
  };
  return { ...result, matrix: { data: dH, shape: [x.rows] } };
}

/** H and D within the tolerance: of a set that may be larger than memory, or from shards. */
async function estimatedMetrics(
  session: Session,
  input: readonly string[],
  flags: Flags,
  tolerance: number,
): Promise<Result | undefined> {
  const { bandwidth, seed } = flags;
  const stored = await shardedEstimate(session, input, flags, tolerance);
  if (stored === 'planned') return undefined;
  if (stored !== undefined) return estimateResult(session, stored, stored.seconds, flags, tolerance);
  const set = await loadWithinMemory(session, input, flags);
  const { x } = set;
  const { value: found, seconds } = await session.timed(() =>
    quests.metrics(x, { ...session.options, bandwidth, tolerance, seed }),
  );
  session.note(`metrics computed in ${duration(seconds)} (${session.engine})`);
  noteExact(session, tolerance, found.entropy.error);
  const result = estimateResult(session, { set, ...found }, seconds, flags, tolerance);
  return { ...result, json: { ...result.json, ...storedKeys(x) } };
}

/** H and D, each with its interval. */
function estimateResult(
  session: Session,
  { set, entropy: H, diversity: D }: EstimateFound,
  seconds: number,
  flags: Flags,
  tolerance: number,
): Result {
  const { bandwidth, seed } = flags;
  const { rows, width } = set.x;
  const [maxEntropy, efficiency] = [analysis.maxEntropy(rows), analysis.efficiency(H.value, rows)];
  noteSaturation(session, { efficiency });
  const [entropyLine = '', ...rest] = entropyLines({ entropy: H.value, maxEntropy, efficiency });
  return {
    lines: [
      shapeLine([rows, width]),
      entropyLine,
      interval(H.value - H.error, H.value + H.error),
      `Dataset diversity: ${nats(D.value)}`,
      interval(D.value - D.error, D.value + D.error),
      ...rest,
    ],
    json: {
      ...setKeys(session, set, flags, bandwidth),
      entropy: H.value,
      entropy_error: H.error,
      entropy_interval: [H.value - H.error, H.value + H.error],
      diversity: D.value,
      diversity_error: D.error,
      diversity_interval: [D.value - D.error, D.value + D.error],
      max_entropy: maxEntropy,
      ...efficiencyKeys(efficiency),
      confidence: CONFIDENCE,
      tolerance,
      seed,
      entropy_time: seconds,
    },
  };
}

/** A set, and H and D of a sample of it. */
interface EstimateFound extends Pick<StoredEstimate, 'entropy' | 'diversity'> {
  readonly set: Omit<SetFacts, 'holds'>;
}

/** A set, its metrics, and its environments with their δH once more. */
interface MetricsFound {
  readonly set: SetFacts;
  readonly found: MetricFigures;
  readonly seconds: number;
  readonly environments: () => Iterable<ValuedBatch> | AsyncIterable<ValuedBatch>;
  /** δH of all of them. */
  readonly deltas: () => Promise<Float64Array>;
}

async function computedMetrics(
  session: Session,
  input: readonly string[],
  flags: Flags,
): Promise<MetricsFound> {
  const { output } = session;
  const [opened] = await openSets(session, [input], flags);
  const { holds } = opened.opened;
  checkHolds(output, opened.file, holds);
  await checkColumns(output, opened);
  const set = await loadOpened(session, opened, flags, output?.kind === 'environments');
  const { x, structures } = set;
  const { value: found, seconds } = await session.timed(() =>
    quests.metrics(x, { ...session.options, bandwidth: flags.bandwidth, precision: flags.precision }),
  );
  session.note(`metrics computed in ${duration(seconds)} (${session.engine})`);
  const environments = (): ValuedBatch[] => [{ x, structures, values: found.dH }];
  return { set: { ...set, holds }, found, seconds, environments, deltas: () => Promise.resolve(found.dH) };
}

function metricsFromShards(session: Session, { set, all, seconds, stored }: StoredMetrics): MetricsFound {
  const found = all[0] as MetricFigures;
  checkHolds(session.output, set.file, set.holds);
  return {
    set,
    found,
    seconds,
    environments: () => stored.valued(0, 0),
    deltas: () => stored.allDeltas(0),
  };
}
