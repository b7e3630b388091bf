import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readStructures, type Structure } from 'quests';
import { SHARED } from './files.js';
import { normalNumbers } from './random.js';

/** Standard deviation of a rattle, in Å. */
const RATTLE = 0.05;

/** A crystal of `cells` cells along each axis, every atom displaced at random. */
function crystal(edge: number, basis: readonly number[], cells: readonly number[], seed: number): Structure {
  const [nx = 1, ny = 1, nz = 1] = cells;
  const normal = normalNumbers(seed);
  const positions = new Float64Array(basis.length * nx * ny * nz);
  let at = 0;
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++) {
        for (let b = 0; b < basis.length; b += 3) {
          positions[at++] = edge * (x + (basis[b] as number)) + RATTLE * normal();
          positions[at++] = edge * (y + (basis[b + 1] as number)) + RATTLE * normal();
          positions[at++] = edge * (z + (basis[b + 2] as number)) + RATTLE * normal();
        }
      }
    }
  }
  const cell = Float64Array.of(edge * nx, 0, 0, 0, edge * ny, 0, 0, 0, edge * nz);
  return { positions, cell, species: new Array<string>(positions.length / 3).fill('Cu') };
}

/** One rattled cell of fcc copper: 4·cells³ atoms. */
export function copper(cells: number, seed: number): Structure {
  return crystal(3.615, [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0], [cells, cells, cells], seed);
}

/** 1,000 atoms of rattled bcc copper. */
export function thousandAtoms(): Structure {
  return crystal(2.87, [0, 0, 0, 0.5, 0.5, 0.5], [10, 10, 5], 6);
}

/** All structures of all files of a folder of the shared data, in the order of their names. */
export async function sharedStructures(folder: string): Promise<Structure[]> {
  const path = join(SHARED, folder);
  const files = readdirSync(path).filter((file) => file.endsWith('xyz'));
  const frames: Structure[] = [];
  for (const file of files.sort()) {
    for await (const { positions, cell, pbc } of readStructures(join(path, file))) {
      frames.push({ positions, ...(cell && { cell }), ...(pbc && { pbc }) });
    }
  }
  return frames;
}

/** A copy with every atom displaced at random. */
export function rattled(frame: Structure, normal: () => number): Structure {
  return { ...frame, positions: frame.positions.map((coordinate) => coordinate + RATTLE * normal()) };
}

/** Copies of the frames, each with a rattle of its own, until there are `atoms` atoms. */
export function replicas(frames: readonly Structure[], atoms: number, seed: number): Structure[] {
  const normal = normalNumbers(seed);
  const copies: Structure[] = [];
  for (let count = 0, at = 0; count < atoms; at++) {
    const copy = rattled(frames[at % frames.length] as Structure, normal);
    copies.push(copy);
    count += copy.positions.length / 3;
  }
  return copies;
}
