import { QuestsError } from '../base/error.js';

/** Bytes of all requests that are arriving, held against what there is room for. */
export class SentBytes {
  readonly #most: number;
  /** Bytes of what has arrived and is kept. */
  readonly #kept: () => number;
  #arriving = 0;

  constructor(most: number, kept: () => number) {
    this.#most = most;
    this.#kept = kept;
  }

  /**
   * Does what takes a body in; until it is done, its bytes count.
   *
   * @param bytes that the body has, or may have
   * @throws {QuestsError} TOO_LARGE where there is no room for as many
   */
  async during<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#kept() + this.#arriving + bytes > this.#most) {
      const problem = 'too many files were sent, or are being sent, that no run has read';
      throw new QuestsError('TOO_LARGE', `${problem}: name them after quests serve`);
    }
    this.#arriving += bytes;
    try {
      return await work();
    } finally {
      this.#arriving -= bytes;
    }
  }
}

/** Bytes that a request says it has; else the most that it may have. */
export function announced(header: string | undefined, most: number): number {
  const bytes = Number(header ?? NaN);
  return Number.isNaN(bytes) ? most : Math.min(bytes, most);
}
