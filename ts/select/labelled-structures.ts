import { QuestsError } from '../base/error.js';
import { withoutLabels } from '../kernel/labelled-rows.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { isLabelled } from '../base/species-mode.js';
import { type CompressMethod, SELECTION_METHODS } from './selection-methods.js';

/** Distance between rows of different labels, in bandwidths: their kernel is 0 many times over. */
const APART = 1e6;

/** Sums of rows as far apart as different labels are, in nats, or smaller ones. */
const NOTHING = -1e11;

/** Rows as the core selects among them: it knows distances, no labels. */
export interface SelectableRows {
  readonly data: Float64Array;
  readonly width: number;
}

/**
 * The rows of some structures, to select among. Labels become a column in which rows of different
 * ones are so far apart that no kernel joins them; where all are the same there is none.
 */
export function selectableRows(x: DescriptorMatrix, bandwidth: number): SelectableRows {
  if (!isLabelled(x.species)) return x;
  const { width } = x;
  const data = x.data.slice();
  const numbers = new Map<number, number>();
  for (let at = 0; at < data.length; at += width) {
    const label = data[at] as number;
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    data[at] = number * APART * bandwidth;
  }
  if (numbers.size === 1) return { data: withoutLabels(x.data, width).matrix, width: width - 1 };
  return { data, width };
}

/**
 * Refuses methods that compare what environments of two elements have not.
 *
 * @throws {QuestsError} INVALID_ARGUMENT
 */
export function checkLabelledMethod({ species }: DescriptorMatrix, method: CompressMethod): void {
  if (!isLabelled(species) || !SELECTION_METHODS[method].byDistance) return;
  const problem = `method ${method} compares distances, which environments of two elements do not have`;
  throw new QuestsError('INVALID_ARGUMENT', `${problem}: expected msc, atom_msc or random for ${species}`);
}

/** Gains; infinite where nothing of the same label was known. */
export function labelledGains({ species }: DescriptorMatrix, gains: Float64Array): Float64Array {
  return isLabelled(species) ? gains.map((gain) => (gain > -NOTHING ? Infinity : gain)) : gains;
}
