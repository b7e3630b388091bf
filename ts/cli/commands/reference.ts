import { type Command, InvalidArgumentError, Option } from 'commander';
import { errorAt } from '../../base/error.js';
import { bound, counted, significant } from '../../base/number-format.js';
import * as quests from '../../faces/node/quests.js';
import type {
  BuiltReference,
  DescriptorBatch,
  DescriptorMatrix,
  StoredReference,
} from '../../faces/node/quests.js';
import type { Precision } from '../../faces/node/analysis.js';
import { sizeOption } from '../runs/shard-options.js';
import type { CliCommand } from '../session/command.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets, type OpenSet } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addReadOptions,
  addRequiredOutputOptions,
  addRunOptions,
  type DescriptorFlags,
  FILES,
  type OutputFlags,
  positive,
  type ReadFlags,
  type RunFlags,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import type { Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';

interface BuildFlags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags {
  readonly output: string;
  /** Default: that of stored references among the files, else `double`. */
  readonly precision?: Precision;
  readonly merge?: number;
  readonly keep?: readonly string[];
  readonly bandwidth: number;
}

interface InfoFlags extends RunFlags, OutputFlags {}

/** `quests reference`: references in files, which open at once. */
export function addReference(program: Command, add: (group: Command, declared: CliCommand) => void): void {
  const group = program
    .command('reference')
    .description('references in files, which open at once: build, add, info');
  add(group, buildCommand);
  add(group, addToCommand);
  add(group, infoCommand);
}

const OUTPUT = 'file to write: .qref';

const FROM_REFERENCE = 'from the reference';

const buildCommand: CliCommand<BuildFlags> = {
  name: 'build',
  description: 'store the environments of a dataset as a reference',
  outputs: () => [],
  declare(command) {
    command.argument('<file...>', FILES);
    addReadOptions(command);
    addDescriptorOptions(command);
    addBuildOptions(command, 'double');
  },
  sessionFlags: (flags) => ({ ...flags, output: undefined }),
  check: checkBuild,
  async run(input, flags, session) {
    await session.claimOutputs(flags.output);
    const sets = await openSets(session, [input], flags);
    return built(session, sets, flags);
  },
};

const addToCommand: CliCommand<BuildFlags> = {
  name: 'add',
  description: 'store a reference with the environments of further files, as a new one',
  outputs: () => [],
  declare(command) {
    command.argument('<reference>', 'a stored reference').argument('<file...>', FILES);
    addReadOptions(command);
    addDescriptorOptions(command, FROM_REFERENCE);
    addBuildOptions(command, FROM_REFERENCE);
    command.addOption(
      sizeOption(
        'what may stay in memory of the reference, e.g. 2G or 500M (default: a quarter of what is free)',
      ),
    );
  },
  sessionFlags: (flags) => ({ ...flags, output: undefined }),
  check: checkBuild,
  async run([reference = '', ...input], flags, session) {
    await session.claimOutputs(flags.output);
    const sets = await openSets(session, [[reference], input], flags);
    checkStored(sets[0]);
    return built(session, sets, flags);
  },
};

const infoCommand: CliCommand<InfoFlags> = {
  name: 'info',
  description: 'what a stored reference holds, and how it was made',
  outputs: () => [],
  declare(command) {
    command.argument('<reference>', 'a stored reference');
    command.option('--json', 'print the result as JSON instead of text');
    addRunOptions(command);
  },
  async run([file = ''], _flags, session) {
    const { signal } = session;
    const stored = await quests.openReference(session.place(file), { signal });
    session.closeAtEnd(stored);
    return { lines: infoLines(stored), json: { ...infoKeys(stored), ...session.provenance } };
  },
};

function addBuildOptions(command: Command, precision: string): void {
  addRequiredOutputOptions(command, OUTPUT);
  command.addOption(
    new Option(
      '--precision <name>',
      `precision of what is stored; single halves the file, dH within 1e-5 (default: ${precision})`,
    ).choices(['double', 'single'] satisfies Precision[]),
  );
  command.addOption(
    new Option(
      '--keep <names>',
      'labels to keep: values of frames, columns of atoms; config_type,energy',
    ).argParser((text) => text.split(',').filter((name) => name !== '')),
  );
  command.addOption(
    new Option(
      '--merge <share>',
      'merge environments within this share of the bandwidth, as 0.1; what it changes in dH is said',
    ).argParser(shareOf),
  );
  command.addOption(
    new Option('-b, --bandwidth <h>', 'bandwidth that --merge is a share of, in 1/Å')
      .default(quests.DEFAULTS.bandwidth)
      .argParser(positive),
  );
  addRunOptions(command);
}

function shareOf(text: string): number {
  const share = positive(text);
  if (share > 1) throw new InvalidArgumentError('Expected a number above 0, at most 1.');
  return share;
}

function checkBuild({ output }: BuildFlags): void {
  if (/\.qref$/i.test(output)) return;
  throw new UsageError(`cannot write ${output}: expected a name that ends in .qref`);
}

function checkStored({ file, stored }: OpenSet): void {
  if (stored === undefined) throw new UsageError(`${file} is no stored reference`);
}

/** Merged again, environments would be further from what stands for them than the file says. */
function refuseMerged({ file, stored }: OpenSet): void {
  if (stored === undefined || stored.facts.merged === null) return;
  const problem = 'its environments are merged, nothing can be added';
  throw errorAt('INVALID_ARGUMENT', { file }, `${problem}: add to one without --merge, then merge both`);
}

/** The precision of what is stored: what was rounded once is not brought back. */
function precisionOf(session: Session, sets: readonly OpenSet[], { precision }: BuildFlags): Precision {
  const rounded = sets.find(({ stored }) => stored?.facts.precision === 'single');
  if (rounded === undefined) return precision ?? 'double';
  const { file } = rounded;
  if (precision === 'double') {
    throw errorAt('MISMATCH', { file }, 'its precision is single, --precision double is asked for');
  }
  if (precision === undefined) {
    session.note(`note: ${file} is in single precision, and so is what is written`);
  }
  return 'single';
}

/** Stores all sets, one after the other, as one reference. */
async function built(session: Session, sets: readonly OpenSet[], flags: BuildFlags): Promise<Result> {
  sets.forEach(refuseMerged);
  const precision = precisionOf(session, sets, flags);
  // No kernel is summed here.
  const settings = descriptorSettings({ ...flags, bandwidth: undefined });
  const describer = await Describer.of(session, sets, settings, flags, { species: 'twice' });
  const clock = { seconds: 0 };
  // What is stored keeps its labels.
  const before = sets.flatMap(({ stored }) => stored?.facts.labels.map(({ name }) => name) ?? []);
  const keep = [...new Set([...before, ...(flags.keep ?? [])])];
  async function* batches(): AsyncGenerator<DescriptorMatrix | DescriptorBatch, void, undefined> {
    for (const set of sets) {
      let frame = 0;
      for await (const { x, structures } of describer.batches(set, clock)) {
        const end = frame + x.frames;
        const labelled =
          keep.length === 0 ? undefined : ((await set.stored?.labelled(frame, end)) ?? structures);
        yield labelled === undefined ? x : { x, structures: labelled };
        frame = end;
      }
    }
  }
  const { value, seconds } = await session.timed(() =>
    quests.buildReference(batches(), flags.output, {
      ...session.options,
      overwrite: flags.overwrite,
      precision,
      ...(keep.length > 0 && { keep }),
      merge: flags.merge,
      bandwidth: flags.bandwidth,
      elements: () => sets.flatMap((set) => [...describer.elementsOf(set)]),
      files: sets.flatMap((set) => set.paths),
    }),
  );
  describer.noteBlindness();
  session.note(`reference written to ${flags.output}`);
  if (flags.merge !== undefined && value.merged === null) {
    const within = `${significant(flags.merge)} of the bandwidth ${significant(flags.bandwidth)} 1/Å`;
    session.note(`note: nothing was merged: no environments are within ${within} of their mean`);
  }
  const [first] = sets;
  return {
    lines: [`${counted(value.rows, 'environment')} of ${counted(value.frames, 'frame')}${copiesText(value)}`],
    json: {
      file: first?.file,
      files: sets.flatMap((set) => set.files),
      n_envs: value.rows,
      n_stored: value.stored,
      n_frames: value.frames,
      width: value.width,
      k: value.k,
      cutoff: value.cutoff,
      species: value.species,
      merged: value.merged,
      jobs: flags.jobs ?? null,
      descriptor_time: clock.seconds,
      computation_time: seconds,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
}

function copiesText({ rows, stored, merged }: Pick<BuiltReference, 'rows' | 'stored' | 'merged'>): string {
  if (merged !== null) return `; ${stored} are stored, others were merged into them`;
  return stored === rows ? '' : `; ${stored} are distinct, copies are stored once`;
}

/** What merging changes in δH, at the bandwidth that it was made for. */
function mergedLines(stored: StoredReference): string[] {
  const { merged } = stored.facts;
  if (merged === null) return [];
  const { share, bandwidth, radius } = merged;
  const { dH_below: below, dH_above: above, dH_above_per_dH: perNat } = mergedKeys(stored, bandwidth);
  return [
    `Merged: within ${significant(share)} of the bandwidth ${significant(bandwidth)} 1/Å; an environment ` +
      `is at most ${bound(radius)} 1/Å from what stands for it`,
    `dH at that bandwidth: lower than that of all by ${bound(below)} at most, higher by ` +
      `${bound(above)} + ${bound(perNat)} dH`,
  ];
}

function mergedKeys(
  stored: StoredReference,
  bandwidth: number,
): { dH_below: number; dH_above: number; dH_above_per_dH: number } {
  const { below, above } = stored.mergedBound(0, bandwidth);
  const perNat = stored.mergedBound(1, bandwidth).above - above;
  return { dH_below: below, dH_above: above, dH_above_per_dH: perNat };
}

function infoLines(stored: StoredReference): string[] {
  const { rows, width, k, cutoff, facts } = stored;
  const { files, elements, frames } = facts;
  const copies = copiesText({ rows, stored: facts.stored, merged: facts.merged });
  return [
    `Environments: ${rows} of ${counted(frames, 'frame')}${copies}`,
    k === null
      ? `Descriptors: ${width} columns`
      : `Descriptors: k = ${k}, cutoff ${cutoff} Å, ${width} columns`,
    ...speciesLines(stored),
    ...(elements === null || elements.length === 0 ? [] : [`Elements: ${elements.join(', ')}`]),
    ...(facts.labels.length === 0
      ? []
      : [`Labels: ${facts.labels.map(({ name, of }) => `${name} (of each ${of})`).join(', ')}`]),
    ...mergedLines(stored),
    ...(facts.precision === 'single' ? ['Precision: single'] : []),
    `Size: ${(facts.bytes / 1e6).toFixed(1)} MB, ${facts.leaves} leaves`,
    ...files.map(({ file, sha256 }) => `From: ${file}${sha256 === null ? '' : ` (sha256 ${sha256})`}`),
  ];
}

function speciesLines({ species, facts }: StoredReference): string[] {
  if (species === null) return [];
  if (facts.centers === null) return [`Species told apart: ${[species].flat().join(', ')}`];
  const centers = Object.entries(facts.centers).map(([element, { rows }]) => `${element} (${rows})`);
  return [`Species told apart: --species ${[species].flat().join(' ')}; around ${centers.join(', ')}`];
}

function infoKeys(stored: StoredReference): Record<string, unknown> {
  const { file, rows, width, k, cutoff, species, facts } = stored;
  return {
    file,
    n_envs: rows,
    n_stored: facts.stored,
    n_frames: facts.frames,
    width,
    k,
    cutoff,
    species,
    elements: facts.elements,
    ...(facts.centers && { centers: facts.centers }),
    labels: facts.labels,
    merged: facts.merged && { ...facts.merged, ...mergedKeys(stored, facts.merged.bandwidth) },
    sources: facts.files,
    precision: facts.precision,
    bytes: facts.bytes,
    leaves: facts.leaves,
  };
}
