import { placeIn } from '../../base/file-access.js';
import * as quests from '../../faces/node/quests.js';
import * as io from '../../faces/node/io.js';
import * as explore from '../../faces/node/explore.js';
import type { Backend, Progress, RunOptions, Structure, WriteOptions } from '../../faces/node/quests.js';
import type { Context } from './context.js';
import type { OutputFlags, PlotFlags, RunFlags } from './options.js';
import { ProgressBar } from './progress.js';
import { SkippedFrames } from './skipped-frames.js';
import type { Sharding } from './sharding.js';
import { checkPlot, type Output, type OutputKind, outputOf } from './output.js';

/** Which code computed a result. */
export interface Provenance {
  readonly version: string;
  readonly backend: string;
  readonly simd: string;
  readonly threads: number;
}

/** What one command works with: the backend that was asked for, and a way to talk to the user. */
export class Session {
  readonly backend: Backend;
  readonly signal: AbortSignal;
  /** The file to write the result to, and how; undefined where there is none. */
  readonly output: Output | undefined;
  /** What `--on-error skip` left out. */
  readonly skippedFrames = new SkippedFrames();
  /** Whether work is planned for shards, or taken from them; undefined where it is done here. */
  readonly sharding: Sharding | undefined;
  /** The folder that relative paths of inputs begin in; undefined for the working folder. */
  readonly folder: string | undefined;
  readonly #version: string;
  readonly #quiet: boolean;
  /** Notes that were written once. */
  readonly #noted = new Set<string>();
  readonly #bar: ProgressBar;
  #opened: { close(): Promise<void> }[] = [];
  #endings: (() => Promise<void>)[] = [];
  readonly #claim: io.OutputClaim;

  private constructor(
    backend: Backend,
    output: Output | undefined,
    claim: io.OutputClaim,
    flags: RunFlags,
    context: Context,
  ) {
    this.backend = backend;
    this.output = output;
    this.#claim = claim;
    this.signal = context.signal;
    this.sharding = context.sharding;
    this.folder = context.folder;
    this.#version = context.version;
    this.#quiet = flags.quiet ?? false;
    this.#bar = new ProgressBar(this.#quiet);
  }

  /**
   * Loads the backend, and does a command's work with them.
   *
   * @param kinds what the command can write; an output file that cannot be written, or that another
   *   run is writing, is refused before the work
   */
  static async run(
    flags: RunFlags & OutputFlags & PlotFlags,
    kinds: readonly OutputKind[],
    context: Context,
    work: (session: Session) => Promise<void>,
  ): Promise<void> {
    const output = outputOf(flags.output, kinds);
    checkPlot(flags.plot);
    const claim = new io.OutputClaim(flags.overwrite);
    try {
      await claim.add([output?.path, flags.plot]);
      const backend = await quests.loadBackend(flags.backend);
      if (flags.jobs !== undefined) backend.core.setThreads(flags.jobs);
      const session = new Session(backend, output, claim, flags, context);
      if (flags.jobs !== undefined && session.provenance.threads < flags.jobs) {
        session.note(`note: ${session.engine}, fewer than the ${flags.jobs} requested`);
      }
      try {
        await work(session);
      } finally {
        session.#bar.stop();
        // Not waited for: a read that stalls would hold up the end.
        for (const input of session.#opened) void input.close().catch(() => undefined);
        for (const end of session.#endings.toReversed()) await end();
      }
    } finally {
      claim.release();
    }
  }

  /**
   * Claims further files that the command writes, beside `--output` and `--plot`; to be called
   * before anything is computed.
   *
   * @throws {QuestsError} as `OutputClaim.add`
   */
  async claimOutputs(...paths: (string | undefined)[]): Promise<void> {
    await this.#claim.add(paths);
  }

  /** The same session without a word: for data that are read once more. */
  aside(): Session {
    const { backend, signal, sharding, folder } = this;
    const context = { signal, sharding, folder, version: this.#version, argv: [] };
    const session = new Session(backend, undefined, this.#claim, { quiet: true }, context);
    session.#opened = this.#opened;
    session.#endings = this.#endings;
    return session;
  }

  /** Closes an input at the end, if the work ends before it was read. */
  closeAtEnd(input: { close(): Promise<void> }): void {
    this.#opened.push(input);
  }

  /** Has something done once the work has ended, however it did; the last comes first. */
  atEnd(ending: () => Promise<void>): void {
    this.#endings.push(ending);
  }

  /** Where a path of an earlier call leads. */
  place(path: string): string {
    return placeIn(this.folder, path);
  }

  /** Options for every call of the package. */
  get options(): RunOptions {
    return { backend: this.backend, signal: this.signal, onProgress: this.onProgress };
  }

  /**
   * Shows how far a call has come; undefined where nobody sees it, since the sizes of 100,000 files
   * take time to ask for.
   */
  get onProgress(): ((progress: Progress) => void) | undefined {
    return this.#bar.isEnabled ? this.#bar.update : undefined;
  }

  /** Which code computes here. */
  get provenance(): Provenance {
    const { name, core } = this.backend;
    return { version: this.#version, backend: name, simd: core.simd(), threads: core.threads() };
  }

  /** {@link provenance} in words. */
  get engine(): string {
    return explore.engineOf(this.backend);
  }

  /** A line on standard error, which `--quiet` leaves out. */
  note(text: string): void {
    if (this.#quiet) return;
    this.#bar.clear();
    process.stderr.write(`${text}\n`);
  }

  /** The same, of what may be seen several times: files are read twice. */
  noteOnce(text: string): void {
    if (!this.#noted.has(text)) this.note(text);
    this.#noted.add(text);
  }

  /** Writes structures; says so where some have open boundaries that their file cannot say. */
  async writeStructures(
    path: string,
    structures: Iterable<Structure> | AsyncIterable<Structure>,
    options: WriteOptions,
  ): Promise<void> {
    const { format: name } = options;
    const format = name === undefined ? io.formatOfName(path) : io.formatByName(name);
    const { allPeriodic = false } = format?.structures ?? {};
    let open = 0;
    async function* watched(): AsyncGenerator<Structure, void, undefined> {
      for await (const structure of structures) {
        const { pbc = [true, true, true] } = structure;
        if (pbc.includes(false) && (allPeriodic === true || pbc.includes(true))) open++;
        yield structure;
      }
    }
    const all = allPeriodic === false ? structures : watched();
    await quests.writeStructures(path, all, { signal: this.signal, ...options });
    if (open === 0) return;
    const title = format?.title ?? '';
    this.note(`note: ${path} is periodic along a, b and c, as every ${title} is; open boundaries are lost`);
  }

  /** Says what `--on-error skip` left out. */
  noteSkippedFrames(): void {
    for (const line of this.skippedFrames.lines()) this.note(line);
  }

  /** Does some work, and says how many seconds it took. */
  async timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
    const start = performance.now();
    const value = await work();
    return { value, seconds: (performance.now() - start) / 1000 };
  }
}

/** A time for people. */
export function duration(seconds: number): string {
  return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
}
