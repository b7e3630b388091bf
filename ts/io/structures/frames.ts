import { QuestsError } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import { BREATH, breathe } from '../../run/job.js';
import type { ByteSource } from '../text/bytes.js';
import { emptyFile, invalidFile } from '../text/fault.js';
import { type LineOptions, LineReader } from '../text/lines.js';
import type { Skipped } from '../../model/bad-frames.js';

/** What a reader of structures is told. */
export interface FrameOptions extends LineOptions {
  /**
   * Frames that are wanted; others are passed over, without being parsed unless bad frames are left
   * out. Default: all.
   */
  readonly frames?: FrameRange | undefined;
  /**
   * Called for a frame that cannot be read; reading goes on where the next frame seems to begin.
   * Default: the error is thrown.
   */
  readonly onSkip?: ((skipped: Skipped) => void) | undefined;
  /**
   * Opens a file that lies beside this one, by its name; undefined where there is none. Default:
   * nothing lies beside.
   */
  readonly beside?: ((name: string) => Promise<ByteSource | undefined>) | undefined;
  /** Called where a file may mean something else than was read of it; once for each kind. */
  readonly onNote?: ((note: ReadNote) => void) | undefined;
}

/** What a file may mean that was not read of it. */
export interface ReadNote {
  readonly file: string;
  /** The first frame of which it is true. */
  readonly frame: number;
  readonly text: string;
  /**
   * A cell that may be meant; elements where types were to be named; columns that may be
   * coordinates; a name that is given twice; units that were converted; a run that ends within a
   * step; steps without coordinates; steps of a machine-learned model; steps that did not converge;
   * a file beside this one with more of the frames; a part of the data that may stand elsewhere;
   * files of an archive that are passed over; a file that is held in memory; lines after the atoms
   * of a frame; a reference whose environments were merged.
   */
  readonly kind:
    | 'cell'
    | 'elements'
    | 'columns'
    | 'repeated'
    | 'units'
    | 'unfinished'
    | 'bare-steps'
    | 'machine-learned'
    | 'unconverged'
    | 'beside'
    | 'incomplete'
    | 'members'
    | 'memory'
    | 'lines'
    | 'merged';
}

/** Frames of a file, from its beginning. */
export interface FrameRange {
  /** The frame to stop before; `Infinity` for all. */
  readonly end: number;
  readonly wants: (frame: number) => boolean;
  /**
   * Told at the end of the file how many frames it has. Where this is given, a bad last frame is
   * counted instead of refused.
   */
  readonly onEnd?: (frames: number) => void;
}

/** How a line shows a frame. */
export type Mark = 'whole' | 'within';

/** Reads one frame after the other from the lines of a file; each format with lines has its own. */
export interface FrameReader {
  /** The next frame; undefined at the end of the file. */
  read(frame: number): Promise<Structure | undefined>;
  /** Passes over the next frame; false at the end of the file. */
  pass(frame: number): Promise<boolean>;
  /** Whether a frame may begin with the present line: where to go on after a bad one. */
  mayBegin(): boolean | Promise<boolean>;
  /**
   * Whether the present line is what every frame has once, or holds it after half a line, as where
   * a restart goes on: shows a frame that cannot be read, because its beginning is damaged.
   */
  mark(): Mark | undefined;
  /** Number of the last line read that is such a mark; 0 before the first. */
  readonly lastMark: number;
  /**
   * Frames without a mark among the lines that {@link mark} was asked about since the last frame.
   * Default: none.
   *
   * @param goesOn whether another frame follows
   */
  unmarked?(goesOn: boolean): number;
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
      const isWanted = frames?.wants(frame) ?? true;
      let structure: Structure | undefined;
      try {
        // Where bad frames are left out, those that are not wanted must be known, too, to be
        // counted.
        if (!isWanted && onSkip === undefined) {
          if (await reader.pass(frame)) continue;
        } else structure = await reader.read(frame);
        if (structure === undefined && frame === 0) {
          throw emptyFile({ file: options.file }, 'the file is empty');
        }
      } catch (thrown) {
        if (!isBadData(thrown) || (onSkip ?? frames?.onEnd) === undefined) throw thrown;
        const { goesOn, lost } = await recover(lines, reader, before);
        if (onSkip === undefined && goesOn) throw thrown;
        if (isWanted) onSkip?.({ file: options.file, frame, error: thrown, isLast: lines.isBroken });
        for (let count = 0; count < lost; count++) {
          frame++;
          if (frames?.wants(frame) === false) continue;
          onSkip?.({ file: options.file, frame, error: withoutBeginning(options.file, frame) });
        }
        if (goesOn) continue;
        frames?.onEnd?.(frame + 1);
        return;
      }
      if (structure === undefined) {
        frames?.onEnd?.(frame);
        return;
      }
      if (isWanted) yield structure;
    }
  } finally {
    await lines.release();
  }
}

/**
 * Reads frames that can be asked for by their number: those that are wanted, without the bad ones
 * where those are to be skipped.
 *
 * @param count how many the file has
 * @param read reads one of them
 * @throws {QuestsError} what `read` throws, unless it is skipped; EMPTY for a file without frames.
 *   The signal's reason when cancelled
 */
export async function* readNumbered(
  count: number,
  options: FrameOptions,
  read: (frame: number) => Structure | Promise<Structure>,
): AsyncGenerator<Structure, void, undefined> {
  const list = function* (): Generator<FrameAction, void, undefined> {
    for (let frame = 0; frame < count; frame++) yield () => read(frame);
  };
  yield* readListed(list(), options);
}

/** Reads the frame that it stands for. */
export type FrameAction = (frame: number) => Structure | Promise<Structure>;

/**
 * Reads frames that a file lists one after the other: those that are wanted, without the bad ones
 * where those are to be skipped. Where the list cannot be followed any further, what is left of it
 * counts as one bad frame.
 *
 * @throws {QuestsError} what an action or the list throws, unless it is skipped; EMPTY for a file
 *   without frames. The signal's reason when cancelled
 */
export async function* readListed(
  list: Iterable<FrameAction> | AsyncIterable<FrameAction>,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const { file, frames, onSkip, signal } = options;
  const end = frames?.end ?? Infinity;
  let lastBreath = performance.now();
  let frame = 0;
  try {
    for await (const read of list) {
      signal?.throwIfAborted();
      if (frame >= end) return;
      const number = frame++;
      if (frames?.wants(number) === false) continue;
      let structure: Structure;
      try {
        structure = await read(number);
      } catch (thrown) {
        if (onSkip === undefined || !isBadData(thrown)) throw thrown;
        onSkip({ file, frame: number, error: thrown });
        continue;
      }
      yield structure;
      if (performance.now() - lastBreath < BREATH) continue;
      await breathe();
      lastBreath = performance.now();
    }
  } catch (thrown) {
    if (onSkip === undefined || frame === 0 || !isBadData(thrown)) throw thrown;
    onSkip({ file, frame, error: thrown, isLast: true });
  }
  if (frame === 0) throw emptyFile({ file }, 'the file has no frames');
  frames?.onEnd?.(frame);
}

/** Whether an error is about what a file holds, so that the rest of the file may be good. */
export function isBadData(thrown: unknown): thrown is QuestsError {
  return thrown instanceof QuestsError && BAD_DATA.has(thrown.code);
}

const BAD_DATA: ReadonlySet<string> = new Set(['INVALID_FILE', 'INVALID_STRUCTURE', 'EMPTY']);

/** What follows a bad frame. */
interface Recovery {
  /** Whether a frame may begin with the next line. */
  readonly goesOn: boolean;
  /** Frames between the two whose beginning cannot be read. */
  readonly lost: number;
}

/**
 * Goes to the line with which a frame may begin again, if there is one.
 *
 * @param before number of the last line before the bad frame: at least one line further, or it
 *   would be tried again
 */
async function recover(lines: LineReader, reader: FrameReader, before: number): Promise<Recovery> {
  const last = reader.lastMark;
  // The first mark may be that of the bad frame itself, unless that has been read.
  let hasOwn = last > before;
  let lost = 0;
  // The line that a reader stumbled over may be the first of the next frame.
  lines.back();
  try {
    while (await lines.next()) {
      const { number } = lines;
      if (number > before + 1 && (await reader.mayBegin())) {
        lines.back();
        return { goesOn: true, lost: lost + (reader.unmarked?.(true) ?? 0) };
      }
      const mark = number > last ? reader.mark() : undefined;
      if (mark === undefined) continue;
      if (hasOwn || mark === 'within') lost++;
      hasOwn = true;
    }
  } catch (thrown) {
    // What follows is no text, or is cut: the bad frame, reported already, was the last that could
    // be reached.
    if (!isBadData(thrown)) throw thrown;
  }
  return { goesOn: false, lost: lost + (reader.unmarked?.(false) ?? 0) };
}

function withoutBeginning(file: string, frame: number): QuestsError {
  return invalidFile({ file, frame }, 'the lines that it begins with are missing or damaged');
}
