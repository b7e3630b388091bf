import { BOND_SHARE } from '../base/constants.js';
import { volumePerAtom } from '../descriptor/bandwidth.js';
import { frameState } from '../model/frame-state.js';
import type { Structure } from '../model/structure.js';

/**
 * A bond length that suits a structure: 1.35·∛(V/N). In a close-packed crystal that is midway
 * between the first and the second neighbours, in a simple liquid about the first minimum of g(r).
 *
 * @param structure periodic in all three directions
 * @returns in Å
 * @throws {QuestsError} INVALID_STRUCTURE: no atoms, or not periodic in all three directions
 *
 * @example
 * const { nuclei: found } = await nuclei(structure, selected, { length: bondLength(structure) });
 */
export function bondLength(structure: Structure): number {
  return BOND_SHARE * Math.cbrt(volumePerAtom(structure));
}

/**
 * Atoms that are nearer than a bond length to an atom, at the mean density: (N/V)·(4/3)π·r³. Some
 * 14 at the length that {@link bondLength} gives; a crystal has 42 up to its third neighbours.
 *
 * @param structure its volume is that of the cell, or what its `info` says
 * @param length r, in Å
 * @returns undefined where no volume is known
 */
export function atomsWithin(structure: Structure, length: number): number | undefined {
  const { volume } = frameState(structure);
  if (volume === undefined) return undefined;
  return (structure.positions.length / 3 / volume) * (4 / 3) * Math.PI * length ** 3;
}
