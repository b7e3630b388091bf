import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  fitSurface,
  type Surface,
  surfaceAt,
  type PressureTemperature,
  surfaceSlopes,
} from '../../../ts/faces/node/analysis.js';
import { fewestPlaces, surfaceAlong } from '../../../ts/phase-line/surface.js';
import { gaussian, random } from '../../support/data/random.js';

/** Places without a grid: 24 at random pressures and temperatures. */
function scattered(seed: number, count = 24): PressureTemperature[] {
  const next = random(seed);
  return Array.from({ length: count }, () => ({
    pressure: 20 * next() - 2,
    temperature: 800 + 1200 * next(),
  }));
}

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

async function fit(
  places: readonly PressureTemperature[],
  values: Float64Array,
  weights = ones(values.length),
): Promise<Surface> {
  const surface = await fitSurface(places, values, weights);
  if (surface === undefined) throw new Error('no surface');
  return surface;
}

/** Polynomials of the first degrees with all their terms. */
const TERMS: readonly (readonly [number, number, number])[] = [
  [0, 0, 2],
  [1, 0, -0.3],
  [0, 1, 0.5],
  [2, 0, 0.2],
  [1, 1, -0.15],
  [0, 2, 0.25],
  [3, 0, 0.15],
  [2, 1, 0.1],
  [1, 2, -0.12],
  [0, 3, 0.2],
];
function polynomial(degree: number): (place: PressureTemperature) => number {
  return ({ pressure, temperature }) => {
    const [p, t] = [(pressure - 8) / 10, (temperature - 1400) / 600];
    return TERMS.filter(([i, j]) => i + j <= degree).reduce((sum, [i, j, c]) => sum + c * p ** i * t ** j, 0);
  };
}

/** Errors of each value that is foretold from the others, fitted anew without it. */
function leftOut(
  places: readonly PressureTemperature[],
  values: Float64Array,
  weights: Float64Array,
  degree: number,
): number {
  const terms = [...Array(degree + 1).keys()].flatMap((i) =>
    [...Array(degree + 1 - i).keys()].map((j) => [i, j] as const),
  );
  const row = ({ pressure, temperature }: PressureTemperature): number[] =>
    terms.map(([i, j]) => ((pressure - 8) / 10) ** i * ((temperature - 1400) / 600) ** j);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const squares = places.map((place, left) => {
    const rest = places.flatMap((other, at) => (at === left ? [] : [{ other, at }]));
    const root = (at: number): number => Math.sqrt(weights[at] as number);
    const X = new Matrix(rest.map(({ other, at }) => row(other).map((value) => value * root(at))));
    const y = Matrix.columnVector(rest.map(({ at }) => (values[at] as number) * root(at)));
    const coefficients = solve(X, y, true).to1DArray();
    const guess = row(place).reduce((sum, value, term) => sum + value * (coefficients[term] as number), 0);
    return ((weights[left] as number) / total) * (guess - (values[left] as number)) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

describe('fitSurface', () => {
  it.each([1, 2, 3])('gives back a polynomial of degree %d, with its derivatives', async (degree) => {
    const places = scattered(degree);
    const truth = polynomial(degree);
    const surface = await fit(places, Float64Array.from(places, truth));
    expect(surface.degree).toBe(degree);
    for (const place of scattered(99, 5)) {
      expect(surfaceAt(surface.polynomial, place)).toBeCloseTo(truth(place), 9);
      const { pressure: P, temperature: T } = place;
      const slopes = surfaceSlopes(surface.polynomial, place);
      const by = (dP: number, dT: number): number =>
        (truth({ pressure: P + dP, temperature: T + dT }) -
          truth({ pressure: P - dP, temperature: T - dT })) /
        2;
      expect(slopes.pressure).toBeCloseTo(by(1e-3, 0) / 1e-3, 6);
      expect(slopes.temperature).toBeCloseTo(by(0, 0.1) / 0.1, 8);
      for (const fixed of ['pressure', 'temperature'] as const) {
        const along = surfaceAlong(surface.polynomial, fixed, place[fixed]);
        const free = fixed === 'pressure' ? T : P;
        expect(along(free)).toBeCloseTo(surfaceAt(surface.polynomial, place), 11);
      }
    }
  });

  it('foretells each value as a fit without it does, with weights and without', async () => {
    const places = scattered(5);
    const normal = gaussian(5);
    const values = Float64Array.from(places, (place) => polynomial(3)(place) + 0.05 * normal());
    const next = random(6);
    for (const weights of [ones(24), Float64Array.from(places, () => 0.2 + 3 * next())]) {
      const { trials } = await fit(places, values, weights);
      expect(trials.map(({ degree }) => degree)).toEqual([1, 2, 3, 4]);
      for (const { degree, error } of trials) {
        expect(error / leftOut(places, values, weights, degree)).toBeCloseTo(1, 7);
      }
    }
  });

  it.each([1, 2, 3])('takes degree %d in noise where the truth has it, in 9 of 10 draws', async (degree) => {
    const rounds = 60;
    let right = 0;
    for (let round = 0; round < rounds; round++) {
      const normal = gaussian(1000 * degree + round);
      const places = scattered(round, 40);
      const values = Float64Array.from(places, (place) => polynomial(degree)(place) + 0.01 * normal());
      right += Number((await fit(places, values)).degree === degree);
    }
    expect(right / rounds).toBeGreaterThanOrEqual(0.9);
  });

  it('knows its standard error and its residuals: over many draws as they scatter', async () => {
    const places = scattered(7);
    const spot = { pressure: 3, temperature: 1500 };
    const normal = gaussian(7);
    let [squares, variance, residuals] = [0, 0, 0];
    const rounds = 400;
    let used = 0;
    for (let round = 0; round < rounds; round++) {
      const values = Float64Array.from(places, (place) => polynomial(1)(place) + 0.1 * normal());
      const surface = await fit(places, values);
      if (surface.degree !== 1) continue;
      used++;
      squares += (surfaceAt(surface.polynomial, spot) - polynomial(1)(spot)) ** 2;
      variance += surface.variance(spot);
      residuals += surface.residuals.reduce((sum, value) => sum + value ** 2, 0) / places.length;
    }
    expect(used).toBeGreaterThan(0.9 * rounds);
    expect(squares / variance).toBeGreaterThan(0.8);
    expect(squares / variance).toBeLessThan(1.25);
    expect(residuals / used / 0.01).toBeGreaterThan(0.93);
    expect(residuals / used / 0.01).toBeLessThan(1.07);
  });

  it('has no powers beyond what the places tell apart, and refuses what determines no surface', async () => {
    const isobar = [900, 1000, 1100, 1200].map((temperature) => ({ pressure: 5, temperature }));
    expect(fewestPlaces(isobar)).toBe(4);
    expect(fewestPlaces(scattered(1))).toBe(5);
    const surface = await fit(isobar, Float64Array.of(1, 2, 3, 4));
    expect(surfaceAt(surface.polynomial, { pressure: 5, temperature: 950 })).toBeCloseTo(1.5, 10);
    const diagonal = [0, 1, 2, 3, 4, 5].map((at) => ({ pressure: at, temperature: 1000 + 100 * at }));
    expect(await fitSurface(diagonal, ones(6), ones(6))).toBeUndefined();
    // The only state at another pressure would be met whatever its value.
    const lone = [...isobar, { pressure: 9, temperature: 1000 }];
    expect(await fitSurface(lone, ones(5), ones(5))).toBeUndefined();
  });
});
