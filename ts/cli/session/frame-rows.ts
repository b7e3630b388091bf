import * as analysis from '../../faces/node/analysis.js';
import type { TrajectoryFrame } from '../../faces/node/quests.js';
import type { ColumnTable, ResultColumn } from '../../faces/node/io.js';
import type { FrameNovelty, NoveltySummary, TrajectoryRow } from '../../faces/node/analysis.js';

/** How rows are made. */
export interface RowSettings {
  readonly quantiles: readonly number[];
  /** Whether values have intervals. */
  readonly estimated: boolean;
}

/** Columns of frames with elements that the reference lacks: these, and their environments. */
const [MISSING, MISSING_ENVIRONMENTS] = ['missing_elements', 'missing_element_envs'] as const;

/** Columns that each frame has, with a value or without. */
const ALWAYS = ['file', 'frame', 'step', 'time', 'n_envs', 'entropy', 'efficiency', 'ideal', 'in_reference'];

/**
 * Name of a value with respect to a reference: that of the value alone where the reference has
 * none.
 */
export function columnOf(reference: string, name: string): string {
  return reference === '' ? name : `${reference}:${name}`;
}

/** Names of the references that rows say something of, `''` for frames of the trajectory itself. */
export function referenceNames(rows: readonly TrajectoryRow[]): string[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...names].flatMap((name) => {
    const found = /^(?:(.*):)?mean_dH$/.exec(name);
    return found === null ? [] : [found[1] ?? ''];
  });
}

/** Elements of frames that a reference lacks. */
export interface MissingOfFrames {
  /** Name of the reference; empty for frames of the trajectory itself. */
  readonly reference: string;
  readonly elements: readonly string[];
  /** Their environments, and all that were held against the reference. */
  readonly environments: number;
  readonly all: number;
}

/** What rows say of elements that references lack. */
export function missingOfFrames(rows: readonly TrajectoryRow[]): MissingOfFrames[] {
  return referenceNames(rows).flatMap((reference) => {
    const sets = rows.flatMap((row) => row[columnOf(reference, MISSING)] ?? []);
    if (sets.length === 0) return [];
    const count = (name: string, of: readonly TrajectoryRow[]): number =>
      of.reduce((sum, row) => sum + Number(row[name] ?? 0), 0);
    const held = rows.filter((row) => row[columnOf(reference, 'mean_dH')] !== undefined);
    return {
      reference,
      elements: [...new Set(sets.flatMap((set) => String(set).split(' ')))].sort(),
      environments: count(columnOf(reference, MISSING_ENVIRONMENTS), rows),
      all: count('n_envs', held),
    };
  });
}

/** Values of a column; NaN where a row has none. */
export function valuesOf(rows: readonly TrajectoryRow[], name: string): Float64Array {
  return Float64Array.from(rows, (row) => (typeof row[name] === 'number' ? row[name] : NaN));
}

/** Rows of frames that are saturated. */
export function saturatedCount(rows: readonly TrajectoryRow[]): number {
  return rows.filter(({ efficiency }) => analysis.isSaturated(Number(efficiency))).length;
}

/** Name of a quantile of δH: `q05_dH`. */
export function quantileName(share: number): string {
  return `q${String(Math.round(share * 1e6) / 1e4).padStart(2, '0')}_dH`;
}

/** The row of a frame. */
export function rowOf(frame: TrajectoryFrame, settings: RowSettings): TrajectoryRow {
  const { structure, novelty } = frame;
  const row: Record<string, number | string | boolean | null> = {
    file: structure.source?.file ?? '',
    frame: structure.source?.frame ?? frame.index,
    step: frame.step ?? null,
    time: frame.time ?? null,
    n_envs: frame.environments,
    temperature: frame.temperature ?? null,
    potential_energy: frame.potentialEnergy ?? null,
    pressure: frame.pressure ?? null,
    volume: frame.volume ?? null,
    entropy: frame.entropy,
    ...(settings.estimated && { entropy_error: frame.entropyError }),
    efficiency: Number.isNaN(frame.efficiency) ? null : frame.efficiency,
    ...(frame.pairEntropy && { s2: frame.pairEntropy.value }),
    ideal: frame.ideal,
    in_reference: frame.inReference,
  };
  for (const one of novelty) addNovelty(row, one, settings);
  for (const { reference, missing } of novelty) {
    if (missing.length === 0) continue;
    row[columnOf(reference, MISSING)] = missing.join(' ');
    const { species = [] } = structure;
    row[columnOf(reference, MISSING_ENVIRONMENTS)] = species.filter((each) => missing.includes(each)).length;
  }
  if (novelty.length > 1) {
    const shares = analysis.nearestShares(novelty.map(({ dH }) => dH));
    novelty.forEach(({ reference }, at) => {
      row[columnOf(reference, 'share')] = shares[at] as number;
    });
  }
  return row;
}

/**
 * Rows as columns; what no row has is left out.
 *
 * @param always columns that are there anyway. Default: those that belong to every trajectory
 */
export function tableOf(rows: readonly TrajectoryRow[], always: readonly string[] = ALWAYS): ColumnTable {
  const names = [
    ...new Set([...(rows.length === 0 ? always : []), ...rows.flatMap((row) => Object.keys(row))]),
  ];
  const used = names.filter(
    (name) => always.includes(name) || rows.some((row) => (row[name] ?? null) !== null),
  );
  return { rows: rows.length, columns: used.map((name) => columnData(name, rows)) };
}

function columnData(name: string, rows: readonly TrajectoryRow[]): ResultColumn {
  const values = rows.map((row) => row[name] ?? null);
  if (values.some((value) => typeof value === 'string'))
    return { name, data: values.map((value) => String(value ?? '')) };
  if (values.some((value) => typeof value === 'boolean'))
    return { name, data: Uint8Array.from(values, Number) };
  return { name, data: Float64Array.from(values, (value) => (value === null ? NaN : Number(value))) };
}

function addNovelty(
  row: Record<string, number | string | boolean | null>,
  one: FrameNovelty,
  { quantiles, estimated }: RowSettings,
): void {
  const put = (name: string, value: number): void => {
    row[columnOf(one.reference, name)] = value;
  };
  const putSummary = (summary: NoveltySummary, suffix: string): void => {
    put(`mean_dH${suffix}`, summary.mean);
    put(`max_dH${suffix}`, summary.max);
    put(`novelty${suffix}`, summary.novelty);
    put(`overlap${suffix}`, summary.overlap[0] ?? NaN);
  };
  put('ref_envs', one.known);
  putSummary(one, '');
  if (estimated) put('mean_dH_error', one.meanError);
  quantiles.forEach((share, at) => {
    put(quantileName(share), one.quantiles[at] ?? NaN);
  });
  for (const [element, summary] of one.byElement) putSummary(summary, `:${element}`);
}
