import { NONE, fixed } from '../../base/number-format.js';
import type { DescriptorMatrix, EntropyDifference, Structure } from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { BlockAverage, StateEntropy } from '../../faces/node/analysis.js';
import { type Column, tableLines } from '../../base/table.js';

/** A state that was read. */
export interface State {
  readonly name: string;
  readonly files: readonly string[];
  readonly x: DescriptorMatrix;
  /** Its frames; empty where only descriptors were read. */
  readonly structures: readonly Structure[];
  /** In K, for all frames together; `null` where unknown. */
  readonly temperature: number | null;
}

/** A state, and what was computed of it. */
export interface MeasuredState extends State {
  readonly found: StateEntropy;
  readonly lindemann: number | null;
}

/** A line for each state. */
export function stateLines(states: readonly MeasuredState[]): string[] {
  const letter = (index: number): string => (states.length === 2 ? 'AB'.charAt(index) : String(index + 1));
  const columns: Column<[number, MeasuredState]>[] = [
    { title: 'state', text: ([index]) => letter(index) },
    { title: 'frames', text: ([, { x }]) => String(x.frames) },
    { title: 'samples', text: ([, { found }]) => String(found.series[0]?.length ?? 0) },
    { title: 'T', text: ([, { temperature }]) => fixed(temperature, 1) },
    ...(states.some(({ lindemann }) => lindemann !== null)
      ? [{ title: 'Lindemann', text: ([, { lindemann }]: [number, MeasuredState]) => fixed(lindemann, 4) }]
      : []),
    { title: 'name', text: ([, { name }]) => name, align: 'left' },
  ];
  return tableLines(columns, [...states.entries()]);
}

/** A line for each bandwidth. */
export function curveLines(curve: readonly EntropyDifference[], environments: number): string[] {
  const share = ({ mean }: BlockAverage): string => fixed(analysis.efficiency(mean, environments), 3);
  const columns: Column<EntropyDifference>[] = [
    { title: 'h', text: ({ bandwidth }) => String(bandwidth) },
    { title: 'H(A)', text: ({ a }) => fixed(a.mean, 3) },
    { title: 'H(B)', text: ({ b }) => fixed(b.mean, 3) },
    { title: 'dH', text: ({ difference }) => fixed(difference, 3) },
    { title: '95 %', text: ({ error }) => (Number.isNaN(error) ? NONE : `±${error.toFixed(3)}`) },
    { title: 'H / log N', text: ({ a, b }) => `${share(a)} ${share(b)}` },
    { title: '', text: ({ saturated }) => (saturated ? 'saturated' : ''), align: 'left' },
  ];
  return tableLines(columns, curve);
}
