import type { ChildProcess } from 'node:child_process';
import { ended, type Outcome, start } from './cli.js';

/** `quests serve`, started; it has printed its address. */
export interface Served {
  readonly child: ChildProcess;
  /** Of the page, with its token. */
  readonly url: URL;
  readonly outcome: Promise<Outcome>;
  /** Ends it as Ctrl-C does, and waits for that. */
  readonly close: () => Promise<void>;
}

/** Starts `quests serve` and waits for its address; what it says instead is an error. */
export async function serve(args: readonly string[], folder: string): Promise<Served> {
  const child = start(['serve', ...args], folder);
  const outcome = ended(child);
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (text: string) => resolve(text.trim()));
    void outcome.then(({ stderr }) => reject(new Error(stderr)));
  });
  const close = async (): Promise<void> => {
    child.kill('SIGINT');
    await outcome;
  };
  return { child, url: new URL(line), outcome, close };
}
