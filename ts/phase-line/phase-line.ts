import { isSame } from '../statistics/distinct.js';
import { DEFAULTS } from '../base/defaults.js';
import { CONFIDENCE, LINE_POINTS, SLOPE_SHARE } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import type { RunOptions } from '../run/run-options.js';
import { type ConfidenceBand, phaseBand, type PointBands } from './phase-band.js';
import {
  differenceAt,
  type FittedPhase,
  fittedPhase,
  gibbsAlong,
  type PhaseDifference,
  pressureTemperature,
  type PolynomialPair,
  polynomialsOf,
  slopesAt,
} from './phase-gibbs.js';
import {
  commonSection,
  reach,
  type StateRange,
  type StatePoint,
  statesOfTwo,
  type PressureTemperature,
} from '../model/state-points.js';
import { nearestToZero, zerosBetween } from '../statistics/roots.js';

/** Draws of all points at most: 24 bytes each are held in memory. */
const MOST_DRAWS = 1e7;

/** Options of {@link phaseLine}. */
export interface PhaseLineOptions extends Pick<RunOptions, 'signal' | 'onProgress'> {
  /**
   * P at which T is found, in GPa. Default: 11 from end to end of those that both phases have
   * states at.
   */
  readonly pressures?: readonly number[] | undefined;
  /** T at which P is found, in K, in place of pressures. */
  readonly temperatures?: readonly number[] | undefined;
  /** Draws that make the band. Default: 1000. */
  readonly resamples?: number | undefined;
  /** Share of the draws that intervals hold. Default: 0.95. */
  readonly level?: number | undefined;
  /** Seed of the draws, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** A point of a phase line: both phases have the same G there. */
export interface PhaseLinePoint extends PressureTemperature {
  /** P, in GPa. */
  readonly pressure: number;
  /** T, in K. */
  readonly temperature: number;
  /** Of T, where P was given; of P, where T was. */
  readonly band: ConfidenceBand;
  /**
   * dT/dP = −(∂ΔG/∂P)/(∂ΔG/∂T), in K/GPa: how the line goes; `null` where all states of a phase
   * have one P, or one T.
   */
  readonly slope: number | null;
  readonly slopeBand: ConfidenceBand | null;
  /** ΔV/ΔS, in K/GPa: dT/dP of Clausius and Clapeyron. */
  readonly clausiusClapeyron: number;
  readonly clausiusClapeyronBand: ConfidenceBand;
  /** What the second phase has more than the first, at the point. */
  readonly difference: PhaseDifference;
  /**
   * The phase that is stable below the point: at lower T where P was given, at lower P where T was.
   */
  readonly below: string;
}

/** Where no point of the line is among the states. */
export interface PhaseLineGap {
  /** The P in GPa, or T in K, that was given. */
  readonly at: number;
  /**
   * The T, or P, that the states of both phases reach there; `null` where they have none in common.
   */
  readonly reach: StateRange | null;
  /**
   * ΔG nearest to 0 there, in eV per atom, and the T, or P, of it; above 0 the first phase is
   * stable.
   */
  readonly nearest: { readonly at: number; readonly gibbs: number } | null;
}

/** Where two phases have the same Gibbs energy: what {@link phaseLine} gives. */
export interface PhaseLine {
  /** The phases; differences are those of the second less those of the first. */
  readonly phases: readonly [FittedPhase, FittedPhase];
  /** What was given, for which the other was found. */
  readonly along: keyof PressureTemperature;
  /** Points by what was given, in its order; several where ΔG has several zeros. */
  readonly points: readonly PhaseLinePoint[];
  readonly gaps: readonly PhaseLineGap[];
  readonly resamples: number;
  readonly level: number;
  readonly seed: number;
}

/**
 * The line in P and T along which two phases have the same Gibbs energy, from states of both:
 * polynomials V, U and H of P and T are fitted to those of each phase (`fitSurface`), and
 * ΔG = ΔU − k_B·T·ΔH + P·ΔV/160.21766208 (eV per atom, K, GPa, Å³) is brought to zero. Nothing is
 * extrapolated: a point is on the line only where it lies within the convex hull of the states of
 * either phase, so both phases need states on both sides of it, metastable ones.
 *
 * The kinetic energy and the entropy of momenta are the same in both phases at one T, so U may be
 * the potential energy and H, which sees positions only, stands for the entropy: H·k_B of the
 * surrogate, which depends on h and N. A ΔH that is off by a share puts T off by about the same.
 * The two slopes are the same where U, V and H are of one free energy; they differ where they are
 * not.
 *
 * The band is that of a bootstrap of residuals (B. Efron, Ann. Statist. 7, 1 (1979)). Where a state
 * lies was chosen and not drawn, and rows drawn from a dozen often determine no surface, so rows
 * are not resampled: at each state, what the surfaces leave at another one is added to them, with a
 * random sign, and scaled by 1/√(1 − leverage); V, U and H together, since they go together in a
 * simulation. It is added to the surfaces of the highest degree, and each draw chooses its degrees
 * anew, so that the band holds the choice, too. Intervals of the draws are widened as Student's t
 * is wider than the normal distribution, with as many degrees of freedom as ΔG has. The band holds
 * noise and choice, not what H has wrong as a surrogate.
 *
 * @param points states of two phases, which may be at different P and T; those at the same are
 *   averaged
 * @throws {QuestsError} EMPTY: too few states for a surface, no zero among them; MISMATCH: more or
 *   fewer than two phases, or no P and T that both reach; INVALID_ARGUMENT: values that are not
 *   finite, a P or T beyond the states, an unusable option; TOO_LARGE: too many draws. The signal's
 *   reason when cancelled
 *
 * @example
 * const { points } = await phaseLine(await readStatePoints('states.csv'));
 * for (const { pressure, temperature, band } of points)
 *   console.log(pressure, temperature, band.low, band.high);
 */
export async function phaseLine(
  points: readonly StatePoint[],
  options: PhaseLineOptions = {},
): Promise<PhaseLine> {
  const { resamples = DEFAULTS.resamples, level = CONFIDENCE, seed = DEFAULTS.seed } = options;
  checkDraws(resamples, level);
  const states = statesOfTwo(points);
  const phases: [FittedPhase, FittedPhase] = [await fittedPhase(states[0]), await fittedPhase(states[1])];
  const pair: PolynomialPair = [polynomialsOf(phases[0].surfaces), polynomialsOf(phases[1].surfaces)];
  const along = options.temperatures === undefined ? 'pressure' : 'temperature';
  const ends = common(phases, along);
  const wanted = options.temperatures ?? options.pressures ?? evenly(ends);
  // The ends are known to rounding only.
  const given = [...new Set(wanted.map((value) => ends.find((end) => isSame(end, value)) ?? value))];
  checkGiven(phases, along, given);
  const places: PressureTemperature[] = [];
  const gaps: PhaseLineGap[] = [];
  for (const at of given) {
    const section = commonSection(phases, along, at);
    const gibbs = gibbsAlong(pair, along, at);
    const zeros = section === undefined ? [] : zerosBetween(gibbs, ...section);
    places.push(...zeros.map((zero) => pressureTemperature(along, at, zero)));
    if (zeros.length > 0) continue;
    const nearest = section === undefined ? null : nearestToZero(gibbs, ...section);
    gaps.push({ at, reach: section ?? null, nearest: nearest && { at: nearest.at, gibbs: nearest.value } });
  }
  if (places.length === 0) throw noLine(phases, along, gaps);
  if (resamples * places.length > MOST_DRAWS) {
    const found = `${resamples} draws of ${places.length} points`;
    throw new QuestsError('TOO_LARGE', `${found}, expected at most ${MOST_DRAWS} in all`);
  }
  const all = await phaseBand(phases, pair, along, places, { ...options, resamples, level, seed });
  return {
    phases,
    along,
    points: places.map((place, at) => {
      const bands = all[at] as PointBands;
      return { ...pointAt(pair, place, bands), below: phases[bands.rises ? 1 : 0].name };
    }),
    gaps,
    resamples,
    level,
    seed,
  };
}

/** Whether the two slopes of a point are the same within a share of the larger. */
export function slopesAgree(
  { slope, clausiusClapeyron }: Pick<PhaseLinePoint, 'slope' | 'clausiusClapeyron'>,
  share = SLOPE_SHARE,
): boolean {
  if (slope === null) return true;
  const larger = Math.max(Math.abs(slope), Math.abs(clausiusClapeyron));
  return Math.abs(slope - clausiusClapeyron) <= share * larger;
}

/**
 * Whether the phase that is stable at lower T has the lower entropy, or the one at lower P the
 * larger volume: of one free energy they do. If not, H of a phase does not follow its entropy from
 * state to state, and the point is no transition.
 */
export function orderAgrees(
  { phases, along }: Pick<PhaseLine, 'phases' | 'along'>,
  { below, difference }: Pick<PhaseLinePoint, 'below' | 'difference'>,
): boolean {
  const isSecond = below === phases[1].name;
  return along === 'pressure' ? difference.entropy < 0 === isSecond : difference.volume > 0 === isSecond;
}

function pointAt(
  pair: PolynomialPair,
  place: PressureTemperature,
  bands: PointBands,
): Omit<PhaseLinePoint, 'below'> {
  const { slope, clausiusClapeyron } = slopesAt(pair, place);
  const hasSlope = !Number.isNaN(slope);
  return {
    ...place,
    band: bands.band,
    slope: hasSlope ? slope : null,
    slopeBand: hasSlope ? bands.slopeBand : null,
    clausiusClapeyron,
    clausiusClapeyronBand: bands.clausiusClapeyronBand,
    difference: differenceAt(pair, place),
  };
}

function checkDraws(resamples: number, level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new QuestsError('INVALID_ARGUMENT', `level is ${level}, expected a share above 0 and below 1`);
  }
  // One draw beyond either end.
  const fewest = Math.ceil(2 / (1 - level) - 1e-9);
  if (Number.isSafeInteger(resamples) && resamples >= fewest) return;
  const expected = `a whole number of at least ${fewest} for a level of ${level}`;
  throw new QuestsError('INVALID_ARGUMENT', `resamples is ${resamples}, expected ${expected}`);
}

/** The pressures, or temperatures, that both phases reach. */
function common(phases: readonly [FittedPhase, FittedPhase], of: keyof PressureTemperature): StateRange {
  const [one, other] = [reach(phases[0], of), reach(phases[1], of)];
  return [Math.max(one[0], other[0]), Math.min(one[1], other[1])];
}

function evenly([low, high]: StateRange): number[] {
  if (!(low < high)) return [low];
  const last = LINE_POINTS - 1;
  return Array.from({ length: LINE_POINTS }, (_, at) =>
    at === last ? high : low + ((high - low) * at) / last,
  );
}

function checkGiven(
  phases: readonly [FittedPhase, FittedPhase],
  along: keyof PressureTemperature,
  given: readonly number[],
): void {
  const [low, high] = common(phases, along);
  if (low > high) throw apart(phases);
  const unit = along === 'pressure' ? 'GPa' : 'K';
  const beyond = given.find((value) => !(value >= low && value <= high));
  if (beyond !== undefined) {
    const problem =
      `${along} is ${beyond}, expected from ${digits(low)} to ${digits(high)} ${unit}, ` +
      'where both ' +
      'phases have states';
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
  if (given.length === 0) throw new QuestsError('INVALID_ARGUMENT', `expected at least one ${along}`);
}

function noLine(
  phases: readonly [FittedPhase, FittedPhase],
  along: keyof PressureTemperature,
  gaps: readonly PhaseLineGap[],
): QuestsError {
  const known = gaps.flatMap(({ at, nearest }) =>
    nearest === null ? [] : [{ at, nearestAt: nearest.at, gibbs: nearest.gibbs }],
  );
  const [first, ...others] = known;
  if (first === undefined) return apart(phases);
  const [a, b] = phases.map(({ name }) => name);
  const free = along === 'pressure' ? 'temperature' : 'pressure';
  if (others.some(({ gibbs }) => gibbs > 0 !== first.gibbs > 0)) {
    const found = `no transition at any ${along}, but from one to another G(${b}) - G(${a}) changes its sign`;
    return new QuestsError('EMPTY', `${found}: expected each ${free} to be given in place of it`);
  }
  const best = others.reduce((one, next) => (Math.abs(next.gibbs) < Math.abs(one.gibbs) ? next : one), first);
  const { pressure, temperature } = pressureTemperature(along, best.at, best.nearestAt);
  const stable = best.gibbs > 0 ? a : b;
  const least =
    `${best.gibbs.toPrecision(3)} eV per atom at P = ${short(pressure)} GPa, T = ` +
    `${short(temperature)} K`;
  return new QuestsError(
    'EMPTY',
    `no transition: ${stable} is stable wherever both phases have states, G(${b}) - G(${a}) nearest ` +
      `to 0 is ${least}`,
  );
}

function apart(phases: readonly [FittedPhase, FittedPhase]): QuestsError {
  const spans = phases.map((phase) => {
    const [P, T] = [reach(phase, 'pressure'), reach(phase, 'temperature')].map(([low, high]) =>
      low === high ? short(low) : `${short(low)} to ${short(high)}`,
    );
    return `${phase.name} has P = ${P} GPa, T = ${T} K`;
  });
  const expected = 'both phases to have states on both sides of the transition';
  return new QuestsError(
    'MISMATCH',
    `the states of both phases have no P and T in common: ${spans.join('; ')}; expected ${expected}`,
  );
}

/** A number without what rounding added. */
function digits(value: number): string {
  return String(Number(value.toPrecision(10)));
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}
