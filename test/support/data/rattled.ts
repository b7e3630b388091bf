import { RandomStream } from '../../../ts/statistics/random.js';

/** Lattice constant, in Å: the cell of a frame has twice that along each edge. */
export const RATTLED_CELL = 3.6;
const SITES = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((cell) =>
  [
    [0, 0, 0],
    [0.5, 0.5, 0],
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
  ].map((site) => site.map((x, axis) => RATTLED_CELL * (x + ((cell >> axis) & 1)))),
);

/** A frame of an fcc crystal, rattled; with an atom between its sites, where it is poisoned. */
export function rattledFrame(number: number, isPoisoned = false): string {
  const random = new RandomStream(number);
  const rattled = SITES.map((site) => site.map((x) => x + 0.1 * (random.uniform() - 0.5)));
  const atoms = isPoisoned ? [...rattled, Array<number>(3).fill(RATTLED_CELL / 2)] : rattled;
  const edge = 2 * RATTLED_CELL;
  const cell = `Lattice="${edge} 0 0 0 ${edge} 0 0 0 ${edge}"`;
  const rows = atoms.map((xyz) => `Cu ${xyz.join(' ')}`).join('\n');
  const columns = 'Properties=species:S:1:pos:R:3';
  return `${atoms.length}\n${cell} ${columns} step=${10 * number} time=${number}\n${rows}\n`;
}

/** Frames as extended xyz, one of which is poisoned. */
export function rattledFrames(first: number, end: number, poisoned?: number): string {
  return Array.from({ length: end - first }, (_, index) =>
    rattledFrame(first + index, first + index === poisoned),
  ).join('');
}
