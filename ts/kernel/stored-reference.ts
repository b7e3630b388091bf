import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { type DescriptorSpecies, symbolOf } from '../base/species-mode.js';
import { describedMatrix, speciesOf } from '../descriptor/stored-descriptors.js';
import type { OpenReferenceFile } from '../io/files/open-file.js';
import { mergedBound, type MergedBound, type MergedRows } from '../io/matrices/merged-rows.js';
import type { ReferenceFile } from '../io/matrices/reference-file.js';
import { leafWidth, mostTerms } from '../io/matrices/reference-head.js';
import type { LabelValue } from '../io/matrices/reference-labels.js';
import type { AtomArray, InfoValue, Source, Structure } from '../model/structure.js';
import { type DescriptorKind, DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Precision } from './precision.js';
import { LeafCache } from './leaf-cache.js';
import type { ReferenceStorage, StoredRows } from './stored-pieces.js';

/** Options of {@link StoredReference}. */
export interface StoredReferenceOptions {
  /**
   * Bytes of environments that may stay in memory. Default: in Node a quarter of the free memory,
   * in a page 256 MiB.
   */
  readonly memory?: number | undefined;
}

/** What a stored reference was made from. */
export interface ReferenceFacts {
  /** Names of the files, and SHA-256 of their bytes, where they were plain files. */
  readonly files: readonly { readonly file: string; readonly sha256: string | null }[];
  /** Elements of its structures, sorted; `null` where they are not known. */
  readonly elements: readonly string[] | null;
  readonly frames: number;
  /** Environments that are stored: each copy counts, but is stored once. */
  readonly stored: number;
  /**
   * Environments of each element, and how many of them are stored, where these are told apart
   * (`center`, `full`); else `null`.
   */
  readonly centers: Readonly<Record<string, { readonly rows: number; readonly stored: number }>> | null;
  /** How environments were joined, each of which counts; `null` where none were. */
  readonly merged: MergedRows | null;
  /** Names of the labels that were kept, and whether frames or atoms have them. */
  readonly labels: readonly { readonly name: string; readonly of: 'frame' | 'atom' }[];
  readonly leaves: number;
  /** Precision of what is stored. */
  readonly precision: Precision;
  /** Bytes of the file. */
  readonly bytes: number;
}

/** Where an environment of a stored reference comes from. */
export interface EnvironmentPlace {
  /** Where its frame was read; `undefined` where that is not known. */
  readonly source: Source | undefined;
  /** Atom in that frame, from 0. */
  readonly atom: number;
  /** Labels that were kept, by their names: of its frame, and of the atom. */
  readonly labels: Readonly<Record<string, LabelValue>>;
}

const MIB = 1 << 20;

/** Bytes of environments that a page keeps. */
const DEFAULT_MEMORY = 256 * MIB;

/**
 * A reference set in a file, made by `quests reference build`; opened by `openReference`. It is
 * accepted wherever a function takes a matrix as `x`. δH and the overlap of other sets with it read
 * the environments that are near, no more; anything else reads all of them into memory, once.
 */
export class StoredReference implements DescriptorKind {
  readonly width: number;
  readonly k: number | null;
  readonly cutoff: number | null;
  readonly species: DescriptorSpecies;
  /** Number of environments. */
  readonly rows: number;
  /** What messages call the file. */
  readonly file: string;
  readonly facts: ReferenceFacts;
  readonly #opened: OpenReferenceFile;
  readonly #cache: LeafCache;
  readonly #memory: number;
  #whole: Promise<DescriptorMatrix> | undefined;
  #frames: ReturnType<ReferenceFile['frames']> | undefined;
  #labels: ReturnType<ReferenceFile['labels']> | undefined;
  #closed = false;

  /** @internal Use `openReference`. */
  constructor(opened: OpenReferenceFile, { memory = DEFAULT_MEMORY }: StoredReferenceOptions = {}) {
    // In plain JavaScript anybody may call this.
    const { stored } = (opened as Partial<OpenReferenceFile> | null | undefined) ?? {};
    if (stored?.head === undefined) {
      throw new QuestsError('INVALID_ARGUMENT', 'a StoredReference is made by openReference(file)');
    }
    const { rows, kept, width, k, cutoff, elements, files, frames } = stored.head;
    const { merged = null, labels = [], parts } = stored.head;
    this.width = width;
    this.k = k;
    this.cutoff = cutoff;
    try {
      this.species = speciesOf(stored.head, stored.file, 'quests reference build');
    } catch (error) {
      void opened.close().catch(() => undefined);
      throw error;
    }
    this.rows = rows;
    this.file = stored.file;
    const { leaves, bytes } = stored;
    const precision = stored.head.precision === 'f32' ? 'single' : 'double';
    const named = labels.map(({ name, of }) => ({ name, of }));
    const centers =
      parts === undefined
        ? null
        : Object.fromEntries(
            parts.map(({ label, rows: own, kept: few }) => [
              symbolOf(label ?? 0),
              { rows: own, stored: few },
            ]),
          );
    // Every atom is the centre of an environment.
    const known = elements ?? (centers && Object.keys(centers).sort());
    const made = { files, elements: known, frames, stored: kept, centers, merged };
    this.facts = { ...made, labels: named, leaves, precision, bytes };
    this.#opened = opened;
    this.#memory = memory;
    this.#cache = new LeafCache(stored, memory);
  }

  /** Bytes that were read of the file so far; from an address, all that were moved. */
  get bytesRead(): number {
    return this.#opened.stored.bytesRead;
  }

  /**
   * What merging changed in a δH at most, in nats: from all environments it would be between dH −
   * `above` and dH + `below`, with `below` = ρ²/2, `above` = min(1, ρ²) (log N + dH) and ρ the
   * distance within which environments were merged over h. N is the number of environments; of the
   * most frequent element, where these are told apart (`center`, `full`). Both are 0 where none
   * were merged, and for an environment of an element that is not there, whose dH is ∞.
   *
   * @param dH of a query with respect to this reference, or a mean of several
   * @param bandwidth h, with which it was computed, in 1/Å
   */
  mergedBound(dH: number, bandwidth: number = DEFAULTS.bandwidth): MergedBound {
    const { merged } = this.facts;
    if (merged === null || dH === Infinity) return { below: 0, above: 0 };
    return mergedBound(merged, mostTerms(this.#opened.stored.head), bandwidth, dH);
  }

  /** @internal Whether all of it may be in memory. */
  get fitsMemory(): boolean {
    return 8 * this.rows * this.width <= this.#memory;
  }

  /** @internal The file, and the leaves that are in memory. */
  get storage(): ReferenceStorage {
    if (this.#closed) throw new QuestsError('INVALID_ARGUMENT', `${this.file} was closed`);
    return { file: this.#opened.stored, leaves: this.#cache, memory: this.#memory };
  }

  /** @internal What queries are summed over: of each label, where rows have labels. */
  get parts(): readonly StoredRows[] {
    const { storage } = this;
    const { head, parts } = storage.file;
    return parts.map((part) => ({ width: leafWidth(head), rows: part.rows, part, storage }));
  }

  /**
   * All environments, in the order in which they were given: read into memory, where they stay.
   *
   * @throws {QuestsError} INVALID_FILE for a damaged file; FILE_ACCESS; TOO_LARGE
   */
  matrix(): Promise<DescriptorMatrix> {
    this.#whole ??= this.read().catch((error: unknown) => {
      this.#whole = undefined;
      throw error;
    });
    return this.#whole;
  }

  /** @internal The same, but nothing of it stays. */
  async read(): Promise<DescriptorMatrix> {
    return describedMatrix(await this.storage.file.matrix(), this.file, {});
  }

  /**
   * @internal All environments, in the order in which they were given, frame by frame: all at once
   * where they fit the memory; else as many frames as do, at least one, with a pass over the file
   * for each batch.
   */
  async *batches(): AsyncGenerator<DescriptorMatrix, void, undefined> {
    if (this.fitsMemory) {
      yield await this.matrix();
      return;
    }
    const { width, k, cutoff, species } = this;
    const { offsets, sources } = await this.#given();
    const isSaid = sources.some((source) => source !== undefined);
    const starts = this.#batchStarts(offsets);
    for (const [at, frame] of starts.entries()) {
      const end = starts[at + 1] ?? sources.length;
      const first = offsets[frame] as number;
      const count = (offsets[end] as number) - first;
      const { data } = await this.rowsAt(Uint32Array.from({ length: count }, (_, row) => first + row));
      const frameOffsets = offsets.slice(frame, end + 1).map((offset) => offset - first);
      const own = isSaid ? sources.slice(frame, end) : null;
      yield new DescriptorMatrix(data, { width, k, cutoff, species, frameOffsets, sources: own });
    }
  }

  /** @internal How many {@link batches} there are, and whether each of them fits the memory. */
  async batchFacts(): Promise<{ readonly passes: number; readonly isWhole: boolean }> {
    if (this.fitsMemory) return { passes: 1, isWhole: true };
    const { offsets } = await this.#given();
    const most = this.#batchRows;
    const isWhole = offsets.every((end, frame) => end - (offsets[frame - 1] ?? 0) <= most);
    return { passes: this.#batchStarts(offsets).length, isWhole };
  }

  /** The first frame of each batch. */
  #batchStarts(offsets: Uint32Array): number[] {
    const most = this.#batchRows;
    const starts: number[] = [];
    let first = -Infinity;
    for (let frame = 0; frame + 1 < offsets.length; frame++) {
      if ((offsets[frame + 1] as number) - first <= most) continue;
      starts.push(frame);
      first = offsets[frame] as number;
    }
    return starts;
  }

  get #batchRows(): number {
    return this.#memory / (8 * this.width);
  }

  #given(): ReturnType<ReferenceFile['frames']> {
    this.#frames ??= this.storage.file.frames();
    return this.#frames;
  }

  /**
   * Where an environment comes from: the source of its frame, where it is known, the atom in that
   * frame, from 0, and the labels of both that were kept.
   *
   * @param row its number among those that were given
   * @throws {QuestsError} INVALID_ARGUMENT for a row that is not there; INVALID_FILE; FILE_ACCESS
   */
  async placeOf(row: number): Promise<EnvironmentPlace> {
    if (!Number.isSafeInteger(row) || row < 0 || row >= this.rows) {
      throw new QuestsError('INVALID_ARGUMENT', `row ${row} of a reference of ${this.rows} rows`);
    }
    const { offsets, sources } = await this.#given();
    let low = 0;
    let high = offsets.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((offsets[middle] as number) <= row) low = middle;
      else high = middle;
    }
    this.#labels ??= this.storage.file.labels();
    const labels: Record<string, LabelValue> = {};
    for (const [at, { name, of }] of this.facts.labels.entries()) {
      const value = await this.#labels[at]?.value(of === 'frame' ? low : row);
      labels[name] = value ?? null;
    }
    return { source: sources[low], atom: row - (offsets[low] as number), labels };
  }

  /**
   * @internal Structures that hold nothing but the labels of their frames and atoms, for a
   * reference that takes them over.
   *
   * @param from the first frame
   * @param to the frame after the last; that of the last of all, if it is left out
   */
  async labelled(from = 0, to = this.facts.frames): Promise<Structure[]> {
    const { offsets } = await this.#given();
    const columns = this.storage.file.labels();
    const structures: Structure[] = [];
    for (let frame = from; frame < to; frame++) {
      const [first, end] = [offsets[frame] as number, offsets[frame + 1] as number];
      const info: Record<string, InfoValue> = {};
      const arrays: Record<string, AtomArray> = {};
      for (const column of columns) {
        const { name, of } = column.label;
        if (of === 'atom') arrays[name] = await column.ofAtoms(first, end);
        else {
          const value = await column.value(frame);
          if (value !== null) info[name] = value;
        }
      }
      structures.push({ positions: new Float64Array(0), info, arrays });
    }
    return structures;
  }

  /**
   * Some environments, in the order of their numbers; the file is passed over once, and nothing
   * else of it stays.
   *
   * @param rows numbers among those that were given
   * @throws {QuestsError} INVALID_ARGUMENT for a row that is not there; INVALID_FILE; FILE_ACCESS
   */
  async rowsAt(rows: Uint32Array): Promise<DescriptorMatrix> {
    const beyond = rows.find((row) => row >= this.rows);
    if (beyond !== undefined) {
      throw new QuestsError('INVALID_ARGUMENT', `row ${beyond} of a reference of ${this.rows} rows`);
    }
    const { width, k, cutoff, species } = this;
    return new DescriptorMatrix(await this.storage.file.rowsAt(rows), { width, k, cutoff, species });
  }

  /** @internal The first environment that was given of those for which a row is stored. */
  givenRow(number: number): Promise<number> {
    return this.storage.file.givenRow(number);
  }

  /** Lets go of the file. Calls that are already running may fail. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#whole = undefined;
    await this.#opened.close();
  }

  /** The same, for one who does not wait, as `ReferenceSet` has it. */
  dispose(): void {
    // Nothing is written: a file that cannot be closed loses nothing.
    void this.close().catch(() => undefined);
  }
}
