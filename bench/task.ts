/**
 * Work that every engine can be asked to do; plain data, since engines are processes of their own.
 */
export type Task =
  | DescriptorTask
  | EntropyTask
  | DeltaEntropyTask
  | StoredTask
  | OpenTask
  | WatchTask
  | NeighborTask
  | ReadingTask
  | CommandTask;

/**
 * Descriptors of the frames in a folder; checked by the mean of all values and the mean of their
 * squares.
 */
export interface DescriptorTask {
  readonly kind: 'descriptors';
  /** Folder with positions.npy, offsets.npy, cells.npy and pbc.npy. */
  readonly frames: string;
}

/** Entropy of a matrix; checked by H in nats. */
export interface EntropyTask {
  readonly kind: 'entropy';
  /** A `.npy` file of descriptors, or a stored reference (`.qref`), which is not loaded. */
  readonly matrix: string;
  /** How many of its rows, from the first; all of them where it is left out. */
  readonly rows?: number;
  /** Error of H, in nats, that is put up with; exact where it is left out. */
  readonly tolerance?: number | undefined;
  /** Draws another sample. */
  readonly seed?: number | undefined;
  /**
   * Seed of the sample that the expected value comes from, with the same tolerance, where an exact
   * sum would take hours.
   */
  readonly expectedSeed?: number;
}

/** δH of one matrix on another; checked by the mean of p and the share of queries with δH ≥ 0. */
export interface DeltaEntropyTask {
  readonly kind: 'deltaEntropy';
  readonly test: string;
  readonly reference: string;
  /** How many rows of the test set, from the first. */
  readonly rows?: number;
}

/**
 * δH on a reference that is prepared before: in memory, or in a file, by the engine; checked as
 * {@link DeltaEntropyTask}. Without the one in memory the file is opened in each run, and its
 * bytes are those that were read.
 */
export interface StoredTask {
  readonly kind: 'stored';
  readonly test: string;
  /** How many rows of the test set, from the first. */
  readonly rows?: number;
  readonly reference?: string;
  /** The same in a `.qref` file. */
  readonly file: string;
}

/** Opening a stored reference; checked by its number of environments. */
export interface OpenTask {
  readonly kind: 'open';
  readonly file: string;
}

/**
 * A frame of a running simulation, checked against a reference that is prepared before; checked by
 * the share of new environments and the largest δH.
 */
export interface WatchTask {
  readonly kind: 'watch';
  /** Folder with one frame. */
  readonly frames: string;
  /** A `.npy` file of descriptors. */
  readonly reference: string;
}

/**
 * Neighbours within 5 Å of every atom of one frame; checked by the mean of w(r)/r of the nearest.
 */
export interface NeighborTask {
  readonly kind: 'neighbors';
  readonly frames: string;
}

/**
 * All structures of a file; checked by the number of frames, that of atoms, and the sum of all
 * coordinates; where they have labels, by the sums of all energies and of the squares of all
 * forces, too.
 */
export interface ReadingTask {
  readonly kind: 'read';
  readonly file: string;
  /** What is read, for packages that must be told. */
  readonly format?: string;
  /** Whether all have energies, or forces as well. */
  readonly labels?: 'energies' | 'forces';
}

/** A command on a file; checked by the number it prints. */
export interface CommandTask {
  readonly kind: 'command';
  readonly file: string;
}

/** What an engine says of itself. */
export interface EngineFacts {
  /** Packages and their versions. */
  readonly versions: string;
  readonly threads: number;
  /** Instruction set; empty where the engine doesn't say. */
  readonly simd: string;
}

/** What the first run of a task gives. */
export interface Prepared {
  /** The numbers the task is checked by. */
  readonly values: readonly number[];
  /**
   * Seconds the run took; a first run, so only worth reporting where a second one would take too
   * long.
   */
  readonly seconds: number;
  /** Most memory the process has had, in bytes. */
  readonly peak: number;
  /** Bytes of the result, or of the matrix that was worked on. */
  readonly bytes: number;
}

/** What an engine process is told. */
export type Request =
  | { readonly do: 'facts' }
  | { readonly do: 'prepare'; readonly task: Task }
  | { readonly do: 'time'; readonly iterations: number };

/** What it answers; one line of JSON each. */
export type Answer =
  { readonly error: string } | EngineFacts | Prepared | { readonly seconds: readonly number[] };
