import { BadFramesError, errorAt, type QuestsError } from '../base/error.js';
import type { Structure } from './structure.js';

/**
 * Does work on frames, in one call of the core. Frames that the core refuses are left out if
 * `onSkip` is given.
 *
 * @param onSkip called for each frame that is left out; without it, the first bad frame is an error
 * @param first index of the first of these frames among all that the caller was given
 * @returns the frames that are left, and the result for them; undefined if none is left
 * @throws {QuestsError} of the work, with the file and frame of the structure where they are known
 */
export async function withoutBadFrames<T>(
  frames: readonly Structure[],
  onSkip: ((skipped: Skipped, structure: Structure) => void) | undefined,
  work: (frames: readonly Structure[]) => Promise<T>,
  first = 0,
): Promise<{ frames: readonly Structure[]; value: T | undefined }> {
  let left = [...frames.entries()];
  while (left.length > 0) {
    try {
      const usable = left.map(([, structure]) => structure);
      return { frames: usable, value: await work(usable) };
    } catch (thrown) {
      if (!(thrown instanceof BadFramesError)) throw thrown;
      const { code, cause } = thrown;
      const refused = new Set<number>();
      for (const bad of thrown.frames) {
        const [index, structure] = left[bad.frame] as [number, Structure];
        const numbered = new BadFramesError(code, [{ ...bad, frame: first + index }], { cause });
        const error = located(numbered, structure);
        if (onSkip === undefined || code !== 'INVALID_STRUCTURE') throw error;
        refused.add(index);
        onSkip({ file: error.file ?? '', frame: structure.source?.frame, error }, structure);
      }
      left = left.filter(([index]) => !refused.has(index));
    }
  }
  return { frames: [], value: undefined };
}

/** The same error with the file and frame of the structure, if it was read from a file. */
export function located(thrown: QuestsError, structure: Structure | undefined): QuestsError {
  const source = structure?.source;
  if (source === undefined) return thrown;
  return errorAt(thrown.code, source, thrown.problem, { cause: thrown, atom: thrown.atom });
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
