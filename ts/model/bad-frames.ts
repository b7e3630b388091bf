import { QuestsError } from '../base/error.js';
import type { Structure } from './structure.js';

/**
 * Does work on frames, in one call of the core, without those that the core refuses where such are to be left out.
 *
 * @param onSkip told of each frame that is left out; undefined where the first is an error
 * @returns the frames that are left, and what came of them; undefined where none is left
 * @throws {QuestsError} of the work; the message names file and frame where they are known
 */
export async function withoutBadFrames<T>(
  frames: readonly Structure[],
  onSkip: ((skipped: Skipped, structure: Structure) => void) | undefined,
  work: (frames: readonly Structure[]) => Promise<T>,
): Promise<{ frames: readonly Structure[]; value: T | undefined }> {
  let left = frames;
  while (left.length > 0) {
    try {
      return { frames: left, value: await work(left) };
    } catch (thrown) {
      if (!(thrown instanceof QuestsError)) throw thrown;
      const number = FRAME.exec(thrown.message)?.[1];
      const bad = left[Number(number)];
      const error = located(thrown, bad);
      if (onSkip === undefined || bad === undefined || thrown.code !== 'INVALID_STRUCTURE') throw error;
      onSkip({ file: bad.source?.file ?? '', frame: bad.source?.frame, error }, bad);
      left = left.filter((_, frame) => frame !== Number(number));
    }
  }
  return { frames: [], value: undefined };
}

const FRAME = /^frame (\d+): /;

/** Puts the file and its frame in place of the number of the frame in the call, where they are known. */
export function located(thrown: QuestsError, frame: Structure | undefined): QuestsError {
  const source = frame?.source;
  if (source === undefined) return thrown;
  const text = thrown.message.replace(FRAME, '');
  return new QuestsError(thrown.code, `${source.file}, frame ${source.frame}: ${text}`, { cause: thrown });
}
/** Data that were left out, because they cannot be read or computed on. */
export interface Skipped {
  /** Empty for a structure that was not read from a file. */
  readonly file: string;
  /** Absent where nothing of the file can be read. */
  readonly frame?: number | undefined;
  /** Whether nothing after it can be read, since the file is cut or damaged there. */
  readonly isLast?: boolean | undefined;
  readonly error: QuestsError;
}
