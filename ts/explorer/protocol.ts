import type { ExploredSettings, ExploreSettings, Findings } from '../explore/exploration.js';
import type { DrawnFrame } from '../explore/drawn-frame.js';
import type { ColouredMap } from '../explore/environment-map.js';
import type { View } from '../explore/map-picture.js';
import type { Picture } from '../explore/picture.js';

// What a page and that which computes for it say to each other: an `Explorer`, wherever it runs.

/** What is computed, and how. */
export interface RunSettings extends ExploreSettings {
  /** Threads, or workers. Default: as many as the machine has. */
  readonly threads?: number | null | undefined;
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

/** All that a run gives the page. */
export interface ExploreResults extends Findings {
  readonly settings: RunSettings & ExploredSettings;
  readonly pictures: readonly Picture[];
  /** Whether frames can be drawn: not where a set is known by its descriptors alone. */
  readonly hasStructures: boolean;
  /** By what the map can be coloured. */
  readonly colours: readonly string[];
}

/** Which environments are chosen. */
export type Choice =
  /** Those within a polygon on the map, x y of one corner after the other. */
  | { readonly by: 'lasso'; readonly polygon: Float64Array }
  /** The one nearest to a point of the map, if it is nearer than `reach`. */
  | { readonly by: 'point'; readonly point: readonly [number, number]; readonly reach: number }
  /** Those with a δH from `low` to `high`, in nats. */
  | { readonly by: 'dH'; readonly low: number; readonly high: number }
  /** Atoms of a frame. */
  | { readonly by: 'atoms'; readonly set: number; readonly frame: number; readonly atoms: Uint32Array };

/** Environments that are chosen. */
export interface ChosenEnvironments {
  readonly atoms: number;
  readonly frames: number;
  /** The first frames, each as `file, frame: number of atoms: their numbers`. */
  readonly lines: readonly { readonly set: number; readonly frame: number; readonly text: string }[];
  /** Chosen atoms of the frame that was asked for last. */
  readonly ofShown: Uint32Array;
  /** Frames of its set of which atoms are chosen. */
  readonly framesOfSet: Uint32Array;
}

/** What a curve of frames shows: the mean δH of their environments, or H of these among themselves. */
export type FrameValue = 'dH' | 'entropy';

/** What can be saved: a report, all numbers, δH of each environment, all frames with δH, those chosen on the map, those kept. */
export type SavedKind = 'report' | 'json' | 'csv' | 'xyz' | 'chosen' | 'kept';

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
  /** Another value of each frame of the last set. */
  | { readonly do: 'frames'; readonly of: FrameValue }
  | { readonly do: 'frame'; readonly set: number; readonly frame: number }
  | { readonly do: 'choose'; readonly choice: Choice }
  | { readonly do: 'save'; readonly what: SavedKind };

/** What it is told. */
export type ExploreReply =
  | { readonly is: 'progress'; readonly phase: string; readonly share: number }
  | { readonly is: 'results'; readonly results: ExploreResults; readonly bounds: readonly number[] }
  | { readonly is: 'failure'; readonly message: string; readonly cancelled: boolean }
  | ({ readonly is: 'map' } & ColouredMap)
  | { readonly is: 'frames'; readonly picture: Picture }
  | { readonly is: 'frame'; readonly drawn: DrawnFrame }
  /** What is kept, while more is picked and at the end. */
  | { readonly is: 'kept'; readonly picture: Picture; readonly text: string; readonly isDone: boolean }
  | { readonly is: 'chosen'; readonly chosen: ChosenEnvironments }
  | { readonly is: 'file'; readonly what: SavedKind; readonly name: string; readonly blob: Blob };
