import {
  environmentsOf,
  type Exploration,
  type ExploredSet,
  frameMeans,
  knownOf,
} from '../explore/exploration.js';
import { type FramePlaces, framePlaces, isOneAxis } from '../explore/frame-places.js';
import { bandwidthScanFigure } from '../figure/bandwidth-scan-figure.js';
import type { Curve, Figure, Marker } from '../figure/figure.js';
import { histogram } from '../figure/histogram.js';
import { learningCurveFigure } from '../figure/learning-curve-figure.js';
import { mean } from '../statistics/moments.js';
import { shortNames } from './wording/file-names.js';
import { gapRefusalText } from './wording/gap.js';
import { countOf, countText, plainText } from './wording/numbers.js';

/** Points of a line at most: more than a picture has pixels. */
const MOST_POINTS = 2_000;

/** Files that are named along an axis at the most. */
const MOST_NAMED = 6;

/** A figure among others. */
export interface NamedFigure {
  /** Tells it from the others: letters, digits and hyphens. */
  readonly id: string;
  /** What it shows, in full. */
  readonly title: string;
  /** What is to be said beside it; empty for nothing. */
  readonly note?: string | undefined;
  readonly figure: Figure;
}

/**
 * δH of the set that is shown, the second where there are two: of its environments, and in the mean
 * of each frame, where there is more than one; the learning curve of each set; H and D of the first
 * against the bandwidth, unless that is only asked.
 */
export function explorationFigures({ findings, sets, scan, scanned }: Exploration): NamedFigure[] {
  const [first, second] = sets;
  const shown = second ?? first;
  if (first === undefined || shown === undefined) return [];
  const { epsilon } = findings.settings;
  const part = sampled(shown.known?.length ?? shown.x.rows, environmentsOf(shown));
  const of =
    second === undefined
      ? `of ${first.name} relative to itself${part}`
      : `of ${second.name} relative to ${first.name}${part}`;
  const figures: NamedFigure[] = [];
  // Names of sets may be long: those of pictures leave them out.
  const add = (id: string, title: string, figure: Figure, note?: string): void => {
    figures.push({ id, title, figure, note });
  };
  const markers: Figure['panels'][number]['markers'] =
    second === undefined
      ? []
      : [{ axis: 'x', at: epsilon, label: `extrapolation (δH ≥ ${plainText(epsilon)})` }];
  const known = knownOf(shown.dH);
  const finite = known.filter(Number.isFinite);
  const infinite = known.length - finite.length;
  const left =
    infinite === 0
      ? undefined
      : `${countOf(infinite, 'environment')} of elements that ${first.name} lacks: δH is infinite, ` +
        'and not shown.';
  if (finite.length > 0) {
    const panel = {
      x: { name: 'δH', unit: 'nats' },
      y: { name: 'environments' },
      series: [histogram('δH', finite)],
      markers,
    };
    add('histogram', `δH ${of}`, { title: 'Distribution of δH', panels: [panel] }, left);
  }
  if (shown.x.frames > 1) figures.push(framesFigure(frameMeans(shown), 'mean δH', of, framePlaces(shown)));
  sets.forEach((set, at) => {
    const { name, curve } = set;
    if (curve.curve === null) return;
    const title = `Learning curve of ${name}${sampled(curve.curve.environments, environmentsOf(set))}`;
    const note =
      curve.gapRefusal === null ? undefined : `Gap not resolved: ${gapRefusalText(curve.gapRefusal)}.`;
    add(`curve-${at}`, title, learningCurveFigure(curve.curve, curve.fit), note);
  });
  if (scan.length === 0) return figures;
  const title = `Entropy of ${first.name} against the bandwidth${sampled(scanned, environmentsOf(first))}`;
  add('scan', title, bandwidthScanFigure(scan, scanned));
  return figures;
}

/** H of each frame of the last set, as `frameEntropies` gives them. */
export function frameEntropiesFigure({ sets, findings }: Exploration, entropies: Float64Array): NamedFigure {
  const { tolerance } = findings.settings;
  const within = tolerance > 0 ? `, ± ${plainText(tolerance)} nats` : '';
  const set = sets.at(-1) as ExploredSet;
  return framesFigure(entropies, 'entropy H', `of ${set.name}${within}`, framePlaces(set));
}

/**
 * A value of each frame against its number in the file; of several files, against its place in
 * all of them, with a line where each begins. Where frames are too many to be told apart, means of
 * some together, with their least and their largest as a band.
 *
 * @param of what the frames belong to, for the title
 */
function framesFigure(values: Float64Array, name: string, of: string, places: FramePlaces): NamedFigure {
  const each = Math.ceil(values.length / MOST_POINTS);
  const firsts = Array.from({ length: Math.ceil(values.length / each) }, (_, at) => at * each);
  const groups = firsts.map((first) => values.subarray(first, first + each));
  const isOne = isOneAxis(places);
  const x = isOne ? firsts.map((first) => places.frame[first] as number) : firsts;
  const curve: Curve = { kind: 'line', name, x, y: groups.map(mean) };
  const error = {
    low: groups.map((group) => Math.min(...group)),
    high: groups.map((group) => Math.max(...group)),
  };
  const series = each === 1 ? curve : { ...curve, error };
  const frames = each === 1 ? 'each frame' : `every ${each} frames`;
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)} of ${frames}`;
  const panel = {
    x: { name: isOne ? 'frame' : 'frames in the order read' },
    y: { name, unit: 'nats' },
    series: [series],
    markers: isOne ? [] : beginnings(places),
  };
  return { id: 'frames', title: `${title} ${of}`, figure: { title, panels: [panel] } };
}

/** Where each file begins, where these are few enough for their names. */
function beginnings({ files, file }: FramePlaces): Marker[] {
  if (files.length > MOST_NAMED) return [];
  const short = shortNames(files);
  return files.map((path, number) => ({
    axis: 'x',
    at: file.indexOf(number),
    label: short.get(path) ?? path,
  }));
}

/** Says where a figure shows a part only. */
function sampled(shown: number, all: number): string {
  return shown < all ? `, from ${countText(shown)} of its ${countText(all)} environments` : '';
}
