import type { View } from './protocol.js';

/** Colours of Okabe and Ito for what has no order. */
const KINDS = [0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x888888];

/** Values of the environments that the map is coloured by. */
export interface Colouring {
  readonly values: Float32Array;
  /** Names of what the values number; empty for measured values. */
  readonly names: readonly string[];
}

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
): ImageData {
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
  const image = new ImageData(width, height);
  const { data } = image;
  for (let pixel = 0; pixel < count.length; pixel++) {
    const here = count[pixel] as number;
    if (here === 0) continue;
    data[4 * pixel] = (red[pixel] as number) / here;
    data[4 * pixel + 1] = (green[pixel] as number) / here;
    data[4 * pixel + 2] = (blue[pixel] as number) / here;
    data[4 * pixel + 3] = 110 + 145 * (Math.log1p(here) / most);
  }
  return image;
}

function colourOf(
  value: number,
  isKind: boolean,
  low: number,
  high: number,
): readonly [number, number, number] {
  if (isKind) {
    const colour = KINDS[value % KINDS.length] as number;
    return [colour >> 16, (colour >> 8) & 255, colour & 255];
  }
  const place = Math.min(1, Math.max(0, (value - low) / (high - low || 1))) * (RAMP.length - 1);
  const step = Math.min(RAMP.length - 2, Math.floor(place));
  const [a, b] = [RAMP[step] as readonly number[], RAMP[step + 1] as readonly number[]];
  const mix = (at: number): number =>
    (a[at] as number) + ((b[at] as number) - (a[at] as number)) * (place - step);
  return [mix(0), mix(1), mix(2)];
}

/** Indices of the points within a polygon, x y of one corner after the other. */
export function within(plane: Float32Array, polygon: Float64Array): Uint32Array {
  const found: number[] = [];
  const corners = polygon.length / 2;
  for (let at = 0; at < plane.length / 2; at++) {
    const px = plane[2 * at] as number;
    const py = plane[2 * at + 1] as number;
    let inside = false;
    for (let i = 0, j = corners - 1; i < corners; j = i++) {
      const [xi, yi] = [polygon[2 * i] as number, polygon[2 * i + 1] as number];
      const [xj, yj] = [polygon[2 * j] as number, polygon[2 * j + 1] as number];
      if (yi > py !== yj > py && px < ((xj - xi) * (py - yi)) / (yj - yi) + xi) inside = !inside;
    }
    if (inside) found.push(at);
  }
  return Uint32Array.from(found);
}
