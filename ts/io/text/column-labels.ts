import { decodeText } from './lines.js';

/** Longest label, in bytes, whose bytes make a whole number below 2^53. */
const PACKED = 6;

/**
 * Labels remembered at most: enough for species, a bound for columns in which every atom has its
 * own text.
 */
const REMEMBERED = 4096;

/** Makes strings from bytes, one string per distinct label: millions of atoms share a few. */
export class Labels {
  private lastKey = -1;
  private lastLabel = '';
  private readonly known = new Map<number, string>();
  private readonly spell: (label: string) => string;

  /**
   * @param spell what becomes of a label; called once per distinct short label. Default: nothing
   */
  constructor(spell: (label: string) => string = (label) => label) {
    this.spell = spell;
  }

  /** Whether no more labels are remembered. */
  get isFull(): boolean {
    return this.known.size >= REMEMBERED;
  }

  /** The label in `bytes[start, end)`, which holds no blanks. */
  label(bytes: Uint8Array, start: number, end: number): string {
    if (end - start > PACKED) return this.spell(decodeText(bytes, start, end));
    let key = 0;
    for (let at = start; at < end; at++) key = key * 256 + (bytes[at] as number);
    return this.ofKey(key);
  }

  /** Writes the labels of many keys into a list, from `at` on. */
  put(labels: string[], at: number, keys: Float64Array): void {
    // In variables of its own: this loop runs once per atom.
    let lastKey = -1;
    let label = '';
    for (const key of keys) {
      if (key !== lastKey) {
        label = this.ofKey(key);
        lastKey = key;
      }
      labels[at++] = label;
    }
  }

  /**
   * The label whose bytes, at most 6, make the number `key`, the first byte the most significant.
   */
  ofKey(key: number): string {
    if (key !== this.lastKey) {
      this.lastLabel = this.known.get(key) ?? this.remember(key);
      this.lastKey = key;
    }
    return this.lastLabel;
  }

  private remember(key: number): string {
    const bytes: number[] = [];
    for (let rest = key; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
    const label = this.spell(decodeText(Uint8Array.from(bytes), 0, bytes.length));
    if (!this.isFull) this.known.set(key, label);
    return label;
  }
}
