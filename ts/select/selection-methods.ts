/** What is true of a method of `compress`. */
export interface SelectionMethod {
  /** Whether a smaller selection is the beginning of a larger one. */
  readonly isNested: boolean;
  /** Whether it draws, so that another seed gives another selection. */
  readonly draws: boolean;
  /** Whether it can select beside a reference set. */
  readonly takesReference: boolean;
  /** Whether it compares distances, which environments of two elements do not have. */
  readonly byDistance: boolean;
  /** Whether it needs the forces of the structures. */
  readonly needsForces: boolean;
}

/**
 * The methods of `compress`, as the core lists them in `select/method.rs`: a test compares both.
 * `msc_conditional` is the core's `msc` with a reference set, which it must have.
 */
export const SELECTION_METHODS = {
  msc: { isNested: true, draws: false, takesReference: true, byDistance: false, needsForces: false },
  msc_conditional: {
    isNested: true,
    draws: false,
    takesReference: true,
    byDistance: false,
    needsForces: false,
  },
  atom_msc: { isNested: true, draws: false, takesReference: true, byDistance: false, needsForces: false },
  fps: { isNested: true, draws: false, takesReference: false, byDistance: true, needsForces: false },
  mean_fps: { isNested: true, draws: true, takesReference: false, byDistance: true, needsForces: false },
  gradient_fps: { isNested: true, draws: true, takesReference: false, byDistance: true, needsForces: true },
  log_det: { isNested: true, draws: false, takesReference: false, byDistance: true, needsForces: false },
  k_means: { isNested: false, draws: true, takesReference: false, byDistance: true, needsForces: false },
  k_means_entropy: {
    isNested: false,
    draws: true,
    takesReference: false,
    byDistance: true,
    needsForces: false,
  },
  random: { isNested: true, draws: true, takesReference: false, byDistance: false, needsForces: false },
} as const satisfies Readonly<Record<string, SelectionMethod>>;

/** A method of `compress`. */
export type CompressMethod = keyof typeof SELECTION_METHODS;

/** The names of {@link SELECTION_METHODS}. */
export const COMPRESS_METHODS = Object.keys(SELECTION_METHODS) as readonly CompressMethod[];
