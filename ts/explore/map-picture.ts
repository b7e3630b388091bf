import type { Colouring } from './colouring.js';

/** Red, green and blue, from 0 to 255. */
type Colour = readonly [number, number, number];

/** Colours of Okabe and Ito for what has no order, and what they are called; they repeat. */
export const KIND_COLOURS: readonly { readonly name: string; readonly rgb: Colour }[] = [
  { name: 'blue', rgb: [0x00, 0x72, 0xb2] },
  { name: 'orange', rgb: [0xd5, 0x5e, 0x00] },
  { name: 'green', rgb: [0x00, 0x9e, 0x73] },
  { name: 'pink', rgb: [0xcc, 0x79, 0xa7] },
  { name: 'ochre', rgb: [0xe6, 0x9f, 0x00] },
  { name: 'light blue', rgb: [0x56, 0xb4, 0xe9] },
  { name: 'grey', rgb: [0x88, 0x88, 0x88] },
];

/** Part of the plane that a map shows. */
export interface MapView {
  /** The middle. */
  readonly x: number;
  readonly y: number;
  /** Pixels per unit. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
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

const GREY = { rgb: [0x88, 0x88, 0x88] } as const;

/** From low to high: dark blue, green, yellow, as in viridis. */
export const RAMP: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** How opaque environments stay that are not selected, where some are. */
const FADED = 0.3;
/** Selected environments up to so many are put in a frame each, so that they can be found. */
const FRAMED = 200;
/** Pixels of a point whose value is known where most are not. */
const KNOWN = 3;
/** Half the size of such a frame, in pixels, and its colour, which differs from the ramp's. */
const FRAME = 5;
const FRAME_COLOUR: Colour = [0xe0, 0x4a, 0x10];

/**
 * The points as they lie in a view: each pixel has the mean colour of the points on it, and is the
 * more opaque the more they are, by their logarithm. Takes one pass over the points, whatever their
 * number.
 *
 * @param range the values that have the first and the last colour
 * @param selected indices of the points that stand out; the others fade where there are any
 */
export function mapPicture(
  plane: Float32Array,
  { values, names }: Colouring,
  range: readonly [number, number],
  view: MapView,
  selected: Uint32Array,
): MapImage {
  const { width, height } = view;
  const count = new Uint32Array(width * height);
  const red = new Float32Array(width * height);
  const green = new Float32Array(width * height);
  const blue = new Float32Array(width * height);
  // A few points on their own should be seen: they are larger.
  const points = plane.length / 2;
  const size = points > 200_000 ? 1 : points > 20_000 ? 2 : points > 1000 ? 4 : 7;
  for (let at = 0; at < values.length; at++) {
    const [left, top] = cornerOf(plane, at, view, size);
    if (left < 0 || top < 0 || left + size > width || top + size > height) continue;
    const [r, g, b] = colourOf(values[at] as number, names.length > 0, range);
    for (let down = 0; down < size; down++) {
      for (let across = 0; across < size; across++) {
        const pixel = (top + down) * width + left + across;
        count[pixel] = (count[pixel] as number) + 1;
        red[pixel] = (red[pixel] as number) + r;
        green[pixel] = (green[pixel] as number) + g;
        blue[pixel] = (blue[pixel] as number) + b;
      }
    }
  }
  const isPartial = values.some(Number.isNaN);
  const opaque = selected.length > 0 || isPartial ? FADED : 1;
  const most = Math.log1p(count.reduce((a, b) => Math.max(a, b), 1));
  const data = new Uint8ClampedArray(4 * width * height);
  for (let pixel = 0; pixel < count.length; pixel++) {
    const here = count[pixel] as number;
    if (here === 0) continue;
    data[4 * pixel] = (red[pixel] as number) / here;
    data[4 * pixel + 1] = (green[pixel] as number) / here;
    data[4 * pixel + 2] = (blue[pixel] as number) / here;
    data[4 * pixel + 3] = opaque * (110 + 145 * (Math.log1p(here) / most));
  }
  const image = { width, height, data };
  if (isPartial) {
    // What has a value lies above what has none.
    values.forEach((value, at) => {
      if (Number.isNaN(value)) return;
      paint(image, cornerOf(plane, at, view, KNOWN), KNOWN, measuredColour(value, range));
    });
  }
  for (const at of selected) {
    const corner = cornerOf(plane, at, view, size);
    const colour = colourOf(values[at] as number, names.length > 0, range);
    paint(image, corner, size, colour);
    if (selected.length <= FRAMED) outline(image, cornerOf(plane, at, view, 0));
  }
  return image;
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

function outline(image: MapImage, [x, y]: readonly [number, number]): void {
  for (let step = -FRAME; step <= FRAME; step++) {
    for (const [left, top] of [
      [x + step, y - FRAME],
      [x + step, y + FRAME],
      [x - FRAME, y + step],
      [x + FRAME, y + step],
    ] as const) {
      paint(image, [left, top], 1, FRAME_COLOUR);
    }
  }
}

function colourOf(value: number, isKind: boolean, range: readonly [number, number]): Colour {
  return isKind ? (KIND_COLOURS[value % KIND_COLOURS.length] ?? GREY).rgb : measuredColour(value, range);
}

/**
 * The colour of a measured value; grey for NaN.
 *
 * @param range the values that have the first and the last colour
 */
export function measuredColour(value: number, [low, high]: readonly [number, number]): Colour {
  if (Number.isNaN(value)) return GREY.rgb;
  const place = Math.min(1, Math.max(0, (value - low) / (high - low || 1))) * (RAMP.length - 1);
  const step = Math.min(RAMP.length - 2, Math.floor(place));
  const [a, b] = [RAMP[step] as readonly number[], RAMP[step + 1] as readonly number[]];
  const mix = (at: number): number =>
    (a[at] as number) + ((b[at] as number) - (a[at] as number)) * (place - step);
  return [mix(0), mix(1), mix(2)];
}
