import { QuestsError } from '../base/error.js';
import { FLAG, listOf, NUMBER, NUMBERS, optional, record, TEXT, typedArray } from '../base/kinds.js';
import { type Colouring, colouringsOf, rangeOf } from './colouring.js';
import type { ExploredSet } from './exploration.js';
import { type MapImage, mapPicture, type MapView } from './map-picture.js';
import { type Colour, kindColours, rampOf } from './palette.js';
import { pointsInPolygon } from './points-in-polygon.js';
import { principalPlane } from './principal-plane.js';

const FLOATS = typedArray('Float64Array');
const WHOLES = typedArray('Uint32Array');
const SETS = listOf(
  record('a set, as explore gives it', { x: record('a matrix', {}), dH: FLOATS }),
  'sets',
  1,
);
const VIEW = record('a view { x, y, scale, width, height }', {
  x: NUMBER,
  y: NUMBER,
  scale: NUMBER,
  width: NUMBER,
  height: NUMBER,
  ratio: optional(NUMBER),
  isDark: optional(FLAG),
  hidden: optional(NUMBERS),
});

/** A picture of a map, and what its colours mean. */
export interface ColouredMap {
  readonly image: MapImage;
  /** Values of the first and the last colour; null where colours have names. */
  readonly range: readonly [number, number] | null;
  /** Names of the colours, in their order; empty for measured values. */
  readonly names: readonly string[];
  /** The colours: one for each name, or from the lowest to the highest value. */
  readonly swatches: readonly Colour[];
}

/** Environments of all sets along the two directions in which they differ most. */
export class EnvironmentMap {
  /** x y of one environment after the other. */
  readonly #plane: Float32Array;
  readonly #colourings: Readonly<Record<string, Colouring>>;
  readonly #ranges = new Map<Colouring, readonly [number, number]>();
  /** Left, right, lower and upper end of all environments. */
  readonly bounds: readonly number[];

  private constructor(plane: Float32Array, colourings: Readonly<Record<string, Colouring>>) {
    // In plain JavaScript anybody may call this.
    if (!(plane instanceof Float32Array)) {
      throw new QuestsError('INVALID_ARGUMENT', 'an EnvironmentMap is made by EnvironmentMap.of(sets)');
    }
    this.#plane = plane;
    this.#colourings = colourings;
    this.bounds = boundsOf(plane);
  }

  /** @param sets at least one */
  static async of(sets: readonly ExploredSet[]): Promise<EnvironmentMap> {
    SETS.judge(sets, 'sets');
    const [first, ...others] = sets as [ExploredSet];
    const plane = await principalPlane([first.x, ...others.map(({ x }: ExploredSet) => x)]);
    return new EnvironmentMap(plane, colouringsOf(sets));
  }

  /** By what it can be coloured. */
  get colours(): string[] {
    return Object.keys(this.#colourings);
  }

  /**
   * What lies in a view.
   *
   * @param colour one of {@link colours}
   * @param selected environments that stand out. Default: none
   * @returns `undefined` for another
   */
  picture(
    view: MapView,
    colour: string,
    selected: Uint32Array = new Uint32Array(0),
  ): ColouredMap | undefined {
    VIEW.judge(view, 'view');
    TEXT.judge(colour, 'colour');
    WHOLES.judge(selected, 'selected');
    const colouring = this.#colourings[colour];
    if (colouring === undefined) return undefined;
    const range = this.#range(colouring);
    const { names } = colouring;
    const image = mapPicture(this.#plane, colouring, range, view, selected);
    const { isDark = false } = view;
    return names.length > 0
      ? { image, range: null, names, swatches: kindColours(names.length, isDark) }
      : { image, range, names, swatches: rampOf(isDark) };
  }

  #range(colouring: Colouring): readonly [number, number] {
    const range = this.#ranges.get(colouring) ?? rangeOf(colouring.values);
    this.#ranges.set(colouring, range);
    return range;
  }

  /** The environment nearest to a point; none where all are farther than `reach`. */
  nearest([x, y]: readonly [number, number], reach: number): Uint32Array {
    NUMBERS.judge([x, y], 'point');
    NUMBER.judge(reach, 'reach');
    let best = -1;
    let least = reach ** 2;
    for (let at = 0; at < this.#plane.length / 2; at++) {
      const square =
        ((this.#plane[2 * at] as number) - x) ** 2 + ((this.#plane[2 * at + 1] as number) - y) ** 2;
      if (square <= least) [best, least] = [at, square];
    }
    return best < 0 ? new Uint32Array(0) : Uint32Array.of(best);
  }

  /** Environments within a polygon, x y of one corner after the other. */
  inPolygon(polygon: Float64Array): Uint32Array {
    FLOATS.judge(polygon, 'polygon');
    return pointsInPolygon(this.#plane, polygon);
  }
}

/** The view of so many pixels that shows all environments. */
export function wholeView(bounds: readonly number[], width: number, height: number): MapView {
  const [left = 0, right = 1, bottom = 0, top = 1] = bounds;
  return {
    x: (left + right) / 2,
    y: (bottom + top) / 2,
    scale: 0.95 * Math.min(width / (right - left || 1), height / (top - bottom || 1)),
    width,
    height,
  };
}

function boundsOf(points: Float32Array): number[] {
  const bounds = [Infinity, -Infinity, Infinity, -Infinity];
  points.forEach((value, at) => {
    const low = at % 2 === 0 ? 0 : 2;
    bounds[low] = Math.min(bounds[low] as number, value);
    bounds[low + 1] = Math.max(bounds[low + 1] as number, value);
  });
  return bounds;
}
