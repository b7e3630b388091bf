import type { Vector } from '../model/cell.js';

/** Points in space, sorted into cubes, so that those near a place are found without the others. */
export class PointGrid {
  readonly #positions: Float64Array;
  readonly #edge: number;
  readonly #cubes = new Map<number, number[]>();

  /**
   * @param positions x y z of one point after the other
   * @param edge of the cubes; radii up to it are searched fastest
   */
  constructor(positions: Float64Array, edge: number) {
    this.#positions = positions;
    this.#edge = edge;
    for (let point = 0; point < positions.length / 3; point++) {
      const key = keyOf(this.#cubeOf([0, 1, 2].map((axis) => positions[3 * point + axis] as number)));
      const cube = this.#cubes.get(key);
      if (cube === undefined) this.#cubes.set(key, [point]);
      else cube.push(point);
    }
  }

  /** The points within a radius of a place, in no order. */
  within(place: Vector, radius: number): { readonly point: number; readonly squared: number }[] {
    const low = this.#cubeOf(place.map((x) => x - radius));
    const high = this.#cubeOf(place.map((x) => x + radius));
    const found: { readonly point: number; readonly squared: number }[] = [];
    for (let x = low[0]; x <= high[0]; x++) {
      for (let y = low[1]; y <= high[1]; y++) {
        for (let z = low[2]; z <= high[2]; z++) {
          for (const point of this.#cubes.get(keyOf([x, y, z])) ?? []) {
            const squared = this.#squared(point, place);
            if (squared <= radius * radius) found.push({ point, squared });
          }
        }
      }
    }
    return found;
  }

  /** The point nearest to a place, of those within a radius; undefined where there is none. */
  nearest(
    place: Vector,
    radius: number,
    isWanted: (point: number) => boolean,
  ): { readonly point: number; readonly squared: number } | undefined {
    return this.within(place, radius)
      .filter(({ point }) => isWanted(point))
      .reduce<{ point: number; squared: number } | undefined>(
        (best, next) => (best === undefined || next.squared < best.squared ? next : best),
        undefined,
      );
  }

  #cubeOf(place: readonly number[]): [number, number, number] {
    const cube = (axis: number): number => Math.floor((place[axis] as number) / this.#edge);
    return [cube(0), cube(1), cube(2)];
  }

  #squared(point: number, [x, y, z]: Vector): number {
    const dx = (this.#positions[3 * point] as number) - x;
    const dy = (this.#positions[3 * point + 1] as number) - y;
    const dz = (this.#positions[3 * point + 2] as number) - z;
    return dx * dx + dy * dy + dz * dz;
  }
}

/** Cubes of a place in three numbers as one; all lie within 1024 cubes of the middle. */
function keyOf([x, y, z]: readonly [number, number, number]): number {
  return ((x + 1024) * 2048 + y + 1024) * 2048 + z + 1024;
}
