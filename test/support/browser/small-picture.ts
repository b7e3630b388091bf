import { decode } from 'fast-png';

/** Parts of a picture across and down. */
const ACROSS = 32;
const DOWN = 20;

/**
 * A picture as the mean grey of its parts, a row for each line of them, two hexadecimal digits for
 * each: too small for the shapes of letters, large enough for what stands where.
 */
export function smallPicture(png: Uint8Array): readonly string[] {
  const { width, height, channels, data } = decode(png);
  return Array.from({ length: DOWN }, (_, row) => {
    const [top, bottom] = [row, row + 1].map((at) => Math.floor((at * height) / DOWN)) as [number, number];
    return Array.from({ length: ACROSS }, (__, column) => {
      const [left, right] = [column, column + 1].map((at) => Math.floor((at * width) / ACROSS)) as [
        number,
        number,
      ];
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          for (let of = 0; of < 3; of++) sum += data[(y * width + x) * channels + of] as number;
        }
      }
      const grey = Math.round(sum / (3 * (bottom - top) * (right - left)));
      return grey.toString(16).padStart(2, '0');
    }).join('');
  });
}

/** The mean difference of two small pictures, in greys of 256. */
export function pictureDifference(one: readonly string[], other: readonly string[]): number {
  const [greys, others] = [one, other].map((rows) => [...Buffer.from(rows.join(''), 'hex')]);
  if (greys === undefined || others?.length !== greys.length) return Infinity;
  return greys.reduce((sum, grey, at) => sum + Math.abs(grey - (others[at] ?? 0)), 0) / greys.length;
}
