import type { Drawn } from './structure-scene.js';

/** How often a cell is drawn along a, b and c. */
export type Repeats = readonly [number, number, number];

/** Atoms that are drawn at the most. */
export const MOST_DRAWN = 500_000;

/**
 * A frame and its periodic images: those of the cell itself come first, so an atom `i` of `n` has
 * the images `i`, `i + n`, …. Without a cell that repeats, or where there would be more than
 * 500,000 atoms, the frame alone.
 */
export function withImages(drawn: Drawn, [a, b, c]: Repeats): Drawn {
  const { positions, colours, radii, bonds, cell } = drawn;
  const atoms = radii.length;
  const images = a * b * c;
  if (cell === null || images === 1 || atoms * images > MOST_DRAWN) return drawn;
  const out = {
    positions: new Float32Array(3 * atoms * images),
    colours: new Uint8Array(3 * atoms * images),
    radii: new Float32Array(atoms * images),
    bonds: { atoms: new Uint32Array(bonds.atoms.length * images) },
  };
  for (let image = 0; image < images; image++) {
    const steps = [image % a, Math.floor(image / a) % b, Math.floor(image / (a * b))];
    const shift = [0, 1, 2].map((axis) =>
      steps.reduce((sum, step, row) => sum + step * (cell[3 * row + axis] as number), 0),
    );
    const first = 3 * atoms * image;
    positions.forEach((value, at) => (out.positions[first + at] = value + (shift[at % 3] as number)));
    out.colours.set(colours, first);
    out.radii.set(radii, atoms * image);
    const bond = bonds.atoms.length * image;
    bonds.atoms.forEach((atom, at) => (out.bonds.atoms[bond + at] = atom + atoms * image));
  }
  return { ...drawn, ...out };
}

/** All images of some atoms of a frame of so many, of which so many are drawn. */
export function imagesOf(selected: Uint32Array, atoms: number, drawn: number): Uint32Array {
  if (drawn <= atoms) return selected;
  const images = Array.from({ length: drawn / atoms }, (_, image) => image * atoms);
  return Uint32Array.from(images.flatMap((first) => Array.from(selected, (atom) => first + atom)));
}
