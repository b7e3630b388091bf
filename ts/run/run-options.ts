import type { Backend, BackendChoice } from '../backend/backend.js';
import { loadBackend } from '../backend/choose.js';

/** How far a call has come. */
export interface Progress {
  /** Steps done. */
  readonly done: number;
  /** Steps in all; 0 where that is unknown, as for bytes from a pipe. */
  readonly total: number;
  /** What the steps are: `descriptors`, `kernel sums`. */
  readonly phase: string;
  /** What they are done for, where a call does them for several things: the name of a set. */
  readonly of?: string | undefined;
}

/** Options that every function takes. */
export interface RunOptions {
  /**
   * Backend to run on: a name, or one that {@link loadBackend} gave. Default: `QUESTS_BACKEND`,
   * else `auto`.
   */
  readonly backend?: BackendChoice | Backend | undefined;
  /** Cancels the call between two steps; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each step. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The backend that the options ask for. */
export async function backendOf(options: RunOptions): Promise<Backend> {
  return typeof options.backend === 'object' ? options.backend : loadBackend(options.backend);
}

/**
 * Options for the parts of one call: each part reports its share of the progress of the whole.
 *
 * @param sizes work of each call, in any unit
 */
export function inParts<T extends RunOptions>(options: T, sizes: readonly number[]): (part: number) => T {
  const { onProgress } = options;
  if (onProgress === undefined) return () => options;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return (part) => {
    const before = sizes.slice(0, part).reduce((sum, size) => sum + size, 0);
    const report = ({ done, total: steps, phase }: Progress): void => {
      onProgress({ done: before + ((sizes[part] ?? 0) * done) / steps, total, phase });
    };
    return { ...options, onProgress: report };
  };
}
