import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { QuestsError } from '../../../ts/error.js';
import type { ByteSource } from '../../../ts/io/bytes.js';
import { readExtxyz } from '../../../ts/io/extxyz.js';
import { readNpy } from '../../../ts/io/npy.js';
import { readNpz, writeNpz } from '../../../ts/io/npz.js';
import { readParquet } from '../../../ts/io/parquet.js';
import { writeMatrixParquet } from '../../../ts/io/parquet-write.js';
import { readPoscar } from '../../../ts/io/poscar.js';
import { readXdatcar } from '../../../ts/io/xdatcar.js';
import { random as randomSource } from '../../contract/random.js';
import { all } from './reading.js';

/** Inputs per file in a usual run; QUESTS_FUZZ asks for more. */
const INPUTS = Number(process.env.QUESTS_FUZZ ?? 2000);

/** Longest that a reader may take with one of these small inputs, in ms. */
const LIMIT = 1000;

/** Pieces that files are broken with. */
const PIECES = [
  '',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '"',
  "'",
  '{',
  '[',
  '=',
  ':',
  '\\',
  '\0',
  '-',
  'e',
  'nan',
  '****',
  '1e999',
]
  .concat([
    '1000000000000',
    '9999999',
    'Lattice=',
    'Properties=',
    'pbc=',
    '_JSON ',
    'species:S:1',
    '\ufeff',
    '\udc00',
  ])
  .map((piece) => new TextEncoder().encode(piece));

function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (count: number): number => Math.floor(random() * count);
  let mutated = bytes;
  for (let count = 1 + below(4); count > 0; count--) {
    const from = below(mutated.length + 1);
    const to = random() < 0.5 ? from : Math.min(mutated.length, from + below(40));
    const piece =
      random() < 0.3
        ? Uint8Array.of(below(256))
        : random() < 0.5
          ? PIECES[below(PIECES.length)]
          : bytes.subarray(from, to + 20);
    mutated = Uint8Array.from([...mutated.subarray(0, from), ...(piece ?? []), ...mutated.subarray(to)]);
  }
  return random() < 0.2 ? mutated.subarray(0, below(mutated.length + 1)) : mutated;
}

async function fuzz(
  seed: Uint8Array,
  read: (source: ByteSource) => Promise<unknown>,
): Promise<{ read: number; refused: number }> {
  const random = randomSource(INPUTS);
  const result = { read: 0, refused: 0 };
  for (let input = 0; input < INPUTS; input++) {
    const bytes = mutate(seed, random);
    const start = performance.now();
    try {
      await read(bytes);
      result.read++;
    } catch (error) {
      if (!(error instanceof QuestsError) || error.code === 'INTERNAL' || /[\r\n]/.test(error.message)) {
        throw new Error(`input ${input}: ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`, {
          cause: error,
        });
      }
      result.refused++;
    }
    if (performance.now() - start > LIMIT) throw new Error(`input ${input} took too long`);
  }
  return result;
}

describe('broken files give structures or an error of ours', () => {
  const xyz = [
    '2\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:f:R:1:id:I:1:fix:L:1 e=-1.5 n="a b" pbc="T T F"\n',
    'Cu 0.125 1.5 -2.25 1e-3 1 T\nZr 0.5 1.25 2.0 nan 2 F\n',
    '1\nfree text\nO 1.0 2.0 3.0\n',
    "1\nProperties=pos:R:3:Z:I:1 a={1 2 3} b=[T, F] c='x' d=_JSON\n0.1 0.2 0.3 8\n",
  ].join('');

  it('extended xyz', async () => {
    const { read, refused } = await fuzz(new TextEncoder().encode(xyz), (source) =>
      all(readExtxyz(source, { file: 'a.xyz' })),
    );
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  it('npy', async () => {
    const file = readFileSync(new URL('../../golden/data/primitive_small_cells.k8c3.5.npy', import.meta.url));
    const { read, refused } = await fuzz(file, (source) => readNpy(source, { file: 'a.npy' }));
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  const header = 'a b\n1.0\n4 0 0\n0 4.5 0\n0 0.1 5\nCu Zr\n1 1\n';
  const matrix = {
    data: Float64Array.from({ length: 60 }, (_, index) => index / 7),
    shape: [20, 3],
    k: 2,
    cutoff: 5,
    species: ['Cu'],
    frameOffsets: [0, 5, 20],
    sources: [{ file: 'a.xyz', frame: 1 }, undefined],
  };
  it.each<[string, () => Promise<Uint8Array>, (source: ByteSource) => Promise<unknown>]>([
    [
      'POSCAR',
      () =>
        Promise.resolve(
          text(`${header}Selective\nDirect\n0 0 0 T T F\n0.5 0.5 0.5 F F F\n\n0 1 2\n1e-3 4 5\n`),
        ),
      (source) => all(readPoscar(source, { file: 'POSCAR' })),
    ],
    [
      'XDATCAR',
      () => Promise.resolve(text(`${header}Direct configuration= 1\n0 0 0\n.5 .5 .5\n`.repeat(2))),
      (source) => all(readXdatcar(source, { file: 'XDATCAR' })),
    ],
    [
      'npz',
      async () => Buffer.concat(await all(writeNpz(matrix))),
      (source) => readNpz(source, { file: 'a.npz' }),
    ],
    [
      'Parquet',
      async () => Buffer.concat(await all(writeMatrixParquet(matrix))),
      (source) => readParquet(source, { file: 'a.parquet' }),
    ],
  ])('%s', async (_, seed, use) => {
    const { read, refused } = await fuzz(await seed(), use);
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});

function text(lines: string): Uint8Array {
  return new TextEncoder().encode(lines);
}
