import { engineOf } from '../backend/engine.js';
import { QuestsError } from '../base/error.js';
import { structuresBlob } from '../io/files/blob.js';
import { writeCsv } from '../io/matrices/csv.js';
import type { ReadNote } from '../io/structures/frames.js';
import type { ColumnTable } from '../model/column-table.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { reportDate } from '../report/date.js';
import type { PageContents } from '../report/living/linked-files.js';
import { reportHtml } from '../report/report.js';
import { shortNames } from '../report/wording/file-names.js';
import { setRecords } from '../report/wording/gap.js';
import { atomOf } from '../explore/drawn-set.js';
import { selectedFrames } from '../explore/selection.js';
import type { ExploredSet, Exploration } from '../explore/exploration.js';
import { exploredFrame } from '../explore/explored-frame.js';
import { framePlaces, placeOf } from '../explore/frame-places.js';
import type { Source, Structure } from '../model/structure.js';
import type { RunSettings, SavedKind } from './protocol.js';

/** What files are made of. */
export interface Savable {
  readonly settings: RunSettings;
  readonly notes: readonly ReadNote[];
  readonly exploration: Exploration;
  /** Rows of all sets, one after the other. */
  readonly selected: Uint32Array;
  /** Frames of the last set. */
  readonly kept: readonly number[];
  /** The frame that is shown. */
  readonly shown: { readonly set: number; readonly frame: number };
}

/**
 * A file of what was computed.
 *
 * @param page gives the files of the page, for a report that stays alive
 * @throws {QuestsError} EMPTY: nothing is selected or kept, or there are no structures to write
 */
export async function savedFile(
  { settings, notes, exploration, selected, kept, shown }: Savable,
  what: SavedKind,
  page: () => Promise<PageContents>,
  options: RunOptions,
): Promise<{ name: string; blob: Blob }> {
  const { findings, sets } = exploration;
  checkThere(what, { sets, selected, kept, shown });
  switch (what) {
    case 'report': {
      const html = await reportHtml(exploration, await madeOf(exploration, settings, options), options);
      return { name: 'report.html', blob: new Blob([html], { type: 'text/html' }) };
    }
    case 'living': {
      const { livingReportHtml } = await import('./living-report.js');
      const made = await madeOf(exploration, settings, options);
      const explored = { exploration, notes, select: settings.select };
      const html = await livingReportHtml(explored, await page(), made);
      return { name: 'interactive-report.html', blob: new Blob([html], { type: 'text/html' }) };
    }
    case 'json': {
      const record = { ...findings, settings, sets: setRecords(findings.sets) };
      const text = `${JSON.stringify(record, null, 2)}\n`;
      return { name: 'quests.json', blob: new Blob([text]) };
    }
    case 'csv': {
      const pieces: BlobPart[] = [];
      for await (const piece of writeCsv(sets.map((set) => knownRows(sets, set)))) pieces.push(piece);
      return { name: 'quests.csv', blob: new Blob(pieces) };
    }
    case 'xyz': {
      const all = sets.flatMap((set) => set.structures.map((_, frame) => placedFrame(sets, set, frame)));
      return { name: 'quests.xyz', blob: await structuresBlob(all) };
    }
    case 'frame': {
      const set = sets[shown.set] as ExploredSet;
      return {
        name: `frame-${placeOf(set, shown.frame).frame}.xyz`,
        blob: await structuresBlob([placedFrame(sets, set, shown.frame)]),
      };
    }
    case 'selected': {
      const frames = selectedFrames(sets, selected).map(({ set, frame, atoms }) =>
        placedFrame(sets, set, frame, atoms),
      );
      return { name: 'selected.xyz', blob: await structuresBlob(frames) };
    }
    case 'selected-indices': {
      const rows = selectedFrames(sets, selected).flatMap(({ set, frame, atoms }) =>
        [...atoms].map((atom) => ({ ...placeOf(set, frame), set: set.name, atom })),
      );
      return indicesFile('selected-indices.csv', rows);
    }
    case 'kept-indices': {
      const set = sets.at(-1) as ExploredSet;
      return indicesFile(
        'kept-indices.csv',
        kept.map((frame) => ({ ...placeOf(set, frame), set: set.name })),
      );
    }
    case 'kept': {
      const set = sets.at(-1);
      const frames = set === undefined ? [] : kept.map((frame) => placedFrame(sets, set, frame));
      return { name: 'kept.xyz', blob: await structuresBlob(frames) };
    }
  }
}

/** Refuses a file in which nothing would stand. */
function checkThere(
  what: SavedKind,
  { sets, selected, kept, shown }: Pick<Savable, 'selected' | 'kept' | 'shown'> & Pick<Exploration, 'sets'>,
): void {
  const empty = (problem: string): QuestsError => new QuestsError('EMPTY', `no file ${what}: ${problem}`);
  const isSelection = what === 'selected' || what === 'selected-indices';
  const isKept = what === 'kept' || what === 'kept-indices';
  if (isSelection && selected.length === 0) throw empty('no environment is selected');
  if (isKept && kept.length === 0) throw empty('no structure is kept');
  const isMatrix = ({ structures }: ExploredSet): boolean => structures.length === 0;
  const written = writtenSets(what, { sets, selected, shown });
  const matrix = written.find(isMatrix);
  // Of all frames, those that there are.
  const isEmpty = what === 'xyz' ? written.every(isMatrix) : matrix !== undefined;
  if (isEmpty) throw empty(`${matrix?.name ?? ''} holds descriptors, expected structures`);
}

/** Sets whose structures are written. */
function writtenSets(
  what: SavedKind,
  { sets, selected, shown }: Pick<Savable, 'selected' | 'shown'> & Pick<Exploration, 'sets'>,
): readonly ExploredSet[] {
  if (what === 'xyz') return sets;
  if (what === 'kept') return sets.slice(-1);
  if (what === 'frame') return sets.slice(shown.set, shown.set + 1);
  return what === 'selected' ? selectedFrames(sets, selected).map(({ set }) => set) : [];
}

/** A place in a file, of a frame or of an atom in it. */
interface Index extends Source {
  readonly set: string;
  readonly atom?: number;
}

/** A table of places. */
async function indicesFile(name: string, rows: readonly Index[]): Promise<{ name: string; blob: Blob }> {
  const atoms = rows.flatMap(({ atom }) => atom ?? []);
  const table = {
    rows: rows.length,
    columns: [
      { name: 'set', data: rows.map(({ set }) => set) },
      { name: 'file', data: rows.map(({ file }) => file) },
      { name: 'frame', data: Uint32Array.from(rows, ({ frame }) => frame) },
      ...(atoms.length > 0 ? [{ name: 'atom', data: Uint32Array.from(atoms) }] : []),
    ],
  };
  const pieces: BlobPart[] = [];
  for await (const piece of writeCsv([table])) pieces.push(piece);
  return { name, blob: new Blob(pieces) };
}

/** Name of the set that δH of a set is relative to. */
function referenceOf(sets: readonly ExploredSet[]): string {
  return (sets[0] as ExploredSet).name;
}

/** A frame with δH, its set, and where it was read. */
function placedFrame(
  sets: readonly ExploredSet[],
  set: ExploredSet,
  frame: number,
  atoms?: ReadonlySet<number>,
): Structure {
  const structure = exploredFrame(set, frame, atoms);
  const { file, frame: number } = placeOf(set, frame);
  const info = { source_file: file, source_frame: number, dH_relative_to: referenceOf(sets) };
  const own = sets.length > 1 ? { ...info, set: set.name } : info;
  return { ...structure, info: { ...structure.info, ...own } };
}

/** The environments of a set whose δH is known, one row for each. */
function knownRows(sets: readonly ExploredSet[], set: ExploredSet): ColumnTable {
  const { x, dH, name } = set;
  const known = Uint32Array.from(dH.keys()).filter((row) => !Number.isNaN(dH[row]));
  const frames = known.map((row) => x.frameOf(row));
  const { files, file, frame } = framePlaces(set);
  return {
    rows: known.length,
    columns: [
      { name: 'set', data: new Uint32Array(known.length).fill(sets.indexOf(set)) },
      { name: 'name', data: Array.from(known, () => name) },
      { name: 'file', data: Array.from(frames, (at) => files[file[at] as number] as string) },
      { name: 'frame', data: frames.map((at) => frame[at] as number) },
      { name: 'atom', data: known.map((row) => atomOf(set, row)) },
      { name: 'relative_to', data: Array.from(known, () => referenceOf(sets)) },
      { name: 'dH', data: Float64Array.from(known, (row) => dH[row] as number) },
    ],
  };
}

/** What a report says of how it was made, besides the settings of the exploration. */
async function madeOf(
  { sets }: Exploration,
  { select }: RunSettings,
  options: RunOptions,
): Promise<Record<string, string>> {
  const backend = await backendOf(options);
  const names = sets.length === 1 ? ['files'] : ['files of the first set', 'files of the second set'];
  return {
    date: reportDate(),
    ...Object.fromEntries(
      sets.map((set, at) => [names[at] ?? '', [...shortNames(framePlaces(set).files).values()].join(', ')]),
    ),
    frames: select === '' ? 'all' : select,
    version: `quests ${backend.core.version()}`,
    'computed by': engineOf(backend),
  };
}
