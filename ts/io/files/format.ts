import type { ReferenceFile } from '../matrices/reference-file.js';
import type { SameColumns } from '../structures/same-columns.js';
import type { ColumnTable } from '../../model/column-table.js';
import type { Structure } from '../../model/structure.js';
import type { NpyOptions } from '../matrices/npy.js';
import type { MatrixParts, StoredMatrix } from '../matrices/stored-matrix.js';
import type { FrameOptions } from '../structures/frames.js';
import type { ByteSource } from '../text/bytes.js';
import type { Folder, OutputFolder } from '../text/folder.js';
import type { RangeSource } from '../text/ranges.js';

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
  | 'reference'
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
    /** Whether a file in a folder is of the format: what it replaces may hold no other. */
    readonly owns: (file: string) => boolean;
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
    /** Writes a folder, for formats of several files; in place of `write`. */
    readonly writeFolder?: (
      structures: Iterable<Structure> | AsyncIterable<Structure>,
      folder: OutputFolder,
    ) => Promise<void>;
    /** Whether a file holds one structure, no more. */
    readonly single?: boolean;
    /** Whether columns of the atoms beyond species and coordinates are written. */
    readonly columns?: boolean;
    /** Where all structures must have the same columns: what holds each against the first. */
    readonly sameColumns?: () => SameColumns;
    /**
     * Whether what is written is periodic in all directions, since the format does not say in which
     * it is; or in all directions if it is in one.
     */
    readonly allPeriodic?: boolean | 'if-any';
    /** The type that numbers of types begin with. Default: 1. */
    readonly firstType?: 0;
    /** What is read and what is kept, for the documentation. */
    readonly kept: string;
  };
  /** A matrix of descriptors. */
  readonly matrix?: {
    readonly read?: (source: ByteSource, options: NpyOptions) => Promise<StoredMatrix>;
    /**
     * Opens a file whose rows are read when they are asked for; in place of `read`. Its `matrix`
     * reads all of them.
     */
    readonly openReference?: (source: RangeSource, file: string) => Promise<ReferenceFile>;
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
