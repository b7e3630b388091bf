import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

import { installed } from './installed.js';

const program = installed('Xvfb');

/** Whether windows can be opened where there is no screen. */
export const hasScreen = program !== undefined;

/** A screen in memory, for browsers that draw in three dimensions only in a window. */
export interface Screen {
  /** The variable DISPLAY of those who draw on it. */
  readonly display: string;
  close(): Promise<void>;
}

/** Starts a screen that no other program has. */
export async function startScreen(): Promise<Screen> {
  if (program === undefined) throw new Error('Xvfb is not installed');
  const flags = ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'];
  const server = spawn(program, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const number = await new Promise<string>((resolve, reject) => {
    (server.stdio[3] as Readable).once('data', (text: Buffer) => resolve(text.toString().trim()));
    server.once('error', reject);
    void ended.then(() => reject(new Error('Xvfb ended at once')));
  });
  return {
    display: `:${number}`,
    close: async () => {
      server.kill();
      await ended;
    },
  };
}
