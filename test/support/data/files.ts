import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a file of the golden data. */
export function golden(name: string): string {
  return fileURLToPath(new URL(`../../golden/data/${name}`, import.meta.url));
}

/** Text of extxyz: one frame of a cubic cell. */
export function frame(atoms: readonly string[], more = ''): string {
  const cell = 'Lattice="4 0 0 0 4 0 0 0 4"';
  return `${atoms.length}\n${more || cell} Properties=species:S:1:pos:R:3\n${atoms.join('\n')}\n`;
}

/** Bytes of an .npy file with this header and these numbers. */
export function npy(shape: string, numbers: ArrayLike<number>): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n';
  const body = new Uint8Array(Float64Array.from(numbers).buffer);
  const bytes = new Uint8Array(128 + body.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(body, 128);
  return bytes;
}

/** Reads a file of JSON. */
export function json(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}
