import type { Group } from '../case.js';
import { commandLineCases } from './command-line.js';
import { deltaEntropyCases } from './delta-entropy.js';
import { descriptorCases } from './descriptors.js';
import { entropyCases } from './entropy.js';
import { growthCases } from './growth.js';
import { readingCases } from './reading.js';
import { wasmCases } from './wasm.js';

/** Every group, in the order of the report; a new one is a file like these and a line here. */
export const GROUPS: readonly Group[] = [
  descriptorCases,
  entropyCases,
  deltaEntropyCases,
  growthCases,
  wasmCases,
  commandLineCases,
  readingCases,
];
