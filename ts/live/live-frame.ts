import { ballOf } from '../explore/drawn-frame.js';
import { measuredColour, rampOf } from '../explore/palette.js';
import type { Structure } from '../model/structure.js';
import type { LiveFrame, LiveRow } from './protocol.js';

/** How a frame is coloured. */
export interface LiveView {
  /** Values of δH that have the first and the last colour. */
  readonly range: readonly [number, number];
  /** Whether the page is dark. */
  readonly isDark: boolean;
}

/** A frame with its atoms coloured by δH. */
export function liveFrame(
  structure: Structure,
  dH: Float64Array,
  row: LiveRow,
  { range, isDark }: LiveView,
): LiveFrame {
  const swatches = rampOf(isDark);
  const colours = new Uint8Array(3 * dH.length);
  dH.forEach((value, atom) => colours.set(measuredColour(value, range, swatches), 3 * atom));
  const { species, cell, pbc = [true] } = structure;
  return {
    row,
    positions: Float32Array.from(structure.positions),
    colours,
    radii: Float32Array.from(dH, (_, atom) => ballOf(species?.[atom])),
    cell: cell === undefined || !pbc.includes(true) ? null : Float32Array.from(cell),
    range,
    swatches,
  };
}
