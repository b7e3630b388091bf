import type { EngineFacts, Prepared, Task } from '../task.js';

/** One of those that compete. */
export type Engine = Ours | Python | Command;

/** This package, in a process of its own. */
export interface Ours {
  readonly kind: 'ours';
  readonly name: string;
  readonly backend: 'native' | 'wasm';
  /** 0: as many as the machine has. */
  readonly threads: number;
  /** Instruction set to force; the fastest there is where it is left out. */
  readonly simd?: string;
  /** Whether references are in files. */
  readonly stored?: boolean;
}

/** A Python package, in a process of its own. */
export interface Python {
  readonly kind: 'python';
  readonly name: string;
  readonly package:
    | 'quests'
    | 'sklearn'
    | 'vesin'
    | 'matscipy'
    | 'ase'
    | 'ase-db-backends'
    | 'dpdata'
    | 'h5py'
    | 'pyarrow'
    | 'pymatgen';
  /** Rows the Python package takes at a time; its default where it is left out. */
  readonly batch?: number;
}

/** A whole process, started for every run. */
export interface Command {
  readonly kind: 'command';
  readonly name: string;
  readonly program: string;
  /** Its arguments; the file of the task comes last. */
  readonly args: readonly string[];
  /**
   * The number to check in what it prints; without one nothing is checked, and the task's file is
   * not given.
   */
  readonly value?: RegExp;
}

export const NATIVE: Ours = { kind: 'ours', name: 'native', backend: 'native', threads: 0 };
/** The same, whose references are in files. */
export const STORED: Ours = { ...NATIVE, name: 'stored', stored: true };
export const WASM: Ours = { kind: 'ours', name: 'wasm', backend: 'wasm', threads: 0 };
export const NATIVE_ONE: Ours = { ...NATIVE, name: 'native, 1 thread', threads: 1 };
export const WASM_ONE: Ours = { ...WASM, name: 'wasm, 1 thread', threads: 1 };
export const BASELINE_ONE: Ours = { ...NATIVE_ONE, name: 'native baseline, 1 thread', simd: 'baseline' };
export const AVX2_ONE: Ours = { ...NATIVE_ONE, name: 'native avx2, 1 thread', simd: 'avx2' };

export const PYTHON: Python = { kind: 'python', name: 'python', package: 'quests' };
/** Its default leaves cores idle below 20,000 environments; the better of the two counts. */
export const PYTHON_2000: Python = { ...PYTHON, name: 'python, batches of 2000', batch: 2000 };
export const SKLEARN: Python = { kind: 'python', name: 'sklearn KernelDensity', package: 'sklearn' };
export const VESIN: Python = { kind: 'python', name: 'vesin', package: 'vesin' };
export const MATSCIPY: Python = { kind: 'python', name: 'matscipy', package: 'matscipy' };
export const ASE: Python = { kind: 'python', name: 'ase', package: 'ase' };
/** An engine at work on one case. */
export interface Contestant {
  readonly engine: Engine;
  facts(): Promise<EngineFacts>;
  /** Loads what the task needs, and does it once. */
  prepare(task: Task): Promise<Prepared>;
  /** Does it again, so many times; seconds of each. */
  time(iterations: number): Promise<readonly number[]>;
  stop(): void;
}
export const ASE_DB_BACKENDS: Python = {
  kind: 'python',
  name: 'ase-db-backends',
  package: 'ase-db-backends',
};
export const DPDATA: Python = { kind: 'python', name: 'dpdata', package: 'dpdata' };
export const H5PY: Python = { kind: 'python', name: 'h5py', package: 'h5py' };
export const PYARROW: Python = { kind: 'python', name: 'pyarrow', package: 'pyarrow' };
export const PYMATGEN: Python = { kind: 'python', name: 'pymatgen', package: 'pymatgen' };
