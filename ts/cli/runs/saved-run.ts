import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { QuestsError } from '../../base/error.js';
import { accessError } from '../../base/file-access.js';
import * as io from '../../faces/node/io.js';
import type { Structure } from '../../faces/node/quests.js';
import type { OutputFlags } from '../session/options.js';
import type { Session } from '../session/session.js';
import { folderBeside } from './folder-beside.js';
import { UsageError } from '../session/usage-error.js';

/** Options of commands whose runs can be taken up again. */
export interface ResumeFlags extends OutputFlags {
  readonly resume?: boolean;
}

/** What a run depends on; it goes on only where all of it is as it was. */
export type RunSettings = Readonly<Record<string, unknown>>;

const SETTINGS_FILE = 'settings.json';

/** Files that runs write; no other is ever removed. */
const OWN = /^(settings\.json|chain\.json|generation-\d+\.xyz|frames\.jsonl|atoms\.bin|\..+\.tmp)$/;

/**
 * What a long run has done so far, in a folder beside its output: `OUTPUT.run`. Every file in it is
 * written under another name first and then renamed, so that a process that is killed leaves whole
 * files only. The folder goes when the output is there.
 */
export class SavedRun {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Refuses, before anything is computed, what cannot be begun or gone on with.
   *
   * @throws {UsageError} `--resume` without `--output`
   * @throws {QuestsError} FILE_ACCESS: a stopped run is there, and it was not said what is to
   *   become of it; or something that is no run
   */
  static check({ output, resume, overwrite }: ResumeFlags): void {
    if (output === undefined) {
      if (resume) throw new UsageError('--resume needs --output, the output of the run to continue');
      return;
    }
    const folder = folderBeside(output, 'run');
    if (!existsSync(folder)) return;
    if (!isRun(folder)) {
      const problem = `${folder} is not a saved run: move it, or choose another output`;
      throw new QuestsError('FILE_ACCESS', problem);
    }
    if (resume || overwrite) {
      checkWritable(folder);
      return;
    }
    const problem =
      `${folder} holds a run that was stopped or is still running: --resume ` +
      `continues it, --overwrite starts anew`;
    throw new QuestsError('FILE_ACCESS', problem);
  }

  /**
   * Opens the folder of a run; nothing where there is no output.
   *
   * @throws {QuestsError} MISMATCH: the run was begun with other settings, or other structures
   */
  static async open(
    session: Session,
    { output, resume }: ResumeFlags,
    settings: RunSettings,
  ): Promise<SavedRun | undefined> {
    if (output === undefined) return undefined;
    const run = new SavedRun(folderBeside(output, 'run'));
    const text = `${JSON.stringify(settings, null, 2)}\n`;
    const before = resume ? run.read(SETTINGS_FILE) : undefined;
    if (before === undefined) {
      if (resume) session.note('nothing to resume: starting from the beginning');
      run.remove();
      try {
        mkdirSync(run.folder);
      } catch (error) {
        throw accessError('write', run.folder, error);
      }
      await run.save(SETTINGS_FILE, text);
    } else if (before !== text) throw new QuestsError('MISMATCH', run.#difference(before, settings));
    return run;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** Text that was saved; undefined where there is none. */
  read(name: string): string | undefined {
    return this.has(name) ? readFileSync(this.path(name), 'utf8') : undefined;
  }

  /**
   * JSON that was saved; undefined where there is none.
   *
   * @param holds whether it is what it should be
   * @throws {QuestsError} INVALID_FILE: it is damaged
   */
  json<T>(name: string, holds: (value: unknown) => value is T): T | undefined {
    const text = this.read(name);
    if (text === undefined) return undefined;
    const value = parsed(text);
    if (holds(value)) return value;
    throw new QuestsError('INVALID_FILE', `${this.path(name)} is damaged; --overwrite starts anew`);
  }

  async save(name: string, text: string): Promise<void> {
    await io.writeOutput(this.path(name), [text], { overwrite: true });
  }

  /** Removes what the run wrote, the settings last. */
  remove(): void {
    if (!existsSync(this.folder)) return;
    try {
      const own = readdirSync(this.folder).filter((name) => OWN.test(name) && name !== SETTINGS_FILE);
      for (const name of [...own, SETTINGS_FILE]) rmSync(this.path(name), { force: true });
      rmdirSync(this.folder);
    } catch (error) {
      throw accessError('write', this.folder, error);
    }
  }

  #difference(before: string, settings: RunSettings): string {
    const known = parsed(before);
    if (!isRecord(known)) return `${this.path(SETTINGS_FILE)} is damaged; --overwrite starts anew`;
    const keys = new Set([...Object.keys(known), ...Object.keys(settings)]);
    const text = (value: unknown): string => JSON.stringify(value ?? null);
    const key = [...keys].find((each) => text(known[each]) !== text(settings[each])) ?? '';
    if (key === 'structures') return `${this.folder} was started with other structures`;
    const values = `${key} was ${text(known[key])}, now it is ${text(settings[key])}`;
    return `${this.folder} was started with other settings: ${values}; --overwrite starts anew`;
  }
}

function checkWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw accessError('write', folder, error);
  }
}

/** Whether a folder holds what runs write, and nothing else; an empty one may be that of a run. */
function isRun(folder: string): boolean {
  if (!statSync(folder).isDirectory()) return false;
  const names = readdirSync(folder);
  const saved = names.filter((name) => !name.endsWith('.tmp'));
  return names.every((name) => OWN.test(name)) && (saved.length === 0 || saved.includes(SETTINGS_FILE));
}

/** What a text says as JSON; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value has keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A fingerprint of structures: of what descriptors are made from. */
export async function fingerprint(structures: readonly Structure[]): Promise<string> {
  // Loaded here: it would slow the start of every other command.
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  for (const { positions, cell = [], pbc = [], species = [] } of structures) {
    hash.update(positions);
    hash.update(JSON.stringify([positions.length, Array.from(cell), pbc, species]));
  }
  return hash.digest('hex');
}
