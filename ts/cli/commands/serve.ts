import { Option } from 'commander';
import * as io from '../../faces/node/io.js';
import * as explore from '../../faces/node/explore.js';
import type { InputFile } from '../../faces/node/io.js';
import type { CliCommand } from '../session/command.js';
import type { Result } from '../session/result.js';
import {
  addReadOptions,
  addRunOptions,
  type ReadFlags,
  type RunFlags,
  FILES,
  wholeTo,
} from '../session/options.js';
import { openInBrowser } from '../session/open-in-browser.js';
import type { Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';

interface Flags extends RunFlags, ReadFlags {
  readonly port?: number;
  readonly open?: boolean;
}

const LAST_PORT = 65_535;

/** `quests serve`: the page, with this program to compute for it. */
export const serveCommand: CliCommand<Flags> = {
  name: 'serve',
  description: 'serve the page from this machine and compute here, for files too large for a browser',
  outputs: () => [],
  declare(command) {
    command
      .argument('[file...]', `datasets offered by the page, one per argument; ${FILES}`)
      .addOption(
        new Option('-p, --port <n>', 'port on 127.0.0.1 (default: any free port)').argParser(
          wholeTo(LAST_PORT),
        ),
      )
      .option('--open', 'open the page in the browser');
    addReadOptions(command);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { signal, backend, engine } = session;
  const { format, elements, port, open } = flags;
  if (flags.onError === 'skip') throw new UsageError('serve cannot be combined with --on-error skip');
  const sets: { name: string; files: InputFile[] }[] = [];
  for (const name of input) {
    if (name === '-') throw new UsageError('serve needs files: standard input can be read only once');
    const files = await io.findFiles([name]);
    // What cannot be read is noticed before a page asks for it.
    const opened = await io.openDataset(files, { signal, format, elements });
    await opened.close();
    sets.push({ name, files });
  }
  const server = await explore.servePage({ sets, backend, engine, port, reading: { format, elements } });
  try {
    process.stdout.write(`${server.url}\n`);
    if (open === true) await openInBrowser(server.url, session);
    session.note(`the page runs until Ctrl-C and computes here (${engine})`);
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    return undefined;
  } finally {
    await server.close();
  }
}
