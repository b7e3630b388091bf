import type { CustomSeriesOption } from 'echarts/charts';
import type { Bars, Curve, ErrorRange } from './figure.js';
import type { SeriesStyle } from './series-style.js';

/** How much of what is behind a bar shines through, since bars of several series overlap. */
export const BAR_OPACITY = 0.55;

/** Half the width of the caps of error bars, in pixels. */
const CAP = 4;

/** Bars from the bottom of the panel, each as wide as its bin. */
export function barSeries({ name, edges, heights }: Bars, { color }: SeriesStyle): CustomSeriesOption {
  return {
    type: 'custom',
    name,
    encode: { x: [0, 1], y: 2 },
    data: Array.from(heights, (height, at) => [edges[at] as number, edges[at + 1] as number, height]),
    renderItem: ({ coordSys }, api) => {
      const [left = NaN, top = NaN] = api.coord([api.value(0), api.value(2)]);
      const [right = NaN] = api.coord([api.value(1), api.value(2)]);
      const { y, height } = coordSys as unknown as { y: number; height: number };
      const shape = { x: left, y: top, width: right - left, height: y + height - top };
      return {
        type: 'rect',
        shape,
        style: { fill: color, opacity: BAR_OPACITY, stroke: color, lineWidth: 0.6 },
      };
    },
    clip: true,
  };
}

/** A band between lower and upper ends, cut where one of them is missing. */
export function bandSeries(
  { x }: Curve,
  { low, high }: ErrorRange,
  { color }: SeriesStyle,
): CustomSeriesOption {
  const pieces = piecesOf(x, low, high);
  return {
    type: 'custom',
    // A band has no entry of its own in the legend, and its ends belong to the range of the axis.
    data: pieces.flat(),
    encode: { x: 0, y: [1, 2] },
    renderItem: ({ dataIndex }, api) => {
      let start = 0;
      for (const piece of pieces) {
        if (start === dataIndex && piece.length > 0) {
          const upper = piece.map(([at, , end]) => api.coord([at, end]));
          const lower = piece.map(([at, end]) => api.coord([at, end])).reverse();
          const style = { fill: color, opacity: 0.2 };
          return { type: 'polygon', shape: { points: [...upper, ...lower] }, style, silent: true };
        }
        start += piece.length;
      }
      // One polygon stands for all points of its piece.
      return null;
    },
    silent: true,
    clip: true,
    z: 1,
  };
}

/** Upright bars with caps. */
export function errorBarSeries(
  { x }: Curve,
  { low, high }: ErrorRange,
  { color }: SeriesStyle,
): CustomSeriesOption {
  return {
    type: 'custom',
    data: piecesOf(x, low, high).flat(),
    encode: { x: 0, y: [1, 2] },
    renderItem: (_, api) => {
      const [at = NaN, bottom = NaN] = api.coord([api.value(0), api.value(1)]);
      const [, top = NaN] = api.coord([api.value(0), api.value(2)]);
      const line = (x1: number, y1: number, x2: number, y2: number) =>
        ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: color, lineWidth: 1.2 } }) as const;
      return {
        type: 'group',
        children: [
          line(at, bottom, at, top),
          line(at - CAP, bottom, at + CAP, bottom),
          line(at - CAP, top, at + CAP, top),
        ],
      };
    },
    silent: true,
    clip: true,
    z: 2,
  };
}

/** Runs of points whose ends are all there. */
function piecesOf(
  x: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): [number, number, number][][] {
  const pieces: [number, number, number][][] = [[]];
  for (let at = 0; at < x.length; at++) {
    const point: [number, number, number] = [x[at] as number, low[at] as number, high[at] as number];
    if (point.every(Number.isFinite)) pieces.at(-1)?.push(point);
    else pieces.push([]);
  }
  return pieces;
}
