import type { ExploreSettings, Findings } from './exploration.js';
import type { ColouredMap } from './environment-map.js';
import type { View } from './map-picture.js';

// What a page and that which computes for it say to each other: an `Explorer`, wherever it runs.

/** What is computed, and how. */
export interface RunSettings extends ExploreSettings {
  readonly k: number;
  /** In Å. */
  readonly cutoff: number;
  /** Whether elements are told apart. */
  readonly species: boolean;
  /** Frames, as in Python's slices; empty for all. */
  readonly select: string;
}

/** A data set that is to be read. */
export interface SetFiles<F> {
  readonly name: string;
  readonly files: readonly F[];
}

/** A picture, as SVG. */
export interface Picture {
  readonly title: string;
  readonly svg: string;
}

/** All that a run gives the page. */
export interface ExploreResults extends Findings {
  readonly settings: RunSettings;
  readonly pictures: readonly Picture[];
  /** By what the map can be coloured. */
  readonly colours: readonly string[];
}

/** Environments within a lasso. */
export interface ChosenEnvironments {
  readonly atoms: number;
  /** `file, frame: number of atoms: their numbers`, the first of them. */
  readonly lines: readonly string[];
  readonly frames: number;
}

/** What can be saved: all numbers, δH of each environment, all frames with δH, those chosen on the map, those kept. */
export type SavedKind = 'json' | 'csv' | 'xyz' | 'chosen' | 'kept';

/**
 * What a page asks for.
 *
 * @typeParam F what stands for a file: the file itself, or a name where names are known
 */
export type ExploreRequest<F = File> =
  | { readonly do: 'run'; readonly sets: readonly SetFiles<F>[]; readonly settings: RunSettings }
  | { readonly do: 'cancel' }
  | { readonly do: 'map'; readonly view: View; readonly colour: string }
  | { readonly do: 'compress'; readonly count: number }
  | { readonly do: 'choose'; readonly polygon: Float64Array }
  | { readonly do: 'save'; readonly what: SavedKind };

/** What it is told. */
export type ExploreReply =
  | { readonly is: 'progress'; readonly phase: string; readonly share: number }
  | { readonly is: 'results'; readonly results: ExploreResults; readonly bounds: readonly number[] }
  | { readonly is: 'failure'; readonly message: string; readonly cancelled: boolean }
  | ({ readonly is: 'map' } & ColouredMap)
  | { readonly is: 'kept'; readonly picture: Picture; readonly text: string }
  | { readonly is: 'chosen'; readonly chosen: ChosenEnvironments }
  | { readonly is: 'file'; readonly name: string; readonly blob: Blob };
