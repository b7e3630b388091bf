import { errorAt, QuestsError } from '../../base/error.js';
import { counted } from '../../base/number-format.js';
import type { Skipped } from '../../faces/node/quests.js';

/** What was left out, and why. */
export interface SkippedFrame {
  readonly file: string;
  readonly frame?: number;
  readonly message: string;
}

/**
 * Keeps count of the frames that `--on-error skip` leaves out: how many of each file, and why the
 * first. A frame that is read again counts once.
 */
export class SkippedFrames {
  readonly #files = new Map<string, { count: number; readonly first: string; isCut: boolean }>();

  readonly #seen = new Set<string>();

  readonly #all: SkippedFrame[] = [];

  readonly add = ({ file, frame, error, isLast = frame === undefined }: Skipped): void => {
    const place = `${frame ?? ''} ${file}`;
    if (frame !== undefined && this.#seen.has(place)) return;
    this.#seen.add(place);
    this.#all.push({ file, ...(frame !== undefined && { frame }), message: error.message });
    const known = this.#files.get(file);
    if (known === undefined) this.#files.set(file, { count: 1, first: reasonOf(error), isCut: isLast });
    else {
      known.count++;
      known.isCut ||= isLast;
    }
  };

  /** Frames left out in all; a file of which nothing can be read counts as one. */
  get count(): number {
    return [...this.#files.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** What to say where nothing is left; undefined where nothing was left out. */
  nothingLeft(): QuestsError | undefined {
    const [first] = this.#all;
    if (first === undefined) return undefined;
    return new QuestsError('EMPTY', `no frame is left; the first was skipped: ${first.message}`);
  }

  /** Each of them. */
  all(): readonly SkippedFrame[] {
    return this.#all;
  }

  /** What to tell the user: a line, and one for each file. */
  lines(): string[] {
    if (this.#files.size === 0) return [];
    const details = [...this.#files].map(([file, { count, first, isCut }]) => {
      const what = `${counted(count, 'frame')}${isCut ? ' and all that follows' : ''}`;
      return `  ${file}: ${what}; the first: ${first}`;
    });
    return [`skipped ${counted(this.count, 'frame')} of ${counted(this.#files.size, 'file')}`, ...details];
  }
}

/** A message without the name of the file. */
function reasonOf(error: Skipped['error']): string {
  const { code, frame, line, atom, problem } = error;
  return errorAt(code, { frame, line, atom }, problem).message;
}
