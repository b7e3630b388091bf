import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { textNumber } from '../text/number.js';

/** One step of thermodynamic output: the values of some keys. */
export interface ThermoRow {
  readonly step: number;
  readonly keys: readonly string[];
  /** As many as there are keys. */
  readonly values: readonly number[];
}

/** The key of the timestep. */
const STEP = 'Step';

/** What a table begins with where thermodynamic output follows. */
const BEFORE_TABLE = /^(Per MPI rank memory allocation|Memory usage per processor)\b/;
const AFTER_TABLE = /^Loop time of\b/;

/** `------------ Step 100 ----- CPU = 0.12 (sec) -------------`. */
const BLOCK = /^-+\s*Step\s+(\d+)\s*-+\s*CPU\s*=\s*(\S+)\s*\(secs?\)\s*-*$/;
const PAIRS = /^(\S+\s*=\s+\S+\s*)+$/;

/** `keywords: ['Step', 'Temp', ]` and `  - [0, 300, ]`. */
const YAML_KEYS = /^keywords:\s*\[(.*)\]$/;
const YAML_ROW = /^-\s*\[(.*)\]$/;

/** A step of the style `multi`, while its lines are read. */
interface Block {
  readonly step: number;
  readonly keys: string[];
  readonly values: number[];
}

/**
 * Collects thermodynamic output from the lines of a log, in the styles `one` (a table), `multi`
 * (blocks of `Key = value`) and `yaml`. Warnings and what a script prints between the lines, words
 * or numbers, are passed over.
 */
export class ThermoTable {
  readonly rows: ThermoRow[] = [];
  /** Columns of the table that is read; undefined outside of tables. */
  private columns: readonly string[] | undefined;
  /** Whether the columns are those of YAML, whose rows are in brackets. */
  private isYaml = false;
  private block: Block | undefined;
  /** Of the table that is read: the step of the last row, and where it ended in the first. */
  private last: { readonly step: number; readonly width: number } | undefined;
  /** Whether the line before says that a table follows. */
  private announced = false;

  /**
   * Takes in a line.
   *
   * @param isCut whether the file ends within it
   * @throws {QuestsError} INVALID_FILE for a row in brackets of another length than the table
   */
  read(line: string, isCut: boolean, here: FilePlace): void {
    const text = line.trim();
    if (isCut && (this.columns !== undefined || this.block !== undefined) && !AFTER_TABLE.test(text)) {
      // What is there of the last row may be cut within a number; so may the block that it belongs
      // to.
      this.columns = this.block = undefined;
      return;
    }
    const fields = text.split(/\s+/);
    const begin = BLOCK.exec(text);
    const keys = YAML_KEYS.exec(text)?.[1];
    if (begin !== null) this.begin(Number(begin[1]), textNumber(begin[2] ?? ''));
    else if (AFTER_TABLE.test(text)) this.end();
    else if (keys !== undefined) this.head(unquoted(keys), true);
    else if ((this.announced || (fields[0] === STEP && this.columns === undefined)) && areNames(fields))
      this.head(fields, false);
    else if (this.block !== undefined) this.pairs(text, this.block);
    else if (this.columns !== undefined) this.row(line, this.columns, here);
    this.announced = BEFORE_TABLE.test(text) || (this.announced && /^(WARNING|$)/.test(text));
  }

  /**
   * The end of the file: a block without a further line behind it is whole if the one before has no
   * more keys.
   */
  finish(): void {
    const [block, last] = [this.block, this.rows.at(-1)];
    if (block !== undefined && last !== undefined && block.keys.length < last.keys.length)
      this.block = undefined;
    this.end();
  }

  private head(columns: readonly string[], isYaml: boolean): void {
    this.end();
    // A table without timesteps cannot be joined to anything.
    if (!columns.includes(STEP)) return;
    this.columns = columns;
    this.isYaml = isYaml;
    this.last = undefined;
  }

  private begin(step: number, cpu: number | undefined): void {
    this.end();
    this.block = { step, keys: cpu === undefined ? [] : ['CPU'], values: cpu === undefined ? [] : [cpu] };
  }

  private end(): void {
    if (this.block !== undefined) this.rows.push(this.block);
    this.block = this.columns = undefined;
  }

  private pairs(text: string, { keys, values }: Block): void {
    if (!PAIRS.test(text)) return;
    for (const [, key = '', value = ''] of text.matchAll(/(\S+)\s*=\s+(\S+)/g)) {
      const number = textNumber(value);
      if (number === undefined) continue;
      keys.push(key);
      values.push(number);
    }
  }

  /**
   * Whether numbers are a row of the table, and not what a script prints between them: steps rise,
   * and LAMMPS writes them flush right.
   */
  private isNext(step: number, line: string): boolean {
    const width = this.columns?.[0] === STEP ? (/^\s*\S*/.exec(line)?.[0].length ?? 0) : 0;
    const { last } = this;
    if (last !== undefined && (step <= last.step || width < last.width)) return false;
    this.last = { step, width: last?.width ?? width };
    return true;
  }

  private row(line: string, columns: readonly string[], here: FilePlace): void {
    const text = line.trim();
    const inner = this.isYaml ? YAML_ROW.exec(text)?.[1] : text;
    if (inner === undefined) return;
    const fields = inner.split(this.isYaml ? /[\s,]+/ : /\s+/).filter((field) => field !== '');
    const values = fields.map(textNumber);
    if (values.length === 0 || values.includes(undefined)) return;
    const step = values[columns.indexOf(STEP)];
    const isRow = values.length === columns.length && step !== undefined && Number.isSafeInteger(step);
    if (!this.isYaml && !(isRow && this.isNext(step, line))) return;
    if (!isRow) {
      const expected = `${columns.length} values with a whole Step (${columns.join(' ')})`;
      throw invalidFile(here, `expected ${expected}, found ${shown(text)}`);
    }
    const others = (_: unknown, at: number): boolean => columns[at] !== STEP;
    this.rows.push({ step, keys: columns.filter(others), values: (values as number[]).filter(others) });
  }
}

/** Whether all fields of a line may be names of columns. */
function areNames(fields: readonly string[]): boolean {
  if (fields[0] === 'WARNING:') return false;
  return fields.every((field) => /^[A-Za-z_]/.test(field) && textNumber(field) === undefined);
}

function unquoted(list: string): string[] {
  return list
    .split(',')
    .map((key) => key.trim().replace(/^(['"])(.*)\1$/, '$2'))
    .filter((key) => key !== '');
}
