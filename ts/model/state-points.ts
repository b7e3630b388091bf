import { isSame } from '../statistics/distinct.js';
import { QuestsError } from '../base/error.js';

/** What a simulation says of a phase at a pressure and a temperature. */
export interface StatePoint extends PressureTemperature {
  /** Name of the phase. */
  readonly phase: string;
  /** P, in GPa: that of the barostat. */
  readonly pressure: number;
  /** T, in K: that of the thermostat. */
  readonly temperature: number;
  /** V, in Å³ per atom. */
  readonly volume: number;
  /** U, in eV per atom: of the potential energy, or the total one, the same in both phases. */
  readonly energy: number;
  /** H, in nats per atom: of one N and one h in both phases. */
  readonly entropy: number;
  /** How far each may be off, in its unit: states weigh as 1/error². Only ratios matter. */
  readonly volumeError?: number | undefined;
  readonly energyError?: number | undefined;
  readonly entropyError?: number | undefined;
}

/** What surfaces are fitted to. */
export type StateQuantity = 'volume' | 'energy' | 'entropy';

export const STATE_QUANTITIES: readonly StateQuantity[] = ['volume', 'energy', 'entropy'];

/** One phase: a place for each P and T, means where a state was simulated more than once. */
export interface PhaseStates {
  readonly name: string;
  readonly places: readonly PressureTemperature[];
  readonly values: Readonly<Record<StateQuantity, Float64Array>>;
  readonly weights: Readonly<Record<StateQuantity, Float64Array>>;
}

/** From where to where the states of phases reach. */
export type StateRange = readonly [low: number, high: number];

const ERRORS = { volume: 'volumeError', energy: 'energyError', entropy: 'entropyError' } as const;

/**
 * The states of two phases, in the order in which they first occur.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: values that are not finite, T, V or an error not above 0,
 *   an error of some states only; MISMATCH: more or fewer than two phases, or twice the same
 */
export function statesOfTwo(points: readonly StatePoint[]): [PhaseStates, PhaseStates] {
  for (const [at, point] of points.entries()) {
    const problem = faultOf(point);
    if (problem !== undefined) throw new QuestsError('INVALID_ARGUMENT', `state ${at}: ${problem}`);
  }
  for (const quantity of STATE_QUANTITIES) {
    const known = points.filter((point) => point[ERRORS[quantity]] !== undefined).length;
    if (known !== 0 && known !== points.length) {
      const problem =
        `${known} of ${points.length} states have an error of ${quantity}, expected all ` + 'or none';
      throw new QuestsError('INVALID_ARGUMENT', problem);
    }
  }
  const names = [...new Set(points.map(({ phase }) => phase))];
  const [a, b] = names;
  if (a === undefined || b === undefined || names.length > 2) {
    const found = names.length === 0 ? 'no phases' : `${names.length} phases, ${names.join(', ')}`;
    throw new QuestsError(
      'MISMATCH',
      `${names.length === 1 ? `one phase, ${a ?? ''}` : found}, expected two`,
    );
  }
  const snapped = withoutRounding(withoutRounding(points, 'pressure'), 'temperature');
  const states: [PhaseStates, PhaseStates] = [merged(a, snapped), merged(b, snapped)];
  if (areSame(...states)) throw new QuestsError('MISMATCH', `the states of ${a} and ${b} are the same`);
  return states;
}

/**
 * Points whose pressures, or temperatures, are the same number where they differ by rounding only.
 */
function withoutRounding(points: readonly StatePoint[], of: keyof PressureTemperature): StatePoint[] {
  const known: number[] = [];
  return points.map((point) => {
    const found = known.find((value) => isSame(value, point[of]));
    if (found === undefined) known.push(point[of]);
    return { ...point, [of]: found ?? point[of] };
  });
}

/** Whether two phases differ by no more than rounding: by more than the name, that is. */
function areSame(one: PhaseStates, other: PhaseStates): boolean {
  const numbers = ({ places, values }: PhaseStates): number[] => [
    ...places.flatMap(({ pressure, temperature }) => [pressure, temperature]),
    ...STATE_QUANTITIES.flatMap((quantity) => Array.from(values[quantity])),
  ];
  const [a, b] = [numbers(one), numbers(other)];
  return a.length === b.length && a.every((value, at) => isSame(value, b[at] as number));
}

/** What is wrong with a state, in words; undefined where nothing is. */
export function faultOf(point: StatePoint): string | undefined {
  const { pressure, temperature, volume, energy, entropy } = point;
  const wrong = Object.entries({ pressure, temperature, volume, energy, entropy }).find(
    ([, value]) => !Number.isFinite(value),
  );
  if (wrong !== undefined) return `${wrong[0]} is ${wrong[1]}, expected a finite number`;
  if (temperature <= 0) return `temperature is ${temperature}, expected more than 0 K`;
  if (volume <= 0) return `volume is ${volume}, expected more than 0 Å³ per atom`;
  for (const quantity of STATE_QUANTITIES) {
    const error = point[ERRORS[quantity]];
    if (error !== undefined && !(error > 0 && error < Infinity)) {
      return `the error of ${quantity} is ${error}, expected a number above 0`;
    }
  }
  return undefined;
}

function merged(name: string, points: readonly StatePoint[]): PhaseStates {
  const groups = new Map<string, StatePoint[]>();
  for (const point of points.filter(({ phase }) => phase === name)) {
    const key = `${point.pressure} ${point.temperature}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [point]);
    else group.push(point);
  }
  const all = [...groups.values()];
  const weight = (point: StatePoint, quantity: StateQuantity): number => (point[ERRORS[quantity]] ?? 1) ** -2;
  const sum = (group: readonly StatePoint[], of: (point: StatePoint) => number): number =>
    group.reduce((total, point) => total + of(point), 0);
  const each = (of: (quantity: StateQuantity) => Float64Array): Record<StateQuantity, Float64Array> => ({
    volume: of('volume'),
    energy: of('energy'),
    entropy: of('entropy'),
  });
  const weights = each((quantity) =>
    Float64Array.from(all, (group) => sum(group, (point) => weight(point, quantity))),
  );
  return {
    name,
    places: all.map(([first]) => {
      const { pressure, temperature } = first as StatePoint;
      return { pressure, temperature };
    }),
    weights,
    values: each((quantity) =>
      Float64Array.from(
        all,
        (group, at) =>
          sum(group, (point) => weight(point, quantity) * point[quantity]) /
          (weights[quantity][at] as number),
      ),
    ),
  };
}

/**
 * The temperatures that the states of all phases reach at one pressure: of the convex hull of each
 * the section at P, of these what they have in common. The hull's section ends where a straight
 * line between two of the states does. With `along` turned round, pressures at one temperature.
 *
 * @returns undefined where they have none in common
 */
export function commonSection(
  phases: readonly Pick<PhaseStates, 'places'>[],
  fixed: keyof PressureTemperature,
  at: number,
): StateRange | undefined {
  const sections = phases.map(({ places }) => sectionOf(places, fixed, at));
  if (sections.includes(undefined)) return undefined;
  const known = sections as StateRange[];
  const [low, high] = [Math.max(...known.map(([from]) => from)), Math.min(...known.map(([, to]) => to))];
  return low <= high ? [low, high] : undefined;
}

function sectionOf(
  places: readonly PressureTemperature[],
  fixed: keyof PressureTemperature,
  at: number,
): StateRange | undefined {
  const free = fixed === 'pressure' ? 'temperature' : 'pressure';
  const below = places.filter((place) => place[fixed] <= at);
  const above = places.filter((place) => place[fixed] >= at);
  let [low, high] = [Infinity, -Infinity];
  for (const one of below) {
    for (const other of above) {
      const width = other[fixed] - one[fixed];
      const share = width === 0 ? 0 : (at - one[fixed]) / width;
      const value = one[free] + share * (other[free] - one[free]);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** The least and largest pressure, or temperature, of a phase. */
export function reach({ places }: Pick<PhaseStates, 'places'>, of: keyof PressureTemperature): StateRange {
  const values = places.map((place) => place[of]);
  return [Math.min(...values), Math.max(...values)];
}
/** A place in the plane that a surface is over: P in GPa and T in K. */
export interface PressureTemperature {
  readonly pressure: number;
  readonly temperature: number;
}
