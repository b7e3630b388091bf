import { QuestsError } from '../../base/error.js';
import * as quests from '../../faces/node/quests.js';
import * as io from '../../faces/node/io.js';
import type { Structure } from '../../faces/node/quests.js';
import type { TrajectoryRow } from '../../faces/node/analysis.js';
import { AppendedFile, bytesOf, wholeLines } from './appended-file.js';

/** Columns of the table of checks, in their order. */
const COLUMNS = [
  'check',
  'frame',
  'step',
  'time',
  'n_envs',
  'entropy',
  'mean_dH',
  'max_dH',
  'atom',
  'novelty',
  'score',
  'ref_envs',
  'decision',
  'saved',
] as const;

/** What is written of a check. */
export type WatchRow = Readonly<Record<(typeof COLUMNS)[number], TrajectoryRow[string]>>;

/**
 * What a watch writes while it goes on: a row for each check, and the frames that are kept. A frame
 * is written before its row, so that a run that was stopped in between does both again.
 */
export class WatchRecords {
  /** Rows of the run that is continued, and those since. */
  readonly rows: WatchRow[] = [];
  readonly #table: AppendedFile | undefined;
  readonly #frames: AppendedFile | undefined;
  readonly #isCsv: boolean;

  private constructor(table: AppendedFile | undefined, frames: AppendedFile | undefined, isCsv: boolean) {
    this.#table = table;
    this.#frames = frames;
    this.#isCsv = isCsv;
  }

  /**
   * Opens the files: anew, or after the last whole records of a run before.
   *
   * @throws {QuestsError} FILE_ACCESS; INVALID_FILE: a table that is none of this kind, fewer
   *   frames than the table says
   */
  static open(table: string | undefined, frames: string | undefined, resume: boolean): WatchRecords {
    const isCsv = table?.endsWith('.csv') ?? false;
    const lines = resume && table !== undefined ? wholeLines(table) : [];
    const rows = table === undefined || lines.length === 0 ? [] : rowsOf(table, lines, isCsv);
    const keptRows = rows.length === 0 ? [] : lines;
    const saved = rows.filter(({ saved: isSaved }) => isSaved === true).length;
    const opened = new WatchRecords(
      table === undefined ? undefined : new AppendedFile(table, bytesOf(keptRows)),
      frames === undefined ? undefined : new AppendedFile(frames, bytesOf(framesLines(frames, saved))),
      isCsv,
    );
    opened.rows.push(...rows);
    if (isCsv && rows.length === 0) opened.#table?.append(`${io.csvLine(COLUMNS)}\n`);
    return opened;
  }

  /** Writes a check, and before it the frame, where that is kept. */
  async add(row: WatchRow, frame: Structure | undefined): Promise<void> {
    if (frame !== undefined && this.#frames !== undefined) this.#frames.append(await textOf(frame));
    const line = this.#isCsv ? io.csvLine(COLUMNS.map((name) => row[name])) : JSON.stringify(row);
    this.#table?.append(`${line}\n`);
    this.rows.push(row);
  }

  close(): void {
    this.#table?.close();
    this.#frames?.close();
  }
}

function rowsOf(path: string, lines: readonly string[], isCsv: boolean): WatchRow[] {
  const rows = isCsv
    ? lines.slice(1).map((line) => csvRow(line, (lines[0] ?? '').split(',')))
    : lines.map((line) => jsonRow(line));
  if (rows.every((row) => row !== undefined && COLUMNS.every((name) => name in row))) {
    return rows as unknown as WatchRow[];
  }
  const problem = `expected the columns ${COLUMNS.join(', ')} in every line, as quests watch writes them`;
  throw new QuestsError('INVALID_FILE', `${path}: ${problem}`, { file: path, problem });
}

/** Numbers, and words without commas: what is written of a check. */
function csvRow(line: string, names: readonly string[]): TrajectoryRow {
  return Object.fromEntries(line.split(',').map((field, at) => [names[at] ?? '', valueOf(field)]));
}

function valueOf(field: string): TrajectoryRow[string] {
  if (field === '') return null;
  if (field === 'true' || field === 'false') return field === 'true';
  // δH is infinite around an atom of an element that the reference lacks.
  if (field === 'inf') return Infinity;
  return Number.isNaN(Number(field)) ? field : Number(field);
}

function jsonRow(line: string): TrajectoryRow | undefined {
  try {
    return JSON.parse(line) as TrajectoryRow;
  } catch {
    return undefined;
  }
}

/** The lines of the first frames of a file of extended xyz. */
function framesLines(path: string, count: number): string[] {
  const lines = count === 0 ? [] : wholeLines(path);
  let end = 0;
  for (let frame = 0; frame < count; frame++) {
    end += Number(lines[end]) + 2;
    if (end <= lines.length) continue;
    const problem = `${frame} whole frames, but its table says that ${count} were saved`;
    throw new QuestsError('INVALID_FILE', `${path}: ${problem}`, { file: path, problem });
  }
  return lines.slice(0, end);
}

async function textOf(frame: Structure): Promise<string> {
  let text = '';
  for await (const piece of io.formatByName('extxyz').structures?.write?.([frame]) ?? [])
    text += String(piece);
  return text;
}

/** The frames that a run before has kept, where there are any. */
export async function keptFrames(path: string, rows: readonly WatchRow[]): Promise<Structure[]> {
  const frames: Structure[] = [];
  if (!rows.some(({ saved }) => saved === true)) return frames;
  for await (const structure of quests.readStructures(path)) frames.push(structure);
  return frames;
}
