import { counted } from '../../base/number-format.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import * as figures from '../../faces/figure.js';
import type { NamedReference, Nuclei, Structure } from '../../faces/node/quests.js';
import type { PhaseSet } from '../../faces/node/analysis.js';
import { fitOrRefusal } from '../../base/fit-or-refusal.js';
import { following, framesOf, hasStep } from '../runs/computed-frames.js';
import type { CliCommand } from '../session/command.js';
import type { Result } from '../session/result.js';
import { addTimeOptions, type TimeFlags } from '../session/frame-options.js';
import { openSets } from '../session/open-sets.js';
import { frameLines, fitLines, passageLines, sizeLines, thresholdLines } from '../session/nuclei-lines.js';
import { addNucleiOptions, type NucleiFlags } from '../session/nuclei-options.js';
import { fitRecord, frameRecord, type NucleiFrame, passageRecord, UNITS } from '../session/nuclei-records.js';
import { nucleiTable, withColumns } from '../session/nuclei-table.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addLogsOption,
  addOutputOptions,
  addPlotOption,
  addReadOptions,
  addRunOptions,
  real,
  STRUCTURE_FILES,
} from '../session/options.js';
import { drained } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { refuseForData } from '../session/option-effects.js';
import { openReferences, referenceFiles } from '../session/trajectory-references.js';
import { UsageError } from '../session/usage-error.js';
import type { OutputKind } from '../session/output.js';
import { noteBeyond } from '../session/notes.js';

const KINDS: readonly OutputKind[] = ['json', 'table', 'environments'];

/** Atoms within a bond length at most: a crystal has 42 up to its third neighbours. */
const MOST_BONDS = 1000;

/** δH of at most so many atoms make the histogram. */
const MOST_VALUES = 1 << 20;

/** `quests nuclei`: the phase of each atom, and the nuclei that atoms of one phase form. */
export const nucleiCommand: CliCommand<NucleiFlags> = {
  name: 'nuclei',
  description:
    'the phase of each atom, from its dH relative to several references, and the nuclei of one phase',
  outputs: () => KINDS,
  bandwidthFiles: (input, flags) => referenceFiles(flags) ?? input,
  declare(command) {
    command
      .argument('<file...>', STRUCTURE_FILES)
      .requiredOption(
        '-r, --reference <name=file...>',
        'references, as in solid=a.xyz liquid=b.xyz; repeat a name to add files to it',
      );
    addNucleiOptions(command);
    addTimeOptions(command);
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addLogsOption(command, 'of the run; with --runs one for each, in the same order');
    addOutputOptions(command, KINDS);
    addPlotOption(command, 'the largest nucleus over time, sizes of nuclei, and dH with the threshold');
    addRunOptions(command);
  },
  run,
};

async function run(
  input: readonly string[],
  flags: NucleiFlags,
  session: Session,
): Promise<Result | undefined> {
  const { output } = session;
  checkNamed(flags.reference, '--reference');
  checkNamed(flags.heldOut ?? [], '--held-out');
  if ((flags.density === undefined) !== (flags.temperature === undefined)) {
    throw new UsageError('energies of the fit need both --density and --temperature');
  }
  const groups = flags.runs === true ? input.map((file) => [file]) : [input];
  const late = { count: 0 };
  const sets = await openSets(session, groups, flags, {
    logOf: { each: 'runs' },
    onBeyond: () => late.count++,
  });
  const frames = sets.map((set) => framesOf(session, set, flags, true));
  const firsts = await Promise.all(frames.map((one) => one.next()));
  const example = firsts.find(({ done }) => done !== true)?.value as Structure | undefined;
  const steps = { seen: firsts.some(({ done, value }) => done !== true && hasStep(value)) };
  const refuseTimestep = (): void => {
    if (flags.timestep !== undefined && !steps.seen) refuseForData('timestep', sets[0]?.file ?? '');
  };
  // Of one file all frames are alike; of others a later one may say its step.
  if (sets.every(({ files }) => files.length === 1)) refuseTimestep();
  const references = await openReferences(session, flags, example, true);
  const known = setsOf(references.reference);
  const apart =
    flags.heldOut === undefined
      ? undefined
      : await openReferences(session, { ...flags, reference: flags.heldOut }, example, true);
  const selected = selectedPhases(known, flags);
  const length = lengthOfBonds(flags, example);
  const given = givenThresholds(flags, known);
  const thresholds = analysis.withThresholds(
    await analysis.phaseThresholds(known, {
      ...session.options,
      bandwidth: flags.bandwidth,
      ...(apart && { heldOut: setsOf(apart.reference) }),
    }),
    given,
  );
  for (const { name, separated, other } of thresholds) {
    if (separated || other === null || given.has(name) || !selected.includes(name)) continue;
    session.note(`note: at this bandwidth dH does not separate ${name} from the other phases`);
  }

  const seen = new Set<string>();
  const found: NucleiFrame[] = [];
  const values = new analysis.EvenSample(MOST_VALUES);
  const prepared = await Promise.all(
    known.map(async ({ name, x, elements }) => ({
      name,
      elements,
      x: await quests.referenceSet(x, { backend: session.backend }),
    })),
  );
  async function* all(): AsyncGenerator<Structure, void, undefined> {
    for (const [number, rest] of frames.entries()) {
      const first = firsts[number] as IteratorResult<Structure, void>;
      if (first.done === true) continue;
      const batches = quests.descriptorBatches(watched(following(first.value, rest), seen), {
        ...session.options,
        k: references.k,
        cutoff: references.cutoff,
        species: references.species ?? false,
        onSkip: flags.onError === 'skip' ? session.skippedFrames.add : undefined,
      });
      for await (const { structures, x } of batches) {
        const { phase, dH } = await quests.phases(x, prepared, {
          ...session.options,
          bandwidth: flags.bandwidth,
          thresholds,
          elements: analysis.environmentElements(structures),
        });
        for (const name of selected)
          values.add(dH[known.findIndex((set) => set.name === name)] as Float64Array);
        for (const [at, structure] of structures.entries()) {
          const rows = [x.frameOffsets[at] as number, x.frameOffsets[at + 1] as number] as const;
          const own = phase.subarray(...rows);
          const nuclei = await quests.nuclei(
            structure,
            Array.from(own, (one) => selected.includes(known[one]?.name ?? '')),
            { ...session.options, ...flags, length },
          );
          found.push(frameOf(structure, { number, own, nuclei, phases: known.length }, flags));
          yield withColumns(
            structure,
            known,
            own,
            dH.map((one) => one.subarray(...rows)),
            nuclei,
          );
        }
      }
    }
  }
  const { seconds } = await session.timed(async () => {
    try {
      if (output?.kind === 'environments') {
        const { overwrite } = flags;
        await session.writeStructures(output.path, all(), { overwrite, signal: session.signal });
        session.note(`result written to ${output.path}`);
      } else await drained(all());
    } finally {
      for (const { x } of prepared) x.dispose();
    }
  });
  steps.seen ||= found.some(({ step }) => step !== null);
  refuseTimestep();
  references.noteBlindness(seen);
  const missing = references.noteMissing(seen);
  noteBeyond(session, late.count, flags);
  session.note(`${counted(found.length, 'frame')} in ${duration(seconds)} (${session.engine})`);
  const sizeOf = (nucleus: Nuclei['nuclei'][number]): number =>
    flags.withShell === true ? nucleus.sizeWithShell : nucleus.size;
  const counts = analysis.sizeCounts(found.flatMap(({ nuclei }) => nuclei.map(sizeOf)));
  const fit = await fitOrRefusal(() => analysis.fitNucleation(counts, flags.fitSizes));
  const growth = analysis.nucleusGrowth(found, sizeOf);
  const axis = UNITS[growth.axis];
  const passage = await fitOrRefusal(() => analysis.firstPassage(growth.runs));
  return {
    lines: [
      ...thresholdLines(thresholds, flags.bandwidth, given),
      ...[...missing].map(
        ([name, elements]) =>
          `Elements that ${name} lacks: ${elements.join(', ')}; ` +
          (references.species !== null ? `their atoms are not of ${name}` : 'elements are not told apart'),
      ),
      '',
      `Nuclei of ${selected.join(', ')}; bond length ${length.toFixed(3)} Å` +
        (flags.removeBridges ? ', bridges removed' : '') +
        (flags.minCoordination > 0 ? `, at least ${flags.minCoordination} bonds` : '') +
        (flags.minSize > 1 ? `, at least ${flags.minSize} atoms` : ''),
      ...frameLines(
        found,
        known.map(({ name }) => name),
      ),
      '',
      ...sizeLines(counts, flags.withShell === true),
      ...fitLines(fit, flags),
      ...passageLines(passage, axis),
    ],
    json: {
      file: sets[0]?.file ?? '',
      files: sets.flatMap(({ files }) => files),
      k: references.k,
      cutoff: references.cutoff,
      bandwidth: flags.bandwidth,
      species: references.species,
      references: references.files,
      ...(missing.size > 0 && { missing_elements: Object.fromEntries(missing) }),
      held_out: apart?.files ?? null,
      thresholds: thresholds.map(({ name, environments, own, other, separated, relative, threshold }) => ({
        name,
        n_envs: environments,
        own,
        other,
        separated,
        given: given.has(name),
        relative,
        threshold,
      })),
      phase: selected,
      bond_length: length,
      remove_bridges: flags.removeBridges ?? false,
      min_coordination: flags.minCoordination,
      min_size: flags.minSize,
      frames: found.map((one) => frameRecord(one, [...known.map(({ name }) => name), 'unknown'])),
      with_shell: flags.withShell ?? false,
      sizes: Array.from(counts.entries()).filter(([, count]) => count > 0),
      fit: fitRecord(fit, flags),
      first_passage: passageRecord(passage, axis),
      every: flags.every,
      average: flags.average,
      timestep: flags.timestep ?? null,
      log: flags.log ?? null,
      jobs: flags.jobs ?? null,
      computation_time: seconds,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
    table: nucleiTable(found),
    figure: () =>
      figures.nucleiFigure({
        growth: found,
        counts,
        fit: fit.value,
        dH: values.values(),
        thresholds: thresholds.filter(({ name }) => selected.includes(name)),
      }),
  };
}

async function* watched(
  structures: AsyncGenerator<Structure>,
  seen: Set<string>,
): AsyncGenerator<Structure, void, undefined> {
  for await (const structure of structures) {
    structure.species?.forEach((symbol) => seen.add(symbol));
    yield structure;
  }
}

/** A phase, and the elements that occur in it. */
type KnownPhase = PhaseSet & Pick<NamedReference, 'elements'>;

function setsOf(reference: Awaited<ReturnType<typeof openReferences>>['reference']): KnownPhase[] {
  // The names were checked, so there are sets, and all are matrices that were read from files.
  return 'sets' in reference ? (reference.sets as KnownPhase[]) : [];
}

function frameOf(
  structure: Structure,
  found: { number: number; own: Int32Array; nuclei: Nuclei; phases: number },
  { timestep }: TimeFlags,
): NucleiFrame {
  const { step, time, temperature } = analysis.frameState(structure, { timestep });
  return {
    run: found.number,
    file: structure.source?.file ?? '',
    frame: structure.source?.frame ?? 0,
    step: step ?? null,
    time: time ?? null,
    temperature: temperature ?? null,
    atoms: structure.positions.length / 3,
    counts: analysis.phaseCounts(found.own, found.phases),
    nuclei: found.nuclei.nuclei,
  };
}

/**
 * Refuses a length at which nearly all atoms are bonded to all: finding their bonds would take
 * hours.
 */
function lengthOfBonds({ bond }: NucleiFlags, example: Structure | undefined): number {
  if (bond === undefined) return defaultLength(example);
  const within = example && analysis.atomsWithin(example, bond);
  if (within === undefined || within <= MOST_BONDS) return bond;
  throw new UsageError(
    `--bond ${bond}: each atom would have about ${Math.round(within)} bonds, expected a bond length in Å`,
  );
}

function defaultLength(example: Structure | undefined): number {
  // Without a frame nothing is bonded.
  if (example === undefined) return 1;
  try {
    return analysis.bondLength(example);
  } catch (thrown) {
    if (!(thrown instanceof quests.QuestsError)) throw thrown;
    throw new quests.QuestsError(thrown.code, `${thrown.message}: give the bond length with --bond`);
  }
}

function selectedPhases(known: readonly PhaseSet[], { phase }: NucleiFlags): readonly string[] {
  const names = known.map(({ name }) => name);
  const wrong = phase?.find((name) => !names.includes(name));
  if (wrong !== undefined) {
    throw new UsageError(`no reference is called ${wrong}, expected one of ${names.join(', ')}`);
  }
  return phase ?? names.slice(0, 1);
}

function givenThresholds({ thresholds = [] }: NucleiFlags, known: readonly PhaseSet[]): Map<string, number> {
  return new Map(
    thresholds.map((text) => {
      const [, name = '', value = ''] = /^(.+)=(.*)$/.exec(text) ?? [];
      if (!known.some((one) => one.name === name)) {
        throw new UsageError(`--thresholds ${text}: expected NAME=NATS with the name of a reference`);
      }
      try {
        return [name, real(value)] as const;
      } catch {
        throw new UsageError(`--thresholds ${text}: expected a number of nats after the name`);
      }
    }),
  );
}

function checkNamed(texts: readonly string[], option: string): void {
  const wrong = texts.find((text) => !/^[A-Za-z][\w.+-]*=.+$/.test(text));
  if (wrong === undefined) return;
  const example = wrong.includes('=') ? 'solid=crystal.xyz' : `solid=${wrong}`;
  throw new UsageError(`${option} ${wrong}: expected a name, a letter first, and a file: ${example}`);
}
