import { freemem } from 'node:os';
import { normalize } from 'node:path';
import { MEMORY_SHARE } from '../../base/constants.js';
import { counted } from '../../base/number-format.js';
import { QuestsError } from '../../base/error.js';
import * as quests from '../../faces/node/quests.js';
import * as io from '../../faces/node/io.js';
import type { Source, StoredReference, Structure } from '../../faces/node/quests.js';
import type { InputFile, OpenDataset, Thermo } from '../../faces/node/io.js';
import { refuseForDescriptors } from './option-effects.js';
import type { ReadFlags } from './options.js';
import { ReadNotes } from './read-notes.js';
import type { Session } from './session.js';
import { UsageError } from './usage-error.js';

/** A dataset that was named on the command line, opened. */
export interface OpenSet {
  /** The first file, as JSON and messages name it. */
  readonly file: string;
  readonly files: readonly string[];
  /** Where the files are. */
  readonly paths: readonly string[];
  readonly opened: OpenDataset;
  /** The one file of the dataset, where it is a stored reference. */
  readonly stored?: StoredReference | undefined;
  /** Opens the same files once more, as they were found. */
  readonly reopen: () => Promise<OpenSet>;
}

/** What becomes of the log of `--log`. */
export interface LogUse {
  /**
   * Whose it is: the first set's, which is what is written; or each set's own: runs have a log
   * each, states may be parts of one run. Default: the first's.
   */
  readonly logOf?: 'first' | { readonly each: 'runs' | 'states' };
  /** Told of structures after its last step. Default: they are an error. */
  readonly onBeyond?: (source: Source) => void;
  /** Whether other sets are opened apart, to which options may apply. */
  readonly isPart?: boolean;
}

/**
 * Opens datasets, each of one file or several, so that a missing file is noticed before anything is
 * computed.
 *
 * @param groups arguments that name the files of each dataset: paths, patterns, selections
 */
export async function openSets<const Groups extends readonly (readonly string[])[]>(
  session: Session,
  groups: Groups,
  flags: ReadFlags,
  { logOf = 'first', onBeyond, isPart = false }: LogUse = {},
): Promise<{ [Index in keyof Groups]: OpenSet }> {
  const { signal, onProgress } = session;
  const found: InputFile[][] = [];
  for (const arguments_ of groups) found.push(await io.findFiles(arguments_, session));
  if (found.flat().filter(({ path }) => path === '-').length > 1) {
    throw new UsageError('standard input can be read only once');
  }
  for (const inputs of found) noteRepeated(session, inputs);
  const { format, elements, onError, memory } = flags;
  const onSkip = onError === 'skip' ? session.skippedFrames.add : undefined;
  const notes = new ReadNotes(session, new Set(found.flat().map(({ path }) => path)).size);
  const logs = await logsOf(session, found, flags, logOf);
  const open = async (inputs: readonly InputFile[], log: Thermo | undefined): Promise<OpenSet> => {
    const { onNote } = notes;
    const reading = { signal, onProgress, format, elements, onSkip, onNote, backend: session.backend };
    const opened = await io.openDataset(inputs, reading).catch((error: unknown) => {
      throw error instanceof QuestsError && error.code === 'EMPTY'
        ? (session.skippedFrames.nothingLeft() ?? error)
        : error;
    });
    session.closeAtEnd(opened);
    const files = inputs.map(titleOf);
    // What was opened is gone on with: from an address, nothing is moved twice.
    const reference = await opened.reference?.();
    const most = memory ?? MEMORY_SHARE * freemem();
    const stored = reference && new quests.StoredReference(reference, { memory: most });
    if (stored !== undefined) session.closeAtEnd(stored);
    const structures = (): AsyncIterable<Structure> =>
      log === undefined ? opened.structures() : io.withThermo(opened.structures(), log, onBeyond);
    const checked = { ...opened, structures: () => notes.checked(structures()) };
    const paths = inputs.map(({ path }) => path);
    return { file: files[0] ?? '', files, paths, opened: checked, stored, reopen: () => open(inputs, log) };
  };
  const sets: OpenSet[] = [];
  for (const [at, inputs] of found.entries()) sets.push(await open(inputs, logs[at]));
  const [first] = sets;
  if (!isPart && first !== undefined && holdDescriptors(sets)) {
    if (elements !== undefined) refuseForDescriptors('elements', first.file);
    if (flags.log !== undefined) refuseForDescriptors('log', first.file);
    if (onError === 'skip') refuseForDescriptors('onError', first.file);
  }
  return sets as { [Index in keyof Groups]: OpenSet };
}

/** Says which files of a set are given more than once, as where two patterns match them. */
function noteRepeated(session: Session, inputs: readonly InputFile[]): void {
  const counts = new Map<string, { input: InputFile; count: number }>();
  for (const input of inputs) {
    const { path, select = '', members = '' } = input;
    const key = JSON.stringify([normalize(path), select, members]);
    const before = counts.get(key);
    counts.set(key, { input: before?.input ?? input, count: (before?.count ?? 0) + 1 });
  }
  for (const { input, count } of counts.values()) {
    if (count > 1) session.noteOnce(`note: ${titleOf(input)} is given ${count} times, and counted as often`);
  }
}

/** What messages call an input. */
function titleOf({ path, name = path, select, members }: InputFile): string {
  const inner = members === undefined ? '' : `//${members}`;
  return `${name}${inner}${select === undefined ? '' : `@${select}`}`;
}

/** Whether there are no structures in any of some sets. */
export function holdDescriptors(sets: readonly OpenSet[]): boolean {
  return sets.every(({ opened }) => opened.holds === 'matrix');
}

/** The log of each dataset; undefined where it has none. */
async function logsOf(
  session: Session,
  found: readonly (readonly InputFile[])[],
  { log }: ReadFlags,
  logOf: NonNullable<LogUse['logOf']>,
): Promise<(Thermo | undefined)[]> {
  const { signal } = session;
  const paths = log === undefined ? [] : [log].flat();
  const logs: Thermo[] = [];
  for (const path of paths)
    logs.push(await io.readThermo({ path: session.place(path), name: path }, { signal }));
  const [first] = logs;
  if (logOf === 'first' || logs.length === 0) return [first];
  if (logs.length === found.length) return logs;
  const shared = logOf.each === 'states';
  if (logs.length > 1 || !shared) {
    const expected = `expected ${shared ? 'one, or ' : ''}one for each, in their order`;
    throw new UsageError(`${counted(logs.length, 'log')} for ${found.length} ${logOf.each}: ${expected}`);
  }
  const files = new Set(found.flat().map(({ path }) => path));
  if (files.size > 1) {
    session.note(
      `note: ${paths.join('')} is used as the log of all ${files.size} files; --log takes one per state`,
    );
  }
  return found.map(() => first);
}

/** A dataset in notes: its file, or the first of several. */
export function setTitle({ file, files }: OpenSet): string {
  return files.length === 1 ? file : `${file} and ${files.length - 1} more`;
}
