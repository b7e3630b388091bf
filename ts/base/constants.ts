/** k_B, in eV/K. */
export const BOLTZMANN = 8.617333262e-5;

/** 1 eV/Å³ in GPa: GPa·Å³ over this are eV. */
export const GIGAPASCALS = 160.21766208;

/** How elements enter descriptors and kernels; see `SpeciesMode`. */
export const SPECIES_MODES = ['ignore', 'center', 'blocks', 'full'] as const;

/** The largest k the core takes. */
export const MAX_K = 4096;

/** ε of the tables of overlap in the paper, in nats. */
export const PAPER_EPSILON = 1;

/** H/log N above which an entropy says more about N and h than about the data. */
export const SATURATION = 0.9;

/** Bandwidths of one set that differ by more than this factor disagree. */
export const DISAGREEMENT = 2;

/** Why there is no H/log N: records have this beside a `null`. */
export const NO_EFFICIENCY = 'log N is 0: there is a single environment';

/**
 * Temperatures that differ by less than this share are the same: those of two simulations at one
 * set point do.
 */
export const SAME_TEMPERATURE = 0.02;

/**
 * Probability that an interval holds the true value: every ± and every interval is one of 95 %,
 * unless a level is given.
 */
export const CONFIDENCE = 0.95;

/**
 * Least scatter of first-passage times, as a share of their mean, that is taken for that of waiting
 * for a rare event, which is 1; 20 such times scatter by less once in a thousand times.
 */
export const RARE_SCATTER = 0.5;

/**
 * f: atoms closer than f times the sum of their covalent radii are too close. The shortest bonds
 * there are, N≡N and C≡O, have 0.77, the closest pairs of hot melts about 0.7: what is below 0.6
 * has no bond for it.
 */
export const CONTACT_FRACTION = 0.6;

/**
 * Kernel of a carved environment with the one that it was carved for, from which it stands for it.
 */
export const KERNEL_AIM = 0.9;

/**
 * Environments whose descriptors are nearer than this, in 1/Å, are the same: writing a structure
 * with six decimals, rotated or in another order, moves its descriptors by less.
 */
export const SAME_DISTANCE = 1e-6;

/**
 * Energies per atom, in eV, of copies of a structure that differ by more contradict each other: the
 * same calculation made twice agrees better.
 */
export const SAME_ENERGY = 1e-3;

/** The same for the force on an atom, in eV/Å. */
export const SAME_FORCE = 1e-2;

/**
 * Environments nearer than this many bandwidths are near duplicates: their kernel is above
 * exp(−0.005) = 0.995.
 */
export const NEAR_FRACTION = 0.1;

/**
 * Outliers lie this many interquartile ranges above the upper quartile, as Tukey's outer fence
 * does.
 */
export const OUTER_FENCE = 3;

/**
 * Share of held-out environments that lie within the range of the structures that error bars were
 * calibrated on.
 */
export const CALIBRATION_QUANTILE = 0.95;

/** Probability below which two samples are not taken for those of one distribution. */
export const UNLIKE_PROBABILITY = 0.01;

/**
 * Share of the δH that an error bar was made from, from the lowest, over which there are bars: the
 * last hundredth is single points, which do not hold a line.
 */
export const SUPPORT_QUANTILE = 0.99;

/** Quantiles of the errors: "large" is above one of them. */
export const LARGE_QUANTILES: readonly number[] = [0.5, 0.75, 0.9, 0.95];

/**
 * The shortest distance of a structure times this is the distance below which its atoms are not
 * let.
 */
export const DISTANCE_SHARE = 0.8;

/**
 * H/log N below which a frame is a perfect lattice: the coldest crystals of simulations have a
 * hundred times as much.
 */
export const IDEAL_EFFICIENCY = 1e-3;

/**
 * c of the penalty c·σ²·log n: a segment has a beginning, a slope, an end, and the noise is known
 * by its estimate only.
 */
export const CHANGE_PENALTY = 4;

/** Share of a phase's own environments whose δH is one end of where its threshold may lie. */
export const OWN_QUANTILE = 0.999;

/**
 * Share of the environments of other phases whose δH is the other end of where a threshold may lie.
 */
export const OTHER_QUANTILE = 0.001;

/**
 * Bond length over the cube root of the volume per atom: in a close-packed crystal midway between
 * the first and the second neighbours (1.122 and 1.587), in a simple liquid about the first minimum
 * of g(r).
 */
export const BOND_SHARE = 1.35;

/**
 * Highest degree of a surface over P and T: what simulations span needs no more, and more would
 * follow their noise.
 */
export const MOST_DEGREE = 4;

/** Pressures, or temperatures, of a phase line. */
export const LINE_POINTS = 11;

/** Share by which both slopes of a phase line may differ before it is noted. */
export const SLOPE_SHARE = 0.1;

/**
 * Environments of a set up to which a page computes its entropy exactly; that of more is taken from
 * a sample.
 */
export const MOST_EXACT = 150_000;

/** Share of the free memory that environments which are in a file, or could be, may take. */
export const MEMORY_SHARE = 0.25;

/**
 * δH up to which a reference that is only asked tells it, in nats: p = 1e-12. To know more, most of
 * its file would be read.
 */
export const MOST_TOLD = 12 * Math.LN10;
