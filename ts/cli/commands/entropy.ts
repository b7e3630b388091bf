import { fixed } from '../../base/number-format.js';
import { CONFIDENCE } from '../../base/constants.js';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import * as figures from '../../faces/figure.js';
import type { BandwidthPoint } from '../../faces/node/analysis.js';
import type { DescriptorMatrix, Metrics } from '../../faces/node/quests.js';
import type { MetricFigures } from '../../faces/node/shards.js';
import type { CliCommand } from '../session/command.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addPlotOption,
  addPrecisionOption,
  addReadOptions,
  addRunOptions,
  addToleranceOptions,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  type OutputFlags,
  type PlotFlags,
  positives,
  precisionKeys,
  type PrecisionFlags,
  type ReadFlags,
  type RunFlags,
  type ToleranceFlags,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { storedKeys } from '../session/delta.js';
import { loadSet, type SetFacts, setKeys } from '../session/load-set.js';
import { loadWithinMemory } from '../session/set-within-memory.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import { shardedEstimate, shardedMetrics } from '../runs/sharding.js';
import { type Column, tableLines } from '../../base/table.js';
import { efficiencyKeys, entropyLines, interval, shapeLine } from '../session/wording.js';
import { UsageError } from '../session/usage-error.js';
import type { OutputKind } from '../session/output.js';
import { noteExact, noteSaturation } from '../session/notes.js';

interface Flags
  extends
    RunFlags,
    OutputFlags,
    PlotFlags,
    ReadFlags,
    DescriptorFlags,
    KernelFlags,
    ToleranceFlags,
    PrecisionFlags,
    ShardFlags {
  readonly bandwidthScan?: boolean;
  readonly bandwidths?: readonly number[];
}

const KINDS: readonly OutputKind[] = ['json'];
const SCAN_KINDS: readonly OutputKind[] = ['json', 'table'];

/** `quests entropy`: how diverse a dataset is. */
export const entropyCommand: CliCommand<Flags> = {
  name: 'entropy',
  description: 'information entropy of a dataset',
  outputs: (flags) => (isScan(flags) ? SCAN_KINDS : KINDS),
  within: runSharded,
  check(flags) {
    if (isScan(flags) && typeof (flags.bandwidth as unknown) === 'object') {
      throw new UsageError('a bandwidth for each element cannot be combined with a bandwidth scan');
    }
    if (isScan(flags) && flags.tolerance !== undefined) {
      throw new UsageError('--tolerance cannot be combined with a bandwidth scan, which is exact');
    }
  },
  takesElementBandwidths: (flags) => !isScan(flags),
  declare(command) {
    command.argument('<file...>', FILES);
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addToleranceOptions(command);
    addPrecisionOption(command);
    const [lowest, highest] = [DEFAULTS.scanBandwidths[0] ?? NaN, DEFAULTS.scanBandwidths.at(-1) ?? NaN];
    command
      .option('--bandwidth-scan', 'also compute the entropy at several bandwidths; -o x.csv writes a table')
      .addOption(
        new Option(
          '--bandwidths <h,...>',
          `bandwidths of the scan, in 1/Å (default: ${DEFAULTS.scanBandwidths.length} from ` +
            `${lowest} to ${highest})`,
        ).argParser(positives),
      );
    addOutputOptions(command, KINDS);
    addPlotOption(command, 'the scan of bandwidths');
    addShardOptions(command);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { bandwidth } = flags;
  const all = await entropyFound(session, input, flags);
  if (all === 'planned') return undefined;
  const { set, value: found, seconds } = all;
  const { x } = set;
  noteSaturation(session, found);
  return {
    lines: [shapeLine([x.rows, x.width]), ...entropyLines(found), ...found.lines],
    json: {
      ...setKeys(session, set, flags, bandwidth),
      entropy: found.entropy,
      max_entropy: found.maxEntropy,
      ...efficiencyKeys(found.efficiency),
      ...found.json,
      ...precisionKeys(flags),
      entropy_time: seconds,
    },
    ...(found.table && { table: found.table }),
    ...(found.figure && { figure: found.figure }),
  };
}

/** The entropy: computed here, or by shards. */
async function entropyFound(
  session: Session,
  input: readonly string[],
  flags: Flags,
): Promise<EntropyFound | 'planned'> {
  const { tolerance } = flags;
  if (tolerance !== undefined) {
    const stored = await shardedEstimate(session, input, flags, tolerance);
    if (stored === undefined) return estimatedEntropy(session, input, flags, tolerance);
    if (stored === 'planned') return stored;
    const { value, error } = stored.entropy;
    const { rows } = stored.set.x;
    return { ...stored, value: estimated(rows, { value, error }, flags, tolerance) };
  }
  const stored = await shardedMetrics(session, input, flags, bandwidthsOf(flags));
  if (stored === undefined) return computedEntropy(session, input, flags);
  if (stored === 'planned') return stored;
  return { ...stored, value: exactly(stored.all, stored.set.x.rows, flags) };
}

async function computedEntropy(
  session: Session,
  input: readonly string[],
  flags: Flags,
): Promise<EntropyFound> {
  const set = await loadSet(session, input, flags);
  const found = await session.timed(() => measured(session, set.x, flags));
  session.note(`entropy computed in ${duration(found.seconds)} (${session.engine})`);
  return { set, ...found };
}

/** The bandwidth, and those of a scan. */
function bandwidthsOf(flags: Flags): readonly number[] {
  const { bandwidth, bandwidths = DEFAULTS.scanBandwidths } = flags;
  return isScan(flags) ? [bandwidth, ...bandwidths] : [bandwidth];
}

function isScan({ bandwidthScan, bandwidths }: Flags): boolean {
  return bandwidthScan === true || bandwidths !== undefined;
}

/** H within the tolerance, of a set that may be larger than memory. */
async function estimatedEntropy(
  session: Session,
  input: readonly string[],
  flags: Flags,
  tolerance: number,
): Promise<EntropyFound> {
  const { bandwidth, seed } = flags;
  const set = await loadWithinMemory(session, input, flags);
  const { x } = set;
  const { value: found, seconds } = await session.timed(() =>
    quests.entropy(x, { ...session.options, bandwidth, tolerance, seed }),
  );
  session.note(`entropy computed in ${duration(seconds)} (${session.engine})`);
  noteExact(session, tolerance, found.error);
  const value = estimated(x.rows, found, flags, tolerance);
  return { set, seconds, value: { ...value, json: { ...value.json, ...storedKeys(x) } } };
}

/** H of a sample, and what there is to say of its interval. */
function estimated(
  rows: number,
  { value, error }: { readonly value: number; readonly error: number },
  { seed }: Flags,
  tolerance: number,
): Measured {
  const [low, high] = [value - error, value + error];
  return {
    entropy: value,
    maxEntropy: analysis.maxEntropy(rows),
    efficiency: analysis.efficiency(value, rows),
    lines: [interval(low, high)],
    json: {
      entropy_error: error,
      entropy_interval: [low, high],
      confidence: CONFIDENCE,
      tolerance,
      seed,
    },
  };
}

/** What is known of a set, and its entropy. */
interface EntropyFound {
  readonly set: Omit<SetFacts, 'holds'>;
  readonly value: Measured;
  readonly seconds: number;
}

/** An entropy, and what there is to say of its interval where it was estimated. */
type Measured = Pick<Metrics, 'entropy' | 'maxEntropy' | 'efficiency'> & Result;

async function measured(session: Session, x: DescriptorMatrix, flags: Flags): Promise<Measured> {
  const { precision } = flags;
  const options = { ...session.options, precision, bandwidth: bandwidthsOf(flags) };
  return exactly(await quests.metrics(x, options), x.rows, flags);
}

/** The entropy, and that of other bandwidths where there is a scan. */
function exactly(metrics: readonly MetricFigures[], environments: number, flags: Flags): Measured {
  const bandwidths = bandwidthsOf(flags);
  const all = metrics.map((point, at) => ({ ...point, bandwidth: bandwidths[at] as number }));
  const [own, ...scan] = all as [BandwidthPoint & MetricFigures, ...BandwidthPoint[]];
  if (!isScan(flags)) return { ...own, lines: [], json: {} };
  const columns: Column<BandwidthPoint>[] = [
    { title: 'bandwidth', text: (point) => point.bandwidth.toPrecision(4) },
    { title: 'entropy', text: ({ entropy }) => fixed(entropy, 4) },
    { title: 'entropy / log N', text: ({ efficiency }) => fixed(efficiency, 3) },
    { title: 'diversity', text: ({ diversity }) => fixed(diversity, 4) },
  ];
  const values = (key: 'bandwidth' | 'entropy' | 'efficiency' | 'diversity'): Float64Array =>
    Float64Array.from(scan, (point) => point[key]);
  return {
    ...own,
    lines: ['', ...tableLines(columns, scan)],
    json: {
      scan: scan.map((point) => ({
        bandwidth: point.bandwidth,
        entropy: point.entropy,
        efficiency: point.efficiency,
        diversity: point.diversity,
      })),
    },
    figure: () => figures.bandwidthScanFigure(scan, environments),
    table: {
      rows: scan.length,
      columns: [
        { name: 'bandwidth', data: values('bandwidth') },
        { name: 'entropy', data: values('entropy') },
        { name: 'efficiency', data: values('efficiency') },
        { name: 'diversity', data: values('diversity') },
      ],
    },
  };
}
