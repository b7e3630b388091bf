import { element } from './element.js';

/** Says of results that they are not of the files and settings that the page has now. */
export class Freshness {
  readonly #now: () => string;
  #asked = '';
  /** What the results are of; undefined where there are none. */
  #shown: string | undefined;

  /** @param now what files and settings there are, in a word of its own for each state */
  constructor(now: () => string) {
    this.#now = now;
  }

  /** To be called when results are asked for. */
  ask(): void {
    this.#asked = this.#now();
  }

  /** To be called when they are shown. */
  show(): void {
    this.#shown = this.#asked;
    this.check();
  }

  /** To be called when files or settings may have changed. */
  check(): void {
    element('stale').hidden = this.#shown === undefined || this.#now() === this.#shown;
  }
}
