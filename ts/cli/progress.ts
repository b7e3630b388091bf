import type { SingleBar } from 'cli-progress';
import type { Progress } from '../node.js';

/** Work that takes less than this, in ms, shows no bar. */
const PATIENCE = 1000;

/** A progress bar on standard error, for people: only on a terminal, and only once the work takes a while. */
export class ProgressBar {
  readonly #enabled: boolean;
  readonly #start = performance.now();
  #bar: SingleBar | undefined;
  #loading = false;
  #started = false;
  #stopped = false;

  constructor(quiet: boolean) {
    this.#enabled = !quiet && process.stderr.isTTY;
  }

  /** Shows how far the work has come. */
  readonly update = (progress: Progress): void => {
    if (!this.#enabled || this.#stopped) return;
    if (this.#bar === undefined) {
      if (performance.now() - this.#start >= PATIENCE) void this.#load();
      return;
    }
    if (!this.#started) {
      this.#started = true;
      this.#bar.start(progress.total, progress.done, { phase: progress.phase });
      return;
    }
    this.#bar.setTotal(progress.total);
    this.#bar.update(progress.done, { phase: progress.phase });
  };

  /** Takes the bar away, so that a line can be written; the next update brings it back. */
  clear(): void {
    this.#bar?.stop();
    this.#started = false;
  }

  /** Takes the bar away for good. */
  stop(): void {
    this.#stopped = true;
    this.#bar?.stop();
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    const { default: progress } = await import('cli-progress');
    this.#bar = new progress.SingleBar(
      {
        format: '{phase} {bar} {percentage} %  {eta_formatted} left',
        clearOnComplete: true,
        // A second Ctrl-C kills at once: a cursor hidden by then would stay hidden.
        hideCursor: false,
      },
      progress.Presets.rect,
    );
  }
}
