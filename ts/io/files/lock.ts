import { readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QuestsError } from '../../base/error.js';
import { accessError, systemCode } from '../../base/file-access.js';
import { hiddenName } from './file-name.js';
import { hold, letGo } from './unfinished.js';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  /** When the process was started, in the kernel's count; absent where that is not known. */
  readonly start?: string | undefined;
  /** Where its number means something: a machine, and there its space of process numbers. */
  readonly machine: string;
}

/** A holder shows that it is alive once in so many ms. */
const PULSE = 10_000;

/** A holder on another machine that did not for so many ms is dead. */
const SILENCE = 90_000;

/** How long to wait for another that takes a dead lock away, in ms. */
const GUARDED = 20;

/** How often a lock is tried that others take and leave at the same time. */
const ATTEMPTS = 5;

/**
 * A lock on an output: a hidden file beside it that says who writes. A process that was killed
 * holds none: on its own machine its number tells, on another that its file is not touched any
 * more.
 */
export class Lock {
  readonly #file: string;
  readonly #pulse: NodeJS.Timeout;

  private constructor(file: string) {
    this.#file = file;
    hold(file);
    this.#pulse = setInterval(() => {
      const now = new Date();
      // What cannot be touched counts as dead on other machines, no worse than a pulse too late.
      void utimes(file, now, now).catch(() => undefined);
    }, PULSE).unref();
  }

  /**
   * Locks an output.
   *
   * @param target the file that will be written, links followed
   * @param path what messages call it
   * @throws {QuestsError} FILE_ACCESS: another run holds it; no file can be made beside it
   */
  static async take(target: string, path: string): Promise<Lock> {
    const file = join(dirname(target), hiddenName(basename(target), 'lock'));
    const guard = join(dirname(target), hiddenName(basename(target), 'unlock'));
    const own = JSON.stringify(thisProcess());
    let holder = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        await writeFile(file, own, { flag: 'wx' });
        return new Lock(file);
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw accessError('write', path, error);
      }
      const said = await contentOf(file);
      if (said === undefined) continue;
      if (await isAlive(file, said)) {
        holder = said;
        break;
      }
      await removeDead(file, said, guard);
    }
    const problem = `another run is writing it${whoHolds(holder)}`;
    throw new QuestsError('FILE_ACCESS', `cannot write ${path}: ${problem}`, { file: path, problem });
  }

  release(): void {
    clearInterval(this.#pulse);
    rmSync(this.#file, { force: true });
    letGo(this.#file);
  }
}

/** What a lock says; undefined where it is gone. */
async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw accessError('read', file, error);
  });
}

/**
 * Takes the lock of a dead process away, unless another run has done so and locked anew. Only who
 * holds the guard may: between a look at the lock and its removal nobody else removes it, and
 * nobody makes one while it is there.
 */
async function removeDead(file: string, said: string, guard: string): Promise<void> {
  try {
    writeFileSync(guard, '', { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw accessError('write', file, error);
    // What is done under it takes no time: one that stays was left by a process that was killed.
    if (Date.now() - (await touchedAt(guard)) > PULSE) rmSync(guard, { force: true });
    await sleep(GUARDED);
    return;
  }
  try {
    if (readFileSync(file, 'utf8') === said) rmSync(file, { force: true });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw accessError('write', file, error);
  } finally {
    rmSync(guard, { force: true });
  }
}

/** When a file was touched last; now where it is gone. */
async function touchedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
}

async function isAlive(file: string, said: string): Promise<boolean> {
  const holder = holderOf(said);
  const own = thisProcess();
  if (holder?.machine === own.machine) {
    if (!isRunning(holder.pid)) return false;
    const start = startOf(holder.pid);
    if (holder.start !== undefined) return holder.start === start;
  }
  // Nothing but its pulse tells; a lock that is just being written says nothing yet.
  const touched = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => -Infinity,
  );
  return Date.now() - touched < SILENCE;
}

function holderOf(said: string): Holder | undefined {
  try {
    const { pid, start, machine } = JSON.parse(said) as Partial<Holder>;
    if (typeof pid !== 'number' || typeof machine !== 'string') return undefined;
    return { pid, machine, start };
  } catch {
    return undefined;
  }
}

function whoHolds(said: string): string {
  const holder = holderOf(said);
  if (holder === undefined) return '';
  const place = holder.machine === thisProcess().machine ? '' : ` on ${holder.machine.split(' ')[0] ?? ''}`;
  return ` (process ${holder.pid}${place})`;
}

function thisProcess(): Holder {
  return { pid: process.pid, start: startOf(process.pid), machine: `${hostname()} ${numberSpace()}`.trim() };
}

/** Containers on one machine count processes each for themselves. */
function numberSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/**
 * When a process was started, which tells it from a later one of the same number; undefined where
 * the system does not say, and for one that has ended and that nobody has asked for since.
 */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name comes second, in parentheses, and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return /^[ZX]/.test(fields[0] ?? '') ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
