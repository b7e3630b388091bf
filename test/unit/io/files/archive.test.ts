import { spawnSync } from 'node:child_process';
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openBlob, readMatrix, readStructures as readBlobs } from '../../../../ts/io/files/blob.js';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { openFile, readMatrix as readMatrixFile } from '../../../../ts/io/files/files.js';
import { findFiles } from '../../../../ts/io/files/inputs.js';
import { matcherOf } from '../../../../ts/io/files/member-pattern.js';
import { zipDirectory } from '../../../../ts/io/files/zip-directory.js';
import type { ReadOptions } from '../../../../ts/io/files/opened.js';
import { writeNpy } from '../../../../ts/io/matrices/npy.js';
import type { ReadNote } from '../../../../ts/io/structures/frames.js';
import { crc32 } from '../../../../ts/io/text/crc32.js';
import { rangesOf } from '../../../../ts/io/text/ranges.js';
import type { Structure } from '../../../../ts/node.js';
import { temporaryFolder } from '../../../support/cli/cli.js';
import { KNOWS_OPEN_PATHS, openPaths } from '../../../support/data/open-paths.js';
import { all, failure } from '../../../support/data/reading.js';
import { type ZipFile, zipOf } from '../../../support/data/zip.js';

const folder = temporaryFolder();

/** Frames whose one atom has x = `first`, `first` + 1, … */
function xyz(first: number, count: number): string {
  return Array.from({ length: count }, (_, frame) => `1\n\nCu ${first + frame} 0 0\n`).join('');
}

const TWO: readonly ZipFile[] = [
  { name: 'b10.xyz', data: xyz(20, 2) },
  { name: 'in/b9.xyz', data: xyz(10, 2), method: 0 },
  { name: 'in/', data: '', method: 0 },
  { name: '__MACOSX/in/._b9.xyz', data: '\0\0' },
];

function found(structures: readonly Structure[]): string[] {
  return structures.map(({ positions, source }) => `${positions[0]} ${source?.file}@${source?.frame}`);
}

const IN_ORDER = ['a.zip/b10.xyz@0', 'a.zip/b10.xyz@1', 'a.zip/in/b9.xyz@0', 'a.zip/in/b9.xyz@1'];

/** The structures of an archive, as Node and as a page reads them; both must give the same. */
async function read(bytes: Buffer, options: ReadOptions = {}, name = 'a.zip'): Promise<string[]> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const inNode = found(await all(readStructures([{ path, name }], options)));
  const file = new File([Uint8Array.from(bytes)], name);
  expect(found(await all(readBlobs(file, options)))).toEqual(inNode);
  return inNode;
}

async function refused(bytes: Buffer, options: ReadOptions = {}, name = 'a.zip'): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const inNode = await failure(all(readStructures([{ path, name }], options)));
  const file = new File([Uint8Array.from(bytes)], name);
  const blob = async (): Promise<unknown> => {
    const opened = await openBlob(file, options);
    return opened.holds === 'structures' ? all(opened.structures) : opened.matrix();
  };
  expect((await failure(blob())).replace(/gzip file: .*|archive: .*/, '')).toBe(
    inNode.replace(/gzip file: .*|archive: .*/, ''),
  );
  return inNode;
}

describe('a ZIP archive', () => {
  it('is read file by file, in the order of their names', async () => {
    expect((await read(zipOf(TWO))).map((line) => line.split(' ')[1])).toEqual(IN_ORDER);
  });

  it.each<[string, Buffer]>([
    ['sizes after the bytes', zipOf(TWO.map((file) => ({ ...file, isStreamed: true })))],
    [
      'numbers of 64 bits',
      zipOf(
        TWO.map((file) => ({ ...file, isLarge: true })),
        true,
      ),
    ],
    ['bytes before it', zipOf(TWO, false, Buffer.from('#!/bin/sh\n'.repeat(9)))],
    ['a comment', Buffer.concat([zipOf(TWO).subarray(0, -2), Buffer.from([3, 0, 97, 98, 99])])],
  ])('may have %s', async (what, bytes) => {
    // With bytes before it, its first bytes do not tell it.
    if (what === 'bytes before it') {
      expect((await zipDirectory(rangesOf(bytes), 'a')).map(({ name }) => name)).toContain('b10.xyz');
    } else expect((await read(bytes)).map((line) => line.split(' ')[1])).toEqual(IN_ORDER);
  });

  it('holds files that are compressed by themselves', async () => {
    const bytes = zipOf([{ name: 'b.xyz.gz', data: gzipSync(xyz(1, 1)), method: 0 }]);
    expect(await read(bytes, {}, 'b.xyz.zip')).toEqual(['1 b.xyz.zip/b.xyz.gz@0']);
  });

  it('is known by its content, too, and on a pipe', async () => {
    expect(await read(zipOf(TWO), {}, 'archive')).toHaveLength(4);
    expect(await read(gzipSync(zipOf(TWO)), {}, 'a.zip.gz')).toHaveLength(4);
  });

  it.each([
    ['b9.xyz', ['in/b9.xyz']],
    ['b*.xyz', ['b10.xyz', 'in/b9.xyz']],
    ['in/*', ['in/b9.xyz']],
    ['*/*', ['in/b9.xyz']],
    ['**/b{9,10}.xyz', ['b10.xyz', 'in/b9.xyz']],
  ])('%s: of it, files are chosen by a pattern', async (members, expected) => {
    const names = (await read(zipOf(TWO), { members, select: '-1' })).map((line) => line.split(/[ @]/)[1]);
    expect(names).toEqual(expected.map((name) => `a.zip/${name}`));
  });

  it('is named with files and frames on the command line', async () => {
    writeFileSync(join(folder, 'x.zip'), zipOf(TWO));
    writeFileSync(join(folder, 'y.zip'), zipOf(TWO));
    expect(await findFiles(['x.zip//*.xyz@::10', '[xy].zip//b9.xyz', 'x.zip@-1'], { folder })).toEqual(
      [
        { path: 'x.zip', members: '*.xyz', select: '::10' },
        { path: 'x.zip', members: 'b9.xyz' },
        { path: 'y.zip', members: 'b9.xyz' },
        { path: 'x.zip', select: '-1' },
      ].map((file) => ({ ...file, name: file.path, path: join(folder, file.path) })),
    );
    const files = await findFiles(['x.zip//b9.xyz@1'], { folder });
    expect(found(await all(readStructures(files)))).toEqual(['11 x.zip/in/b9.xyz@1']);
  });

  it('passes over what is of no format, with a note', async () => {
    const bytes = zipOf([...TWO, { name: 'README.md', data: '# About\n' }]);
    const notes: ReadNote[] = [];
    expect(await read(bytes, { onNote: (note) => notes.push(note) })).toHaveLength(4);
    const note = {
      file: 'a.zip',
      kind: 'members',
      text: 'README.md is of no format that is read, and passed over',
    };
    expect(notes).toMatchObject([note, note]);
    expect(await refused(bytes, { members: 'README.md' })).toMatch(/a\.zip\/README\.md: unknown format/);
    const only = zipOf(['a.md', 'b.md'].map((name) => ({ name, data: '# About\n' })));
    expect(await refused(only)).toBe('EMPTY: a.zip: none of 2 files in the archive can be read');
  });

  it('may hold a matrix', async () => {
    const data = Buffer.concat([...writeNpy({ data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] })]);
    const one = zipOf([{ name: 'x.npy', data }]);
    writeFileSync(join(folder, 'm.zip'), one);
    expect((await readMatrixFile(join(folder, 'm.zip'))).data).toEqual(Float64Array.of(1, 2, 3, 4));
    expect((await readMatrix(new File([Uint8Array.from(one)], 'm.zip'))).shape).toEqual([2, 2]);
    // Without the name of an archive it is one of NumPy.
    writeFileSync(join(folder, 'm.npz'), one);
    expect((await openFile(join(folder, 'm.npz'))).format.name).toBe('npz');
    writeFileSync(join(folder, 'm'), one);
    expect((await openFile(join(folder, 'm'))).format.name).toBe('npz');
    const two = zipOf(['x.npy', 'y.npy'].map((name) => ({ name, data })));
    expect(await failure(readMatrix(new File([Uint8Array.from(two)], 'm.zip')))).toBe(
      'INVALID_FILE: m.zip: holds several files of descriptors; name one: m.zip//NAME',
    );
    const mixed = zipOf([
      { name: 'x.npy', data },
      { name: 'y.xyz', data: '1\n\nCu 0 0 0\n' },
    ]);
    expect(await failure(readMatrix(new File([Uint8Array.from(mixed)], 'm.zip')))).toBe(
      'INVALID_FILE: m.zip: holds descriptors and structures; name one: m.zip//NAME',
    );
    for (const [name, bytes] of [
      ['large.zip', one],
      ['two.zip', two],
    ] as const) {
      // Larger than what is read at once.
      const large = join(folder, name);
      writeFileSync(
        large,
        Buffer.concat([bytes.subarray(0, -2), Buffer.from([255, 255]), Buffer.alloc(65_535)]),
      );
      await readMatrixFile(large).catch((error: unknown) => error);
      if (KNOWS_OPEN_PATHS) await expect.poll(() => openPaths()).not.toContain(realpathSync(large));
    }
  });
});

const GOOD: ZipFile = { name: 'a.xyz', data: xyz(1, 2) };

describe('folders in an archive', () => {
  const array = (values: readonly number[], width: number): Uint8Array =>
    Buffer.concat([...writeNpy({ data: Float64Array.from(values), shape: [values.length / width, width] })]);
  const system = (name: string, first: number): ZipFile[] => [
    { name: `${name}type.raw`, data: '0\n' },
    { name: `${name}nopbc`, data: '' },
    { name: `${name}set.000/coord.npy`, data: array([first, 0, 0, first + 1, 0, 0], 3) },
  ];

  it('are systems of DeePMD-kit, also beside other files, in the order of their names', async () => {
    const files = [...system('a/s.10/', 30), ...system('a/s.9/', 20), { name: 'z.xyz', data: xyz(10, 1) }];
    expect(await read(zipOf(files))).toEqual([
      '10 a.zip/z.xyz@0',
      '20 a.zip/a/s.9@0',
      '21 a.zip/a/s.9@1',
      '30 a.zip/a/s.10@0',
      '31 a.zip/a/s.10@1',
    ]);
    expect(await read(zipOf(files), { members: 'a/s.9/**', select: '-1' })).toEqual(['21 a.zip/a/s.9@1']);
    expect(await read(zipOf(system('', 5)))).toEqual(['5 a.zip@0', '6 a.zip@1']);
  });

  it('are refused with the place of what is wrong', async () => {
    const [types, open] = system('s/', 1) as [ZipFile, ZipFile];
    const cut = { name: 's/set.000/coord.npy', data: array([1, 2, 3], 3).subarray(0, -1) };
    expect(await refused(zipOf([types, open, cut]))).toBe(
      'INVALID_FILE: a.zip/s/set.000/coord.npy: 23 bytes of numbers, expected 24 for shape (1, 3)',
    );
    expect(await refused(zipOf([types, open]))).toContain('a.zip/s: no arrays in set.*');
  });
});

describe('an archive that cannot be read', () => {
  it.each<[string, Buffer, RegExp]>([
    [
      'encrypted',
      zipOf([{ ...GOOD, flags: 1 }]),
      /^INVALID_FILE: a\.zip\/a\.xyz: encrypted, which is not read/,
    ],
    [
      'of bzip2',
      zipOf([{ ...GOOD, method: 12 }]),
      /a\.zip\/a\.xyz: compressed with bzip2, which is not read/,
    ],
    ['of method 77', zipOf([{ ...GOOD, method: 77 }]), /compressed with method 77, which is not read/],
    ['with another checksum', zipOf([{ ...GOOD, crc: 1 }]), /a\.xyz: damaged: its checksum in the archive/],
    ['with fewer bytes', zipOf([{ ...GOOD, size: 99 }]), /a\.xyz: \d+ bytes, but the archive promises 99/],
    ['with more bytes', zipOf([{ ...GOOD, size: 9 }]), /more than the 9 bytes that the archive promises/],
    ['without files', zipOf([]), /^EMPTY: a\.zip: there are no files in the archive/],
    ['cut', zipOf([GOOD]).subarray(0, -30), /a\.zip: damaged or truncated ZIP archive: its end is missing/],
    ['cut before', zipOf([GOOD]).subarray(20), /a\.zip: unknown format/],
    [
      'in an archive',
      zipOf([{ name: 'b.zip', data: zipOf([GOOD]) }]),
      /a\.zip\/b\.zip: an archive in an archive/,
    ],
    [
      'of several files',
      Buffer.concat([zipOf([GOOD]).subarray(0, -18), Buffer.from([1, 0]), zipOf([GOOD]).subarray(-16)]),
      /it is one of several files/,
    ],
  ])('%s', async (_, bytes, message) => {
    expect(await refused(bytes)).toMatch(message);
  });

  it('whose files overlap', async () => {
    const bytes = zipOf([GOOD, { ...GOOD, name: 'b.xyz' }]);
    const end = bytes.length - 22;
    // Where the second file of the directory begins.
    bytes.writeUInt32LE(0, end - 5 - 4);
    expect(await refused(bytes)).toMatch(/the bytes of "b\.xyz" overlap others or are cut/);
  });

  it('is left out in part where that is asked for', async () => {
    const bytes = zipOf([{ ...GOOD, name: 'bad.xyz', flags: 1 }, GOOD]);
    const skipped: string[] = [];
    const structures = await read(bytes, { onSkip: ({ file }) => skipped.push(file) });
    expect(structures).toEqual(['1 a.zip/a.xyz@0', '2 a.zip/a.xyz@1']);
    expect(skipped).toEqual(['a.zip/bad.xyz', 'a.zip/bad.xyz']);
  });

  it('with names that lead elsewhere: they are names', async () => {
    const names = ['../../etc/x.xyz', '/abs/y.xyz', 'a\nb.xyz'];
    const structures = await read(zipOf(names.map((name) => ({ ...GOOD, name }))), { select: '0' });
    expect(structures.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'a.zip/../../etc/x.xyz@0',
      'a.zip//abs/y.xyz@0',
      'a.zip/a\ufffdb.xyz@0',
    ]);
  });

  it('where no file matches, and members of what is none', async () => {
    expect(await refused(zipOf(TWO), { members: '*.cif' })).toBe(
      'FILE_ACCESS: no file in a.zip matches *.cif',
    );
    expect(await refused(Buffer.from(xyz(1, 1)), { members: '*' }, 'a.xyz')).toBe(
      'INVALID_ARGUMENT: a.xyz: files can be named in ZIP archives only',
    );
  });
});

it('archives of Python are read', async () => {
  const script =
    'import sys,zipfile\n' +
    "with zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED) as z:\n" +
    " with z.open('d/a.xyz','w',force_zip64=True) as f: f.write(b'1\\n\\nCu 5 0 0\\n'*2)\n";
  const path = join(folder, 'python.zip');
  const { status } = spawnSync('python3', ['-c', script, path]);
  if (status !== 0) return;
  expect(found(await all(readStructures([{ path, name: 'p.zip' }])))).toEqual([
    '5 p.zip/d/a.xyz@0',
    '5 p.zip/d/a.xyz@1',
  ]);
});

it('patterns are those of globs', () => {
  const matches = (pattern: string, name: string): boolean => matcherOf(pattern)(name);
  expect(matches('[a-c]?.xyz', 'in/b1.xyz')).toBe(true);
  expect(matches('[!a-c]?.xyz', 'b1.xyz')).toBe(false);
  expect(matches('in/*.xyz', 'in/deep/b.xyz')).toBe(false);
  expect(matches('in/**/*.xyz', 'in/b.xyz')).toBe(true);
  expect(matches('a+b(1).xyz', 'a+b(1).xyz')).toBe(true);
  expect(matches('[z-a].xyz', '[z-a].xyz')).toBe(true);
});

it('CRC-32 is that of zlib', () => {
  const bytes = new TextEncoder().encode('The quick brown fox jumps over the lazy dog');
  expect(crc32(bytes)).toBe(0x414fa339);
  expect(crc32(bytes.subarray(5), crc32(bytes.subarray(0, 5)))).toBe(0x414fa339);
  expect(crc32(new Uint8Array(0))).toBe(0);
});
