import type { SeriesEvents } from '../trajectory/trajectory-events.js';
import type { Figure, Marker } from './figure.js';
import { timeAxis, trajectoryFigure } from './trajectory-figure.js';
import type { TrajectoryRow } from '../model/trajectory-row.js';

/** H and mean δH of a trajectory against time, with their events. */
export function eventsFigure(rows: readonly TrajectoryRow[], found: readonly SeriesEvents[]): Figure {
  const { at } = timeAxis(rows);
  const places = new Map(rows.map((row, index) => [row, at[index] as number]));
  const markers = Object.fromEntries(
    found.map(({ series, events }): [string, Marker[]] => [
      series,
      events.map(({ row, kind, jump }) => {
        const label = kind === 'bend' ? 'bend' : `${jump > 0 ? '+' : '−'}${Math.abs(jump).toFixed(2)}`;
        return { axis: 'x', at: places.get(row) ?? NaN, label };
      }),
    ]),
  );
  return { ...trajectoryFigure(rows, markers), title: 'Events of the trajectory: jumps in nats' };
}
