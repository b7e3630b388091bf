import { descriptors } from '../descriptor/descriptors.js';
import { QuestsError } from '../base/error.js';
import type { ReadNote } from '../io/structures/frames.js';
import { DescriptorMatrix, type DescriptorMatrixOptions } from '../model/descriptor-matrix.js';
import type { Source, Structure } from '../model/structure.js';
import type { RunOptions } from '../run/run-options.js';
import { type Exploration, type ExploredSet, labelled } from '../explore/exploration.js';
import { shortNames } from '../report/wording/file-names.js';
import { parsedJson, typedJson } from './typed-json.js';
import { gunzipped, gzipped } from '../report/living/gzip.js';

/** First entry of what is saved: another version of it is another word. */
const FORMAT = 'quests exploration 1';

/** Environments of a living report at the most: a browser must hold its text at once. */
const MOST_SAVED = 500_000;

/** What a living report shows. */
export interface Explored {
  readonly exploration: Exploration;
  /** Frames that were selected, as in Python's slices; empty for all. */
  readonly select: string;
  readonly notes: readonly ReadNote[];
}

/** A set as it is saved: descriptors only where there is nothing to compute them from again. */
type SavedSet = Omit<ExploredSet, 'x' | 'counted'> & {
  /** Null where it is δH. */
  readonly counted: Float64Array | null;
  readonly x: DescriptorMatrixOptions & { readonly data: Float64Array | null };
};

/** What is written. */
interface Saved extends Omit<Explored, 'exploration'> {
  readonly format: typeof FORMAT;
  readonly exploration: Omit<Exploration, 'sets'> & { readonly sets: readonly SavedSet[] };
}

/**
 * What was explored, as bytes.
 *
 * @throws {QuestsError} TOO_LARGE for more than 500,000 environments, and where some of a set that
 *   is larger than memory, or only asked, were drawn
 */
export async function savedExploration({ exploration, select, notes }: Explored): Promise<Uint8Array> {
  const part = exploration.sets.find(({ drawn }) => drawn !== undefined);
  if (part !== undefined) {
    const isAsked = part.isAsked === true;
    const problem = `${part.name} is ${isAsked ? 'only asked' : 'larger than memory'}`;
    const remedy = `${isAsked ? '' : 'select fewer frames, or '}save the report without scripts`;
    throw new QuestsError('TOO_LARGE', `${problem}, an interactive report holds all environments: ${remedy}`);
  }
  const environments = exploration.sets.reduce((sum, { x }) => sum + x.rows, 0);
  if (environments > MOST_SAVED) {
    throw new QuestsError(
      'TOO_LARGE',
      `${environments} environments, an interactive report holds at most ${MOST_SAVED}: ` +
        'select fewer frames, or save the report without scripts',
    );
  }
  const { sourceOf, noteOf } = shortened(exploration.sets, notes);
  const sets = exploration.sets.map((set): SavedSet => {
    const structures = set.structures.map((one) => ({ ...one, source: sourceOf(one.source) }) as Structure);
    const counted = set.counted === set.dH ? null : set.counted;
    return { ...set, structures, counted, x: savedMatrix(set, sourceOf) };
  });
  const saved: Saved = {
    format: FORMAT,
    exploration: { ...exploration, sets },
    select,
    notes: notes.map(noteOf),
  };
  return gzipped(typedJson(saved));
}

type SourceOf = (source: Source | undefined) => Source | undefined;

/** Places by names without the folders of this machine: a report is sent to others. */
function shortened(
  sets: readonly ExploredSet[],
  notes: readonly ReadNote[],
): { readonly sourceOf: SourceOf; readonly noteOf: (note: ReadNote) => ReadNote } {
  const sources = sets.flatMap(({ x, structures }) => [
    ...(x.sources ?? []),
    ...structures.map(({ source }) => source),
  ]);
  const names = shortNames([...sources.flatMap((one) => one?.file ?? []), ...notes.map(({ file }) => file)]);
  const nameOf = (file: string): string => names.get(file) ?? file;
  return {
    sourceOf: (source) => (source === undefined ? source : { ...source, file: nameOf(source.file) }),
    noteOf: (note) => ({ ...note, file: nameOf(note.file) }),
  };
}

function savedMatrix({ x, structures }: ExploredSet, sourceOf: SourceOf): SavedSet['x'] {
  const { width, k, cutoff, species, frameOffsets } = x;
  const data = structures.length > 0 ? null : x.data;
  const sources = x.sources?.map(sourceOf) ?? null;
  return { width, k, cutoff, species, frameOffsets, sources, data };
}

/**
 * What was saved. Descriptors are computed again from structures.
 *
 * @throws {QuestsError} INVALID_FILE: not what {@link savedExploration} gives
 */
export async function openedExploration(bytes: Uint8Array, options: RunOptions): Promise<Explored> {
  const saved = parsedJson(await gunzipped(bytes)) as Partial<Saved> | undefined;
  if (saved?.format !== FORMAT) {
    throw new QuestsError('INVALID_FILE', `not an exploration that can be opened: expected ${FORMAT}`);
  }
  const { exploration, select, notes } = saved as Saved;
  const sets: ExploredSet[] = [];
  for (const set of exploration.sets) {
    const counted = set.counted ?? set.dH;
    sets.push({ ...set, counted, x: await openedMatrix(set, options) });
  }
  return { exploration: { ...exploration, sets }, select, notes };
}

async function openedMatrix(
  { name, x, structures }: SavedSet,
  options: RunOptions,
): Promise<DescriptorMatrix> {
  const { data, ...made } = x;
  if (data !== null) return new DescriptorMatrix(data, made);
  const { k, cutoff, species } = made;
  if (k === null || k === undefined || cutoff === null || cutoff === undefined) {
    throw new QuestsError('INVALID_FILE', `${name}: k and cutoff of its descriptors are not known`);
  }
  return descriptors(structures, { ...labelled(options, name), k, cutoff, species: species ?? false });
}
