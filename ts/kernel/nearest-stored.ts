import { inCore, QuestsError } from '../base/error.js';
import { isLabelled, symbolOf } from '../base/species-mode.js';
import { checkComparable, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import { runJob } from '../run/job.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { throughLeaves } from './stored-pieces.js';
import type { EnvironmentPlace, StoredReference } from './stored-reference.js';

const NONE = new Float64Array(0);

/** The environment of a reference that is nearest to another. */
export interface NearestEnvironment extends EnvironmentPlace {
  /** Its number among those that the reference was made from. */
  readonly row: number;
  /** Distance of the descriptors, in their unit (1/Å). */
  readonly distance: number;
  /**
   * Environments that are stored as one with it: copies, and those that were merged. The distance
   * is that to their mean.
   */
  readonly alike: number;
}

/**
 * The environment of a stored reference that is nearest to one of y; of several, the first that was
 * given. Only leaves that may hold it are read; only those of atoms of the same element, where
 * these are told apart (`center`, `full`).
 *
 * @param y made as the reference
 * @param row of y
 * @throws {QuestsError} MISMATCH: made differently, or no environment of its element;
 *   INVALID_ARGUMENT: no such row; INVALID_FILE; FILE_ACCESS; BACKEND_UNAVAILABLE
 */
export async function nearestEnvironment(
  y: DescriptorMatrix,
  row: number,
  x: StoredReference,
  options: RunOptions = {},
): Promise<NearestEnvironment> {
  checkComparable(y, x);
  if (!Number.isSafeInteger(row) || row < 0 || row >= y.rows) {
    throw new QuestsError('INVALID_ARGUMENT', `row ${row} of a matrix of ${y.rows} rows`);
  }
  const { core } = await backendOf(options);
  const quiet = { ...options, onProgress: undefined };
  const [label = 0] = isLabelled(y.species) ? y.data.subarray(row * y.width) : [];
  const own = x.parts.find(({ part }) => part.label === null || part.label === label);
  if (own === undefined) {
    throw new QuestsError('MISMATCH', `${x.file} has no environment of ${symbolOf(label)}`);
  }
  const { part, width, rows: terms } = own;
  const query = y.data.slice((row + 1) * y.width - width, (row + 1) * y.width);
  const { axes, boxes } = part;
  const queries = inCore(() =>
    core.piece(query, width, core.project(axes, query, width), new Uint32Array(0), NONE),
  );
  const only = Uint32Array.of(0);
  let nearest = Float64Array.of(Infinity);
  const found = { number: -1, half: Infinity, alike: 1 };
  try {
    const first = inCore(() => core.farLeaves(queries, boxes, only, nearest, terms, NONE));
    await throughLeaves(core, own, first, quiet, async ({ piece }) => {
      const known = nearest;
      nearest = Float64Array.from(
        await runJob(() => core.nearestPiece(queries, piece, only, known), quiet, 'nearest'),
      );
    });
    const leaves = inCore(() => core.farLeaves(queries, boxes, only, nearest, terms, NONE));
    await throughLeaves(core, own, leaves, quiet, ({ piece, leaves: held }) => {
      const halves = inCore(() => core.halfSquaredDistances(piece, query));
      let at = 0;
      for (const { numbers, counts } of held) {
        for (const [place, number] of numbers.entries()) {
          const half = halves[at++] as number;
          if (half > found.half || (half === found.half && number > found.number)) continue;
          Object.assign(found, { number, half, alike: counts[place] ?? 1 });
        }
      }
      return Promise.resolve();
    });
  } finally {
    queries.free();
  }
  const given = await x.givenRow(found.number);
  const { half, alike } = found;
  return { row: given, distance: Math.sqrt(2 * half), alike, ...(await x.placeOf(given)) };
}
