import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { writeExtxyz } from '../../../../ts/io/structures/extxyz-write.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, read } from '../../../support/data/reading.js';
import { SHARED_DATA } from '../../../support/data/shared-data.js';

/**
 * Files of other people are not ours to copy: they are used from beside the checkout, where they
 * are.
 */
const FOLDERS: Readonly<Record<string, string>> = {
  golden: fileURLToPath(new URL('../../../golden/data/', import.meta.url)),
  shared: SHARED_DATA,
};

/** What ASE reads from one file; see ase/make-values.py. */
interface AseValues {
  readonly frames: number;
  readonly atoms: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly positions: string;
  readonly cells: string;
  readonly pbc: string;
  readonly species: string;
  readonly forces?: string;
}

const { ase, files } = JSON.parse(readFileSync(new URL('ase/values.json', import.meta.url), 'utf8')) as {
  ase: string;
  files: Record<string, AseValues | { refused: string }>;
};

/** Files that ASE refuses, and what we do instead. */
const ONLY_OURS: Readonly<Record<string, { reason: string; frames: number; species: readonly string[] }>> = {
  'shared/awkward/mdapy/chill.xyz': {
    reason: 'the species are types: kept as text',
    frames: 1,
    species: ['1'],
  },
  'shared/awkward/mdapy/xyz/classical.xyz': {
    reason: 'the running text of the comment holds Lattice=',
    frames: 1,
    species: ['Al', 'Cu', 'Ni'],
  },
  'shared/awkward/mdapy/xyz/mixed_traj.xyz': {
    reason: 'the running text of some comments holds Lattice=',
    frames: 6,
    species: ['Al', 'C', 'Cu', 'H', 'N', 'Ne', 'O'],
  },
};

function load(name: string): Promise<Structure[]> {
  const [folder = '', ...path] = name.split('/');
  return all(readStructures((FOLDERS[folder] ?? '') + path.join('/')));
}

function numbers(arrays: readonly ArrayLike<number>[]): string {
  const hash = createHash('sha256');
  for (const array of arrays) {
    const bytes = new DataView(new ArrayBuffer(8 * array.length));
    for (let at = 0; at < array.length; at++) bytes.setFloat64(8 * at, array[at] as number, true);
    hash.update(bytes);
  }
  return hash.digest('hex');
}

function text(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function digests(frames: readonly Structure[], withForces: boolean): AseValues {
  const positions = frames.map((frame) => frame.positions);
  return {
    frames: frames.length,
    atoms: positions.reduce((sum, { length }) => sum + length / 3, 0),
    first: Array.from(positions[0]?.subarray(0, 3) ?? []),
    last: Array.from(positions.at(-1)?.subarray(-3) ?? []),
    positions: numbers(positions),
    cells: numbers(frames.map(({ cell }) => cell ?? new Float64Array(9))),
    pbc: text(frames.map(({ pbc = [] }) => pbc.map((flag) => (flag ? 'T' : 'F')).join(''))),
    species: text(frames.map(({ species = [] }) => species.join(' '))),
    ...(withForces && { forces: numbers(frames.map(({ arrays }) => arrays?.forces?.data as Float64Array)) }),
  };
}

for (const [folder, path] of Object.entries(FOLDERS)) {
  const names = Object.keys(files).filter((name) => name.startsWith(`${folder}/`));
  const isThere = existsSync(path);
  const skipped = isThere ? '' : ` (skipped: ${path} is not there)`;

  describe.skipIf(!isThere)(`${folder} data${skipped}`, () => {
    it.each(names.filter((name) => !(name in ONLY_OURS)))(
      `%s gives the bits that ASE ${ase} gives`,
      async (name) => {
        const expected = files[name];
        if (expected === undefined || 'refused' in expected)
          throw new Error(`ASE refuses ${name}: list it here`);
        const frames = await load(name);
        expect(digests(frames, expected.forces !== undefined)).toEqual(expected);
      },
    );

    it.each(names)('%s is the same when written and read again', async (name) => {
      const frames = await load(name);
      const file = frames[0]?.source?.file;
      expect(await read((await all(writeExtxyz(frames))).join(''), file)).toStrictEqual(frames);
    });
  });
}

describe.skipIf(!existsSync(FOLDERS.shared ?? ''))('files that ASE refuses', () => {
  it.each(Object.entries(ONLY_OURS))('%s is read', async (name, { frames, species }) => {
    expect(files[name]).toHaveProperty('refused');
    const found = await load(name);
    expect(found).toHaveLength(frames);
    expect([...new Set(found.flatMap((frame) => frame.species ?? []))].sort()).toEqual(species);
  });
});
