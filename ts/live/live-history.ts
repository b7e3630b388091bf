import type { LiveRow } from './protocol.js';

/** Rows that are kept at the most, but for the last. */
const MOST = 4000;

/**
 * The checks of a simulation that may go on for days. Where there are too many, one row stands for
 * some neighbours, as many everywhere: that of the largest δH. So every row is one of a check, and
 * no peak is lost.
 */
export class LiveHistory {
  static readonly MOST = MOST;
  /** The row of each group of neighbours. */
  #rows: LiveRow[] = [];
  /** Checks of a group, and of the last one so far. */
  #size = 1;
  #filled = 0;
  #last: LiveRow | undefined;

  /** In the order of time; the last is that of the last check. */
  get rows(): readonly LiveRow[] {
    const last = this.#last;
    return last === undefined || this.#rows.at(-1) === last ? this.#rows : [...this.#rows, last];
  }

  add(row: LiveRow): void {
    this.#last = row;
    if (this.#filled < this.#size && this.#rows.length > 0) {
      this.#filled++;
      const at = this.#rows.length - 1;
      this.#rows[at] = stranger(this.#rows[at] as LiveRow, row);
      return;
    }
    if (this.#rows.length === MOST) {
      this.#rows = Array.from({ length: MOST / 2 }, (_, at) =>
        stranger(this.#rows[2 * at] as LiveRow, this.#rows[2 * at + 1] as LiveRow),
      );
      this.#size *= 2;
    }
    this.#rows.push(row);
    this.#filled = 1;
  }
}

function stranger(one: LiveRow, other: LiveRow): LiveRow {
  return other.maximum > one.maximum ? other : one;
}
