import { readLammpsDump } from '../../../ts/io/structures/lammps-dump.js';
import type { Structure } from '../../../ts/model/structure.js';
import { all, bytesOf, rowReader } from './reading.js';

/** Parts of one frame of a dump; what is absent is usual. */
export interface DumpParts {
  readonly timestep?: number | string;
  readonly atoms?: number | string;
  readonly columns?: string;
  /** The line of the box after `ITEM: BOX BOUNDS`, and the three after it. */
  readonly box?: string;
  readonly rows?: readonly string[];
}

/** Two atoms of different types. */
export const ROWS: readonly string[] = ['1 1 0.5 0.5 0.5', '2 2 1.5 1.5 1.5'];

/** Text of a frame: two atoms in a box of 4 × 5 × 6 Å; its first row is on line 10. */
export function dump({
  timestep = 0,
  rows = ROWS,
  atoms = rows.length,
  columns = 'id type x y z',
  box = 'pp pp pp\n0 4\n0 5\n0 6',
}: DumpParts = {}): string {
  const head = `ITEM: TIMESTEP\n${timestep}\nITEM: NUMBER OF ATOMS\n${atoms}\nITEM: BOX BOUNDS ${box}\n`;
  return `${head}ITEM: ATOMS ${columns}\n${rows.map((row) => `${row}\n`).join('')}`;
}

/** All structures of the text of a dump. */
export function readDump(text: string | Uint8Array, file = 'a.dump'): Promise<Structure[]> {
  return all(readLammpsDump(bytesOf(text), { file, rowReader }));
}

/** The one structure of the text of a dump. */
export async function readDumpFrame(text: string): Promise<Structure> {
  const [structure, ...others] = await readDump(text);
  if (structure === undefined || others.length > 0)
    throw new Error(`${others.length + 1} structures, expected one`);
  return structure;
}
