import { speciesLabel } from './elements.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { freshName } from './frame-header.js';
import { Labels } from '../text/column-labels.js';
import { wordNumber } from '../text/number.js';
import type { AtomColumn } from '../text/column.js';

/** Columns of a dump, and what those are that are more than data. */
export interface DumpPlan {
  /** As {@link AtomColumn}; coordinates that stand side by side are one of them. */
  readonly columns: readonly AtomColumn[];
  /** Index of the coordinates: one column of width 3, or three. */
  readonly positions: readonly number[];
  /** Whether the coordinates are fractions of the cell vectors. */
  readonly scaled: boolean;
  /** Indices of columns; −1 where there is none. */
  readonly id: number;
  readonly type: number;
  /**
   * The column of text that names the species: `element`, `typelabel`, or a `type` that is a label.
   */
  readonly species: number;
}

/**
 * Names of coordinates, the preferred first: wrapped, scaled, unwrapped, scaled and unwrapped; ASE
 * prefers the same.
 */
const COORDINATES: readonly (readonly [string, string, string])[] = [
  ['x', 'y', 'z'],
  ['xs', 'ys', 'zs'],
  ['xu', 'yu', 'zu'],
  ['xsu', 'ysu', 'zsu'],
];

/**
 * Columns of whole numbers; LAMMPS writes custom properties of atoms as `i_NAME` and `i2_NAME[N]`.
 */
const WHOLE = /^(id|type|mol|proc|procp1|i[xyz]|i2?_.*)$/;

/** Columns of text, whatever their first row holds. */
const TEXT: ReadonlySet<string> = new Set(['element', 'typelabel']);

/**
 * Columns of numbers, whatever their first row holds: computes, fixes, variables, custom
 * properties.
 */
const REAL = /^([cfv]|d2?)_/;

/** Names of text columns that are species, the preferred first. */
const SPECIES = ['element', 'typelabel', 'type'];

/**
 * Plans how the columns of a dump are read. A column of unknown name is text where the first row
 * has a word in it, else numbers; a name that occurs twice is kept twice, the second as `NAME_2`.
 *
 * @param names of the columns
 * @param first the fields of the first row
 * @throws {QuestsError} INVALID_FILE for a file without coordinates, and for two columns of the
 *   same name where it matters which one counts
 */
export function planColumns(names: readonly string[], first: readonly string[], place: FilePlace): DumpPlan {
  const coordinates = COORDINATES.find((triple) => triple.every((name) => names.includes(name)));
  if (coordinates === undefined) {
    const wanted = COORDINATES.map((triple) => triple.join(' ')).join(', ');
    throw invalidFile(place, `expected columns ${wanted}; found ${shown(names.join(' '))}`);
  }
  for (const name of [...coordinates, 'id', 'type', ...SPECIES]) {
    const times = names.filter((other) => other === name).length;
    if (times > 1) throw invalidFile(place, `${times} columns named ${name}; which one counts?`);
  }
  const taken = new Map<string, number>();
  const columns: AtomColumn[] = [];
  const start = names.indexOf(coordinates[0]);
  const together = coordinates.every((name, axis) => names[start + axis] === name);
  for (const [at, name] of names.entries()) {
    if (together && at === start) {
      columns.push({ name: coordinates.join(' '), kind: 'R', width: 3, finite: true });
    } else if (!together || at < start || at > start + 2) {
      const finite = coordinates.includes(name);
      const fresh = freshName(name, taken);
      columns.push({ name: fresh, kind: finite ? 'R' : kindOf(name, first[at] ?? ''), width: 1, finite });
    }
  }
  const index = (name: string): number => columns.findIndex((column) => column.name === name);
  const text = SPECIES.map(index).find((at) => columns[at]?.kind === 'S') ?? -1;
  return {
    columns: columns.map((column, at) =>
      at === text ? { ...column, labels: new Labels(speciesLabel) } : column,
    ),
    positions: together ? [index(coordinates.join(' '))] : coordinates.map(index),
    scaled: coordinates[0].startsWith('xs'),
    id: index('id'),
    type: columns[index('type')]?.kind === 'I' ? index('type') : -1,
    species: text,
  };
}

function kindOf(name: string, first: string): AtomColumn['kind'] {
  if (TEXT.has(name)) return 'S';
  const isWord = /^[A-Za-z_]/.test(first) && wordNumber(first) === undefined;
  if (isWord && (name === 'type' || !(WHOLE.test(name) || REAL.test(name)))) return 'S';
  return WHOLE.test(name) ? 'I' : 'R';
}
