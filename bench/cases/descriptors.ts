import type { Case, Group } from '../case.js';
import { copperFrames, smallFrames } from '../data/sets.js';
import { MATSCIPY, NATIVE, PYTHON, VESIN, WASM } from '../engines/engine.js';
import { memory, seconds, speed } from '../target.js';

/** Cells of copper along an edge: 1,492,992 atoms. */
const LARGE = 72;

const LIMIT = 'distances and sort of X2, then choice and search: see the stages above';

/** Of WebAssembly as well: every worker has a memory of its own. */
const MEMORY = { least: 2, aim: 1.3 };

const large: Case = {
  name: 'descriptors-cell',
  title: 'descriptors of 1,492,992 Cu atoms in one periodic cell, f64',
  task: async () => ({ kind: 'descriptors', frames: await copperFrames(LARGE) }),
  engines: [NATIVE, WASM, PYTHON],
  tolerance: 1e-10,
  work: { amount: 4 * LARGE ** 3, unit: 'atoms' },
  targets: [
    speed('native', 'python', {
      least: 15,
      aim: 25,
      limit: LIMIT,
    }),
    seconds('native', { least: 3, aim: 3, limit: LIMIT }),
    memory('native', { ...MEMORY, limit: 'input and its binned copy beside the matrix' }),
    memory('wasm', {
      ...MEMORY,
      limit:
        'Node itself with its workers, input and its binned copy, results that wait for the garbage ' +
        'collector',
    }),
  ],
};

const small: Case = {
  name: 'descriptors-frames',
  title: 'descriptors of 2,000 frames of 4 to 60 atoms (mlearn), f64',
  task: async () => ({ kind: 'descriptors', frames: await smallFrames() }),
  engines: [NATIVE, WASM, PYTHON],
  // Of 102,504 atoms 21 have two images of a neighbour tied at the 32nd place, where the Python
  // package takes either.
  tolerance: 1e-6,
  targets: [
    speed('native', 'python', {
      least: 30,
      aim: 100,
      limit: LIMIT,
    }),
  ],
};

const neighbors: Case = {
  name: 'neighbors',
  title: 'neighbours within 5 Å of 97,556 Cu atoms: descriptors of one neighbour against lists of distances',
  task: async () => ({ kind: 'neighbors', frames: await copperFrames(29) }),
  engines: [NATIVE, VESIN, MATSCIPY],
  trusted: MATSCIPY,
  tolerance: 1e-10,
  work: { amount: 4 * 29 ** 3, unit: 'atoms' },
};

/** From structures to descriptors. */
export const descriptorCases: Group = {
  name: 'descriptors',
  title: 'Descriptors',
  cases: [large, small, neighbors],
};
