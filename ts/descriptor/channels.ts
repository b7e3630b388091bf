import { elementProperties, type ElementProperties } from './element-properties.js';

/**
 * What an element weighs in each channel of `full` descriptors, found by experiment: see
 * docs/chemistry.md. The first three rise with a property. Elements next to each other in a row of
 * the periodic table hardly differ in these; the last sets them apart, as its weight goes up and
 * down along the row.
 */
const WEIGHTS: readonly ((element: ElementProperties) => number)[] = [
  ({ electronegativity }) => 8 ** scaled(Math.min(electronegativity, 4), 0.7, 4),
  ({ valence }) => 8 ** scaled(Math.min(valence, 12), 1, 12),
  ({ period }) => 8 ** scaled(period, 1, 7),
  ({ group, period }) => 4 ** wave(group + period),
];

/** Channels of `full` descriptors. */
export const CHANNELS = WEIGHTS.length;

/** A value from `low` to `high`, as a number from −1 to 1. */
function scaled(value: number, low: number, high: number): number {
  return (2 * (value - low)) / (high - low) - 1;
}

/** A number from −1 to 1 that falls and rises again over six. */
function wave(count: number): number {
  return 2 * Math.abs(((count / 3) % 2) - 1) - 1;
}

/**
 * What some elements weigh in the channels: elements × channels, row-major.
 *
 * @throws {QuestsError} INVALID_STRUCTURE for what is no element up to curium
 */
export function channelWeights(elements: readonly string[]): Float64Array {
  return Float64Array.from(
    elements.flatMap((symbol) => {
      const properties = elementProperties(symbol);
      return WEIGHTS.map((weight) => weight(properties));
    }),
  );
}
