import type { Colouring } from './colouring.js';
import { type Colour, kindColours, measuredColour, rampOf } from './palette.js';

/** Part of the plane that a map shows. */
export interface MapView {
  /** The middle. */
  readonly x: number;
  readonly y: number;
  /** Pixels per unit. */
  readonly scale: number;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels in a unit of length of the page: points are so much larger. Default: 1. */
  readonly ratio?: number | undefined;
  /** Whether the page is dark: colours are lighter there. Default: no. */
  readonly isDark?: boolean | undefined;
  /** Numbers of the kinds that are left out, where colours have names. Default: none. */
  readonly hidden?: readonly number[] | undefined;
}

/**
 * Red, green, blue and opacity of one pixel after the other, row by row. TypeScript before 5.7 has
 * no parameter of the array's type.
 */
export interface MapImage {
  readonly width: number;
  readonly height: number;
  readonly data: ReturnType<typeof Uint8ClampedArray.from>;
}

/** How opaque environments stay that are not selected, where some are. */
const FADED = 0.3;
/** Selected environments up to so many are put in a frame each, so that they can be found. */
const FRAMED = 200;
/** Pixels of a point whose value is known where that of others is not. */
const KNOWN = 3;
/** Half the size of such a frame, in pixels, and its colour, which differs from the ramp's. */
const FRAME = 5;
const FRAME_COLOUR: Colour = [0xe0, 0x4a, 0x10];
/** Opacity of a pixel with one point, and what the most crowded one has more. */
const LEAST_OPAQUE = 110;
const MORE_OPAQUE = 145;

/**
 * The points as they lie in a view. Where points overlap, those of the later set are seen, or of
 * the rarer kind, or those whose value is known: few are never hidden under many. Among these a
 * pixel has their mean colour, and is the more opaque the more they are, by their logarithm. Takes
 * one pass over the points, whatever their number.
 *
 * @param range the values that have the first and the last colour
 * @param selected indices of the points that stand out; the others fade where there are any
 */
export function mapPicture(
  plane: Float32Array,
  colouring: Colouring,
  range: readonly [number, number],
  view: MapView,
  selected: Uint32Array,
): MapImage {
  const { width, height, ratio = 1, hidden = [] } = view;
  const { values, names } = colouring;
  const isKind = names.length > 0;
  const colours = coloursOf(colouring, range, view);
  const ranks = isKind ? colouring.ranks : [];
  const isHidden = names.map((_, kind) => hidden.includes(kind));
  const isPartial = values.some(Number.isNaN);
  const size = Math.max(1, Math.round(ratio * pointSize(plane.length / 2)));
  const known = isPartial ? Math.max(size, Math.round(ratio * KNOWN)) : size;
  const count = new Uint32Array(width * height);
  const top = new Int16Array(width * height).fill(-1);
  const red = new Float32Array(width * height);
  const green = new Float32Array(width * height);
  const blue = new Float32Array(width * height);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (isKind && isHidden[value] === true) continue;
    const rank = isKind ? (ranks[value] as number) : Number(!Number.isNaN(value));
    const own = rank > 0 ? known : size;
    const [left, upper] = cornerOf(plane, at, view, own);
    if (left < 0 || upper < 0 || left + own > width || upper + own > height) continue;
    const [r, g, b] = colours(value);
    for (let down = 0; down < own; down++) {
      for (let across = 0; across < own; across++) {
        const pixel = (upper + down) * width + left + across;
        const above = top[pixel] as number;
        if (rank < above) continue;
        const adds = rank === above;
        top[pixel] = rank;
        count[pixel] = adds ? (count[pixel] as number) + 1 : 1;
        red[pixel] = adds ? (red[pixel] as number) + r : r;
        green[pixel] = adds ? (green[pixel] as number) + g : g;
        blue[pixel] = adds ? (blue[pixel] as number) + b : b;
      }
    }
  }
  const data = new Uint8ClampedArray(4 * width * height);
  const most = crowded(count, top);
  for (let pixel = 0; pixel < count.length; pixel++) {
    const here = count[pixel] as number;
    if (here === 0) continue;
    const rank = top[pixel] as number;
    const opaque = selected.length > 0 || (isPartial && rank === 0) ? FADED : 1;
    data[4 * pixel] = (red[pixel] as number) / here;
    data[4 * pixel + 1] = (green[pixel] as number) / here;
    data[4 * pixel + 2] = (blue[pixel] as number) / here;
    data[4 * pixel + 3] =
      opaque * (LEAST_OPAQUE + MORE_OPAQUE * (Math.log1p(here) / Math.log1p(most[rank] ?? here)));
  }
  const image = { width, height, data };
  const half = Math.round(FRAME * ratio);
  for (const at of selected) {
    const value = values[at] as number;
    if (isKind && isHidden[value] === true) continue;
    paint(image, cornerOf(plane, at, view, size), size, colours(value));
    if (selected.length <= FRAMED) outline(image, cornerOf(plane, at, view, 0), half);
  }
  return image;
}

/** A few points on their own should be seen: they are larger. */
function pointSize(points: number): number {
  return points > 200_000 ? 1 : points > 20_000 ? 2 : points > 1000 ? 4 : 7;
}

/** The most points of one pixel, for each rank: a small set is as opaque as a large one. */
function crowded(count: Uint32Array, top: Int16Array): readonly number[] {
  const most: number[] = [];
  for (let pixel = 0; pixel < count.length; pixel++) {
    const here = count[pixel] as number;
    const rank = top[pixel] as number;
    if (here > (most[rank] ?? 0)) most[rank] = here;
  }
  return most;
}

function coloursOf(
  { names }: Colouring,
  range: readonly [number, number],
  { isDark = false }: MapView,
): (value: number) => Colour {
  const ramp = rampOf(isDark);
  if (names.length === 0) return (value) => measuredColour(value, range, ramp);
  const kinds = kindColours(names.length, isDark);
  return (value) => kinds[value] as Colour;
}

/** The left and the upper end of a point that is so many pixels wide. */
function cornerOf(
  plane: Float32Array,
  at: number,
  { x, y, scale, width, height }: MapView,
  size: number,
): readonly [number, number] {
  return [
    Math.round(((plane[2 * at] as number) - x) * scale + width / 2 - size / 2),
    Math.round((y - (plane[2 * at + 1] as number)) * scale + height / 2 - size / 2),
  ];
}

function paint(
  { width, height, data }: MapImage,
  [left, top]: readonly [number, number],
  size: number,
  colour: Colour,
): void {
  for (let down = Math.max(0, top); down < Math.min(height, top + size); down++) {
    for (let across = Math.max(0, left); across < Math.min(width, left + size); across++) {
      data.set(colour, 4 * (down * width + across));
      data[4 * (down * width + across) + 3] = 255;
    }
  }
}

function outline(image: MapImage, [x, y]: readonly [number, number], half: number): void {
  for (let step = -half; step <= half; step++) {
    for (const [left, top] of [
      [x + step, y - half],
      [x + step, y + half],
      [x - half, y + step],
      [x + half, y + step],
    ] as const) {
      paint(image, [left, top], 1, FRAME_COLOUR);
    }
  }
}
