import { InvalidArgumentError, Option } from 'commander';
import { PAPER_EPSILON } from '../../base/constants.js';
import { DEFAULTS } from '../../base/defaults.js';
import * as quests from '../../faces/node/quests.js';
import * as io from '../../faces/node/io.js';
import * as analysis from '../../faces/node/analysis.js';
import type { CompressOptions, KernelOptions } from '../../faces/node/quests.js';
import type { CompressSize } from '../../faces/node/analysis.js';
import type { CliCommand } from '../session/command.js';
import {
  compressedInChunks,
  compressedWhole,
  type CompressFlags,
  type SizeFlag,
} from '../session/compressed.js';
import { compressedLines, compressedRecord } from '../session/compressed-lines.js';
import { type DataSet, Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets, type OpenSet } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  addSeedOption,
  FILES,
  MOST_COUNT,
  positive,
  repeated,
  wholeTo,
} from '../session/options.js';
import { CompressedElements } from '../session/compressed-elements.js';
import {
  addComparisonOptions,
  comparedSelections,
  type SelectionComparisonFlags,
} from '../session/selection-comparison.js';
import { addLimitOptions, checkLimits } from '../session/selection-limits.js';
import { DRAWING } from '../session/option-effects.js';
import { checkColumns } from '../session/output-columns.js';
import { checkReadTwice } from '../session/read-twice.js';
import { type Result, jsonText } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';
import { checkRooms, checkSelectionRoom } from '../session/selection-room.js';
import { type Output, type OutputKind, outputOf } from '../session/output.js';

const KINDS: readonly OutputKind[] = ['json', 'structures'];
const COMPARED: readonly OutputKind[] = ['json'];

/** The options of `quests compress`. */
type Flags = CompressFlags & SelectionComparisonFlags;

/** `quests compress`: the structures of a dataset that are worth keeping. */
export const compressCommand: CliCommand<Flags> = {
  name: 'compress',
  description: 'select the structures of a dataset that are worth keeping',
  outputs: ({ compare }) => (compare === true ? COMPARED : KINDS),
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
    addComparisonOptions(command);
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
  if (method === 'atom_msc' || method === 'gradient_fps') {
    throw new UsageError(`${method} cannot be combined with --chunk-size`);
  }
}

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  if (flags.compare === true) return comparedSelections(session, input, flags);
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
  const toldApart = describer.settings.species !== 'ignore';
  const elements = new CompressedElements(describer, [set, referenceSet], toldApart);
  const options = compressOptions(session, flags, reference);
  const found =
    flags.chunkSize === undefined
      ? await compressedWhole(session, describer, set, elements, options, flags)
      : await compressedInChunks(session, describer, set, elements, flags.chunkSize, options);
  describer.noteBlindness();
  if (referenceSet !== undefined) describer.noteMissing(set, [referenceSet]);
  session.note(`selection made in ${duration(found.compressSeconds)} (${session.engine})`);

  const curve = found.curve ?? (await quests.compressionCurve(found.kept, upTo(found.kept.frames), options));
  const keptStructures = found.keptStructures ?? [];
  const json = {
    ...compressedRecord(session, flags, reference, { ...found, curve }),
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
  return { lines: [...compressedLines(found, curve), ...elements.lines(keptStructures)], json };
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

function upTo(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}
