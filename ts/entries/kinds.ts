import { SPECIES_MODES } from '../base/constants.js';
import {
  NUMBER_OR_NAN,
  either,
  FLAG,
  FUNCTION,
  isRecord,
  type Kind,
  kindOf,
  listOf,
  notOfKind,
  NUMBERS,
  oneField,
  oneOf,
  optional,
  record,
  TEXT,
  TEXTS,
  typedArray,
  whole,
  ANYTHING,
} from '../base/kinds.js';
import { QuestsError } from '../base/error.js';
import { nearestName } from '../base/nearest-name.js';
import { ReferenceSet } from '../kernel/reference-set.js';
import { StoredReference } from '../kernel/stored-reference.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';

// What the arguments of this package are made of. The numbers of an argument are judged by the
// function that uses them, where more than the sign matters.

export const FLOATS = typedArray('Float64Array');
export const WHOLES = typedArray('Uint32Array');

const MAKE = 'descriptors(…) and new DescriptorMatrix(values, { width }) make one';

export const DESCRIPTORS = kindOf(
  `a DescriptorMatrix (${MAKE})`,
  (value) => value instanceof DescriptorMatrix,
);

/** What can be a reference: a matrix, one that is prepared, or one in a file. */
export const ENVIRONMENTS = kindOf(
  `a DescriptorMatrix or a ReferenceSet (${MAKE})`,
  (value) =>
    value instanceof DescriptorMatrix || value instanceof ReferenceSet || value instanceof StoredReference,
);

/** A reference in a file. */
export const STORED_REFERENCE = kindOf(
  'a StoredReference, as openReference gives it',
  (value) => value instanceof StoredReference,
);

/** A matrix, or one in a file. */
export const MATRIX_OR_STORED = either(
  'a DescriptorMatrix or a StoredReference',
  [(value) => value instanceof StoredReference, STORED_REFERENCE],
  [() => true, DESCRIPTORS],
);

export const DESCRIPTOR_LIST = listOf(DESCRIPTORS, 'DescriptorMatrix');

/** Rows of frames, without their descriptors. */
export const FRAMED_ROWS = record(
  'rows of frames: a DescriptorMatrix, or { rows, frames, frameOffsets, sources }',
  {
    rows: whole(0),
    frames: whole(0),
    frameOffsets: NUMBERS,
  },
);

/** One number, or several: of a bandwidth, a threshold. */
export const ONE_OR_MORE = either(
  'a number, or an array of numbers',
  [(value) => typeof value === 'number', NUMBER_OR_NAN],
  [(value) => Array.isArray(value) || ArrayBuffer.isView(value), NUMBERS],
);

/** A column of values of atoms. */
const ATOM_ARRAY: Kind = {
  expected: 'a column { data, kind, width }',
  judge: (value, name) => {
    if (!isRecord(value)) throw notOfKind(ATOM_ARRAY.expected, value, name);
    const { data, kind, width } = value;
    oneOf('R', 'I', 'L', 'S').judge(kind, `${name}.kind`);
    whole(1).judge(width, `${name}.width`);
    (kind === 'S' ? TEXTS : NUMBERS).judge(data, `${name}.data`);
    return value;
  },
};

const PBC = kindOf(
  'three of true or false, for a, b and c',
  (value) => Array.isArray(value) && value.length === 3 && value.every((each) => typeof each === 'boolean'),
);

const CELL = kindOf('nine numbers in one flat array, vector after vector', (value) => {
  try {
    NUMBERS.judge(value, '');
    return true;
  } catch {
    return false;
  }
});

const STRUCTURE_FIELDS: Readonly<Record<string, Kind>> = {
  positions: kindOf(
    'a Float64Array, x y z of one atom after the other',
    (value) => value instanceof Float64Array,
  ),
  cell: optional(CELL),
  pbc: optional(PBC),
  species: optional(TEXTS),
  info: optional(record('an object of values', {})),
};

const STRUCTURE_NAMES = [...Object.keys(STRUCTURE_FIELDS), 'arrays', 'source'];

/** Atoms in a cell. */
export const STRUCTURE: Kind = {
  expected: 'a structure { positions, cell, pbc, species }',
  judge: (value, name) => {
    if (!isRecord(value) || !('positions' in value)) throw notOfKind(STRUCTURE.expected, value, name);
    for (const [field, kind] of Object.entries(STRUCTURE_FIELDS))
      kind.judge(value[field], `${name}.${field}`);
    for (const field of Object.keys(value)) {
      // Programs keep fields of their own, but a slip of the pen would drop the cell.
      const meant = STRUCTURE_NAMES.includes(field) ? '' : nearestName(field, STRUCTURE_NAMES, 1);
      if (meant === '') continue;
      const problem = `${name} has an unknown field "${field}"; did you mean "${meant}"?`;
      throw new QuestsError('INVALID_ARGUMENT', problem);
    }
    const { arrays } = value;
    if (arrays === undefined) return value;
    if (!isRecord(arrays)) throw notOfKind('an object of columns', arrays, `${name}.arrays`);
    for (const [column, held] of Object.entries(arrays)) ATOM_ARRAY.judge(held, `${name}.arrays.${column}`);
    return value;
  },
};

/** A curve with its sets, as `learningCurve` gives it. */
export const LEARNING_CURVE = record('a learning curve, as learningCurve gives it', {
  points: listOf(record('a point', { size: NUMBER_OR_NAN, mean: NUMBER_OR_NAN }), 'points'),
  environments: NUMBER_OR_NAN,
  entropy: NUMBER_OR_NAN,
});

export const STRUCTURE_LIST = listOf(STRUCTURE, 'structures');

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;
export const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

function* eachJudged(items: Iterable<unknown>, kind: Kind, name: string): Generator {
  let at = 0;
  for (const item of items) yield kind.judge(item, `${name}[${at++}]`);
}

async function* eachLaterJudged(items: AsyncIterable<unknown>, kind: Kind, name: string): AsyncGenerator {
  let at = 0;
  for await (const item of items) yield kind.judge(item, `${name}[${at++}]`);
}

/**
 * Things one after the other: an array is judged at once, others as they come.
 *
 * @param of the things in words
 *
 * @__NO_SIDE_EFFECTS__
 */
export function series(kind: Kind, of: string, { isLater = true } = {}): Kind {
  const expected = isLater
    ? `${of} in an array, an iterable or an async iterable`
    : `${of} in an array or an iterable`;
  const list = listOf(kind, of);
  return {
    expected,
    judge: (value, name) => {
      if (Array.isArray(value)) return list.judge(value, name);
      if (ArrayBuffer.isView(value)) throw notOfKind(expected, value, name);
      if (isLater && isAsyncIterable(value)) return eachLaterJudged(value, kind, name);
      if (isIterable(value)) return eachJudged(value, kind, name);
      throw notOfKind(expected, value, name);
    },
  };
}

export const STRUCTURE_SERIES = series(STRUCTURE, 'structures');
export const STRUCTURE_ITERABLE = series(STRUCTURE, 'structures', { isLater: false });

/** One structure, or any number of them. */
export const STRUCTURES: Kind = {
  expected: `a structure, or ${STRUCTURE_SERIES.expected}`,
  judge: (value, name) => {
    if (isRecord(value) && 'positions' in value) return STRUCTURE.judge(value, name);
    if (Array.isArray(value) || isIterable(value) || isAsyncIterable(value)) {
      return STRUCTURE_SERIES.judge(value, name);
    }
    throw notOfKind(STRUCTURES.expected, value, name);
  },
};

export const DESCRIPTOR_SERIES = series(
  either(
    'a DescriptorMatrix, or { x, structures }',
    [(value) => value instanceof DescriptorMatrix, DESCRIPTORS],
    [isRecord, record('a DescriptorMatrix, or { x, structures }', { x: DESCRIPTORS })],
  ),
  'DescriptorMatrix',
);

/** Some environments of a set that comes in parts. */
const OVERLAP_BATCH = record('a batch { x, elements }', { x: DESCRIPTORS, elements: optional(TEXTS) });

/** A set of which an overlap draws some. */
export const OVERLAP_SET = either(
  'a DescriptorMatrix, a StoredReference, or batches { x, elements } in an async iterable',
  [(value) => value instanceof StoredReference, STORED_REFERENCE],
  [(value) => value instanceof DescriptorMatrix, DESCRIPTORS],
  [() => true, series(OVERLAP_BATCH, 'batches { x, elements }')],
);

/** A set with its name: a phase, a training set. */
export const NAMED_REFERENCES = listOf(
  record('a set { name, x }', { name: TEXT, x: ENVIRONMENTS, elements: optional(TEXTS) }),
  'sets { name, x }',
);

export const PHASE_SETS = listOf(
  record('a set { name, x }', { name: TEXT, x: DESCRIPTORS }),
  'sets { name, x }',
);

const BACKEND_NAMES = oneOf('auto', 'native', 'wasm');

export const BACKEND: Kind = either(
  `${BACKEND_NAMES.expected}, or what loadBackend gives`,
  [(value) => typeof value === 'string', BACKEND_NAMES],
  [
    isRecord,
    record('what loadBackend gives', { name: TEXT, core: record('a core', { kernelSums: FUNCTION }) }),
  ],
);

export const LOADED_BACKEND = record('what loadBackend gives', {
  name: TEXT,
  core: record('a core', { kernelSums: FUNCTION }),
});

const SIGNAL = kindOf(
  'an AbortSignal',
  (value) =>
    isRecord(value) && typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function',
);

/** Options that every function takes, whether it needs them all or not. */
export const RUN = { backend: BACKEND, signal: SIGNAL, onProgress: FUNCTION };

/** What exact sums do not take: there is nothing to tolerate. */
const NO_TOLERANCE = kindOf('left out: this sum is always exact', (value) => value === undefined);

/** Options of exact kernel sums. */
export const KERNEL = { ...RUN, bandwidth: NUMBER_OR_NAN, tolerance: NO_TOLERANCE };

/** Options of exact sums of either precision, by one bandwidth or several. */
export const EXACT_SUMS = {
  ...KERNEL,
  bandwidth: ONE_OR_MORE,
  precision: oneOf('double', 'single'),
};

/** Options of sums that may be estimated, too. */
export const SUMS = { ...EXACT_SUMS, tolerance: NUMBER_OR_NAN, seed: NUMBER_OR_NAN };

/** Options of a chain of moves. */
export const CHAIN = {
  ...RUN,
  bandwidth: NUMBER_OR_NAN,
  cellStep: NUMBER_OR_NAN,
  minDistance: NUMBER_OR_NAN,
  movedAtoms: NUMBER_OR_NAN,
  seed: NUMBER_OR_NAN,
  steps: NUMBER_OR_NAN,
  stepSize: NUMBER_OR_NAN,
  target: NUMBER_OR_NAN,
  temperature: NUMBER_OR_NAN,
};

const MODES = SPECIES_MODES.map((mode) => `"${mode}"`).join(', ');

const SPECIES = either(
  `true, false, ${MODES}, or an array of chemical symbols`,
  [(value) => typeof value === 'boolean', FLAG],
  [(value) => typeof value === 'string', oneOf(...SPECIES_MODES)],
  [() => true, TEXTS],
);

export const DESCRIPTION = {
  ...RUN,
  k: NUMBER_OR_NAN,
  cutoff: NUMBER_OR_NAN,
  species: SPECIES,
  onSkip: FUNCTION,
};

/** Descriptions of structures that come batch by batch: which species occur is not known before. */
export const BATCHED = {
  ...DESCRIPTION,
  species: either(
    'false, "ignore", "center", "full", or an array of chemical symbols: true and "blocks" would need ' +
      'all structures first',
    [(value) => value === false, FLAG],
    [(value) => value === 'ignore' || value === 'center' || value === 'full', TEXT],
    [Array.isArray, TEXTS],
  ),
};

export const ROWS = listOf(record('a row { name: value }', {}), 'rows { name: value }');

/** A parameter of a fit. */
export const PARAMETER = record('a parameter { value, low, high }', { value: ANYTHING });

export const INPUT = { signal: SIGNAL, onProgress: FUNCTION, backend: BACKEND };

export const POINTS = listOf(
  record('a point { size, entropy }', { size: NUMBER_OR_NAN, entropy: NUMBER_OR_NAN }),
  'points { size, entropy }',
);

/** How many structures are kept. */
export const SIZE = oneField('{ count } or { fraction }', { count: NUMBER_OR_NAN, fraction: NUMBER_OR_NAN });

/** Options of a recommended bandwidth. */
export const ADVICE = {
  ...RUN,
  method: oneOf('gaussian', 'cutoff'),
  sample: NUMBER_OR_NAN,
  seed: NUMBER_OR_NAN,
  structures: STRUCTURE_LIST,
  trajectory: FLAG,
};

const STATE_POINT = record('a point { phase, pressure, temperature, volume, energy, entropy }', {
  phase: TEXT,
  pressure: NUMBER_OR_NAN,
  temperature: NUMBER_OR_NAN,
  volume: NUMBER_OR_NAN,
  energy: NUMBER_OR_NAN,
  entropy: NUMBER_OR_NAN,
});

export const STATE_POINTS = listOf(
  STATE_POINT,
  'points { phase, pressure, temperature, volume, energy, entropy }',
);

export const PLACE = record('a place { pressure, temperature }', {
  pressure: NUMBER_OR_NAN,
  temperature: NUMBER_OR_NAN,
});
