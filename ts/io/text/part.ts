import { type FilePlace, invalidFile } from './fault.js';
import type { RangeSource } from './ranges.js';

/**
 * A range that must be there for a frame to be read.
 *
 * @param what what stands in it, for the message
 * @throws {QuestsError} INVALID_FILE where the source ends before it does
 */
export async function readPart(
  source: RangeSource,
  start: number,
  length: number,
  what: string,
  place: FilePlace,
): Promise<Uint8Array> {
  if (!(start >= 0 && length >= 0 && start + length <= source.size)) {
    const problem = `${what} should stand at bytes ${start} to ${start + length}`;
    throw invalidFile(place, `${problem}, but the file has ${source.size}; is it cut or damaged?`);
  }
  const bytes = await source.read(start, length);
  if (bytes.length === length) return bytes;
  throw invalidFile(place, `${what} has ${bytes.length} bytes, expected ${length}; does the file change?`);
}

/** A view of bytes, for the numbers in them. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
