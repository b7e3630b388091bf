import { QuestsError } from '../base/error.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { countText, ordinalText } from '../report/wording/numbers.js';

/** Bytes that WebAssembly can address. */
const LIMIT = 2 ** 32;

/**
 * Descriptors of a set are in its memory twice while they are ordered, with something for what is
 * computed: an estimate.
 */
const COPIES = 2.5;

/**
 * Refuses sets that will not fit the memory of WebAssembly, before any time is spent on them.
 *
 * @param atoms environments that are to be described, by so many numbers each
 * @param given descriptors that are there already
 * @throws {QuestsError} TOO_LARGE, with what to do
 */
export function checkMemory(atoms: number, width: number, given: readonly DescriptorMatrix[]): void {
  const values = given.reduce((sum, { data }) => sum + data.length, atoms * width);
  const environments = given.reduce((sum, { rows }) => sum + rows, atoms);
  const bytes = COPIES * 8 * values;
  if (bytes < LIMIT) return;
  const every = Math.ceil(bytes / LIMIT) + 1;
  const fewer =
    atoms > 0 ? `select fewer frames (::${every} under Settings takes every ${ordinalText(every)}), or ` : '';
  throw new QuestsError(
    'TOO_LARGE',
    `${countText(environments)} environments would take about ${(bytes / 2 ** 30).toFixed(1)} GB, ` +
      `WebAssembly has 4: ${fewer}` +
      'compute them with the command line: quests serve FILE for this page, or quests entropy FILE',
  );
}
