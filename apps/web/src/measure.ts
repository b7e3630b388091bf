import { plainText } from 'quests/explore';

/** What atoms that were picked are apart. */
export interface Measured {
  /** In Å: from the first to the second, and from there to the third. */
  readonly distances: readonly number[];
  /** At the second of three, in degrees; null for two. */
  readonly angle: number | null;
}

/** Distances and the angle of two or three atoms as they are drawn, at x y z of each. */
export function measured(places: readonly (readonly number[])[]): Measured {
  const vectors = places.slice(1).map((to, at) => to.map((value, axis) => value - (places[at]?.[axis] ?? 0)));
  const distances = vectors.map((vector) => Math.hypot(...vector));
  const [first, second] = vectors;
  if (first === undefined || second === undefined) return { distances, angle: null };
  const along = first.reduce((sum, value, axis) => sum - value * (second[axis] ?? 0), 0);
  const cosine = along / ((distances[0] ?? 1) * (distances[1] ?? 1));
  return { distances, angle: (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI };
}

/** The same in words, and what to do next. */
export function measuredText(atoms: readonly number[], places: readonly (readonly number[])[]): string {
  if (atoms.length === 0) return 'Pick two atoms for a distance, a third for an angle.';
  if (atoms.length === 1) return `Atom ${atoms[0] ?? ''}: pick another.`;
  const { distances, angle } = measured(places);
  const pairs = distances.map(
    (distance, at) =>
      `${atoms[at] ?? ''}–${atoms[at + 1] ?? ''}: ${plainText(Number(distance.toFixed(3)))} Å`,
  );
  const text = `Distance of atoms ${pairs.join(', ')}`;
  if (angle === null) return `${text}. Pick a third for an angle.`;
  return `${text}; angle at atom ${atoms[1] ?? ''}: ${angle.toFixed(2)}°.`;
}
