import { type Colouring, colouringsOf, rangeOf } from './colouring.js';
import type { ExploredSet } from './exploration.js';
import { within } from './lasso.js';
import { type MapImage, mapPicture, type View } from './map-picture.js';
import { principalPlane } from './principal-plane.js';

/** A picture of a map, and what its colours mean. */
export interface ColouredMap {
  readonly image: MapImage;
  /** Values of the first and the last colour; null where colours have names. */
  readonly range: readonly [number, number] | null;
  /** Names of the colours, in their order; empty for measured values. */
  readonly names: readonly string[];
}

/** Environments of all sets along the two directions in which they differ most. */
export class EnvironmentMap {
  /** x y of one environment after the other. */
  readonly #plane: Float32Array;
  readonly #colourings: Readonly<Record<string, Colouring>>;
  /** Left, right, lower and upper end of all environments. */
  readonly bounds: readonly number[];

  private constructor(plane: Float32Array, colourings: Readonly<Record<string, Colouring>>) {
    this.#plane = plane;
    this.#colourings = colourings;
    this.bounds = boundsOf(plane);
  }

  /** @param sets at least one */
  static async of(sets: readonly ExploredSet[]): Promise<EnvironmentMap> {
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
   * @returns `undefined` for another
   */
  picture(view: View, colour: string): ColouredMap | undefined {
    const colouring = this.#colourings[colour];
    if (colouring === undefined) return undefined;
    const range = rangeOf(colouring);
    const { names } = colouring;
    const image = mapPicture(this.#plane, colouring, range, view);
    return { image, range: names.length > 0 ? null : range, names };
  }

  /** Environments within a polygon, x y of one corner after the other. */
  within(polygon: Float64Array): Uint32Array {
    return within(this.#plane, polygon);
  }
}

/** The view of so many pixels that shows all environments. */
export function wholeView(bounds: readonly number[], width: number, height: number): View {
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
