import { describe, expect, it } from 'vitest';
import {
  checkComparable,
  DescriptorMatrix,
  type DescriptorMatrixOptions,
} from '../../../ts/model/descriptor-matrix.js';

describe('DescriptorMatrix', () => {
  it('carries its shape and where its rows came from', () => {
    const sources = [{ file: 'a.xyz', frame: 0 }, undefined, { file: 'a.xyz', frame: 2 }];
    const x = new DescriptorMatrix([1, 2, 3, 4, 5, 6], {
      width: 2,
      k: 32,
      frameOffsets: [0, 1, 1, 3],
      sources,
    });
    expect(x).toMatchObject({ rows: 3, width: 2, frames: 3, k: 32, cutoff: null, species: null });
    expect([0, 1, 2].map((row) => x.frameOf(row))).toEqual([0, 2, 2]);
    expect(x.sources?.[x.frameOf(2)]).toEqual({ file: 'a.xyz', frame: 2 });
    expect(() => x.frameOf(3)).toThrow('row 3 of a matrix of 3 rows');
    expect(() => x.frameOf(-1)).toThrow('row -1');
  });

  it('is one frame unless told otherwise', () => {
    const x = new DescriptorMatrix(Float32Array.of(0.5, 1, 2, 3), { width: 2 });
    expect(x.frames).toBe(1);
    expect(x.data).toEqual(Float64Array.of(0.5, 1, 2, 3));
  });

  it('shares its values', () => {
    const data = Float64Array.of(1, 2, 3, 4);
    const x = new DescriptorMatrix(data, { width: 2, frameOffsets: [0, 1, 2], cutoff: 4 });
    expect(x.data).toBe(data);
    expect(x.frame(1)).toMatchObject({ rows: 1, width: 2, cutoff: 4, frames: 1 });
    expect(x.frame(1).data.buffer).toBe(data.buffer);
    expect(Array.from(x.frame(1).data)).toEqual([3, 4]);
    expect(() => x.frame(2)).toThrow('frame 2 of a matrix of 2 frames');
  });

  it.each<[string, number[], DescriptorMatrixOptions, string, RegExp]>([
    ['width 0', [1], { width: 0 }, 'INVALID_ARGUMENT', /width/],
    ['a broken width', [1], { width: 0.5 }, 'INVALID_ARGUMENT', /width/],
    ['no rows', [], { width: 3 }, 'EMPTY', /one row/],
    ['half a row', [1, 2, 3], { width: 2 }, 'INVALID_ARGUMENT', /3 values .* rows of 2/],
    ['NaN', [1, 2, NaN, 4], { width: 2 }, 'INVALID_ARGUMENT', /NaN in row 1, column 0/],
    ['infinity', [1, -Infinity], { width: 2 }, 'INVALID_ARGUMENT', /-Infinity in row 0, column 1/],
    ['offsets from 1', [1, 2], { width: 1, frameOffsets: [1, 2] }, 'INVALID_ARGUMENT', /start at 0/],
    ['offsets that fall', [1, 2], { width: 1, frameOffsets: [0, 2, 1, 2] }, 'INVALID_ARGUMENT', /1 after 2/],
    ['offsets too short', [1, 2], { width: 1, frameOffsets: [0, 1] }, 'INVALID_ARGUMENT', /2; got 1/],
    ['one offset', [1, 2], { width: 1, frameOffsets: [0] }, 'INVALID_ARGUMENT', /at least two/],
    ['broken offsets', [1, 2], { width: 1, frameOffsets: [0, 0.5, 2] }, 'INVALID_ARGUMENT', /whole numbers/],
    [
      'sources of other frames',
      [1, 2],
      { width: 1, sources: [] },
      'INVALID_ARGUMENT',
      /0 sources for 1 frames/,
    ],
  ])('refuses %s', (_, data, options, code, message) => {
    expect(() => new DescriptorMatrix(data, options)).toThrow(
      expect.objectContaining({
        name: 'QuestsError',
        code,
        message: expect.stringMatching(message) as string,
      }),
    );
  });
});

describe('checkComparable', () => {
  const kind = { width: 63, k: 32, cutoff: 5, species: null };

  it('lets equals pass, and what is not known', () => {
    expect(() => {
      checkComparable(kind, { ...kind });
      checkComparable(kind, { ...kind, k: null, cutoff: null });
      checkComparable({ ...kind, species: ['Ag'] }, { ...kind, species: ['Ag'] });
    }).not.toThrow();
  });

  it('names what the user can change before what follows from it', () => {
    expect(() => checkComparable(kind, { ...kind, k: 16, width: 31 })).toThrow(
      'descriptors cannot be compared: k is 32 in the test set, 16 in the reference set',
    );
  });
});
