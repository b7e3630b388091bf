import { errorAt, type ErrorCode, QuestsError } from '../base/error.js';

/** Values of one key of a frame's comment line. */
export type InfoValue =
  number | string | boolean | readonly number[] | readonly string[] | readonly boolean[];

/**
 * One column group of a structure: `width` values per atom, row-major, under the name the file
 * used.
 */
export interface AtomArray {
  readonly data: Float64Array | Int32Array | Uint8Array | readonly string[];
  /** What the values are: real, integer, logical (0 or 1), text. */
  readonly kind: 'R' | 'I' | 'L' | 'S';
  readonly width: number;
}

/** Where a structure was read. */
export interface Source {
  readonly file: string;
  /** Index of the frame in its file, from 0. */
  readonly frame: number;
}

/** Atoms in a cell. Lengths in Å. */
export interface Structure {
  /** Cartesian coordinates, x y z of one atom after the other; atoms may lie outside the cell. */
  readonly positions: Float64Array;
  /** Rows are the cell vectors a, b, c: nine numbers. Absent means no cell. */
  readonly cell?: ArrayLike<number>;
  /**
   * Periodic along a, b, c. Absent: periodic in all three where there is a cell, in none otherwise.
   */
  readonly pbc?: readonly [boolean, boolean, boolean];
  /** Chemical symbol (or type) of each atom. */
  readonly species?: readonly string[];
  /** Further columns: forces, velocities, charges …, under the names of the file. */
  readonly arrays?: Readonly<Record<string, AtomArray>>;
  /** Values of the frame as a whole: energy, stress, config_type …. */
  readonly info?: Readonly<Record<string, InfoValue>>;
  /** Where it was read. */
  readonly source?: Source;
}

/**
 * An error of a structure, at its file and frame if it was read from a file; else the message
 * begins with `name`.
 */
export function structureError(
  code: ErrorCode,
  { source }: Structure,
  problem: string,
  { name = 'a structure', atom }: { readonly name?: string; readonly atom?: number } = {},
): QuestsError {
  if (source !== undefined) return errorAt(code, source, problem, { atom });
  return new QuestsError(code, `${name}: ${problem}`, { problem, atom });
}

/** File and frame of a structure, for messages. */
export function sourceText({ source }: Structure): string {
  if (source === undefined) return 'a structure';
  return source.file === '' ? `frame ${source.frame}` : `${source.file}, frame ${source.frame}`;
}
