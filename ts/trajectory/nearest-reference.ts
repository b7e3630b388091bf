/**
 * For each atom the number, from 1, of the reference with the lowest δH; the first where several
 * have the same.
 *
 * @param dH δH of the atoms with respect to each reference, in nats
 */
export function nearestReference(dH: readonly Float64Array[]): Int32Array {
  return Int32Array.from(dH[0] ?? [], (_, atom) => {
    let best = 0;
    for (let at = 1; at < dH.length; at++) {
      if ((dH[at]?.[atom] ?? NaN) < (dH[best]?.[atom] ?? NaN)) best = at;
    }
    return best + 1;
  });
}

/**
 * For each reference the share of the atoms that are nearest to it, from 0 to 1; see
 * {@link nearestReference}.
 *
 * @returns NaN for each where there are no atoms
 */
export function nearestShares(dH: readonly Float64Array[]): Float64Array {
  const nearest = nearestReference(dH);
  const counts = new Float64Array(dH.length);
  for (const reference of nearest) counts[reference - 1] = (counts[reference - 1] as number) + 1;
  return counts.map((count) => count / nearest.length);
}
