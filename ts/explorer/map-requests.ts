import { QuestsError } from '../base/error.js';
import { filterSummary, passing } from '../explore/environment-filter.js';
import type { ColouredMap, EnvironmentMap } from '../explore/environment-map.js';
import type { ExploredSet } from '../explore/exploration.js';
import { pointedEnvironment } from '../explore/pointed-environment.js';
import { mapSvg } from '../report/map-svg.js';
import type { ExploreReply, ExploreRequest } from './protocol.js';

/** What a page asks of its map. */
export type MapRequest = Extract<ExploreRequest, { do: 'map' | 'place' | 'filter' | 'point' | 'save-map' }>;

/** The map, and what is selected. */
interface Mapped {
  readonly sets: readonly ExploredSet[];
  readonly map: EnvironmentMap;
  readonly selected: Uint32Array;
}

/**
 * Answers what a page asks of its map.
 *
 * @param rangeOf values of δH of a set that have the first and the last colour
 * @throws {QuestsError} INVALID_ARGUMENT: no such colour or axis
 */
export async function answerMap(
  { sets, map, selected }: Mapped,
  request: MapRequest,
  rangeOf: (set: number) => readonly [number, number],
): Promise<ExploreReply> {
  switch (request.do) {
    case 'map': {
      const { view, colour, hasContours = false } = request;
      const picture = pictureOf(map, view, colour, selected);
      return { is: 'map', ...picture, contours: hasContours ? map.contours(view, colour) : [] };
    }
    case 'place':
      return { is: 'placed', placement: map.place(request.x, request.y) };
    case 'filter': {
      const found = passing(sets, request.filter);
      map.filter(found?.rows ?? null);
      return { is: 'filtered', filtered: found === null ? null : filterSummary(found, sets) };
    }
    case 'point': {
      const { point, reach, stretch, colour, isDark = false } = request;
      const [row] = map.nearest(point, reach, stretch, request);
      if (row === undefined) return { is: 'pointed', pointed: null, at: [NaN, NaN], value: null };
      const value = map.valueOf(row, colour) ?? null;
      const pointed = pointedEnvironment(sets, row, rangeOf, isDark);
      return { is: 'pointed', pointed, at: map.pointOf(row), value };
    }
    case 'save-map': {
      const { view, colour, hasContours } = request;
      pictureOf(map, { ...view, width: 1, height: 1 }, colour, selected);
      const svg = await mapSvg(map, view, colour, { selected, hasContours });
      return { is: 'file', what: 'map', name: 'map.svg', blob: new Blob([svg], { type: 'image/svg+xml' }) };
    }
  }
}

function pictureOf(
  map: EnvironmentMap,
  view: Parameters<EnvironmentMap['picture']>[0],
  colour: string,
  selected: Uint32Array,
): ColouredMap {
  const picture = map.picture(view, colour, selected);
  if (picture === undefined) throw noColour(colour, map);
  return picture;
}

/** Says by what a map can be coloured. */
export function noColour(colour: string, { colours }: EnvironmentMap): QuestsError {
  const problem = `no colours by "${colour}", expected one of ${colours.join(', ')}`;
  return new QuestsError('INVALID_ARGUMENT', problem);
}
