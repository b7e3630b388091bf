/** What the page and its worker say to each other. */

/** What is computed, and how. */
export interface Settings {
  readonly k: number;
  readonly cutoff: number;
  readonly bandwidth: number;
  readonly epsilon: number;
  readonly species: boolean;
  /** Frames, as in Python's slices; empty for all. */
  readonly select: string;
}

/** Figures of one set. */
export interface SetNumbers {
  readonly name: string;
  readonly frames: number;
  readonly environments: number;
  readonly entropy: number;
  readonly efficiency: number;
  readonly diversity: number;
  /** H_max − H from the learning curve, in nats; null where the curve cannot be fitted. */
  readonly gap: number | null;
}

/** What the second set is to the first. */
export interface Comparison {
  /** Share of the second set that the first covers, δH < ε. */
  readonly overlap: number;
  /** Share of the second set with δH ≥ 0. */
  readonly novelty: number;
  readonly mean: number;
  readonly max: number;
  /** H and D of both together, less those of the first alone, in nats. */
  readonly addedDiversity: number;
}

/** A picture, as SVG. */
export interface Picture {
  readonly title: string;
  readonly svg: string;
}

/** All that a run gives the page. */
export interface Results {
  readonly settings: Settings;
  readonly sets: readonly SetNumbers[];
  readonly comparison: Comparison | null;
  readonly pictures: readonly Picture[];
  /** By what the map can be coloured. */
  readonly colours: readonly string[];
  /** h for the volume per atom of the first frame, in 1/Å; null without a cell. */
  readonly suggestion: number | null;
}

/** Part of the plane that the map shows. */
export interface View {
  readonly x: number;
  readonly y: number;
  /** Pixels per unit. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

/** Environments within a lasso. */
export interface Chosen {
  readonly atoms: number;
  /** `set, file, frame: number of atoms`, the first of them. */
  readonly lines: readonly string[];
  readonly frames: number;
}

export type Request =
  | { readonly do: 'run'; readonly sets: readonly (readonly File[])[]; readonly settings: Settings }
  | { readonly do: 'cancel' }
  | { readonly do: 'map'; readonly view: View; readonly colour: string; readonly dark: boolean }
  | { readonly do: 'compress'; readonly count: number }
  | { readonly do: 'choose'; readonly polygon: Float64Array }
  | { readonly do: 'save'; readonly what: 'json' | 'csv' | 'xyz' | 'chosen' | 'kept' };

export type Reply =
  | { readonly is: 'progress'; readonly phase: string; readonly share: number }
  | { readonly is: 'results'; readonly results: Results; readonly bounds: readonly number[] }
  | { readonly is: 'failure'; readonly message: string; readonly cancelled: boolean }
  | {
      readonly is: 'map';
      readonly image: ImageData;
      readonly range: readonly number[] | null;
      readonly names: readonly string[];
    }
  | { readonly is: 'kept'; readonly picture: Picture; readonly text: string }
  | { readonly is: 'chosen'; readonly chosen: Chosen }
  | { readonly is: 'file'; readonly name: string; readonly blob: Blob };
