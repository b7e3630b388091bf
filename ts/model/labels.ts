import type { Structure } from './structure.js';

/**
 * Names of energies: `energy`, `free_energy`, `REF_energy`, `ENERGY`; those of LAMMPS logs.
 * Energies per atom are others.
 */
const ENERGY = /^((.*_)?energy|toten|poteng)$/i;

/** Names of forces: `forces`, `force`, `REF_forces`. */
const FORCES = /^(.*_)?forces?$/i;

/** Columns of dumps that make forces. */
const COMPONENTS = ['fx', 'fy', 'fz'] as const;

/** The key that holds the energy of most of these structures; undefined where none has one. */
export function energyKey(structures: readonly Structure[]): string | undefined {
  return commonest(structures, ({ info = {} }) =>
    Object.keys(info).filter((key) => ENERGY.test(key) && typeof info[key] === 'number'),
  );
}

/**
 * The column that holds the forces on the atoms of most of these structures; undefined where none
 * has one.
 */
export function forcesKey(structures: readonly Structure[]): string | undefined {
  return commonest(structures, ({ arrays = {} }) => {
    const named = Object.keys(arrays).filter((key) => FORCES.test(key) && arrays[key]?.width === 3);
    return COMPONENTS.every((name) => arrays[name] !== undefined) ? [...named, 'forces'] : named;
  });
}

/** Energy of a structure under a key; undefined where it has none that is a finite number. */
export function energyOf({ info }: Structure, key: string): number | undefined {
  const value = info?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/**
 * Forces on the atoms of a structure under the name of a column, 3 numbers per atom; `forces` may
 * be three columns fx, fy, fz. Undefined where there are none.
 */
export function forcesOf({ arrays }: Structure, key: string): Float64Array | undefined {
  const array = arrays?.[key];
  if (array !== undefined) {
    return array.width === 3 && array.kind !== 'S'
      ? Float64Array.from(array.data as Float64Array)
      : undefined;
  }
  if (key !== 'forces') return undefined;
  const parts = COMPONENTS.map((name) => arrays?.[name]?.data as Float64Array | undefined);
  const [x, y, z] = parts;
  if (x === undefined || y === undefined || z === undefined) return undefined;
  return Float64Array.from({ length: 3 * x.length }, (_, at) => Number(parts[at % 3]?.[Math.floor(at / 3)]));
}

/**
 * The most frequent of the names that each structure has; the first of those that are as frequent.
 */
function commonest(
  structures: readonly Structure[],
  names: (structure: Structure) => string[],
): string | undefined {
  const counts = new Map<string, number>();
  for (const structure of structures) {
    for (const name of new Set(names(structure))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  let best: string | undefined;
  for (const [name, count] of counts) if (count > (counts.get(best ?? '') ?? 0)) best = name;
  return best;
}
