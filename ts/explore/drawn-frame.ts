import { COVALENT_RADII } from '../geometry/covalent-radii.js';
import { mean } from '../statistics/moments.js';
import type { Source, Structure } from '../model/structure.js';
import type { RunOptions } from '../run/run-options.js';
import { type ExploredSet, knownOf } from './exploration.js';
import { frameDeltas } from './explored-frame.js';
import { type DrawnBonds, frameBonds } from './frame-bonds.js';
import { type Colour, kindColours, measuredColour, rampOf } from './palette.js';
import { type Colouring, rangeOf } from './colouring.js';

// Arrays whose memory can be given to a worker. TypeScript before 5.7 knows no other, and takes no
// parameter of them.
type OwnFloats = ReturnType<typeof Float32Array.from>;
type OwnBytes = ReturnType<typeof Uint8Array.from>;

/** A frame as a picture in three dimensions needs it. */
export interface DrawnFrame {
  /** Number of the set, and of the frame within it. */
  readonly set: number;
  readonly frame: number;
  /** x y z of one atom after the other, in Å. */
  readonly positions: OwnFloats;
  /** Red, green and blue of each atom, as on the map. */
  readonly colours: OwnBytes;
  /** Names of the colours, where they have names; else empty. */
  readonly names: readonly string[];
  /** Of the balls that stand for the atoms, in Å: smaller than the covalent radius. */
  readonly radii: OwnFloats;
  readonly bonds: DrawnBonds;
  /** Rows are the cell vectors a, b, c, in Å; null without a cell that repeats. */
  readonly cell: OwnFloats | null;
  /** δH of each atom, in nats; NaN where it is not known. */
  readonly dH: Float64Array;
  /** Values that have the first and the last colour: of δH, or of another. */
  readonly range: readonly [number, number];
  /** Colours from the first to the last; or one for each name. */
  readonly swatches: readonly Colour[];
  /** Name of the set that δH is relative to; null for the set itself. */
  readonly relativeTo: string | null;
  /** Where the frame was read; null where it was not. */
  readonly source: Source | null;
  /** How many atoms of each element there are, as they come; empty where elements are not known. */
  readonly elements: readonly { readonly symbol: string; readonly atoms: number }[];
  /** δH of the atoms of which it is known; null where it is of none. */
  readonly summary: FrameSummary | null;
}

/** δH of the atoms of a frame, in nats. */
export interface FrameSummary {
  /** Atoms of which it is known. */
  readonly known: number;
  readonly lowest: number;
  readonly highest: number;
  readonly mean: number;
  /** The atoms with the highest δH, that one first. */
  readonly atoms: readonly number[];
}

/** A ball is smaller than the atom, so that one sees bonds between them. */
const BALL = 0.55;
/** Covalent radius of what has none, in Å. */
const UNKNOWN = 1.3;
/** Atoms that a summary names. */
const NAMED = 3;

/** Which frame is drawn, and how. */
export interface FrameView {
  /** Number of the set, and of the frame within it. */
  readonly set: number;
  readonly frame: number;
  /** Values of δH that have the first and the last colour. */
  readonly range: readonly [number, number];
  /** Other values of all environments, to colour by in place of δH. Default: δH. */
  readonly colouring?: Colouring | undefined;
  /** Whether the page is dark. */
  readonly isDark: boolean;
}

/** @returns `undefined` where there is no such structure */
export async function drawnFrame(
  sets: readonly ExploredSet[],
  { set: at, frame, range: ofDelta, colouring, isDark }: FrameView,
  options: RunOptions,
): Promise<DrawnFrame | undefined> {
  const set = sets[at];
  const structure = set?.structures[frame];
  if (set === undefined || structure === undefined) return undefined;
  const dH = frameDeltas(set, frame);
  const { colours, range, names, swatches } =
    colouring === undefined
      ? measured(dH, ofDelta, isDark)
      : coloured(colouring, firstRow(sets, at) + (set.x.frameOffsets[frame] as number), dH.length, isDark);
  const { species, cell, pbc = [true] } = structure;
  return {
    set: at,
    frame,
    positions: Float32Array.from(structure.positions),
    colours,
    names,
    radii: Float32Array.from(dH, (_, atom) => ballOf(species?.[atom])),
    bonds: await frameBonds(structure, options),
    cell: cell === undefined || !pbc.includes(true) ? null : Float32Array.from(cell),
    dH,
    range,
    swatches,
    relativeTo: at === 0 ? null : (sets[0]?.name ?? null),
    source: structure.source ?? null,
    elements: elementsOf(structure),
    summary: summaryOf(dH),
  };
}

/** Colours of the atoms of a frame, and what they mean. */
type AtomColours = Pick<DrawnFrame, 'colours' | 'names' | 'range' | 'swatches'>;

function measured(values: ArrayLike<number>, range: readonly [number, number], isDark: boolean): AtomColours {
  const swatches = rampOf(isDark);
  const colours = new Uint8Array(3 * values.length);
  for (let atom = 0; atom < values.length; atom++) {
    colours.set(measuredColour(values[atom] as number, range, swatches), 3 * atom);
  }
  return { colours, range, names: [], swatches };
}

/** By other values than δH. */
function coloured({ values, names }: Colouring, row: number, atoms: number, isDark: boolean): AtomColours {
  const own = values.subarray(row, row + atoms);
  const range = rangeOfAll(values);
  if (names.length === 0) return measured(own, range, isDark);
  const swatches = kindColours(names.length, isDark);
  const colours = new Uint8Array(3 * atoms);
  own.forEach((kind, atom) => colours.set(swatches[kind] as Colour, 3 * atom));
  return { colours, range, names, swatches };
}

/** Ranges of values that were asked for: a trajectory asks for the same ones with each frame. */
const ranges = new WeakMap<Float32Array, readonly [number, number]>();

function rangeOfAll(values: Float32Array): readonly [number, number] {
  const range = ranges.get(values) ?? rangeOf(values);
  ranges.set(values, range);
  return range;
}

/** The number of environments in the sets before one. */
function firstRow(sets: readonly ExploredSet[], at: number): number {
  return sets.slice(0, at).reduce((sum, { x }) => sum + x.rows, 0);
}

/** Radius of the ball that stands for an atom, in Å. */
export function ballOf(species: string | undefined): number {
  return BALL * (COVALENT_RADII.get(species ?? '') ?? UNKNOWN);
}

function elementsOf({ species = [] }: Structure): DrawnFrame['elements'] {
  const counts = new Map<string, number>();
  for (const symbol of species) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return [...counts].map(([symbol, atoms]) => ({ symbol, atoms }));
}

function summaryOf(dH: Float64Array): FrameSummary | null {
  const known = Array.from(dH.keys()).filter((atom) => !Number.isNaN(dH[atom]));
  const order = known.sort((a, b) => (dH[b] as number) - (dH[a] as number));
  const [first, last] = [order.at(0), order.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    known: order.length,
    lowest: dH[last] as number,
    highest: dH[first] as number,
    mean: mean(knownOf(dH)),
    atoms: order.slice(0, NAMED),
  };
}
