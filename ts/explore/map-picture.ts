import type { Colouring } from './colouring.js';
import { type Colour, kindColours, measuredColour, rampOf } from './palette.js';

/** Part of the plane that a map shows. */
export interface MapView {
  /** The middle. */
  readonly x: number;
  readonly y: number;
  /** Pixels per unit across. */
  readonly scale: number;
  /** Pixels per unit upwards. Default: as across. */
  readonly scaleY?: number | undefined;
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
 * @param passes 1 for each point that is drawn; null for all
 */
export function mapPicture(
  plane: Float32Array,
  colouring: Colouring,
  range: readonly [number, number],
  view: MapView,
  selected: Uint32Array,
  passes: Uint8Array | null = null,
): MapImage {
  const { width, height, ratio = 1, x, y, scale, scaleY = scale } = view;
  const { values } = colouring;
  const shades = shadesOf(colouring, range);
  const { red, green, blue, ranks, isHidden } = shadeTable(colouring, range, view);
  const isPartial = colouring.names.length === 0 && shades.includes(0);
  const size = Math.max(1, Math.round(ratio * pointSize(plane.length / 2)));
  const known = isPartial ? Math.max(size, Math.round(ratio * KNOWN)) : size;
  const count = new Uint32Array(width * height);
  const top = new Int16Array(width * height).fill(-1);
  const sums = new Float32Array(3 * width * height);
  for (let at = 0; at < values.length; at++) {
    if (passes !== null && passes[at] === 0) continue;
    const shade = shades[at] as number;
    if (isHidden[shade] === 1) continue;
    const rank = ranks[shade] as number;
    const own = rank > 0 ? known : size;
    // As cornerOf gives it; a pair for each point would take longer than all the rest.
    const left = Math.round(((plane[2 * at] as number) - x) * scale + width / 2 - own / 2);
    const upper = Math.round((y - (plane[2 * at + 1] as number)) * scaleY + height / 2 - own / 2);
    // Not where a coordinate is NaN, either.
    if (!(left >= 0 && upper >= 0 && left + own <= width && upper + own <= height)) continue;
    const [r, g, b] = [red[shade] as number, green[shade] as number, blue[shade] as number];
    for (let down = 0; down < own; down++) {
      for (let across = 0; across < own; across++) {
        const pixel = (upper + down) * width + left + across;
        const above = top[pixel] as number;
        if (rank < above) continue;
        if (rank > above) {
          top[pixel] = rank;
          count[pixel] = 1;
          sums[3 * pixel] = r;
          sums[3 * pixel + 1] = g;
          sums[3 * pixel + 2] = b;
        } else {
          count[pixel] = (count[pixel] as number) + 1;
          sums[3 * pixel] = (sums[3 * pixel] as number) + r;
          sums[3 * pixel + 1] = (sums[3 * pixel + 1] as number) + g;
          sums[3 * pixel + 2] = (sums[3 * pixel + 2] as number) + b;
        }
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
    data[4 * pixel] = (sums[3 * pixel] as number) / here;
    data[4 * pixel + 1] = (sums[3 * pixel + 1] as number) / here;
    data[4 * pixel + 2] = (sums[3 * pixel + 2] as number) / here;
    data[4 * pixel + 3] =
      opaque * (LEAST_OPAQUE + MORE_OPAQUE * (Math.log1p(here) / Math.log1p(most[rank] ?? here)));
  }
  const image = { width, height, data };
  const half = Math.round(FRAME * ratio);
  for (const at of selected) {
    if (passes !== null && passes[at] === 0) continue;
    const shade = shades[at] as number;
    if (isHidden[shade] === 1) continue;
    const colour: Colour = [red[shade] as number, green[shade] as number, blue[shade] as number];
    paint(image, cornerOf(plane, at, view, size), size, colour);
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

/** Colours of measured values that are told apart; shade 0 is that of what has no value. */
const SHADES = 1023;

const made = new WeakMap<Float32Array, { readonly of: string; readonly shades: Uint16Array }>();

/** Of each point the number of its kind, or of its colour on the scale. */
function shadesOf({ values, names }: Colouring, [low, high]: readonly [number, number]): Uint16Array {
  const of = names.length > 0 ? 'kinds' : `${low} ${high}`;
  const known = made.get(values);
  if (known?.of === of) return known.shades;
  const shades = new Uint16Array(values.length);
  const step = (SHADES - 1) / (high - low || 1);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (names.length > 0) shades[at] = value;
    else if (!Number.isNaN(value)) {
      shades[at] = 1 + Math.min(SHADES - 1, Math.max(0, Math.round((value - low) * step)));
    }
  }
  made.set(values, { of, shades });
  return shades;
}

/** Of each shade: its colour, its rank where several overlap, and whether it is left out. */
interface ShadeTable {
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  readonly ranks: Int16Array;
  readonly isHidden: Uint8Array;
}

function shadeTable(
  { names, ranks }: Colouring,
  [low, high]: readonly [number, number],
  { isDark = false, hidden = [] }: MapView,
): ShadeTable {
  const isKind = names.length > 0;
  const ramp = rampOf(isDark);
  const valueOf = (shade: number): number => low + ((shade - 1) / (SHADES - 1)) * (high - low);
  const colours = isKind
    ? kindColours(names.length, isDark)
    : Array.from({ length: SHADES + 1 }, (_, shade) =>
        measuredColour(shade === 0 ? NaN : valueOf(shade), [low, high], ramp),
      );
  return {
    red: Float32Array.from(colours, ([r]) => r),
    green: Float32Array.from(colours, ([, g]) => g),
    blue: Float32Array.from(colours, ([, , b]) => b),
    ranks: Int16Array.from(colours, (_, shade) => (isKind ? (ranks[shade] as number) : Number(shade > 0))),
    isHidden: Uint8Array.from(colours, (_, shade) => Number(isKind && hidden.includes(shade))),
  };
}

/** The left and the upper end of a point that is so many pixels wide. */
function cornerOf(
  plane: Float32Array,
  at: number,
  { x, y, scale, scaleY = scale, width, height }: MapView,
  size: number,
): readonly [number, number] {
  return [
    Math.round(((plane[2 * at] as number) - x) * scale + width / 2 - size / 2),
    Math.round((y - (plane[2 * at + 1] as number)) * scaleY + height / 2 - size / 2),
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
