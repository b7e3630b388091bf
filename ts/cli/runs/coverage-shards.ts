import * as shards from '../../faces/node/shards.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Coverage, Source } from '../../faces/node/quests.js';
import type { RowBlock, Planner } from '../../faces/node/shards.js';
import type { FramedRows } from '../../faces/node/analysis.js';
import type { Batch } from '../session/describer.js';
import type { Session } from '../session/session.js';
import { Collected } from '../session/summary.js';
import type { SetBatches, StoredSums } from './sharding.js';
import type { SetFacts } from '../session/load-set.js';

/** What the merge needs to know of the frames of a set, in blocks. */
interface StoredFrames {
  /**
   * For each frame its atoms, the number of its file and its number there; −1 where that is not
   * known.
   */
  readonly frames: readonly RowBlock[];
  readonly files: readonly string[];
  /** For each environment the number of its element; nothing where the files do not say. */
  readonly elements: readonly RowBlock[] | null;
  readonly symbols: readonly string[];
}

/** A set as the merge knows it. */
export interface SetOfShards {
  readonly files: readonly string[];
  readonly x: SetFacts['x'] & FramedRows;
  readonly elements: readonly string[] | undefined;
}

/** Numbers of a frame that are stored. */
const FRAME = 3;

/**
 * Plans each set over itself and each pair both ways, in the order of `coverage`; or each set over
 * all before it.
 */
export async function planCoverage(
  planner: Planner,
  batches: SetBatches,
  count: number,
  generations: boolean,
): Promise<StoredFrames[]> {
  const notes = Array.from({ length: count }, (_, set) => new FrameNotes(planner, set));
  const watched = (set: number): ReturnType<SetBatches> =>
    batches(set, (batch) => (notes[set] as FrameNotes).add(batch));
  if (generations) {
    let known = await planner.reference(watched(0));
    for (let set = 1; set < count; set++) {
      const queries = await planner.later(watched(set), known);
      planner.sums(queries, known);
      if (set < count - 1) known = await planner.grown(known, queries);
    }
  } else {
    const sets: number[] = [];
    for (let set = 0; set < count; set++) sets.push(await planner.reference(watched(set)));
    for (const [at, x] of sets.entries()) {
      planner.sums(x, x);
      for (const y of sets.slice(at + 1)) await planner.mutual(y, x);
    }
  }
  const stored: StoredFrames[] = [];
  for (const note of notes) stored.push(await note.finish());
  return stored;
}

/** Stores what is known of the frames of a set. */
class FrameNotes {
  readonly #frames: ReturnType<Planner['notes']>;
  readonly #elements: ReturnType<Planner['notes']>;
  readonly #files = new Map<string, number>();
  readonly #symbols = new Map<string, number>();
  #rows = 0;

  constructor(planner: Planner, set: number) {
    this.#frames = planner.notes(`frames-${set}`, FRAME);
    this.#elements = planner.notes(`elements-${set}`, 1);
  }

  async add({ x, structures = [] }: Batch): Promise<void> {
    this.#rows += x.rows;
    const frames = new Float64Array(FRAME * x.frames);
    for (let frame = 0; frame < x.frames; frame++) {
      const source = x.sources?.[frame];
      const atoms = (x.frameOffsets[frame + 1] as number) - (x.frameOffsets[frame] as number);
      const place = source === undefined ? [-1, -1] : [numberOf(this.#files, source.file), source.frame];
      frames.set([atoms, ...place], FRAME * frame);
    }
    await this.#frames.add(frames);
    for (const { species = [] } of structures) {
      await this.#elements.add(Float64Array.from(species, (symbol) => numberOf(this.#symbols, symbol)));
    }
  }

  async finish(): Promise<StoredFrames> {
    await this.#frames.finish();
    await this.#elements.finish();
    return {
      frames: this.#frames.blocks,
      files: [...this.#files.keys()],
      elements: this.#elements.rows === this.#rows ? this.#elements.blocks : null,
      symbols: [...this.#symbols.keys()],
    };
  }
}

function numberOf(known: Map<string, number>, name: string): number {
  const found = known.get(name) ?? known.size;
  known.set(name, found);
  return found;
}

/** The sets of a plan. */
export async function storedSets(stored: StoredSums): Promise<SetOfShards[]> {
  const { folder } = stored.work;
  const sets: SetOfShards[] = [];
  for (const [at, { frames, files, elements, symbols }] of (stored.own as StoredFrames[]).entries()) {
    const { x, files: inputs } = stored.sets[at] as SetFacts;
    const offsets = [0];
    const sources: (Source | undefined)[] = [];
    for await (const part of shards.storedRows(folder, frames, FRAME)) {
      for (let place = 0; place < part.length; place += FRAME) {
        const [atoms = 0, file = -1, frame = 0] = part.subarray(place, place + FRAME);
        offsets.push((offsets.at(-1) as number) + atoms);
        sources.push(file < 0 ? undefined : { file: files[file] as string, frame });
      }
    }
    const named: string[] = [];
    for await (const part of shards.storedRows(folder, elements ?? [], 1)) {
      for (const symbol of part) named.push(symbols[symbol] as string);
    }
    sets.push({
      files: inputs,
      x: { ...x, frames: sources.length, frameOffsets: Uint32Array.from(offsets), sources },
      elements: elements === null ? undefined : named,
    });
  }
  return sets;
}

/** What shards summed, as `coverage` gives it. */
export async function storedCoverage(
  { backend }: Session,
  stored: StoredSums,
  epsilons: readonly number[],
): Promise<Pick<Coverage, 'overlap' | 'dH'>> {
  const count = stored.sets.length;
  const dH = stored.sets.map(() => new Array<Float64Array>(count));
  const all = await storedDeltas(stored);
  let sums = 0;
  const keep = (row: number, column: number): void => {
    (dH[row] as Float64Array[])[column] = all[sums++] as Float64Array;
  };
  for (let at = 0; at < count; at++) {
    keep(at, at);
    for (let other = at + 1; other < count; other++) {
      keep(other, at);
      keep(at, other);
    }
  }
  const overlap: number[][][] = [];
  for (const epsilon of epsilons) {
    const matrix: number[][] = [];
    for (const row of dH) {
      const shares: number[] = [];
      for (const values of row) shares.push(await analysis.overlapOf(values, { backend, epsilon }));
      matrix.push(shares);
    }
    overlap.push(matrix);
  }
  return { overlap, dH };
}

/** δH of the rows of all sums. */
export async function storedDeltas({ merged }: StoredSums): Promise<Float64Array[]> {
  const all: Collected[] = [];
  for await (const { sums, logs } of merged.parts()) {
    (all[sums] ??= new Collected()).add((logs[0] as Float64Array).map((log) => 0 - log));
  }
  return all.map((each) => each.all());
}
