import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ReadNote } from '../../../../../ts/io/structures/frames.js';
import { failure } from '../../../../support/data/reading.js';
import { expectFrames, fromBytes, fromDiskAndPage, type OracleFrame, readAs } from '../ase/files.js';

const { files } = JSON.parse(readFileSync(new URL('files.json', import.meta.url), 'utf8')) as {
  files: Record<string, readonly OracleFrame[]>;
};

/** The bytes of a file that h5py wrote; see make-files.py. */
function written(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`files/${name}.gz`, import.meta.url)));
}

/** What reading says of a file that was changed. */
function broken(name: string, change: (bytes: Buffer) => void): Promise<string> {
  const bytes = written(name);
  change(bytes);
  return failure(readAs('hdf5', bytes));
}

describe('HDF5', () => {
  it.each(Object.keys(files))('%s as h5py reads it, in eV and Å', async (name) => {
    const expected = files[name] ?? [];
    for (const structures of await fromDiskAndPage(name, written(name))) expectFrames(structures, expected);
  });

  it('is known by its content, and frames can be chosen', async () => {
    const [structure, ...others] = await fromBytes(written('spice.h5'), '-1');
    expect(others).toEqual([]);
    expect(structure?.source?.frame).toBe(20);
  });

  it.each([
    ['spice.h5', 'Bohr and Hartree of SPICE were converted to Å and eV, gradients to forces'],
    ['ani-1.h5', 'Hartree of ANI were converted to eV; coordinatesHE are not read'],
    ['ani-2x.h5', 'Hartree of ANI were converted to eV'],
  ])('%s says once which units were converted', async (name, text) => {
    const notes: ReadNote[] = [];
    await readAs('hdf5', written(name), { onNote: (note) => notes.push(note) });
    expect(notes).toEqual([{ file: 'a', frame: 0, text, kind: 'units' }]);
  });
});

describe('HDF5 that is bad is refused in one line', () => {
  it('cut, of another kind, without structures', async () => {
    expect(await failure(readAs('hdf5', written('mace.h5').subarray(0, 30)))).toContain(
      'a: the header should stand at',
    );
    expect(await failure(readAs('hdf5', written('mace.h5').subarray(0, 30_000)))).toMatch(
      /^INVALID_FILE: a(, frame 0)?: .* should stand at bytes .*is it cut or damaged\?$/,
    );
    expect(await failure(readAs('hdf5', Buffer.alloc(200)))).toBe(
      'INVALID_FILE: a: not a file of HDF5, or a damaged one',
    );
    expect(await failure(readAs('hdf5', written('other.h5')))).toBe(
      'INVALID_FILE: a: no structures: expected groups with atomic_numbers and positions (MACE), ' +
        'conformations (SPICE), coordinates (ANI), type.raw (DeePMD)',
    );
    expect(await failure(readAs('hdf5', written('indexed.h5')))).toContain(
      'groups with an index of their names, which is not read; write the file with h5py.File(NAME, "w")',
    );
    expect(await broken('mace.h5', (bytes) => (bytes[8] = 4))).toContain(
      'version 4 of HDF5, expected 0 to 3',
    );
    expect(await broken('mace.h5', (bytes) => (bytes[13] = 4))).toContain(
      'addresses of 4 and 8 bytes, expected 8',
    );
  });

  it('with damaged LZF', async () => {
    const bytes = written('lzf.h5');
    // The first compressed chunk of some coordinates begins with a run of zeros.
    const at = bytes.indexOf(Buffer.from([0x01, 0x00, 0x00, 0xe0]));
    expect(at).toBeGreaterThan(0);
    bytes[at] = 0x3f;
    expect(await failure(readAs('hdf5', bytes))).toContain('a chunk cannot be decompressed: damaged LZF');
  });

  it('whose tables lead in circles', async () => {
    // The tree of the root's names: its first child becomes the tree itself.
    const tree = Number(written('spice.h5').readBigUInt64LE(80));
    expect(await broken('spice.h5', (bytes) => bytes.writeBigUInt64LE(BigInt(tree), tree + 32))).toContain(
      'a group is damaged: its tables lead in circles',
    );
    expect(await broken('spice.h5', (bytes) => bytes.write('X', tree))).toContain(
      'a group is damaged: expected SNOD',
    );
  });

  it('with chunks that are damaged, of which the frames can be left out', async () => {
    const bytes = written('spice.h5');
    // Compressed bytes begin with this mark.
    let changed = 0;
    for (let at = 0; (at = bytes.indexOf(Buffer.from([0x78, 0x5e]), at)) !== -1; at++) {
      bytes[at] = 0;
      changed++;
    }
    expect(changed).toBeGreaterThan(10);
    expect(await failure(readAs('hdf5', bytes))).toMatch(
      /^INVALID_FILE: a, frame 0: a chunk cannot be decompressed: not what zlib writes, or damaged$/,
    );
    const skipped: unknown[] = [];
    const found = await readAs('hdf5', bytes, { onSkip: ({ frame }) => skipped.push(frame) });
    // The ion is not compressed.
    expect(found.map(({ species }) => species)).toEqual(new Array(7).fill(['Na']));
    expect(skipped).toHaveLength(14);
  });

  it('with arrays of other shapes; numbers of 16 bits are read', async () => {
    const skipped: string[] = [];
    const found = await readAs('hdf5', written('shapes.h5'), {
      onSkip: ({ error }) => skipped.push(error.message.replace(/^a, frame \d+/, 'a')),
    });
    expect(skipped).toEqual([
      'a: expected frames × atoms × 3 in axes/conformations, found the shape (2, 3, 2)',
      'a: expected the shape (2) of energies/dft_total_energy, found (2, 2)',
      'a: expected the shape (2, 3, 3) of gradients/dft_total_gradient, found (2, 2, 3)',
      'a: expected the shape (2) of rows/dft_total_energy, found (1)',
    ]);
    expect(found.map(({ info }) => info?.energy)).toEqual([0, 27.211386024367243]);
    expect(found.map(({ positions }) => (positions[8] as number) / (positions[1] as number))).toEqual([
      8, 1.7,
    ]);
  });

  it('with a molecule that is wrong, which counts as one frame', async () => {
    const bytes = written('ani-2x.h5');
    // Its coordinates have another rank.
    const at = bytes.indexOf(Buffer.from([1, 3, 1, 0, 0, 0, 0, 0, 4]));
    expect(at).toBeGreaterThan(0);
    bytes[at + 1] = 2;
    const skipped: string[] = [];
    const found = await readAs('hdf5', bytes, {
      onSkip: ({ frame, error }) => skipped.push(`${String(frame)}: ${error.message}`),
    });
    expect(found.map(({ source }) => source?.frame)).toEqual([1, 2, 3, 4]);
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toMatch(/^0: a: /);
  });
});
