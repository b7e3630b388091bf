import { shown } from '../text/fault.js';
import type { FrameHeader } from './frame-header.js';

/** Keys under which programs write a cell; `Lattice` alone is read as one. */
const KEY = /^(unit_?)?(cell|box|lattice|cryst1)(_?(vectors|vec|matrix|parameters|size|lengths))?$/i;

/** Words before the numbers of a cell in running text. */
const WORD = /\b(unit ?cell|cell|box|lattice|cryst1|pbc)\b[^\d+-]{0,20}[-+]?\.?\d/i;

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([ed][-+]?\d+)?$/i;

/** Numbers in a row that may be a cell, edges and angles or vectors, with a number before them. */
const RUNS: ReadonlySet<number> = new Set([6, 7, 9, 10]);

/**
 * What to tell the user of a frame without a cell whose comment line looks as if there were one;
 * undefined where it does not.
 */
export function cellHint({ cell, info }: FrameHeader): string | undefined {
  if (cell !== undefined) return undefined;
  const text = cellText(info);
  if (text === undefined) return undefined;
  const form = 'Lattice="ax ay az bx by bz cx cy cz"';
  return `no cell was read, but the comment line looks like one: ${shown(text)}; write it as ${form}`;
}

function cellText(info: FrameHeader['info']): string | undefined {
  for (const [key, value] of Object.entries(info)) {
    if (KEY.test(key) && typeof value !== 'boolean') return `${key}=${String(value)}`;
  }
  if (['a', 'b', 'c'].every((edge) => typeof info[edge] === 'number')) {
    return ['a', 'b', 'c'].map((edge) => `${edge}=${String(info[edge])}`).join(' ');
  }
  const { comment } = info;
  return typeof comment === 'string' && isCell(comment) ? comment : undefined;
}

function isCell(comment: string): boolean {
  if (WORD.test(comment)) return true;
  const isNumber = comment
    .replace(/^\s*#/, '')
    .split(/[\s,;]+/)
    .filter((field) => field !== '')
    .map((field) => NUMBER.test(field));
  // Three edges alone, or after a word.
  if (isNumber.length <= 4 && isNumber.slice(-3).filter(Boolean).length === 3) return true;
  let run = 0;
  for (const [at, own] of isNumber.entries()) {
    run = own ? run + 1 : 0;
    if (isNumber[at + 1] !== true && RUNS.has(run)) return true;
  }
  return false;
}
