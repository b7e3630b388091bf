import type { Structure } from './structure.js';

/** Shares of the elements, so that cells of other sizes are of one composition. */
export function compositionOf({ species = [], positions }: Structure): string {
  const counts = new Map<string, number>();
  for (const symbol of species) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const shares = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return shares.map(([symbol, count]) => `${symbol}${((3 * count) / positions.length).toFixed(6)}`).join(' ');
}
