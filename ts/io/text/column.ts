import type { Labels } from './column-labels.js';

/** A column group of a table of atoms. */
export interface AtomColumn {
  readonly name: string;
  /** Real, integer, logical, text. */
  readonly kind: 'R' | 'I' | 'L' | 'S';
  /** Fields per atom. */
  readonly width: number;
  /** Whether `nan` and `inf` are refused. */
  readonly finite?: boolean;
  /** Makes the strings of a text column; kept over frames, it makes each string once per file. */
  readonly labels?: Labels;
}
