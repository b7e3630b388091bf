import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all } from '../../../support/data/reading.js';
import { hasSharedData, SHARED_DATA, withoutSharedData } from '../../../support/data/shared-data.js';

/** What ASE reads from one file; see ase/make-values.py. */
interface AseValues {
  readonly atoms: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly positions: number;
  readonly cells: number;
  readonly pbc: string;
}

const { ase, files } = JSON.parse(readFileSync(new URL('ase/lammps-data.json', import.meta.url), 'utf8')) as {
  ase: string;
  files: Record<string, AseValues | { refused: string }>;
};

/** Species, which ASE takes from masses; here only from comments, else they are types. */
const SPECIES: Readonly<Record<string, readonly string[]>> = {
  'shared/awkward/mdapy/lammps/atomic_basic.data': ['Al', 'Cu'],
  'shared/carbon_md/stone_wales.data': ['C'],
  'shared/awkward/mdapy/lammps/charge_with_velocities.data': ['1', '2'],
};

async function load(name: string): Promise<Structure> {
  const [structure, ...others] = await all(readStructures(name.replace(/^shared\//, SHARED_DATA)));
  if (structure === undefined || others.length > 0) throw new Error('expected one structure');
  return structure;
}

/**
 * Coordinates moved by the image flags, as ASE has them; we keep those of the file, as of dumps,
 * and the flags.
 */
function unwrapped({ positions, cell, arrays = {} }: Structure): Float64Array {
  const flags = ['ix', 'iy', 'iz'].map((name) => arrays[name]?.data as Int32Array | undefined);
  return positions.map((value, at) => {
    const [atom, axis] = [Math.floor(at / 3), at % 3];
    return flags.reduce((sum, flag, row) => sum + (flag?.[atom] ?? 0) * (cell?.[3 * row + axis] ?? 0), value);
  });
}

/** Σ w_i x_i, w_i = 0.5 + frac(i · 0.6180339887498949), as in make-values.py. */
function expectSum(values: ArrayLike<number>, expected: number): void {
  const sum = Array.from(values).reduce(
    (total, value, at) => total + (0.5 + ((at * 0.6180339887498949) % 1)) * value,
    0,
  );
  expect(Math.abs(sum - expected)).toBeLessThan(1e-9);
}

describe.skipIf(!hasSharedData)(`LAMMPS data files${withoutSharedData}`, () => {
  it.each(Object.keys(files))(`%s is what ASE ${ase} reads`, async (name) => {
    const expected = files[name];
    if (expected === undefined || 'refused' in expected) throw new Error(`ASE refuses ${name}: list it here`);
    const structure = await load(name);
    const positions = unwrapped(structure);
    expect(positions).toHaveLength(3 * expected.atoms);
    expectSum(positions, expected.positions);
    expectSum(structure.cell ?? [], expected.cells);
    const pbc = structure.pbc?.map((flag) => (flag ? 'T' : 'F')).join('') ?? '';
    expect(createHash('sha256').update(pbc).digest('hex')).toBe(expected.pbc);
    [...expected.first, ...expected.last].forEach((value, index) => {
      const at = index < 3 ? index : positions.length - 6 + index;
      expect(positions[at]).toBeCloseTo(value, 9);
    });
  });

  it.each(Object.entries(SPECIES))('%s has the species %j', async (name, species) => {
    expect([...new Set((await load(name)).species)].sort()).toEqual(species);
  });
});
