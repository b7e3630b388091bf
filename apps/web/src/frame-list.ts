import { type FramePlaces, isOneAxis } from 'quests/explore';

/** The frames of a set by what their files call them. */
export class FrameList {
  readonly #places: FramePlaces;

  constructor(places: FramePlaces) {
    this.#places = places;
  }

  get length(): number {
    return this.#places.frame.length;
  }

  get files(): readonly string[] {
    return this.#places.files;
  }

  /** Number of the file that a frame of the set is in. */
  fileOf(frame: number): number {
    return this.#places.file[frame] ?? 0;
  }

  /** Number of a frame of the set in its file. */
  numberOf(frame: number): number {
    return this.#places.frame[frame] ?? frame;
  }

  /** File and number of a frame, the file only where there are several. */
  nameOf(frame: number): string {
    const number = `frame ${this.numberOf(frame)}`;
    return this.files.length < 2 ? number : `${this.files[this.fileOf(frame)] ?? ''}, ${number}`;
  }

  /** The frame of a file whose number is nearest to one. */
  nearest(file: number, number: number): number {
    let best = 0;
    let least = Infinity;
    this.#places.frame.forEach((own, frame) => {
      const far = this.#places.file[frame] === file ? Math.abs(own - number) : Infinity;
      if (far < least) [best, least] = [frame, far];
    });
    return best;
  }

  /** Whether frames stand by their numbers along an axis; else by their places in the set. */
  get isOneAxis(): boolean {
    return isOneAxis(this.#places);
  }

  /** Where a frame of the set stands along an axis. */
  along(frame: number): number {
    return this.isOneAxis ? this.numberOf(frame) : frame;
  }

  /** The frame nearest to a value along an axis. */
  at(value: number): number {
    if (this.isOneAxis) return this.nearest(0, value);
    return Math.min(Math.max(0, Math.round(value)), this.length - 1);
  }
}
