/** Checks that may wait before frames are passed over. */
const PATIENCE = 8;

/** Of so many checks one is made, at least. */
const MOST = 1024;

/**
 * Passes frames over, evenly, where a simulation is faster than its checks. What was written before
 * the watch began is checked all the same.
 */
export class Lag {
  /** Frames that were passed over. */
  count = 0;
  /** One of so many frames is checked. */
  #stride = 1;
  #turn = 0;
  #frames = 0;
  /** Bytes that were there when the watch began, and are still to be read. */
  #before: number | undefined;
  /** Bytes of a frame, the largest so far. */
  #frameBytes = 0;
  #lastBehind = 0;

  /** Takes note of how many bytes are written and not yet read, once a frame has been read. */
  saw(behind: number): void {
    this.#before ??= behind;
    // What lies behind shrinks while it is caught up with.
    this.#before = Math.min(this.#before, behind);
    this.#frameBytes = Math.max(this.#frameBytes, this.#lastBehind - behind);
    this.#lastBehind = behind;
    this.#frames++;
    if (this.#frames % PATIENCE !== 0) return;
    const isLate = behind > this.#before + PATIENCE * this.#frameBytes && this.#frameBytes > 0;
    if (isLate) this.#stride = Math.min(2 * this.#stride, MOST);
    else if (behind <= this.#before) this.#stride = Math.max(1, this.#stride / 2);
  }

  /** Whether to pass over a frame that is due. */
  skips(): boolean {
    this.#turn = (this.#turn + 1) % this.#stride;
    if (this.#turn === 0) return false;
    this.count++;
    return true;
  }
}
