import type { Command } from 'commander';
import { QuestsError } from '../error.js';
import type { DescriptorMatrix } from '../node.js';
import type { Context } from './context.js';
import { UsageError } from './failure.js';
import { type DataSet, openSets } from './input.js';
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
} from './options.js';
import { emit, type OutputKind } from './result.js';
import { Session } from './session.js';
import { loadOpened } from './set.js';
import { shapeLine } from './wording.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags {
  readonly reshape?: boolean;
}

const KINDS: readonly OutputKind[] = ['matrix'];

/** `quests make_descriptors`: descriptors of structures, to a file. */
export function addMakeDescriptors(program: Command, context: Context): void {
  const command = program
    .command('make_descriptors')
    .description('descriptors of every atomic environment')
    .argument('<file...>', FILES)
    .option('-r, --reshape', 'shape frames × atoms × width; needs the same number of atoms in every frame')
    .action(async (files: string[], flags: Flags) => {
      await Session.run(flags, KINDS, context, (session) => run(session, files, flags, command));
    });
  addReadOptions(command);
  addDescriptorOptions(command);
  addOutputOptions(command, KINDS);
  addRunOptions(command);
}

async function run(
  session: Session,
  arguments_: readonly string[],
  flags: Flags,
  command: Command,
): Promise<void> {
  const [opened] = await openSets(session, [arguments_], flags);
  if (opened.opened.holds === 'matrix') throw new UsageError(`${opened.file} holds descriptors already`);
  const set = await loadOpened(session, opened, flags, command);
  const { file, files, x, seconds } = set;
  const { data, k, cutoff, species, frameOffsets, sources } = x;
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
      skipped: session.skips.count,
      ...session.provenance,
    },
  };
  const stored = { data, shape, k, cutoff, species, frameOffsets, sources };
  await emit(session, flags, session.output, result, stored);
}

function atomsPerFrame({ file, x }: DataSet): number {
  const first = atomsOf(x, 0);
  for (let frame = 1; frame < x.frames; frame++) {
    const atoms = atomsOf(x, frame);
    if (atoms === first) continue;
    const problem = `frame ${frame} has ${atoms} atoms, expected ${first} as in frame 0`;
    throw new QuestsError('INVALID_STRUCTURE', `${file}: cannot reshape: ${problem}`);
  }
  return first;
}

function atomsOf(x: DescriptorMatrix, frame: number): number {
  return (x.frameOffsets[frame + 1] as number) - (x.frameOffsets[frame] as number);
}
