import { saturatedEntropy } from '../entropy/efficiency.js';
import { SATURATION } from '../base/constants.js';
import type { Axis, Curve, Figure, Marker, Panel, Series } from './figure.js';
import type { TrajectoryRow } from '../model/trajectory-row.js';

/**
 * H, mean δH with its quantiles, and the temperature against time: against steps, or frames, where
 * rows do not say the time. Where rows have no mean of δH, the largest is drawn.
 *
 * @param markers by the names of the columns that they belong to: events
 */
export function trajectoryFigure(
  rows: readonly TrajectoryRow[],
  markers: Readonly<Record<string, readonly Marker[]>> = {},
): Figure {
  const { x, at } = timeAxis(rows);
  const values = (name: string): Float64Array =>
    Float64Array.from(rows, (row) => (typeof row[name] === 'number' ? row[name] : NaN));
  const has = (name: string): boolean => values(name).some(Number.isFinite);
  const line = (key: string, name: string): Curve => ({ kind: 'line', name, x: at, y: values(key) });
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const references = names
    .filter((name) => /(^|:)mean_dH$/.test(name))
    .map((name) => name.slice(0, -'mean_dH'.length));
  // A watch may leave the mean out, but for frames that it saves.
  const isLargest = rows.some((row) => row.mean_dH === null) && has('max_dH');
  const panels: Panel[] = [
    {
      x,
      y: { name: 'entropy H', unit: 'nats' },
      series: [line('entropy', 'H'), ...(has('entropy_avg') ? [line('entropy_avg', 'running mean')] : [])],
      markers: [...(markers.entropy ?? []), ...saturation(rows)],
    },
  ];
  if (references.length > 0) {
    panels.push({
      x,
      y: { name: isLargest ? 'largest δH' : 'δH', unit: 'nats' },
      series: references.flatMap((one) => noveltySeries(one)),
      markers: references.flatMap((one) => markers[`${one}mean_dH`] ?? []),
    });
  }
  if (has('temperature')) {
    panels.push({ x, y: { name: 'temperature T' }, series: [line('temperature', 'T')] });
  }
  return { title: 'Entropy along the trajectory', panels };

  function noveltySeries(prefix: string): Series[] {
    const name = prefix.replace(/:$/, '');
    if (isLargest) return [line(`${prefix}max_dH`, name === '' ? 'largest' : name)];
    const mean: Curve = line(`${prefix}mean_dH`, name === '' ? 'mean' : name);
    const quantiles = names.filter((key) => key.startsWith(`${prefix}q`) && key.endsWith('_dH'));
    const [low, high] = [quantiles.at(0), quantiles.at(-1)];
    if (low === undefined || high === undefined || low === high || references.length > 1) return [mean];
    const share = (key: string): string => /q([\d.]+)_/.exec(key)?.[1] ?? '';
    const error = { low: values(low), high: values(high) };
    return [{ ...mean, name: `mean, with quantiles ${share(low)} % to ${share(high)} %`, error }];
  }
}

/** The best axis of time that rows have. */
export function timeAxis(rows: readonly TrajectoryRow[]): { x: Axis; at: Float64Array } {
  const key = ['time', 'step'].find((name) => rows.every((row) => typeof row[name] === 'number'));
  const at = Float64Array.from(rows, (row, index) => (key === undefined ? index : Number(row[key])));
  if (key === 'time') return { x: { name: 'time', unit: 'ps' }, at };
  return { x: { name: key ?? 'frame' }, at };
}

/** Above which H frames are saturated, where some come near it and all have as many atoms. */
function saturation(rows: readonly TrajectoryRow[]): Marker[] {
  const [n] = rows.map((row) => row.n_envs);
  if (typeof n !== 'number' || rows.some((row) => row.n_envs !== n)) return [];
  if (!rows.some(({ efficiency }) => Number(efficiency) > 0.8 * SATURATION)) return [];
  return [{ axis: 'y', at: saturatedEntropy(n), label: `saturated above ${SATURATION} log N` }];
}
