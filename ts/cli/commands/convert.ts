import { counted } from '../../base/number-format.js';
import { Option } from 'commander';
import * as quests from '../../faces/node/quests.js';
import * as io from '../../faces/node/io.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Structure } from '../../faces/node/quests.js';
import type { FormatName } from '../../faces/node/io.js';
import type { CliCommand } from '../session/command.js';
import type { Result } from '../session/result.js';
import { openSets, type OpenSet } from '../session/open-sets.js';
import {
  addLogOption,
  addReadOptions,
  addRequiredOutputOptions,
  addRunOptions,
  FILES,
  type OutputFlags,
  type ReadFlags,
  type RunFlags,
} from '../session/options.js';
import type { Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';

interface Flags extends RunFlags, ReadFlags, Pick<OutputFlags, 'overwrite' | 'json'> {
  readonly output: string;
  readonly to?: FormatName;
}

/** `quests convert`: the same data in another format. */
export const convertCommand: CliCommand<Flags> = {
  name: 'convert',
  description: 'convert structures or descriptors to another format',
  outputs: () => [],
  sessionFlags: (flags) => ({ ...flags, output: undefined }),
  declare(command) {
    command
      .argument('<file...>', FILES)
      .addOption(new Option('--to <name>', 'output format (default: from the extension)'));
    addRequiredOutputOptions(
      command,
      'output file; the extension sets the format, NAME/ is a folder of DeePMD-kit',
    );
    addReadOptions(command);
    addLogOption(command);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { overwrite, to } = flags;
  const format = to === undefined ? io.formatOfName(flags.output) : io.formatByName(to);
  if (format === undefined) throw new UsageError(`unknown format of ${flags.output}: choose one with --to`);
  const isFolder = format.folder !== undefined;
  if (!isFolder && flags.output.endsWith('/')) {
    throw new UsageError(`${format.title} is a file, but ${flags.output} names a folder`);
  }
  const output = isFolder && !flags.output.endsWith('/') ? `${flags.output}/` : flags.output;
  await session.claimOutputs(output);
  const [set] = await openSets(session, [input], flags);
  const options = { overwrite, signal: session.signal, format: format.name };
  const count = { frames: 0, environments: 0 };
  if (set.opened.holds === 'structures') {
    await session.writeStructures(output, counting(set.opened.structures(), count), options);
  } else {
    const x = await described(set);
    count.frames = x.frames;
    count.environments = x.rows;
    await quests.writeDescriptors(output, x, options);
  }
  const { file, files } = set;
  const what = `${counted(count.frames, 'frame')}, ${counted(count.environments, 'environment')}`;
  return {
    lines: [`${what} written to ${output} (${format.title})`],
    json: { file, files, output, format: format.name, ...count, skipped: session.skippedFrames.count },
  };
}

async function described({ opened }: OpenSet): ReturnType<typeof quests.readDescriptors> {
  const parts = [];
  for await (const matrix of opened.matrices()) parts.push(await quests.readDescriptors(matrix));
  return analysis.concatenated(parts);
}

async function* counting(
  structures: AsyncIterable<Structure>,
  count: { frames: number; environments: number },
): AsyncGenerator<Structure, void, undefined> {
  for await (const structure of structures) {
    count.frames++;
    count.environments += structure.positions.length / 3;
    yield structure;
  }
}
