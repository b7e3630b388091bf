/** Threads that may be asked for where there are few cores: what tests them needs some. */
const FEWEST = 8;

/** How many threads for each core may be asked for: more only wait for each other. */
const PER_CORE = 2;

/**
 * The number of threads that is given to whoever asks for `count`: a number far above that of the
 * cores would start so many, and stop the machine. 0, for all cores, stays.
 *
 * @param available cores
 */
export function givenThreads(count: number, available: number): number {
  return Math.min(count, Math.max(FEWEST, PER_CORE * available));
}
