import type { Command } from 'commander';
import { QuestsError } from '../error.js';
import type { DescriptorMatrix } from '../node.js';
import type { Context } from './context.js';
import { type DataSet, descriptorSettings, loadSets } from './input.js';
import {
  addDescriptorOptions,
  addOutputOptions,
  addRunOptions,
  type DescriptorFlags,
  type OutputFlags,
  type RunFlags,
} from './options.js';
import { UsageError } from './failure.js';
import { emit, formatList } from './result.js';
import { Session } from './session.js';
import { shapeLine } from './wording.js';

interface Flags extends RunFlags, OutputFlags, DescriptorFlags {
  readonly reshape?: boolean;
}

const FORMATS = ['npy'] as const;

/** `quests make_descriptors`: descriptors of structures, to a file. */
export function addMakeDescriptors(program: Command, context: Context): void {
  const command = program
    .command('make_descriptors')
    .description('descriptors of every atomic environment')
    .argument('<file>', 'structures (extxyz, also .gz)')
    .option('-r, --reshape', 'shape frames × atoms × width; needs the same number of atoms in every frame')
    .action(async (file: string, flags: Flags) => {
      await Session.run(flags, FORMATS, context, (session) => run(session, file, flags, command));
    });
  addDescriptorOptions(command);
  addOutputOptions(command, formatList(FORMATS));
  addRunOptions(command);
}

async function run(session: Session, file: string, flags: Flags, command: Command): Promise<void> {
  const [set] = await loadSets(session, [file], descriptorSettings(flags, command), flags);
  const { x } = set;
  if (set.structures === undefined) throw new UsageError(`${file} holds descriptors already`);
  const shape = flags.reshape ? [x.frames, atomsPerFrame(set), x.width] : [x.rows, x.width];
  await emit(session, flags, {
    lines: [shapeLine(shape)],
    json: {
      file,
      n_envs: x.rows,
      n_frames: x.frames,
      shape,
      k: x.k,
      cutoff: x.cutoff,
      jobs: flags.jobs ?? null,
      descriptor_time: set.seconds,
      species: x.species,
      ...session.provenance,
    },
    npy: () => ({ data: x.data, shape }),
  });
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
