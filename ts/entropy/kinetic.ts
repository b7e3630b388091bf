/**
 * What momenta add to an entropy difference when the temperature changes: (3/2)·ln(T_B/T_A), per
 * atom, in units of k_B. H sees positions only, so this comes on top of H(B) − H(A).
 *
 * @param from T_A, in K, above 0
 * @param to T_B, in K, above 0
 * @returns in nats; infinite or NaN where a temperature is not above 0
 *
 * @example
 * const total = difference + kineticEntropy(300, 600);
 */
export function kineticEntropy(from: number, to: number): number {
  return 1.5 * Math.log(to / from);
}
