import type { DescriptorSpecies } from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import { fixed } from '../../base/number-format.js';
import * as quests from '../../faces/node/quests.js';
import type { CliCommand } from '../session/command.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets, type OpenSet } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addLogOption,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  type OutputFlags,
  type ReadFlags,
  type RunFlags,
} from '../session/options.js';
import { type Result, type ValuedBatch, passEnvironments } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { Collected } from '../session/summary.js';
import { type Column, tableLines } from '../../base/table.js';
import { checkHolds, type OutputKind } from '../session/output.js';
import { checkColumns } from '../session/output-columns.js';
import { noteSaturation } from '../session/notes.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags {}

/** What is said of one frame held against itself. */
interface FrameLine {
  readonly file: string;
  readonly frame: number;
  readonly environments: number;
  readonly entropy: number;
  readonly mean: number;
  readonly max: number;
}

const KINDS: readonly OutputKind[] = ['json', 'environments'];

/**
 * `quests dH_traj`: δH of the environments of each frame with respect to that frame, as in the
 * Python package.
 */
export const dHTrajCommand: CliCommand<Flags> = {
  name: 'dH_traj',
  description: 'differential entropy of every environment with respect to its own frame, frame by frame',
  outputs: () => KINDS,
  declare(command) {
    command.argument('<trajectory...>', FILES);
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addLogOption(command);
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { output } = session;
  const [set] = await openSets(session, [input], flags);
  checkHolds(output, set.file, set.opened.holds);
  await checkColumns(output, set);
  const describer = await Describer.of(session, [set], descriptorSettings(flags), flags);
  const clock = { descriptors: 0, sums: 0 };
  const keeps = flags.json === true || output?.kind === 'json';
  const lines: FrameLine[] = [];
  const values: Float64Array[] = [];
  const kind: { k: number | null; cutoff: number | null; species: DescriptorSpecies } = {
    k: null,
    cutoff: null,
    species: null,
  };
  async function* watched(): AsyncGenerator<ValuedBatch, void, undefined> {
    for await (const batch of framesHeld(session, set, describer, flags, clock, lines)) {
      Object.assign(kind, { k: batch.x.k, cutoff: batch.x.cutoff, species: batch.x.species });
      if (keeps) {
        batch.x.frameOffsets.forEach((start, at) => {
          const end = batch.x.frameOffsets[at + 1];
          if (end !== undefined) values.push(batch.values.subarray(start, end));
        });
      }
      yield batch;
    }
  }
  await passEnvironments(session, output, flags, 'dH', watched(), set.opened.holds);
  describer.noteBlindness();
  session.note(`dH computed in ${duration(clock.sums)} (${session.engine})`);
  // Frames of a single atom have none.
  const most = lines.map(efficiency).reduce((max, one) => (one > max ? one : max), -Infinity);
  noteSaturation(session, { efficiency: most });
  const { file, files } = set;
  return {
    lines: tableLines(FRAME_COLUMNS, lines),
    json: {
      file,
      files,
      num_frames: lines.length,
      num_envs: lines[0]?.environments ?? 0,
      n_envs: lines.map(({ environments }) => environments),
      k: kind.k,
      cutoff: kind.cutoff,
      bandwidth: flags.bandwidth,
      jobs: flags.jobs ?? null,
      entropy: lines.map(({ entropy }) => entropy),
      delta_entropy: values.map((frame) => Array.from(frame)),
      descriptor_time: clock.descriptors,
      computation_time: clock.sums,
      species: kind.species,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
}

/**
 * Batches with δH of each frame's environments with respect to that frame; what is said of the
 * frames is added to `lines`.
 */
async function* framesHeld(
  session: Session,
  set: OpenSet,
  describer: Describer,
  { bandwidth }: Flags,
  clock: { descriptors: number; sums: number },
  lines: FrameLine[],
): AsyncGenerator<ValuedBatch, void, undefined> {
  const { options } = session;
  const descriptorClock = { seconds: 0 };
  for await (const batch of describer.batches(set, descriptorClock)) {
    clock.descriptors = descriptorClock.seconds;
    const collected = new Collected();
    for (let at = 0; at < batch.x.frames; at++) {
      const x = batch.x.frame(at);
      const { value, seconds } = await session.timed(() => quests.metrics(x, { ...options, bandwidth }));
      clock.sums += seconds;
      collected.add(value.dH);
      const { mean, max } = new analysis.RunningNovelty().add(value.dH);
      const source = batch.x.sources?.[at];
      lines.push({
        file: source?.file ?? set.file,
        frame: source?.frame ?? lines.length,
        environments: x.rows,
        entropy: value.entropy,
        mean,
        max,
      });
    }
    yield { ...batch, values: collected.all() };
  }
}

const FRAME_COLUMNS: readonly Column<FrameLine>[] = [
  { title: 'frame', text: ({ frame }) => String(frame) },
  { title: 'environments', text: ({ environments }) => String(environments) },
  { title: 'entropy', text: ({ entropy }) => fixed(entropy, 3) },
  { title: 'entropy / log N', text: (line) => fixed(efficiency(line), 3) },
  { title: 'mean dH', text: ({ mean }) => fixed(mean, 3) },
  { title: 'max dH', text: ({ max }) => fixed(max, 3) },
];

function efficiency({ entropy, environments }: FrameLine): number {
  return analysis.efficiency(entropy, environments);
}
