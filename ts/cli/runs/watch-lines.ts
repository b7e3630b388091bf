import { fixed, percent } from '../../base/number-format.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Structure, WatchCheck } from '../../faces/node/quests.js';
import type { WatchRow } from './watch-records.js';

/** Step and time of a frame; null where it does not say them. */
export function stateOf(structure: Structure): {
  readonly step: number | null;
  readonly time: number | null;
} {
  const { step, time } = analysis.frameState(structure);
  return { step: step ?? null, time: time ?? null };
}

/** What is written of a check. */
export function rowOf(
  structure: Structure,
  frame: number,
  found: WatchCheck,
  { check, isKept }: { readonly check: number; readonly isKept: boolean },
): WatchRow {
  return {
    check,
    frame,
    ...stateOf(structure),
    n_envs: found.environments,
    entropy: found.entropy ?? null,
    mean_dH: found.mean ?? null,
    max_dH: found.maximum,
    atom: found.atom,
    novelty: found.novelty,
    score: found.score,
    ref_envs: found.known,
    decision: found.decision,
    saved: isKept,
  };
}

/** A column of the lines, which are printed one by one: its width does not wait for the values. */
interface Cell {
  readonly title: string;
  readonly width: number;
  readonly text: (row: WatchRow) => string;
}

const CELLS: readonly Cell[] = [
  { title: 'frame', width: 7, text: ({ frame }) => String(frame) },
  { title: 'step', width: 9, text: ({ step }) => fixed(step, 0) },
  { title: 'ps', width: 9, text: ({ time }) => fixed(time, 3) },
  { title: 'H', width: 7, text: ({ entropy }) => fixed(entropy, 3) },
  { title: 'mean dH', width: 8, text: ({ mean_dH: value }) => fixed(value, 3) },
  { title: 'max dH', width: 8, text: ({ max_dH: value }) => fixed(value, 3) },
  { title: 'atom', width: 7, text: ({ atom }) => String(atom) },
  { title: 'novel', width: 7, text: ({ novelty }) => percent(Number(novelty)) },
];

/** Titles of the lines. */
export function headLine(): string {
  return CELLS.map(({ title, width }) => title.padStart(width)).join(' ');
}

/** The line of a check, with what follows from it where that is not to go on. */
export function lineOf(row: WatchRow): string {
  const cells = CELLS.map(({ width, text }) => text(row).padStart(width)).join(' ');
  const words = [
    ...(row.decision === 'continue' ? [] : [row.decision]),
    ...(row.saved === true ? ['saved'] : []),
  ];
  return [cells, ...new Set(words.map((word) => (word === 'save' ? 'saved' : word)))].join('  ');
}
