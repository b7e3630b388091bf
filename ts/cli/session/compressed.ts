import { PAPER_EPSILON } from '../../base/constants.js';
import { DEFAULTS } from '../../base/defaults.js';
import { QuestsError } from '../../base/error.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type {
  CompressionCoverage,
  CompressionCurve,
  CompressMethod,
  CompressOptions,
  DescriptorMatrix,
  KernelOptions,
  Selection,
  Structure,
} from '../../faces/node/quests.js';
import type { CompressSize, LabelRanges } from '../../faces/node/analysis.js';
import type { CompressedElements } from './compressed-elements.js';
import type { Batch, DataSet, Describer } from './describer.js';
import type { OpenSet } from './open-sets.js';
import type { DescriptorFlags, KernelFlags, OutputFlags, ReadFlags, RunFlags } from './options.js';
import { limitedSelection, type LimitFlags, pickRecord } from './selection-limits.js';
import type { Session } from './session.js';
import { UsageError } from './usage-error.js';

/** A size, or the word for the one at which H·D is largest. */
export type SizeFlag = { readonly text: string } & (CompressSize | { readonly optimal: true });

/** The options of `quests compress`. */
export interface CompressFlags
  extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags, LimitFlags {
  readonly reference?: readonly string[];
  readonly size?: SizeFlag;
  readonly method?: CompressMethod;
  readonly seed: number;
  readonly targetOverlap?: number;
  readonly eps?: number;
  readonly chunkSize?: number;
  readonly dropped?: string;
  readonly summary?: string;
}

/** ε of the overlaps that are reported, in nats. */
export const EPSILONS = [DEFAULTS.epsilon, PAPER_EPSILON] as const;

/**
 * Environments up to which the entropy of the whole set is computed, too: beyond, it takes longer
 * than the selection.
 */
const WHOLE = 50_000;

/** What was picked of a set, and what is known of both. */
export interface Compressed {
  readonly set: Pick<DataSet, 'file' | 'files'>;
  readonly kept: DescriptorMatrix;
  readonly selection: Selection;
  /** What is known of single picks; absent where the kept ones are many, or in chunks. */
  readonly facts?: Pick<Awaited<ReturnType<typeof pickRecord>>, 'lines' | 'record'> | undefined;
  readonly structures: number;
  readonly environments: number;
  /** Structures that chunks kept; absent where there were no chunks. */
  readonly candidates?: number;
  readonly keptStructures: readonly Structure[] | undefined;
  /** The structures that are not kept, in the order of the set. */
  readonly droppedStructures: Iterable<Structure> | AsyncIterable<Structure>;
  readonly descriptorSeconds: number;
  readonly compressSeconds: number;
  /** When the selection was there, in ms of the process. */
  readonly selectedAt: number;
  readonly curve: CompressionCurve | undefined;
  /** H and D of the whole set, where they were computed. */
  readonly whole: { readonly entropy: number; readonly diversity: number } | undefined;
  readonly coverage: CompressionCoverage;
  /** The same for one who has the reference as well. */
  readonly withReference: CompressionCoverage | undefined;
  /** Labels of the whole set, and of what is kept. */
  readonly labels: { readonly before: LabelRanges; readonly after: LabelRanges } | undefined;
  /** The overlap of as many structures at random; undefined where it was not computed. */
  readonly random: CompressionCoverage | undefined;
}

/** Selects structures of a set that is in memory. */
export async function compressedWhole(
  session: Session,
  describer: Describer,
  set: OpenSet,
  elements: CompressedElements,
  options: CompressOptions & KernelOptions,
  flags: CompressFlags,
): Promise<Compressed> {
  const { size } = flags;
  const { x, structures, seconds: descriptorSeconds, file, files } = await describer.load(set, true);
  elements.add(structures ?? []);
  if (structures === undefined && x.frames === 1) {
    session.note(
      `note: ${file} has no frame offsets and counts as one structure; .npz and .parquet files have them`,
    );
  }
  const { value, seconds } = await session.timed(async () => {
    const novel = elements.newToReference;
    const selection = await limitedSelection({ x, structures, file }, flags, {
      ...options,
      forces: forcesFor(options.method, structures, file),
      novel,
    });
    if (size === undefined || !('optimal' in size)) return { selection, curve: undefined };
    const curve = await quests.compressionCurve(x, selection.picks, options);
    return { selection: beginning(selection, curve.optimal), curve };
  });
  const selectedAt = performance.now();
  const { selection, curve } = value;
  if (selection.picks.length === 0)
    throw new QuestsError('EMPTY', 'nothing to keep: the reference already covers the target');
  const kept = x.select(selection.picks);
  const isKept = new Set(selection.picks);
  const keptStructures = structures && Array.from(selection.picks, (pick) => structures[pick] as Structure);
  const both = options.reference && analysis.concatenated([options.reference as DescriptorMatrix, kept]);
  const wantsFacts = kept.rows <= WHOLE || flags.weights !== undefined;
  const facts = wantsFacts ? await pickRecord(x, selection, keptStructures, flags, options) : undefined;
  return {
    set: { file, files },
    facts,
    kept,
    selection,
    structures: x.frames,
    environments: x.rows,
    keptStructures: facts?.structures ?? keptStructures,
    droppedStructures: (structures ?? []).filter((_, index) => !isKept.has(index)),
    descriptorSeconds,
    compressSeconds: seconds,
    selectedAt,
    curve,
    whole: x.rows <= WHOLE ? await quests.metrics(x, options) : undefined,
    coverage: await quests.compressionCoverage(x, kept, EPSILONS, {
      ...options,
      novel: elements.newTo(keptStructures ?? [], false),
    }),
    withReference:
      both &&
      (await quests.compressionCoverage(x, both, EPSILONS, {
        ...options,
        novel: elements.newTo(keptStructures ?? [], true),
      })),
    labels: structures && labelsOf(analysis.labelRanges(structures), keptStructures ?? []),
    random: x.rows <= WHOLE ? await randomCoverage(x, structures, selection, elements, options) : undefined,
  };
}

/** Norms of the forces, where a method needs them. */
function forcesFor(
  method: CompressMethod = DEFAULTS.method,
  structures: readonly Structure[] | undefined,
  file: string,
): Float64Array | undefined {
  if (!analysis.SELECTION_METHODS[method].needsForces) return undefined;
  if (structures !== undefined) return analysis.forceNorms(structures);
  throw new UsageError(`${method} needs the forces of structures: ${file} holds descriptors`);
}

/** What as many structures cover that are picked at random. */
async function randomCoverage(
  x: DescriptorMatrix,
  structures: readonly Structure[] | undefined,
  { method, picks }: Selection,
  elements: CompressedElements,
  options: CompressOptions & KernelOptions,
): Promise<CompressionCoverage | undefined> {
  if (method === 'random') return undefined;
  const size = { count: picks.length };
  const alone = { ...options, reference: undefined };
  const drawn = await quests.compress(x, { ...alone, method: 'random', size });
  const kept = structures && Array.from(drawn.picks, (pick) => structures[pick] as Structure);
  const novel = elements.newTo(kept ?? [], false);
  return quests.compressionCoverage(x, x.select(drawn.picks), EPSILONS, { ...alone, novel });
}

/** The first picks of a selection. */
function beginning(selection: Selection, count: number): Selection {
  const { picks, gains } = selection;
  return { ...selection, picks: picks.slice(0, count), gains: gains.slice(0, count) };
}

/** Selects structures of a set that is read chunk by chunk. */
export async function compressedInChunks(
  session: Session,
  describer: Describer,
  set: OpenSet,
  elements: CompressedElements,
  chunkSize: number,
  options: CompressOptions & KernelOptions,
): Promise<Compressed> {
  const clock = { seconds: 0 };
  let before: LabelRanges | undefined;
  async function* watched(): AsyncGenerator<Batch, void, undefined> {
    for await (const batch of describer.batches(set, clock)) {
      if (batch.structures !== undefined) {
        elements.add(batch.structures);
        const ranges = analysis.labelRanges(batch.structures);
        before = before === undefined ? ranges : analysis.joinedLabelRanges(before, ranges);
      }
      yield batch;
    }
  }
  const { value, seconds } = await session.timed(() =>
    analysis.compressChunks(watched(), { ...options, novel: elements.newToReference, chunkSize }),
  );
  const selectedAt = performance.now();
  const { kept, keptStructures, structures, environments, candidates } = value;
  const both = options.reference && analysis.concatenated([options.reference as DescriptorMatrix, kept]);
  // Reads the set once more.
  async function* again(): AsyncGenerator<Batch, void, undefined> {
    yield* describer.batches(await set.reopen(), { seconds: 0 }, false);
  }
  return {
    set: { file: set.file, files: set.files },
    kept,
    selection: value,
    structures,
    environments,
    candidates,
    keptStructures: keptStructures ?? undefined,
    droppedStructures: left(again(), new Set(value.picks), structures, set),
    descriptorSeconds: clock.seconds,
    compressSeconds: seconds - clock.seconds,
    selectedAt,
    curve: undefined,
    whole: undefined,
    coverage: await quests.compressionCoverage(matrices(again()), kept, EPSILONS, {
      ...options,
      novel: elements.newTo(keptStructures ?? [], false),
    }),
    withReference:
      both &&
      (await quests.compressionCoverage(matrices(again()), both, EPSILONS, {
        ...options,
        novel: elements.newTo(keptStructures ?? [], true),
      })),
    labels: before && labelsOf(before, keptStructures ?? []),
    random: undefined,
  };
}

/** Labels of a set, and of what is kept of it. */
function labelsOf(before: LabelRanges, kept: readonly Structure[]): NonNullable<Compressed['labels']> {
  return { before, after: analysis.labelRanges(kept, before.keys) };
}

async function* matrices(batches: AsyncIterable<Batch>): AsyncGenerator<DescriptorMatrix> {
  for await (const { x } of batches) yield x;
}

/** Structures whose number is not among those kept; there must be as many as the first time. */
async function* left(
  batches: AsyncIterable<Batch>,
  isKept: ReadonlySet<number>,
  expected: number,
  { file }: OpenSet,
): AsyncGenerator<Structure> {
  let index = 0;
  for await (const { structures = [] } of batches) {
    for (const structure of structures) if (!isKept.has(index++)) yield structure;
  }
  if (index !== expected) {
    const problem = `${file}: ${index} structures when read again, expected ${expected} as before`;
    throw new QuestsError('MISMATCH', problem);
  }
}
