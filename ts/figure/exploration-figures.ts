import { type Exploration, frameMeans } from '../explore/exploration.js';
import { bandwidthScanFigure } from './bandwidth-scan-figure.js';
import type { Figure } from './figure.js';
import { histogram } from './histogram.js';
import { learningCurveFigure } from './learning-curve-figure.js';

/** A figure among others. */
export interface NamedFigure {
  /** Tells it from the others: letters, digits and hyphens. */
  readonly id: string;
  /** What it shows, in full. */
  readonly title: string;
  readonly figure: Figure;
}

/**
 * δH of the set that is shown, the second where there are two: of its environments, and in the mean of each frame, where there is
 * more than one; the learning curve of each set; H and D of the first against the bandwidth.
 */
export function explorationFigures({ sets, scan, scanned }: Exploration): NamedFigure[] {
  const [first, second] = sets;
  const shown = second ?? first;
  if (first === undefined || shown === undefined) return [];
  const of =
    second === undefined
      ? `of ${first.name} within itself`
      : `of ${second.name} for one who knows ${first.name}`;
  const figures: NamedFigure[] = [];
  const add = (id: string, title: string, figure: Omit<Figure, 'title'> & Partial<Figure>): void => {
    figures.push({ id, title, figure: { title, ...figure } });
  };
  const markers: Figure['panels'][number]['markers'] =
    second === undefined ? [] : [{ axis: 'x', at: 0, label: 'new from here on' }];
  add('histogram', `δH ${of}`, {
    panels: [
      {
        x: { name: 'δH', unit: 'nats' },
        y: { name: 'environments' },
        series: [histogram('δH', shown.dH)],
        markers,
      },
    ],
  });
  if (shown.x.frames > 1) {
    const y = frameMeans(shown);
    const series = [{ kind: 'line', name: 'mean δH', x: Array.from(y.keys()), y }] as const;
    add('frames', `Mean δH of each frame ${of}`, {
      panels: [{ x: { name: 'frame' }, y: { name: 'mean δH', unit: 'nats' }, series }],
    });
  }
  sets.forEach(({ name, x, curve }, at) => {
    if (curve === null) return;
    const title = `Learning curve of ${name}${sampled(curve.curve.environments, x.rows)}`;
    add(`curve-${at}`, title, learningCurveFigure(curve.curve, curve.fit));
  });
  const title = `Entropy of ${first.name} against the bandwidth${sampled(scanned, first.x.rows)}`;
  add('scan', title, bandwidthScanFigure(scan, scanned));
  return figures;
}

/** Says where a picture shows a part only. */
function sampled(shown: number, all: number): string {
  return shown < all ? `, from ${shown} of its ${all} environments` : '';
}
