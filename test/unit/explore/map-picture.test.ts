import { describe, expect, it } from 'vitest';

import { DescriptorMatrix } from '../../../ts/node.js';
import { explore, EnvironmentMap, type NamedSet, wholeView } from '../../../ts/faces/node/explore.js';
import { mapPicture } from '../../../ts/explore/map-picture.js';
import { kindColours, measuredColour, rampOf } from '../../../ts/explore/palette.js';

const VIEW = { x: 0, y: 0, scale: 10, width: 40, height: 40 };

/** Points at one place, of so many kinds each. */
function crowd(counts: readonly number[]): { plane: Float32Array; values: Float32Array } {
  const kinds = counts.flatMap((count, kind) => new Array<number>(count).fill(kind));
  return { plane: new Float32Array(2 * kinds.length), values: Float32Array.from(kinds) };
}

const pixel = ({ data, width }: { data: Uint8ClampedArray; width: number }, x: number, y: number): number[] =>
  Array.from(data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4));

describe('points that overlap', () => {
  it('show the second set, and the rarer kind, however few they are', () => {
    const [first, second] = kindColours(2, false);
    for (const counts of [
      [5000, 1],
      [1, 5000],
    ]) {
      const { plane, values } = crowd(counts);
      const sets = { values, names: ['a', 'b'], ranks: [0, 1] };
      const image = mapPicture(plane, sets, [0, 1], VIEW, new Uint32Array(0));
      expect(pixel(image, 20, 20)).toEqual([...(second ?? []), 255]);
      const alone = mapPicture(plane, sets, [0, 1], { ...VIEW, hidden: [1] }, new Uint32Array(0));
      expect(pixel(alone, 20, 20)).toEqual([...(first ?? []), 255]);
      const none = mapPicture(plane, sets, [0, 1], { ...VIEW, hidden: [0, 1] }, Uint32Array.of(0));
      expect(none.data.every((value) => value === 0)).toBe(true);
    }
  });

  it('have the mean colour of their values, where those of others are not known', () => {
    const plane = new Float32Array(8);
    const values = Float32Array.of(NaN, 0, 1, NaN);
    const image = mapPicture(plane, { values, names: [], ranks: [] }, [0, 1], VIEW, new Uint32Array(0));
    const [low, high] = [0, 1].map((value) => measuredColour(value, [0, 1]));
    const mean = [0, 1, 2].map((at) => Math.round(((low?.[at] ?? 0) + (high?.[at] ?? 0)) / 2));
    pixel(image, 20, 20)
      .slice(0, 3)
      .forEach((value, at) => expect(Math.abs(value - (mean[at] ?? NaN))).toBeLessThanOrEqual(1));
  });

  it('are so much larger where the page has more pixels, and at the same places', () => {
    const { plane, values } = crowd([1]);
    const area = (ratio: number): number => {
      const view = { ...VIEW, scale: 10 * ratio, width: 40 * ratio, height: 40 * ratio, ratio };
      const image = mapPicture(plane, { values, names: ['a'], ranks: [0] }, [0, 1], view, new Uint32Array(0));
      expect(pixel(image, 20 * ratio, 20 * ratio)[3]).toBe(255);
      return image.data.filter((value, at) => at % 4 === 3 && value > 0).length;
    };
    expect(area(2)).toBe(4 * area(1));
  });
});

describe('colours of kinds', () => {
  it.each([false, true])('are all different, for more than there are elements; dark: %s', (isDark) => {
    const colours = kindColours(118, isDark);
    expect(new Set(colours.map((colour) => colour.join())).size).toBe(118);
    const near = colours
      .slice(0, 20)
      .flatMap((a, at) => colours.slice(0, at).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])));
    expect(Math.min(...near)).toBeGreaterThan(35);
    // More of them leave the first as they are.
    expect(kindColours(10, isDark)).toEqual(colours.slice(0, 10));
  });

  it('are lighter on a dark page', () => {
    const light = (colour: readonly number[]): number => Math.max(...colour);
    rampOf(false).forEach((colour, at) => {
      expect(light(rampOf(true)[at] ?? [])).toBeGreaterThanOrEqual(light(colour));
    });
    expect(Math.min(...rampOf(true).map(light))).toBeGreaterThan(150);
  });
});

describe('a map of two sets', () => {
  const set = (name: string, values: readonly number[]): NamedSet => ({
    name,
    x: new DescriptorMatrix(values, { width: 2 }),
    structures: [],
  });

  it('has one scale of δH for each of them', async () => {
    const { sets } = await explore([set('a', [0, 0, 0, 0, 1, 0]), set('b', [0, 0, 0.1, 0])], {
      bandwidth: 0.05,
      epsilon: 1e-5,
    });
    const map = await EnvironmentMap.of(sets);
    expect(map.colours).toEqual(['δH', 'set', 'δH of the first set', 'PC 1', 'PC 2']);
    const view = wholeView(map.bounds, 40, 40);
    const [first, second] = sets;
    const ends = (dH: Float64Array | undefined): number[] => {
      const sorted = Float32Array.from(dH ?? []).sort();
      return [sorted[0] ?? NaN, sorted[Math.floor(0.99 * (sorted.length - 1))] ?? NaN];
    };
    expect(map.picture(view, 'δH')?.range).toEqual(ends(second?.dH));
    expect(map.picture(view, 'δH of the first set')?.range).toEqual(ends(first?.dH));
  });
});
