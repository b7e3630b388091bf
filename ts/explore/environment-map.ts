import { QuestsError } from '../base/error.js';
import {
  FLAG,
  listOf,
  nullable,
  NUMBER,
  NUMBERS,
  optional,
  record,
  TEXT,
  typedArray,
} from '../base/kinds.js';
import { type Colouring, colouringsOf, type NamedColouring, rangeOf } from './colouring.js';
import { type DensityContour, densityContours } from './density-contours.js';
import type { ExploredSet } from './exploration.js';
import { type MapImage, mapPicture, type MapView } from './map-picture.js';
import { type Colour, kindColours, measuredColour, rampOf } from './palette.js';
import { pointsInPolygon } from './points-in-polygon.js';
import { PrincipalComponents } from './principal-components.js';

const FLOATS = typedArray('Float64Array');
const WHOLES = typedArray('Uint32Array');
const PASSES = nullable(typedArray('Uint8Array'));
const SETS = listOf(
  record('a set, as explore gives it', { x: record('a matrix', {}), dH: FLOATS }),
  'sets',
  1,
);
const VIEW = record('a view { x, y, scale, width, height }', {
  x: NUMBER,
  y: NUMBER,
  scale: NUMBER,
  scaleY: optional(NUMBER),
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

/** A line around the densest places of all environments, or of one kind in its colour. */
export interface MapContour extends DensityContour {
  /** Null for all environments. */
  readonly colour: Colour | null;
}

/** Kinds that have densities of their own at the most: more lines cross each other. */
const MOST_DENSITIES = 4;

/** What a legend leaves out: it is not seen, so it is not selected either. */
export interface HiddenKinds {
  /** One of the colours of the map. Default: nothing is left out. */
  readonly colour?: string | undefined;
  /** Numbers of its kinds that are left out. Default: none. */
  readonly hidden?: readonly number[] | undefined;
}

/** An environment in a view. */
export interface MapPoint {
  readonly row: number;
  /** In pixels. */
  readonly left: number;
  readonly top: number;
  readonly rgb: Colour;
  /** Those of higher rank lie on top. */
  readonly rank: number;
}

/** Where the environments of a map lie. */
export interface MapPlacement {
  /** Names of the values across and upwards, and what the axes are called, with units. */
  readonly x: string;
  readonly y: string;
  readonly titles: readonly [x: string, y: string];
  /** Left, right, lower and upper end of all environments. */
  readonly bounds: readonly number[];
  /** Whether a step across is as much as a step upwards: both are principal components. */
  readonly isEqual: boolean;
  /** Environments that lack one of the two values: they are not on the map. */
  readonly missing: number;
}

/** Principal components, by name. */
const COMPONENT = /^PC \d+$/;

/**
 * Environments of all sets along two values: at first, the two directions in which they differ
 * most.
 */
export class EnvironmentMap {
  readonly #colourings: ReadonlyMap<string, NamedColouring>;
  /** What was read. */
  readonly #read = new Map<string, Colouring>();
  readonly #ranges = new Map<Colouring, readonly [number, number]>();
  /** x y of one environment after the other. */
  #plane: Float32Array = new Float32Array(0);
  #placement: MapPlacement | undefined;
  #passes: Uint8Array | null = null;

  private constructor(colourings: ReadonlyMap<string, NamedColouring>) {
    // In plain JavaScript anybody may call this.
    if (!(colourings instanceof Map)) {
      throw new QuestsError('INVALID_ARGUMENT', 'an EnvironmentMap is made by EnvironmentMap.of(sets)');
    }
    this.#colourings = colourings;
    const [x, y = x] = this.axes.filter((name) => COMPONENT.test(name)) as [string, string?];
    this.place(x, y);
  }

  /** @param sets at least one */
  static async of(sets: readonly ExploredSet[]): Promise<EnvironmentMap> {
    SETS.judge(sets, 'sets');
    const [first, ...others] = sets as [ExploredSet];
    const components = await PrincipalComponents.of([first.x, ...others.map(({ x }: ExploredSet) => x)]);
    return new EnvironmentMap(colouringsOf(sets, components));
  }

  /** By what it can be coloured. */
  get colours(): string[] {
    return [...this.#colourings.keys()];
  }

  /** Along what it can lie: measured values, no names. */
  get axes(): string[] {
    return [...this.#colourings.values()].flatMap(({ name, isKind }) => (isKind ? [] : [name]));
  }

  /** Where environments lie now. */
  get placement(): MapPlacement {
    return this.#placement as MapPlacement;
  }

  /** Left, right, lower and upper end of all environments. */
  get bounds(): readonly number[] {
    return this.placement.bounds;
  }

  /**
   * Lays the environments along two values; those that lack one are not on the map.
   *
   * @param x one of {@link axes}, across
   * @param y one of them, upwards
   * @throws {QuestsError} INVALID_ARGUMENT: another name
   */
  place(x: string, y: string): MapPlacement {
    TEXT.judge(x, 'x');
    TEXT.judge(y, 'y');
    const titles = [x, y].map((name) => {
      const found = this.#colourings.get(name);
      if (found === undefined || found.isKind) {
        throw new QuestsError(
          'INVALID_ARGUMENT',
          `no axis "${name}", expected one of ${this.axes.join(', ')}`,
        );
      }
      return found.title;
    }) as [string, string];
    const [across, up] = [x, y].map((name) => (this.colouring(name) as Colouring).values) as [
      Float32Array,
      Float32Array,
    ];
    const plane = new Float32Array(2 * across.length);
    let missing = 0;
    for (let at = 0; at < across.length; at++) {
      const [left, high] = [across[at] as number, up[at] as number];
      const isThere = Number.isFinite(left) && Number.isFinite(high);
      if (!isThere) missing += 1;
      plane[2 * at] = isThere ? left : NaN;
      plane[2 * at + 1] = isThere ? high : NaN;
    }
    this.#plane = plane;
    const isEqual = COMPONENT.test(x) && COMPONENT.test(y);
    this.#placement = { x, y, titles, bounds: boundsOf(plane), isEqual, missing };
    return this.#placement;
  }

  /**
   * Leaves environments out of pictures and of what is selected on the map.
   *
   * @param passes of all sets one after the other, 1 for each that stays; null for all
   */
  filter(passes: Uint8Array | null): void {
    PASSES.judge(passes, 'passes');
    this.#passes = passes;
  }

  /** Whether an environment passes the filter. */
  passes(row: number): boolean {
    return this.#passes === null || this.#passes[row] === 1;
  }

  /** The value of an environment, by a name of {@link colours}: a number, or a name. */
  valueOf(row: number, name: string): number | string | undefined {
    const colouring = this.colouring(name);
    const value = colouring?.values[row];
    return value === undefined || colouring?.names.length === 0 ? value : colouring?.names[value];
  }

  /** Where an environment lies on the map; NaN where it lacks a value. */
  pointOf(row: number): readonly [number, number] {
    return [this.#plane[2 * row] ?? NaN, this.#plane[2 * row + 1] ?? NaN];
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
    const colouring = this.colouring(colour);
    if (colouring === undefined) return undefined;
    const range = this.#range(colouring);
    const { names } = colouring;
    const image = mapPicture(this.#plane, colouring, range, view, selected, this.#passes);
    const { isDark = false } = view;
    return names.length > 0
      ? { image, range: null, names, swatches: kindColours(names.length, isDark) }
      : { image, range, names, swatches: rampOf(isDark) };
  }

  /**
   * Lines around the densest places of a view: for a few kinds, those of each in its colour.
   *
   * @param colour one of {@link colours}
   */
  contours(view: MapView, colour: string): MapContour[] {
    VIEW.judge(view, 'view');
    TEXT.judge(colour, 'colour');
    const { names = [], values = new Float32Array(0) } = this.colouring(colour) ?? {};
    const shown = [...names.keys()].filter((kind) => !(view.hidden ?? []).includes(kind));
    const isEach = shown.length > 1 && shown.length <= MOST_DENSITIES;
    if (names.length === 0) return densityContours(this.#plane, view, this.#passes).map(ofAll);
    const passesOf = (kinds: ReadonlySet<number>): Uint8Array =>
      Uint8Array.from(values, (kind, row) => Number(kinds.has(kind) && this.passes(row)));
    if (!isEach) return densityContours(this.#plane, view, passesOf(new Set(shown))).map(ofAll);
    const colours = kindColours(names.length, view.isDark ?? false);
    return shown.flatMap((kind) =>
      densityContours(this.#plane, view, passesOf(new Set([kind])))
        .filter((_, at) => at % 2 === 0)
        .map((contour) => ({ ...contour, colour: colours[kind] as Colour })),
    );
  }

  /**
   * Environments that pass and lie in a view, and the colour of each.
   *
   * @param colour one of {@link colours}
   * @param most how many at the most
   * @returns `undefined` where there are more, or for another colour
   */
  pointsIn(view: MapView, colour: string, most: number): readonly MapPoint[] | undefined {
    VIEW.judge(view, 'view');
    TEXT.judge(colour, 'colour');
    NUMBER.judge(most, 'most');
    const { x, y, scale, scaleY = scale, width, height, hidden = [] } = view;
    const colouring = this.colouring(colour);
    if (colouring === undefined) return undefined;
    const { values, names, ranks } = colouring;
    const range = this.#range(colouring);
    const kinds = kindColours(names.length, view.isDark ?? false);
    const points: MapPoint[] = [];
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      if (!this.passes(row) || (names.length > 0 && hidden.includes(value))) continue;
      const left = ((this.#plane[2 * row] as number) - x) * scale + width / 2;
      const top = (y - (this.#plane[2 * row + 1] as number)) * scaleY + height / 2;
      if (!(left >= 0 && top >= 0 && left <= width && top <= height)) continue;
      if (points.length === most) return undefined;
      const isKind = names.length > 0;
      points.push({
        row,
        left,
        top,
        rgb: isKind ? (kinds[value] as Colour) : measuredColour(value, range, rampOf(view.isDark ?? false)),
        rank: isKind ? (ranks[value] ?? 0) : Number(!Number.isNaN(value)),
      });
    }
    return points.sort((a, b) => a.rank - b.rank);
  }

  /** Values of all environments by the name of a colour; `undefined` for another name. */
  colouring(name: string): Colouring | undefined {
    TEXT.judge(name, 'name');
    const known = this.#read.get(name) ?? this.#colourings.get(name)?.read();
    if (known !== undefined) this.#read.set(name, known);
    return known;
  }

  #range(colouring: Colouring): readonly [number, number] {
    const range = this.#ranges.get(colouring) ?? rangeOf(colouring.values);
    this.#ranges.set(colouring, range);
    return range;
  }

  /**
   * The environment nearest to a point; none where all are farther than `reach`.
   *
   * @param stretch how many times longer a step upwards is drawn than one across. Default: 1
   * @param kinds what is left out. Default: nothing
   */
  nearest(
    [x, y]: readonly [number, number],
    reach: number,
    stretch = 1,
    kinds: HiddenKinds = {},
  ): Uint32Array {
    NUMBERS.judge([x, y], 'point');
    NUMBER.judge(reach, 'reach');
    NUMBER.judge(stretch, 'stretch');
    const isSeen = this.#seen(kinds);
    let best = -1;
    let least = reach ** 2;
    for (let at = 0; at < this.#plane.length / 2; at++) {
      const across = (this.#plane[2 * at] as number) - x;
      const up = ((this.#plane[2 * at + 1] as number) - y) * stretch;
      const square = across * across + up * up;
      if (square <= least && isSeen(at)) [best, least] = [at, square];
    }
    return best < 0 ? new Uint32Array(0) : Uint32Array.of(best);
  }

  /**
   * Environments within a polygon, x y of one corner after the other.
   *
   * @param kinds what is left out. Default: nothing
   */
  inPolygon(polygon: Float64Array, kinds: HiddenKinds = {}): Uint32Array {
    FLOATS.judge(polygon, 'polygon');
    return pointsInPolygon(this.#plane, polygon).filter(this.#seen(kinds));
  }

  /** Whether an environment passes the filter, and is of no kind that is left out. */
  #seen({ colour = '', hidden = [] }: HiddenKinds): (row: number) => boolean {
    TEXT.judge(colour, 'colour');
    NUMBERS.judge(hidden, 'hidden');
    const colouring = this.colouring(colour);
    if (colouring === undefined) return (row) => this.passes(row);
    const { values, names } = colouring;
    const isHidden = names.map((_, kind) => hidden.includes(kind));
    return (row) => this.passes(row) && isHidden[values[row] as number] !== true;
  }
}

const ofAll = (contour: DensityContour): MapContour => ({ ...contour, colour: null });

/**
 * The view of so many pixels that shows all environments.
 *
 * @param isEqual whether a step across is as long as one upwards. Default: yes
 */
export function wholeView(bounds: readonly number[], width: number, height: number, isEqual = true): MapView {
  const [left = 0, right = 1, bottom = 0, top = 1] = bounds;
  const [across, up] = [width / (right - left || 1), height / (top - bottom || 1)];
  const scale = 0.95 * (isEqual ? Math.min(across, up) : across);
  const middle = { x: (left + right) / 2, y: (bottom + top) / 2 };
  return isEqual
    ? { ...middle, scale, width, height }
    : { ...middle, scale, scaleY: 0.95 * up, width, height };
}

function boundsOf(points: Float32Array): number[] {
  const bounds = [Infinity, -Infinity, Infinity, -Infinity];
  points.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    const low = at % 2 === 0 ? 0 : 2;
    bounds[low] = Math.min(bounds[low] as number, value);
    bounds[low + 1] = Math.max(bounds[low + 1] as number, value);
  });
  return bounds.every(Number.isFinite) ? bounds : [0, 1, 0, 1];
}
