import type { Backend } from '../backend/backend.js';
import type { DescriptorSpecies } from '../base/species-mode.js';
import type { CarveShape } from './carved.js';

/** The options of a carving, judged and with their defaults. */
export interface CarveSettings {
  readonly k: number;
  readonly cutoff: number;
  readonly species: DescriptorSpecies;
  readonly bandwidth: number;
  readonly epsilon: number;
  readonly maxAtoms: number;
  readonly cells: number;
  readonly shape: CarveShape;
  readonly fixRadius: number;
  readonly steps: number;
  readonly contactFraction: number;
  readonly seed: number;
  readonly backend: Backend;
  readonly signal: AbortSignal | undefined;
}
