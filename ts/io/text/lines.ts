import type { QuestsError } from '../../base/error.js';
import { type ByteSource, pieces, REST } from './bytes.js';
import { invalidFile } from './fault.js';

/** What a reader of a text file is told. */
export interface LineOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** Cancels reading; the reader then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Reads plain rows of tables, as the core does. Default: none, every row is read here; the values
   * are the same.
   */
  readonly rowReader?: RowReader | undefined;
}

/** Reads plain rows of a table into numbers; see `readRows` of `CoreModule`, which is one. */
export interface RowReader {
  readRows(bytes: Uint8Array, kinds: Uint8Array, widths: Uint32Array, values: Float64Array): Uint32Array;
}

/**
 * Longest line, in bytes: far above any line of numbers, and a bound on the memory that a binary
 * file can take.
 */
const LONGEST_LINE = 1 << 23;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * Splits a stream of bytes into lines without making strings: `bytes[start, end)` is the present
 * line, without its line end (LF or CRLF) and without a byte order mark. It is valid until the next
 * line is asked for.
 *
 * `advance` is the fast way to the next line and can be used in a loop without `await`; where it
 * says `false`, `next` reads on.
 */
export class LineReader {
  readonly file: string;
  readonly rowReader: RowReader | undefined;
  /** Holds the present line. Replaced as the stream is read. */
  bytes: Uint8Array = NOTHING;
  start = 0;
  end = 0;
  /** Number of the present line, from 1. */
  number = 0;
  /**
   * Whether a line end follows the present line; false only for the last line of a file without
   * one.
   */
  terminated = true;

  /** Where the present line begins, a byte order mark included. */
  private lineStart = 0;
  /** Where the next line begins. */
  private nextStart = 0;
  /** Where the last line that is in memory as a whole ends, its line end included. */
  private held = 0;
  /** Where the first byte 0 lies, which no text has; −1 where none has been seen. */
  private zero = -1;
  /** Whether the present line is the next one again. */
  private isBack = true;
  /** Whether the last line of the file had no line end; `fill` gave it one. */
  private completed = false;
  /** Grows with what is read: there may be 100,000 small files. */
  private buffer: Uint8Array = NOTHING;
  /** Whether the bytes are a piece of the source, which holds until the next is asked for. */
  private isLent = false;
  private ended = false;
  /** Whether the source has nothing more for now. */
  private rests = false;
  /** Whether the source failed: nothing more comes from it. */
  isBroken = false;
  /** What went wrong while lines were looked at ahead; thrown once they are asked for. */
  private failure: { readonly reason: unknown } | undefined;
  private readonly given: ByteSource;
  private readonly source: AsyncGenerator<Uint8Array, void, undefined>;
  private hasBegun = false;

  constructor(source: ByteSource, options: LineOptions) {
    this.file = options.file;
    this.rowReader = options.rowReader;
    this.given = source;
    this.source = pieces(source, options.signal);
  }

  /** Moves to the next line; false at the end of the file. */
  async next(): Promise<boolean> {
    while (!this.advance()) {
      if (this.ended) return false;
      await this.fill();
    }
    return true;
  }

  /** Moves to the next line where it is in memory as a whole. */
  advance(): boolean {
    if (!this.open()) return false;
    this.close(this.bytes.indexOf(LINE_FEED, this.nextStart));
    return true;
  }

  /**
   * Moves to the start of the next line where it is in memory as a whole, without looking for its
   * end: for a parser that meets the line feed on its way, and must then say so with {@link close}.
   */
  open(): boolean {
    if (this.nextStart >= this.held) return false;
    this.lineStart = this.nextStart;
    this.isBack = false;
    this.number++;
    this.start = this.number === 1 && startsWithMark(this.bytes) ? this.nextStart + 3 : this.nextStart;
    return true;
  }

  /** Ends the line that was opened at the line feed that a parser met. */
  close(lineFeed: number): void {
    if (lineFeed - this.lineStart > LONGEST_LINE) throw this.tooLong(this.number);
    if (this.zero !== -1 && this.zero < lineFeed) {
      throw invalidFile(
        { file: this.file, line: this.number },
        'not text (a byte 0); is the file binary or damaged?',
      );
    }
    this.nextStart = lineFeed + 1;
    this.end =
      lineFeed > this.start && this.bytes[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
    this.terminated = !this.completed || this.nextStart < this.held;
  }

  /** Bytes in memory of whole lines, from the next one on. */
  get aheadLength(): number {
    return this.held - this.nextStart;
  }

  /**
   * All lines that are in memory as a whole, from the next one on, for a parser of many: see
   * {@link take}.
   */
  ahead(): Uint8Array {
    return this.bytes.subarray(this.nextStart, this.held);
  }

  /** Passes over lines of {@link ahead}: `count` of them, `length` bytes with their line ends. */
  take(count: number, length: number): void {
    this.number += count;
    this.nextStart += length;
    this.isBack = true;
  }

  /** Makes the present line, opened or closed, the next one again; once. */
  back(): void {
    if (this.isBack) return;
    this.isBack = true;
    this.nextStart = this.lineStart;
    this.number--;
  }

  /** Passes over lines; says how many there were. */
  async pass(count: number): Promise<number> {
    for (let passed = 0; passed < count; passed++) {
      if (!this.advance() && !(await this.next())) return passed;
    }
    return count;
  }

  /**
   * The next lines as text, at most `count`, without moving to them: fewer where the stream ends or
   * fails, which is thrown when they are asked for.
   */
  async peek(count: number): Promise<string[]> {
    return this.look(count, false);
  }

  /**
   * {@link peek} that does not wait for what is not yet written: fewer lines, too, where the source
   * rests.
   */
  async peekWritten(count: number): Promise<string[]> {
    return this.look(count, true);
  }

  private async look(count: number, mayRest: boolean): Promise<string[]> {
    for (;;) {
      const found = this.heldLines(count);
      if (found.length === count || this.ended || this.failure !== undefined) return found;
      if (mayRest && this.rests) return found;
      await this.fill().catch((reason: unknown) => {
        this.failure = { reason };
      });
    }
  }

  /** Whether there is nothing on the line but blanks. */
  isBlank(): boolean {
    for (let at = this.start; at < this.end; at++) if ((this.bytes[at] as number) > 32) return false;
    return true;
  }

  /** The present line as text. */
  text(): string {
    return decodeText(this.bytes, this.start, this.end);
  }

  /** Ends reading and lets go of the stream, also where nothing was read of it. */
  async release(): Promise<void> {
    await this.source.return();
    if (!this.hasBegun && Symbol.asyncIterator in this.given) {
      await this.given[Symbol.asyncIterator]().return?.();
    }
  }

  /** Appends the next piece of the stream to what is left of the last. */
  private async fill(): Promise<void> {
    if (this.failure !== undefined) throw this.failure.reason;
    if (this.isLent) this.keep();
    this.hasBegun = true;
    const piece = await this.source.next().catch((error: unknown) => {
      this.isBroken = true;
      throw error;
    });
    this.rests = piece.value === REST;
    if (piece.done !== true) {
      this.append(piece.value);
      return;
    }
    this.ended = true;
    if (this.bytes.length > this.held) {
      this.completed = true;
      this.append(Uint8Array.of(LINE_FEED));
    }
  }

  /** The next lines that are in memory as a whole, as text, at most `count`. */
  private heldLines(count: number): string[] {
    const found: string[] = [];
    for (let start = this.nextStart; found.length < count && start < this.held;) {
      const end = this.bytes.indexOf(LINE_FEED, start);
      found.push(decodeText(this.bytes, start, end).replace(/\r$/, ''));
      start = end + 1;
    }
    return found;
  }

  /** Where what is still needed begins: one may look ahead of the present line, and go back. */
  private get from(): number {
    return this.isBack ? this.nextStart : this.lineStart;
  }

  /** Copies what is still needed of a piece that is lent. */
  private keep(): void {
    const { from } = this;
    this.buffer = from === this.bytes.length ? NOTHING : new Uint8Array(this.bytes.subarray(from));
    this.bytes = this.buffer;
    this.isLent = false;
    this.movePlaces(from);
  }

  private movePlaces(by: number): void {
    for (const place of ['lineStart', 'start', 'end', 'nextStart', 'held'] as const) this[place] -= by;
    if (this.zero !== -1) this.zero -= by;
  }

  private append(piece: Uint8Array): void {
    const { from } = this;
    let at = this.bytes.length;
    if (at === 0) {
      // Mostly all of a small file: it is not copied.
      this.bytes = piece;
      this.isLent = piece.length > 0;
    } else if (at + piece.length > this.buffer.length) {
      const room = this.buffer;
      const length = at - from + piece.length;
      // Growing by factors, and moving only where at least half of the buffer is free, keeps the
      // copying linear.
      if (2 * length > room.length) this.buffer = new Uint8Array(4 * length);
      this.buffer.set(room.subarray(from, at));
      at -= from;
      this.movePlaces(from);
    }
    if (this.zero === -1) {
      const zero = piece.indexOf(0);
      if (zero !== -1) this.zero = at + zero;
    }
    if (!this.isLent) {
      this.buffer.set(piece, at);
      this.bytes = this.buffer.subarray(0, at + piece.length);
    }
    const lineFeed = piece.lastIndexOf(LINE_FEED);
    if (lineFeed !== -1) this.held = at + lineFeed + 1;
    else if (this.bytes.length - this.held > LONGEST_LINE) {
      throw this.tooLong(this.number + this.heldLines(Infinity).length + 1);
    }
  }

  private tooLong(line: number): QuestsError {
    const problem = `no line end within ${LONGEST_LINE >> 20} MB; is the file binary?`;
    return invalidFile({ file: this.file, line }, problem);
  }
}

/** Text of `bytes[start, end)`: UTF-8, with U+FFFD for what is not. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return DECODER.decode(bytes.subarray(start, end));
}

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

function startsWithMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
