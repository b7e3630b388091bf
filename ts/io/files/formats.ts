import { QuestsError } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import type { Folder } from '../text/folder.js';
import type { RangeSource } from '../text/ranges.js';
import type { ColumnTable } from '../../model/column-table.js';
import { writeCsv, writeMatrixCsv, writeStructuresCsv } from '../matrices/csv.js';
import { looksLikeAseJson, readAseJson } from '../structures/ase/ase-json.js';
import { readAseSqlite } from '../structures/ase/ase-sqlite.js';
import { readAseLmdb } from '../structures/ase/aselmdb.js';
import { looksLikeLmdb } from '../structures/ase/lmdb.js';
import { looksLikeSqlite } from '../structures/ase/sqlite.js';
import { readAseTrajectory } from '../structures/ase/trajectory.js';
import { looksLikeUlm } from '../structures/ase/ulm.js';
import { looksLikeCif, readCif } from '../structures/cif.js';
import { looksLikeDeepmd, readDeepmd } from '../structures/deepmd.js';
import { TYPE_FILE } from '../structures/deepmd-system.js';
import { looksLikeExtxyz, readExtxyz } from '../structures/extxyz.js';
import { writeExtxyz } from '../structures/extxyz-write.js';
import { emptyFile, invalidFile } from '../text/fault.js';
import { foreignArray, foreignContent, foreignFormat } from './foreign.js';
import type { FrameOptions } from '../structures/frames.js';
import { writeMatrixJson, writeStructuresJson } from '../matrices/json-write.js';
import { readHdf5 } from '../structures/hdf5/hdf5.js';
import { looksLikeHdf5 } from '../structures/hdf5/hdf5-file.js';
import { looksLikeLammpsData, readLammpsData } from '../structures/lammps-data.js';
import { writeLammpsData } from '../structures/lammps-data-write.js';
import { looksLikeLammpsDump, readLammpsDump } from '../structures/lammps-dump.js';
import { writeLammpsDump } from '../structures/lammps-dump-write.js';
import { looksLikeNpy, type NpyOptions, readNpy, writeNpy, writeNpyParts } from '../matrices/npy.js';
import { looksLikeNpz, readNpz, writeNpz } from '../matrices/npz.js';
import { readParquet } from '../matrices/parquet.js';
import { looksLikeParquet } from '../matrices/parquet-file.js';
import { writeMatrixParquet, writeParquet, writeStructuresParquet } from '../matrices/parquet-write.js';
import { looksLikeOutcar, readOutcar } from '../structures/outcar.js';
import { parquetHolds, readParquetStructures } from '../structures/parquet-structures.js';
import { looksLikePoscar, readPoscar } from '../structures/poscar.js';
import { writePoscar } from '../structures/poscar-write.js';
import { looksLikeMtp, readMtp } from '../structures/mtp.js';
import { writeMtp } from '../structures/mtp-write.js';
import type { MatrixParts, StoredMatrix } from '../matrices/stored-matrix.js';
import { looksLikePymatgen, readPymatgen } from '../structures/pymatgen.js';
import { looksLikeRunner, readRunner } from '../structures/runner.js';
import { writeRunner } from '../structures/runner-write.js';
import { looksLikeVasprun, readVasprun } from '../structures/vasprun.js';
import { looksLikeXdatcar, readXdatcar } from '../structures/xdatcar.js';

/** Names of the formats, as `--format` takes them. */
export type FormatName =
  | 'extxyz'
  | 'lammps-dump'
  | 'lammps-data'
  | 'poscar'
  | 'xdatcar'
  | 'outcar'
  | 'vasprun'
  | 'mtp'
  | 'runner'
  | 'ase-traj'
  | 'ase-lmdb'
  | 'ase-db'
  | 'ase-json'
  | 'hdf5'
  | 'deepmd'
  | 'npy'
  | 'npz'
  | 'parquet'
  | 'csv'
  | 'json'
  | 'pymatgen'
  | 'cif';

/** Pieces of a file that is written. */
export type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** A file format: how to tell it, what it holds, how to read and write it. */
export interface Format {
  readonly name: FormatName;
  /** What people call it. */
  readonly title: string;
  /** Endings of file names, without `.gz`; the first is the usual one. */
  readonly extensions: readonly string[];
  /**
   * Names of files that have no telling ending, like `CONTCAR`: matched against the name without
   * its folder.
   */
  readonly names?: RegExp;
  /**
   * Whether a file may be of this format, from its first bytes. Absent for formats that are only
   * written.
   */
  readonly sniff?: (head: Uint8Array) => boolean;
  /**
   * What a file of this format holds, for formats that may hold either, as its content tells.
   *
   * @throws {QuestsError} INVALID_FILE for a file that holds neither, or is damaged
   */
  readonly holds?: (source: RangeSource, file: string) => Promise<'structures' | 'matrix'>;
  /** What tells a folder of this format, for formats of several files. */
  readonly folder?: {
    /** A file that it has, for the documentation. */
    readonly mark: string;
    /** Whether a folder of these files is one. */
    readonly looksLike: (files: readonly string[]) => boolean;
  };
  /** Structures, frame by frame. */
  readonly structures?: {
    readonly read?: (source: ByteSource, options: FrameOptions) => AsyncGenerator<Structure, void, undefined>;
    /** The same, for formats whose parts lie anywhere in the file; in place of `read`. */
    readonly readRanges?: (
      source: RangeSource,
      options: FrameOptions,
    ) => AsyncGenerator<Structure, void, undefined>;
    /** The same, for formats of several files in a folder. */
    readonly readFolder?: (
      folder: Folder,
      options: FrameOptions,
    ) => AsyncGenerator<Structure, void, undefined>;
    readonly write?: (structures: Iterable<Structure> | AsyncIterable<Structure>) => Pieces;
    /** Whether a file holds one structure, no more. */
    readonly single?: boolean;
    /** Whether columns of the atoms beyond species and coordinates are written. */
    readonly columns?: boolean;
    /**
     * Whether what is written is periodic in all directions, since the format does not say in which
     * it is.
     */
    readonly allPeriodic?: boolean;
    /** The type that numbers of types begin with. Default: 1. */
    readonly firstType?: 0;
    /** What is read and what is kept, for the documentation. */
    readonly kept: string;
  };
  /** A matrix of descriptors. */
  readonly matrix?: {
    readonly read?: (source: ByteSource, options: NpyOptions) => Promise<StoredMatrix>;
    readonly write?: (matrix: StoredMatrix) => Pieces;
    /** Whether the numbers alone are kept, not what they are. */
    readonly plain?: boolean;
    /** Writes numbers that come in parts, where the format keeps nothing else. */
    readonly writeParts?: (matrix: MatrixParts) => Pieces;
    readonly kept: string;
  };
  /** Results in columns: one row per environment. */
  readonly table?: {
    readonly write: (parts: Iterable<ColumnTable> | AsyncIterable<ColumnTable>) => Pieces;
  };
}

/** Bytes that are enough to tell a format by. */
export const SNIFFED_BYTES = 4096;

const ROWS_KEPT =
  'rows by their ids, with all that trajectories keep; keys and values, data and unique_id as values ' +
  'of the frame';

/** Every format there is; the one table that readers, writers, messages and documentation go by. */
export const FORMATS: readonly Format[] = [
  {
    name: 'extxyz',
    title: 'extended or plain xyz',
    extensions: ['.xyz', '.extxyz'],
    sniff: (head) => looksLikeExtxyz(new TextDecoder().decode(head)),
    structures: {
      read: readExtxyz,
      write: writeExtxyz,
      columns: true,
      kept: 'every column and every key of the comment line, to the last digit',
    },
  },
  {
    name: 'lammps-dump',
    title: 'LAMMPS dump',
    extensions: ['.lammpstrj', '.dump', '.lammpsdump'],
    names: /^dump\b/,
    sniff: (head) => looksLikeLammpsDump(new TextDecoder().decode(head)),
    structures: {
      read: readLammpsDump,
      write: writeLammpsDump,
      columns: true,
      kept: 'every column, box, origin, timestep, time, units, no other values; atoms are sorted by id',
    },
  },
  {
    name: 'poscar',
    title: 'VASP POSCAR and CONTCAR',
    extensions: ['.poscar', '.vasp', '.contcar'],
    names: /POSCAR|CONTCAR/,
    sniff: looksLikePoscar,
    structures: {
      read: readPoscar,
      write: writePoscar,
      single: true,
      allPeriodic: true,
      kept:
        'one structure: cell, species, coordinates, comment, selective dynamics, velocities; no open ' +
        'boundaries',
    },
  },
  {
    name: 'xdatcar',
    title: 'VASP XDATCAR',
    extensions: ['.xdatcar'],
    names: /XDATCAR/,
    sniff: looksLikeXdatcar,
    structures: {
      read: readXdatcar,
      kept: 'cell, species, coordinates, comment and number of each configuration',
    },
  },
  {
    name: 'outcar',
    title: 'VASP OUTCAR',
    extensions: ['.outcar'],
    names: /OUTCAR/,
    sniff: looksLikeOutcar,
    structures: {
      read: readOutcar,
      kept: 'cell, species, coordinates, forces, energies, stress and magnetic moments of each ionic step',
    },
  },
  {
    name: 'vasprun',
    title: 'VASP vasprun.xml',
    extensions: ['.xml'],
    sniff: looksLikeVasprun,
    structures: {
      read: readVasprun,
      kept: 'cell, species, coordinates, forces, energies, stress of each calculation; selective dynamics',
    },
  },
  {
    name: 'mtp',
    title: 'MTP configurations',
    extensions: ['.cfg'],
    sniff: looksLikeMtp,
    structures: {
      read: readMtp,
      write: writeMtp,
      firstType: 0,
      kept:
        'cell, type, coordinates, forces, energy, stress, features; only read: columns but ' +
        'site_en, charge, nbh_grades',
    },
  },
  {
    name: 'runner',
    title: 'RuNNer and n2p2 input.data',
    extensions: ['.runner', '.n2p2'],
    names: /^input\.data$/,
    sniff: looksLikeRunner,
    structures: {
      read: readRunner,
      write: writeRunner,
      kept: 'cell, species, coordinates, forces, charge, energy, comment; Bohr and Hartree in the file',
    },
  },
  {
    name: 'lammps-data',
    title: 'LAMMPS data file',
    extensions: ['.data', '.lmp'],
    names: /^data\./,
    sniff: looksLikeLammpsData,
    structures: {
      read: readLammpsData,
      write: writeLammpsData,
      single: true,
      allPeriodic: true,
      kept:
        'one structure: cell, species, coordinates, title, id, type, mass; no open boundaries; ' +
        'only read: mol, q, image flags, velocities',
    },
  },
  {
    name: 'ase-traj',
    title: 'ASE trajectory',
    extensions: ['.traj'],
    sniff: looksLikeUlm,
    structures: {
      readRanges: readAseTrajectory,
      kept:
        'cell, species, coordinates, tags, momenta, masses, initial moments and charges, constraints, ' +
        'info, results of the calculator',
    },
  },
  {
    name: 'ase-lmdb',
    title: 'ASE database (LMDB)',
    extensions: ['.aselmdb', '.lmdb'],
    names: /^data\.mdb$/,
    sniff: looksLikeLmdb,
    structures: { readRanges: readAseLmdb, kept: ROWS_KEPT },
  },
  {
    name: 'ase-db',
    title: 'ASE database (SQLite)',
    extensions: ['.db'],
    sniff: looksLikeSqlite,
    structures: { readRanges: readAseSqlite, kept: ROWS_KEPT },
  },
  {
    name: 'hdf5',
    title: 'HDF5',
    extensions: ['.h5', '.hdf5', '.hdf'],
    sniff: looksLikeHdf5,
    structures: {
      readRanges: readHdf5,
      kept:
        'of MACE: atoms, properties, weights, config_type; of SPICE and ANI: energies, forces, charges, ' +
        'smiles, subset; of DeePMD: energies, forces, virials',
    },
  },
  {
    name: 'cif',
    title: 'CIF',
    extensions: ['.cif'],
    sniff: looksLikeCif,
    structures: {
      read: readCif,
      kept: 'cell, species, coordinates of all images, labels, name of each block',
    },
  },
  {
    name: 'deepmd',
    title: 'DeePMD-kit system',
    extensions: [],
    folder: { mark: TYPE_FILE, looksLike: looksLikeDeepmd },
    structures: {
      readFolder: readDeepmd,
      kept:
        'a folder: coordinates, cells, types, mixed types, energy, forces, virial (eV), and every other ' +
        'array of set.*',
    },
  },
  {
    name: 'npy',
    title: 'NumPy array',
    extensions: ['.npy'],
    sniff: looksLikeNpy,
    matrix: {
      read: readNpy,
      write: writeNpy,
      writeParts: writeNpyParts,
      plain: true,
      kept: 'the numbers; k is taken from their width',
    },
  },
  {
    name: 'npz',
    title: 'NumPy archive',
    extensions: ['.npz'],
    sniff: looksLikeNpz,
    matrix: {
      read: readNpz,
      write: writeNpz,
      kept: 'the numbers, k, cutoff, species, frame offsets, files and frames',
    },
  },
  {
    name: 'parquet',
    title: 'Parquet',
    extensions: ['.parquet'],
    sniff: looksLikeParquet,
    holds: parquetHolds,
    structures: {
      readRanges: readParquetStructures,
      write: writeStructuresParquet,
      columns: true,
      kept:
        'one row per atom: file, frame, species, coordinates, columns, and a record of each frame; only ' +
        'read: one row per structure, as of ColabFit, OPTIMADE and LeMaterial',
    },
    matrix: {
      read: readParquet,
      write: writeMatrixParquet,
      kept: 'the numbers, k, cutoff, species, frame offsets, files and frames',
    },
    table: { write: writeParquet },
  },
  {
    name: 'csv',
    title: 'CSV',
    extensions: ['.csv'],
    structures: {
      write: writeStructuresCsv,
      columns: true,
      kept: 'one row per atom: file, frame, species, coordinates, columns',
    },
    matrix: { write: writeMatrixCsv, plain: true, kept: 'the numbers' },
    table: { write: writeCsv },
  },
  {
    name: 'json',
    title: 'JSON',
    extensions: ['.json'],
    structures: {
      write: writeStructuresJson,
      kept: 'everything, but for numbers that are not finite, which become null',
    },
    matrix: {
      write: writeMatrixJson,
      kept: 'the numbers, k, cutoff, species, frame offsets, files and frames',
    },
  },
  {
    name: 'pymatgen',
    title: 'pymatgen JSON',
    extensions: ['.jsonl'],
    // By content: another format is written under this name.
    names: /\.json$/,
    sniff: looksLikePymatgen,
    structures: {
      read: readPymatgen,
      kept:
        'cell, species, coordinates, properties of sites; numbers and texts of the structure and of ' +
        'the document it stands in',
    },
  },
  {
    name: 'ase-json',
    title: 'ASE database (JSON)',
    // The ending of JSON that is written; what is read is known by its content.
    extensions: ['.ase.json'],
    names: /\.json$/i,
    sniff: looksLikeAseJson,
    structures: { readRanges: readAseJson, kept: ROWS_KEPT },
  },
];

/**
 * The format of a given name, as from `--format`.
 *
 * @throws {QuestsError} INVALID_ARGUMENT for a name that no format has
 */
export function formatByName(name: string): Format {
  const format = FORMATS.find((candidate) => candidate.name === name);
  if (format !== undefined) return format;
  const names = FORMATS.map((candidate) => candidate.name).join(', ');
  throw new QuestsError(
    'INVALID_ARGUMENT',
    `unknown format ${JSON.stringify(name)}; expected one of: ${names}`,
  );
}

/**
 * The format that the name of a file says; undefined where it says none. `.gz` at its end does not
 * matter.
 */
export function formatOfName(file: string): Format | undefined {
  return formatsOfName(file)[0];
}

/**
 * All formats that the name of a file may mean: the one that its whole name says first, then the
 * one of its ending.
 */
function formatsOfName(file: string): Format[] {
  const name = file.replace(/\.gz$/i, '').replace(/^.*[/\\]/, '');
  const lower = name.toLowerCase();
  const whole = FORMATS.filter(({ names }) => names?.exec(name)?.[0] === name);
  const ending = ({ extensions }: Format): number =>
    Math.max(0, ...extensions.map((extension) => (lower.endsWith(extension) ? extension.length : 0)));
  // A longer ending says more: `.ase.json` goes before `.json`.
  const ended = FORMATS.filter((format) => ending(format) > 0).sort((a, b) => ending(b) - ending(a));
  return [...new Set([...whole, ...ended, ...FORMATS.filter(({ names }) => names?.test(name))])];
}

/**
 * The format of a file: from its name, else from its first bytes. Of several formats that the name
 * may mean, as `XDATCAR.vasp`, it is the one that the content looks like.
 *
 * @throws {QuestsError} EMPTY for a file without a byte; INVALID_FILE for one of no known format,
 *   for one that others read, with the way round, and for one whose content looks like another
 *   format than its name says
 */
export function detectFormat(file: string, head: Uint8Array): Format {
  if (head.length === 0) throw emptyFile({ file }, 'the file is empty');
  const named = formatsOfName(file);
  const sure = named.find(({ sniff }) => sniff?.(head));
  if (sure !== undefined) {
    const array = sure.name === 'npy' ? foreignArray(file) : undefined;
    if (array !== undefined) throw invalidFile({ file }, array);
    return sure;
  }
  const [said] = named;
  const seen = FORMATS.find(({ sniff }) => sniff?.(head));
  const name = said === undefined ? '' : `named like ${titleOf(said)}, but `;
  if (seen !== undefined) {
    if (said === undefined) return seen;
    throw invalidFile({ file }, `${name}looks like ${titleOf(seen)}: --format ${seen.name}`);
  }
  const foreign = said === undefined ? foreignFormat(file, head) : foreignContent(file, head);
  if (foreign !== undefined) throw invalidFile({ file }, `${name}${foreign}`);
  if (said !== undefined) return said;
  throw invalidFile({ file }, `unknown format; ${knownFormats()}`);
}

/** The format of a folder of these files; undefined for any other. */
export function formatOfFolder(files: readonly string[]): Format | undefined {
  return FORMATS.find(({ folder }) => folder?.looksLike(files));
}

/** Whether files of a format are read. */
function isRead({ structures, matrix }: Format): boolean {
  return (structures?.read ?? structures?.readRanges ?? matrix?.read) !== undefined;
}

/** Whether a file may be of a format that is read, by its name or its first bytes. */
export function mayBeRead(file: string, head: Uint8Array): boolean {
  return formatsOfName(file).some(isRead) || FORMATS.some((format) => isRead(format) && format.sniff?.(head));
}

/** What people call a format, within a sentence. */
function titleOf({ title }: Format): string {
  if (title.startsWith('ASE')) return `an ${title}`;
  return /^(LAMMPS|NumPy)/.test(title) ? `a ${title}` : title;
}

function knownFormats(): string {
  const known = FORMATS.filter(({ sniff }) => sniff !== undefined)
    .map(({ title, extensions }) => `${title} (${extensions.join(', ')})`)
    .join(', ');
  return `known are ${known}; others can be converted with \`ase convert FILE out.extxyz\``;
}
