import { type Unzip, type UnzipFile, zipSync } from 'fflate';
import { beforeEach, expect, it, vi } from 'vitest';
import { readNpz } from '../../../../ts/io/matrices/npz.js';
import { wholeNpy } from '../../../../ts/io/matrices/npy-values.js';
import { bytesOf, failure } from '../../../support/data/reading.js';

/** Bytes that the library of ZIP made of compressed ones. */
const inflated = { bytes: 0 };

vi.mock('fflate', async (original) => {
  const fflate = await original<typeof import('fflate')>();
  return {
    ...fflate,
    unzipSync: (...parameters: Parameters<typeof fflate.unzipSync>) => {
      const files = fflate.unzipSync(...parameters);
      for (const { length } of Object.values(files)) inflated.bytes += length;
      return files;
    },
    Unzip: class extends fflate.Unzip {
      constructor(onfile: NonNullable<Unzip['onfile']>) {
        super((file) => {
          onfile(counted(file));
        });
      }
    },
  };
});

/** A file whose pieces are counted, whatever takes them. */
function counted(file: UnzipFile): UnzipFile {
  let take: UnzipFile['ondata'];
  return Object.defineProperty(file, 'ondata', {
    get: () => take,
    set: (own: UnzipFile['ondata']) => {
      take = (error, part, isLast) => {
        inflated.bytes += (part as Uint8Array | null)?.length ?? 0;
        own(error, part, isLast);
      };
    },
  });
}

/** The header of an array, and zeros after it. */
function zeros(shape: string, length: number, type = '<f8'): Uint8Array {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n';
  const bytes = new Uint8Array(128 + length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  bytes.set(bytesOf(header), 10);
  return bytes;
}

function archive(arrays: Record<string, Uint8Array>): Uint8Array {
  const files = Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes] as const);
  return zipSync(Object.fromEntries(files), { level: 9 });
}

const LARGE = 1 << 26;
const SMALL = zeros('(2, 3)', 48);

/** What looking at headers may inflate, of one array. */
const MOST_OF_HEAD = 3 << 20;

beforeEach(() => {
  inflated.bytes = 0;
});

it.each<[string, Record<string, Uint8Array>, number]>([
  ['the matrix', { descriptors: zeros('(2, 3)', LARGE) }, 1],
  ['the matrix, after another array', { a: zeros(`(${LARGE / 8},)`, LARGE), x: zeros('(2, 3)', LARGE) }, 1],
  ['the only matrix', { a: zeros('(2, 3)', LARGE), b: zeros('(2,)', 16) }, 3],
  ['a setting', { descriptors: SMALL, k: zeros('()', LARGE, '<i8') }, 2],
  ['names', { descriptors: SMALL, species: zeros('(2,)', LARGE, '<U2') }, 2],
  ['objects', { descriptors: SMALL, files: zeros('(2,)', LARGE, '|O') }, 2],
  ['no header at all', { descriptors: new Uint8Array(LARGE) }, 1],
])('%s of 64 MB, which its header does not promise, is refused uninflated', async (_, arrays, heads) => {
  const bytes = archive(arrays);
  expect(await failure(readNpz(bytes, { file: 'x.npz' }))).toContain('is the file damaged?');
  expect(inflated.bytes).toBeGreaterThan(0);
  expect(inflated.bytes).toBeLessThan(heads * MOST_OF_HEAD);
});

it('a bomb behind the name of a small array is refused uninflated', async () => {
  // The directory has both, in the order of the archive.
  const bytes = archive({ descriptorS: zeros('(2, 3)', LARGE), descriptors: SMALL });
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = text.indexOf('descriptorS'); at !== -1; at = text.indexOf('descriptorS', at)) {
    text.write('descriptors', at);
  }
  expect(await failure(readNpz(bytes, { file: 'x.npz' }))).toBe(
    'INVALID_FILE: x.npz: 2 arrays named descriptors, expected one; is the file damaged?',
  );
  expect(inflated.bytes).toBeLessThan(MOST_OF_HEAD);
});

it('an array as large as its header says is inflated once', async () => {
  const bytes = archive({ k: wholeNpy([32], []), descriptors: zeros(`(${LARGE / 32}, 4)`, LARGE) });
  expect((await readNpz(bytes, { file: 'x.npz' })).shape).toEqual([LARGE / 32, 4]);
  expect(inflated.bytes).toBeGreaterThan(LARGE);
  expect(inflated.bytes).toBeLessThan(LARGE + 3 * MOST_OF_HEAD);
});
