/** The one home of every default; help texts and documentation print from here. */

/** k: neighbours of an atom that make its environment. */
export const DEFAULT_K = 32;

/** The largest k the core takes. */
export const MAX_K = 4096;

/** Cutoff radius of the weight function, in Å. */
export const DEFAULT_CUTOFF = 5.0;

/** h: bandwidth of the Gaussian kernel, in 1/Å. */
export const DEFAULT_BANDWIDTH = 0.015;

/** ε: an environment with δH below it overlaps the reference, in nats. */
export const DEFAULT_EPSILON = 1e-5;

/** ε of the tables of overlap in the paper, in nats. */
export const PAPER_EPSILON = 1;

/** H/log N above which an entropy says more about N and h than about the data. */
export const SATURATION = 0.9;

/** Nearest reference environments that make an approximate δH. */
export const DEFAULT_NEIGHBORS = 3;

/** Seed of whatever is drawn at random. */
export const DEFAULT_SEED = 0;

/** How often the interval of an estimate holds the exact value. */
export const CONFIDENCE = 0.95;

/** How structures are picked that are worth keeping. */
export const DEFAULT_METHOD = 'msc';

/** Share of the structures that is kept. */
export const DEFAULT_SIZE = { fraction: 0.5 } as const;

/** Share of all environments that picking environment by environment covers. */
export const DEFAULT_TARGET_OVERLAP = 0.99;

/**
 * f: atoms closer than f times the sum of their covalent radii are too close. The shortest bonds there are, N≡N and C≡O,
 * have 0.77, the closest pairs of hot melts about 0.7: what is below 0.6 has no bond for it.
 */
export const CONTACT_FRACTION = 0.6;

/**
 * Environments whose descriptors are nearer than this, in 1/Å, are the same: writing a structure with six decimals, rotated or
 * in another order, moves its descriptors by less.
 */
export const SAME_DISTANCE = 1e-6;

/** Environments nearer than this many bandwidths are near duplicates: their kernel is above exp(−0.005) = 0.995. */
export const NEAR_FRACTION = 0.1;

/** Outliers lie this many interquartile ranges above the upper quartile, as Tukey's outer fence does. */
export const OUTER_FENCE = 3;

/** τ: shares of errors that error bars are made for. */
export const DEFAULT_LEVELS: readonly number[] = [0.5, 0.9, 0.95];

/** τ of the error bars that are written for new structures. */
export const DEFAULT_LEVEL = 0.9;

/** Quantiles of the errors: "large" is above one of them. */
export const LARGE_QUANTILES: readonly number[] = [0.5, 0.75, 0.9, 0.95];

/** Bins of about as many points, by rising δH. */
export const DEFAULT_BINS = 10;

/** Shares of a data set that make its learning curve. */
export const DEFAULT_FRACTIONS: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Samples of each size of a learning curve. */
export const DEFAULT_RUNS = 3;

/** Environments of a sample whose entropy is taken. */
export const DEFAULT_SAMPLE = 1000;

/** Samples whose entropy is taken. */
export const DEFAULT_SAMPLE_RUNS = 20;

/** δH that new structures are led to, in nats. */
export const DEFAULT_TARGET = 30;

/** Steps of a Monte Carlo chain. */
export const DEFAULT_STEPS = 1000;

/** Largest temperature of a chain, in nats of its score. */
export const DEFAULT_TEMPERATURE = 1;

/** Standard deviation of the displacement of an atom along each axis in one step, in Å. */
export const DEFAULT_STEP_SIZE = 0.02;

/** The shortest distance of a structure times this is the distance below which its atoms are not let. */
export const DISTANCE_SHARE = 0.8;

/** Generations of active learning. */
export const DEFAULT_GENERATIONS = 10;

/** Structures that a generation of active learning starts from. */
export const DEFAULT_PARENTS = 10;

/** Bandwidths of a scan, in 1/Å: from a tenth of the default to ten times it, by equal factors. */
export const DEFAULT_SCAN: readonly number[] = Array.from(
  { length: 21 },
  (_, at) => DEFAULT_BANDWIDTH * 10 ** ((at - 10) / 10),
);

/** Frames of a trajectory that make its reference. */
export const DEFAULT_FIRST = 5;

/** Quantiles of δH that are given for each frame. */
export const DEFAULT_QUANTILES: readonly number[] = [0.05, 0.5, 0.95];

/** H/log N below which a frame is a perfect lattice: the coldest crystals of simulations have a hundred times as much. */
export const IDEAL_EFFICIENCY = 1e-3;

/** Frames between two events at least. */
export const DEFAULT_MIN_LENGTH = 3;

/** c of the penalty c·σ²·log n: a segment has a beginning, a slope, an end, and the noise is known by its estimate only. */
export const CHANGE_PENALTY = 4;

/** Share of a phase's own environments whose δH is one end of where its threshold may lie. */
export const OWN_QUANTILE = 0.999;

/** Share of the environments of other phases whose δH is the other end of where a threshold may lie. */
export const OTHER_QUANTILE = 0.001;

/**
 * Bond length over the cube root of the volume per atom: in a close-packed crystal midway between the first and the second
 * neighbours (1.122 and 1.587), in a simple liquid about the first minimum of g(r).
 */
export const BOND_SHARE = 1.35;

/** Bandwidths of a curve of entropy differences, in 1/Å: from where melts are saturated to where crystals are all alike. */
export const DEFAULT_CURVE: readonly number[] = [0.01, 0.015, 0.02, 0.025, 0.03, 0.038, 0.05, 0.07, 0.1];

/** Highest degree of a surface over P and T: what simulations span needs no more, and more would follow their noise. */
export const MOST_DEGREE = 4;

/** Draws that make the band of a phase line. */
export const DEFAULT_RESAMPLES = 1000;

/** Pressures, or temperatures, of a phase line. */
export const LINE_POINTS = 11;

/** Share by which both slopes of a phase line may differ before it is noted. */
export const SLOPE_SHARE = 0.1;

/** Environments of a set up to which a page computes its entropy exactly; that of more is taken from a sample. */
export const MOST_EXACT = 150_000;

/** Half-width of the 95 % interval of H that a page asks for then, in nats. */
export const DEFAULT_TOLERANCE = 0.05;
