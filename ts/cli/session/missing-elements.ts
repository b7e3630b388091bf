import { counted, percent } from '../../base/number-format.js';
import type { Session } from './session.js';

/** Elements that none of several sets has, sorted. */
export function missingFrom(elements: Iterable<string>, known: readonly ReadonlySet<string>[]): string[] {
  return [...new Set(elements)].filter((element) => known.every((each) => !each.has(element))).sort();
}

/** Says which elements of a set others do not have. */
export function noteMissingElements(
  session: Session,
  { missing, of, from }: { readonly missing: readonly string[]; readonly of: string; readonly from: string },
): void {
  if (missing.length === 0) return;
  session.note(`note: ${from} has no ${missing.join(', ')}, which ${of} has`);
}

/**
 * Values of δH to count by: with per-species descriptors an environment of an element that the
 * reference does not have is new, though the kernel may not say so. The block of an element holds
 * neighbours of that element around atoms of it; an atom alone of its element has none.
 *
 * @param elements element of each environment
 * @returns `dH` itself where all elements are known
 */
export function countedValues(
  dH: Float64Array,
  elements: readonly string[],
  missing: readonly string[],
): Float64Array {
  if (missing.length === 0 || !elements.some((element) => missing.includes(element))) return dH;
  return dH.map((value, row) => (missing.includes(elements[row] ?? '') ? Infinity : value));
}

/** The line that says so; none where nothing is missing. */
export function missingLines(missing: readonly string[], environments: number | null, all: number): string[] {
  if (missing.length === 0) return [];
  const count =
    environments === null
      ? 'as --species is not given, elements are not told apart'
      : `${counted(environments, 'environment')} (${percent(environments / all)}), counted as novel`;
  return [`Elements that the reference lacks: ${missing.join(', ')}; ${count}`];
}
