/** h, in 1/Å: the one that the Python package has. */
const BANDWIDTH = 0.015;

/** Every default of the package, in one record; help texts and documents print from it. */
export const DEFAULTS = {
  /** k: neighbours of an atom that make its environment. */
  k: 32,
  /** Cutoff radius of the weight function, in Å. */
  cutoff: 5.0,
  /** h: bandwidth of the Gaussian kernel, in 1/Å. */
  bandwidth: BANDWIDTH,
  /** ε: an environment with δH below it overlaps the reference, in nats. */
  epsilon: 1e-5,
  /** Nearest reference environments that make an approximate δH. */
  neighbors: 3,
  /** Seed of whatever is drawn at random. */
  seed: 0,
  /** How structures are picked that are worth keeping. */
  method: 'msc',
  /** Share of the structures that is kept. */
  size: { fraction: 0.5 },
  /** Shares of a dataset that compared selections keep, and the splits that they are tried on. */
  selectionShares: [0.05, 0.1, 0.25, 0.5] as readonly number[],
  selectionTrials: 5,
  /** Share of all environments that picking environment by environment covers. */
  targetOverlap: 0.99,
  /** τ: shares of errors that error bars are made for. */
  levels: [0.5, 0.9, 0.95] as readonly number[],
  /** τ of the error bars that are written for new structures. */
  level: 0.9,
  /** Resamples of structures that intervals of compared scores are made of. */
  scoreResamples: 200,
  /** Bins of about as many points, by rising δH. */
  bins: 10,
  /** Shares of a dataset that make its learning curve. */
  fractions: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as readonly number[],
  /** Samples of each size of a learning curve. */
  runs: 3,
  /** Environments of a sample whose entropy is taken. */
  sampleSize: 1000,
  /** Environments that a bandwidth is recommended from, at most. */
  adviceSample: 2000,
  /** Samples whose entropy is taken. */
  sampleRuns: 20,
  /** δH that new structures are led to, in nats. */
  targetDelta: 30,
  /** Steps of a Monte Carlo chain. */
  steps: 1000,
  /** Largest temperature of a chain, in nats of its score. */
  temperature: 1,
  /** Standard deviation of the displacement of an atom along each axis in one step, in Å. */
  stepSize: 0.02,
  /** Generations of active learning. */
  generations: 10,
  /** Structures that a generation of active learning starts from. */
  parents: 10,
  /**
   * Bandwidths of a scan, in 1/Å: from a tenth of the default to ten times it, by equal factors.
   */
  scanBandwidths: Array.from(
    { length: 21 },
    (_, at) => BANDWIDTH * 10 ** ((at - 10) / 10),
  ) as readonly number[],
  /** Frames of a trajectory that make its reference. */
  firstFrames: 5,
  /** Quantiles of δH that are given for each frame. */
  quantiles: [0.05, 0.5, 0.95] as readonly number[],
  /** Frames between two events at least. */
  minLength: 3,
  /**
   * Bandwidths of a curve of entropy differences, in 1/Å: from where melts are saturated to where
   * crystals are all alike.
   */
  curveBandwidths: [0.01, 0.015, 0.02, 0.025, 0.03, 0.038, 0.05, 0.07, 0.1] as readonly number[],
  /** Distance up to which pairs of atoms make S2, and width of the Gaussians of its g(r), in Å. */
  pairCutoff: 5,
  pairWidth: 0.15,
  /** Draws that make the band of a phase line. */
  resamples: 1000,
  /** Cells that are carved out of frames, and atoms of each, at most. */
  cells: 10,
  cellAtoms: 100,
  /** Steps in which the outer atoms of a carved cell are moved. */
  relaxSteps: 500,
  /** Half-width of the 95 % interval of H that a page asks for then, in nats. */
  tolerance: 0.05,
} as const;
