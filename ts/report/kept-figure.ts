import type { KeptStructures } from '../explore/keep.js';
import type { NamedFigure } from './exploration-figures.js';

/**
 * H and D of the first n structures that were selected to be kept, and the overlap that they give.
 */
export function keptFigure({
  set,
  frames,
  entropy,
  diversity,
  counts,
  overlap,
  random,
}: KeptStructures): NamedFigure {
  const title = `Entropy, diversity and overlap of the structures selected from ${set}`;
  const along = { name: 'structures selected' };
  const x = frames.map((_, at) => at + 1);
  return {
    id: 'kept',
    title,
    figure: {
      title,
      panels: [
        {
          x: along,
          y: { name: 'entropy', unit: 'nats' },
          series: [
            { kind: 'line', name: 'entropy H', x, y: entropy },
            { kind: 'line', name: 'diversity D', x, y: diversity },
          ],
        },
        {
          x: along,
          y: { name: 'overlap', range: [0, 1] },
          series: [
            { kind: 'line', name: 'overlap', x: counts, y: overlap },
            ...(random.length === 0
              ? []
              : [{ kind: 'line', name: 'at random', x: counts, y: random } as const]),
          ],
        },
      ],
    },
  };
}
