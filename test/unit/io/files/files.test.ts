import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { accessError } from '../../../../ts/base/file-access.js';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { openFile, readMatrix, writeMatrix, writeStructures } from '../../../../ts/io/files/files.js';
import { formatByName, formatOfName } from '../../../../ts/io/files/detect-format.js';
import { FORMATS } from '../../../../ts/io/files/formats.js';
import { openInput } from '../../../../ts/io/files/input.js';
import { writeExtxyz } from '../../../../ts/io/structures/extxyz-write.js';
import { writeNpy } from '../../../../ts/io/matrices/npy.js';
import type { Progress } from '../../../../ts/run/run-options.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { KNOWS_OPEN_PATHS, openPaths } from '../../../support/data/open-paths.js';
import { all, failure } from '../../../support/data/reading.js';

const XYZ = '2\nProperties=species:S:1:pos:R:3 a=1\nCu 0 0 0\nO 1 2 3\n'.repeat(3);
const MATRIX = { data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };
const NPY = Buffer.concat([...writeNpy(MATRIX)]);

let folder = '';
const at = (name: string): string => join(folder, name);
const frames = (name: string): Promise<Structure[]> => all(readStructures(at(name)));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quests-io-'));
  await Promise.all([
    writeFile(at('a.xyz'), XYZ),
    writeFile(at('a.XYZ.gz'), gzipSync(XYZ)),
    writeFile(at('gzipped.xyz'), gzipSync(XYZ)),
    writeFile(at('two.xyz.gz'), Buffer.concat([gzipSync(XYZ), gzipSync(XYZ)])),
    writeFile(at('noname'), XYZ),
    writeFile(at('noname.gz'), gzipSync(XYZ)),
    writeFile(at('matrix'), NPY),
    writeFile(at('m.npy'), NPY),
    writeFile(at('m.npy.gz'), gzipSync(NPY)),
    writeFile(at('empty'), ''),
    writeFile(at('empty.xyz'), ''),
    writeFile(at('empty.npy'), ''),
    writeFile(at('one-byte'), '\x1f'),
    writeFile(at('a.gro'), 'Water\n3\n'),
    writeFile(at('@-1'), XYZ),
    mkdir(at('folder.xyz')),
  ]);
});

afterAll(() => rm(folder, { recursive: true }));

describe('openFile', () => {
  it.each(['a.xyz', 'a.XYZ.gz', 'gzipped.xyz', 'noname', 'noname.gz', '@-1'])(
    'reads structures from %s',
    async (name) => {
      const found = await frames(name);
      expect(found.map(({ source }) => source)).toEqual(
        [0, 1, 2].map((frame) => ({ file: at(name), frame })),
      );
      expect(found[2]?.species).toEqual(['Cu', 'O']);
    },
  );

  it('reads gzip files that were joined', async () => {
    expect(await frames('two.xyz.gz')).toHaveLength(6);
  });

  it.each(['matrix', 'm.npy', 'm.npy.gz'])('reads a matrix from %s', async (name) => {
    expect(await readMatrix(at(name))).toEqual(MATRIX);
  });

  it('says what a file holds before it reads it', async () => {
    const structures = await openFile(at('noname'));
    expect([structures.holds, structures.format.name, structures.file]).toEqual([
      'structures',
      'extxyz',
      at('noname'),
    ]);
    structures.close();
    const matrix = await openFile(at('matrix'));
    expect([matrix.holds, matrix.format.name]).toEqual(['matrix', 'npy']);
    matrix.close();
  });

  it('takes the format that is asked for', async () => {
    expect(await failure(all(readStructures(at('m.npy'), { format: 'extxyz' })))).toContain(
      'm.npy, line 1: not text (a byte 0)',
    );
    const names = FORMATS.map(({ name }) => name).join(', ');
    expect(await failure(openFile(at('a.xyz'), { format: 'gro' as 'npy' }))).toBe(
      `INVALID_ARGUMENT: unknown format "gro"; expected one of: ${names}`,
    );
  });

  it.each([
    ['missing.xyz', 'FILE_ACCESS: cannot read PATH: no such file or folder'],
    ['folder.xyz', 'FILE_ACCESS: cannot read PATH: is a folder'],
    ['a.xyz/b.xyz', 'FILE_ACCESS: cannot read PATH: part of the path is not a folder'],
    ['empty', 'EMPTY: PATH: the file is empty'],
    ['empty.xyz', 'EMPTY: PATH: the file is empty'],
    ['one-byte', 'INVALID_FILE: PATH: unknown format; known are '],
    ['a.gro', 'INVALID_FILE: PATH: a GROMACS structure, which is not read; convert it: ase convert '],
    ['m.npy', 'INVALID_FILE: PATH: expected structures, but the format is NumPy array'],
  ])('refuses structures from %s', async (name, message) => {
    const found = await failure(all(readStructures(at(name))));
    expect(found.startsWith(message.replace('PATH', at(name)))).toBe(true);
  });

  it.each([
    [
      'a.xyz',
      'INVALID_FILE: PATH: expected a matrix of descriptors, but the format is extended or plain xyz',
    ],
    ['empty.npy', 'EMPTY: PATH: the file is empty'],
  ])('refuses a matrix from %s', async (name, message) => {
    expect(await failure(readMatrix(at(name)))).toBe(message.replace('PATH', at(name)));
  });

  it('refuses damaged and truncated gzip files', async () => {
    const text = Array.from({ length: 2000 }, (_, i) => `1\n\nCu ${Math.sin(i)} 0 0\n`).join('');
    const whole = gzipSync(text);
    await writeFile(at('cut.xyz.gz'), whole);
    await truncate(at('cut.xyz.gz'), whole.length - 100);
    expect(await failure(frames('cut.xyz.gz'))).toBe(
      `INVALID_FILE: ${at('cut.xyz.gz')}: damaged or truncated gzip file: unexpected end of file`,
    );
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, whole.length >> 1, (whole.length >> 1) + 20);
    await writeFile(at('damaged.xyz.gz'), damaged);
    expect(await failure(frames('damaged.xyz.gz'))).toMatch(
      /^INVALID_FILE: .*damaged\.xyz\.gz(: damaged or|, frame)/,
    );
    const wrongSum = Buffer.from(whole);
    wrongSum.writeUInt32LE(1, whole.length - 8);
    await writeFile(at('sum.xyz.gz'), wrongSum);
    expect(await failure(frames('sum.xyz.gz'))).toContain(
      'damaged or truncated gzip file: incorrect data check',
    );
    await writeFile(at('head.xyz.gz'), whole.subarray(0, 5));
    expect(await failure(frames('head.xyz.gz'))).toContain('damaged or truncated gzip file');
    await writeFile(at('cut.npy.gz'), gzipSync(NPY).subarray(0, 60));
    expect(await failure(readMatrix(at('cut.npy.gz')))).toContain('damaged or truncated gzip file');
  });

  it('tells how far it has come', async () => {
    const calls: Progress[] = [];
    await all(readStructures(at('a.XYZ.gz'), { onProgress: (progress) => calls.push(progress) }));
    const size = (await readFile(at('a.XYZ.gz'))).length;
    expect(calls.at(-1)).toEqual({ done: size, total: size, phase: 'reading' });
  });

  it.each(['a.xyz', 'a.XYZ.gz', 'm.npy'])('stops with the reason of the signal: %s', async (name) => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(openFile(at(name), { signal })).rejects.toThrow('enough');
  });

  it.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['compressed', (text: string) => gzipSync(text)],
  ])('stops in the middle of a %s file when the signal says so', async (_, encode) => {
    await writeFile(at('long'), encode('1\n\nCu 0 0 0\n'.repeat(500_000)));
    const controller = new AbortController();
    const structures = readStructures(at('long'), { signal: controller.signal });
    await structures.next();
    controller.abort(new Error('enough'));
    await expect(all(structures)).rejects.toThrow('enough');
  });

  it('can be left in the middle', async () => {
    for (const name of ['a.XYZ.gz', 'a.xyz']) {
      const seen: (number | undefined)[] = [];
      const structures = readStructures(at(name));
      for await (const { source } of structures) {
        seen.push(source?.frame);
        if (source?.frame === 1) break;
      }
      expect(seen).toEqual([0, 1]);
      expect(await structures.next()).toEqual({ done: true, value: undefined });
    }
  });
});

describe('standard input', () => {
  function standardInput(): PassThrough {
    const stream = new PassThrough();
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(stream as unknown as typeof process.stdin);
    return stream;
  }

  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['text', XYZ],
    ['gzip', gzipSync(XYZ)],
  ])('gives structures from %s', async (_, input) => {
    standardInput().end(input);
    const found = await all(readStructures('-'));
    expect(found.map(({ source }) => source?.file)).toEqual(Array(3).fill('standard input'));
  });

  it('gives a matrix', async () => {
    standardInput().end(NPY);
    expect(await readMatrix('-')).toEqual(MATRIX);
  });

  it.each<[string, string | Buffer, (path: string) => Promise<unknown>, string]>([
    ['of no known format', 'x'.repeat(5000), openFile, 'standard input: unknown format'],
    ['of another kind', XYZ.repeat(100), readMatrix, 'standard input: expected a matrix'],
    [
      'with a mistake',
      `${XYZ.repeat(100)}x\n`,
      (path) => all(readStructures(path)),
      'standard input, frame 300, line 1201',
    ],
    [
      'with a compressed mistake',
      gzipSync('x\n'),
      (path) => all(readStructures(path, { format: 'extxyz' })),
      'line 1',
    ],
  ])('%s is let go of although it has not ended', async (_, input, use, message) => {
    const stream = standardInput();
    stream.write(input);
    // The compressed text can be told from its first bytes only once there are enough, or no more.
    if (Buffer.isBuffer(input)) stream.end();
    expect(await failure(use('-'))).toContain(message);
    expect(stream.destroyed).toBe(true);
  });

  it.each(['', '1', XYZ, gzipSync(XYZ).subarray(0, 30)])(
    'is given up when the signal says so, after %j',
    async (input) => {
      const stream = standardInput();
      if (input.length > 0) stream.write(input);
      const controller = new AbortController();
      setTimeout(() => {
        controller.abort(new Error('enough'));
      }, 50);
      await expect(all(readStructures('-', { signal: controller.signal }))).rejects.toThrow('enough');
      expect(stream.destroyed).toBe(true);
    },
  );
});

describe('openInput', () => {
  it('gives the bytes of the file, and their number where it is known', async () => {
    const plain = await openInput(at('a.xyz'));
    expect(plain.size).toBe(XYZ.length);
    expect(Buffer.concat(await all(plain.bytes)).toString()).toBe(XYZ);
    const compressed = await openInput(at('a.XYZ.gz'));
    expect(compressed.size).toBeUndefined();
    expect(Buffer.concat(await all(compressed.bytes)).toString()).toBe(XYZ);
  });

  it.each(['pieces', 'pieces.gz'])('gives pieces that last until the next is asked for: %s', async (name) => {
    // Of no regularity, so that compressed they are several pieces, too; the last is a short one.
    const bytes = randomBytes(3.3 * 2 ** 20);
    await writeFile(at(name), name.endsWith('.gz') ? gzipSync(bytes) : bytes);
    const found: Buffer[] = [];
    for await (const piece of (await openInput(at(name))).bytes) {
      // What is read ahead meanwhile must not lie in the same place.
      await new Promise((resolve) => setTimeout(resolve, 5));
      found.push(Buffer.from(piece));
    }
    expect(Buffer.concat(found).equals(bytes)).toBe(true);
  });

  it.runIf(KNOWS_OPEN_PATHS).each(['large.xyz', 'large.xyz.gz'])(
    'lets go of a file that is not read to its end: %s',
    async (name) => {
      const text = XYZ.repeat(50_000);
      await writeFile(at(name), name.endsWith('.gz') ? gzipSync(text, { level: 0 }) : text);
      const opened = (): number => openPaths().filter((path) => path === realpathSync(at(name))).length;
      for (const files of [at(name), [at(name), at('a.xyz')]]) {
        for await (const { source } of readStructures(files)) {
          expect(opened()).toBe(1);
          if (source?.frame === 2) break;
        }
        await expect.poll(opened).toBe(0);
      }
      (await openFile(at(name))).close();
      await expect.poll(opened).toBe(0);
    },
  );

  it('reads through links', async () => {
    await symlink(at('a.xyz'), at('link.xyz'));
    expect(await frames('link.xyz')).toHaveLength(3);
  });
});

describe('formats', () => {
  it.each([
    ['a.xyz', 'extxyz'],
    ['dir.npy/A.EXTXYZ', 'extxyz'],
    ['a.xyz.gz', 'extxyz'],
    ['a.npy', 'npy'],
    ['a.npy.gz', 'npy'],
    ['xyz', undefined],
    ['a.gz', undefined],
    ['run/CONTCAR.gz', 'poscar'],
    ['POSCAR_relaxed', 'poscar'],
    ['XDATCAR', 'xdatcar'],
    ['a.npz', 'npz'],
    ['a.xyz.txt', undefined],
  ])('tells by the name %s', (name, format) => {
    expect(formatOfName(name)?.name).toBe(format);
  });

  it('have names and endings of their own', () => {
    expect(new Set(FORMATS.map(({ name }) => name)).size).toBe(FORMATS.length);
    const extensions = FORMATS.flatMap((format) => format.extensions);
    expect(new Set(extensions).size).toBe(extensions.length);
    for (const format of FORMATS) {
      expect(formatByName(format.name)).toBe(format);
      for (const extension of format.extensions) expect(formatOfName(`a${extension}`)).toBe(format);
    }
  });
});

describe('writing files', () => {
  it.each(['out.xyz', 'out.extxyz', 'out.xyz.gz'])('writes structures to %s', async (name) => {
    await writeStructures(at(name), readStructures(at('a.xyz')));
    const written = await openInput(at(name));
    const expected = (await all(writeExtxyz(await frames('a.xyz')))).join('');
    expect(Buffer.concat(await all(written.bytes)).toString()).toBe(expected);
    expect(written.size === undefined).toBe(name.endsWith('.gz'));
  });

  it('writes a matrix', async () => {
    await writeMatrix(at('out.npy'), MATRIX);
    expect(await readFile(at('out.npy'))).toEqual(NPY);
  });

  it('refuses names that tell no format, or one for something else', async () => {
    expect(await failure(writeMatrix(at('out.txt'), MATRIX))).toContain(
      'out.txt" tells no format; expected one of: .npy, .npz, .parquet, .csv, .json',
    );
    const structures = await failure(writeStructures(at('out.txt'), []));
    expect(structures).toContain('tells no format; expected one of: .xyz, .extxyz, ');
    for (const extension of ['.outcar', '.traj', '.cif', '.npy']) expect(structures).not.toContain(extension);
    expect(await failure(writeMatrix(at('b.xyz'), MATRIX))).toContain(
      'a matrix cannot be written as extended or plain xyz',
    );
    expect(await failure(writeStructures(at('b.npy'), []))).toContain(
      'structures cannot be written as NumPy array',
    );
  });

  it('can replace the file it reads', async () => {
    await writeFile(at('same.xyz'), XYZ);
    await writeStructures(at('same.xyz'), readStructures(at('same.xyz')), { overwrite: true });
    expect(await frames('same.xyz')).toHaveLength(3);
  });
});

describe('accessError', () => {
  it('says in words what the system says in codes', () => {
    const denied = Object.assign(new Error('EACCES: permission denied, open'), {
      code: 'EACCES',
      syscall: 'open',
    });
    expect(accessError('read', 'a.xyz', denied).message).toBe('cannot read a.xyz: permission denied');
    const unusual = Object.assign(new Error('?'), { code: 'EIO', syscall: 'read' });
    expect(accessError('write', 'a.xyz', unusual).message).toBe('cannot write a.xyz: EIO');
  });
});
