import { Option } from 'commander';
import * as io from '../../faces/node/io.js';
import * as explore from '../../faces/node/explore.js';
import type { InputFile } from '../../faces/node/io.js';
import { followForPages, type ServedWatchFlags } from '../runs/served-watch.js';
import { checkStopFile } from '../runs/watch-actions.js';
import type { CliCommand } from '../session/command.js';
import { type TakenAdvice, takenLine } from '../session/auto-bandwidth.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets } from '../session/open-sets.js';
import type { Result } from '../session/result.js';
import {
  AUTO,
  addDescriptorOptions,
  addKernelOptions,
  addReadOptions,
  addRunOptions,
  type DescriptorFlags,
  type KernelFlags,
  type RunFlags,
  FILES,
  MOST_COUNT,
  repeated,
  wholeTo,
} from '../session/options.js';
import { openInBrowser } from '../session/open-in-browser.js';
import type { Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';

interface Flags extends RunFlags, DescriptorFlags, KernelFlags, ServedWatchFlags {
  readonly port?: number;
  readonly open?: boolean;
  readonly reference?: readonly string[];
  readonly first: number;
  readonly entropy: boolean;
  readonly mean: boolean;
  /** What the bandwidth follows from, where it was left to the data. */
  readonly advised?: TakenAdvice;
}

const LAST_PORT = 65_535;

/** Options of what is watched, and what they are called. */
const OF_WATCH: readonly (readonly [name: string, flag: string])[] = [
  ['reference', '--reference'],
  ['first', '--first'],
  ['stopFile', '--stop-file'],
  ['entropy', '--no-entropy'],
  ['mean', '--no-mean'],
  ['nbrs', '--nbrs'],
  ['cutoff', '--cutoff'],
  ['species', '--species'],
  ['bandwidth', '--bandwidth'],
];

/** `quests serve`: the page, with this program to compute for it. */
export const serveCommand: CliCommand<Flags> = {
  name: 'serve',
  description: 'serve the page from this machine and compute here, for files too large for a browser',
  outputs: () => [],
  check,
  declare(command) {
    command
      .argument('[file...]', `datasets offered by the page, one per argument; ${FILES}`)
      .addOption(
        new Option('-p, --port <n>', 'port on 127.0.0.1 (default: any free port)').argParser(
          wholeTo(LAST_PORT),
        ),
      )
      .option('--open', 'open the page in the browser')
      .option('--watch <trajectory>', 'show a running simulation by the file that it writes')
      .addOption(
        new Option(
          '-r, --reference <file>',
          'what is known, for --watch; repeat it for more files (default: the first frames)',
        ).argParser(repeated),
      )
      .addOption(
        new Option('--first <n>', 'frames of the simulation that are the reference where none is given')
          .default(5)
          .argParser(wholeTo(MOST_COUNT)),
      )
      .option('--stop-file <path>', 'file that the page may write to stop the simulation')
      .option('--no-entropy', 'leave out H of each frame, which takes longest for many atoms')
      .option(
        '--no-mean',
        'leave out the mean δH: what decides is found in a fraction of the time for many atoms',
      );
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addRunOptions(command);
  },
  run,
};

/** Refuses what does not go together, before anything is read. */
function check({ watch, reference, bandwidth, given, onError }: Flags): void {
  if (onError === 'skip') throw new UsageError('serve cannot be combined with --on-error skip');
  if (watch === undefined) {
    for (const [name, flag] of OF_WATCH) if (given.has(name)) throw new UsageError(`${flag} needs --watch`);
  }
  if (reference === undefined && (bandwidth as unknown) === AUTO) {
    throw new UsageError('--bandwidth auto needs --reference');
  }
  if (reference !== undefined && given.has('first')) {
    throw new UsageError('--first cannot be combined with --reference');
  }
}

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { signal, backend, engine } = session;
  const { format, elements, port, open, watch } = flags;
  const sets: { name: string; files: InputFile[] }[] = [];
  for (const name of input) {
    if (name === '-') throw new UsageError('serve needs files: standard input can be read only once');
    const files = await io.findFiles([name]);
    // What cannot be read is noticed before a page asks for it.
    const opened = await io.openDataset(files, { signal, format, elements });
    await opened.close();
    sets.push({ name, files });
  }
  const live = watch === undefined ? undefined : await liveWatch(watch, flags, session);
  const server = await explore.servePage({
    sets,
    backend,
    engine,
    port,
    reading: { format, elements },
    live,
  });
  let following: Promise<void> | undefined;
  try {
    process.stdout.write(`${server.url}\n`);
    if (open === true) await openInBrowser(server.url, session);
    session.note(`the page runs until Ctrl-C and computes here (${engine})`);
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    if (live !== undefined && watch !== undefined) following = followForPages(watch, flags, live, session);
    return await ended;
  } finally {
    await server.close();
    await following;
    live?.dispose();
  }
}

/** What pages look at: δH relative to a reference, or to the first frames. */
async function liveWatch(of: string, flags: Flags, session: Session): Promise<explore.LiveWatch> {
  await checkStopFile(flags);
  const { nbrs, cutoff, species, bandwidth, entropy, mean, first, stopFile, reference } = flags;
  const common = { of, bandwidth, entropy, mean, canStop: stopFile !== undefined, ...session.options };
  if (reference === undefined) {
    const described = { k: nbrs, cutoff, species: species === 'blocks' ? true : species };
    return new explore.LiveWatch({ ...common, ...described, first });
  }
  if (flags.advised !== undefined) session.note(takenLine(flags.advised));
  const [set] = await openSets(session, [reference], { ...flags, log: undefined });
  const describer = await Describer.of(session, [set], descriptorSettings(flags), flags);
  const { x } = await describer.load(set, false);
  return new explore.LiveWatch({ ...common, reference: { name: reference.join(', '), x } });
}
