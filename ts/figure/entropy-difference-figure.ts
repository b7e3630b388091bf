import type { EntropyDifference } from '../entropy/entropy-difference.js';
import type { Curve, Figure } from './figure.js';

/** ΔH against the bandwidth with its error, and the entropies it is the difference of. */
export function entropyDifferenceFigure(
  curve: readonly Pick<EntropyDifference, 'bandwidth' | 'a' | 'b' | 'difference' | 'error'>[],
  names: readonly [string, string],
): Figure {
  const x = curve.map(({ bandwidth }) => bandwidth);
  const axis = { name: 'bandwidth h', unit: '1/Å', scale: 'log' } as const;
  const line = (name: string, values: readonly { mean: number; error: number }[]): Curve => ({
    kind: 'line',
    name,
    x,
    y: values.map(({ mean }) => mean),
    error: {
      low: values.map(({ mean, error }) => mean - error),
      high: values.map(({ mean, error }) => mean + error),
    },
  });
  return {
    title: 'Entropy difference against the bandwidth',
    panels: [
      {
        x: axis,
        y: { name: 'ΔH per atom', unit: 'nats' },
        series: [
          line(
            'ΔH',
            curve.map(({ difference, error }) => ({ mean: difference, error })),
          ),
        ],
      },
      {
        x: axis,
        y: { name: 'entropy H', unit: 'nats' },
        series: [
          line(
            names[0],
            curve.map(({ a }) => a),
          ),
          line(
            names[1],
            curve.map(({ b }) => b),
          ),
        ],
      },
    ],
  };
}
