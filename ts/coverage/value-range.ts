import type { Structure } from '../model/structure.js';

/** The structure of a finding. */
export interface StructurePlace {
  /** Empty for a structure that was not read from a file. */
  readonly file: string;
  /** In its file; the number of the structure where it was not read from one. */
  readonly frame: number;
}

/** A value that varies over structures. */
export interface ValueRange {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** Structures that have it. */
  readonly count: number;
  readonly minAt: StructurePlace;
  readonly maxAt: StructurePlace;
}

/** The range of a value over the structures that have it; `null` where none has. */
export function valueRange(
  all: readonly Structure[],
  at: (structure: Structure) => StructurePlace,
  value: (structure: Structure) => number | undefined,
): ValueRange | null {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  let minAt: Structure | undefined;
  let maxAt: Structure | undefined;
  for (const structure of all) {
    const own = value(structure);
    if (own === undefined) continue;
    sum += own;
    count++;
    if (own < min) [min, minAt] = [own, structure];
    if (own > max) [max, maxAt] = [own, structure];
  }
  if (minAt === undefined || maxAt === undefined) return null;
  return { min, mean: sum / count, max, count, minAt: at(minAt), maxAt: at(maxAt) };
}
