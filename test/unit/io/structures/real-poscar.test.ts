import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { readPoscar } from '../../../../ts/io/structures/poscar.js';
import { writePoscar } from '../../../../ts/io/structures/poscar-write.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, rowReader } from '../../../support/data/reading.js';
import { hasSharedData, SHARED_DATA, withoutSharedData } from '../../../support/data/shared-data.js';

/** What ASE reads from one file; see ase/make-values.py. */
interface AseValues {
  readonly atoms: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly positions: number;
  readonly cells: number;
  readonly pbc: string;
  readonly species: string;
}

const { ase, files } = JSON.parse(readFileSync(new URL('ase/poscar.json', import.meta.url), 'utf8')) as {
  ase: string;
  files: Record<string, AseValues | { refused: string }>;
};

/**
 * ASE asks for elements, and takes them from an OUTCAR beside the file; without them atoms are
 * types 1 and 2.
 */
const ONLY_OURS = 'shared/awkward/mdapy/poscar/direct_no_species.POSCAR';

async function load(name: string): Promise<Structure> {
  const path = name.replace(/^shared\//, SHARED_DATA);
  const [structure, ...others] = await all(readStructures(path));
  if (structure === undefined || others.length > 0) throw new Error('expected one structure');
  return structure;
}

/**
 * Σ w_i x_i, w_i = 0.5 + frac(i · 0.6180339887498949), as in make-values.py; summed as A. Neumaier
 * does.
 */
function weightedSum(values: ArrayLike<number>): number {
  let sum = 0;
  let rest = 0;
  for (let at = 0; at < values.length; at++) {
    const term = (0.5 + ((at * 0.6180339887498949) % 1)) * (values[at] as number);
    const next = sum + term;
    rest += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + rest;
}

function text(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

/** Within 1e-9, and the last bit of the sum. */
function expectSum(values: ArrayLike<number>, expected: number): void {
  expect(Math.abs(weightedSum(values) - expected)).toBeLessThan(1e-9 + 4e-16 * Math.abs(expected));
}

describe.skipIf(!hasSharedData)(`POSCAR files${withoutSharedData}`, () => {
  it.each(Object.keys(files).filter((name) => name !== ONLY_OURS))(
    `%s is what ASE ${ase} reads`,
    async (name) => {
      const expected = files[name];
      if (expected === undefined || 'refused' in expected)
        throw new Error(`ASE refuses ${name}: list it here`);
      const { positions, cell = [], pbc = [], species = [] } = await load(name);
      expect(positions).toHaveLength(3 * expected.atoms);
      expectSum(positions, expected.positions);
      expectSum(cell, expected.cells);
      expect(text(pbc.map((flag) => (flag ? 'T' : 'F')).join(''))).toBe(expected.pbc);
      expect(text(species.join(' '))).toBe(expected.species);
      [...expected.first, ...expected.last].forEach((value, index) => {
        const at = index < 3 ? index : positions.length - 6 + index;
        expect(positions[at]).toBeCloseTo(value, 9);
      });
    },
  );

  it('reads what ASE refuses, with types for species', async () => {
    expect(files[ONLY_OURS]).toHaveProperty('refused');
    const { species, positions } = await load(ONLY_OURS);
    expect(species).toEqual(['1', '1', '2']);
    expect(positions).toEqual(Float64Array.of(0, 0, 0, 1.5, 0, 0, 0, 1.5, 0));
  });

  it.each(Object.keys(files))('%s is the same when written and read again', async (name) => {
    const structure = await load(name);
    const written = (await all(writePoscar([structure]))).join('');
    const file = structure.source?.file ?? '';
    expect(await all(readPoscar(bytesOf(written), { file, rowReader }))).toStrictEqual([structure]);
  });
});
