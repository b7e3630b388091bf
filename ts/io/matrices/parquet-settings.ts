import type { Source } from '../../model/structure.js';
import { invalidFile, shown } from '../text/fault.js';
import type { StoredMatrix } from './stored-matrix.js';

/** Key of a file's metadata under which this package says what it knows. */
export const SETTINGS_KEY = 'quests';

/** What a file says of its matrix. */
export type ParquetSettings = Partial<Omit<StoredMatrix, 'data'>>;

/** What is known of a matrix, as JSON for the metadata of a file; the names are those of `.npz`. */
export function settingsText({ shape, k, cutoff, species, frameOffsets, sources }: StoredMatrix): string {
  return JSON.stringify({
    shape,
    k: k ?? null,
    cutoff: cutoff ?? null,
    species: species ?? null,
    frame_offsets: frameOffsets === undefined ? null : Array.from(frameOffsets),
    sources: sources?.map((source) => source ?? null) ?? null,
  });
}

/**
 * The reverse of {@link settingsText}.
 *
 * @throws {QuestsError} INVALID_FILE for text that is not what {@link settingsText} makes
 */
export function parseSettings(text: string, file: string): ParquetSettings {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw invalidFile({ file }, `the settings under the key quests are no JSON: ${shown(text)}`);
  }
  const fields = (typeof found === 'object' && found !== null ? found : {}) as Record<string, unknown>;
  const field = <T>(name: string, fits: (value: unknown) => value is T): T | undefined => {
    const value = fields[name] ?? undefined;
    if (value === undefined) return undefined;
    if (fits(value)) return value;
    const problem = `the settings under the key quests have an unusable ${name}`;
    throw invalidFile({ file }, `${problem}: ${shown(JSON.stringify(value))}`);
  };
  const shape = field('shape', isListOf(isNumber));
  const k = field('k', isNumber);
  const cutoff = field('cutoff', isNumber);
  const species = field('species', (value) => isText(value) || isListOf(isText)(value));
  const frameOffsets = field('frame_offsets', isListOf(isNumber));
  const sources = field('sources', isListOf(isSource))?.map((source) => source ?? undefined);
  return {
    ...(shape !== undefined && { shape }),
    ...(k !== undefined && { k }),
    ...(cutoff !== undefined && { cutoff }),
    ...(species !== undefined && { species }),
    ...(frameOffsets !== undefined && { frameOffsets }),
    ...(sources !== undefined && { sources }),
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isListOf<T>(fits: (value: unknown) => value is T): (value: unknown) => value is T[] {
  return (value): value is T[] => Array.isArray(value) && value.every(fits);
}

function isSource(value: unknown): value is Source | null {
  if (value === null) return true;
  return (
    typeof value === 'object' &&
    'file' in value &&
    isText(value.file) &&
    'frame' in value &&
    isNumber(value.frame)
  );
}
