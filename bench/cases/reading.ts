import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { formatOfName } from 'quests/io';
import type { Case, Group } from '../case.js';
import { kept, SHARED } from '../data/files.js';
import { Absent } from '../data/sets.js';
import { PYTHON_PROGRAM, hasPython, pythonEnv } from '../python-environment.js';
import type { ReadingTask } from '../task.js';
import {
  ASE,
  ASE_DB_BACKENDS,
  DPDATA,
  H5PY,
  NATIVE,
  PYARROW,
  PYMATGEN,
  type Python,
} from '../engines/engine.js';

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

/** A format of training sets, with frames of 64 atoms; OUTCAR and vasprun.xml have 100. */
interface TrainingSet {
  readonly format: string;
  readonly title: string;
  /** Name of the file or folder. */
  readonly file: string;
  readonly frames: number;
  readonly atoms?: number;
  readonly engines: readonly Python[];
  readonly labels?: ReadingTask['labels'] | 'none';
  /** Default: 1e-9. */
  readonly tolerance?: number;
}

/** A file that the program writes that owns the format, or that is written after it. */
function made({ format, file, frames }: TrainingSet): Promise<string> {
  if (!hasPython()) throw new Absent('needs the Python environment, which writes the file');
  return kept(`training-${frames}-${file}`, (path) => {
    const args = ['bench/data/make_dataset.py', format, path, String(frames)];
    const { status, stderr } = spawnSync(PYTHON_PROGRAM, args, { env: pythonEnv(process.env) });
    if (status === 0) return Promise.resolve();
    throw new Absent(`the file could not be written: ${String(stderr).trim().split('\n').at(-1)}`);
  });
}

function trainingSet(set: TrainingSet): Case {
  const { format, title, frames, atoms = 64, engines, labels = 'forces', tolerance = 1e-9 } = set;
  return {
    name: `reading-${format}`,
    title: `reading ${title}, ${frames.toLocaleString('en')} frames of ${atoms} atoms, warm`,
    task: async () => ({
      kind: 'read',
      file: await made(set),
      format,
      ...(labels !== 'none' && { labels }),
    }),
    engines: [NATIVE, ...engines],
    tolerance,
    work: { amount: frames * atoms, unit: 'atoms' },
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
    trainingSet({
      format: 'outcar',
      title: 'OUTCAR of VASP',
      file: 'OUTCAR',
      frames: 1000,
      atoms: 100,
      engines: [ASE, DPDATA],
    }),
    trainingSet({
      format: 'vasprun',
      title: 'vasprun.xml of VASP',
      file: 'vasprun.xml',
      frames: 1000,
      atoms: 100,
      engines: [ASE, DPDATA, PYMATGEN],
    }),
    trainingSet({
      format: 'runner',
      title: 'input.data of RuNNer',
      file: 'a.n2p2',
      frames: 2000,
      engines: [DPDATA],
      // dpdata converts units with newer constants.
      tolerance: 1e-7,
    }),
    trainingSet({
      format: 'cif',
      title: 'CIF',
      file: 'a.cif',
      frames: 200,
      // pymatgen puts atoms into other cells.
      engines: [ASE],
      labels: 'none',
    }),
    trainingSet({
      format: 'pymatgen',
      title: 'JSON lines of pymatgen',
      file: 'a.jsonl',
      frames: 1000,
      engines: [PYMATGEN],
      labels: 'energies',
    }),
    trainingSet({ format: 'traj', title: 'ASE .traj', file: 'a.traj', frames: 5000, engines: [ASE] }),
    trainingSet({ format: 'db', title: 'ASE .db', file: 'a.db', frames: 3000, engines: [ASE] }),
    trainingSet({
      format: 'aselmdb',
      title: 'ASE .aselmdb',
      file: 'a.aselmdb',
      frames: 3000,
      engines: [ASE_DB_BACKENDS],
    }),
    trainingSet({ format: 'mace', title: 'HDF5 of MACE', file: 'mace.h5', frames: 1000, engines: [H5PY] }),
    trainingSet({ format: 'spice', title: 'HDF5 of SPICE', file: 'spice.h5', frames: 5000, engines: [H5PY] }),
    trainingSet({
      format: 'parquet',
      title: 'Parquet of ColabFit',
      file: 'a.parquet',
      frames: 5000,
      engines: [PYARROW],
    }),
    trainingSet({
      format: 'deepmd',
      title: 'a system of DeePMD-kit',
      file: 'deepmd',
      frames: 5000,
      engines: [DPDATA],
    }),
  ],
};
