import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../../../../ts/io/matrices/npy.js';
import { realNpy, textNpy, wholeNpy } from '../../../../ts/io/matrices/npy-values.js';
import { looksLikeNpz, readNpz, writeNpz } from '../../../../ts/io/matrices/npz.js';
import type { StoredMatrix } from '../../../../ts/io/matrices/stored-matrix.js';
import { all, bytesOf, failure, inPieces } from '../../../support/data/reading.js';

const MATRIX = { data: Float64Array.of(1, -0, NaN, 1e-300, Infinity, 0.1), shape: [2, 3] };

function read(bytes: Uint8Array): Promise<StoredMatrix> {
  return readNpz(bytes, { file: 'x.npz' });
}

async function written(matrix: StoredMatrix): Promise<Uint8Array> {
  return Buffer.concat(await all(writeNpz(matrix)));
}

/** An archive of the arrays given. */
function archive(arrays: Record<string, Uint8Array>, level: 0 | 6 = 0): Uint8Array {
  const files = Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes] as const);
  return zipSync(Object.fromEntries(files), { level });
}

function npy(shape: readonly number[]): Uint8Array {
  const length = shape.reduce((product, extent) => product * extent, 1);
  const data = Float64Array.from({ length }, (_, index) => index);
  return Buffer.concat([...writeNpy({ data, shape })]);
}

describe('npz', () => {
  it.each<[string, StoredMatrix]>([
    ['a matrix alone', MATRIX],
    ['three dimensions', { data: new Float64Array(12), shape: [2, 2, 3] }],
    [
      'a matrix and all that is known of it',
      {
        ...MATRIX,
        k: 2,
        cutoff: 5.25,
        species: ['Al', 'Cu', 'Äß😀'],
        frameOffsets: [0, 1, 1, 2],
        sources: [{ file: 'a.xyz', frame: 3 }, undefined, { file: 'b.xyz', frame: 0 }],
      },
    ],
  ])('holds %s', async (_, matrix) => {
    const bytes = await written(matrix);
    expect(looksLikeNpz(bytes)).toBe(true);
    expect(await read(bytes)).toEqual(matrix);
    expect(await readNpz(inPieces(bytes, 100), { file: 'x.npz' })).toEqual(matrix);
    expect(await readNpz(bytes, { file: 'x.npz', size: bytes.length })).toEqual(matrix);
  });

  it('makes the same bytes of the same matrix', async () => {
    expect(await written(MATRIX)).toEqual(await written(MATRIX));
  });

  it.each<[string, Record<string, Uint8Array>, readonly number[]]>([
    ['descriptors', { x: npy([1, 2]), descriptors: npy([2, 2]) }, [2, 2]],
    ['x', { a: npy([1, 2]), x: npy([2, 2]) }, [2, 2]],
    [
      'the only array of two dimensions',
      { k: wholeNpy([3], []), n: textNpy(['Cu']), soap: npy([4, 2]) },
      [4, 2],
    ],
    ['the only array of three dimensions', { soap: npy([2, 3, 2]) }, [2, 3, 2]],
  ])('gives %s, compressed or not', async (_, arrays, shape) => {
    expect((await read(archive(arrays))).shape).toEqual(shape);
    expect((await read(archive(arrays, 6))).shape).toEqual(shape);
  });

  it('takes settings only from beside an array named descriptors', async () => {
    const settings = { k: wholeNpy([8], []), species: wholeNpy([29, 29]) };
    expect(await read(archive({ soap: npy([2, 2]), ...settings }))).not.toHaveProperty('k');
    expect(await failure(read(archive({ descriptors: npy([2, 2]), ...settings })))).toBe(
      'INVALID_FILE: x.npz: expected texts in one dimension for species, found an array of shape (2)',
    );
  });

  const good = archive({ descriptors: npy([40, 3]) }, 6);
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'EMPTY: x.npz: the file is empty'],
    ['text', bytesOf('2\n\n'), 'INVALID_FILE: x.npz: not an .npz file: it does not begin as ZIP does'],
    [
      'an archive that is cut',
      good.slice(0, -30),
      'INVALID_FILE: x.npz: damaged or truncated .npz file: invalid zip data',
    ],
    [
      'no array that could be meant',
      archive({ a: npy([2, 2]), b: npy([2, 2]), k: realNpy(1) }),
      'INVALID_FILE: x.npz: expected an array named descriptors or x, or one of two or three dimensions; ' +
        'found 2 such arrays (the file holds a, b, k)',
    ],
    [
      'other files',
      zipSync({ 'a.txt': bytesOf('hello') }),
      'INVALID_FILE: x.npz: expected an array named descriptors or x, or one of two or three dimensions; ' +
        'found none (the file holds no arrays)',
    ],
    [
      'an array of one dimension',
      archive({ descriptors: npy([4]) }),
      'INVALID_FILE: x.npz: an array of shape (4,), expected two or three dimensions, in the .npy header',
    ],
    [
      'a cutoff of two numbers',
      archive({ descriptors: npy([2, 2]), cutoff: npy([2]) }),
      'INVALID_FILE: x.npz: expected one number for cutoff, found an array of shape (2)',
    ],
    [
      'a k that is text',
      archive({ descriptors: npy([2, 2]), k: textNpy(['32']) }),
      'INVALID_FILE: x.npz: expected one number for k, found an array of shape (1)',
    ],
    [
      'species as Python objects',
      archive({ descriptors: npy([2, 2]), species: bytesOf(Buffer.from(npy([2]))).map((byte) => byte) }),
      'INVALID_FILE: x.npz: expected texts in one dimension for species, found an array of shape (2)',
    ],
  ])('refuses %s', async (_, bytes, message) => {
    expect(await failure(read(bytes))).toBe(message);
  });

  it('refuses a size that no compression explains, before it asks for the memory', async () => {
    const bytes = good.slice();
    const directory = Buffer.from(bytes.buffer).indexOf('PK\x01\x02');
    new DataView(bytes.buffer).setUint32(directory + 24, 4_000_000_000, true);
    expect(await failure(read(bytes))).toMatch(
      /^INVALID_FILE: x\.npz: 4000000000 bytes of descriptors from \d+; is the file damaged\?$/,
    );
  });

  /** The header of an array of this shape, and zeros after it. */
  function zeros(shape: string, length: number, type = '<f8'): Uint8Array {
    const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n';
    const bytes = new Uint8Array(128 + length);
    bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
    bytes.set(bytesOf(header), 10);
    return bytes;
  }

  it.each<[string, Record<string, Uint8Array>]>([
    ['descriptors', { descriptors: zeros('(2, 3)', 1 << 22) }],
    ['x', { k: wholeNpy([32], []), x: zeros('(2, 3)', 1 << 22) }],
    ['a', { a: zeros('(2, 3)', 1 << 22), b: wholeNpy([1]) }],
    ['k', { descriptors: npy([2, 3]), k: zeros('()', 1 << 22, '<i8') }],
    ['species', { descriptors: npy([2, 3]), species: zeros('(2,)', 1 << 22, '<U2') }],
    ['files', { descriptors: npy([2, 3]), files: zeros('(2,)', 1 << 22, '|O') }],
  ])(
    'refuses an array that is larger than its header says before it is inflated: %s',
    async (name, arrays) => {
      const bytes = archive(arrays, 6);
      const message = await failure(read(bytes));
      expect(message).toMatch(
        new RegExp(
          `^INVALID_FILE: x\\.npz: 4194432 bytes of ${name}, but its header says .*; is the file damaged\\?$`,
        ),
      );
    },
  );

  it('reads arrays that others stand before, compressed or not', async () => {
    const first = zeros('(40000, 3)', 8 * 120_000);
    const expected = { data: Float64Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] };
    for (const level of [0, 6] as const) {
      expect(await read(archive({ first, x: npy([2, 3]) }, level))).toEqual(expected);
      expect((await read(archive({ first, y: npy([6]) }, level))).shape).toEqual([40_000, 3]);
    }
  });

  it('refuses to write 4 GB', async () => {
    // As long as it says, and without the memory.
    const data = Object.defineProperty(new Float64Array(1), 'byteLength', { value: 2 ** 32 });
    expect(await failure(all(writeNpz({ data, shape: [1, 1] })))).toBe(
      'TOO_LARGE: 4294967296 bytes of numbers do not fit an .npz file of 4 GB; write .npy or .parquet',
    );
  });
});
