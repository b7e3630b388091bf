import { describe, expect, it } from 'vitest';

import { densityContours } from '../../../ts/explore/density-contours.js';
import { random } from '../../support/data/random.js';

const VIEW = { x: 0, y: 0, scale: 40, width: 400, height: 300 };

/** Points of a normal distribution about a place, x y of one after the other. */
function cloud(count: number, x: number, y: number, seed: number): number[] {
  const next = random(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return Array.from({ length: count }, () => [x + normal(), y + normal()]).flat();
}

/** Points that are within a line: a ray from them crosses its pieces an odd number of times. */
function within(points: readonly number[], segments: Float32Array): number {
  let count = 0;
  for (let at = 0; at < points.length; at += 2) {
    const left = VIEW.width / 2 + VIEW.scale * (points[at] as number);
    const top = VIEW.height / 2 - VIEW.scale * (points[at + 1] as number);
    let isInside = false;
    for (let i = 0; i < segments.length; i += 4) {
      const [x1, y1, x2, y2] = segments.subarray(i, i + 4) as unknown as [number, number, number, number];
      if (y1 > top !== y2 > top && left < x1 + ((x2 - x1) * (top - y1)) / (y2 - y1)) isInside = !isInside;
    }
    if (isInside) count += 1;
  }
  return count;
}

describe('lines of density', () => {
  it('enclose the share of the points that they say', () => {
    const points = cloud(20_000, 0, 0, 1);
    const contours = densityContours(Float32Array.from(points), VIEW);
    expect(contours.map(({ share }) => share)).toEqual([0.9, 0.7, 0.5, 0.3, 0.1]);
    for (const { share, segments } of contours) {
      const held = within(points, segments) / 20_000;
      // Smoothing by 9 pixels of 40 takes them outwards a little.
      expect(held).toBeGreaterThan(share - 0.02);
      expect(held).toBeLessThan(share + 0.05);
    }
  });

  it('are those of the points that pass, and none without points', () => {
    const plane = Float32Array.from([...cloud(500, -2, 0, 2), ...cloud(500, 2, 0, 3)]);
    const first = Uint8Array.from({ length: 1000 }, (_, at) => Number(at < 500));
    const alone = densityContours(plane.slice(0, 1000), VIEW);
    expect(densityContours(plane, VIEW, first)).toEqual(alone);
    expect(densityContours(plane, VIEW, new Uint8Array(1000))).toEqual([]);
    expect(densityContours(Float32Array.of(NaN, NaN), VIEW)).toEqual([]);
  });

  it('are at the same places where the page has more pixels', () => {
    const plane = Float32Array.from(cloud(2000, 0.4, 0, 4));
    const once = densityContours(plane, VIEW);
    const twice = densityContours(plane, { ...VIEW, scale: 80, width: 800, height: 600, ratio: 2 });
    expect(twice.map(({ segments }) => segments.map((at) => at / 2))).toEqual(
      once.map(({ segments }) => segments),
    );
  });
});
