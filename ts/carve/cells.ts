import { cross, dot, type Vector } from '../model/cell.js';
import { type Basis, bases } from './bases.js';
import type { Contacts } from './contacts.js';
import { type Cut, cutCell, cutSlab } from './cut.js';
import { PointGrid } from './point-grid.js';
import type { CarveSettings } from './settings.js';
import { placeOf, type Surroundings } from './surroundings.js';
import { translations } from './translations.js';

/** A cut, and whether the surroundings repeat by its cell. */
export interface Candidate {
  readonly cut: Cut;
  readonly boundary: 'commensurate' | 'cut';
}

/** Cells that are tried for a centre. */
const MOST_TRIED = 12;

/** Radius of the ball whose centroid tells a surface, and how far that may be off, in Å. */
const BALL = 6;
const OFF_CENTER = 0.7;

/** Depth at which the density below a surface is that of the bulk; the thinnest slab; in Å. */
const DEPTH = 5.5;
const LEAST_THICKNESS = 7;

/** Lengths of translations, over the edge of a cube of as many atoms as there may be. */
const SHORTEST = 0.55;
const LONGEST = 1.3;

/** Boxes where nothing repeats, by their share of the atoms that there may be. */
const SHARES = [1, 0.9, 0.8, 0.7];

/** Lengths in the surroundings of an atom. */
export interface Scales {
  /** Distance of neighbours: the median of those next to the centre, in Å. */
  readonly spacing: number;
  /** Volume of an atom, in Å³. */
  readonly volume: number;
  /** A unit vector out of a surface; undefined in the bulk. */
  readonly outward: Vector | undefined;
}

/** Lengths in the surroundings of an atom, from atoms within twice the cutoff. */
export function scalesOf(around: Surroundings): Scales {
  const grid = new PointGrid(around.positions, 3);
  const inner = grid.within([0, 0, 0], BALL);
  const nearest = inner.map(({ point }) => {
    const place = placeOf(around, point);
    const others = grid.within(place, BALL).filter((other) => other.point !== point);
    return others.reduce((least, { squared }) => Math.min(least, squared), Infinity);
  });
  const spacing = Math.sqrt(nearest.sort((one, two) => one - two)[nearest.length >> 1] ?? Infinity);
  const center = [0, 1, 2].map(
    (axis) =>
      inner.reduce((sum, { point }) => sum + (around.positions[3 * point + axis] as number), 0) /
      inner.length,
  ) as unknown as Vector;
  const off = Math.sqrt(dot(center, center));
  const outward = off > OFF_CENTER ? (center.map((x) => -x / off) as unknown as Vector) : undefined;
  const middle = (outward ?? [0, 0, 0]).map((x) => -DEPTH * x) as unknown as Vector;
  const radius = outward === undefined ? around.radius : around.radius - DEPTH;
  const count = grid.within(middle, radius).length;
  return { spacing, volume: (4 / 3) * Math.PI * (radius ** 3 / Math.max(1, count)), outward };
}

/**
 * Periodic cells around a centre, those that are to be tried first first: the smallest whose
 * images are out of reach of each other's environments; where there are none, the widest.
 *
 * @param reach of the centre's environment, in Å
 */
export function* cellsAround(
  around: Surroundings,
  contacts: Contacts,
  {
    scales,
    reach,
    settings,
  }: { readonly scales: Scales; readonly reach: number; readonly settings: CarveSettings },
): Generator<Candidate, void, undefined> {
  const { maxAtoms: most, cutoff } = settings;
  const { spacing, volume, outward } = scales;
  const edge = Math.cbrt(most * volume);
  const vectors = translations(around, { spacing, shortest: SHORTEST * edge, longest: LONGEST * edge });
  if (outward === undefined) {
    // Counts of atoms in a ball are off by some per cent.
    const found = bases(vectors, { per: volume, most: 1.1 * most * volume, dimensions: 3 });
    const cuts = ordered(
      found,
      ({ shortest }) => shortest >= 2 * reach,
      ({ shortest }) => shortest,
    )
      .map((basis) => cutCell(around, basis, contacts))
      .filter(({ atoms }) => atoms.length <= most);
    yield* cuts.slice(0, MOST_TRIED).map((cut): Candidate => ({ cut, boundary: 'commensurate' }));
    if (cuts.length === 0) yield* boxes(around, contacts, most, volume);
    return;
  }
  const slab = (basis: Basis): Cut | undefined => cutSlab(around, basis, contacts, { outward, most, cutoff });
  const depthOf = ({ measure }: Basis): number => (most * volume) / measure;
  const planes = bases(vectors, {
    per: volume / LEAST_THICKNESS,
    most: (most * volume) / LEAST_THICKNESS,
    dimensions: 2,
  }).filter(({ vectors: [a, b] }) => isAlong(a as Vector, b as Vector, outward));
  const slabs = ordered(
    planes,
    () => false,
    (basis) => Math.min(basis.shortest, depthOf(basis)),
  ).flatMap((basis) => slab(basis) ?? []);
  yield* slabs.slice(0, MOST_TRIED).map((cut): Candidate => ({ cut, boundary: 'commensurate' }));
  if (slabs.length > 0) return;
  const side = Math.sqrt((most * volume) / Math.min(edge, 2 * reach));
  const cut = slab(plane(outward, side));
  if (cut !== undefined) yield { cut, boundary: 'cut' };
}

/** Cubes, of about the density of the surroundings. */
function* boxes(
  around: Surroundings,
  contacts: Contacts,
  most: number,
  volume: number,
): Generator<Candidate, void, undefined> {
  for (const share of SHARES) {
    const edge = Math.cbrt(share * most * volume);
    const vectors: Vector[] = [
      [edge, 0, 0],
      [0, edge, 0],
      [0, 0, edge],
    ];
    const cut = cutCell(around, { vectors, measure: edge ** 3, shortest: edge }, contacts);
    if (cut.atoms.length <= most) yield { cut, boundary: 'cut' };
  }
}

/** Those that will do, as they come; then the others, the best first. */
function ordered(
  found: readonly Basis[],
  willDo: (basis: Basis) => boolean,
  worth: (basis: Basis) => number,
): Basis[] {
  const rest = found.filter((basis) => !willDo(basis));
  return [...found.filter(willDo), ...rest.sort((one, two) => worth(two) - worth(one))];
}

/** Whether a plane is about that of a surface. */
function isAlong(a: Vector, b: Vector, outward: Vector): boolean {
  const normal = cross(a, b);
  return Math.abs(dot(normal, outward)) > 0.8 * Math.sqrt(dot(normal, normal));
}

/** A square across a direction. */
function plane(outward: Vector, side: number): Basis {
  const least = outward.map(Math.abs).reduce((at, x, axis, all) => (x < (all[at] as number) ? axis : at), 0);
  const axis = [0, 1, 2].map((at) => (at === least ? 1 : 0)) as unknown as Vector;
  const first = cross(outward, axis);
  const length = Math.sqrt(dot(first, first));
  const a = first.map((x) => (x * side) / length) as unknown as Vector;
  return { vectors: [a, cross(outward, a)], measure: side * side, shortest: side };
}
