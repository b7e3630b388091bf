import type { Curve, Figure } from './figure.js';

/** What a picture of sparsification curves needs: `compareUncertainties` gives it. */
export interface SparsificationPicture {
  readonly scores: readonly { readonly name: string; readonly sparsification: readonly number[] }[];
  /** Shares of the points that are taken away, in per cent of all when drawn. */
  readonly shares: readonly number[];
  readonly oracle: readonly number[];
  readonly meanError: number;
}

/**
 * Mean error of what is left when the points with the largest scores are taken away, for each
 * score: the faster it falls, the better the score finds large errors. The errors themselves, as a
 * score, show what could be reached.
 *
 * @param titleOf what a score is called in the legend
 */
export function sparsificationFigure(
  { scores, shares, oracle, meanError }: SparsificationPicture,
  titleOf: (name: string) => string = (name) => name,
): Figure {
  const x = shares.map((share) => 100 * share);
  const line = (name: string, y: readonly number[]): Curve => ({ kind: 'line', name, x, y });
  return {
    title: 'Mean error of what is left',
    panels: [
      {
        x: { name: 'taken away, largest scores first', unit: '%' },
        y: { name: 'mean error' },
        series: [
          ...scores.map(({ name, sparsification }) => line(titleOf(name), sparsification)),
          line('errors themselves', oracle),
        ],
        markers: [{ axis: 'y', at: meanError, label: 'in random order' }],
      },
    ],
  };
}
