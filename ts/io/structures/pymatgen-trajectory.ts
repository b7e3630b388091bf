import { invalidFile, type FilePlace } from '../text/fault.js';
import { isObject, type JsonObject, plainList } from './pymatgen-site.js';

/** Whether an object is a `Trajectory` of pymatgen. */
export function isTrajectory(value: JsonObject): boolean {
  return value['@class'] === 'Trajectory' && Array.isArray(value.species) && coordinates(value) !== undefined;
}

/**
 * A `Trajectory` of pymatgen, as {@link TrajectoryFrames} of the same atoms. Versions before 2022
 * call the coordinates `frac_coords`, and have a list of values for each name of
 * `frame_properties`; later ones a list of names and values.
 */
export class TrajectoryFrames {
  readonly count: number;
  private readonly value: JsonObject;
  private readonly coords: readonly unknown[];

  /** @throws {QuestsError} INVALID_FILE for coordinates that are not those of frames and atoms */
  constructor(value: JsonObject, place: FilePlace) {
    const coords = coordinates(value) ?? [];
    const atoms = (value.species as readonly unknown[]).length;
    for (const [frame, rows] of coords.entries()) {
      if (Array.isArray(rows) && rows.length === atoms) continue;
      throw invalidFile(place, `expected coordinates of ${atoms} atoms in frame ${frame} of the trajectory`);
    }
    const lattice = plainList(value.lattice) ?? [];
    if (isOfEach(lattice) && lattice.length !== 1 && lattice.length !== coords.length) {
      const found = `found ${lattice.length}`;
      throw invalidFile(place, `expected a lattice for each of ${coords.length} frames, ${found}`);
    }
    this.value = value;
    this.coords = value.coords_are_displacement === true ? summed(value, coords, place) : coords;
    this.count = coords.length;
  }

  /** A frame as pymatgen writes a structure, or a molecule where the trajectory has no lattice. */
  structure(frame: number): JsonObject {
    const { species } = this.value as { species: readonly unknown[] };
    const lattice = this.lattice(frame);
    const properties = itemOf(this.value.site_properties, frame);
    const columns = Object.entries(isObject(properties) ? properties : {}).map(
      ([name, values]) => [name, plainList(values)] as const,
    );
    const rows = this.coords[frame] as readonly unknown[];
    const sites = rows.map((row, atom) => ({
      species: [speciesOf(species[atom])],
      [lattice === undefined ? 'xyz' : 'abc']: row,
      properties: Object.fromEntries(columns.map(([name, values]) => [name, values?.[atom]])),
    }));
    return { ...(lattice !== undefined && { lattice: { matrix: lattice } }), sites };
  }

  /** Values of a frame, and those of the trajectory that hold for each. */
  values(frame: number): JsonObject {
    const { frame_properties: properties, charge, time_step: timeStep } = this.value;
    return {
      ...(typeof charge === 'number' && { charge }),
      ...(typeof timeStep === 'number' && { time_step: timeStep }),
      ...(isObject(properties)
        ? Object.fromEntries(
            Object.entries(properties).map(([name, values]) => [name, plainList(values)?.[frame]]),
          )
        : (itemOf(properties, frame) as JsonObject | undefined)),
    };
  }

  /** The three vectors of a frame: of all frames, or of each. */
  private lattice(frame: number): unknown {
    const lattice = plainList(this.value.lattice);
    if (lattice === undefined || !isOfEach(lattice)) return lattice;
    return lattice[lattice.length === 1 ? 0 : frame];
  }
}

function coordinates(value: JsonObject): readonly unknown[] | undefined {
  return plainList(value.coords ?? value.frac_coords);
}

/** Whether there is a lattice of each frame, or one within another list. */
function isOfEach([first]: readonly unknown[]): boolean {
  return Array.isArray(first) && Array.isArray(first[0]);
}

/** What a list says of a frame; what is no list holds for all. */
function itemOf(value: unknown, frame: number): unknown {
  const list = plainList(value);
  return list === undefined ? value : list[frame];
}

/** A species with the key that sites have: pymatgen may write an element as text. */
function speciesOf(value: unknown): unknown {
  return typeof value === 'string' ? { element: value.replace(/\d*\.?\d*[+-]$/, '') } : value;
}

/** Coordinates from displacements, each from the frame before: their sum, on top of the first. */
function summed(value: JsonObject, coords: readonly unknown[], place: FilePlace): number[][][] {
  const numbers = (rows: unknown): readonly number[][] => {
    const list = plainList(rows);
    const isRow = (row: unknown): row is number[] =>
      Array.isArray(row) && row.length === 3 && row.every((number) => typeof number === 'number');
    if (list?.every(isRow) === true) return list;
    throw invalidFile(place, 'expected three numbers for each atom in base_positions and coords');
  };
  const base = numbers(value.base_positions);
  const sums = base.map(() => [0, 0, 0]);
  return coords.map((rows) =>
    numbers(rows).map((row, atom) => {
      const sum = sums[atom] ?? [];
      return row.map((step, axis) => {
        sum[axis] = (sum[axis] as number) + step;
        return (base[atom]?.[axis] ?? NaN) + sum[axis];
      });
    }),
  );
}
