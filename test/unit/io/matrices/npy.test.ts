import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NpyOptions, readNpy, writeNpy } from '../../../../ts/io/matrices/npy.js';
import type { NpyArray } from '../../../../ts/io/matrices/stored-matrix.js';
import { all, failure, inPieces } from '../../../support/data/reading.js';

/** Bytes of an .npy file with this header. */
function npy(header: string, body: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(start + text.length + body.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(text, start);
  bytes.set(body, start + text.length);
  return bytes;
}

function dictionary(shape: string, descr = "'<f8'", order = 'False'): string {
  return `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
}

function body(values: readonly number[], width: 4 | 8, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(width * values.length));
  values.forEach((value, index) => {
    if (width === 8) view.setFloat64(8 * index, value, littleEndian);
    else view.setFloat32(4 * index, value, littleEndian);
  });
  return new Uint8Array(view.buffer);
}

function read(bytes: Uint8Array, options: Partial<NpyOptions> = {}): Promise<NpyArray> {
  return readNpy(bytes, { file: 'x.npy', ...options });
}

const VALUES = [0, 1.5, -2.25, 1e300, 5e-324, -0];

describe('readNpy', () => {
  it.each([
    ['f8', "'<f8'", 8, true],
    ['f8, big-endian', "'>f8'", 8, false],
    ['f8 in the order of the machine', "'f8'", 8, true],
  ] as const)('reads %s', async (_, descr, width, littleEndian) => {
    const found = await read(npy(dictionary('(2, 3)', descr), body(VALUES, width, littleEndian)));
    expect(found).toEqual({ data: Float64Array.from(VALUES), shape: [2, 3] });
  });

  it.each([
    ['f4', "'<f4'", true],
    ['f4, big-endian', '">f4"', false],
  ] as const)('reads %s', async (_, descr, littleEndian) => {
    const values = [0, 1.5, -2.25, Infinity, 0.1, -0];
    const found = await read(npy(dictionary('(3, 2)', descr), body(values, 4, littleEndian)));
    expect(found).toEqual({ data: Float64Array.from(values, Math.fround), shape: [3, 2] });
  });

  it('reads f2, in either byte order, and its numbers exactly', async () => {
    const numbers: readonly [bits: number, value: number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x3c00, 1],
      [0xc000, -2],
      [0x3555, 0.333251953125],
      [0x7bff, 65504],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
      [0x7e00, NaN],
    ];
    for (const littleEndian of [true, false]) {
      const view = new DataView(new ArrayBuffer(2 * numbers.length));
      numbers.forEach(([bits], index) => {
        view.setUint16(2 * index, bits, littleEndian);
      });
      const header = dictionary('(4, 3)', littleEndian ? "'<f2'" : "'>f2'");
      const found = await read(npy(header, new Uint8Array(view.buffer)));
      expect(found).toEqual({ data: Float64Array.from(numbers, ([, value]) => value), shape: [4, 3] });
    }
  });

  it.each([1, 2, 3])('reads version %i', async (version) => {
    const found = await read(npy(dictionary('(2, 3)'), body(VALUES, 8, true), version));
    expect(found.shape).toEqual([2, 3]);
  });

  it('turns Fortran order into rows, in two and three dimensions', async () => {
    const two = await read(npy(dictionary('(2, 3)', "'<f8'", 'True'), body([1, 4, 2, 5, 3, 6], 8, true)));
    expect(two.data).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    // numpy.arange(1, 13).reshape(2, 3, 2).ravel(order='F')
    const fortran = [1, 7, 3, 9, 5, 11, 2, 8, 4, 10, 6, 12];
    const three = await read(npy(dictionary('(2, 3, 2)', "'<f8'", 'True'), body(fortran, 8, true)));
    expect(three).toEqual({ data: Float64Array.from({ length: 12 }, (_, i) => i + 1), shape: [2, 3, 2] });
  });

  it('reads keys in any order and as old NumPy wrote them', async () => {
    const header = `{"shape": (2L,3L), "fortran_order": False, "descr": "<f8"}   \n`;
    expect((await read(npy(header, body(VALUES, 8, true)))).shape).toEqual([2, 3]);
  });

  it('reads the same however the bytes are cut, with and without knowing their number', async () => {
    const bytes = npy(dictionary('(2, 3)'), body(VALUES, 8, true));
    for (let size = 1; size <= bytes.length; size++) {
      for (const known of [undefined, bytes.length]) {
        const found = await readNpy(inPieces(bytes, size), { file: 'x.npy', size: known });
        expect(found.data).toEqual(Float64Array.from(VALUES));
      }
    }
  });

  it('reads more than fits the first buffer', async () => {
    const values = Float64Array.from({ length: 400_000 }, (_, i) => i / 7);
    const bytes = npy(dictionary('(4000, 100)'), new Uint8Array(values.buffer));
    expect((await readNpy(inPieces(bytes, 100_003), { file: 'x.npy' })).data).toEqual(values);
  });

  const good = body(VALUES, 8, true);
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'EMPTY: x.npy: the file is empty'],
    [
      'text',
      new TextEncoder().encode('2\n\nCu 0 0 0'),
      'not an .npy file: it does not begin with \\x93NUMPY',
    ],
    ['a cut magic', npy('', good).slice(0, 4), 'not an .npy file'],
    ['a cut version', npy('', good).slice(0, 6), '.npy version ?, expected 1, 2 or 3'],
    ['another version', npy(dictionary('(2, 3)'), good, 4), '.npy version 4, expected 1, 2 or 3'],
    ['a cut length', npy(dictionary('(2, 3)'), good).slice(0, 9), 'the file ends within its .npy header'],
    ['a cut header', npy(dictionary('(2, 3)'), good).slice(0, 40), 'the file ends within its .npy header'],
    [
      'a header of gigabytes',
      Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 255, 255, 255, 255),
      'an .npy header of 4294967295 bytes; is the file damaged?',
    ],
    ['a damaged header', npy('x'.repeat(60), good), 'no dictionary: "xxxxxxxxxx'],
    [
      'a header without a shape',
      npy("{'descr': '<f8', 'fortran_order': False}", good),
      'or shape is missing',
    ],
    [
      'an order that is none',
      npy(dictionary('(2, 3)', "'<f8'", '0'), good),
      'fortran_order or shape is missing',
    ],
    [
      'whole numbers',
      npy(dictionary('(2, 3)', "'<i8'"), good),
      'numbers of type "<i8", expected f8, f4 or f2',
    ],
    [
      'complex numbers',
      npy(dictionary('(2, 3)', "'<c16'"), good),
      'numbers of type "<c16", expected f8, f4 or f2',
    ],
    ['objects', npy(dictionary('(2, 3)', "'|O'"), good), 'numbers of type "|O", expected f8, f4 or f2'],
    [
      'records',
      npy(dictionary('(2, 3)', "[('a', '<f8')]"), good),
      'numbers of type "a record", expected f8, f4 or f2',
    ],
    [
      'one dimension',
      npy(dictionary('(6,)'), good),
      'an array of shape (6,), expected two or three dimensions',
    ],
    ['no dimension', npy(dictionary('()'), good), 'an array of shape (), expected two or three dimensions'],
    ['four dimensions', npy(dictionary('(1, 1, 2, 3)'), good), 'shape (1, 1, 2, 3), expected two or three'],
    ['a negative extent', npy(dictionary('(-2, 3)'), good), 'fortran_order or shape is missing'],
    ['a missing extent', npy(dictionary('(2, , 3)'), good), 'shape "(2, , 3)"'],
    ['no rows', npy(dictionary('(0, 3)'), good), 'EMPTY: x.npy: an array of shape (0, 3) holds no numbers'],
    [
      'too few bytes',
      npy(dictionary('(2, 3)'), good).slice(0, -1),
      '47 bytes of numbers, expected 48 for shape (2, 3)',
    ],
    ['too many bytes', npy(dictionary('(1, 5)'), good), 'more than 40 bytes of numbers, expected 40'],
    ['no numbers at all', npy(dictionary('(2, 3)'), new Uint8Array(0)), '0 bytes of numbers, expected 48'],
    [
      'a huge shape',
      npy(dictionary('(1000000000, 1000000)'), good),
      '48 bytes of numbers, expected 8000000000000000 for shape (1000000000, 1000000)',
    ],
  ])('refuses %s', async (_, bytes, message) => {
    const found = await failure(read(bytes));
    expect(found).toMatch(/^(INVALID_FILE|EMPTY): x\.npy: /);
    expect(found).toContain(message);
  });

  it('refuses a file of the wrong size before it asks for memory', async () => {
    const bytes = npy(dictionary('(1000000000, 1000000)'), good);
    expect(await failure(read(bytes, { size: bytes.length }))).toContain(
      '48 bytes of numbers, expected 8000000000000000',
    );
  });

  it('says what does not fit in memory', async () => {
    const header = npy(dictionary('(1000000000, 1000000)'), new Uint8Array(0));
    const promised = header.length + 8e15;
    expect(await failure(read(header, { size: promised }))).toBe(
      'TOO_LARGE: x.npy: no memory for 8000000000000000 bytes of numbers',
    );
  });

  it('stops with the reason of the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(read(npy(dictionary('(2, 3)'), good), { signal })).rejects.toThrow('enough');
  });
});

describe('writeNpy', () => {
  it('writes the bytes that numpy.save writes', async () => {
    // Written by NumPy, and the file that tests of descriptors compare with.
    const file = new URL('../../../golden/data/agau_alloy.descriptors.npy', import.meta.url);
    const bytes = new Uint8Array(readFileSync(file));
    const array = await read(bytes, { size: bytes.length });
    expect(array.shape[1]).toBe(63);
    expect(Buffer.concat(await all(writeNpy(array)))).toEqual(Buffer.from(bytes));
  });

  it('writes what reads back as the same array', async () => {
    const extents = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        extents,
        fc.array(fc.double(), { minLength: 125, maxLength: 125 }),
        async (shape, values) => {
          const data = Float64Array.from(
            values.slice(
              0,
              shape.reduce((product, extent) => product * extent, 1),
            ),
          );
          const bytes = Buffer.concat(await all(writeNpy({ data, shape })));
          expect(bytes.indexOf(10) % 64).toBe(63);
          expect(await read(bytes)).toEqual({ data, shape });
        },
      ),
    );
  });

  it('refuses numbers that do not fill the shape', async () => {
    const array = { data: new Float64Array(5), shape: [2, 3] };
    expect(await failure(all(writeNpy(array)))).toBe(
      'INVALID_ARGUMENT: 5 numbers do not fill the shape (2, 3)',
    );
  });
});
