import { createReadStream, createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { formatOfName } from 'quests/io';
import type { Case, Group } from '../case.js';
import { kept, SHARED } from '../data/files.js';
import { Absent } from '../data/sets.js';
import { ASE, NATIVE } from '../engines/engine.js';

/** A file of the shared data, so often that opening it costs nothing beside reading. */
interface Repeated {
  readonly source: string;
  readonly copies: number;
  /** Bytes in all. */
  readonly size: number;
}

const EXTXYZ = { source: 'mlearn/Si_training.extxyz', size: 1_441_789 };
const DUMP = { source: 'cu_melt/dump.cu_melt_xtal.lammpstrj', size: 6_180_524 };

function repeated({ source, size }: { source: string; size: number }, copies: number): Repeated {
  return { source, copies, size: copies * size };
}

function plain({ source, copies, size }: Repeated): Promise<string> {
  // Asked each time, not only when the file is made: it may have been kept by a version that could
  // read it.
  if (formatOfName(source) === undefined) throw new Absent(`there is no reader for ${extname(source)} yet`);
  return kept(`reading-${copies}${extname(source)}`, (path) => {
    const file = join(SHARED, source);
    if (!existsSync(file)) throw new Absent(`needs ${file}, which is not there`);
    const text = readFileSync(file);
    writeFileSync(path, Buffer.concat(new Array<Buffer>(copies).fill(text)));
    if (text.length * copies !== size)
      throw new Error(`${source} has ${text.length} bytes, expected ${size / copies}`);
    return Promise.resolve();
  });
}

async function compressed(file: Repeated): Promise<string> {
  const from = await plain(file);
  return kept(`reading-${file.copies}${extname(file.source)}.gz`, async (path) => {
    await pipeline(createReadStream(from), createGzip({ level: 6 }), createWriteStream(path));
  });
}

/**
 * All frames of a file with all their columns, ours beside ASE. Rates count bytes before
 * compression.
 */
function reading(
  name: string,
  what: string,
  file: Repeated,
  make: (file: Repeated) => Promise<string>,
): Case {
  return {
    name: `reading-${name}`,
    title: `reading ${what}, warm`,
    task: async () => ({ kind: 'read', file: await make(file) }),
    engines: [NATIVE, ASE],
    tolerance: 1e-9,
    work: { amount: file.size, unit: 'bytes' },
  };
}

/** Files to structures; those with gzip are short, since ASE takes minutes for more. */
export const readingCases: Group = {
  name: 'reading',
  title: 'Reading',
  cases: [
    reading('extxyz', 'extended xyz', repeated(EXTXYZ, 40), plain),
    reading('extxyz-gz', 'extended xyz, gzip', repeated(EXTXYZ, 3), compressed),
    reading('dump', 'a LAMMPS dump', repeated(DUMP, 12), plain),
    reading('dump-gz', 'a LAMMPS dump, gzip', repeated(DUMP, 3), compressed),
  ],
};
