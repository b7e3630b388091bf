import { cross, dot, type Vector } from '../model/cell.js';
import type { Structure } from '../model/structure.js';
import { type Basis, imagesOf } from './bases.js';
import type { Contacts } from './contacts.js';
import { placeOf, type Surroundings } from './surroundings.js';

/** Atoms cut out of a structure, the centre first. */
export interface Cut {
  /** Positions, species, and a cell where it is periodic. */
  readonly structure: Structure;
  /** Which atom of the structure each of them was. */
  readonly atoms: Uint32Array;
  /** Distance of each from the centre, where it was cut out, in Å. */
  readonly distances: Float64Array;
}

/** An atom may lie so much beyond the middle between the centre and an image of it. */
const BEYOND = 1.1;

/** Of a slab, the share of its atoms below which its lower face is not searched. */
const LEAST_SLAB = 0.75;

/** Least vacuum above a slab, in Å: what calculations with plane waves take. */
const LEAST_VACUUM = 12;

/**
 * The atoms that are nearer to the centre than to its images: a cell of full periods. Where an atom
 * and an image of another would be too close, as on its faces, the nearer to the centre stays.
 */
export function cutCell(around: Surroundings, { vectors }: Basis, contacts: Contacts): Cut {
  const kept = keptAtoms(around, vectors, (place) => place, contacts);
  return cutOf(around, kept, vectors);
}

/**
 * A slab: what {@link cutCell} keeps along a surface, from the outermost atom down, so many atoms.
 *
 * @param outward a direction that leads out of the surface
 * @param most atoms
 */
export function cutSlab(
  around: Surroundings,
  { vectors }: Basis,
  contacts: Contacts,
  { outward, most, cutoff }: { readonly outward: Vector; readonly most: number; readonly cutoff: number },
): Cut | undefined {
  const [a, b] = vectors as [Vector, Vector];
  const across = cross(a, b);
  const sign = Math.sign(dot(across, outward)) / Math.sqrt(dot(across, across));
  const normal = across.map((x) => x * sign) as unknown as Vector;
  const heightOf = (at: number): number => dot(placeOf(around, at), normal);
  const inPlane = (place: Vector): Vector => {
    const height = dot(place, normal);
    return place.map((x, axis) => x - height * (normal[axis] as number)) as unknown as Vector;
  };
  const kept = keptAtoms(around, vectors, inPlane, contacts).sort(
    (one, two) => heightOf(two) - heightOf(one),
  );
  const count = slabSize(kept.map(heightOf), most);
  const slab = kept.slice(0, count);
  if (!slab.includes(0)) return undefined;
  const thickness = heightOf(slab[0] as number) - heightOf(slab.at(-1) as number);
  const height = thickness + Math.max(LEAST_VACUUM, 2 * cutoff);
  const up = normal.map((x) => x * height) as unknown as Vector;
  return cutOf(around, slab, [a, b, up]);
}

/** The nearest atoms, with nothing around them. */
export function cutCluster(around: Surroundings, most: number): Cut {
  const count = Math.min(most, around.atoms.length);
  return cutOf(
    around,
    Array.from({ length: count }, (_, at) => at),
    undefined,
  );
}

function keptAtoms(
  around: Surroundings,
  vectors: readonly Vector[],
  seen: (place: Vector) => Vector,
  contacts: Contacts,
): number[] {
  const images = imagesOf(vectors);
  const halves = images.map((image) => (BEYOND * dot(image, image)) / 2);
  const kept: number[] = [];
  for (let at = 0; at < around.atoms.length; at++) {
    const place = placeOf(around, at);
    const from = seen(place);
    if (images.some((image, of) => dot(from, image) > (halves[of] as number))) continue;
    const isFree = kept.every((other) => {
      const to = placeOf(around, other);
      const least = contacts.seam(at, other);
      return images.every((image) => {
        const gap: Vector = [
          place[0] - to[0] - image[0],
          place[1] - to[1] - image[1],
          place[2] - to[2] - image[2],
        ];
        return dot(gap, gap) >= least * least;
      });
    });
    if (isFree) kept.push(at);
  }
  return kept;
}

/** Atoms of a slab, at most so many: its lower face lies in the widest gap of the last quarter. */
function slabSize(heights: readonly number[], most: number): number {
  if (heights.length <= most) return heights.length;
  let [count, widest] = [most, 0];
  for (let size = Math.ceil(LEAST_SLAB * most); size <= most; size++) {
    const gap = (heights[size - 1] as number) - (heights[size] as number);
    // Of gaps that are as wide the lower one leaves more of the slab.
    if (gap >= widest - 1e-3) [count, widest] = [size, Math.max(gap, widest)];
  }
  return count;
}

function cutOf(around: Surroundings, kept: readonly number[], vectors: readonly Vector[] | undefined): Cut {
  const order = kept.includes(0) ? [0, ...kept.filter((at) => at !== 0)] : kept;
  const places = order.map((at) => placeOf(around, at));
  // Cells of DFT codes are right-handed.
  const [a, b, c] = vectors ?? [];
  const isLeft = a && b && c && dot(a, cross(b, c)) < 0;
  const rows = vectors && (isLeft ? [b, a, c] : vectors);
  return {
    structure: {
      positions: Float64Array.from(places.flat()),
      ...(rows && { cell: rows.flat() }),
      pbc: rows === undefined ? [false, false, false] : [true, true, true],
      ...(around.species && { species: order.map((at) => around.species?.[at] ?? '') }),
    },
    atoms: Uint32Array.from(order, (at) => around.atoms[at] as number),
    distances: Float64Array.from(places, (place) => Math.sqrt(dot(place, place))),
  };
}
