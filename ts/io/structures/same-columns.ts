import { errorAt } from '../../base/error.js';
import type { AtomArray, Structure } from '../../model/structure.js';

/** What a column of a table holds. */
type ColumnKind = 'real numbers' | 'whole numbers' | 'logicals' | 'text';

/**
 * Holds structures against the first: a table has the same columns in all of its rows, and where it
 * is typed, the same kind of values in each.
 */
export class SameColumns {
  private readonly isTyped: boolean;
  private first: ReadonlyMap<string, ColumnKind> | undefined;
  private names = '';

  /** @param isTyped whether columns have a type, as those of Parquet */
  constructor(isTyped: boolean) {
    this.isTyped = isTyped;
  }

  /**
   * Takes the next structure. Whole numbers may follow real ones, which hold them exactly.
   *
   * @param index its place in the sequence, for structures that were not read from a file
   * @throws {QuestsError} MISMATCH, with file and frame, for other columns or kinds of values
   */
  check(structure: Structure, index: number): void {
    const columns = columnsOf(structure);
    const names = [...columns.keys()].join(', ');
    if (this.first === undefined) {
      this.first = columns;
      this.names = names;
    }
    const refuse = (problem: string): Error =>
      errorAt(
        'MISMATCH',
        structure.source ?? { frame: index },
        `${problem}: all rows go into one table; .xyz has columns for each frame`,
      );
    if (names !== this.names) {
      const found = names === '' ? 'no columns of its own' : `the columns ${names}`;
      const expected = this.names === '' ? 'none' : this.names;
      throw refuse(`has ${found}, expected those of the first frame, ${expected}`);
    }
    if (!this.isTyped) return;
    for (const [name, kind] of columns) {
      const expected = this.first.get(name);
      const fits = kind === expected || (kind === 'whole numbers' && expected === 'real numbers');
      if (!fits) throw refuse(`has ${kind} in ${name}, expected ${expected ?? kind} as in the first frame`);
    }
  }
}

/** Structures, each held against the first: see {@link SameColumns}. */
export async function* withSameColumns(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  isTyped: boolean,
): AsyncGenerator<Structure, void, undefined> {
  const columns = new SameColumns(isTyped);
  let index = 0;
  for await (const structure of structures) {
    columns.check(structure, index++);
    yield structure;
  }
}

/** Columns that not every structure has. */
function columnsOf({ species, arrays = {} }: Structure): Map<string, ColumnKind> {
  const own = Object.entries(arrays).map(
    ([name, array]) => [array.width === 1 ? name : `${name}:${array.width}`, kindOf(array)] as const,
  );
  return new Map([...(species === undefined ? [] : [['species', 'text'] as const]), ...own]);
}

function kindOf({ kind, data }: AtomArray): ColumnKind {
  if (kind === 'S') return 'text';
  if (data instanceof Float64Array) return 'real numbers';
  return data instanceof Uint8Array ? 'logicals' : 'whole numbers';
}
