import type { Case, Group } from '../case.js';
import { copperFrames, smallFrames } from '../data/sets.js';
import { MATSCIPY, NATIVE, PYTHON, VESIN, WASM } from '../engines/engine.js';
import { memory, seconds, speed } from '../target.js';

/** Cells of copper along an edge: 1,492,992 atoms. */
const LARGE = 72;

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
      limit: 'distances, sort and sum of X2: see the profile',
    }),
    seconds('native', { least: 3, aim: 3, limit: 'distances, sort and sum of X2: see the profile' }),
    memory('native', { least: 2, aim: 1.3, limit: 'input and its binned copy beside the matrix' }),
  ],
};

const small: Case = {
  name: 'descriptors-frames',
  title: 'descriptors of 2,000 frames of 4 to 60 atoms (mlearn), f64',
  task: async () => ({ kind: 'descriptors', frames: await smallFrames() }),
  engines: [NATIVE, WASM, PYTHON],
  // Of 102,504 atoms 21 have two images of a neighbour tied at the 32nd place, where the Python package takes either.
  tolerance: 1e-6,
  targets: [
    speed('native', 'python', {
      least: 30,
      aim: 100,
      limit: 'distances, sort and sum of X2: see the profile',
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
