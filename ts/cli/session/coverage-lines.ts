import { fixed, percent, significant } from '../../base/number-format.js';
import type { NovelEnvironment, NovelStructure } from '../../faces/node/analysis.js';
import type { Coverage, DescriptorKind } from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { ColumnTable } from '../../faces/node/io.js';
import type { FramedRows, NoveltySummary } from '../../faces/node/analysis.js';
import type { NovelLevelFlags } from './novel-level.js';
import { type Column, tableLines } from '../../base/table.js';

/** A set of the command line. */
export interface NamedSet {
  readonly name: string;
  readonly files: readonly string[];
  readonly x: DescriptorKind & FramedRows;
  /** Element of each central atom; undefined where the files do not say. */
  readonly elements: readonly string[] | undefined;
}

/** δH of one set with respect to another, or to several together. */
export interface Comparison {
  readonly set: NamedSet;
  /** Its number, from 1. */
  readonly number: number;
  /** Numbers of the sets it is compared with. */
  readonly known: readonly number[];
  /** Thresholds of coverage by these, in nats. */
  readonly eps: readonly number[];
  /** Elements that none of these has. */
  readonly missing: readonly string[];
  readonly summary: NoveltySummary;
  readonly byElement: ReadonlyMap<string, NoveltySummary>;
  readonly environments: readonly NovelEnvironment[];
  readonly structures: readonly NovelStructure[];
}

/** How much of what is not covered is listed. */
export const DEFAULT_TOP = 5;

/** Options that say what counts as covered. */
export interface ThresholdFlags extends NovelLevelFlags {
  readonly eps: readonly number[];
}

export function setLines(sets: readonly NamedSet[]): string[] {
  const columns: Column<[number, NamedSet]>[] = [
    { title: 'set', text: ([index]) => String(index + 1) },
    { title: 'environments', text: ([, { x }]) => String(x.rows) },
    { title: 'structures', text: ([, { x }]) => String(x.frames) },
    { title: 'name', text: ([, { name }]) => name, align: 'left' },
  ];
  return tableLines(columns, [...sets.entries()]);
}

export function matrixLines(overlap: Coverage['overlap'], flags: ThresholdFlags): string[] {
  const titles = flags.novelLevel === undefined ? flags.eps.map(below) : [levelText(flags.novelLevel)];
  return overlap.flatMap((matrix, at) => {
    const columns: Column<[number, readonly number[]]>[] = [
      { title: 'set', text: ([row]) => String(row + 1) },
      ...matrix.map((_, column) => ({
        title: `in ${column + 1}`,
        text: ([, shares]: [number, readonly number[]]) => fixed(shares[column] ?? NaN, 4),
      })),
    ];
    return ['', `Overlap (${titles[at] ?? ''}):`, ...tableLines(columns, [...matrix.entries()])];
  });
}

export function comparisonLines(comparisons: readonly Comparison[], flags: ThresholdFlags): string[] {
  const { eps, novelLevel } = flags;
  interface Row {
    readonly of: Comparison;
    readonly group: string;
    readonly summary: NoveltySummary;
  }
  const rows = comparisons.flatMap((of): Row[] => [
    { of, group: 'all', summary: of.summary },
    // Of a single element it would say the same again.
    ...(of.byElement.size < 2 ? [] : [...of.byElement]).map(([group, summary]) => ({ of, group, summary })),
  ]);
  const columns: Column<Row>[] = [
    { title: 'set', text: ({ of }) => String(of.number) },
    { title: 'relative to', text: ({ of }) => numbers(of.known) },
    { title: 'element', text: ({ group }) => group, align: 'left' },
    { title: 'environments', text: ({ summary }) => String(summary.environments) },
    ...(novelLevel === undefined
      ? eps.map((value, at) => ({
          title: `dH < ${significant(value)}`,
          text: ({ summary }: Row) => percent(summary.overlap[at] ?? NaN),
        }))
      : [{ title: 'novel: dH >=', text: ({ of }: Row) => fixed(of.eps[0], 3) }]),
    {
      title: novelLevel === undefined ? `dH >= ${significant(eps[0] ?? NaN)}` : 'novel',
      text: ({ summary }) => percent(summary.novelty),
    },
    { title: 'mean dH', text: ({ summary }) => fixed(summary.mean, 3) },
    { title: 'max dH', text: ({ summary }) => fixed(summary.max, 3) },
  ];
  const shown = rows.some(({ group }) => group !== 'all')
    ? columns
    : columns.filter(({ title }) => title !== 'element');
  return ['', 'Novelty of each set relative to another (dH in nats):', ...tableLines(shown, rows)];
}

/** Names the elements that sets have which others lack. */
export function missingElementLines(comparisons: readonly Comparison[], isCounted: boolean): string[] {
  const what = isCounted ? 'their environments count as novel' : 'elements are not told apart';
  const lines = comparisons
    .filter(({ missing }) => missing.length > 0)
    .map(
      ({ number, known, missing }) =>
        `Set ${numbers(known)} has no ${missing.join(', ')} of set ${number}; ${what}`,
    );
  return lines.length === 0 ? [] : ['', ...lines];
}

export function novelLines(
  comparisons: readonly Comparison[],
  { top = DEFAULT_TOP }: { readonly top?: number },
): string[] {
  return comparisons.flatMap((comparison) => {
    const { set, number, known, eps, environments, structures } = comparison;
    if (environments.length === 0) return [];
    const place = (of: NovelEnvironment | NovelStructure): [string, number] => placeOf(set, of);
    const ofStructure: Column<NovelStructure>[] = [
      { title: 'max dH', text: ({ max }) => fixed(max, 3) },
      { title: 'mean dH', text: ({ mean }) => fixed(mean, 3) },
      { title: 'uncovered', text: (one) => `${one.uncovered} of ${one.environments}` },
      { title: 'frame', text: (one) => String(place(one)[1]) },
      { title: 'file', text: (one) => place(one)[0], align: 'left' },
    ];
    const ofEnvironment: Column<NovelEnvironment>[] = [
      { title: 'dH', text: ({ dH }) => fixed(dH, 3) },
      { title: 'atom', text: ({ atom }) => String(atom) },
      { title: 'element', text: ({ row }) => set.elements?.[row] ?? '?', align: 'left' },
      { title: 'frame', text: (one) => String(place(one)[1]) },
      { title: 'file', text: (one) => place(one)[0], align: 'left' },
    ];
    const counts = (shown: number, all: number): string => (shown < all ? `${shown} of ${all}` : String(all));
    const first = structures.slice(0, top);
    const newest = environments.slice(0, top);
    const title = (what: string, shown: number, all: number): string =>
      `${what} of set ${number} not covered by set ${numbers(known)} (dH >= ` +
      `${significant(eps[0] ?? NaN)} nats), most novel first: ${counts(shown, all)}`;
    return [
      '',
      title('Structures', first.length, structures.length),
      ...tableLines(ofStructure, first),
      '',
      title('Environments', newest.length, environments.length),
      ...tableLines(ofEnvironment, newest),
    ];
  });
}

/** Numbers of sets that follow each other. */
function numbers(sets: readonly number[]): string {
  const [first, last] = [sets.at(0), sets.at(-1)];
  return first === last ? String(first) : `${first}-${last}`;
}

function below(epsilon: number): string {
  return `dH < ${significant(epsilon)} nats`;
}

function levelText(level: number): string {
  return `not stranger than all but ${percent(level)} of the other set itself`;
}

/**
 * File and frame of what stands in a set; where the file does not say, the set and the frame in it.
 */
function placeOf({ name }: NamedSet, { source, frame }: NovelEnvironment | NovelStructure): [string, number] {
  return [source?.file ?? name, source?.frame ?? frame];
}

export function comparisonRecord(
  comparison: Comparison,
  sets: readonly NamedSet[],
  { top = DEFAULT_TOP, novelLevel }: NovelLevelFlags & { readonly top?: number },
): Record<string, unknown> {
  const { set, known, summary, byElement, environments, structures } = comparison;
  return {
    set: set.name,
    known: known.map((number) => sets[number - 1]?.name),
    ...(novelLevel !== undefined && { eps: comparison.eps[0] }),
    ...noveltyRecord(summary),
    ...(comparison.missing.length > 0 && { missing_elements: comparison.missing }),
    by_element: Object.fromEntries([...byElement].map(([element, one]) => [element, noveltyRecord(one)])),
    uncovered_envs: environments.length,
    uncovered_structures: structures.length,
    structures: structures.slice(0, top).map((one) => {
      const [file, frame] = placeOf(set, one);
      const { environments: envs, uncovered, mean, max } = one;
      return { file, frame, n_envs: envs, uncovered_envs: uncovered, mean_dH: mean, max_dH: max };
    }),
    environments: environments.slice(0, top).map((one) => {
      const [file, frame] = placeOf(set, one);
      return { file, frame, atom: one.atom, element: set.elements?.[one.row] ?? null, dH: one.dH };
    }),
  };
}

function noveltyRecord(summary: NoveltySummary): Record<string, unknown> {
  const { environments, overlap, novelty, mean, max } = summary;
  return {
    n_envs: environments,
    overlap: Array.from(overlap),
    uncovered: Array.from(analysis.uncoveredShares(summary)),
    novelty,
    mean_dH: mean,
    max_dH: max,
  };
}

/** All environments that are not covered, comparison by comparison. */
export function environmentTable(comparisons: readonly Comparison[]): ColumnTable {
  const rows = comparisons.flatMap((comparison) =>
    comparison.environments.map((one) => ({ comparison, one, place: placeOf(comparison.set, one) })),
  );
  return {
    rows: rows.length,
    columns: [
      { name: 'set', data: Int32Array.from(rows, ({ comparison }) => comparison.number) },
      { name: 'known', data: rows.map(({ comparison }) => numbers(comparison.known)) },
      { name: 'file', data: rows.map(({ place }) => place[0]) },
      { name: 'frame', data: Int32Array.from(rows, ({ place }) => place[1]) },
      { name: 'atom', data: Int32Array.from(rows, ({ one }) => one.atom) },
      { name: 'element', data: rows.map(({ comparison, one }) => comparison.set.elements?.[one.row] ?? '') },
      { name: 'dH', data: Float64Array.from(rows, ({ one }) => one.dH) },
    ],
  };
}
