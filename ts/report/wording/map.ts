import type { FilteredEnvironments } from '../../explore/environment-filter.js';
import type { PointedEnvironment } from '../../explore/pointed-environment.js';
import { sourceText } from './frame.js';
import { countOf, countText, decimalText, digitsText } from './numbers.js';

/**
 * The environment that a pointer is at, in short lines: where it was read, its atom, its δH.
 *
 * @param colour what the map is coloured by, and the environment's value of it
 */
export function pointedTexts(
  { name, source, atom, element, dH, relativeTo }: PointedEnvironment,
  colour: string,
  value: number | string | null,
): readonly string[] {
  const place = sourceText(source);
  const set = name === null || place.startsWith(name) ? '' : `${name}: `;
  const relative = relativeTo === null ? 'within the set' : `relative to ${relativeTo}`;
  const known = Number.isNaN(dH) ? 'δH is not known' : `δH = ${decimalText(dH, 2)} nats ${relative}`;
  const isSaid = ['δH', 'set', 'element', 'frame'].includes(colour) || value === null;
  const own = typeof value === 'number' ? (Number.isNaN(value) ? '–' : digitsText(value, 4)) : value;
  return [
    `${set}${place}`,
    `atom ${atom}${element === null ? '' : ` (${element})`}`,
    known,
    ...(isSaid ? [] : [`${colour} = ${own ?? ''}`]),
  ];
}

/** How much passes a filter. */
export function filteredText({ environments, frames, listed }: FilteredEnvironments, all: number): string {
  if (environments === 0) return 'No environment passes the filter.';
  const first = frames > listed.length ? ` (first ${listed.length} listed)` : '';
  const passing = `${countText(environments)} of ${countOf(all, 'environment')} pass`;
  return `${passing}, in ${countOf(frames, 'frame')}${first}.`;
}
