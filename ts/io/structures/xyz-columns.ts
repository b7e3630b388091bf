import type { QuestsError } from '../../base/error.js';
import type { AtomColumn } from '../text/column.js';
import { Labels } from '../text/column-labels.js';
import { type FilePlace, invalidFile, shown } from '../text/fault.js';
import { speciesLabel } from './elements.js';
import { parseColumns, repeatedColumn } from './frame-header.js';

/** Names of the columns that are more than data, the usual one first. */
const POSITION_NAMES = ['pos', 'positions', 'position'];
const SPECIES_NAMES = ['species', 'symbols', 'symbol', 'elements', 'element'];
const NUMBER_NAMES = ['Z', 'numbers', 'atomic_numbers'];

/** Columns to read, and which of them are species and coordinates. */
export interface Plan {
  readonly columns: readonly AtomColumn[];
  readonly position: number;
  /** Index of the column of labels; −1 where there is none. */
  readonly species: number;
  /**
   * Index of the column of atomic numbers; −1 where there is none, or where labels go before them.
   */
  readonly number: number;
  /** The first column that is named again. */
  readonly repeated: string | undefined;
}

/** Columns as they were in the file read last: many small files share theirs. */
let shared: { readonly properties: string; readonly labels: Labels; readonly plan: Plan } | undefined;

export function sharedPlan(properties: string, place: FilePlace): Plan {
  if (shared?.properties !== properties || shared.labels.isFull) {
    const labels = new Labels(speciesLabel);
    const plan = planOf(parseColumns(properties, place), labels, properties, place);
    shared = { properties, labels, plan };
  }
  return shared.plan;
}

export function planOf(
  columns: readonly AtomColumn[],
  labels: Labels,
  properties: string,
  place: FilePlace,
): Plan {
  const refuse = (problem: string): QuestsError =>
    invalidFile(place, `Properties=${shown(properties)} ${problem}`);
  const once = (names: readonly string[]): number => {
    const index = indexOfName(columns, names);
    const name = columns[index]?.name;
    const times = properties.split(':').filter((field, at) => at % 3 === 0 && field === name).length;
    if (times > 1) throw refuse(`has ${times} columns named ${String(name)}; which one counts?`);
    return index;
  };

  const position = once(POSITION_NAMES);
  const species = once(SPECIES_NAMES);
  const number = species === -1 ? once(NUMBER_NAMES) : -1;
  const positions = columns[position];
  if (positions === undefined) throw refuse('has no column pos');
  if (positions.width !== 3 || (positions.kind !== 'R' && positions.kind !== 'I')) {
    throw refuse('has coordinates other than pos:R:3');
  }
  for (const column of [columns[species], columns[number]]) {
    if (column !== undefined && column.width !== 1)
      throw refuse(`has more than one field of ${column.name} per atom`);
  }
  return {
    columns: columns.map((column, index) => {
      if (index === position) return { ...column, kind: 'R', finite: true };
      if (index === species) return { ...column, kind: 'S', labels };
      return index === number ? { ...column, kind: 'I' } : column;
    }),
    position,
    species,
    number,
    repeated: repeatedColumn(properties),
  };
}

/** Index of the column with the first of these names that occurs; −1 where none does. */
function indexOfName(columns: readonly AtomColumn[], names: readonly string[]): number {
  for (const name of names) {
    const index = columns.findIndex((column) => column.name === name);
    if (index !== -1) return index;
  }
  return columns.findIndex((column) =>
    names.some((name) => name.length > 1 && name === column.name.toLowerCase()),
  );
}
