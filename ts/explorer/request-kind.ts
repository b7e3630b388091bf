import {
  either,
  FLAG,
  type Kind,
  kindOf,
  listOf,
  notOfKind,
  nullable,
  NUMBER,
  NUMBER_OR_NAN,
  oneOf,
  optional,
  options,
  record,
  TEXT,
  told,
  typedArray,
  whole,
} from '../base/kinds.js';
import type { EnvironmentFilter } from '../explore/environment-filter.js';
import type { ExploreRequest, RunSettings, SavedKind } from './protocol.js';

/** How sets are read and computed. */
export const SETTINGS = options<RunSettings>(
  {
    k: NUMBER_OR_NAN,
    cutoff: NUMBER_OR_NAN,
    bandwidth: NUMBER_OR_NAN,
    epsilon: NUMBER_OR_NAN,
    species: either(
      'true, false, "center" or "full"',
      [(value) => typeof value === 'boolean', FLAG],
      [() => true, oneOf('center', 'full')],
    ),
    select: TEXT,
    tolerance: nullable(NUMBER_OR_NAN),
    threads: nullable(NUMBER_OR_NAN),
    seed: NUMBER_OR_NAN,
    assumed: listOf(oneOf('k', 'cutoff'), 'settings "k", "cutoff"'),
  },
  ['k', 'cutoff', 'bandwidth', 'epsilon', 'species', 'select'],
);

/** Pixels along an edge of a map at most: what a picture takes grows with their square. */
const MOST_PIXELS = 10_000;

const PIXELS = kindOf(
  `a number from 0 to ${MOST_PIXELS}`,
  (value) => typeof value === 'number' && value >= 0 && value <= MOST_PIXELS,
);

/** Numbers of kinds that a legend leaves out. */
const KINDS = optional(listOf(whole(0), 'whole numbers'));

const VIEW = record('a view { x, y, scale, width, height }', {
  x: NUMBER_OR_NAN,
  y: NUMBER_OR_NAN,
  scale: NUMBER_OR_NAN,
  scaleY: optional(NUMBER_OR_NAN),
  width: PIXELS,
  height: PIXELS,
  ratio: optional(kindOf('a number above 0, at most 8', isRatio)),
  isDark: optional(FLAG),
  hidden: KINDS,
});

/** Larger points take time with the square of their size. */
function isRatio(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value <= 8;
}

const FLOATS = typedArray('Float64Array');

const POLYGON: Kind = {
  expected: `${FLOATS.expected}, x y of one corner after the other`,
  judge(value, name) {
    const corners = FLOATS.judge(value, name) as Float64Array;
    if (corners.length % 2 === 1 || corners.some(Number.isNaN)) throw notOfKind(this.expected, value, name);
    return corners;
  },
};

const POINT = listOf(NUMBER, 'two numbers', 2);

const RANGE: Kind = nullable(listOf(NUMBER, 'two numbers', 2));

const FILTER = options<EnvironmentFilter>({
  set: nullable(whole(0)),
  elements: nullable(listOf(TEXT, 'elements')),
  frames: RANGE,
  group: nullable(listOf(TEXT, 'a key and a name', 2)),
  dH: RANGE,
  text: nullable(TEXT),
});

const SELECTIONS: Readonly<Record<string, Kind>> = {
  lasso: record('a lasso { polygon }', { polygon: POLYGON, colour: optional(TEXT), hidden: KINDS }),
  point: record('a point { point, reach }', {
    point: POINT,
    reach: NUMBER,
    stretch: optional(NUMBER),
    colour: optional(TEXT),
    hidden: KINDS,
  }),
  filter: record('what passes the filter', {}),
  frames: record('frames { set, frames }', { set: whole(0), frames: typedArray('Uint32Array') }),
  kept: record('a number of kept structures { count }', { count: whole(0) }),
  dH: record('a range { low, high }', { low: NUMBER, high: NUMBER }),
  atoms: record('atoms { set, frame, atoms }', {
    set: whole(0),
    frame: whole(0),
    atoms: typedArray('Uint32Array'),
  }),
};

const SAVED: readonly SavedKind[] = [
  'report',
  'living',
  'json',
  'csv',
  'xyz',
  'frame',
  'selected',
  'selected-indices',
  'kept',
  'kept-indices',
];

/**
 * What a page may ask for.
 *
 * @param file what stands for a file
 */
export function requestKind(file: Kind): Kind {
  const set = record('a set { name, files }', { name: TEXT, files: listOf(file, 'files') });
  const kinds: Readonly<Record<ExploreRequest['do'], Kind>> = {
    run: record('a run', { sets: listOf(set, 'sets'), settings: SETTINGS }),
    open: record('what is to be opened', { saved: typedArray('Uint8Array') }),
    cancel: record('a request', {}),
    map: record('a map', { view: VIEW, colour: TEXT, hasContours: optional(FLAG) }),
    place: record('axes { x, y }', { x: TEXT, y: TEXT }),
    filter: record('a filter', { filter: FILTER }),
    point: record('a point', {
      point: POINT,
      reach: NUMBER,
      stretch: optional(NUMBER),
      colour: TEXT,
      hidden: KINDS,
      isDark: optional(FLAG),
    }),
    'save-map': record('a map', { view: VIEW, colour: TEXT, hasContours: optional(FLAG) }),
    compress: record('a choice', { count: NUMBER_OR_NAN }),
    frames: record('a curve', { of: oneOf('dH', 'entropy') }),
    frame: record('a frame', {
      set: whole(0),
      frame: NUMBER_OR_NAN,
      isDark: optional(FLAG),
      colour: optional(TEXT),
    }),
    neighbours: record('neighbours of an atom', {
      set: whole(0),
      frame: NUMBER_OR_NAN,
      atom: whole(0),
    }),
    select: record('a selection', { selection: told('by', SELECTIONS) }),
    save: record('a file', { what: oneOf(...SAVED), count: optional(whole(0)) }),
  };
  return told('do', kinds);
}
