import type { TrajectoryRow } from '../../faces/node/analysis.js';
import { columnOf, type MissingOfFrames, missingOfFrames } from './frame-rows.js';
import { missingKeys, missingLines } from './missing-elements.js';

/** Lines of a result that name elements of frames which references lack. */
export function missingFrameLines(rows: readonly TrajectoryRow[], toldApart: boolean): string[] {
  return missingOfFrames(rows).flatMap(({ reference, elements, environments, all }) =>
    missingLines(
      elements,
      toldApart ? environments : null,
      all,
      reference === '' ? undefined : `${reference} lacks`,
    ),
  );
}

/** Keys of JSON that say so; those of a reference with a name begin with it, as columns do. */
export function missingFrameKeys(
  rows: readonly TrajectoryRow[],
  toldApart: boolean,
): Record<string, unknown> {
  const keysOf = ({ reference, elements, environments }: MissingOfFrames): [string, unknown][] =>
    Object.entries(missingKeys(elements, toldApart ? environments : null)).map(([key, value]) => [
      columnOf(reference, key),
      value,
    ]);
  return Object.fromEntries(missingOfFrames(rows).flatMap(keysOf));
}
