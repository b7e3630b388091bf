import type { MapView } from './map-picture.js';

/** Shares of the points that contours enclose. */
const SHARES = [0.9, 0.7, 0.5, 0.3, 0.1];

/** Edge of a cell in which points are counted, and the width of the kernel, in units of length. */
const CELL = 4;
const WIDTH = 9;

/** Widths of the kernel that are summed, and that lie beyond the edges of the view. */
const REACH = 3;

/** A line around the densest places that hold some share of the points. */
export interface DensityContour {
  /** Share of the points in view that it encloses. */
  readonly share: number;
  /** Its pieces, in pixels of the view: x1 y1 x2 y2 of one after the other. */
  readonly segments: Float32Array;
}

/**
 * Where points are dense: they are counted in cells of 4 pixels, smoothed by a Gaussian of 9, and
 * each contour lies at the density above which some share of the points is.
 *
 * @param passes 1 for each point that counts; null for all
 * @returns from the outermost; none where no point is in view
 */
export function densityContours(
  plane: Float32Array,
  view: MapView,
  passes: Uint8Array | null = null,
): DensityContour[] {
  const { ratio = 1, width, height } = view;
  const cell = CELL * ratio;
  const margin = Math.ceil((REACH * WIDTH) / CELL);
  const columns = Math.ceil(width / cell) + 2 * margin;
  const rows = Math.ceil(height / cell) + 2 * margin;
  const counts = counted(plane, view, passes, { cell, margin, columns, rows });
  const density = smoothed(smoothed(counts, columns, rows, 1), rows, columns, columns);
  const falling = density
    .filter((value) => value > 0)
    .sort()
    .reverse();
  const all = falling.reduce((sum, value) => sum + value, 0);
  if (all === 0) return [];
  return SHARES.map((share) => {
    let held = 0;
    const level = falling.find((value) => (held += value) >= share * all) ?? 0;
    const pixels = isolines(density, columns, rows, level).map((at) => (at - margin + 0.5) * cell);
    return { share, segments: Float32Array.from(pixels) };
  });
}

interface Grid {
  readonly cell: number;
  readonly margin: number;
  readonly columns: number;
  readonly rows: number;
}

function counted(
  plane: Float32Array,
  { x, y, scale, scaleY = scale, width, height }: MapView,
  passes: Uint8Array | null,
  { cell, margin, columns, rows }: Grid,
): Float64Array {
  const counts = new Float64Array(columns * rows);
  for (let at = 0; at < plane.length / 2; at++) {
    if (passes !== null && passes[at] === 0) continue;
    const across = Math.floor((((plane[2 * at] as number) - x) * scale + width / 2) / cell) + margin;
    const down = Math.floor(((y - (plane[2 * at + 1] as number)) * scaleY + height / 2) / cell) + margin;
    if (!(across >= 0 && across < columns && down >= 0 && down < rows)) continue;
    const place = down * columns + across;
    counts[place] = (counts[place] as number) + 1;
  }
  return counts;
}

/**
 * Values on a grid, smoothed in one direction.
 *
 * @param along values in that direction, of which there are `lines`
 * @param step from one value to the next: 1 along rows, else along columns
 */
function smoothed(values: Float64Array, along: number, lines: number, step: number): Float64Array {
  const sigma = WIDTH / CELL;
  const reach = Math.ceil(REACH * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-0.5 * ((at - reach) / sigma) ** 2),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const out = new Float64Array(values.length);
  const nextLine = step === 1 ? along : 1;
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < along; at++) {
      let sum = 0;
      for (let far = -reach; far <= reach; far++) {
        const other = at + far;
        if (other < 0 || other >= along) continue;
        sum += (weights[far + reach] as number) * (values[line * nextLine + other * step] as number);
      }
      out[line * nextLine + at * step] = sum / total;
    }
  }
  return out;
}

/**
 * Where values on a grid cross a level: marching squares, with straight pieces between the edges of
 * each square. A saddle is cut by the mean of its corners.
 *
 * @returns x1 y1 x2 y2 of one piece after the other, in steps of the grid
 */
function isolines(values: Float64Array, columns: number, rows: number, level: number): number[] {
  const pieces: number[] = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      const corners = [at, at + 1, at + columns + 1, at + columns].map((place) => values[place] as number);
      const [a, b, c, d] = corners as [number, number, number, number];
      const inside = corners.map((value) => value >= level);
      if (inside.every((one) => one === inside[0])) continue;
      const cut = (from: number, to: number): number => (level - from) / (to - from);
      // Along the upper, right, lower and left edge.
      const edges: (readonly [number, number] | undefined)[] = [
        inside[0] === inside[1] ? undefined : [column + cut(a, b), row],
        inside[1] === inside[2] ? undefined : [column + 1, row + cut(b, c)],
        inside[3] === inside[2] ? undefined : [column + cut(d, c), row + 1],
        inside[0] === inside[3] ? undefined : [column, row + cut(a, d)],
      ];
      const there = edges.filter((edge) => edge !== undefined);
      // Of a saddle, pieces cut off the corners that differ from the middle.
      const isMiddleInside = (a + b + c + d) / 4 >= level;
      const order = there.length === 4 && inside[0] === isMiddleInside ? [0, 1, 2, 3] : [3, 0, 1, 2];
      const ends = there.length === 4 ? order.map((edge) => edges[edge]) : there;
      for (const end of ends) pieces.push(...(end as readonly [number, number]));
    }
  }
  return pieces;
}
