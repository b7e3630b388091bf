import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { MOST_EXACT } from '../../base/constants.js';
import { errorAt } from '../../base/error.js';
import * as io from '../../faces/node/io.js';
import * as explore from '../../faces/node/explore.js';
import type { Caution, Exploration, Findings, NamedSet, StoredSet } from '../../faces/node/explore.js';
import { StoredReference } from '../../faces/node/quests.js';
import type { CliCommand } from '../session/command.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings, known } from '../session/descriptor-settings.js';
import {
  addNovelLevelOption,
  noveltyThreshold,
  novelLevelKeys,
  type NovelLevelFlags,
} from '../session/novel-level.js';
import { type OpenSet, openSets } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addLogOption,
  addOverlapOptions,
  addReadOptions,
  addRequiredOutputOptions,
  addRunOptions,
  addSeedOption,
  atLeastZero,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  type OverlapFlags,
  type ReadFlags,
  type RunFlags,
  type ToleranceFlags,
} from '../session/options.js';
import { missingKeys } from '../session/missing-elements.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';
import { noteSaturation } from '../session/notes.js';
import { type SampledData, setWithinMemory } from '../session/set-within-memory.js';
import { sizeOption } from '../runs/shard-options.js';

interface Flags
  extends RunFlags, ReadFlags, DescriptorFlags, KernelFlags, OverlapFlags, NovelLevelFlags, ToleranceFlags {
  readonly reference?: readonly string[];
  readonly output: string;
  readonly overwrite?: boolean;
  readonly interactive?: boolean;
  readonly json?: boolean;
}

/** A dataset, in memory or in a file. */
type ReportedSet = SampledData;

type ElementsCaution = Extract<Caution, { readonly is: 'elements' }>;

/**
 * `quests report`: all that is known of a dataset, or of what it adds to another, as one file to
 * send around.
 */
export const reportCommand: CliCommand<Flags> = {
  name: 'report',
  description: 'report on a dataset, and on what it adds to a reference, as one HTML file',
  outputs: () => [],
  sessionFlags: (flags) => ({ ...flags, output: undefined }),
  check(flags) {
    if (!/\.html?$/i.test(flags.output)) {
      throw new UsageError(`cannot write ${flags.output}: expected a name that ends in .html`);
    }
  },
  declare(command) {
    command
      .argument('<file...>', FILES)
      .option('-r, --reference <file...>', 'reference dataset to compare with (default: none)');
    addRequiredOutputOptions(command, 'HTML file for the report');
    command.option(
      '--interactive',
      'write the page itself, whose map, structures and selections work offline; the file holds the data',
    );
    addReadOptions(command);
    addLogOption(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addOverlapOptions(command);
    addNovelLevelOption(command);
    command.addOption(
      new Option(
        '--tolerance <nats>',
        'estimate entropies by sampling, to within this many nats (95 % confidence); 0: exact, ' +
          'over all pairs ' +
          `(default: 0, ${DEFAULTS.tolerance} where a set has more than ${MOST_EXACT} environments)`,
      ).argParser(atLeastZero),
    );
    addSeedOption(command, 'seed of the sample');
    command.addOption(
      sizeOption(
        'what may be in memory of a dataset, e.g. 2G, with --tolerance: of a larger one a sample is shown ' +
          '(default: a quarter of what is free)',
      ),
    );
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  // Before the work: the report may take minutes.
  await session.claimOutputs(flags.output);
  const groups = flags.reference === undefined ? [input] : [input, flags.reference];
  const opened = (await openSets(session, groups, flags)) as readonly OpenSet[];
  const describer = await Describer.of(session, opened, descriptorSettings(flags), flags);
  // All pairs are summed of all environments.
  const isWhole = flags.tolerance === 0 || (flags.tolerance === undefined && needsAll(flags));
  // Fewer are summed in full where no tolerance was asked for.
  const leastRows = flags.tolerance === undefined ? MOST_EXACT : 0;
  const within = { memory: flags.memory, keepsStructures: true, leastRows };
  const sets: ReportedSet[] = [];
  // The reference is what is known first.
  for (const set of opened.toReversed()) {
    sets.push(
      isWhole ? await describer.load(set, true) : await setWithinMemory(session, describer, set, within),
    );
  }
  return reported(session, describer, opened, sets, flags);
}

/** Whether all environments are needed: they are then in memory where no tolerance is given. */
function needsAll({ interactive = false, novelLevel }: Flags): boolean {
  return interactive || novelLevel !== undefined;
}

/** Refuses what needs all environments of a set that is larger than memory. */
function checkWhole(sets: readonly ReportedSet[], flags: Flags): void {
  const large = sets.find(({ x }) => isLarge(x));
  if (large === undefined) return;
  if (flags.interactive === true) {
    throw errorAt('TOO_LARGE', large, 'it is larger than --memory; --interactive writes all environments');
  }
  const [first] = sets;
  if (flags.novelLevel !== undefined && first !== undefined && isLarge(first.x)) {
    throw errorAt('TOO_LARGE', first, 'it is larger than --memory; --novel-level needs all environments');
  }
}

function isLarge(x: ReportedSet['x']): boolean {
  return x instanceof StoredReference && !x.fitsMemory;
}

async function reported(
  session: Session,
  describer: Describer,
  opened: readonly OpenSet[],
  sets: readonly ReportedSet[],
  flags: Flags,
): Promise<Result> {
  const { bandwidth, tolerance, seed, output, overwrite } = flags;
  checkWhole(sets, flags);
  describer.noteBlindness();
  const [first, known] = opened;
  if (first !== undefined && known !== undefined) describer.noteMissing(first, [known]);
  const { x: reference } = sets[0] as ReportedSet;
  const eps = (await noveltyThreshold(session, reference, flags)) ?? flags.eps;
  const { value: exploration, seconds } = await session.timed(() =>
    explore.explore(namedSets(sets), { bandwidth, epsilon: eps, tolerance, seed }, session.options),
  );
  session.note(`computed in ${duration(seconds)} (${session.engine})`);
  for (const { name, x, drawn } of exploration.sets) {
    if (drawn === undefined) continue;
    const of = `${x.rows} of its ${drawn.environments} environments`;
    session.note(`note: ${name} is larger than memory: its map, its curve and its dH are of ${of}`);
  }
  const { findings } = exploration;
  for (const { efficiency } of findings.sets) {
    if (efficiency !== null) noteSaturation(session, { efficiency });
  }
  if (tolerance === undefined && findings.settings.tolerance > 0) {
    const within = `H is estimated to within ${findings.settings.tolerance} nats (95 % confidence)`;
    session.note(`note: more than ${MOST_EXACT} environments: ${within}; --tolerance 0 is exact`);
  }

  const html =
    flags.interactive === true
      ? await explore.livingReportHtml(
          { exploration, select: '', notes: [] },
          await explore.pageContents({ signal: session.signal }),
          made(session, sets),
        )
      : await explore.reportHtml(exploration, made(session, sets), session.options);
  await io.writeOutput(output, [html], { overwrite, signal: session.signal });
  session.note(`report written to ${output} (${Math.ceil(new Blob([html]).size / 1000)} kB)`);
  const { title, why } = explore.verdictText(findings);
  return {
    lines: [
      title,
      why,
      ...explore.headlineTexts(findings).map(line),
      ...elementsCautions(findings).map((caution) => `elements: ${explore.cautionText(caution)}`),
    ],
    json: { ...keys(session, sets, { ...flags, eps }, exploration), computation_time: seconds },
  };
}

/**
 * Sets by the names of their files, with folders only as far as these tell them apart: a report is
 * sent to others.
 */
function namedSets(sets: readonly ReportedSet[]): (NamedSet | StoredSet)[] {
  const names = explore.shortNames(sets.map(({ file }) => file));
  return sets.map(({ file, files, x, structures = [], firstFrame }) => {
    const more = files.length === 1 ? '' : ` and ${files.length - 1} more`;
    return { name: `${names.get(file) ?? file}${more}`, x, structures, firstFrame } as NamedSet | StoredSet;
  });
}

function line({ name, values }: { readonly name: string; readonly values: readonly string[] }): string {
  return `${name}: ${values.filter((value) => value !== '').join('; ')}`;
}

/** What is to be known of several elements that are treated as one. */
function elementsCautions({ cautions }: Findings): ElementsCaution[] {
  return cautions.filter((caution): caution is ElementsCaution => caution.is === 'elements');
}

function effectKeys(findings: Findings): Record<string, unknown> {
  const [caution] = elementsCautions(findings);
  return caution === undefined ? {} : { elements_effect: caution.effect };
}

/** What the report says of how it was made. */
function made(session: Session, sets: readonly ReportedSet[]): Record<string, string> {
  const [first, second] = sets;
  const names = second === undefined ? ['files'] : ['files of the first set', 'files of the second set'];
  const files = [first, second].flatMap((set, at): [string, string][] =>
    set === undefined ? [] : [[names[at] ?? '', [...explore.shortNames(set.files).values()].join(', ')]],
  );
  const { count } = session.skippedFrames;
  return {
    date: explore.reportDate(process.env.SOURCE_DATE_EPOCH),
    ...Object.fromEntries(files),
    ...(count === 0 ? {} : { 'frames skipped': String(count) }),
    version: `quests ${session.provenance.version}`,
    'computed by': session.engine,
  };
}

function keys(
  session: Session,
  sets: readonly ReportedSet[],
  flags: Flags,
  { findings }: Exploration,
): Record<string, unknown> {
  const { bandwidth, eps, jobs, output } = flags;
  const set = sets.at(-1) as ReportedSet;
  const reference = sets.length > 1 ? sets[0] : undefined;
  const { tolerance, seed } = findings.settings;
  return {
    file: set.file,
    files: set.files,
    reference_file: reference?.file ?? null,
    reference_files: reference?.files ?? null,
    report: output,
    k: known(set.x.k, (reference ?? set).x.k),
    cutoff: known(set.x.cutoff, (reference ?? set).x.cutoff),
    bandwidth,
    eps,
    ...novelLevelKeys(flags),
    tolerance: tolerance > 0 ? tolerance : null,
    seed: tolerance > 0 ? seed : null,
    jobs: jobs ?? null,
    descriptor_time: sets.reduce((sum, { seconds }) => sum + seconds, 0),
    species: set.x.species,
    skipped: session.skippedFrames.count,
    sets: explore.setRecords(findings.sets),
    comparison: findings.comparison,
    ...missingKeys(findings.comparison?.missing ?? [], findings.comparison?.missingEnvironments ?? null),
    suggested_bandwidth: findings.suggestion,
    // Of one element there is nothing to say.
    ...effectKeys(findings),
    ...session.provenance,
  };
}
