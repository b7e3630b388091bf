import { errorAt } from '../../base/error.js';

/**
 * Bytes of which any range can be read: a file on a disk, a `File` of a page, an address whose
 * server sends ranges, or all of them in memory.
 */
export interface RangeSource {
  /** How many there are. */
  readonly size: number;
  /**
   * `length` bytes from `start`; fewer where the source ends. They must not be written to.
   *
   * @throws {QuestsError} FILE_ACCESS for an error of the disk or the network
   */
  readonly read: (start: number, length: number) => Promise<Uint8Array>;
  /**
   * The same, but for one who knows which bytes are needed: nothing is read along. Absent where
   * `read` does so anyway.
   */
  readonly exact?: (start: number, length: number) => Promise<Uint8Array>;
  /**
   * Bytes that were moved over a network so far, also those that nobody asked for. Absent for what
   * is on this machine.
   */
  readonly moved?: () => number;
}

/** Bytes in memory. */
export function rangesOf(bytes: Uint8Array): RangeSource {
  // eslint-disable-next-line @typescript-eslint/require-await -- as of other sources
  return { size: bytes.length, read: async (start, length) => bytes.subarray(start, start + length) };
}

/**
 * A range that must be there.
 *
 * @param what what stands in it, for the message
 * @throws {QuestsError} INVALID_FILE where the source ends before it does
 */
export async function readRange(
  { size, read }: RangeSource,
  start: number,
  length: number,
  what: string,
  file: string,
): Promise<Uint8Array> {
  if (!(start >= 0 && length >= 0 && start + length <= size)) {
    const problem = `${what} should stand at bytes ${start} to ${start + length}, but the file has ${size}`;
    throw errorAt('INVALID_FILE', { file }, `${problem}; is it cut or damaged?`);
  }
  return read(start, length);
}

/** Bytes read at once, where fewer are asked for. */
const WINDOW = 1 << 18;

/**
 * A source that is asked for windows of some length, so that many short ranges that lie near each
 * other take one read.
 *
 * @param first bytes from the beginning that are there already
 */
export function inWindows({ size, read }: RangeSource, first: Uint8Array = new Uint8Array(0)): RangeSource {
  let window = { start: 0, bytes: first };
  return {
    size,
    exact: read,
    read: async (start, length) => {
      if (length >= WINDOW) return read(start, length);
      const end = Math.min(start + length, size);
      if (start < window.start || end > window.start + window.bytes.length) {
        window = { start, bytes: await read(start, WINDOW) };
      }
      return window.bytes.subarray(start - window.start, end - window.start);
    },
  };
}
