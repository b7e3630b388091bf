import type { ErrorCode } from '../base/error.js';
import type { LabelledMode } from '../base/species-mode.js';
import type { EarlyFindings, ExploredSettings, ExploreSettings, Findings } from '../explore/exploration.js';
import type { AtomNeighbours } from '../explore/atom-neighbours.js';
import type { DrawnFrame } from '../explore/drawn-frame.js';
import type { EnvironmentFilter, FilteredEnvironments } from '../explore/environment-filter.js';
import type { ColouredMap, MapContour, MapPlacement } from '../explore/environment-map.js';
import type { FramePlaces } from '../explore/frame-places.js';
import type { KeptStructures } from '../explore/keep.js';
import type { MapView } from '../explore/map-picture.js';
import type { PointedEnvironment } from '../explore/pointed-environment.js';
import type { EnvironmentSelection, SelectedEnvironments } from '../explore/selection.js';
import type { ReadNote } from '../io/structures/frames.js';
import type { Picture } from '../report/picture.js';

// What a page and that which computes for it say to each other: an `Explorer`, wherever it runs.

/** What is computed, and how. */
export interface RunSettings extends ExploreSettings {
  /** Threads, or workers. Default: as many as the machine has. */
  readonly threads?: number | null | undefined;
  readonly k: number;
  /** In Å. */
  readonly cutoff: number;
  /** Whether elements are distinguished, or how: `true` stands for blocks of each. */
  readonly species: boolean | LabelledMode;
  /** Frames, as in Python's slices; empty for all. */
  readonly select: string;
  /**
   * Which of `k` and `cutoff` nobody asked for: where a file of descriptors says its own, that is
   * taken. Of others, one that differs is refused. Default: none.
   */
  readonly assumed?: readonly ('k' | 'cutoff')[] | undefined;
}

/** A data set that is to be read. */
export interface SetFiles<F> {
  readonly name: string;
  readonly files: readonly F[];
}

/** What can be shown of sets before any number is known: a map, and frames. */
export interface ExplorePreview {
  readonly sets: readonly { readonly name: string; readonly environments: number }[];
  /** Of each set: whether its frames can be drawn, not where only its descriptors are known. */
  readonly hasStructures: readonly boolean[];
  /** By what the map can be coloured. */
  readonly colours: readonly string[];
  /** Along what it lies. */
  readonly placement: MapPlacement;
  /** Where the frames of each set were read. */
  readonly places: readonly FramePlaces[];
}

/** All that a run gives the page. */
export interface ExploreResults extends Findings {
  readonly settings: RunSettings & ExploredSettings;
  readonly pictures: readonly Picture[];
  /** What files may mean that was not read of them, once for each file and kind. */
  readonly notes: readonly ReadNote[];
  /** Of each set: whether its frames can be drawn, not where only its descriptors are known. */
  readonly hasStructures: readonly boolean[];
  /** By what the map can be coloured. */
  readonly colours: readonly string[];
  /** Along what it can lie, and along what it does at first. */
  readonly axes: readonly string[];
  readonly placement: MapPlacement;
  /** Keys that sort frames into groups, with the names of these. */
  readonly groups: readonly { readonly key: string; readonly names: readonly string[] }[];
  /** Where the frames of each set were read. */
  readonly places: readonly FramePlaces[];
  /** Of the last set, the frame with the highest mean δH. */
  readonly novelFrame: number;
  /** What the numbers were computed with, in words. */
  readonly used: Readonly<Record<string, string>>;
}

/**
 * What a curve of frames shows: the mean δH of their environments, or H of these among themselves.
 */
export type FrameValue = 'dH' | 'entropy';

/**
 * What can be saved: a report, one that stays alive, all numbers, δH of each environment, all
 * frames with δH, the one that is shown, those with selected environments, those kept, and where
 * the last two were read.
 */
export type SavedKind =
  | 'report'
  | 'living'
  | 'json'
  | 'csv'
  | 'xyz'
  | 'frame'
  | 'selected'
  | 'selected-indices'
  | 'kept'
  | 'kept-indices';

/**
 * What a page asks for.
 *
 * @typeParam F what stands for a file: the file itself, or a name where names are known
 */
export type ExploreRequest<F = File> =
  | { readonly do: 'run'; readonly sets: readonly SetFiles<F>[]; readonly settings: RunSettings }
  /** What a living report holds, in place of a run. */
  | { readonly do: 'open'; readonly saved: Uint8Array }
  | { readonly do: 'cancel' }
  /** Default for lines of density: none. */
  | {
      readonly do: 'map';
      readonly view: MapView;
      readonly colour: string;
      readonly hasContours?: boolean | undefined;
    }
  /** Other axes of the map. */
  | { readonly do: 'place'; readonly x: string; readonly y: string }
  /** What the map shows, and selects from. */
  | { readonly do: 'filter'; readonly filter: EnvironmentFilter }
  /** The environment at a point of the map, and its value of a colour; see selection `point`. */
  | {
      readonly do: 'point';
      readonly point: readonly [number, number];
      readonly reach: number;
      readonly stretch?: number | undefined;
      readonly colour: string;
      readonly hidden?: readonly number[] | undefined;
      readonly isDark?: boolean | undefined;
    }
  /** A view of the map, as a file. */
  | {
      readonly do: 'save-map';
      readonly view: MapView;
      readonly colour: string;
      readonly hasContours?: boolean | undefined;
    }
  | { readonly do: 'compress'; readonly count: number }
  /** Another value of each frame of the last set. */
  | { readonly do: 'frames'; readonly of: FrameValue }
  /** Default for a dark page: no; for the colour of its atoms: δH, else one of those of the map. */
  | {
      readonly do: 'frame';
      readonly set: number;
      readonly frame: number;
      readonly isDark?: boolean;
      readonly colour?: string;
    }
  /** Neighbours of an atom that its descriptor is made of. */
  | { readonly do: 'neighbours'; readonly set: number; readonly frame: number; readonly atom: number }
  | { readonly do: 'select'; readonly selection: EnvironmentSelection }
  /** Of what is kept only the first are saved where a count is given. */
  | { readonly do: 'save'; readonly what: SavedKind; readonly count?: number };

/** What it is told. */
export type ExploreReply =
  /** What is being done, of a set where it is done for each, and the share that is done. */
  | { readonly is: 'progress'; readonly phase: string; readonly of: string | null; readonly share: number }
  /** The map, before numbers. What was computed before is gone. */
  | { readonly is: 'preview'; readonly preview: ExplorePreview; readonly bounds: readonly number[] }
  /** Numbers, before all of them are there. */
  | { readonly is: 'early'; readonly findings: EarlyFindings; readonly notes: readonly ReadNote[] }
  | { readonly is: 'results'; readonly results: ExploreResults; readonly bounds: readonly number[] }
  /** The code is null where the failure has none. */
  | {
      readonly is: 'failure';
      readonly message: string;
      readonly code: ErrorCode | null;
      readonly cancelled: boolean;
    }
  | ({ readonly is: 'map'; readonly contours: readonly MapContour[] } & ColouredMap)
  | { readonly is: 'placed'; readonly placement: MapPlacement }
  /** Null where there is no filter. */
  | { readonly is: 'filtered'; readonly filtered: FilteredEnvironments | null }
  /** Null where there is no environment; else where it lies, and its value of the colour. */
  | {
      readonly is: 'pointed';
      readonly pointed: PointedEnvironment | null;
      readonly at: readonly [number, number];
      readonly value: number | string | null;
    }
  | { readonly is: 'frames'; readonly of: FrameValue; readonly picture: Picture }
  | { readonly is: 'frame'; readonly drawn: DrawnFrame }
  | {
      readonly is: 'neighbours';
      readonly set: number;
      readonly frame: number;
      readonly neighbours: AtomNeighbours;
    }
  /** What is kept, while more is picked and at the end. */
  | {
      readonly is: 'kept';
      readonly kept: KeptStructures;
      readonly picture: Picture;
      readonly isDone: boolean;
    }
  | { readonly is: 'selected'; readonly selected: SelectedEnvironments }
  | { readonly is: 'file'; readonly what: SavedKind | 'map'; readonly name: string; readonly blob: Blob };
