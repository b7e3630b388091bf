import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { writeLammpsDump } from '../../../../ts/io/structures/lammps-dump-write.js';
import type { AtomArray, Structure } from '../../../../ts/model/structure.js';
import { readDump } from '../../../support/data/dumps.js';
import { all } from '../../../support/data/reading.js';
import { hasSharedData, SHARED_DATA, withoutSharedData } from '../../../support/data/shared-data.js';

/** What ASE reads from one file; see ase/make-values.py. */
interface AseValues {
  readonly frames: number;
  readonly atoms: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly positions: number;
  readonly cells: number;
  readonly origins: number;
  readonly pbc: string;
  /** Only of files with elements: ASE takes types for atomic numbers. */
  readonly species?: string;
}

const { ase, files } = JSON.parse(readFileSync(new URL('ase/lammps-dump.json', import.meta.url), 'utf8')) as {
  ase: string;
  files: Record<string, AseValues | { refused: string }>;
};

/**
 * Files that ASE refuses: it asks for a type or an element; without them atoms have no species, and
 * that is enough.
 */
const ONLY_OURS = 'shared/awkward/mdanalysis/additional_columns.lammpstrj';

/**
 * Files with scaled coordinates in a box that does not begin at 0: ASE measures those from the
 * corner of the box, other coordinates from 0, and writes the corner into `celldisp`. Here all are
 * measured from 0, as LAMMPS defines them.
 */
const FROM_CORNER: ReadonlySet<string> = new Set([
  'shared/awkward/mdanalysis/WIN_wat.lammpstrj',
  'shared/awkward/mdanalysis/albite_triclinic.dump',
  'shared/awkward/mdapy/lammps/dump_scaled.dump',
  'shared/carbon_md/carbon.lammpstrj',
  'shared/cu_melt/dump.cu_melt_xtal.lammpstrj',
]);

function load(name: string): Promise<Structure[]> {
  return all(readStructures(name.replace(/^shared\//, SHARED_DATA)));
}

function origin({ info }: Structure): readonly number[] {
  return (info?.Origin ?? [0, 0, 0]) as number[];
}

function fromCorner(frame: Structure): Float64Array {
  const corner = origin(frame);
  return frame.positions.map((value, at) => value - (corner[at % 3] as number));
}

/**
 * Σ w_i x_i, w_i = 0.5 + frac(i · 0.6180339887498949), as in make-values.py; summed as A. Neumaier
 * does.
 */
function weightedSum(arrays: readonly ArrayLike<number>[]): number {
  let [sum, rest, index] = [0, 0, 0];
  for (const values of arrays) {
    for (let at = 0; at < values.length; at++, index++) {
      const term = (0.5 + ((index * 0.6180339887498949) % 1)) * (values[at] as number);
      const next = sum + term;
      rest += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
      sum = next;
    }
  }
  return sum + rest;
}

/** Within 1e-9 where single numbers are, and what the last bits of many make together. */
function expectSum(arrays: readonly ArrayLike<number>[], expected: number): void {
  const size = weightedSum(arrays.map((values) => Array.from(values, Math.abs)));
  expect(Math.abs(weightedSum(arrays) - expected)).toBeLessThan(1e-9 + 4e-16 * size);
}

function text(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/**
 * A column as something short that differs where one bit does: comparing millions of numbers one by
 * one takes long.
 */
function digest({ data }: Pick<AtomArray, 'data'>): string {
  const bytes =
    'buffer' in data ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : data.join(' ');
  return `${data.length} ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** All that a writer keeps bit by bit: everything but the box. */
function bits({ positions, species = [], arrays = {}, pbc, source }: Structure): object {
  const columns = Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, [array.kind, array.width, digest(array)]]),
  );
  return { positions: digest({ data: positions }), species: digest({ data: species }), columns, pbc, source };
}

function flags({ pbc }: Structure): string {
  return (pbc ?? []).map((flag) => (flag ? 'T' : 'F')).join('');
}

describe.skipIf(!hasSharedData)(`dumps${withoutSharedData}`, () => {
  it.each(Object.keys(files).filter((name) => name !== ONLY_OURS))(
    `%s is what ASE ${ase} reads`,
    async (name) => {
      const expected = files[name];
      if (expected === undefined || 'refused' in expected)
        throw new Error(`ASE refuses ${name}: list it here`);
      const frames = await load(name);
      const positions = frames.map((frame) => (FROM_CORNER.has(name) ? fromCorner(frame) : frame.positions));
      expect(frames).toHaveLength(expected.frames);
      expect(positions.reduce((sum, { length }) => sum + length / 3, 0)).toBe(expected.atoms);
      expectSum(positions, expected.positions);
      expectSum(
        frames.map(({ cell = [] }) => cell),
        expected.cells,
      );
      expectSum(frames.map(origin), expected.origins);
      expect(text(frames.map(flags))).toBe(expected.pbc);
      const species = frames.map((frame) => frame.species ?? []);
      if (expected.species !== undefined)
        expect(text(species.map((names) => names.join(' ')))).toBe(expected.species);
      else
        frames.forEach(({ arrays }, at) =>
          expect(species[at]).toEqual(Array.from(arrays?.type?.data ?? [], String)),
        );
      expected.first.forEach((value, at) => expect(positions[0]?.[at]).toBeCloseTo(value, 9));
      expected.last.forEach((value, at) => expect(positions.at(-1)?.at(at - 3)).toBeCloseTo(value, 9));
    },
  );

  it('measures from the corner only where that matters', async () => {
    for (const name of FROM_CORNER) {
      const frames = await load(name);
      expect(frames.some((frame) => origin(frame).some((value) => value !== 0))).toBe(true);
    }
  });

  it('reads what ASE refuses, without species', async () => {
    expect(files[ONLY_OURS]).toHaveProperty('refused');
    const [frame, ...others] = await load(ONLY_OURS);
    expect(others).toEqual([]);
    expect(frame?.species).toBeUndefined();
    expect(Object.keys(frame?.arrays ?? {})).toEqual(['id', 'q', 'p']);
    expect(Array.from(frame?.positions.subarray(0, 3) ?? [])).toEqual([2.84, 8.17, -25]);
    expect(frame?.pbc).toEqual([true, true, false]);
  });

  it.each(Object.keys(files))('%s is the same when written and read again', async (name) => {
    const frames = await load(name);
    const file = frames[0]?.source?.file;
    const again = await readDump((await all(writeLammpsDump(frames))).join(''), file);
    expect(again).toHaveLength(frames.length);
    for (const [at, frame] of frames.entries()) {
      const found = again[at] as Structure;
      expect(bits(found)).toEqual(bits(frame));
      // Boxes are written as bounds: sums, which are right but for the last digit.
      const box = [...Array.from(found.cell ?? []), ...origin(found)];
      [...Array.from(frame.cell ?? []), ...origin(frame)].forEach((value, index) => {
        expect(Math.abs((box[index] ?? NaN) - value)).toBeLessThan(1e-13);
      });
      expect({ ...found.info, Origin: undefined }).toEqual({ ...frame.info, Origin: undefined });
    }
  });
});
