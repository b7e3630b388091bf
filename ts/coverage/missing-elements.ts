import type { Structure } from '../model/structure.js';

/**
 * Elements of a set that none of those it is compared with has, sorted. None where one of these
 * does not say its elements: then it may have any.
 *
 * @param elements those of the set; empty ones are not known
 * @param known those of each of the others
 */
export function missingElements(
  elements: Iterable<string>,
  known: readonly ReadonlySet<string>[],
): readonly string[] {
  if (known.length === 0 || known.some(({ size }) => size === 0)) return [];
  const isMissing = (element: string): boolean => element !== '' && known.every((each) => !each.has(element));
  return [...new Set(elements)].filter(isMissing).sort();
}

/** Element of each environment of some structures; empty where a structure does not say them. */
export function environmentElements(structures: Iterable<Structure>): string[] {
  const elements: string[] = [];
  for (const { species, positions } of structures) {
    const atoms = positions.length / 3;
    for (let atom = 0; atom < atoms; atom++) elements.push(species?.[atom] ?? '');
  }
  return elements;
}

/**
 * Values of δH to count by where descriptors are per species: an environment of an element that the
 * reference does not have is new, though the kernel may not say so. The block of an element holds
 * neighbours of that element around atoms of it; an atom alone of its element has none.
 *
 * @param elements element of each environment
 * @param missing those that the reference does not have
 * @returns `dH` itself where there are none of these
 */
export function countedDeltas(
  dH: Float64Array,
  elements: readonly string[],
  missing: readonly string[],
): Float64Array {
  if (missing.length === 0 || !elements.some((element) => missing.includes(element))) return dH;
  return dH.map((value, row) => (missing.includes(elements[row] ?? '') ? Infinity : value));
}
