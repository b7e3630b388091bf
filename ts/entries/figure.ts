/** `quests/figure`: what its functions take, judged. */
import {
  either,
  FLAG,
  FUNCTION,
  kindOf,
  listOf,
  nullable,
  NUMBER_OR_NAN,
  NUMBERS,
  oneOf,
  optional,
  options,
  POSITIVE,
  record,
  TEXT,
  isRecord,
} from '../base/kinds.js';
import type * as f from '../faces/figure.js';
import * as figures from '../faces/figure.js';
import { judged, judgedPromise } from './judged.js';
import { PARAMETER, ROWS } from './kinds.js';

export type * from '../faces/figure.js';

const FIGURE = record('a figure { title, panels }', {
  title: TEXT,
  panels: listOf(
    record('a panel { x, y, series }', {
      x: record('an axis', { name: TEXT }),
      y: record('an axis', { name: TEXT }),
      series: listOf(record('a series', { name: TEXT, kind: oneOf('line', 'points', 'bars') }), 'series'),
    }),
    'panels { x, y, series }',
    1,
  ),
});

const SVG = options<f.SvgOptions>({
  height: POSITIVE,
  id: TEXT,
  theme: oneOf('light', 'dark'),
  width: POSITIVE,
});

const MARKERS = listOf(
  record('a marker { axis, at, label }', { axis: oneOf('x', 'y'), label: TEXT }),
  'markers',
);

/** Markers of each series, by its name. */
const MARKERS_OF_SERIES = either('an object of arrays of markers', [
  (value) => isRecord(value) && Object.values(value).every(Array.isArray),
  {
    expected: 'an object of arrays of markers',
    judge: (value, name) => {
      for (const [series, all] of Object.entries(value as object)) MARKERS.judge(all, `${name}.${series}`);
      return value;
    },
  },
]);

export const bandwidthAdviceFigure = judged(figures.bandwidthAdviceFigure, {
  advice: record('what recommendBandwidth gives', {
    scan: listOf(record('a point', { bandwidth: NUMBER_OR_NAN }), 'points', 1),
    conclusions: listOf(record('a conclusion', { bandwidth: NUMBER_OR_NAN }), 'conclusions'),
    sample: NUMBER_OR_NAN,
    by: TEXT,
  }),
});

export const bandwidthScanFigure = judged(figures.bandwidthScanFigure, {
  scan: listOf(record('a point, as bandwidthScan gives it', { bandwidth: NUMBER_OR_NAN }), 'points'),
  environments: NUMBER_OR_NAN,
});

export const drawnFigure = judgedPromise(figures.drawnFigure, { figure: FIGURE, options: SVG });

const AVERAGE = record('an average', { mean: NUMBER_OR_NAN });

export const entropyDifferenceFigure = judged(figures.entropyDifferenceFigure, {
  curve: listOf(
    record('a point, as entropyDifference gives it', {
      bandwidth: NUMBER_OR_NAN,
      a: AVERAGE,
      b: AVERAGE,
      difference: NUMBER_OR_NAN,
      error: NUMBER_OR_NAN,
    }),
    'points',
  ),
  names: kindOf(
    'two names',
    (value) => Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string'),
  ),
});

export const eventsFigure = judged(figures.eventsFigure, {
  rows: ROWS,
  found: listOf(record('events, as trajectoryEvents gives them', { series: TEXT }), 'events of series'),
});

export const figureSvg = judgedPromise(figures.figureSvg, { figure: FIGURE, options: SVG });

export const histogram = judged(figures.histogram, { name: TEXT, values: NUMBERS, share: optional(FLAG) });

export const learningCurveFigure = judged(figures.learningCurveFigure, {
  curve: record('a learning curve', { points: listOf(record('a point', {}), 'points') }),
  fit: nullable(record('a fit', { a: PARAMETER, b: PARAMETER, c: PARAMETER })),
});

export const nucleiFigure = judged(figures.nucleiFigure, {
  picture: record('a picture { growth, counts, fit, dH, thresholds }', {
    growth: listOf(record('a frame', { nuclei: listOf(record('a nucleus', {}), 'nuclei') }), 'frames'),
    counts: NUMBERS,
    dH: NUMBERS,
    thresholds: listOf(record('a threshold', { name: TEXT, threshold: NUMBER_OR_NAN }), 'thresholds'),
  }),
});

export const phaseLineFigure = judged(figures.phaseLineFigure, {
  line: record('a line, as phaseLine gives it', {
    phases: listOf(record('a phase', { name: TEXT }), 'phases', 2),
    along: oneOf('pressure', 'temperature'),
    points: listOf(record('a point', {}), 'points'),
  }),
});

export const sparsificationFigure = judged(figures.sparsificationFigure, {
  picture: record('a comparison, as compareUncertainties gives it', {
    scores: listOf(record('a score', { name: TEXT, sparsification: NUMBERS }), 'scores'),
    shares: NUMBERS,
    oracle: NUMBERS,
    meanError: NUMBER_OR_NAN,
  }),
  titleOf: optional(FUNCTION),
});

export const trajectoryFigure = judged(figures.trajectoryFigure, {
  rows: ROWS,
  markers: optional(MARKERS_OF_SERIES),
});
