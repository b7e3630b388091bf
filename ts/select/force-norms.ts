import { QuestsError } from '../base/error.js';
import { forcesOf, labelKey } from '../model/labels.js';
import { type Structure, structureError } from '../model/structure.js';

/**
 * Norm of the forces of each structure: √(Σ|F|²/N) over its N atoms, in the unit of the files.
 *
 * @param name column of the forces. Default: what the names say, as for all that reads labels
 * @throws {QuestsError} INVALID_ARGUMENT: no forces, or several columns that may be meant;
 *   INVALID_STRUCTURE: a structure without them, or with one that is not finite
 *
 * @example
 * const { picks } = await compress(x, { method: 'gradient_fps', forces: forceNorms(structures) });
 */
export function forceNorms(structures: readonly Structure[], name?: string): Float64Array {
  const key = name ?? labelKey(structures, 'forces', { option: 'name' });
  if (key === undefined) throw new QuestsError('INVALID_ARGUMENT', 'no structure has forces');
  return Float64Array.from(structures, (structure, index) => {
    const forces = forcesOf(structure, key);
    const at = forces?.findIndex((value) => !Number.isFinite(value)) ?? -1;
    if (forces === undefined || at !== -1) {
      const problem = forces === undefined ? `no usable ${key}` : `${key} is not finite`;
      throw structureError('INVALID_STRUCTURE', structure, problem, {
        name: `structure ${index}`,
        ...(at !== -1 && { atom: Math.floor(at / 3) }),
      });
    }
    return Math.sqrt(forces.reduce((sum, value) => sum + value * value, 0) / (forces.length / 3));
  });
}
