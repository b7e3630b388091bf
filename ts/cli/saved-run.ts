import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { QuestsError } from '../error.js';
import type { Structure } from '../node.js';
import { UsageError } from './failure.js';
import type { OutputFlags } from './options.js';
import type { Session } from './session.js';

/** Options of commands whose runs can be taken up again. */
export interface ResumeFlags extends OutputFlags {
  readonly resume?: boolean;
}

/** What a run depends on; it goes on only where all of it is as it was. */
export type RunSettings = Readonly<Record<string, unknown>>;

const SETTINGS = 'settings.json';

/**
 * What a long run has done so far, in a folder beside its output: `OUTPUT.run`. Every file in it is written under another
 * name first and then renamed, so that a process that is killed leaves whole files only. The folder goes when the output
 * is there.
 */
export class SavedRun {
  readonly #session: Session;
  readonly folder: string;

  private constructor(session: Session, folder: string) {
    this.#session = session;
    this.folder = folder;
  }

  /**
   * Refuses, before anything is computed, what cannot be begun or gone on with.
   *
   * @throws {UsageError} `--resume` without `--output`
   * @throws {QuestsError} FILE_ACCESS: a stopped run is there, and it was not said what is to become of it
   */
  static check({ output, resume, overwrite }: ResumeFlags): void {
    if (output === undefined) {
      if (resume)
        throw new UsageError('--resume goes on with the run of an output file: name one with --output');
      return;
    }
    const folder = folderOf(output);
    if (!existsSync(folder) || resume || overwrite) return;
    const problem = `${folder} holds a run that was stopped: --resume goes on with it, --overwrite begins anew`;
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
    const run = new SavedRun(session, folderOf(output));
    const text = `${JSON.stringify(settings, null, 2)}\n`;
    const before = resume ? run.read(SETTINGS) : undefined;
    if (before === undefined) {
      if (resume) session.note('nothing to resume: the run begins at the beginning');
      run.remove();
      mkdirSync(run.folder, { recursive: true });
      await run.save(SETTINGS, text);
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

  async save(name: string, text: string): Promise<void> {
    await this.#session.quests.writeOutput(this.path(name), [text], { overwrite: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #difference(before: string, settings: RunSettings): string {
    const known = JSON.parse(before) as RunSettings;
    const keys = new Set([...Object.keys(known), ...Object.keys(settings)]);
    const text = (value: unknown): string => JSON.stringify(value ?? null);
    const key = [...keys].find((each) => text(known[each]) !== text(settings[each])) ?? '';
    if (key === 'structures') return `${this.folder} was begun with other structures`;
    const values = `${key} was ${text(known[key])}, now it is ${text(settings[key])}`;
    return `${this.folder} was begun otherwise: ${values}; --overwrite begins anew`;
  }
}

function folderOf(output: string): string {
  return `${output}.run`;
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
