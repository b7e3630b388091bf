import { counted } from '../../base/number-format.js';
import { SATURATION } from '../../base/constants.js';
import { DEFAULTS } from '../../base/defaults.js';
import { QuestsError } from '../../base/error.js';
import * as quests from '../../faces/node/quests.js';
import type { Structure, TrajectoryFrame, TrajectoryReference } from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { FrameNovelty, TrajectoryRow } from '../../faces/node/analysis.js';
import type { AtomColumns } from './atom-columns.js';
import type { FrameFlags } from '../session/frame-options.js';
import { missingOfFrames, rowOf, saturatedCount } from '../session/frame-rows.js';
import { noveltyThreshold, novelLevelKeys } from '../session/novel-level.js';
import { openSets, type OpenSet } from '../session/open-sets.js';
import { refuseForData } from '../session/option-effects.js';
import { noteMissingElements } from '../session/missing-elements.js';
import { SavedFrames } from './saved-frames.js';
import { fingerprint, type ResumeFlags, type RunSettings, SavedRun } from './saved-run.js';
import { duration, type Session } from '../session/session.js';
import { openReferences, type References } from '../session/trajectory-references.js';
import { UsageError } from '../session/usage-error.js';
import { noteBeyond } from '../session/notes.js';

/** What a command wants of frames beyond their rows. */
export interface FrameWishes {
  readonly quantiles: readonly number[];
  /** Where the run is saved while it goes on. */
  readonly save: ResumeFlags;
  readonly atoms?: AtomColumns | undefined;
  /** What else the result depends on. */
  readonly more?: RunSettings;
  /** Frames that were all computed elsewhere. */
  readonly known?: KnownFrames | undefined;
  /** Frames to compute: the first, and the one after the last. Default: all. */
  readonly range?: readonly [number, number] | undefined;
  /** Told of each frame. */
  readonly onFrame?: (row: TrajectoryRow, values: readonly Float64Array[]) => void;
}

/** Frames, and values of their atoms. */
export type KnownFrames = Pick<SavedFrames, 'frames' | 'values'>;

/** Frames that were gone through. */
export interface ComputedFrames {
  readonly rows: readonly TrajectoryRow[];
  readonly settings: RunSettings;
  /** ε: environments of at least that δH count as novel, in nats. */
  readonly eps: number;
  /** To be called once the result is written: what was saved of the run goes. */
  readonly done: () => void;
}

/**
 * Goes through a simulation frame by frame; what is done already of a run that was stopped is not
 * done again.
 */
export async function computedFrames(
  session: Session,
  arguments_: readonly string[],
  flags: FrameFlags & { readonly s2?: boolean },
  { quantiles, save, atoms, more = {}, known: elsewhere, range, onFrame }: FrameWishes,
): Promise<ComputedFrames> {
  const { backend, signal } = session;
  const late = { count: 0 };
  const [set] = await openSets(session, [arguments_], flags, {
    onBeyond: () => late.count++,
  });
  await atoms?.check(set);
  const frames = framesOf(session, set, flags, true);
  const first = await frames.next();
  const example = first.done === true ? undefined : first.value;
  const steps = { seen: example !== undefined && hasStep(example) };
  const refuseTimestep = (): void => {
    if (flags.timestep !== undefined && !steps.seen) refuseForData('timestep', set.file);
  };
  // Of one file all frames are alike; of others a later one may say its step.
  if (set.files.length === 1) refuseTimestep();
  const references = await openReferences(session, flags, example);
  const eps = await thresholdOf(session, references, flags);
  const settings = {
    ...(await settingsOf(session, set, { ...flags, eps }, references, example)),
    quantiles,
    ...more,
  };
  const saved = await SavedRun.open(session, save, settings);
  const known = saved && new SavedFrames(saved);
  const from = range?.[0] ?? known?.frames.length ?? 0;
  if (from > 0 && range === undefined) session.note(`continuing after ${from} frame${from === 1 ? '' : 's'}`);

  const species = new Set<string>();
  const prints: string[] = [];
  async function* watched(): AsyncGenerator<Structure, void, undefined> {
    if (example === undefined) return;
    for await (const structure of following(example, frames)) {
      structure.species?.forEach((each) => species.add(each));
      steps.seen ||= hasStep(structure);
      if (known !== undefined) {
        const print = await fingerprint([structure]);
        const before = known.frames[prints.length]?.print ?? print;
        if (before !== print) throw otherFrame(structure, saved?.folder ?? '');
        prints.push(print);
      }
      yield structure;
    }
  }
  const rows: TrajectoryRow[] = (elsewhere ?? known)?.frames.map(({ row }) => row) ?? [];
  const estimated = flags.tolerance !== undefined;
  const { seconds } = await session.timed(async () => {
    if (elsewhere !== undefined) {
      await frames.return(undefined);
      return;
    }
    const found = quests.trajectory(watched(), {
      backend,
      signal,
      k: references.k,
      cutoff: references.cutoff,
      species: references.species ?? false,
      onSkip: flags.onError === 'skip' ? session.skippedFrames.add : undefined,
      reference: references.reference,
      bandwidth: flags.bandwidth,
      epsilon: eps,
      quantiles,
      tolerance: flags.tolerance,
      seed: flags.seed,
      timestep: flags.timestep,
      pairEntropy: flags.s2 === true,
      from,
    });
    try {
      for await (const frame of found) {
        const row = rowOf(frame, { quantiles, estimated });
        rows.push(row);
        known?.add(row, prints[frame.index] ?? '', atoms === undefined ? [] : atomValues(frame));
        onFrame?.(row, atomValues(frame));
        if (frame.index + 1 === range?.[1]) break;
      }
    } catch (error) {
      if (rows.length === 0) {
        // There is nothing to go on from.
        known?.close();
        saved?.remove();
      }
      throw (rows.length === 0 ? session.skippedFrames.nothingLeft() : undefined) ?? error;
    }
  });
  if (elsewhere === undefined && range === undefined) refuseTimestep();
  references.noteBlindness(species);
  if (elsewhere === undefined && range === undefined)
    session.note(`${counted(rows.length - from, 'frame')} in ${duration(seconds)} (${session.engine})`);
  if (range === undefined) {
    noteFrames(session, rows, late.count, flags);
    noteFewer(session, rows, references.reference);
  }
  for (const { reference, elements } of missingOfFrames(rows)) {
    const from = references.files[reference]?.[0] ?? 'the reference';
    noteMissingElements(session, { missing: elements, of: 'the trajectory', from });
  }
  const whole = elsewhere ?? known;
  if (atoms !== undefined && whole !== undefined) {
    const { reference } = references;
    const names = 'sets' in reference ? reference.sets.map(({ name }) => name) : [''];
    await atoms.write(framesOf(session, await set.reopen(), flags, false), whole, names);
  }
  return {
    rows,
    settings,
    eps,
    done: () => {
      known?.close();
      saved?.remove();
    },
  };
}

/** ε, or what it is at the level that was asked for. */
async function thresholdOf(session: Session, { reference }: References, flags: FrameFlags): Promise<number> {
  if (flags.novelLevel === undefined || !('sets' in reference)) return flags.eps;
  const [known, ...others] = reference.sets;
  if (known === undefined || others.length > 0) {
    const problem = `expected one reference, got ${reference.sets.length}`;
    throw new UsageError(`--novel-level belongs to a reference: ${problem}`);
  }
  return (await noveltyThreshold(session, known.x, flags)) ?? flags.eps;
}

/** Frames as they are computed on. */
export function framesOf(
  session: Session,
  set: OpenSet,
  flags: Pick<FrameFlags, 'every' | 'average'>,
  speaks: boolean,
): AsyncGenerator<Structure, void, undefined> {
  const { every, average } = flags;
  return quests.trajectoryFrames(set.opened.structures(), {
    every,
    average,
    onRepeat: ({ file, frame }) => {
      if (speaks) session.note(`note: ${file}, frame ${frame} repeats the previous step and is skipped`);
    },
  });
}

/** Whether a frame says its step, from which a time follows. */
export function hasStep(structure: Structure): boolean {
  return analysis.frameState(structure).step !== undefined;
}

/** What was taken off the beginning, and the rest. */
export async function* following<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T, void, undefined> {
  yield first;
  yield* rest;
}

function otherFrame({ source }: Structure, folder: string): QuestsError {
  const place = `${source?.file ?? ''}, frame ${source?.frame ?? 0}`;
  return new QuestsError(
    'MISMATCH',
    `${place} differs from the frame that ${folder} was started with; --overwrite starts anew`,
  );
}

/** What a run depends on; the same for the record of its result. */
async function settingsOf(
  session: Session,
  { file, files }: OpenSet,
  flags: FrameFlags & { readonly s2?: boolean },
  references: References,
  example: Structure | undefined,
): Promise<Record<string, unknown>> {
  const { version, backend, simd } = session.provenance;
  const { reference } = references;
  const kind = 'sets' in reference ? { references: references.files } : reference;
  return {
    file,
    files,
    k: references.k,
    cutoff: references.cutoff,
    bandwidth: flags.bandwidth,
    species: references.species,
    ...kind,
    ref_envs: 'sets' in reference ? reference.sets.map(({ x }) => x.rows) : null,
    eps: flags.eps,
    ...novelLevelKeys(flags),
    every: flags.every,
    average: flags.average,
    timestep: flags.timestep ?? null,
    log: flags.log ?? null,
    // A run that was begun without is another one.
    ...(flags.s2 === true && { s2: { cutoff: DEFAULTS.pairCutoff, width: DEFAULTS.pairWidth } }),
    tolerance: flags.tolerance ?? null,
    seed: flags.tolerance === undefined ? null : flags.seed,
    version,
    backend,
    simd,
    structures: example === undefined ? null : await fingerprint([example]),
  };
}

function atomValues({ novelty, environments, pairEntropy }: TrajectoryFrame): Float64Array[] {
  const ordered = pairEntropy === undefined ? [] : [pairEntropy.atoms];
  // Frames that nothing is known of: one array of nothing for each reference there will be, which
  // is one.
  if (novelty.length === 0) return [new Float64Array(environments).fill(NaN), ...ordered];
  return [...novelty.map(({ dH }: FrameNovelty) => dH), ...ordered];
}

/** Says where there were not as many first frames as the reference was to have. */
function noteFewer(session: Session, rows: readonly TrajectoryRow[], reference: TrajectoryReference): void {
  if (!('first' in reference)) return;
  const members = rows.filter((row) => row.in_reference === true).length;
  if (members >= reference.first || members === 0) return;
  const frames = counted(members, 'frame');
  session.note(`note: the reference is ${frames}, fewer than the first ${reference.first}: all are in it`);
}

function noteFrames(session: Session, rows: readonly TrajectoryRow[], late: number, flags: FrameFlags): void {
  const ideal = rows.filter((row) => row.ideal === true).map(({ frame }) => String(frame));
  if (ideal.length > 0) {
    const [frames, are] =
      ideal.length === 1 ? ['frame', 'is a perfect lattice'] : ['frames', 'are perfect lattices'];
    session.note(
      `note: ${frames} ${ideal.slice(0, 5).join(', ')}${ideal.length > 5 ? ' …' : ''} ${are}: H ` +
        `is (nearly) 0`,
    );
  }
  const saturated = saturatedCount(rows);
  if (saturated > 0) {
    session.note(
      `note: saturated: H / log N is above ${SATURATION} in ${saturated} of ${rows.length} frames; ` +
        'the data are too few or the bandwidth too narrow for H to mean anything',
    );
  }
  noteBeyond(session, late, flags);
}
