import { element } from './element.js';

/** Frames in a second, of which one chooses. */
const SPEEDS = [1, 2, 5, 10, 25];
const USUAL = 5;
/** Where the system asks for less motion. */
const SLOW = 1;

/** What is played. */
export interface Played {
  /** Shows the next frame; whether there is one. */
  readonly next: () => boolean;
  /** Goes back to the first one where the last is shown. */
  readonly rewind: () => void;
}

/**
 * Plays frames, one after the other: the next is asked for when the one before is shown, so that
 * slow frames make it slow, and nothing piles up.
 */
export class Playback {
  readonly #button = element('play', HTMLButtonElement);
  readonly #speed = element('speed', HTMLSelectElement);
  readonly #played: Played;
  #isPlaying = false;
  #asked = 0;

  constructor(played: Played) {
    this.#played = played;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#speed.replaceChildren(...SPEEDS.map((speed) => new Option(String(speed), String(speed))));
    this.#speed.value = String(isCalm ? SLOW : USUAL);
    this.#button.addEventListener('click', () => {
      if (this.#isPlaying) this.stop();
      else this.#start();
    });
  }

  stop(): void {
    this.#show(false);
  }

  /** To be called when a frame is shown. */
  shown(): void {
    if (!this.#isPlaying) return;
    const wait = 1000 / Number(this.#speed.value) - (performance.now() - this.#asked);
    setTimeout(() => this.#next(), Math.max(0, wait));
  }

  #start(): void {
    this.#show(true);
    this.#played.rewind();
    this.#next();
  }

  #next(): void {
    if (!this.#isPlaying) return;
    this.#asked = performance.now();
    if (!this.#played.next()) this.stop();
  }

  #show(isPlaying: boolean): void {
    this.#isPlaying = isPlaying;
    this.#button.textContent = isPlaying ? 'Pause' : 'Play';
    // Nobody wants each frame read out.
    element('structure-text').ariaLive = isPlaying ? 'off' : 'polite';
  }
}
