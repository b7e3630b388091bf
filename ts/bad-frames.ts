import { QuestsError } from './error.js';
import type { Skipped } from './options.js';
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
      const problems = badFrames(thrown);
      const first = left[Number(problems.keys().next().value)];
      if (onSkip === undefined || first === undefined || thrown.code !== 'INVALID_STRUCTURE') {
        throw located(thrown, first);
      }
      for (const [frame, message] of problems) {
        const bad = left[frame];
        if (bad === undefined) continue;
        const error = located(new QuestsError(thrown.code, message, { cause: thrown.cause }), bad);
        onSkip({ file: bad.source?.file ?? '', frame: bad.source?.frame, error }, bad);
      }
      left = left.filter((_, frame) => !problems.has(frame));
    }
  }
  return { frames: [], value: undefined };
}

const FRAME = /^frame (\d+): /;

/** Every bad frame of a step, by its number in the call, and what is wrong with it. */
function badFrames(thrown: QuestsError): Map<number, string> {
  const { cause, message } = thrown;
  const text = cause instanceof Error ? cause.message.replace(/^[A-Z_]+: /, '') : message;
  const problems = new Map<number, string>();
  for (const line of text.split('\n')) {
    const number = FRAME.exec(line)?.[1];
    if (number !== undefined) problems.set(Number(number), line);
  }
  return problems;
}

/** Puts the file and its frame in place of the number of the frame in the call, where they are known. */
export function located(thrown: QuestsError, frame: Structure | undefined): QuestsError {
  const source = frame?.source;
  if (source === undefined) return thrown;
  const text = thrown.message.replace(FRAME, '');
  return new QuestsError(thrown.code, `${source.file}, frame ${source.frame}: ${text}`, { cause: thrown });
}
