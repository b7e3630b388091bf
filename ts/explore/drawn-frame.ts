import { COVALENT_RADII } from '../geometry/covalent-radii.js';
import { decimals } from '../base/number-format.js';
import { mean } from '../statistics/moments.js';
import { sourceText, type Structure } from '../model/structure.js';
import { type ExploredSet, knownOf } from './exploration.js';
import { frameDeltas } from './explored-frame.js';
import { measuredColour } from './map-picture.js';

/** A frame as a picture in three dimensions needs it. */
export interface DrawnFrame {
  /** Number of the set, and of the frame within it. */
  readonly set: number;
  readonly frame: number;
  /** x y z of one atom after the other, in Å. */
  readonly positions: Float32Array<ArrayBuffer>;
  /** Red, green and blue of each atom, by its δH, as on the map. */
  readonly colours: Uint8Array<ArrayBuffer>;
  /** Of the balls that stand for the atoms, in Å: three quarters of the covalent radius. */
  readonly radii: Float32Array<ArrayBuffer>;
  /** Rows are the cell vectors a, b, c, in Å; null without a cell. */
  readonly cell: Float32Array<ArrayBuffer> | null;
  /** δH of each atom, in nats; NaN where it is not known. */
  readonly dH: Float64Array;
  /** Values of δH that have the first and the last colour. */
  readonly range: readonly [number, number];
  /** What is seen, in words. */
  readonly text: string;
}

/** A ball is smaller than the atom, so that one sees between them. */
const BALL = 0.75;
/** Covalent radius of what has none, in Å. */
const UNKNOWN = 1.3;
/** Atoms that are named for their δH. */
const NAMED = 3;

/**
 * @param range values of δH that have the first and the last colour
 * @returns `undefined` where there is no such structure
 */
export function drawnFrame(
  sets: readonly ExploredSet[],
  at: number,
  frame: number,
  range: readonly [number, number],
): DrawnFrame | undefined {
  const set = sets[at];
  const structure = set?.structures[frame];
  if (set === undefined || structure === undefined) return undefined;
  const dH = frameDeltas(set, frame);
  const colours = new Uint8Array(3 * dH.length);
  dH.forEach((value, atom) => colours.set(measuredColour(value, range), 3 * atom));
  const { species, cell } = structure;
  return {
    set: at,
    frame,
    positions: Float32Array.from(structure.positions),
    colours,
    radii: Float32Array.from(dH, (_, atom) => BALL * (COVALENT_RADII.get(species?.[atom] ?? '') ?? UNKNOWN)),
    cell: cell === undefined ? null : Float32Array.from(cell),
    dH,
    range,
    text: inWords(structure, dH),
  };
}

function inWords(structure: Structure, dH: Float64Array): string {
  const counts = new Map<string, number>();
  for (const symbol of structure.species ?? []) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const elements = [...counts].map(([symbol, count]) => `${count} ${symbol}`).join(', ');
  const known = Array.from(dH.keys()).filter((atom) => !Number.isNaN(dH[atom]));
  const order = known.sort((a, b) => (dH[b] as number) - (dH[a] as number));
  const value = (atom: number | undefined): string => decimals(dH[atom ?? 0] as number, 2);
  const highest = order.slice(0, NAMED).map((atom) => `${atom} (${value(atom)})`);
  const atoms = `${dH.length} atoms${elements === '' ? '' : ` (${elements})`}${cellInWords(structure)}`;
  if (order.length === 0) return `${sourceText(structure)}: ${atoms}; δH of none is known.`;
  const some = order.length < dH.length ? ` of the ${order.length} in the sample` : '';
  return (
    `${sourceText(structure)}: ${atoms}; δH${some} from ${value(order.at(-1))} to ${value(order[0])} nats, ` +
    `mean ${decimals(mean(knownOf(dH)), 2)}; highest at atoms ${highest.join(', ')}.`
  );
}

function cellInWords({ cell }: Structure): string {
  if (cell === undefined) return ', no cell';
  const edges = [0, 3, 6].map((row) => Math.hypot(cell[row] ?? 0, cell[row + 1] ?? 0, cell[row + 2] ?? 0));
  return `, cell edges ${edges.map((edge) => edge.toFixed(2)).join(', ')} Å`;
}
