import type { AtomArray, Nuclei, Structure } from '../../faces/node/quests.js';
import type { ColumnTable } from '../../faces/node/io.js';
import type { PhaseSet } from '../../faces/node/analysis.js';
import type { NucleiFrame } from './nuclei-records.js';

/**
 * A structure with what is known of its atoms: `dH_NAME`, `phase` (1 for the first reference, 0 for
 * none), `cluster` (1 for the largest nucleus, 0 for none) and `part` (2 core, 1 shell, 0 neither).
 * Numbers, since programs colour by them.
 */
export function withColumns(
  structure: Structure,
  references: readonly PhaseSet[],
  phase: Int32Array,
  dH: readonly Float64Array[],
  { cluster, part, nuclei }: Nuclei,
): Structure {
  const whole = (data: Int32Array): AtomArray => ({ data, kind: 'I', width: 1 });
  const arrays: Record<string, AtomArray> = { ...structure.arrays };
  for (const [at, { name }] of references.entries()) {
    arrays[`dH_${name}`] = { data: dH[at] as Float64Array, kind: 'R', width: 1 };
  }
  arrays.phase = whole(phase.map((one) => one + 1));
  arrays.cluster = whole(cluster);
  arrays.part = whole(part);
  const info = {
    ...structure.info,
    references: references.map(({ name }) => name).join(' '),
    largest_nucleus: nuclei[0]?.size ?? 0,
    largest_with_shell: nuclei[0]?.sizeWithShell ?? 0,
  };
  return { ...structure, arrays, info };
}

/** One row for each nucleus, numbered as in the column `cluster`. */
export function nucleiTable(frames: readonly NucleiFrame[]): ColumnTable {
  const rows = frames.flatMap((of) => of.nuclei.map((nucleus, at) => ({ of, nucleus, cluster: at + 1 })));
  type Row = (typeof rows)[number];
  const reals = (
    name: string,
    value: (row: Row) => number | null | undefined,
  ): ColumnTable['columns'][number] => ({
    name,
    data: Float64Array.from(rows, (row) => value(row) ?? NaN),
  });
  const wholes = (name: string, value: (row: Row) => number): ColumnTable['columns'][number] => ({
    name,
    data: Int32Array.from(rows, value),
  });
  const has = (key: 'step' | 'time'): boolean => frames.some((frame) => frame[key] !== null);
  return {
    rows: rows.length,
    columns: [
      ...(new Set(frames.map(({ run }) => run)).size > 1 ? [wholes('run', ({ of }) => of.run)] : []),
      { name: 'file', data: rows.map(({ of }) => of.file) },
      wholes('frame', ({ of }) => of.frame),
      ...(has('step') ? [reals('step', ({ of }) => of.step)] : []),
      ...(has('time') ? [reals('time', ({ of }) => of.time)] : []),
      wholes('cluster', ({ cluster }) => cluster),
      wholes('size', ({ nucleus }) => nucleus.size),
      wholes('size_with_shell', ({ nucleus }) => nucleus.sizeWithShell),
      reals('radius_of_gyration', ({ nucleus }) => nucleus.radiusOfGyration),
      ...['x', 'y', 'z'].map((axis, at) => reals(`center_${axis}`, ({ nucleus }) => nucleus.center?.[at])),
      wholes('percolation', ({ nucleus }) => nucleus.percolation),
    ],
  };
}
