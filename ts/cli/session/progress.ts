import type { SingleBar } from 'cli-progress';
import type { Progress } from '../../faces/node/quests.js';

/** Work that takes less than this, in ms, shows no bar. */
const PATIENCE = 1000;

/** What is shown where the end is known, and where it is not. */
const BAR = '{phase} {bar} {percentage} %  {eta_formatted} left';
const COUNT = '{phase}: {count} MB';

/**
 * A progress bar on standard error, for people: only on a terminal, and only once the work takes a
 * while.
 */
export class ProgressBar {
  readonly #enabled: boolean;
  readonly #start = performance.now();
  #bar: SingleBar | undefined;
  /** Whether the bar is one without an end. */
  #endless = false;
  #loading = false;
  #started = false;
  #stopped = false;

  constructor(quiet: boolean) {
    this.#enabled = !quiet && process.stderr.isTTY;
  }

  /** Whether it is ever shown. */
  get isEnabled(): boolean {
    return this.#enabled;
  }

  /** Shows how far the work has come. */
  readonly update = (progress: Progress): void => {
    if (!this.#enabled || this.#stopped) return;
    const endless = progress.total === 0;
    if (this.#bar === undefined || endless !== this.#endless) {
      if (performance.now() - this.#start >= PATIENCE) void this.#load(endless);
      return;
    }
    const { done, total, of } = progress;
    const phase = of === undefined ? progress.phase : `${of}: ${progress.phase}`;
    // Bytes are all that comes without an end.
    const payload = { phase, count: (done / 1e6).toFixed(0) };
    if (!this.#started) {
      this.#started = true;
      this.#bar.start(total, done, payload);
      return;
    }
    this.#bar.setTotal(total);
    this.#bar.update(done, payload);
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

  async #load(endless: boolean): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    const { default: progress } = await import('cli-progress');
    this.clear();
    this.#endless = endless;
    this.#bar = new progress.SingleBar(
      {
        format: endless ? COUNT : BAR,
        clearOnComplete: true,
        // A second Ctrl-C kills at once: a cursor hidden by then would stay hidden.
        hideCursor: false,
      },
      progress.Presets.rect,
    );
    this.#loading = false;
  }
}
