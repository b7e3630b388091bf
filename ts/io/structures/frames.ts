import { QuestsError } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { emptyFile } from '../text/fault.js';
import { type LineOptions, LineReader } from '../text/lines.js';
import type { Skipped } from '../../model/bad-frames.js';

/** What a reader of structures is told. */
export interface FrameOptions extends LineOptions {
  /** Frames that are wanted; others are passed over without being parsed. Default: all. */
  readonly frames?: FrameRange | undefined;
  /**
   * Called for a frame that cannot be read; reading goes on where the next frame seems to begin.
   * Default: the error is thrown.
   */
  readonly onSkip?: ((skipped: Skipped) => void) | undefined;
}

/** Frames of a file, from its beginning. */
export interface FrameRange {
  /** The frame to stop before; `Infinity` for all. */
  readonly end: number;
  readonly wants: (frame: number) => boolean;
}

/** Reads one frame after the other from the lines of a file; each format with lines has its own. */
export interface FrameReader {
  /** The next frame; undefined at the end of the file. */
  read(frame: number): Promise<Structure | undefined>;
  /** Passes over the next frame; false at the end of the file. */
  pass(frame: number): Promise<boolean>;
  /** Whether a frame may begin with the present line: where to go on after a bad one. */
  mayBegin(): boolean;
}

/**
 * Reads the frames of a file: those that are wanted, without the bad ones where those are to be
 * skipped.
 *
 * @param open makes the reader of the format
 * @throws {QuestsError} what the reader throws, unless it is skipped; EMPTY for a file without
 *   frames. The signal's reason when cancelled
 */
export async function* readFrames(
  source: ByteSource,
  options: FrameOptions,
  open: (lines: LineReader) => FrameReader,
): AsyncGenerator<Structure, void, undefined> {
  const { frames, onSkip } = options;
  const lines = new LineReader(source, options);
  const reader = open(lines);
  const end = frames?.end ?? Infinity;
  try {
    for (let frame = 0; frame < end; frame++) {
      const before = lines.number;
      let structure: Structure | undefined;
      try {
        if (frames?.wants(frame) === false) {
          if (await reader.pass(frame)) continue;
        } else structure = await reader.read(frame);
        if (structure === undefined && frame === 0) {
          throw emptyFile({ file: options.file }, 'the file is empty');
        }
      } catch (thrown) {
        if (onSkip === undefined || !isBadData(thrown)) throw thrown;
        const goesOn = await recover(lines, reader, before);
        onSkip({ file: options.file, frame, error: thrown, isLast: lines.isBroken });
        if (goesOn) continue;
        return;
      }
      if (structure === undefined) return;
      yield structure;
    }
  } finally {
    await lines.release();
  }
}

/** Whether an error is about what a file holds, so that the rest of the file may be good. */
export function isBadData(thrown: unknown): thrown is QuestsError {
  return thrown instanceof QuestsError && BAD_DATA.has(thrown.code);
}

const BAD_DATA: ReadonlySet<string> = new Set(['INVALID_FILE', 'INVALID_STRUCTURE', 'EMPTY']);

/**
 * Goes to the line with which a frame may begin again; false where there is none.
 *
 * @param before number of the last line before the bad frame: at least one line further, or it
 *   would be tried again
 */
async function recover(lines: LineReader, reader: FrameReader, before: number): Promise<boolean> {
  // The line that a reader stumbled over may be the first of the next frame.
  lines.back();
  try {
    while (await lines.next()) {
      if (lines.number <= before + 1 || !reader.mayBegin()) continue;
      lines.back();
      return true;
    }
  } catch (thrown) {
    // What follows is no text, or is cut: the bad frame, reported already, was the last that could
    // be reached.
    if (!isBadData(thrown)) throw thrown;
  }
  return false;
}
