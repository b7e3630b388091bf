import { QuestsError } from '../error.js';
import type { Structure } from '../structure.js';

/** Bytes that WebAssembly can address. */
const LIMIT = 2 ** 32;

/** Descriptors of a set are in its memory twice while they are ordered, with something for what is computed: an estimate. */
const COPIES = 2.5;

/**
 * Refuses sets that will not fit the memory of WebAssembly, before any time is spent on them.
 *
 * @throws {QuestsError} TOO_LARGE, with what to do
 */
export function checkMemory(structures: readonly Structure[], k: number, elements: number): void {
  const atoms = structures.reduce((sum, { positions }) => sum + positions.length / 3, 0);
  const bytes = COPIES * 8 * atoms * (elements + 1) * (2 * k - 1);
  if (bytes < LIMIT) return;
  const every = Math.ceil(bytes / LIMIT) + 1;
  throw new QuestsError(
    'TOO_LARGE',
    `${atoms} environments would take about ${(bytes / 2 ** 30).toFixed(1)} GB, WebAssembly has 4: choose fewer frames (::${every} ` +
      `under Settings takes every ${every}th), or compute them with the command line: quests entropy FILE`,
  );
}
