import { mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CoreModule } from '../backend/backend.js';
import { DEFAULTS } from '../base/defaults.js';
import { inCore, QuestsError } from '../base/error.js';
import { accessError } from '../base/file-access.js';
import { type DescriptorSpecies, isLabelled, storedSpecies } from '../base/species-mode.js';
import { hiddenName } from '../io/files/file-name.js';
import { checkOutput, placeOf, writeOutput } from '../io/files/output.js';
import { leafWidth, type ReferenceHead, type ReferenceSource } from '../io/matrices/reference-head.js';
import type { MergedRows } from '../io/matrices/merged-rows.js';
import { type LeafRows, writeReference } from '../io/matrices/reference-write.js';
import { checkComparable, DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Source, Structure } from '../model/structure.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { arrange, axesOf, orderedRows, orderedWidth, type OrderedBlock } from '../shards/arrange.js';
import { readBlock } from '../shards/block.js';
import { GivenRows, type LabelGroup } from '../shards/given-rows.js';
import { type RowSource, SomeRows } from '../shards/row-store.js';
import { isSingle, type Precision } from '../kernel/precision.js';
import { type PackedLeaf, packedLeaf, unpackedLeaf } from '../io/matrices/leaf-rows.js';
import type { DescriptorBatch } from '../descriptor/batches.js';
import { findCopies } from './copies.js';
import { fileChecksum } from './file-checksum.js';
import { KeptLabels } from './kept-labels.js';
import { mergeRows, throughCopies } from './merge-rows.js';
import { numbered, type StoredGroup } from './numbered-rows.js';

/** Options of {@link buildReference}. */
export interface BuildReferenceOptions extends RunOptions {
  /** Replaces a file that exists. Default: false, such a file is refused. */
  readonly overwrite?: boolean | undefined;
  /**
   * Precision of what is stored. `single` takes half of the room; δH is then within 1e-5 of that
   * with `double`, above 100 nats within 1e-7 of itself. Default: `double`.
   */
  readonly precision?: Precision | undefined;
  /**
   * Joins environments of a leaf that are within this share of the bandwidth of their mean, which
   * then stands for all of them: above 0, at most 1. What that changes in a δH is bounded, see
   * `mergedBound`. Default: every environment is stored as it is.
   */
  readonly merge?: number | undefined;
  /** h that `merge` is a share of, in 1/Å. Default: 0.015. Nothing else depends on it. */
  readonly bandwidth?: number | undefined;
  /**
   * Labels that are kept: values of frames, and columns of atoms, by their names, as `config_type`
   * or `energy`. They need batches with structures. Default: none.
   */
  readonly keep?: readonly string[] | undefined;
  /**
   * Elements of the structures, asked for once all batches were read. Default: not known, and
   * results cannot say which elements the reference lacks.
   */
  readonly elements?: (() => Iterable<string>) | undefined;
  /**
   * Paths of the files that were read, whose checksums are kept. Default: the files that frames
   * name as their source.
   */
  readonly files?: readonly string[] | undefined;
}

/** What {@link buildReference} wrote. */
export interface BuiltReference {
  readonly rows: number;
  /** Rows that are stored: fewer where copies are stored once, or environments were merged. */
  readonly stored: number;
  /** How environments were merged; `null` where none were: of copies nothing is said. */
  readonly merged: MergedRows | null;
  readonly frames: number;
  readonly width: number;
  readonly k: number | null;
  readonly cutoff: number | null;
  readonly species: DescriptorSpecies;
}

/** Frames of batches, as they come. */
interface Frames {
  readonly offsets: number[];
  readonly sources: (Source | undefined)[];
}

/**
 * Writes a reference set to a file that `openReference` opens: described environments, put in the
 * order in which sums go over them; those of each element apart, where rows are labelled by it
 * (`center`, `full`). What is in memory does not grow with their number, but for some 50 bytes
 * each; as much room as the file takes twice is needed beside it on the disk, in a hidden folder
 * that goes at the end.
 *
 * @param batches descriptors, all made alike, or with their structures, as `descriptorBatches` has
 *   them
 * @param path of the file, `.qref` by custom
 * @throws {QuestsError} EMPTY: no environments; MISMATCH: batches that were made differently;
 *   FILE_ACCESS. The signal's reason when cancelled; nothing is then left behind
 *
 * @example
 * await buildReference(descriptorBatches(readStructures('train.xyz'), { k: 32 }), 'train.qref');
 */
export async function buildReference(
  batches: AsyncIterable<DescriptorMatrix | DescriptorBatch>,
  path: string,
  options: BuildReferenceOptions = {},
): Promise<BuiltReference> {
  const { overwrite = false, signal, onProgress, merge, bandwidth = DEFAULTS.bandwidth } = options;
  const radius = merge === undefined ? undefined : mergeRadius(merge, bandwidth);
  await checkOutput(path, overwrite);
  const { core } = await backendOf(options);
  const target = placeOf(path);
  const folder = await mkdtemp(join(dirname(target), hiddenName(basename(target), 'parts-'))).catch(
    (error: unknown) => {
      throw accessError('write', path, error);
    },
  );
  try {
    const keep = options.keep === undefined ? undefined : new KeptLabels(options.keep, folder);
    const { groups, rows, kind, frames } = await stored(folder, batches, keep, signal);
    const labels = (await keep?.finish()) ?? [];
    const ordered: OrderedGroup[] = [];
    for (const [at, group] of groups.entries()) {
      const place = { folder, name: `ordered-${at}`, radius };
      ordered.push(await orderedGroup(core, group, place, { signal, onProgress }));
    }
    const { of, numbers } = numbered(rows, groups, ordered);
    const furthest = ordered.reduce((most, group) => Math.max(most, group.radius), 0);
    // Copies that are joined change nothing.
    const merged = furthest > 0 ? { share: merge as number, bandwidth, radius: furthest } : undefined;
    const kept = ordered.reduce((sum, group) => sum + group.kept, 0);
    const { k, cutoff, width, species } = kind;
    const elements = [...new Set(options.elements?.())].sort();
    const head: ReferenceHead = {
      precision: isSingle(options) ? 'f32' : 'f64',
      rows,
      kept,
      width,
      k,
      cutoff,
      species: storedSpecies(species),
      elements: elements.length === 0 ? null : elements,
      frames: frames.sources.length,
      files: await filesOf(frames.sources, options.files ?? []),
      ...(merged && { merged }),
      ...(labels.length > 0 && { labels: labels.map(({ label }) => label) }),
      ...(isLabelled(species) && { parts: partsOf(ordered) }),
    };
    const axes = Float64Array.from(ordered.flatMap((group) => [...group.axes]));
    const parts = {
      head,
      axes,
      frameOffsets: frames.offsets,
      sources: frames.sources,
      copies: kept < rows ? of : null,
      labels,
    };
    const pieces = writeReference(parts, leavesOf(core, folder, ordered, head, numbers, onProgress));
    await writeOutput(path, pieces, { overwrite, signal });
    return {
      rows,
      stored: kept,
      merged: merged ?? null,
      frames: head.frames,
      width,
      k,
      cutoff,
      species,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows of one label, in order. */
interface OrderedGroup extends StoredGroup {
  /** `undefined` where rows have no labels. */
  readonly label: number | undefined;
  readonly rows: number;
  /** How far a row is from the one that stands for it at most. */
  readonly radius: number;
  readonly axes: Float64Array;
  readonly blocks: readonly OrderedBlock[];
}

function partsOf(groups: readonly OrderedGroup[]): ReferenceHead['parts'] {
  return groups.flatMap(({ label, rows, kept }) => (label === undefined ? [] : { label, rows, kept }));
}

/** Joins rows where that is asked for, finds copies, and puts what is left in order. */
async function orderedGroup(
  core: CoreModule,
  { label, rows: store }: LabelGroup,
  { folder, name, radius }: { folder: string; name: string; radius: number | undefined },
  run: Pick<RunOptions, 'signal' | 'onProgress'>,
): Promise<OrderedGroup> {
  const joined =
    radius === undefined
      ? undefined
      : await mergeRows(core, store, radius, { folder, name, signal: run.signal });
  const distinct = joined?.rows ?? store;
  const copies = await findCopies(core, distinct);
  const kept: RowSource = copies === null ? distinct : new SomeRows(distinct, copies.firsts);
  const axes = axesOf(core, kept);
  return {
    label,
    rows: store.rows,
    kept: kept.rows,
    radius: joined?.radius ?? 0,
    of: joined === undefined ? (copies?.of ?? null) : throughCopies(joined.of, copies),
    axes,
    blocks: await arrange(core, kept, axes, { folder, name }, run),
  };
}

/** The distance within which environments are joined. */
function mergeRadius(merge: number, bandwidth: number): number {
  if (!(merge > 0 && merge <= 1)) {
    throw new QuestsError('INVALID_ARGUMENT', `merge is ${merge}, expected a number above 0, at most 1`);
  }
  if (!(bandwidth > 0 && bandwidth < Infinity)) {
    throw new QuestsError('INVALID_ARGUMENT', `the bandwidth is ${bandwidth}, expected a number above 0`);
  }
  return merge * bandwidth;
}

/** Writes rows to the disk as they come. */
async function stored(
  folder: string,
  batches: AsyncIterable<DescriptorMatrix | DescriptorBatch>,
  kept: KeptLabels | undefined,
  signal: AbortSignal | undefined,
): Promise<{
  groups: readonly LabelGroup[];
  rows: number;
  kind: DescriptorMatrix;
  frames: Frames;
}> {
  let store: GivenRows | undefined;
  let kind: DescriptorMatrix | undefined;
  const frames: Frames = { offsets: [0], sources: [] };
  for await (const batch of batches) {
    signal?.throwIfAborted();
    const x = batch instanceof DescriptorMatrix ? batch : batch.x;
    kind ??= x.frame(0);
    checkComparable(x, kind, ['one part', 'another']);
    store ??= new GivenRows(folder, 'given', kind);
    const first = store.rows;
    await store.add(x.data);
    for (let frame = 0; frame < x.frames; frame++) {
      frames.offsets.push(first + (x.frameOffsets[frame + 1] as number));
      frames.sources.push(x.sources?.[frame]);
    }
    if (kept !== undefined)
      await keepLabels(kept, x, batch instanceof DescriptorMatrix ? undefined : batch.structures);
  }
  if (store === undefined || kind === undefined) throw new QuestsError('EMPTY', 'there are no environments');
  await store.finish();
  return { groups: store.groups(), rows: store.rows, kind, frames };
}

async function keepLabels(
  kept: KeptLabels,
  x: DescriptorMatrix,
  structures: readonly Structure[] | undefined,
): Promise<void> {
  if (structures?.length !== x.frames) {
    const problem = 'labels are kept of structures, which these descriptors come without';
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
  for (const [frame, structure] of structures.entries()) {
    const atoms = (x.frameOffsets[frame + 1] as number) - (x.frameOffsets[frame] as number);
    await kept.add(structure, atoms);
  }
}

/** Files of frames, in the order in which they came, and others that were read. */
async function filesOf(
  sources: readonly (Source | undefined)[],
  paths: readonly string[],
): Promise<ReferenceSource[]> {
  const names = new Set([...paths, ...sources.flatMap((source) => source?.file ?? [])]);
  const files: ReferenceSource[] = [];
  for (const file of names) files.push({ file, sha256: await fileChecksum(file) });
  return files;
}

/** @param numbers of each group the numbers of its rows among all that are stored */
async function* leavesOf(
  core: CoreModule,
  folder: string,
  groups: readonly OrderedGroup[],
  head: ReferenceHead,
  numbers: readonly Uint32Array[],
  onProgress: RunOptions['onProgress'],
): AsyncGenerator<LeafRows, void, undefined> {
  const leaf = inCore(() => core.leafRows());
  let done = 0;
  const width = leafWidth(head);
  for (const [at, { blocks, axes }] of groups.entries()) {
    for (const block of blocks) {
      const data = orderedRows(await readBlock(folder, block, orderedWidth(width)), block);
      if (block !== blocks.at(-1) && block.rows % leaf !== 0) {
        throw new QuestsError('INTERNAL', `a block of ${block.rows} rows is no whole leaves`);
      }
      const own = { ...data, numbers: data.numbers.map((row) => numbers[at]?.[row] as number) };
      yield head.precision === 'f64' ? own : inSingle(core, own, width, axes);
      onProgress?.({ done: (done += block.rows), total: head.kept, phase: 'stored environments' });
    }
  }
}

/** Rows as they are read where they are stored in single precision: boxes must hold these. */
function inSingle(core: CoreModule, data: LeafRows, width: number, axes: Float64Array): LeafRows {
  const size = inCore(() => core.leafRows()) * width;
  const rows = new Float64Array(data.rows.length);
  const packed: PackedLeaf[] = [];
  for (let first = 0; first < rows.length; first += size) {
    const leaf = packedLeaf(data.rows.subarray(first, first + size), width);
    rows.set(unpackedLeaf(leaf), first);
    packed.push(leaf);
  }
  return { ...data, rows, packed, points: inCore(() => core.project(axes, rows, width)) };
}
