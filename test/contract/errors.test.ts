import { describe, expect, it } from 'vitest';
import { deltaEntropy, DescriptorMatrix, descriptors, entropy, estimateBandwidth, overlap, QuestsError, referenceSet, type Structure } from '../../ts/node.js';
import { kernelMean } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';

const CUBE = [4, 0, 0, 0, 4, 0, 0, 0, 4];

function atoms(positions: number[], more: Partial<Structure> = {}): Structure {
  return { positions: Float64Array.from(positions), ...more };
}

const GOOD = atoms([0, 0, 0, 2, 2, 2], { cell: CUBE });
const x = new DescriptorMatrix([0, 0, 1, 1], { width: 2 });

describe.each(BACKENDS)('%s', (backend) => {
  const structureCases: [string, Structure[], string, RegExp][] = [
    ['NaN coordinates', [GOOD, atoms([0, 0, NaN])], 'INVALID_STRUCTURE', /^frame 1: .*atom 0.*NaN/],
    [
      'infinite coordinates',
      [atoms([0, 0, 0, 0, -Infinity, 0])],
      'INVALID_STRUCTURE',
      /^frame 0: .*atom 1.*-?inf/i,
    ],
    [
      'atoms too near',
      [GOOD, atoms([0, 0, 0, 0, 0, 9e-4])],
      'INVALID_STRUCTURE',
      /^frame 1: atoms 0 and 1 .* Å/,
    ],
    [
      'atoms too near across a face',
      [atoms([0, 0, 1e-4, 0, 0, 3.9999], { cell: CUBE })],
      'INVALID_STRUCTURE',
      /^frame 0: atoms 0 and 1 .* Å/,
    ],
    [
      'a zero cell',
      [atoms([0, 0, 0], { cell: new Array<number>(9).fill(0) })],
      'INVALID_STRUCTURE',
      /^frame 0: /,
    ],
    [
      'a singular cell',
      [atoms([0, 0, 0], { cell: [1, 0, 0, 2, 0, 0, 0, 0, 1] })],
      'INVALID_STRUCTURE',
      /^frame 0: /,
    ],
    [
      'a NaN in the cell',
      [atoms([0, 0, 0], { cell: [NaN, 0, 0, 0, 1, 0, 0, 0, 1] })],
      'INVALID_STRUCTURE',
      /^frame 0: /,
    ],
    [
      'periodic without a cell',
      [atoms([0, 0, 0], { pbc: [true, false, false] })],
      'INVALID_STRUCTURE',
      /^frame 0: /,
    ],
    [
      'a tiny cell',
      [atoms([0, 0, 0], { cell: CUBE.map((edge) => edge / 100) })],
      'TOO_LARGE',
      /^frame 0: .*images/,
    ],
    ['an empty frame', [GOOD, atoms([])], 'INVALID_STRUCTURE', /^frame 1: .*no atoms/],
    ['no structures', [], 'EMPTY', /structures/],
    [
      'positions of no whole atoms',
      [GOOD, atoms([1, 2])],
      'INVALID_ARGUMENT',
      /^frame 1: 2 numbers in positions/,
    ],
    [
      'a cell of six numbers',
      [atoms([0, 0, 0], { cell: [1, 2, 3, 4, 5, 6] })],
      'INVALID_ARGUMENT',
      /six|6 numbers/,
    ],
    [
      'species for other atoms',
      [atoms([0, 0, 0], { species: ['Cu', 'Cu'] })],
      'INVALID_ARGUMENT',
      /2 species for 1/,
    ],
  ];
  it.each(structureCases)('refuses %s', async (_, structures, code, message) => {
    await expect(descriptors(structures, { backend })).rejects.toMatchObject({
      name: 'QuestsError',
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    [{ k: 0 }, /k is 0/],
    [{ k: 2.5 }, /k is 2.5/],
    [{ k: NaN }, /k is NaN/],
    [{ k: Infinity }, /k is inf/],
    [{ k: -3 }, /k is -3/],
    [{ k: 2 ** 32 + 1 }, /k is 4294967297/],
    [{ cutoff: 0 }, /cutoff is -?0/],
    [{ cutoff: -1 }, /cutoff is -1/],
    [{ cutoff: NaN }, /cutoff is NaN/],
    [{ cutoff: Infinity }, /cutoff is inf/],
  ])('refuses %o', async (options, message) => {
    await expect(descriptors(GOOD, { ...options, backend })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([0, -0.1, NaN, Infinity])('refuses a bandwidth of %d', async (bandwidth) => {
    const refused = { code: 'INVALID_ARGUMENT', message: expect.stringMatching(/bandwidth/) as string };
    await expect(entropy(x, { backend, bandwidth })).rejects.toMatchObject(refused);
    await expect(deltaEntropy(x, x, { backend, bandwidth: [0.1, bandwidth] })).rejects.toMatchObject(refused);
  });

  it('refuses no bandwidth at all, unusable volumes, methods and thresholds', async () => {
    const refused = { code: 'INVALID_ARGUMENT' };
    await expect(entropy(x, { backend, bandwidth: [] })).rejects.toMatchObject(refused);
    await expect(overlap(x, x, { backend, epsilon: NaN })).rejects.toMatchObject(refused);
    for (const volume of [0, -1, NaN, Infinity]) {
      await expect(estimateBandwidth(volume, { backend })).rejects.toMatchObject(refused);
    }
    await expect(estimateBandwidth(10, { backend, method: 'guess' as 'cutoff' })).rejects.toMatchObject(
      refused,
    );
  });

  it('refuses weights of another number, or not finite', async () => {
    const refused = { code: 'INVALID_ARGUMENT', message: expect.stringMatching(/weight/) as string };
    await expect(kernelMean(x, x, [], { backend })).rejects.toMatchObject(refused);
    await expect(kernelMean(x, x, [1, 2, 3], { backend })).rejects.toMatchObject(refused);
    await expect(kernelMean(x, x, [1, NaN], { backend })).rejects.toMatchObject(refused);
  });

  it('names the file and its frame where the structure knows them', async () => {
    const bad = atoms([0, 0, 0, 0, 0, 4e-4], { source: { file: 'Si.xyz', frame: 12 } });
    await expect(descriptors([GOOD, bad], { backend })).rejects.toMatchObject({
      code: 'INVALID_STRUCTURE',
      message: expect.stringMatching(/^Si\.xyz, frame 12: atoms 0 and 1 /) as string,
    });
  });

  it('stays usable after a refusal', async () => {
    await expect(entropy(x, { backend, bandwidth: -1 })).rejects.toThrow(QuestsError);
    await expect(descriptors(atoms([NaN, 0, 0]), { backend })).rejects.toThrow(QuestsError);
    expect(await entropy(x, { backend })).toBeCloseTo(Math.log(2), 12);
  });

  it('refuses matrices that were made differently, naming both values', async () => {
    const make = (more: object): DescriptorMatrix => new DescriptorMatrix([1, 2, 3], { width: 3, ...more });
    const pairs: [object, object, RegExp][] = [
      [{ k: 2 }, { k: 3 }, /k is 2 .* 3 /],
      [{ cutoff: 5 }, { cutoff: 5.5 }, /cutoff is 5 Å .* 5.5 Å /],
      [{ species: ['Ag', 'Au'] }, { species: ['Ag'] }, /species is Ag Au .* Ag /],
      [{}, { width: 1 }, /width is 3 .* 1 /],
    ];
    for (const [test, reference, message] of pairs) {
      const refused = { code: 'MISMATCH', message: expect.stringMatching(message) as string };
      const known = await referenceSet(make(reference), { backend });
      await expect(deltaEntropy(make(test), known, { backend })).rejects.toMatchObject(refused);
      await expect(overlap(make(test), make(reference), { backend })).rejects.toMatchObject(refused);
      known.dispose();
    }
    // What one side does not know is not held against it.
    expect(await deltaEntropy(make({ k: 2, cutoff: 5 }), make({}), { backend })).toEqual(Float64Array.of(0));
  });
});

it('does not move a reference set to another backend', async () => {
  const known = await referenceSet(x, { backend: 'wasm' });
  await expect(entropy(known, { backend: 'native' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect(await entropy(known)).toBe(await entropy(known, { backend: 'wasm' }));
  known.dispose();
});
