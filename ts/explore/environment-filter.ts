import type { Source } from '../model/structure.js';
import type { ExploredSet } from './exploration.js';
import { frameGroups } from './frame-groups.js';
import { placeOf } from './frame-places.js';
import { frameSearch } from './frame-search.js';

/** What environments must be to be shown; what is left out, or null, asks for nothing. */
export interface EnvironmentFilter {
  /** Number of their set. */
  readonly set?: number | null | undefined;
  /** One of these; none of them asks for nothing. */
  readonly elements?: readonly string[] | null | undefined;
  /** The first and the last frame, by their numbers in their files. */
  readonly frames?: readonly [number, number] | null | undefined;
  /** A key of frames and the name of a group. */
  readonly group?: readonly [key: string, name: string] | null | undefined;
  /** δH of the last set, in nats, both ends included. */
  readonly dH?: readonly [number, number] | null | undefined;
  /** What frames must say of themselves, see {@link frameSearch}. */
  readonly text?: string | null | undefined;
}

/** What passes a filter. */
export interface Passing {
  /** Of all sets one after the other, 1 for each environment that passes. */
  readonly rows: Uint8Array;
  readonly environments: number;
  /** Frames with one that passes, in their order, as set and frame. */
  readonly frames: readonly (readonly [set: number, frame: number])[];
}

/** How much passes a filter. */
export interface FilteredEnvironments {
  readonly environments: number;
  readonly frames: number;
  /** The first frames. */
  readonly listed: readonly { readonly set: number; readonly frame: number; readonly source: Source }[];
}

/** Frames that are listed of those that pass. */
const LISTED = 12;

/** Environments that are all that a filter asks for; null for a filter that asks for nothing. */
export function passing(sets: readonly ExploredSet[], filter: EnvironmentFilter): Passing | null {
  const { set: only, frames: range, group, dH: deltas, text = '' } = filter;
  const elements = filter.elements?.length ? new Set(filter.elements) : null;
  const hasText = (text ?? '').trim() !== '';
  if ([only, elements, range, group, deltas].every((one) => one == null) && !hasText) return null;
  const groups = group == null ? undefined : frameGroups(sets).find(({ key }) => key === group[0]);
  const number = group == null ? -1 : (groups?.names.indexOf(group[1]) ?? -1);
  const finds = frameSearch(text ?? '');
  const rows = new Uint8Array(sets.reduce((sum, { x }) => sum + x.rows, 0));
  const frames: (readonly [number, number])[] = [];
  let environments = 0;
  let first = 0;
  sets.forEach((set, at) => {
    const { x, structures, dH } = set;
    const isAsked = (only == null || only === at) && (deltas == null || at === sets.length - 1);
    for (let frame = 0; isAsked && frame < x.frames; frame++) {
      const place = placeOf(set, frame);
      if (range != null && !(place.frame >= range[0] && place.frame <= range[1])) continue;
      if (group != null && groups?.groups[at]?.[frame] !== number) continue;
      const { info = {}, species } = structures[frame] ?? {};
      if (hasText && !finds({ file: place.file, info })) continue;
      const [start, end] = [x.frameOffsets[frame] as number, x.frameOffsets[frame + 1] as number];
      const before = environments;
      for (let row = start; row < end; row++) {
        if (elements !== null && !elements.has(species?.[row - start] ?? '')) continue;
        const value = dH[row] as number;
        if (deltas != null && !(value >= deltas[0] && value <= deltas[1])) continue;
        rows[first + row] = 1;
        environments += 1;
      }
      if (environments > before) frames.push([at, frame]);
    }
    first += x.rows;
  });
  return { rows, environments, frames };
}

/** What a page says of what passes. */
export function filterSummary(
  { environments, frames }: Passing,
  sets: readonly ExploredSet[],
): FilteredEnvironments {
  const listed = frames.slice(0, LISTED).map(([set, frame]) => ({
    set,
    frame,
    source: placeOf(sets[set] as ExploredSet, frame),
  }));
  return { environments, frames: frames.length, listed };
}
