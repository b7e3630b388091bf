import { isSaturated } from '../entropy/efficiency.js';
import { DEFAULTS } from '../base/defaults.js';
import { IDEAL_EFFICIENCY } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { type EventOptions, type Events, findEvents, type TrajectoryEvent } from './events.js';
import type { TrajectoryRow } from '../model/trajectory-row.js';

/** An event of a series, with the frame it belongs to. */
export interface SeriesEvent extends TrajectoryEvent {
  /** The first frame after the change. */
  readonly row: TrajectoryRow;
  /** Whether H is limited by N: H/log N is above 0.9 on both sides. Never for δH. */
  readonly saturated: boolean;
}

/** Events of one column of a trajectory. */
export interface SeriesEvents extends Omit<Events, 'events'> {
  /** Name of the column: `entropy`, `mean_dH`, `fcc:mean_dH`. */
  readonly series: string;
  /**
   * The rows that have a value and are no perfect lattice at the beginning; segments and events
   * count these.
   */
  readonly rows: readonly TrajectoryRow[];
  /** What rates are per. */
  readonly axis: 'time' | 'step' | 'frame';
  readonly events: readonly SeriesEvent[];
}

/**
 * Events of H(t) and of each mean δH(t) of a trajectory; see `findEvents`. Rates are per ps if all
 * rows have a time, else per step, else per row.
 *
 * Perfect lattices at the beginning (H/log N below 0.001) are left out: a simulation that starts
 * from one jumps to its thermal state in the first frames, which is not an event.
 *
 * Mean δH is taken as if each frame had been held against as many environments as the last: rows
 * say how many in `ref_envs`.
 *
 * @param rows in the order of time
 * @throws {QuestsError} EMPTY: rows without `entropy`, or too few of them; MISMATCH: a step or time
 *   before that of the row above; as `findEvents`
 *
 * @example
 * for (const { series, events } of trajectoryEvents(await readRows('run.csv')))
 *   for (const { row, jump, kind } of events) console.log(series, kind, row.frame, jump);
 */
export function trajectoryEvents(
  rows: readonly TrajectoryRow[],
  options: Omit<EventOptions, 'at'> = {},
): SeriesEvents[] {
  checkOrder(rows);
  const thermal = rows.slice(idealRows(rows));
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  if (!names.has('entropy'))
    throw new QuestsError('EMPTY', 'no entropy in the rows; expected what trajectory writes');
  const series = [...names].filter((name) => name === 'entropy' || /(^|:)mean_dH$/.test(name));
  return series.flatMap((name) => {
    const own = thermal.filter((row) => typeof row[name] === 'number');
    // A reference that nothing was held against.
    if (own.length === 0 && name !== 'entropy') return [];
    const least = Math.max(4, 2 * (options.minLength ?? DEFAULTS.minLength));
    if (own.length < least) {
      const problem =
        `${own.length} ${own.length === 1 ? 'frame' : 'frames'} with ${name}, expected at ` +
        'least ' +
        `${least} to find a change`;
      throw new QuestsError('EMPTY', problem);
    }
    const { axis, at } = axisOf(own);
    const { events, ...found } = findEvents(valuesOf(own, name), { ...options, at });
    return [
      { ...found, series: name, rows: own, axis, events: events.map((event) => placed(event, own, name)) },
    ];
  });
}

/**
 * Values of a series. δH is a sum over the reference, so it is put to the size that the reference
 * has in the last row, by the logarithm of the ratio: frames that belong to the reference are held
 * against the others alone, four of five, which by itself is a step of log(5/4). The same holds
 * where the reference grows from frame to frame.
 */
function valuesOf(rows: readonly TrajectoryRow[], name: string): number[] {
  const values = rows.map((row) => Number(row[name]));
  if (name === 'entropy') return values;
  const sizes = rows.map((row) => Number(row[name.replace(/mean_dH$/, 'ref_envs')] ?? NaN));
  const last = sizes.at(-1) ?? NaN;
  if (!sizes.every((size) => size > 0)) return values;
  return values.map((value, at) => value + Math.log((sizes[at] as number) / last));
}

/** How many rows at the beginning are perfect lattices. */
export function idealRows(rows: readonly TrajectoryRow[]): number {
  const first = rows.findIndex(
    ({ efficiency }) => !(typeof efficiency === 'number' && efficiency < IDEAL_EFFICIENCY),
  );
  return first === -1 ? rows.length : first;
}

function placed(event: TrajectoryEvent, rows: readonly TrajectoryRow[], name: string): SeriesEvent {
  const around = [rows[event.index - 1], rows[event.index]];
  const saturated = name === 'entropy' && around.every((row) => isSaturated(Number(row?.efficiency)));
  return { ...event, row: rows[event.index] as TrajectoryRow, saturated };
}

/** Refuses rows of several trajectories, and rows that occur twice. */
function checkOrder(rows: readonly TrajectoryRow[]): void {
  for (const axis of ['step', 'time'] as const) {
    let last = -Infinity;
    for (const [at, row] of rows.entries()) {
      const value = row[axis];
      if (typeof value !== 'number') continue;
      if (value < last) {
        const problem = `row ${at}: ${axis} ${value} after ${last}, expected rows in the order of time`;
        throw new QuestsError('MISMATCH', problem);
      }
      last = value;
    }
  }
}

/** The best axis that rises along all rows. */
function axisOf(rows: readonly TrajectoryRow[]): Pick<SeriesEvents, 'axis'> & { at: number[] } {
  for (const axis of ['time', 'step'] as const) {
    const at = rows.map((row) => (typeof row[axis] === 'number' ? row[axis] : NaN));
    if (at.every((value, index) => index === 0 || value > (at[index - 1] as number))) return { axis, at };
  }
  return { axis: 'frame', at: rows.map((_, index) => index) };
}
