// What is published for other systems is judged from its file alone; here from files made by hand,
// and from what this machine runs.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

interface Binary {
  format: string;
  cpu: string;
  libraries: string[];
  imports: { name: string; version?: string; library?: string; weak?: boolean }[];
  exports: string[];
  oldest?: string;
  isSigned?: boolean;
}

const load = (name: string): Promise<unknown> => import(join(ROOT, 'scripts/release', name));
const { binary } = (await load('binary.mjs')) as { binary: (path: string) => Binary };
const { misfits } = (await load('checks.mjs')) as {
  misfits: (library: Binary, platform: unknown) => string[];
};
const { platformOf, platformHere } = (await load('platforms.mjs')) as {
  platformOf: (name: string) => { oldest?: Record<string, string> };
  platformHere: () => { name: string } | undefined;
};

const folder = mkdtempSync(join(tmpdir(), 'quests-binaries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(bytes: Buffer): Binary {
  const path = join(folder, 'library');
  writeFileSync(path, bytes);
  return binary(path);
}

const ENTRY = 'napi_register_module_v1';

describe.skipIf(process.platform !== 'linux')('a library of Linux', () => {
  const built = join(ROOT, 'dist/native');
  const file = readdirSync(built).find((name) => name.endsWith('.node')) ?? 'none';

  it('is read as the loader reads it', () => {
    const library = binary(join(built, file));
    expect(library).toMatchObject({ format: 'elf', cpu: process.arch, exports: [ENTRY] });
    expect(library.libraries.some((name) => name.startsWith('libc.'))).toBe(true);
    expect(library.imports).toContainEqual(expect.objectContaining({ name: 'memcpy' }));
  });

  it.runIf(platformHere()?.name.endsWith('gnu'))('fits its platform if the C library is old enough', () => {
    const platform = platformHere();
    const library = binary(join(built, file));
    expect(misfits(library, { ...platform, oldest: { glibc: '3.0' } })).toEqual([]);
    expect(misfits(library, { ...platform, oldest: { glibc: '2.3' } })).toEqual([
      expect.stringMatching(/^needs glibc 2\.\d+, expected 2\.3 at most$/),
    ]);
  });

  it('of glibc is not for musl', () => {
    const library: Binary = {
      format: 'elf',
      cpu: 'x64',
      libraries: ['libc.so.6'],
      imports: [{ name: 'log', version: 'GLIBC_2.29' }],
      exports: [ENTRY],
    };
    expect(misfits(library, platformOf('linux-x64-musl'))).toEqual([
      'needs libc.so.6, which not every system has',
      'needs glibc 2.29, expected none',
    ]);
    expect(misfits(library, platformOf('linux-arm64-gnu'))).toEqual([
      'for x64, expected arm64',
      'needs glibc 2.29, expected 2.17 at most',
    ]);
  });

  it('is not for other systems', () => {
    const library = binary(join(built, file));
    expect(misfits(library, platformOf('win32-x64'))).toEqual(['a library of format elf, expected pe']);
  });
});

/** The least that says what a library of macOS asks for: a page, and its signature. */
function machO(oldest: number, imports: readonly [name: string, ordinal: number][]): Buffer {
  const path = '/usr/lib/libSystem.B.dylib\0';
  const names = ['_' + ENTRY, ...imports.map(([name]) => name)];
  const page = 0x1000;
  const bytes = Buffer.alloc(page + 0x100);
  let at = 0;
  const put = (...numbers: number[]): void => {
    for (const number of numbers) at = bytes.writeUInt32LE(number >>> 0, at);
  };
  put(0xfeedfacf, 0x0100000c, 0, 6, 4, 0, 0, 0);
  put(0xc, 56, 24, 0, 0, 0);
  bytes.write(path, at);
  at = 32 + 56;
  put(0x32, 24, 1, oldest, 0, 0);
  put(0x2, 24, 0x400, names.length, 0x800, 0x100);
  put(0x1d, 16, page, 0x100);
  let text = 1;
  names.forEach((name, i) => {
    at = 0x400 + 16 * i;
    bytes.writeUInt32LE(text, at);
    bytes[at + 4] = i === 0 ? 0xf : 0x1;
    bytes.writeUInt16LE((imports[i - 1]?.[1] ?? 0) << 8, at + 6);
    bytes.write(`${name}\0`, 0x800 + text);
    text += name.length + 1;
  });
  // A blob with one directory, whose hash is that of the page.
  const directory = page + 20;
  for (const [i, number] of [0xfade0cc0, 0x100, 1, 0, 20].entries())
    bytes.writeUInt32BE(number, page + 4 * i);
  const numbers = [0xfade0c02, 80, 0x20400, 2, 44, 0, 0, 1, page];
  for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number, directory + 4 * i);
  bytes.set([32, 2, 0, 12], directory + 36);
  createHash('sha256')
    .update(bytes.subarray(0, page))
    .digest()
    .copy(bytes, directory + 44);
  return bytes;
}

describe('a library of macOS', () => {
  const platform = platformOf('darwin-arm64');

  it('is read with what it imports and the oldest system', () => {
    const library = read(machO(0x000b0000, [['_malloc', 1]]));
    expect(library).toEqual({
      format: 'mach-o',
      cpu: 'arm64',
      libraries: ['/usr/lib/libSystem.B.dylib'],
      imports: [{ name: 'malloc', weak: false, library: '/usr/lib/libSystem.B.dylib' }],
      exports: [ENTRY],
      oldest: '11.0',
      isSigned: true,
    });
    expect(misfits(library, platform)).toEqual([]);
  });

  it('is refused where it is for newer systems, or where nobody brings a symbol', () => {
    const library = read(machO(0x000f0200, [['_elsewhere', 0xfe]]));
    expect(misfits(library, platform)).toEqual([
      'needs elsewhere, which no library brings',
      'needs macOS 15.2, expected 11.0 at most',
    ]);
  });

  it('is refused where it was changed after it was signed', () => {
    const bytes = machO(0x000b0000, []);
    bytes[0x700] = 1;
    expect(misfits(read(bytes), platform)).toEqual(['has no sound signature']);
  });
});

/** The least that says what a library of Windows asks for: one section, imports and exports. */
function pe(library: string): Buffer {
  const bytes = Buffer.alloc(0x800);
  const base = 0x1000 - 0x400;
  bytes.write('MZ', 0);
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write('PE\0\0', 0x80);
  bytes.writeUInt16LE(0x8664, 0x84);
  bytes.writeUInt16LE(1, 0x86);
  bytes.writeUInt16LE(240, 0x94);
  const optional = 0x98;
  bytes.writeUInt32LE(0x400 + base, optional + 112);
  bytes.writeUInt32LE(0x500 + base, optional + 120);
  const section = optional + 240;
  bytes.writeUInt32LE(0x1000, section + 12);
  bytes.writeUInt32LE(0x400, section + 16);
  bytes.writeUInt32LE(0x400, section + 20);
  // Exports: one name.
  bytes.writeUInt32LE(1, 0x400 + 24);
  bytes.writeUInt32LE(0x440 + base, 0x400 + 32);
  bytes.writeUInt32LE(0x450 + base, 0x440);
  bytes.write(`${ENTRY}\0`, 0x450);
  // Imports: a function by name, one by number.
  bytes.writeUInt32LE(0x580 + base, 0x500);
  bytes.writeUInt32LE(0x600 + base, 0x500 + 12);
  bytes.write(`${library}\0`, 0x600);
  bytes.writeBigUInt64LE(BigInt(0x640 + base), 0x580);
  bytes.writeBigUInt64LE((1n << 63n) | 7n, 0x588);
  bytes.write('Sleep\0', 0x642);
  return bytes;
}

describe('a library of Windows', () => {
  it('is read with what it imports', () => {
    const library = read(pe('KERNEL32.dll'));
    expect(library).toEqual({
      format: 'pe',
      cpu: 'x64',
      libraries: ['kernel32.dll'],
      imports: [
        { name: 'Sleep', library: 'kernel32.dll' },
        { name: '#7', library: 'kernel32.dll' },
      ],
      exports: [ENTRY],
    });
    expect(misfits(library, platformOf('win32-x64'))).toEqual([]);
    expect(misfits(library, platformOf('win32-arm64'))).toEqual(['for x64, expected arm64']);
  });

  it('is refused where it needs what a compiler brings', () => {
    expect(misfits(read(pe('libgcc_s_seh-1.dll')), platformOf('win32-x64'))).toEqual([
      'needs libgcc_s_seh-1.dll, which not every system has',
    ]);
  });
});

it('what is no library at all is said to be none', () => {
  expect(() => read(Buffer.from('#!/bin/sh\nexit 0\n'))).toThrow('not a library of Linux, macOS or Windows');
});
