import type { CoreModule } from '../backend/backend.js';
import { inCore, BadFramesError } from '../base/error.js';
import { flatten } from '../model/flatten.js';
import type { Structure } from '../model/structure.js';

/** Positions of the atoms of one structure, and the rows of its cell, in Å. */
export interface Configuration {
  readonly positions: Float64Array;
  readonly cell: Float64Array;
}

/** Two atoms, or an atom and an image of it. */
export interface ClosestPair {
  /** Å. */
  readonly distance: number;
  readonly atoms: readonly [number, number];
}

/** The closest two atoms, images included; undefined where none are within the radius (Å). */
export function closestPair(
  core: CoreModule,
  { positions, cell }: Configuration,
  pbc: number,
  radius: number,
): ClosestPair | undefined {
  const [distance, one, other] = inCore(() => core.closestPair(positions, cell, pbc, radius));
  if (distance === undefined || one === undefined || other === undefined) return undefined;
  return { distance, atoms: [one, other] };
}

/**
 * Refuses a structure in which atoms are closer than a distance, in Å.
 *
 * @throws {QuestsError} INVALID_STRUCTURE, naming both atoms
 */
export function checkDistance(core: CoreModule, structure: Structure, least: number): void {
  if (least === 0) return;
  const { positions, cells, pbc } = flatten([structure], null);
  const pair = closestPair(core, { positions, cell: cells }, pbc[0] as number, least);
  if (pair === undefined || pair.distance >= least) return;
  const [one, other] = pair.atoms;
  const who = one === other ? `atom ${one} and an image of it` : `atoms ${one} and ${other}`;
  const problem =
    `${who} are ${pair.distance.toFixed(4)} Å apart, closer than the minimum distance ` + `${least} Å`;
  throw new BadFramesError('INVALID_STRUCTURE', [{ frame: 0, atom: one, problem }]);
}
