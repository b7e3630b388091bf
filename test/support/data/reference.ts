import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DescriptorMatrix, descriptors, readStructures, type RunOptions } from '../../../ts/node.js';
import { readMatrix } from '../../../ts/faces/node/io.js';

/** What the Python package gives for one set of structures; see data/README.md. */
export interface GoldenCase {
  readonly n_structures: number;
  readonly n_environments: number;
  readonly entropy: number;
  readonly diversity: number;
  readonly self_dH: readonly number[];
  readonly bandwidths: readonly number[];
  readonly entropy_by_bandwidth: readonly number[];
  readonly diversity_by_bandwidth: readonly number[];
  /** `entropy_k8_c3.5` and the like, with a bandwidth of 0.03. */
  readonly [other: string]: unknown;
}

/** δH of one set of structures on another; `inf` where the Python package underflows. */
export interface GoldenPair {
  readonly test: string;
  readonly reference: string;
  readonly bandwidth: number;
  readonly dH: readonly (number | 'inf')[];
  readonly [other: string]: unknown;
}

/** Picks from one set of structures, and what is said of them. */
export interface GoldenCompression {
  readonly structure_entropies: readonly number[];
  readonly 'msc_h0.015': readonly number[];
  readonly 'msc_h0.06': readonly number[];
  readonly fps: readonly number[];
  readonly 'msc_conditional_on_fcc_cu_h0.06': readonly number[];
  /** Of the structures of the first half of the set. */
  readonly summary_first_half: {
    readonly entropy: number;
    readonly diversity: number;
    readonly overlap: number;
    readonly [other: string]: number;
  };
  /** Of the first 1, 2, … structures in the order of the set. */
  readonly sequential_metrics_in_order: readonly {
    readonly n_envs: number;
    readonly entropy: number;
    readonly diversity: number;
  }[];
}

interface Reference {
  readonly compression: Readonly<Record<string, GoldenCompression>>;
  readonly cases: Readonly<Record<string, GoldenCase>>;
  readonly dH: readonly GoldenPair[];
  readonly weighted: {
    readonly test: string;
    readonly reference: string;
    readonly weights: string;
    readonly bandwidth: number;
    readonly mean: readonly number[];
    readonly kernel_sum: readonly number[];
  };
  readonly bandwidth_estimate: readonly { volume: number; gaussian: number; cutoff: number }[];
}

/**
 * Values with exact ties at the k-th neighbour: the Python package's depend on the order of the
 * atoms.
 */
export const TIED = {
  case: 'primitive_small_cells',
  values: [['mixed_dataset', 'entropy_k48_c5.0']],
} as const;

/** Path of a file of the golden data. */
export function goldenFile(name: string): string {
  return fileURLToPath(new URL(`../../golden/data/${name}`, import.meta.url));
}

/** All reference values. */
export const reference = JSON.parse(readFileSync(goldenFile('reference.json'), 'utf8')) as Reference;

/** Descriptors of a case, as computed now. */
export function described(
  name: string,
  options: RunOptions & { k?: number; cutoff?: number; species?: boolean },
): Promise<DescriptorMatrix> {
  return descriptors(readStructures(goldenFile(`${name}.xyz`)), options);
}

/** An array of the golden data, row by row. */
export async function goldenRows(name: string): Promise<Float64Array[]> {
  const { data, shape } = await readMatrix(goldenFile(`${name}.npy`));
  const [rows = 0, width = 0] = shape;
  return Array.from({ length: rows }, (_, row) => data.subarray(row * width, (row + 1) * width));
}
