import { fixed, percent } from '../../base/number-format.js';
import { Option } from 'commander';
import { QuestsError } from '../../base/error.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Augmented } from '../../faces/node/quests.js';
import type { ChainState } from '../../faces/node/analysis.js';
import { addChainOptions, type ChainFlags, chainOptions, grownSet, index } from '../session/chain-options.js';
import type { CliCommand } from '../session/command.js';
import { addOutputOptions, addRunOptions, type RunFlags, STRUCTURE_FILES } from '../session/options.js';
import type { Result } from '../session/result.js';
import { isRecord, type ResumeFlags, SavedRun } from '../runs/saved-run.js';
import { duration, type Session } from '../session/session.js';
import { nats } from '../session/wording.js';
import { checkRoom, type OutputKind } from '../session/output.js';
import { checkOneTable } from '../session/output-columns.js';
import { chainSettings, runSettings } from '../runs/chain-settings.js';

interface Flags extends RunFlags, ResumeFlags, ChainFlags {
  readonly index?: number;
  readonly compare?: boolean;
}

const KINDS: readonly OutputKind[] = ['structures'];

/** A score above this share of the target, and this many nats, is a target that was missed. */
const MISS_SHARE = 0.2;
const LEAST_MISS = 1;

/** File of a {@link SavedRun}. */
const CHAIN = 'chain.json';

/** `quests mcmc`: a new structure, as unlike those that are known as is asked for. */
export const mcmcCommand: CliCommand<Flags> = {
  name: 'mcmc',
  description: 'generate a structure by moving atoms until their environments reach the target dH',
  outputs: () => KINDS,
  check(flags) {
    SavedRun.check(flags);
  },
  declare(command) {
    command
      .argument('<reference...>', STRUCTURE_FILES)
      .addOption(
        new Option('-i, --index <n>', 'index of the start structure, from 0 (default: random)').argParser(
          index,
        ),
      )
      .option('--compare', 'also write the start structure, before the new one');
    addChainOptions(command);
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { backend, options, output } = session;
  checkRoom(output, flags.compare === true);
  checkOneTable(output, '--compare', flags.compare);
  const { file, files, x, structures, referenceKeys } = await grownSet(session, input, flags);
  const number = flags.index ?? analysis.drawnStart(structures.length, flags.seed);
  const start = structures[number];
  if (start === undefined) {
    const problem =
      `index is ${number}, expected one from 0 to ${structures.length - 1}: ${file} ` +
      `has ${structures.length} structures`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
  const settings = await runSettings(session.provenance, flags, structures, {
    index: number,
    ...referenceKeys,
  });
  const saved = await SavedRun.open(session, flags, settings);
  const from = saved?.json(CHAIN, isChainState);
  if (from !== undefined) session.note(`continuing after step ${from.steps}`);

  const reference = await quests.referenceSet(x, { backend });
  const { value: found, seconds } = await session.timed(() =>
    quests.augment(start, reference, {
      ...options,
      ...chainOptions(flags),
      from,
      onState: (state) => saved?.save(CHAIN, JSON.stringify(state)),
    }),
  );
  session.note(`${found.steps - (from?.steps ?? 0)} steps in ${duration(seconds)} (${session.engine})`);
  noteTrouble(session, found, flags);
  if (output !== undefined) {
    const made = flags.compare ? [start, found.structure] : [found.structure];
    await session.writeStructures(output.path, made, { overwrite: flags.overwrite });
    saved?.remove();
    session.note(`result written to ${output.path}`);
  }
  const { min, mean, max } = new analysis.RunningNovelty().add(found.dH);
  noteTarget(session, mean, found.score, flags);
  return {
    lines: [
      `Start: structure ${number} of ${structures.length}, ${found.dH.length} atoms; reference: ` +
        `${x.rows} environments`,
      `Steps: ${found.steps}, accepted: ${percent(found.acceptance)}, too close: ` +
        percent(found.tooClose / found.steps),
      `Minimum distance: ${fixed(found.minDistance, 3)} Å`,
      `Score, mean |dH - ${flags.target}|: ${fixed(found.initialScore, 3)} -> ${nats(found.score)}`,
      `Mean dH: ${nats(mean)}`,
      `Min dH: ${nats(min)}`,
      `Max dH: ${nats(max)}`,
    ],
    json: {
      file,
      files,
      output: output?.path ?? null,
      index: number,
      ref_envs: x.rows,
      ...chainSettings(flags),
      ...referenceKeys,
      min_distance: found.minDistance,
      jobs: flags.jobs ?? null,
      steps: found.steps,
      accepted: found.accepted,
      acceptance: found.acceptance,
      too_close: found.tooClose,
      initial_score: found.initialScore,
      score: found.score,
      mean_dH: mean,
      min_dH: min,
      max_dH: max,
      delta_entropy: found.dH,
      computation_time: seconds,
      species: x.species,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
}

/** Says that a chain ended far from its target. */
function noteTarget(session: Session, mean: number, score: number, { target }: ChainFlags): void {
  if (score <= Math.max(LEAST_MISS, MISS_SHARE * Math.abs(target))) return;
  session.note(
    `note: the target of ${target} nats was not reached: mean dH is ${fixed(mean, 3)}, off by ` +
      `${fixed(score, 3)} on average; more steps (-n), or a larger --step-size, go farther`,
  );
}

function noteTrouble(session: Session, found: Augmented, flags: ChainFlags): void {
  if (found.accepted > 0) return;
  const early = found.steps < flags.nSteps ? ', and the chain ended' : '';
  const why =
    found.tooClose > found.steps / 2
      ? 'most steps brought atoms too close; lower --min-distance or --step-size'
      : 'lower --step-size, move fewer atoms with --atoms-per-step, or raise --temperature';
  session.note(`note: none of ${found.steps} steps was accepted${early}: ${why}`);
}

/** Whether saved JSON is the state of a chain. */
function isChainState(value: unknown): value is ChainState {
  return (
    isRecord(value) && hasPlace(value) && isRecord(value.best) && hasPlace(value.best) && hasCounts(value)
  );
}

function hasCounts(value: Readonly<Record<string, unknown>>): boolean {
  const names: readonly (keyof ChainState)[] = [
    'steps',
    'accepted',
    'tooClose',
    'initialScore',
    'minDistance',
  ];
  return names.every((name) => typeof value[name] === 'number');
}

function hasPlace({ positions, cell }: Readonly<Record<string, unknown>>): boolean {
  return [positions, cell].every(
    (list) => Array.isArray(list) && list.every((number) => typeof number === 'number'),
  );
}
