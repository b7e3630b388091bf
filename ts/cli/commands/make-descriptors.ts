import { QuestsError } from '../../base/error.js';
import { storedSpecies } from '../../base/species-mode.js';
import * as analysis from '../../faces/node/analysis.js';
import type { DescriptorKind, DescriptorMatrix, Source } from '../../faces/node/quests.js';
import type { FramedRows } from '../../faces/node/analysis.js';
import type { MatrixParts, StoredMatrix } from '../../faces/node/io.js';
import type { ShardOutput } from '../../faces/node/shards.js';
import type { CliCommand } from '../session/command.js';
import { between, type FrameFacts, type FrameResults, inFrames, type Survey } from '../runs/frame-shards.js';
import { type DataSet, Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets, type OpenSet } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  type DescriptorFlags,
  FILES,
  type OutputFlags,
  type ReadFlags,
  type RunFlags,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import type { Session } from '../session/session.js';
import { loadOpened } from '../session/load-set.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import type { SkippedFrame } from '../session/skipped-frames.js';
import { shapeLine } from '../session/wording.js';
import { UsageError } from '../session/usage-error.js';
import type { OutputKind } from '../session/output.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, ShardFlags {
  readonly reshape?: boolean;
}

const KINDS: readonly OutputKind[] = ['matrix'];

/** `quests make_descriptors`: descriptors of structures, to a file. */
export const makeDescriptorsCommand: CliCommand<Flags> = {
  name: 'make_descriptors',
  description: 'descriptors of every atomic environment',
  outputs: () => KINDS,
  within: runSharded,
  declare(command) {
    command
      .argument('<file...>', FILES)
      .option(
        '-r, --reshape',
        'reshape to frames × atoms × width; needs the same number of atoms in every frame',
      );
    addReadOptions(command);
    addDescriptorOptions(command);
    addOutputOptions(command, KINDS);
    addShardOptions(command);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  checkKeepsLabels(flags, session);
  const shared = await inFrames(session, {
    files: input,
    survey: () => structureSurvey(session, input, flags),
    compute: (from, to, facts) => describeSome(session, input, flags, [from, to], facts),
  });
  if (shared === 'done') return undefined;
  const set =
    shared === undefined
      ? inMemory(await loadOpened(session, await opened(session, input, flags), flags))
      : await joinedShards(session, shared);
  const { file, files, x, seconds, matrix } = set;
  const { k, cutoff, species } = x;
  const shape = flags.reshape ? [x.frames, atomsPerFrame(set), x.width] : [x.rows, x.width];
  const result = {
    lines: [shapeLine(shape)],
    json: {
      file,
      files,
      n_envs: x.rows,
      n_frames: x.frames,
      shape,
      k,
      cutoff,
      jobs: flags.jobs ?? null,
      descriptor_time: seconds,
      species,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
  return { ...result, matrix: matrix(shape) };
}

/** Descriptors, in memory or not. */
interface Described extends Pick<DataSet, 'file' | 'files' | 'seconds'> {
  readonly x: DescriptorKind & FramedRows;
  /** What is written, as an array of some shape. */
  readonly matrix: (shape: readonly number[]) => StoredMatrix | MatrixParts;
}

function inMemory({ x, ...rest }: DataSet): Described {
  const { data, k, cutoff, species, frameOffsets, sources } = x;
  const said = { k, cutoff, species: storedSpecies(species), frameOffsets, sources };
  return { ...rest, x, matrix: (shape) => ({ data, shape, ...said }) };
}

/**
 * Refuses files that would not say that the first column is a label, before anything is computed.
 */
function checkKeepsLabels({ species }: Flags, { output }: Session): void {
  if (species === undefined || species === 'blocks' || output?.format.matrix?.plain !== true) return;
  const problem = `${output.format.title} keeps the numbers alone, not that of --species ${species}`;
  throw new UsageError(`${problem}; expected .npz, .parquet or .json, which do`);
}

async function opened(session: Session, input: readonly string[], flags: Flags): Promise<OpenSet> {
  const [set] = await openSets(session, [input], flags);
  if (set.opened.holds === 'matrix') throw new UsageError(`${set.file} holds descriptors already`);
  return set;
}

async function structureSurvey(session: Session, input: readonly string[], flags: Flags): Promise<Survey> {
  const set = await opened(session, input, flags);
  const seen = new Set<string>();
  const atoms: number[] = [];
  for await (const structure of set.opened.structures()) {
    structure.species?.forEach((each) => seen.add(each));
    atoms.push(structure.positions.length / 3);
  }
  if (atoms.length === 0) throw new QuestsError('EMPTY', `${set.file}: no frames`);
  const { nbrs: k, cutoff } = flags;
  const species = flags.species === 'blocks' ? [...seen].sort() : (flags.species ?? null);
  return {
    atoms,
    paths: set.paths,
    descriptors: { width: analysis.descriptorWidth(species, k), k, cutoff, species },
    facts: { file: set.file, files: set.files, species: [...seen].sort() },
  };
}

/** What a task says of its frames. */
interface Said {
  readonly sources: DescriptorMatrix['sources'];
  readonly skipped: readonly SkippedFrame[];
  readonly seconds: number;
}

async function describeSome(
  session: Session,
  input: readonly string[],
  flags: Flags,
  range: readonly [number, number],
  { species }: FrameFacts,
): Promise<ShardOutput> {
  const set = await opened(session, input, flags);
  const { opened: files } = set;
  const some = { ...set, opened: { ...set.opened, structures: () => between(files.structures(), range) } };
  const settings = descriptorSettings(flags);
  const known = species as readonly string[];
  const describer = await Describer.of(session, [some], settings, flags, { species: 'known', also: known });
  const clock = { seconds: 0 };
  const parts: DescriptorMatrix[] = [];
  for await (const { x } of describer.batches(some, clock, false, true)) parts.push(x);
  const said = (sources: Said['sources']): Said => ({
    sources,
    skipped: session.skippedFrames.all(),
    seconds: clock.seconds,
  });
  if (parts.length === 0) return { parts: [], said: said(null) };
  const { data, frameOffsets, sources } = analysis.concatenated(parts);
  return { parts: [{ sums: 0, numbers: Float64Array.from(frameOffsets), logs: data }], said: said(sources) };
}

/**
 * What shards described: results are read once for what is known of the frames, and again for the
 * numbers where a file is written.
 */
async function joinedShards(session: Session, { results, facts }: FrameResults): Promise<Described> {
  const { sharding, skippedFrames, output } = session;
  if (sharding?.mode !== 'merge') throw new QuestsError('INTERNAL', 'no merge');
  const offsets = [0];
  const sources: (Source | undefined)[] = [];
  let seconds = 0;
  for await (const { parts, said } of results()) {
    const {
      sources: own,
      skipped,
      seconds: spent,
    } = (said ?? { sources: null, skipped: [], seconds: 0 }) as Said;
    seconds += spent;
    for (const { file, frame, message } of skipped) {
      skippedFrames.add({ file, frame, error: new QuestsError('INVALID_STRUCTURE', message) });
    }
    for (const { numbers } of parts) {
      const first = offsets.at(-1) as number;
      for (let frame = 1; frame < numbers.length; frame++) {
        offsets.push(first + (numbers[frame] as number));
        sources.push(own?.[frame - 1]);
      }
    }
  }
  const { file, files } = facts as { file: string; files: readonly string[] };
  const rows = offsets.at(-1) as number;
  if (rows === 0) throw new QuestsError('EMPTY', `${file}: no frames`);
  const { descriptors: kind } = sharding.work.manifest;
  const frameOffsets = Uint32Array.from(offsets);
  const said = sources.some((source) => source !== undefined) ? sources : null;
  const x = { ...kind, rows, frames: sources.length, frameOffsets, sources: said };
  async function* numbers(): AsyncGenerator<Float64Array, void, undefined> {
    for await (const { parts } of results()) for (const { logs } of parts) yield logs;
  }
  if (output?.format.matrix?.writeParts !== undefined) {
    return { file, files, seconds, x, matrix: (shape) => ({ shape, parts: numbers() }) };
  }
  const data = new Float64Array(output === undefined ? 0 : rows * kind.width);
  let at = 0;
  if (output !== undefined) {
    for await (const part of numbers()) {
      data.set(part, at);
      at += part.length;
    }
  }
  const species = storedSpecies(x.species);
  return { file, files, seconds, x, matrix: (shape) => ({ ...x, species, data, shape }) };
}

function atomsPerFrame({ file, x }: Described): number {
  const first = atomsOf(x, 0);
  for (let frame = 1; frame < x.frames; frame++) {
    const atoms = atomsOf(x, frame);
    if (atoms === first) continue;
    const problem = `frame ${frame} has ${atoms} atoms, expected ${first} as in frame 0`;
    throw new QuestsError('INVALID_STRUCTURE', `${file}: cannot reshape: ${problem}`);
  }
  return first;
}

function atomsOf(x: FramedRows, frame: number): number {
  return (x.frameOffsets[frame + 1] as number) - (x.frameOffsets[frame] as number);
}
