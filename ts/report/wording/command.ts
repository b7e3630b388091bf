import { DEFAULTS } from '../../base/defaults.js';
import type { Source } from '../../model/structure.js';
import type { KeptSettings } from './kept.js';

/** Arguments of a command at the most: longer ones are not typed. */
const MOST_ARGUMENTS = 60;

/**
 * The command that selects the same structures.
 *
 * @param sets names of the files of each set; those of the last are selected from
 */
export function compressCommand(
  sets: readonly (readonly string[])[],
  count: number,
  { k, cutoff, bandwidth, species, select }: KeptSettings,
): string {
  const named = sets.map((files) => files.map((file) => quoted(selected(file, select))));
  const references = sets.length > 1 ? (named[0] ?? []).flatMap((file) => ['-r', file]) : [];
  return [
    'quests compress',
    ...(named.at(-1) ?? []),
    ...references,
    `-s ${count}`,
    ...(k === DEFAULTS.k ? [] : [`-k ${k}`]),
    ...(cutoff === DEFAULTS.cutoff ? [] : [`-c ${cutoff}`]),
    ...(bandwidth === DEFAULTS.bandwidth ? [] : [`-b ${bandwidth}`]),
    ...(species === false ? [] : [`--species ${species === true ? 'blocks' : species}`]),
    '-o kept.xyz',
  ].join(' ');
}

/**
 * The command that writes some frames to a file.
 *
 * @param places where they were read
 * @returns `undefined` where it would be too long
 */
export function framesCommand(places: readonly Source[]): string | undefined {
  const runs: { file: string; first: number; end: number }[] = [];
  for (const { file, frame } of places) {
    const last = runs.at(-1);
    if (last?.file === file && last.end === frame) last.end += 1;
    else runs.push({ file, first: frame, end: frame + 1 });
  }
  if (runs.length === 0 || runs.length > MOST_ARGUMENTS) return undefined;
  const parts = runs.map(({ file, first, end }) =>
    quoted(end === first + 1 ? `${file}@${first}` : `${file}@${first}:${end}`),
  );
  return ['quests convert', ...parts, '-o selected.xyz'].join(' ');
}

/** With a selection of frames, where the name has none of its own. */
function selected(file: string, select: string): string {
  return select === '' || /@[-\d:]*$/.test(file) ? file : `${file}@${select}`;
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w.,/:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
