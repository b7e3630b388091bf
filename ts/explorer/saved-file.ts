import { engineOf } from '../backend/engine.js';
import { structuresBlob } from '../io/files/blob.js';
import { writeCsv } from '../io/matrices/csv.js';
import type { ColumnTable } from '../model/column-table.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { reportHtml } from '../report/report.js';
import { setRecords } from '../report/wording/gap.js';
import { selectedFrames } from '../explore/selection.js';
import type { ExploredSet, Exploration } from '../explore/exploration.js';
import { exploredFrame } from '../explore/explored-frame.js';
import type { RunSettings, SavedKind } from './protocol.js';

/** What files are made of. */
export interface Savable {
  readonly settings: RunSettings;
  readonly exploration: Exploration;
  /** Rows of all sets, one after the other. */
  readonly selected: Uint32Array;
  /** Frames of the last set. */
  readonly kept: readonly number[];
}

/** A file of what was computed. */
export async function savedFile(
  { settings, exploration, selected, kept }: Savable,
  what: SavedKind,
  options: RunOptions,
): Promise<{ name: string; blob: Blob }> {
  const { findings, sets } = exploration;
  switch (what) {
    case 'report': {
      const html = await reportHtml(exploration, await madeOf(exploration, settings, options), options);
      return { name: 'report.html', blob: new Blob([html], { type: 'text/html' }) };
    }
    case 'json': {
      const record = { ...findings, settings, sets: setRecords(findings.sets) };
      const text = `${JSON.stringify(record, null, 2)}\n`;
      return { name: 'quests.json', blob: new Blob([text]) };
    }
    case 'csv': {
      const pieces: BlobPart[] = [];
      for await (const piece of writeCsv(sets.map(knownRows))) pieces.push(piece);
      return { name: 'quests.csv', blob: new Blob(pieces) };
    }
    case 'xyz': {
      const all = sets.flatMap((set) => set.structures.map((_, frame) => exploredFrame(set, frame)));
      return { name: 'quests.xyz', blob: await structuresBlob(all) };
    }
    case 'selected': {
      const frames = selectedFrames(sets, selected).map(({ set, frame, atoms }) =>
        exploredFrame(set, frame, atoms),
      );
      return { name: 'selected.xyz', blob: await structuresBlob(frames) };
    }
    case 'kept': {
      const set = sets.at(-1);
      const frames = set === undefined ? [] : kept.map((frame) => exploredFrame(set, frame));
      return { name: 'kept.xyz', blob: await structuresBlob(frames) };
    }
  }
}

/** The environments of a set whose δH is known, one row for each. */
function knownRows({ name, x, dH }: ExploredSet, set: number): ColumnTable {
  const known = Uint32Array.from(dH.keys()).filter((row) => !Number.isNaN(dH[row]));
  const frames = known.map((row) => x.frameOf(row));
  return {
    rows: known.length,
    columns: [
      { name: 'set', data: new Uint32Array(known.length).fill(set) },
      { name: 'file', data: Array.from(known, () => name) },
      { name: 'frame', data: frames },
      { name: 'atom', data: known.map((row, at) => row - (x.frameOffsets[frames[at] as number] as number)) },
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
    ...Object.fromEntries(sets.map(({ name }, at) => [names[at] ?? '', name])),
    frames: select === '' ? 'all' : select,
    version: `quests ${backend.core.version()}`,
    'computed by': engineOf(backend),
  };
}
