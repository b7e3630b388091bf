import { type FilePlace, invalidFile } from '../../text/fault.js';
import { viewOf } from '../../text/part.js';

/** An address that leads nowhere. */
export const NOWHERE = Number(0xffff_ffff_ffff_ffffn);

/** Reads the numbers of a piece of a file, one after the other. */
export class Cursor {
  at = 0;
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly what: string;
  private readonly place: FilePlace;

  /** @param what the piece is, for messages */
  constructor(bytes: Uint8Array, what: string, place: FilePlace) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.what = what;
    this.place = place;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.view.getUint8(this.step(1));
  }

  u16(): number {
    return this.view.getUint16(this.step(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.step(4), true);
  }

  /** An address or a length. */
  u64(): number {
    return Number(this.view.getBigUint64(this.step(8), true));
  }

  /** A number of 1, 2, 4 or 8 bytes. */
  uint(bytes: number): number {
    if (bytes === 1) return this.u8();
    if (bytes === 2) return this.u16();
    return bytes === 4 ? this.u32() : this.u64();
  }

  take(length: number): Uint8Array {
    const start = this.step(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Bytes from a place of their own. */
  within(start: number, length: number): Uint8Array {
    this.at = 0;
    this.step(start);
    return this.take(length);
  }

  skip(length: number): void {
    this.step(length);
  }

  /** @throws {QuestsError} INVALID_FILE for other bytes than this mark */
  mark(mark: string): void {
    const found = new TextDecoder('latin1').decode(this.take(mark.length));
    if (found !== mark) throw this.damaged(`expected ${mark}`);
  }

  damaged(problem?: string): Error {
    const why = problem === undefined ? '' : `: ${problem}`;
    return invalidFile(this.place, `${this.what} is damaged${why}`);
  }

  private step(length: number): number {
    const start = this.at;
    if (!(length >= 0 && start + length <= this.bytes.length)) throw this.damaged();
    this.at += length;
    return start;
  }
}

/** Text up to a zero byte. */
export function textUntilZero(bytes: Uint8Array, from = 0): string {
  const end = bytes.indexOf(0, from);
  return new TextDecoder().decode(bytes.subarray(from, end === -1 ? bytes.length : end));
}
