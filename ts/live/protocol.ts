// What a page that shows a running simulation, and whoever checks it, say to each other.

/** A check, as a line of a table. */
export interface LiveRow {
  /** Number of the check. */
  readonly check: number;
  /** Number of the frame, or of the check where frames have none. */
  readonly frame: number;
  readonly step: number | null;
  /** In ps. */
  readonly time: number | null;
  /** N */
  readonly environments: number;
  /** H, in nats; null where it is not asked for. */
  readonly entropy: number | null;
  /** Mean δH, in nats; null where it is not asked for. */
  readonly mean: number | null;
  /** Largest δH, in nats, and the atom that has it. */
  readonly maximum: number;
  readonly atom: number;
  /** Whether the frame is kept: an atom of it reaches the limit. */
  readonly isKept: boolean;
}

/** The limit that a person sets. */
export interface LiveLimit {
  /** δH of an atom from which on a frame is kept, in nats. */
  readonly above: number;
  /** Whether the simulation is to stop there. */
  readonly stops: boolean;
}

/** Why there are no more checks. */
export type LiveEnd =
  /** A frame reached the limit. */
  | { readonly by: 'limit'; readonly row: LiveRow }
  /** The simulation has ended, or nothing comes any more. */
  | { readonly by: 'simulation' }
  /** Somebody ended it. */
  | { readonly by: 'person' }
  | { readonly by: 'failure'; readonly message: string };

/** All that is known of a simulation that is watched. */
export interface LiveState {
  /** What is watched: the name of a file, or of a simulation. */
  readonly of: string;
  /** What δH is relative to; null for the first frames. */
  readonly relativeTo: string | null;
  /** Of the first frames, as many as make the reference. */
  readonly first: number;
  /** Those of them that are there. */
  readonly learned: number;
  /** Whether the simulation can be stopped from here. */
  readonly canStop: boolean;
  readonly limit: LiveLimit;
  /** The checks so far, at most `LiveHistory.MOST` of them. */
  readonly rows: readonly LiveRow[];
  /** Frames that are kept. */
  readonly kept: number;
  /** Why there are no more checks; null while there may be. */
  readonly end: LiveEnd | null;
}

// Arrays whose memory can be given to a worker. TypeScript before 5.7 knows no other, and takes no
// parameter of them.
type OwnFloats = ReturnType<typeof Float32Array.from>;
type OwnBytes = ReturnType<typeof Uint8Array.from>;

/** A frame as a picture in three dimensions needs it. */
export interface LiveFrame {
  readonly row: LiveRow;
  /** x y z of one atom after the other, in Å. */
  readonly positions: OwnFloats;
  /** Red, green and blue of each atom, by its δH. */
  readonly colours: OwnBytes;
  /** Of the balls that stand for the atoms, in Å. */
  readonly radii: OwnFloats;
  /** Rows are the cell vectors a, b, c, in Å; null without a cell that repeats. */
  readonly cell: OwnFloats | null;
  /** Values of δH that have the first and the last colour: the last is the limit. */
  readonly range: readonly [number, number];
  /** Colours from the first to the last. */
  readonly swatches: readonly (readonly [number, number, number])[];
}

/** What a page asks. */
export type LiveRequest =
  | ({ readonly do: 'limit' } & LiveLimit)
  /** The last frame that was checked. */
  | { readonly do: 'show'; readonly isDark: boolean }
  /** The last frame that was checked, or all that are kept, as a file. */
  | { readonly do: 'save'; readonly what: 'last' | 'kept' };

/** What it is told. */
export type LiveReply =
  | ({ readonly is: 'live' } & LiveState)
  | { readonly is: 'live-learned'; readonly learned: number }
  | { readonly is: 'live-check'; readonly row: LiveRow; readonly kept: number }
  | ({ readonly is: 'live-limit' } & LiveLimit)
  | { readonly is: 'live-frame'; readonly frame: LiveFrame }
  | { readonly is: 'live-file'; readonly name: string; readonly blob: Blob }
  | { readonly is: 'live-failure'; readonly message: string }
  | { readonly is: 'live-end'; readonly end: LiveEnd };
