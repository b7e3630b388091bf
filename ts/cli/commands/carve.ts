import { Option } from 'commander';
import { CONTACT_FRACTION } from '../../base/constants.js';
import { DEFAULTS } from '../../base/defaults.js';
import { fixed, NONE, percent } from '../../base/number-format.js';
import { type Column, tableLines } from '../../base/table.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Carved, CarvedCell, CarveShape } from '../../faces/node/analysis.js';
import type * as quests from '../../faces/node/quests.js';
import type { CliCommand } from '../session/command.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets } from '../session/open-sets.js';
import { noteMissingElements } from '../session/missing-elements.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addOverlapOptions,
  addReadOptions,
  addRunOptions,
  addSeedOption,
  atLeastZero,
  type DescriptorFlags,
  type KernelFlags,
  MOST_COUNT,
  type OutputFlags,
  type OverlapFlags,
  type ReadFlags,
  repeated,
  type RunFlags,
  STRUCTURE_FILES,
  wholeTo,
} from '../session/options.js';
import { checkRoom, type OutputKind } from '../session/output.js';
import {
  addNovelLevelOption,
  noveltyThreshold,
  novelLevelKeys,
  type NovelLevelFlags,
} from '../session/novel-level.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { referenceWithinMemory } from '../session/set-within-memory.js';
import { UsageError } from '../session/usage-error.js';

interface Flags
  extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags, OverlapFlags, NovelLevelFlags {
  readonly reference: readonly string[];
  readonly maxAtoms: number;
  readonly cells: number;
  readonly shape: CarveShape;
  readonly fixRadius?: number;
  readonly steps: number;
  readonly contactFraction: number;
  readonly seed: number;
}

const KINDS: readonly OutputKind[] = ['structures'];

/** `quests carve`: small cells around what is new in large frames. */
export const carveCommand: CliCommand<Flags> = {
  name: 'carve',
  description: 'cut small cells for calculations out of large frames, around what a reference lacks',
  outputs: () => KINDS,
  check({ contactFraction, steps }) {
    if (contactFraction >= 1) {
      throw new UsageError(`--contact-fraction is ${contactFraction}, expected a number from 0 to below 1`);
    }
    if (!Number.isSafeInteger(steps)) throw new UsageError(`--steps is ${steps}, expected a whole number`);
  },
  declare(command) {
    command
      .argument('<frames...>', STRUCTURE_FILES)
      .addOption(
        new Option('-r, --reference <file>', 'what is known; repeat it for more files')
          .argParser(repeated)
          .makeOptionMandatory(),
      )
      .addOption(count('--max-atoms <n>', 'atoms of a cell, at most', DEFAULTS.cellAtoms))
      .addOption(count('--cells <n>', 'cells, at most', DEFAULTS.cells))
      .addOption(
        new Option('--shape <shape>', 'a periodic cell, or a cluster with nothing around it')
          .choices(['periodic', 'cluster'] satisfies CarveShape[])
          .default('periodic'),
      )
      .addOption(
        new Option(
          '--fix-radius <Å>',
          'atoms this near to the centre are not moved (default: the cutoff)',
        ).argParser(atLeastZero),
      )
      .addOption(
        new Option('--steps <n>', 'steps that move outer atoms, where a cell brings in what is new; 0: none')
          .default(DEFAULTS.relaxSteps)
          .argParser(atLeastZero),
      )
      .addOption(
        new Option('--contact-fraction <f>', 'atoms are never closer than f times their covalent radii')
          .default(CONTACT_FRACTION)
          .argParser(atLeastZero),
      );
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addOverlapOptions(command);
    addNovelLevelOption(command);
    addSeedOption(command, 'seed of the steps');
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

function count(flags: string, description: string, value: number): Option {
  return new Option(flags, description).default(value).argParser(wholeTo(MOST_COUNT));
}

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { output } = session;
  checkRoom(output, flags.cells > 1);
  const sets = await openSets(session, [input, flags.reference], flags);
  const [frames, known] = sets;
  if (frames.opened.holds !== 'structures') {
    throw new UsageError(`${frames.file} holds descriptors, expected structures to cut cells out of`);
  }
  const describer = await Describer.of(session, [known], descriptorSettings(flags), flags);
  const within = flags.novelLevel === undefined ? flags : { memory: Infinity };
  const { x: reference } = await referenceWithinMemory(session, describer, known, within);
  const { bandwidth } = flags;
  const { signal, onProgress, options } = session;
  const epsilon = (await noveltyThreshold(session, reference, flags)) ?? flags.eps;
  const species = new Set<string>();
  const { value: found, seconds } = await session.timed(() =>
    analysis.carve(watched(frames.opened.structures(), species), reference, {
      ...options,
      ...(reference.k === null && { k: flags.nbrs }),
      ...(reference.cutoff === null && { cutoff: flags.cutoff }),
      bandwidth,
      epsilon,
      maxAtoms: flags.maxAtoms,
      cells: flags.cells,
      shape: flags.shape,
      fixRadius: flags.fixRadius,
      steps: flags.steps,
      contactFraction: flags.contactFraction,
      seed: flags.seed,
      signal,
      onProgress,
      onSkip: flags.onError === 'skip' ? session.skippedFrames.add : undefined,
    }),
  );
  noteMissingElements(session, {
    missing: analysis.missingElements([...species], [describer.elementsOf(known)]),
    of: frames.file,
    from: known.file,
  });
  session.note(`${found.cells.length} cells in ${duration(seconds)} (${session.engine})`);
  if (output !== undefined && found.cells.length > 0) {
    const made = found.cells.map(({ structure }) => structure);
    await session.writeStructures(output.path, made, { overwrite: flags.overwrite });
    session.note(`result written to ${output.path}`);
  } else if (output !== undefined) {
    session.note(`note: nothing is new, and ${output.path} is not written`);
  }
  return {
    lines: linesOf(found),
    json: {
      file: frames.file,
      files: frames.files,
      reference: flags.reference,
      output: found.cells.length > 0 ? (output?.path ?? null) : null,
      ref_envs: reference.rows,
      k: reference.k ?? flags.nbrs,
      cutoff: reference.cutoff ?? flags.cutoff,
      species: reference.species,
      bandwidth,
      eps: epsilon,
      ...novelLevelKeys(flags),
      max_atoms: flags.maxAtoms,
      shape: flags.shape,
      fix_radius: flags.fixRadius ?? reference.cutoff ?? flags.cutoff,
      steps: flags.steps,
      contact_fraction: flags.contactFraction,
      seed: flags.seed,
      n_envs: found.environments,
      novel_envs: found.novel,
      covered_envs: found.covered,
      cells: found.cells.map(recordOf),
      not_carved: found.notCarved.map(({ frame, source, atom, problem }) => ({
        file: source?.file ?? null,
        frame: source?.frame ?? frame,
        atom,
        problem,
      })),
      computation_time: seconds,
      jobs: flags.jobs ?? null,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
}

async function* watched(
  structures: AsyncIterable<quests.Structure>,
  species: Set<string>,
): AsyncGenerator<quests.Structure, void, undefined> {
  for await (const structure of structures) {
    for (const symbol of structure.species ?? []) species.add(symbol);
    yield structure;
  }
}

const COLUMNS: readonly Column<CarvedCell>[] = [
  { title: 'frame', text: ({ frame, source }) => String(source?.frame ?? frame) },
  { title: 'atom', text: ({ atom }) => String(atom) },
  { title: 'dH', text: ({ dH }) => fixed(dH, 3) },
  { title: 'atoms', text: ({ structure }) => String(structure.positions.length / 3) },
  { title: 'kernel', text: ({ kernel }) => fixed(kernel, 4) },
  { title: 'further new', text: ({ further }) => String(further) },
  { title: 'boundary', text: ({ boundary }) => boundary, align: 'left' },
  { title: '', text: ({ relaxed }) => (relaxed ? 'outer atoms moved' : ''), align: 'left' },
];

function linesOf({ cells, notCarved, environments, novel, covered }: Carved): string[] {
  const share = environments === 0 ? NONE : percent(novel / environments);
  return [
    `New environments: ${novel} of ${environments} (${share})`,
    ...(cells.length > 0 ? tableLines(COLUMNS, cells) : []),
    ...notCarved.map(
      ({ frame, source, atom, problem }) =>
        `No cell for atom ${atom} of frame ${source?.frame ?? frame}: ${problem}`,
    ),
    ...(novel > 0 ? [`New environments that the cells hold: ${covered} (${percent(covered / novel)})`] : []),
  ];
}

function recordOf({ frame, source, atom, dH, structure, ...cell }: CarvedCell): Record<string, unknown> {
  return {
    file: source?.file ?? null,
    frame: source?.frame ?? frame,
    atom,
    dH,
    atoms: structure.positions.length / 3,
    kernel: cell.kernel,
    further_novel: cell.further,
    boundary: cell.boundary,
    relaxed: cell.relaxed,
  };
}
