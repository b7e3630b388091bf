import { spawn } from 'node:child_process';
import type { Session } from './session.js';

/** What opens an address on a system, and the arguments before it. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Elsewhere. */
const OTHER = ['xdg-open'] as const;

/**
 * Opens an address in the browser of the person: that of the variable `BROWSER`, else that of the
 * system. Says so where there is none.
 */
export async function openInBrowser(url: string, session: Session): Promise<void> {
  const { BROWSER = '' } = process.env;
  const [program, ...before] = BROWSER === '' ? (OPENERS[process.platform] ?? OTHER) : ([BROWSER] as const);
  const problem = await new Promise<string | undefined>((resolve) => {
    const child = spawn(program, [...before, url], { detached: true, stdio: 'ignore' });
    child.once('error', ({ message }) => resolve(message));
    child.once('spawn', () => {
      child.unref();
      resolve(undefined);
    });
  });
  if (problem !== undefined) session.note(`note: no browser was opened (${problem}): open the address above`);
}
