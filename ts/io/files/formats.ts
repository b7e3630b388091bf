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
import { isOfDeepmd, writeDeepmd } from '../structures/deepmd-write.js';
import { looksLikeExtxyz, readExtxyz } from '../structures/extxyz.js';
import { writeExtxyz } from '../structures/extxyz-write.js';
import { writeMatrixJson, writeStructuresJson } from '../matrices/json-write.js';
import { readHdf5 } from '../structures/hdf5/hdf5.js';
import { looksLikeHdf5 } from '../structures/hdf5/hdf5-file.js';
import { looksLikeLammpsData, readLammpsData } from '../structures/lammps-data.js';
import { writeLammpsData } from '../structures/lammps-data-write.js';
import { looksLikeLammpsDump, readLammpsDump } from '../structures/lammps-dump.js';
import { writeLammpsDump } from '../structures/lammps-dump-write.js';
import { looksLikeNpy, readNpy, writeNpy, writeNpyParts } from '../matrices/npy.js';
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
import { SameColumns } from '../structures/same-columns.js';
import { ReferenceFile } from '../matrices/reference-file.js';
import { looksLikeReference } from '../matrices/reference-head.js';
import { looksLikePymatgen, readPymatgen } from '../structures/pymatgen.js';
import { looksLikeRunner, readRunner } from '../structures/runner.js';
import { writeRunner } from '../structures/runner-write.js';
import { looksLikeVasprun, readVasprun } from '../structures/vasprun.js';
import { looksLikeXdatcar, readXdatcar } from '../structures/xdatcar.js';
import type { Format } from './format.js';

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
      kept:
        'cell, species, coordinates, forces, energies, stress, dipole of each calculation; selective ' +
        'dynamics',
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
    folder: { mark: TYPE_FILE, looksLike: looksLikeDeepmd, owns: isOfDeepmd },
    structures: {
      readFolder: readDeepmd,
      writeFolder: writeDeepmd,
      allPeriodic: 'if-any',
      kept:
        'a folder: coordinates, cells, types, energy, forces, virial (eV); only read: mixed types, ' +
        'every other array of set.*',
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
      sameColumns: () => new SameColumns(true),
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
    name: 'reference',
    title: 'stored reference',
    extensions: ['.qref'],
    sniff: looksLikeReference,
    matrix: {
      openReference: (source, file) => ReferenceFile.open(source, file),
      kept:
        'the numbers, k, cutoff, species, elements, frame offsets, files and frames, in an order in ' +
        'which parts can be read; written by `quests reference`',
    },
  },
  {
    name: 'csv',
    title: 'CSV',
    extensions: ['.csv'],
    structures: {
      write: writeStructuresCsv,
      columns: true,
      sameColumns: () => new SameColumns(false),
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
