/** `quests/explore`, as Node and browsers have it in common: what its functions take, judged. */
import {
  ANYTHING,
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
  record,
  TEXT,
  typedArray,
  whole,
} from '../base/kinds.js';
import { SETTINGS } from '../explorer/request-kind.js';
import type * as e from '../faces/explore.js';
import * as explored from '../faces/explore.js';
import type { RunOptions } from '../run/run-options.js';
import { judged, judgedPromise } from './judged.js';
import {
  DESCRIPTORS,
  FLOATS,
  LOADED_BACKEND,
  MATRIX_OR_STORED,
  RUN,
  STRUCTURE,
  STRUCTURE_LIST,
} from './kinds.js';

export type * from '../faces/explore.js';
export {
  EnvironmentMap,
  Explorer,
  KIND_COLOURS,
  LEAST_DELTA,
  LiveHistory,
  LiveWatch,
  MOST_EXACT,
  PAGE_LIST,
  RAMP,
  SERVED_META,
} from '../faces/explore.js';

const NAMED_SET = { name: TEXT, x: DESCRIPTORS, structures: STRUCTURE_LIST };
const SET = record('a set { name, x, structures }', {
  ...NAMED_SET,
  firstFrame: optional(STRUCTURE),
  isAsked: optional(FLAG),
  x: MATRIX_OR_STORED,
});
const NAMED_SETS = listOf(SET, 'sets { name, x, structures }');
const EXPLORED_SET = record('a set, as explore gives it', { ...NAMED_SET, dH: FLOATS });

const OF_FINDINGS = {
  sets: listOf(
    record('a set', { name: TEXT, environments: NUMBER_OR_NAN, efficiency: nullable(NUMBER_OR_NAN) }),
    'sets',
    1,
  ),
  hasElements: FLAG,
  comparison: nullable(record('a comparison', { novelty: NUMBER_OR_NAN })),
  settings: record('settings', { epsilon: NUMBER_OR_NAN }),
};
const FINDINGS = record('findings, as explore gives them', OF_FINDINGS);
const EARLY_FINDINGS = record('findings, as explore gives them early', {
  ...OF_FINDINGS,
  pending: oneOf('numbers', 'curves'),
  noveltyError: NUMBER_OR_NAN,
});

const EXPLORATION = record('an exploration, as explore gives it', {
  findings: FINDINGS,
  sets: listOf(EXPLORED_SET, 'sets', 1),
  scan: listOf(record('a point', {}), 'points'),
  scanned: NUMBER_OR_NAN,
});

const GAP_REFUSAL = record('a refusal, as explore gives it', { is: TEXT });
const NUMBER_TEXT = { value: NUMBER_OR_NAN, digits: whole(0, 100) };
const RUN_ONLY = options<RunOptions>(RUN);

export const countOf = judged(explored.countOf, { count: NUMBER_OR_NAN, thing: TEXT });

export const countText = judged(explored.countText, { count: NUMBER_OR_NAN });

export const decimalText = judged(explored.decimalText, NUMBER_TEXT);

export const digitsText = judged(explored.digitsText, { value: NUMBER_OR_NAN, digits: whole(1, 100) });

export const engineOf = judged(explored.engineOf, { backend: LOADED_BACKEND });

export const explorationFigures = judged(explored.explorationFigures, { exploration: EXPLORATION });

export const explore = judgedPromise(explored.explore, {
  sets: NAMED_SETS,
  settings: options<e.ExploreSettings>(
    {
      bandwidth: NUMBER_OR_NAN,
      epsilon: NUMBER_OR_NAN,
      seed: NUMBER_OR_NAN,
      tolerance: nullable(NUMBER_OR_NAN),
    },
    ['bandwidth', 'epsilon'],
  ),
  options: options<e.ExploreOptions>({ ...RUN, onEarly: FUNCTION, onRead: FUNCTION }),
});

export const earlyText = judged(explored.earlyText, { findings: EARLY_FINDINGS });

export const exploredFrame = judged(explored.exploredFrame, {
  set: EXPLORED_SET,
  frame: whole(0),
  atoms: optional(kindOf('a Set of numbers', (value) => value instanceof Set)),
});

export const cardText = judged(explored.cardText, { findings: FINDINGS });

export const cautionText = judged(explored.cautionText, {
  caution: record('a caution, as explore gives it', { is: TEXT, set: TEXT }),
});

export const failureText = judged(explored.failureText, { message: TEXT, code: nullable(TEXT) });

export const frameDeltas = judged(explored.frameDeltas, { set: EXPLORED_SET, frame: whole(0) });

export const frameMeans = judged(explored.frameMeans, {
  set: record('a set { x, dH }', { x: DESCRIPTORS, dH: FLOATS }),
});

export const frameText = judged(explored.frameText, {
  drawn: record('a frame, as an explorer draws it', {
    dH: FLOATS,
    elements: listOf(record('an element', { symbol: TEXT }), 'elements'),
    cell: nullable(NUMBERS),
    summary: nullable(record('a summary', {})),
    source: nullable(record('a source', {})),
  }),
});

export const gapReasonText = judged(explored.gapReasonText, { refusal: GAP_REFUSAL });

export const gapRefusalText = judged(explored.gapRefusalText, { refusal: GAP_REFUSAL });

export const headlinesOf = judged(explored.headlinesOf, { findings: FINDINGS });

export const headlineTexts = judged(explored.headlineTexts, { findings: FINDINGS });

export const nextStepText = judged(explored.nextStepText, { findings: FINDINGS });

export const noteText = judged(explored.noteText, {
  note: record('a note, as an explorer says it', {
    file: TEXT,
    frame: NUMBER_OR_NAN,
    text: TEXT,
    kind: TEXT,
  }),
});

const PLACES = listOf(record('a place { file, frame }', { file: TEXT, frame: NUMBER_OR_NAN }), 'places');
const KEPT = record('what is kept, as an explorer says it', {
  set: TEXT,
  structures: NUMBER_OR_NAN,
  frames: NUMBERS,
  places: PLACES,
  entropy: NUMBERS,
  overlap: NUMBERS,
  epsilon: NUMBER_OR_NAN,
  entropyOfSet: NUMBER_OR_NAN,
  reference: nullable(TEXT),
});
const KEPT_SETTINGS = record('settings { k, cutoff, bandwidth, species, select }', {
  k: NUMBER_OR_NAN,
  cutoff: NUMBER_OR_NAN,
  bandwidth: NUMBER_OR_NAN,
  species: kindOf(
    'true, false, "center" or "full"',
    (value) => typeof value === 'boolean' || value === 'center' || value === 'full',
  ),
  select: TEXT,
});

export const compressCommand = judged(explored.compressCommand, {
  sets: listOf(listOf(TEXT, 'names of files'), 'sets', 1),
  count: NUMBER_OR_NAN,
  used: KEPT_SETTINGS,
});

export const framesCommand = judged(explored.framesCommand, { places: PLACES });

export const isOneAxis = judged(explored.isOneAxis, {
  places: record('places of frames { files, file, frame }', {
    files: listOf(TEXT, 'names of files'),
    file: typedArray('Uint32Array'),
    frame: typedArray('Uint32Array'),
  }),
});

export const keptBesideRandom = judged(explored.keptBesideRandom, { kept: KEPT, count: NUMBER_OR_NAN });

export const keptShareText = judged(explored.keptShareText, { kept: KEPT, count: NUMBER_OR_NAN });

export const keptText = judged(explored.keptText, { kept: KEPT });

export const methodsText = judged(explored.methodsText, {
  kept: KEPT,
  count: NUMBER_OR_NAN,
  used: KEPT_SETTINGS,
});

export const plainText = judged(explored.plainText, { value: NUMBER_OR_NAN });

export const pointsInPolygon = judged(explored.pointsInPolygon, {
  points: typedArray('Float32Array'),
  polygon: FLOATS,
});

export const progressText = judged(explored.progressText, {
  progress: record('progress { phase, of }', { phase: TEXT, of: nullable(TEXT) }),
});

export const rangeTexts = judged(explored.rangeTexts, {
  range: listOf(NUMBER_OR_NAN, 'two numbers', 2),
  least: optional(NUMBER_OR_NAN),
});

export const reportDate = judged(explored.reportDate, { seconds: optional(TEXT) });

const MADE = kindOf(
  'an object of strings',
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((each) => typeof each === 'string'),
);

export const livingReportHtml = judgedPromise(explored.livingReportHtml, {
  explored: record('what was explored { exploration, select, notes }', {
    exploration: EXPLORATION,
    select: TEXT,
    notes: listOf(record('a note', {}), 'notes'),
  }),
  page: kindOf('a Map of the files of the page', (value) => value instanceof Map),
  made: optional(MADE),
});

export const readSets = judgedPromise(explored.readSets, {
  files: listOf(record('a set { name, files }', { name: TEXT, files: listOf(ANYTHING, 'files') }), 'sets'),
  settings: SETTINGS,
  open: FUNCTION,
  options: options<Parameters<typeof e.readSets>[3]>({ ...RUN, onNote: FUNCTION }),
});

export const reportHtml = judgedPromise(explored.reportHtml, {
  exploration: EXPLORATION,
  made: optional(MADE),
  options: RUN_ONLY,
});

export const selectedFrameText = judged(explored.selectedFrameText, {
  selected: record('a frame { name, frame, source, atoms, count }', {
    name: TEXT,
    frame: NUMBER_OR_NAN,
    source: nullable(record('a source', {})),
    atoms: NUMBERS,
    count: NUMBER_OR_NAN,
  }),
});

export const selectionText = judged(explored.selectionText, {
  selected: record('a selection, as an explorer says it', {
    atoms: NUMBER_OR_NAN,
    frames: NUMBER_OR_NAN,
    listed: listOf(record('a frame', {}), 'frames'),
  }),
});

export const setRecords = judged(explored.setRecords, {
  sets: listOf(record('numbers of a set', { gapRefusal: nullable(GAP_REFUSAL) }), 'numbers of sets'),
});

export const shortNames = judged(explored.shortNames, { paths: listOf(TEXT, 'paths') });

export const verdictOf = judged(explored.verdictOf, {
  comparison: record('a comparison { novelty }', { novelty: NUMBER_OR_NAN }),
});

export const verdictText = judged(explored.verdictText, { findings: FINDINGS });

export const axisTicks = judged(explored.axisTicks, {
  low: NUMBER_OR_NAN,
  high: NUMBER_OR_NAN,
  most: NUMBER_OR_NAN,
});

export const filteredText = judged(explored.filteredText, {
  filtered: record('what passes a filter, as an explorer says it', {
    environments: NUMBER_OR_NAN,
    frames: NUMBER_OR_NAN,
    listed: listOf(record('a frame', {}), 'frames'),
  }),
  all: NUMBER_OR_NAN,
});

export const pointedTexts = judged(explored.pointedTexts, {
  pointed: record('an environment, as an explorer points at it', {
    source: record('a source', { file: TEXT, frame: NUMBER_OR_NAN }),
    atom: NUMBER_OR_NAN,
    dH: NUMBER_OR_NAN,
  }),
  colour: TEXT,
  value: kindOf(
    'a number, a string or null',
    (value) => value === null || typeof value === 'number' || typeof value === 'string',
  ),
});

export const wholeView = judged(explored.wholeView, {
  bounds: NUMBERS,
  width: NUMBER_OR_NAN,
  height: NUMBER_OR_NAN,
  isEqual: optional(FLAG),
});
