import type { Group } from '../case.js';
import { commandLineCases } from './command-line.js';
import { deltaEntropyCases } from './delta-entropy.js';
import { descriptorCases } from './descriptors.js';
import { entropyCases } from './entropy.js';
import { growthCases } from './growth.js';
import { readingCases } from './reading.js';
import { storedCases } from './stored.js';
import { wasmCases } from './wasm.js';
import { watchCases } from './watch.js';

/**
 * Every group, in the order in which they run and are reported; a new one is a file like these and
 * a line here. Commands come first: once other cases have made their data, this process is large,
 * and each that it starts takes 30 ms longer to be there.
 */
export const GROUPS: readonly Group[] = [
  commandLineCases,
  descriptorCases,
  entropyCases,
  deltaEntropyCases,
  growthCases,
  wasmCases,
  watchCases,
  storedCases,
  readingCases,
];
