import { type Exploration, frameMeans, knownOf } from '../explore/exploration.js';
import { bandwidthScanFigure } from '../figure/bandwidth-scan-figure.js';
import type { Curve, Figure } from '../figure/figure.js';
import { histogram } from '../figure/histogram.js';
import { learningCurveFigure } from '../figure/learning-curve-figure.js';
import { mean } from '../statistics/moments.js';
import { countText, plainText } from './wording/numbers.js';

/** Points of a line at most: more than a picture has pixels. */
const MOST_POINTS = 2_000;

/** A figure among others. */
export interface NamedFigure {
  /** Tells it from the others: letters, digits and hyphens. */
  readonly id: string;
  /** What it shows, in full. */
  readonly title: string;
  readonly figure: Figure;
}

/**
 * δH of the set that is shown, the second where there are two: of its environments, and in the mean
 * of each frame, where there is more than one; the learning curve of each set; H and D of the first
 * against the bandwidth.
 */
export function explorationFigures({ sets, scan, scanned }: Exploration): NamedFigure[] {
  const [first, second] = sets;
  const shown = second ?? first;
  if (first === undefined || shown === undefined) return [];
  const part = sampled(shown.known?.length ?? shown.x.rows, shown.x.rows);
  const of =
    second === undefined
      ? `of ${first.name} relative to itself${part}`
      : `of ${second.name} relative to ${first.name}${part}`;
  const figures: NamedFigure[] = [];
  // Names of sets may be long: those of pictures leave them out.
  const add = (id: string, title: string, figure: Figure): void => {
    figures.push({ id, title, figure });
  };
  const markers: Figure['panels'][number]['markers'] =
    second === undefined ? [] : [{ axis: 'x', at: 0, label: 'extrapolation (δH ≥ 0)' }];
  add('histogram', `δH ${of}`, {
    title: 'Distribution of δH',
    panels: [
      {
        x: { name: 'δH', unit: 'nats' },
        y: { name: 'environments' },
        series: [histogram('δH', knownOf(shown.dH))],
        markers,
      },
    ],
  });
  if (shown.x.frames > 1) figures.push(framesFigure(frameMeans(shown), 'mean δH', of));
  sets.forEach(({ name, x, curve }, at) => {
    if (curve.curve === null) return;
    const title = `Learning curve of ${name}${sampled(curve.curve.environments, x.rows)}`;
    add(`curve-${at}`, title, learningCurveFigure(curve.curve, curve.fit));
  });
  const title = `Entropy of ${first.name} against the bandwidth${sampled(scanned, first.x.rows)}`;
  add('scan', title, bandwidthScanFigure(scan, scanned));
  return figures;
}

/** H of each frame of the last set, as `frameEntropies` gives them. */
export function frameEntropiesFigure({ sets, findings }: Exploration, entropies: Float64Array): NamedFigure {
  const { tolerance } = findings.settings;
  const within = tolerance > 0 ? `, ± ${plainText(tolerance)} nats` : '';
  return framesFigure(entropies, 'entropy H', `of ${sets.at(-1)?.name ?? ''}${within}`);
}

/**
 * A value of each frame against its number; where frames are too many to be told apart, means of
 * some together, with their least and their largest as a band.
 *
 * @param of what the frames belong to, for the title
 */
function framesFigure(values: Float64Array, name: string, of: string): NamedFigure {
  const each = Math.ceil(values.length / MOST_POINTS);
  const firsts = Array.from({ length: Math.ceil(values.length / each) }, (_, at) => at * each);
  const groups = firsts.map((first) => values.subarray(first, first + each));
  const curve: Curve = { kind: 'line', name, x: firsts, y: groups.map(mean) };
  const error = {
    low: groups.map((group) => Math.min(...group)),
    high: groups.map((group) => Math.max(...group)),
  };
  const series = each === 1 ? curve : { ...curve, error };
  const frames = each === 1 ? 'each frame' : `every ${each} frames`;
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)} of ${frames}`;
  const panel = { x: { name: 'frame' }, y: { name, unit: 'nats' }, series: [series] };
  return { id: 'frames', title: `${title} ${of}`, figure: { title, panels: [panel] } };
}

/** Says where a figure shows a part only. */
function sampled(shown: number, all: number): string {
  return shown < all ? `, from ${countText(shown)} of its ${countText(all)} environments` : '';
}
