import type { Colouring } from './colouring.js';

/** Colours of Okabe and Ito for what has no order, and what they are called; they repeat. */
export const KIND_COLOURS: readonly {
  readonly name: string;
  readonly rgb: readonly [number, number, number];
}[] = [
  { name: 'blue', rgb: [0x00, 0x72, 0xb2] },
  { name: 'orange', rgb: [0xd5, 0x5e, 0x00] },
  { name: 'green', rgb: [0x00, 0x9e, 0x73] },
  { name: 'pink', rgb: [0xcc, 0x79, 0xa7] },
  { name: 'ochre', rgb: [0xe6, 0x9f, 0x00] },
  { name: 'light blue', rgb: [0x56, 0xb4, 0xe9] },
  { name: 'grey', rgb: [0x88, 0x88, 0x88] },
];

/** Part of the plane that a map shows. */
export interface View {
  /** The middle. */
  readonly x: number;
  readonly y: number;
  /** Pixels per unit. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

/** Red, green, blue and opacity of one pixel after the other, row by row. */
export interface MapImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

const GREY = { rgb: [0x88, 0x88, 0x88] } as const;

/** From low to high: dark blue, green, yellow, as in viridis. */
const RAMP = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
] as const;

/**
 * The points as they lie in a view: each pixel has the mean colour of the points on it, and is the more opaque the more they
 * are, by their logarithm. Takes one pass over the points, whatever their number.
 *
 * @param range the values that have the first and the last colour
 */
export function mapPicture(
  plane: Float32Array,
  { values, names }: Colouring,
  range: readonly [number, number],
  { x, y, scale, width, height }: View,
): MapImage {
  const count = new Uint32Array(width * height);
  const red = new Float32Array(width * height);
  const green = new Float32Array(width * height);
  const blue = new Float32Array(width * height);
  const [low, high] = range;
  // A few points on their own should be seen: they are larger.
  const size = plane.length / 2 > 200_000 ? 1 : plane.length / 2 > 20_000 ? 2 : 4;
  for (let at = 0; at < values.length; at++) {
    const left = Math.round(((plane[2 * at] as number) - x) * scale + width / 2 - size / 2);
    const top = Math.round((y - (plane[2 * at + 1] as number)) * scale + height / 2 - size / 2);
    if (left < 0 || top < 0 || left + size > width || top + size > height) continue;
    const [r, g, b] = colourOf(values[at] as number, names.length > 0, low, high);
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
  const most = Math.log1p(count.reduce((a, b) => Math.max(a, b), 1));
  const data = new Uint8ClampedArray(4 * width * height);
  for (let pixel = 0; pixel < count.length; pixel++) {
    const here = count[pixel] as number;
    if (here === 0) continue;
    data[4 * pixel] = (red[pixel] as number) / here;
    data[4 * pixel + 1] = (green[pixel] as number) / here;
    data[4 * pixel + 2] = (blue[pixel] as number) / here;
    data[4 * pixel + 3] = 110 + 145 * (Math.log1p(here) / most);
  }
  return { width, height, data };
}

function colourOf(
  value: number,
  isKind: boolean,
  low: number,
  high: number,
): readonly [number, number, number] {
  if (isKind) return (KIND_COLOURS[value % KIND_COLOURS.length] ?? GREY).rgb;
  const place = Math.min(1, Math.max(0, (value - low) / (high - low || 1))) * (RAMP.length - 1);
  const step = Math.min(RAMP.length - 2, Math.floor(place));
  const [a, b] = [RAMP[step] as readonly number[], RAMP[step + 1] as readonly number[]];
  const mix = (at: number): number =>
    (a[at] as number) + ((b[at] as number) - (a[at] as number)) * (place - step);
  return [mix(0), mix(1), mix(2)];
}
