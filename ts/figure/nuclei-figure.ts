import { fittedLogCount, type NucleationFit } from '../nuclei/nucleation-fit.js';
import type { Nucleus } from '../nuclei/nuclei.js';
import type { PhaseThreshold } from '../nuclei/phases.js';
import type { Curve, Figure, Panel } from './figure.js';
import { histogram } from './histogram.js';
import { timeAxis } from './trajectory-figure.js';

/** What {@link nucleiFigure} draws; what is not there is left out. */
export interface NucleiPicture {
  /** Frames with their nuclei, the largest first. */
  readonly growth: readonly {
    readonly step: number | null;
    readonly time: number | null;
    readonly nuclei: readonly Nucleus[];
  }[];
  /** `counts[n]` nuclei of size n. */
  readonly counts: ArrayLike<number>;
  readonly fit?: NucleationFit | null | undefined;
  /** δH of atoms with respect to the phase, in nats. */
  readonly dH: ArrayLike<number>;
  readonly thresholds: readonly Pick<PhaseThreshold, 'name' | 'threshold'>[];
}

/**
 * The largest nucleus over time, the sizes of all nuclei with the fit, and the δH that tells the
 * phase.
 */
export function nucleiFigure({ growth, counts, fit, dH, thresholds }: NucleiPicture): Figure {
  const panels: Panel[] = [];
  if (growth.length > 1) {
    const { x, at } = timeAxis(growth.map(({ step, time }) => ({ step, time })));
    const line = (name: string, size: (nucleus: Nucleus) => number): Curve => ({
      kind: 'line',
      name,
      x: at,
      y: growth.map(({ nuclei: [largest] }) => (largest === undefined ? 0 : size(largest))),
    });
    panels.push({
      x,
      y: { name: 'largest nucleus', unit: 'atoms' },
      series: [line('core', ({ size }) => size), line('with shell', ({ sizeWithShell }) => sizeWithShell)],
    });
  }
  const sizes = Array.from(counts, (count, size) => ({ count, size })).filter(({ count }) => count > 0);
  if (sizes.length > 0) {
    const series: Curve[] = [
      {
        kind: 'points',
        name: 'nuclei',
        x: sizes.map(({ size }) => size),
        y: sizes.map(({ count }) => count),
      },
    ];
    if (fit) {
      const [from, to] = fit.range;
      const x = Array.from({ length: to - from + 1 }, (_, at) => from + at);
      series.push({ kind: 'line', name: 'fit', x, y: x.map((size) => Math.exp(fittedLogCount(fit, size))) });
    }
    panels.push({
      x: { name: 'size n', unit: 'atoms', scale: 'log' },
      y: { name: 'nuclei N(n)', scale: 'log' },
      series,
    });
  }
  if (dH.length > 0) {
    panels.push({
      x: { name: 'δH', unit: 'nats' },
      y: { name: 'share of the atoms' },
      series: [histogram('atoms', dH, true)],
      markers: thresholds.map(({ name, threshold }) => ({
        axis: 'x',
        at: threshold,
        label: `${name} below ${threshold.toFixed(2).replace('-', '−')}`,
      })),
    });
  }
  return { title: 'Nuclei', panels };
}
