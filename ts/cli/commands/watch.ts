import { existsSync } from 'node:fs';
import { Option } from 'commander';
import * as quests from '../../faces/node/quests.js';
import { checkStopFile } from '../runs/watch-actions.js';
import { WatchRecords } from '../runs/watch-records.js';
import { Watch, type WatchFlags } from '../runs/watch-run.js';
import { takenLine, withChosen } from '../session/auto-bandwidth.js';
import { SimulationStopped } from '../session/simulation-stopped.js';
import type { CliCommand } from '../session/command.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { addNovelLevelOption, noveltyThreshold } from '../session/novel-level.js';
import { openSets } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOverlapOptions,
  addPlotOption,
  addReadOptions,
  addRunOptions,
  atLeastZero,
  MOST_COUNT,
  positive,
  real,
  repeated,
  wholeTo,
} from '../session/options.js';
import { checkPlot } from '../session/output.js';
import { emit, type Result } from '../session/result.js';
import type { Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';

/** `quests watch`: checks a simulation while it runs. */
export const watchCommand: CliCommand<WatchFlags> = {
  name: 'watch',
  description: 'check a running simulation against a reference: save what is new, stop it where it is lost',
  outputs: () => [],
  // The files of a run that is continued are there.
  sessionFlags: (flags) => ({
    ...flags,
    output: undefined,
    plot: undefined,
    overwrite: flags.overwrite ?? flags.resume ?? false,
  }),
  check,
  declare(command) {
    command
      .argument('<trajectory>', 'the file that the simulation writes, a named pipe, or - for standard input')
      .addOption(
        new Option('-r, --reference <file>', 'what is known; repeat it for more files')
          .argParser(repeated)
          .makeOptionMandatory(),
      )
      .addOption(limit('--save-above <nats>', 'save frames with an atom of at least this δH'))
      .addOption(
        limit('--stop-above <nats>', 'stop the simulation at a frame with an atom of at least this δH'),
      )
      .addOption(
        limit('--reject-above <nats>', 'neither save nor learn frames with an atom of at least this δH'),
      )
      .addOption(
        new Option(
          '--share <share>',
          'compare the δH that this share of the atoms reaches, not the largest',
        ).argParser(positive),
      )
      .addOption(count('--check-every <n>', 'check every n-th frame'))
      .addOption(count('--save-every <n>', 'frames from one that is saved to the next, at least'))
      .option('--learn', 'add frames that are saved to the reference')
      .option('--save-to <path>', 'file of the frames that are saved, as extended xyz with δH of each atom')
      .option('--stop-file <path>', 'file to write where the simulation is to stop')
      .option('--on-stop <command>', 'command to run where the simulation is to stop')
      .option('--on-save <command>', 'command to run when a frame was saved; the file is its last argument')
      .addOption(
        new Option('--idle <seconds>', 'end where nothing new comes for so long (default: wait)').argParser(
          atLeastZero,
        ),
      )
      .option('--no-entropy', 'leave out H of each frame, which takes longest for many atoms')
      .option(
        '--no-mean',
        'leave out the mean δH: what decides is found in a fraction of the time for many atoms',
      )
      .option('-o, --output <path>', 'append a row for each check to this file: .csv, .jsonl')
      .option('--resume', 'continue after the last row of the output file')
      .option('--overwrite', 'replace existing output files')
      .option('--json', 'print the summary at the end as JSON, and no lines');
    addPlotOption(command, 'H and δH of the checks, drawn again as they come');
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addOverlapOptions(command);
    addNovelLevelOption(command);
    addRunOptions(command);
  },
  run,
};

function limit(flags: string, description: string): Option {
  return new Option(flags, description).argParser(real);
}

function count(flags: string, description: string): Option {
  return new Option(flags, description).default(1).argParser(wholeTo(MOST_COUNT));
}

/** Refuses what does not go together, before anything is read. */
function check(flags: WatchFlags, [path = '']: readonly string[]): void {
  const { saveAbove, saveTo, stopAbove, output, share } = flags;
  const refuse = (problem: string): never => {
    throw new UsageError(problem);
  };
  checkPlot(flags.plot);
  const [, whole = ''] = /^(.+)@[-\d:]*$/.exec(path) ?? [];
  if (!existsSync(path) && existsSync(whole)) {
    refuse(`cannot follow ${path}: expected a file without a selection of frames, ${whole}`);
  }
  if (output !== undefined && !/\.(csv|jsonl)$/.test(output)) {
    refuse(`cannot write ${output}: expected a name that ends in .csv, .jsonl`);
  }
  if (saveTo !== undefined && !/\.(ext)?xyz$/.test(saveTo)) {
    refuse(`cannot write ${saveTo}: expected a name that ends in .xyz, .extxyz`);
  }
  if (share !== undefined && share > 1) refuse(`--share is ${share}, expected a share of at most 1`);
  if (saveAbove !== undefined && saveTo === undefined && flags.learn !== true) {
    refuse('--save-above needs --save-to, or --learn');
  }
  const idle: readonly [boolean, string][] = [
    [
      saveTo !== undefined && saveAbove === undefined && stopAbove === undefined,
      '--save-to needs --save-above',
    ],
    [flags.learn === true && saveAbove === undefined, '--learn needs --save-above'],
    [flags.saveEvery > 1 && saveAbove === undefined, '--save-every needs --save-above'],
    [flags.onSave !== undefined && saveTo === undefined, '--on-save needs --save-to'],
    [flags.onStop !== undefined && stopAbove === undefined, '--on-stop needs --stop-above'],
    [flags.stopFile !== undefined && stopAbove === undefined, '--stop-file needs --stop-above'],
    [
      flags.rejectAbove !== undefined && saveAbove === undefined,
      '--reject-above needs --save-above: nothing is saved that could be rejected',
    ],
    [flags.resume === true && output === undefined, '--resume needs --output: its rows say what was checked'],
    [flags.resume === true && flags.overwrite === true, '--resume cannot be combined with --overwrite'],
  ];
  for (const [isIdle, words] of idle) if (isIdle) refuse(words);
}

async function run(
  [trajectory = '']: readonly string[],
  flags: WatchFlags,
  session: Session,
): Promise<Result | undefined> {
  await session.claimOutputs(flags.output, flags.saveTo, flags.plot);
  await checkStopFile(flags);
  const [set] = await openSets(session, [flags.reference], { ...flags, log: undefined });
  const describer = await Describer.of(session, [set], descriptorSettings(flags), flags);
  const reference = await describer.load(set, false);
  if (flags.advised !== undefined) session.note(takenLine(flags.advised));
  const eps = (await noveltyThreshold(session, reference.x, flags)) ?? flags.eps;
  const guard = await quests.watcher(reference.x, {
    bandwidth: flags.bandwidth,
    epsilon: eps,
    // A frame that is saved as it stops the simulation has δH of each atom, too.
    saveAbove: flags.saveAbove ?? (flags.saveTo === undefined ? undefined : Infinity),
    stopAbove: flags.stopAbove,
    rejectAbove: flags.rejectAbove,
    share: flags.share,
    saveEvery: flags.saveEvery,
    learn: flags.learn,
    mean: flags.mean,
    entropy: flags.entropy,
    backend: session.backend,
    signal: session.signal,
  });
  const records = WatchRecords.open(flags.output, flags.saveTo, flags.resume ?? false);
  try {
    const watch = new Watch({
      path: trajectory,
      flags: { ...flags, eps },
      session,
      guard,
      records,
      known: [...describer.elementsOf(set)],
    });
    await watch.restore();
    const stopped = await watch.all();
    const result = watch.result(stopped);
    // The picture is there already where the watch took long; its place was claimed.
    await emit(session, { ...flags, overwrite: true }, withChosen(result, { advice: flags.advised }));
    if (stopped !== undefined) throw new SimulationStopped(stopped);
    return undefined;
  } finally {
    records.close();
    guard.dispose();
  }
}
