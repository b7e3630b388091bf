import { fixed, percent, significant } from '../../base/number-format.js';
import { InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { PAPER_EPSILON } from '../../base/constants.js';
import { QuestsError } from '../../base/error.js';
import * as quests from '../../faces/node/quests.js';
import * as io from '../../faces/node/io.js';
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
import type { CliCommand } from '../session/command.js';
import { type Batch, type DataSet, Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets, type OpenSet } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  addSeedOption,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  MOST_COUNT,
  type OutputFlags,
  positive,
  type ReadFlags,
  type RunFlags,
  repeated,
  wholeTo,
} from '../session/options.js';
import { CompressedElements } from '../session/compressed-elements.js';
import {
  addLimitOptions,
  checkLimits,
  limitedSelection,
  type LimitFlags,
  pickRecord,
} from '../session/selection-limits.js';
import { DRAWING } from '../session/option-effects.js';
import { checkColumns } from '../session/output-columns.js';
import { checkReadTwice } from '../session/read-twice.js';
import { type Result, jsonText } from '../session/result.js';
import { lostLabelLines } from '../session/lost-labels.js';
import { duration, type Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';
import { checkRooms, checkSelectionRoom } from '../session/selection-room.js';
import { type Output, type OutputKind, outputOf } from '../session/output.js';

/** A size, or the word for the one at which H·D is largest. */
type SizeFlag = { readonly text: string } & (CompressSize | { readonly optimal: true });

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags, LimitFlags {
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

const KINDS: readonly OutputKind[] = ['json', 'structures'];

/** ε of the overlaps that are reported, in nats. */
const EPSILONS = [DEFAULTS.epsilon, PAPER_EPSILON] as const;

/**
 * Environments up to which the entropy of the whole set is computed, too: beyond, it takes longer
 * than the selection.
 */
const WHOLE = 50_000;

/** `quests compress`: the structures of a dataset that are worth keeping. */
export const compressCommand: CliCommand<Flags> = {
  name: 'compress',
  description: 'select the structures of a dataset that are worth keeping',
  outputs: () => KINDS,
  check(flags) {
    checkFlags(flags);
    checkLimits(flags);
  },
  declare(command) {
    command
      .argument('<file...>', FILES)
      .addOption(
        new Option(
          '-r, --reference <file>',
          'structures you already have; repeat for several files (selects msc_conditional)',
        ).argParser(repeated),
      )
      .addOption(
        new Option(
          '-s, --size <size>',
          'how much to keep: a fraction with a dot (0.5, 1.), a number of structures, or optimal, ' +
            'which maximises ' +
            `entropy times diversity (default: ${DEFAULTS.size.fraction}; atom_msc: as many as ` +
            `the target needs)`,
        ).argParser(sizeOf),
      )
      .addOption(
        new Option('-m, --method <name>', `selection method (default: ${DEFAULTS.method})`).choices(
          analysis.COMPRESS_METHODS,
        ),
      )
      .addOption(
        new Option(
          '--target-overlap <share>',
          `atom_msc stops when this share of all environments is covered (default: ` +
            `${DEFAULTS.targetOverlap})`,
        ).argParser(positive),
      )
      .addOption(
        new Option(
          '-e, --eps <nats>',
          `for atom_msc: environments with δH below this are covered (default: ${PAPER_EPSILON})`,
        ).argParser(positive),
      )
      .addOption(
        new Option(
          '--chunk-size <n>',
          'for datasets larger than memory: select within chunks of n structures, then among the kept ones',
        ).argParser(wholeTo(MOST_COUNT)),
      )
      .option('--dropped <path>', 'write the structures that are not kept to this file')
      .option('--summary <path>', 'write the summary to this JSON file');
    addLimitOptions(command);
    addSeedOption(command, `seed of ${DRAWING.join(', ')}`);
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

/** Reads a size: with a dot or an exponent a fraction, without one a number. */
function sizeOf(text: string): SizeFlag {
  if (text === 'optimal') return { text, optimal: true };
  if (/^\+?\d+$/.test(text)) {
    const count = Number(text);
    if (count < 1) throw new InvalidArgumentError('Expected at least 1 structure.');
    return { text, count };
  }
  const fraction = /^\+?(\d+\.\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (!(fraction > 0 && fraction <= 1)) {
    throw new InvalidArgumentError(
      'Expected a fraction above 0. and up to 1., with a dot; a number of structures, without; or optimal.',
    );
  }
  return { text, fraction };
}

/** Refuses what does not go together, before anything is read. */
function checkFlags({ method, reference, size, targetOverlap, chunkSize }: Flags): void {
  if (reference === undefined && method === 'msc_conditional') {
    throw new UsageError('msc_conditional needs a reference: -r FILE');
  }
  const { isNested, takesReference } = analysis.SELECTION_METHODS[method ?? DEFAULTS.method];
  if (reference !== undefined && !takesReference) {
    throw new UsageError(`${method ?? ''} takes no reference; msc_conditional and atom_msc do`);
  }
  if (targetOverlap !== undefined && targetOverlap > 1) {
    throw new UsageError(`target overlap is ${targetOverlap}, expected a share of at most 1`);
  }
  if (size !== undefined && 'optimal' in size) {
    if (!isNested) {
      const nested = analysis.COMPRESS_METHODS.filter((name) => analysis.SELECTION_METHODS[name].isNested);
      throw new UsageError(`-s optimal needs a method with nested selections: ${nested.join(', ')}`);
    }
    if (chunkSize !== undefined) throw new UsageError('-s optimal cannot be combined with --chunk-size');
  }
  if (chunkSize === undefined) return;
  if (chunkSize < 2) throw new UsageError('--chunk-size is 1, expected 2 structures or more');
  if (method === 'atom_msc') throw new UsageError('atom_msc cannot be combined with --chunk-size');
}

/** What was picked of a set, and what is known of both. */
interface Compressed {
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

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { output } = session;
  const outputs = await checkedOutputs(session, flags);
  if (flags.chunkSize !== undefined) {
    await checkReadTwice(session, input, '--chunk-size reads the files twice');
  }
  const groups = flags.reference === undefined ? [input] : [input, flags.reference];
  const sets = await openSets(session, groups, flags);
  const [set, referenceSet] = sets as [OpenSet, OpenSet | undefined];
  if (set.opened.holds === 'matrix' && (output?.kind === 'structures' || outputs.dropped !== undefined)) {
    throw new UsageError(`cannot write structures: ${set.file} holds descriptors`);
  }
  const rooms = { kept: output, dropped: outputs.dropped };
  await checkSelectionRoom(set, rooms, knownSize(flags));
  for (const file of [output, outputs.dropped]) await checkColumns(file, set);
  const describer = await Describer.of(session, sets, descriptorSettings(flags), flags);
  const reference = referenceSet && (await describer.load(referenceSet, false));
  const elements = new CompressedElements(describer, [set, referenceSet], flags.species !== undefined);
  const options = compressOptions(session, flags, reference);
  const found =
    flags.chunkSize === undefined
      ? await ofWhole(session, describer, set, elements, options, flags)
      : await ofChunks(session, describer, set, elements, flags.chunkSize, options);
  describer.noteBlindness();
  if (referenceSet !== undefined) describer.noteMissing(set, [referenceSet]);
  session.note(`selection made in ${duration(found.compressSeconds)} (${session.engine})`);

  const curve = found.curve ?? (await quests.compressionCurve(found.kept, upTo(found.kept.frames), options));
  const keptStructures = found.keptStructures ?? [];
  const json = {
    ...selectionRecord(session, flags, reference, { ...found, curve }),
    ...elements.record(keptStructures),
  };
  const writing = { overwrite: flags.overwrite, signal: session.signal };
  checkRooms(rooms, found.kept.frames, found.structures);
  // These first: they may be read from the set once more, which the other file may replace.
  if (outputs.dropped !== undefined) {
    await session.writeStructures(outputs.dropped.path, found.droppedStructures, writing);
    session.note(
      `dropped structures written to ${outputs.dropped.path}: ${found.structures - found.kept.frames}`,
    );
  }
  if (output?.kind === 'structures') {
    await session.writeStructures(output.path, keptStructures, writing);
    session.note(`kept structures written to ${output.path}: ${found.kept.frames}`);
  }
  if (outputs.summary !== undefined) {
    await io.writeOutput(outputs.summary.path, [jsonText(json)], writing);
    session.note(`summary written to ${outputs.summary.path}`);
  }
  return { lines: [...lines(found, curve), ...elements.lines(keptStructures)], json };
}

/** The further files to write, checked before anything is computed. */
async function checkedOutputs(
  session: Session,
  { dropped, summary }: Flags,
): Promise<{ dropped: Output | undefined; summary: Output | undefined }> {
  const outputs = {
    dropped: outputOf(dropped, ['structures']),
    summary: outputOf(summary, ['json']),
  };
  await session.claimOutputs(outputs.dropped?.path, outputs.summary?.path);
  return outputs;
}

/** The size that is kept, where the selection does not decide it. */
function knownSize({ size, method, until }: Flags): CompressSize | undefined {
  if (until !== undefined) return undefined;
  if (size === undefined) return method === 'atom_msc' ? undefined : DEFAULTS.size;
  return 'optimal' in size ? undefined : size;
}

function compressOptions(
  session: Session,
  flags: Flags,
  reference: DataSet | undefined,
): CompressOptions & KernelOptions {
  const { method, seed, targetOverlap, eps, bandwidth, size } = flags;
  // With a reference msc means msc_conditional, as in the Python package.
  const named = reference !== undefined && method === 'msc' ? 'msc_conditional' : method;
  return {
    ...session.options,
    bandwidth,
    method: named,
    seed,
    targetOverlap,
    epsilon: eps,
    reference: reference?.x,
    size: size !== undefined && 'optimal' in size ? { fraction: 1 } : size,
  };
}

async function ofWhole(
  session: Session,
  describer: Describer,
  set: OpenSet,
  elements: CompressedElements,
  options: CompressOptions & KernelOptions,
  flags: Flags,
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
    const selection = await limitedSelection({ x, structures, file }, flags, { ...options, novel });
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
    random: x.rows <= WHOLE ? await ofRandom(x, structures, selection, elements, options) : undefined,
  };
}

/** What as many structures cover that are picked at random. */
async function ofRandom(
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

async function ofChunks(
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

function upTo(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}

function lines(found: Compressed, curve: CompressionCurve): string[] {
  const { structures, environments, kept, coverage, whole, withReference, candidates, labels } = found;
  const of = (value: number | undefined): string =>
    value === undefined ? '' : ` (whole set: ${fixed(value, 2)})`;
  const at = kept.frames - 1;
  const shares = ({ overlap }: CompressionCoverage): string =>
    EPSILONS.map((epsilon, i) => `${percent(overlap[i] ?? NaN)} (dH < ${significant(epsilon)})`).join(', ');
  return [
    `Method: ${found.selection.method}`,
    ...(candidates === undefined ? [] : [`Kept after chunks: ${candidates}, then selected among them`]),
    `# Structs: ${kept.frames} (out of ${structures})`,
    `# Envs: ${kept.rows} (out of ${environments})`,
    `Entropy: ${fixed(curve.entropy[at] ?? NaN, 2)} nats${of(whole?.entropy)}`,
    `Diversity: ${fixed(curve.diversity[at] ?? NaN, 2)} nats${of(whole?.diversity)}`,
    `Overlap: ${shares(coverage)}`,
    ...(found.random === undefined ? [] : [`Overlap of as many at random: ${shares(found.random)}`]),
    ...(withReference === undefined ? [] : [`Covered by kept + reference: ${shares(withReference)}`]),
    `dH of the whole set given what is kept: mean ${fixed(coverage.meanDH, 3)}, max ` +
      `${fixed(coverage.maxDH, 3)} (nats)`,
    ...(found.facts?.lines ?? []),
    ...(labels === undefined ? [] : lostLabelLines(labels.before, labels.after)),
  ];
}

function selectionRecord(
  session: Session,
  flags: Flags,
  reference: DataSet | undefined,
  found: Compressed & { readonly curve: CompressionCurve },
): Readonly<Record<string, unknown>> {
  const { set, kept, selection, curve, coverage, whole, withReference, labels } = found;
  const { method, picks, gains, entropies } = selection;
  const at = kept.frames - 1;
  return {
    file: set.file,
    files: set.files,
    reference: reference?.file ?? null,
    reference_files: reference?.files ?? null,
    method,
    size:
      flags.size?.text ??
      (method === 'atom_msc' || flags.until !== undefined ? null : String(DEFAULTS.size.fraction)),
    seed: flags.seed,
    ...(method === 'atom_msc'
      ? {
          target_overlap: flags.targetOverlap ?? DEFAULTS.targetOverlap,
          target_eps: flags.eps ?? PAPER_EPSILON,
        }
      : {}),
    chunk_size: flags.chunkSize ?? null,
    chunk_candidates: found.candidates ?? null,
    k: kept.k,
    cutoff: kept.cutoff,
    bandwidth: flags.bandwidth,
    jobs: flags.jobs ?? null,
    descriptor_time: found.descriptorSeconds,
    compress_time: found.compressSeconds,
    metrics_time: (performance.now() - found.selectedAt) / 1000,
    orig_n_structs: found.structures,
    orig_n_envs: found.environments,
    orig_H: whole?.entropy ?? null,
    orig_D: whole?.diversity ?? null,
    comp_H: curve.entropy[at],
    comp_D: curve.diversity[at],
    comp_n_structs: kept.frames,
    comp_n_envs: kept.rows,
    overlap: coverage.overlap[0],
    overlap_1nat: coverage.overlap[1],
    mean_dH: coverage.meanDH,
    max_dH: coverage.maxDH,
    overlap_random: found.random?.overlap[0] ?? null,
    overlap_1nat_random: found.random?.overlap[1] ?? null,
    overlap_with_reference: withReference?.overlap[0] ?? null,
    overlap_1nat_with_reference: withReference?.overlap[1] ?? null,
    selected: Array.from(picks),
    selected_sources:
      kept.sources?.map((source) => source && { file: source.file, frame: source.frame }) ?? null,
    gains: Array.from(gains),
    entropies: entropies && Array.from(picks, (pick) => entropies[pick]),
    ...found.facts?.record,
    curve: {
      n_envs: Array.from(curve.environments),
      H: Array.from(curve.entropy),
      D: Array.from(curve.diversity),
      optimal: curve.optimal,
    },
    before: labels === undefined ? null : rangesRecord(labels.before),
    after: labels === undefined ? null : rangesRecord(labels.after),
    species: kept.species,
    skipped: session.skippedFrames.count,
    ...session.provenance,
  };
}

function rangesRecord({
  keys,
  energyPerAtom,
  force,
  configTypes,
}: LabelRanges): Readonly<Record<string, unknown>> {
  return {
    energy_key: keys.energy,
    forces_key: keys.forces,
    ...(keys.undecided?.energy && { energy_candidates: keys.undecided.energy }),
    ...(keys.undecided?.forces && { forces_candidates: keys.undecided.forces }),
    energy_per_atom: energyPerAtom,
    force,
    config_types: configTypes,
  };
}
