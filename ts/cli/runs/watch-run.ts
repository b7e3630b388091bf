import { fixed } from '../../base/number-format.js';
import * as analysis from '../../faces/node/analysis.js';
import * as figures from '../../faces/figure.js';
import * as io from '../../faces/node/io.js';
import type { Skipped, Structure, Watcher } from '../../faces/node/quests.js';
import type { TakenAdvice } from '../session/auto-bandwidth.js';
import { noteMissingElements } from '../session/missing-elements.js';
import { type NovelLevelFlags, novelLevelKeys } from '../session/novel-level.js';
import { ReadNotes } from '../session/read-notes.js';
import type {
  DescriptorFlags,
  KernelFlags,
  OutputFlags,
  OverlapFlags,
  PlotFlags,
  ReadFlags,
  RunFlags,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import type { Session } from '../session/session.js';
import { headLine, lineOf, rowOf, stateOf } from './watch-lines.js';
import { noteAbsent } from './watch-absent.js';
import { saved, stop, type WatchActions } from './watch-actions.js';
import { Lag } from './watch-lag.js';
import { keptFrames, type WatchRecords } from './watch-records.js';

/** Options of `quests watch`. */
export interface WatchFlags
  extends
    RunFlags,
    OutputFlags,
    PlotFlags,
    ReadFlags,
    DescriptorFlags,
    KernelFlags,
    OverlapFlags,
    NovelLevelFlags,
    WatchActions {
  readonly reference: readonly string[];
  readonly saveAbove?: number;
  readonly stopAbove?: number;
  readonly rejectAbove?: number;
  readonly share?: number;
  readonly checkEvery: number;
  readonly saveEvery: number;
  readonly learn?: boolean;
  readonly saveTo?: string;
  readonly idle?: number;
  readonly resume?: boolean;
  readonly entropy: boolean;
  readonly mean: boolean;
  /** What the bandwidth follows from, where it was left to the data. */
  readonly advised?: TakenAdvice;
}

/** What a watch works with. */
export interface WatchParts {
  /** The file that the simulation writes. */
  readonly path: string;
  readonly flags: WatchFlags;
  readonly session: Session;
  readonly guard: Watcher;
  readonly records: WatchRecords;
  /** Elements of the reference; none where it does not say any. */
  readonly known: readonly string[];
}

/** Pairs of atom and environment from which on a check takes seconds. */
const MANY_PAIRS = 1e9;

/** Time between two drawings of the picture, in ms. */
const REDRAWN = 10_000;

/** One watch over a simulation. */
export class Watch {
  readonly #path: string;
  readonly #flags: WatchFlags;
  readonly #session: Session;
  readonly #guard: Watcher;
  readonly #records: WatchRecords;
  readonly #lag = new Lag();
  /** Frames up to this one were checked in a run before. */
  #checkedTo = -1;
  #lastStep = -Infinity;
  #drawn = 0;
  #seconds = 0;
  #isFirst = true;
  /** What is wrong with a frame of a simulation that has exploded. */
  #broken: string | undefined;
  readonly #known: readonly string[];
  readonly #noted = new Set<string>();

  constructor({ path, flags, session, guard, records, known }: WatchParts) {
    this.#path = path;
    this.#flags = flags;
    this.#session = session;
    this.#guard = guard;
    this.#records = records;
    this.#known = known;
  }

  /** Goes on where a run before has ended. */
  async restore(): Promise<void> {
    const { rows } = this.#records;
    const last = rows.at(-1);
    if (last === undefined) return;
    this.#checkedTo = Number(last.frame);
    const { learn, saveTo } = this.#flags;
    if (learn === true && saveTo !== undefined) {
      for (const frame of await keptFrames(saveTo, rows)) await this.#guard.learn(frame);
    }
    this.#session.note(`continuing after frame ${this.#checkedTo}`);
  }

  /**
   * Checks all frames as they come.
   *
   * @returns why the simulation is to stop; undefined where it ended
   */
  async all(): Promise<string | undefined> {
    const { format, elements, onError, idle, checkEvery, stopAbove } = this.#flags;
    const { signal, backend } = this.#session;
    const note = (text: string): void => {
      this.#session.note(`note: ${text}`);
    };
    noteAbsent(this.#session, this.#path);
    const { structures, behind } = io.followStructures(this.#path, {
      signal,
      backend,
      format,
      elements,
      idle,
      onSkip: stopAbove !== undefined || onError === 'skip' ? this.#leaveOut : undefined,
      onNote: new ReadNotes(this.#session, 1).onNote,
      onReplaced: () => {
        note(`${this.#path} was replaced or cut: its frames are checked from the first on`);
        this.#checkedTo = -1;
      },
      onUnfinished: ({ message }) => {
        note(`${message}: not checked`);
      },
    });
    for await (const structure of structures) {
      const frame = structure.source?.frame ?? 0;
      this.#lag.saw(behind());
      const isDue = frame > this.#checkedTo && frame % checkEvery === 0 && !this.#lag.skips();
      if (isDue) this.#noteFrame(structure);
      const reason = this.#broken ?? (isDue ? await this.#check(structure, frame) : undefined);
      if (reason === undefined) continue;
      await structures.return();
      return this.#stop(reason);
    }
    return this.#broken === undefined ? undefined : this.#stop(this.#broken);
  }

  async #stop(reason: string): Promise<string> {
    await stop(this.#session, this.#flags, reason);
    return reason;
  }

  /**
   * Leaves out a frame that cannot be used. Where coordinates are no numbers the simulation has
   * exploded, and is to stop.
   *
   * @throws {QuestsError} what is wrong with it, unless that is why to stop, or it is to be skipped
   */
  readonly #leaveOut = (skipped: Skipped): void => {
    const { error, frame = 0 } = skipped;
    if (this.#flags.stopAbove !== undefined && error.code === 'INVALID_STRUCTURE') {
      if (frame > this.#checkedTo) this.#broken ??= error.message;
    } else if (this.#flags.onError === 'skip') this.#session.skippedFrames.add(skipped);
    else throw error;
  };

  /** What is said at the end. */
  result(stopped: string | undefined): Result {
    const { rows } = this.#records;
    const kept = rows.filter(({ saved: isSaved }) => isSaved === true).length;
    const { count: skipped } = this.#lag;
    const { reference } = this.#guard;
    return {
      lines: [
        `Checks: ${rows.length}, saved: ${kept}${skipped > 0 ? `, passed over: ${skipped}` : ''}`,
        ...(stopped === undefined ? [] : [`Stopped: ${stopped}`]),
      ],
      json: {
        file: this.#path,
        reference: this.#flags.reference,
        ref_envs: reference.rows,
        k: reference.k,
        cutoff: reference.cutoff,
        species: reference.species,
        bandwidth: this.#flags.bandwidth,
        eps: this.#flags.eps,
        ...novelLevelKeys(this.#flags),
        checks: rows.length,
        saved: kept,
        passed_over: skipped,
        max_dH: rows.reduce((most, { max_dH }) => Math.max(most, Number(max_dH)), -Infinity),
        stopped: stopped ?? null,
        computation_time: this.#seconds,
        ...this.#session.provenance,
      },
      figure: () => figures.trajectoryFigure(rows),
    };
  }

  /** Checks a frame, and does what follows; why the simulation is to stop, where it is. */
  async #check(structure: Structure, frame: number): Promise<string | undefined> {
    const { value: found, seconds } = await this.#session.timed(() => this.#guard.check(structure));
    this.#seconds += seconds;
    const { saveTo, json, mean } = this.#flags;
    if (mean && found.environments * found.known >= MANY_PAIRS) {
      const text = `${found.environments} atoms and ${found.known} environments: --no-mean takes less time`;
      this.#noteOnce('pairs', text);
    }
    const isKept = found.save && (saveTo !== undefined || found.learned);
    const row = rowOf(structure, frame, found, { check: this.#records.rows.length, isKept });
    const frameToSave = isKept && saveTo !== undefined ? analysis.checkedFrame(structure, found) : undefined;
    await this.#records.add(row, frameToSave);
    if (json !== true) {
      if (this.#isFirst) process.stdout.write(`${headLine()}\n`);
      this.#isFirst = false;
      process.stdout.write(`${lineOf(row)}\n`);
    }
    if (isKept && saveTo !== undefined) await saved(this.#session, this.#flags, saveTo);
    await this.#draw();
    if (found.decision !== 'stop') return undefined;
    return `frame ${frame}, atom ${found.atom}: δH ${fixed(found.score, 3)} nats`;
  }

  /** Draws what there is so far, now and then. */
  async #draw(): Promise<void> {
    const { plot } = this.#flags;
    if (plot === undefined || performance.now() - this.#drawn < REDRAWN) return;
    this.#drawn = performance.now();
    const svg = await figures.figureSvg(figures.trajectoryFigure(this.#records.rows));
    await io.writeOutput(plot, [svg], { overwrite: true });
  }

  /** Says, once, what is odd about a frame. */
  #noteFrame(structure: Structure): void {
    const { step } = stateOf(structure);
    if (step !== null && step <= this.#lastStep) {
      const frame = structure.source?.frame ?? 0;
      this.#noteOnce('step', `step ${step} follows ${this.#lastStep} at frame ${frame}: a restart?`);
    }
    this.#lastStep = step ?? this.#lastStep;
    if (this.#known.length === 0 || this.#noted.has('elements')) return;
    this.#noted.add('elements');
    noteMissingElements(this.#session, {
      missing: analysis.missingElements(structure.species ?? [], [new Set(this.#known)]),
      of: this.#path,
      from: this.#flags.reference.join(', '),
    });
  }

  #noteOnce(kind: string, text: string): void {
    if (this.#noted.has(kind)) return;
    this.#noted.add(kind);
    this.#session.note(`note: ${this.#path}: ${text}`);
  }
}
