import { type LearningCurveFit, fittedEntropy } from '../entropy/learning-curve-fit.js';
import type { LearningCurve } from '../entropy/learning-curve.js';
import type { Figure, Series } from './figure.js';

/** Points that make a smooth line of a formula. */
const SMOOTH = 101;

/**
 * H of samples against their size, with the spread of the samples; the fit, and what it tends to,
 * where there is one.
 */
export function learningCurveFigure(curve: LearningCurve, fit: LearningCurveFit | null): Figure {
  const { points, environments, entropy } = curve;
  const x = [...points.map(({ size }) => size), environments];
  const y = [...points.map(({ mean }) => mean), entropy];
  const spread = [...points.map((point) => point.spread), 0];
  const samples: Series = {
    kind: 'points',
    name: 'samples',
    x,
    y,
    error: {
      low: y.map((value, at) => value - (spread[at] as number)),
      high: y.map((value, at) => value + (spread[at] as number)),
    },
  };
  const [first = environments] = x;
  const sizes = Array.from(
    { length: SMOOTH },
    (_, at) => first * (environments / first) ** (at / (SMOOTH - 1)),
  );
  const limit: Series = {
    kind: 'line',
    name: 'log n (maximum)',
    x: sizes,
    y: sizes.map(Math.log),
  };
  const fitted: Series[] =
    fit === null
      ? []
      : [{ kind: 'line', name: 'fit', x: sizes, y: sizes.map((size) => fittedEntropy(fit, size)) }];
  return {
    title: 'Learning curve',
    panels: [
      {
        x: { name: 'environments n', scale: 'log' },
        y: { name: 'entropy H', unit: 'nats' },
        // What may be absent comes last: the others keep their colours.
        series: [samples, limit, ...fitted],
        markers:
          fit?.undetermined !== null
            ? []
            : [{ axis: 'y', at: fit.a.value, label: `H_max = ${fit.a.value.toFixed(2)}` }],
      },
    ],
  };
}
