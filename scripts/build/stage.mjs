// One line per stage of work: its name, then how long it took. What a command prints is kept and
// shown on failure.
import { spawn } from 'node:child_process';

/** A command that did not end well. */
class CommandFailed extends Error {
  constructor(command, how, output) {
    super(`${command}: ${how}`);
    this.output = output;
  }
}

/** Something only a person can mend; the message is the one line to show. */
export class Missing extends Error {}

/** Runs a command to its end and returns what it printed. */
export function run(command, args, options = {}) {
  const line = [command, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const chunks = [];
    const output = () => Buffer.concat(chunks).toString();
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => reject(new CommandFailed(line, error.message, '')));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output());
      else reject(new CommandFailed(line, signal ?? `exit ${code}`, output()));
    });
  });
}

/** Does `work` under a name; what it passes to its argument is added to the line. */
export async function stage(name, work) {
  const began = performance.now();
  const seconds = () => `${Math.round((performance.now() - began) / 1000)} s`;
  let remark = '';
  process.stdout.write(`${name} … `);
  try {
    await work((text) => (remark = ` (${text})`));
    process.stdout.write(`${seconds()}${remark}\n`);
  } catch (error) {
    process.stdout.write(`failed after ${seconds()}\n`);
    throw error;
  }
}

/** Runs a whole script: an error becomes what a person needs to see of it, and exit 1. */
export async function script(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof CommandFailed) process.stderr.write(`${error.output}\n`);
    const known = error instanceof CommandFailed || error instanceof Missing;
    process.stderr.write(`${known ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
