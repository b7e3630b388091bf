import { describe, expect, it } from 'vitest';
import { phaseLine, type PhaseLineOptions } from '../../../ts/node.js';
import { orderAgrees, slopesAgree, type StatePoint } from '../../../ts/faces/node/analysis.js';
import { commonSection } from '../../../ts/model/state-points.js';
import { nearestToZero, zerosBetween } from '../../../ts/statistics/roots.js';
import { gaussian, random } from '../../support/data/random.js';
import {
  LIQUID,
  type Model,
  SOLID,
  state,
  steepness,
  transition,
} from '../../support/oracles/phase-models.js';

/** States of a phase around the line: K from 1340 + 41·P. */
function grid(model: Model, pressures: readonly number[], shifts: readonly number[]): StatePoint[] {
  return pressures.flatMap((P) => shifts.map((shift) => state(model, P, 1340 + 41 * P + shift)));
}

/** Other places for each phase. */
const DENSE = [
  ...grid(SOLID, [0, 4, 8, 12, 16, 20], [-450, -300, -200, -100, 0, 120, 200]),
  ...grid(LIQUID, [0, 3, 7, 11, 15, 20], [-200, -120, -20, 100, 220, 350, 500]),
];
const SPARSE = [...grid(SOLID, [0, 10, 20], [-300, 0, 150]), ...grid(LIQUID, [0, 10, 20], [-150, 50, 300])];
const MIDDLE = [
  ...grid(SOLID, [0, 5, 10, 15, 20], [-500, -250, 0, 150]),
  ...grid(LIQUID, [0, 7, 14, 20], [-150, 50, 300, 600]),
];

/** With noise of 0.01 Å³, 1 meV and 0.01 nats, or a share of it. */
function noisy(points: readonly StatePoint[], seed: number, share = 1): StatePoint[] {
  const draw = gaussian(seed);
  const normal = (): number => share * draw();
  return points.map((point) => ({
    ...point,
    volume: point.volume + 0.01 * normal(),
    energy: point.energy + 0.001 * normal(),
    entropy: point.entropy + 0.01 * normal(),
  }));
}

/** A state of a phase whose G is of degree 2 in P and T: V and S are of degree 1, U of 2. */
function quadratic(name: string, a: readonly number[], P: number, T: number): StatePoint {
  const [g = 0, v = 0, s = 0, vv = 0, vs = 0, ss = 0] = a;
  const [p, t] = [P / 160.21766208, 8.617333262e-5 * T];
  const volume = v + 2 * vv * p + vs * t;
  const entropy = -(s + vs * p + 2 * ss * t);
  const G = g + v * p + s * t + vv * p * p + vs * p * t + ss * t * t;
  return {
    phase: name,
    pressure: P,
    temperature: T,
    volume,
    entropy,
    energy: G + t * entropy - p * volume,
  };
}

const FEW: PhaseLineOptions = { resamples: 40 };

describe('phaseLine', () => {
  it('gives back the line of two models, and both slopes, within 1 %', async () => {
    const { points, gaps, phases } = await phaseLine(DENSE, FEW);
    expect(points.map(({ pressure }) => pressure)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    expect(gaps).toEqual([]);
    expect(phases.map(({ name, places }) => [name, places.length])).toEqual([
      ['solid', 42],
      ['liquid', 42],
    ]);
    for (const point of points) {
      const { pressure: P, temperature: T, slope, clausiusClapeyron, difference, below } = point;
      expect(Math.abs(T / transition(P) - 1)).toBeLessThan(0.001);
      expect(Math.abs(clausiusClapeyron / steepness(P) - 1)).toBeLessThan(0.01);
      // Derivatives of polynomials are worst where these end.
      expect(Math.abs((slope ?? NaN) / steepness(P) - 1)).toBeLessThan(P < 3 || P > 17 ? 0.03 : 0.01);
      expect(slopesAgree(point)).toBe(true);
      expect(Math.abs(difference.gibbs)).toBeLessThan(1e-9);
      const [a, b] = [state(SOLID, P, T), state(LIQUID, P, T)];
      expect(difference.volume).toBeCloseTo(b.volume - a.volume, 3);
      expect(difference.energy).toBeCloseTo(b.energy - a.energy, 4);
      expect(difference.entropy).toBeCloseTo(b.entropy - a.entropy, 2);
      expect(below).toBe('solid');
    }
  });

  it('gives back the line within 1 % in noise, too, as T(P) and as P(T)', async () => {
    for (const seed of [1, 2, 3]) {
      const { points } = await phaseLine(noisy(DENSE, seed, 0.25), FEW);
      expect(points).toHaveLength(11);
      for (const { pressure, temperature, clausiusClapeyron } of points) {
        expect(Math.abs(temperature / transition(pressure) - 1)).toBeLessThan(0.01);
        expect(Math.abs(clausiusClapeyron / steepness(pressure) - 1)).toBeLessThan(0.02);
      }
      const inner = points.slice(2, 9);
      const turned = await phaseLine(noisy(DENSE, seed, 0.25), {
        ...FEW,
        temperatures: inner.map(({ temperature }) => temperature),
      });
      expect(turned.along).toBe('temperature');
      turned.points.forEach(({ pressure, slope, below }, at) => {
        expect(pressure).toBeCloseTo(inner[at]?.pressure ?? NaN, 6);
        expect(slope).toBeCloseTo(inner[at]?.slope ?? NaN, 5);
        // Pressure keeps the crystal.
        expect(below).toBe('liquid');
      });
    }
  });

  it('has slopes that are the same, and are exact, where surfaces are polynomials of one G', async () => {
    const places = [0, 5, 10].flatMap((P) => [900, 1300, 1700].map((T) => [P, T] as const));
    const points = places.flatMap(([P, T]) => [
      quadratic('a', [-3.6, 11, -1, -4, 1, -6], P, T),
      quadratic('b', [-3.5, 11.5, -1.9, -6, 1.5, -7], P, T),
    ]);
    const line = await phaseLine(points, FEW);
    for (const { surfaces } of line.phases) {
      expect(surfaces.volume.degree).toBe(1);
      expect(surfaces.entropy.degree).toBe(1);
      expect(surfaces.energy.degree).toBe(2);
    }
    expect(line.points.length).toBeGreaterThan(5);
    for (const { slope, clausiusClapeyron, pressure, temperature, band } of line.points) {
      expect(Math.abs((slope ?? NaN) / clausiusClapeyron - 1)).toBeLessThan(1e-7);
      const [p, t] = [pressure / 160.21766208, 8.617333262e-5 * temperature];
      expect(Math.abs(0.1 + 0.5 * p - 0.9 * t - 2 * p * p + 0.5 * p * t - t * t)).toBeLessThan(1e-9);
      expect(band.high - band.low).toBeLessThan(1e-3);
    }
  });

  it.each([
    { name: 'nine states of each', states: SPARSE },
    { name: '20 and 16 states', states: MIDDLE },
  ])(
    'has bands that hold the truth as often as they promise: $name',
    { timeout: 60_000 },
    async ({ states }) => {
      const rounds = 80;
      for (const [level, low, high] of [
        [0.95, 0.92, 1],
        [0.5, 0.4, 0.68],
      ] as const) {
        let [all, line, clapeyron, slopes] = [0, 0, 0, 0];
        for (let round = 0; round < rounds; round++) {
          const options = { resamples: 100, level, seed: round, pressures: [0, 10, 20] };
          for (const point of (await phaseLine(noisy(states, 77 + round), options)).points) {
            const T = transition(point.pressure);
            const slope = steepness(point.pressure);
            const holds = (band: { low: number; high: number } | null, value: number): number =>
              Number(band !== null && band.low <= value && value <= band.high);
            all++;
            line += holds(point.band, T);
            clapeyron += holds(point.clausiusClapeyronBand, slope);
            slopes += holds(point.slopeBand, slope);
          }
        }
        expect(all).toBeGreaterThan(2.8 * rounds);
        for (const share of [line / all, clapeyron / all]) {
          expect(share).toBeGreaterThan(low);
          expect(share).toBeLessThanOrEqual(high);
        }
        // Derivatives of truncated surfaces: an estimate.
        expect(slopes / all).toBeGreaterThan(low - 0.07);
      }
    },
  );

  it('finds every zero of a line that turns back', async () => {
    // ΔG = −100 (p − p(3 GPa)) (p − p(7 GPa)) − 0.5 (t − t(1300 K)), p and t in eV.
    const [p3, p7, t0] = [3 / 160.21766208, 7 / 160.21766208, 8.617333262e-5 * 1300];
    const a = [-3.5, 11, -1, -4, 1, -6];
    const b = [-3.5 - 100 * p3 * p7 + 0.5 * t0, 11 + 100 * (p3 + p7), -1.5, -104, 1, -6];
    const points = [0, 4, 6, 10].flatMap((P) =>
      [1000, 1300, 1600].flatMap((T) => [quadratic('a', a, P, T), quadratic('b', b, P, T)]),
    );
    const line = await phaseLine(points, { ...FEW, temperatures: [1300] });
    expect(line.points.map(({ temperature, below }) => [temperature, below])).toEqual([
      [1300, 'b'],
      [1300, 'a'],
    ]);
    expect(line.points[0]?.pressure).toBeCloseTo(3, 6);
    expect(line.points[1]?.pressure).toBeCloseTo(7, 6);
    expect(Math.sign(line.points[0]?.slope ?? 0)).toBe(-Math.sign(line.points[1]?.slope ?? 0));
  });

  it('says that the slopes differ where H is not the entropy of U and V', async () => {
    const points = DENSE.map((point) =>
      point.phase === 'liquid' ? { ...point, entropy: point.entropy + 0.005 * point.pressure } : point,
    );
    const { points: line } = await phaseLine(points, FEW);
    expect(line.length).toBeGreaterThan(5);
    expect(line.filter((point) => slopesAgree(point)).length).toBeLessThan(line.length / 2);
  });

  it('says where H of a phase does not follow its entropy from state to state', async () => {
    const right = await phaseLine(DENSE, { resamples: 100 });
    expect(right.points.every((point) => orderAgrees(right, point))).toBe(true);
    const across = await phaseLine(DENSE, { temperatures: [1500, 1700], resamples: 100 });
    expect(across.points.map((point) => orderAgrees(across, point))).toEqual([true, true]);
    // H of the crystal is right on the line, but rises there by three nats more than S in ln T.
    const steep = DENSE.map((one) => {
      const extra = one.phase === SOLID.name ? 3 * Math.log(one.temperature / (1324 + 34 * one.pressure)) : 0;
      return { ...one, entropy: one.entropy + extra };
    });
    const wrong = await phaseLine(steep, { pressures: [5, 10], resamples: 100 });
    expect(wrong.points.length).toBeGreaterThan(0);
    for (const point of wrong.points) {
      expect([point.below, point.difference.entropy > 0]).toEqual([LIQUID.name, true]);
      expect(orderAgrees(wrong, point)).toBe(false);
    }
  });

  it('gives a melting point at one pressure, a transition pressure at one temperature', async () => {
    const isobar = [
      ...grid(SOLID, [0], [-200, -100, 0, 100]),
      ...grid(LIQUID, [0], [-100, 0, 150, 300, 400]),
    ];
    const [melting, ...others] = (await phaseLine(isobar, FEW)).points;
    expect(others).toEqual([]);
    expect(melting?.pressure).toBe(0);
    expect(Math.abs((melting?.temperature ?? 0) / transition(0) - 1)).toBeLessThan(0.005);
    expect(Math.abs((melting?.clausiusClapeyron ?? 0) / steepness(0) - 1)).toBeLessThan(0.01);
    expect(melting?.slope).toBeNull();
    expect(melting?.slopeBand).toBeNull();

    const T = transition(10);
    const isotherm = [5, 8, 11, 15].flatMap((P) => [state(SOLID, P, T), state(LIQUID, P - 0.5, T)]);
    const { points, along } = await phaseLine(isotherm, { ...FEW, temperatures: [T] });
    expect(along).toBe('temperature');
    expect(Math.abs((points[0]?.pressure ?? 0) - 10)).toBeLessThan(0.3);
    expect(points[0]?.slope).toBeNull();
    // At pressures, T is the only one there is: where ΔG is not 0 there, nothing is found.
    await expect(phaseLine(isotherm, FEW)).rejects.toThrow(
      /expected each temperature to be given|no transition/,
    );
  });

  it('stays among the states: gaps where there is no zero, open ends where draws leave', async () => {
    // Liquid states above 12 GPa are too hot to meet the line.
    const cut = [
      ...grid(SOLID, [0, 5, 10, 15, 20], [-300, -150, 0, 200]),
      ...grid(LIQUID, [0, 5, 10], [-200, 0, 200, 400]),
      ...grid(LIQUID, [15, 20], [150, 250, 350, 450]),
    ];
    const { points, gaps } = await phaseLine(cut, { ...FEW, pressures: [0, 5, 10, 20] });
    expect(points.map(({ pressure }) => pressure)).toEqual([0, 5, 10]);
    expect(gaps).toHaveLength(1);
    const [gap] = gaps;
    expect(gap?.at).toBe(20);
    expect(gap?.reach?.[0]).toBeCloseTo(1340 + 41 * 20 + 150, 6);
    expect(gap?.reach?.[1]).toBeCloseTo(1340 + 41 * 20 + 200, 6);
    // Above the line the liquid is stable.
    expect(gap?.nearest?.gibbs).toBeLessThan(0);
    expect(gap?.nearest?.at).toBeCloseTo(gap?.reach?.[0] ?? NaN, 6);

    const tight = [...grid(SOLID, [0, 10, 20], [-60, -20, 5]), ...grid(LIQUID, [0, 10, 20], [-5, 30, 80])];
    const open = await phaseLine(noisy(tight, 4), { resamples: 200, pressures: [10] }).catch(() => undefined);
    for (const { band } of open?.points ?? []) {
      expect([band.low, band.high].some((end) => !Number.isFinite(end))).toBe(true);
    }
  });

  it('averages states of one P and T, and heeds errors', async () => {
    const twice = [...SPARSE, ...SPARSE.map((point) => ({ ...point, energy: point.energy + 0.002 }))];
    const shifted = SPARSE.map((point) => ({ ...point, energy: point.energy + 0.001 }));
    const [one, other] = [await phaseLine(twice, FEW), await phaseLine(shifted, FEW)];
    expect(one.phases[0].places).toHaveLength(9);
    one.points.forEach(({ temperature }, at) => {
      expect(temperature).toBeCloseTo(other.points[at]?.temperature ?? NaN, 6);
    });
    // A state that says of itself that it is worthless.
    const wrong = DENSE.map((point, at) => ({
      ...point,
      energy: point.energy + (at === 24 ? 0.3 : 0),
      energyError: at === 24 ? 100 : 0.001,
    }));
    const line = await phaseLine(wrong, { ...FEW, pressures: [12] });
    expect(Math.abs((line.points[0]?.temperature ?? 0) / transition(12) - 1)).toBeLessThan(0.002);
  });

  it('draws by the seed, and can be cancelled', async () => {
    const points = noisy(SPARSE, 9);
    const [one, again, other] = [
      await phaseLine(points, { resamples: 60, seed: 3 }),
      await phaseLine(points, { resamples: 60, seed: 3 }),
      await phaseLine(points, { resamples: 60, seed: 4 }),
    ];
    expect(again.points).toEqual(one.points);
    expect(other.points.map(({ temperature }) => temperature)).toEqual(
      one.points.map(({ temperature }) => temperature),
    );
    expect(other.points[5]?.band).not.toEqual(one.points[5]?.band);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }): void => {
      if (done === 5) stop.abort();
    };
    await expect(phaseLine(points, { onProgress, signal: stop.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('refuses what determines no line, in words', async () => {
    const few = [...SPARSE.slice(0, 4), ...SPARSE.slice(9)];
    const cold = [...grid(SOLID, [0, 10], [-400, -300, -200]), ...grid(LIQUID, [0, 10], [100, 200, 300])];
    const frozen = [
      ...grid(SOLID, [0, 10], [-400, -300, -200]),
      ...grid(LIQUID, [0, 10], [-380, -300, -220]),
    ];
    const third = { ...(SPARSE[0] as StatePoint), phase: 'gas' };
    const cases: readonly (readonly [readonly StatePoint[], PhaseLineOptions, string, RegExp])[] = [
      [few, {}, 'EMPTY', /^solid has 4 states of different P or T, expected at least 5/],
      [cold, {}, 'MISMATCH', /no P and T in common: solid has P = 0 to 10 GPa, T = 940 to 1550 K; liquid/],
      [
        frozen,
        {},
        'EMPTY',
        /^no transition: solid is stable .* nearest to 0 is 0\.0\d+ eV per atom at P = \d/,
      ],
      [[], {}, 'MISMATCH', /no phases, expected two/],
      [SPARSE.slice(0, 9), {}, 'MISMATCH', /one phase, solid, expected two/],
      [[...SPARSE, third], {}, 'MISMATCH', /3 phases, solid, liquid, gas, expected two/],
      [
        SPARSE.slice(0, 9).flatMap((point) => [point, { ...point, phase: 'twin' }]),
        {},
        'MISMATCH',
        /^the states of solid and twin are the same$/,
      ],
      [SPARSE, { resamples: 1e6 }, 'TOO_LARGE', /1000000 draws of 11 points, expected at most 10000000/],
      [SPARSE, { pressures: [30] }, 'INVALID_ARGUMENT', /pressure is 30, expected from 0 to 20 GPa/],
      [
        SPARSE,
        { temperatures: [100] },
        'INVALID_ARGUMENT',
        /temperature is 100, expected from 1190 to 2310 K/,
      ],
      [SPARSE, { pressures: [] }, 'INVALID_ARGUMENT', /expected at least one pressure/],
      [SPARSE, { level: 1 }, 'INVALID_ARGUMENT', /level is 1/],
      [
        SPARSE,
        { resamples: 39 },
        'INVALID_ARGUMENT',
        /resamples is 39, expected .* at least 40 for a level of 0.95/,
      ],
      [[{ ...third, volume: -1 }], {}, 'INVALID_ARGUMENT', /^state 0: volume is -1/],
      [[{ ...third, temperature: 0 }], {}, 'INVALID_ARGUMENT', /^state 0: temperature is 0/],
      [[{ ...third, energy: NaN }], {}, 'INVALID_ARGUMENT', /^state 0: energy is NaN/],
      [[{ ...third, energyError: 0 }], {}, 'INVALID_ARGUMENT', /the error of energy is 0/],
      [
        [third, { ...third, energyError: 1 }],
        {},
        'INVALID_ARGUMENT',
        /1 of 2 states have an error of energy/,
      ],
    ];
    for (const [points, options, code, message] of cases) {
      const found = phaseLine(points, { ...FEW, ...options });
      await expect(found).rejects.toMatchObject({ code });
      await expect(found).rejects.toThrow(message);
    }
  });
});

describe('commonSection', () => {
  /** Where a line P = at crosses the hull that a walk round the points finds. */
  function walked(places: readonly { pressure: number; temperature: number }[], at: number): number[] {
    const sorted = [...places].sort((a, b) => a.pressure - b.pressure || a.temperature - b.temperature);
    const half = (all: typeof sorted): typeof sorted => {
      const kept: typeof sorted = [];
      for (const next of all) {
        for (;;) {
          const [o, a] = kept.slice(-2);
          if (o === undefined || a === undefined) break;
          const turn =
            (a.pressure - o.pressure) * (next.temperature - o.temperature) -
            (a.temperature - o.temperature) * (next.pressure - o.pressure);
          if (turn > 0) break;
          kept.pop();
        }
        kept.push(next);
      }
      return kept;
    };
    return [half(sorted), half([...sorted].reverse())].flatMap((chain) =>
      chain.slice(1).flatMap((b, index) => {
        const a = chain[index] as typeof b;
        const share = (at - a.pressure) / (b.pressure - a.pressure);
        return share >= 0 && share <= 1 ? [a.temperature + share * (b.temperature - a.temperature)] : [];
      }),
    );
  }

  it('is what a walk round the states encloses', () => {
    for (let seed = 0; seed < 30; seed++) {
      const next = random(seed);
      const places = Array.from({ length: 3 + (seed % 9) }, () => ({
        pressure: next(),
        temperature: next(),
      }));
      const at = places.reduce((sum, { pressure }) => sum + pressure, 0) / places.length;
      const [low = NaN, high = NaN] = commonSection([{ places }], 'pressure', at) ?? [];
      const ends = walked(places, at);
      expect(low).toBeCloseTo(Math.min(...ends), 12);
      expect(high).toBeCloseTo(Math.max(...ends), 12);
      const turned = places.map(({ pressure, temperature }) => ({
        pressure: temperature,
        temperature: pressure,
      }));
      expect(commonSection([{ places: turned }], 'temperature', at)).toEqual([low, high]);
      expect(commonSection([{ places }], 'pressure', 2)).toBeUndefined();
    }
  });
});

describe('zerosBetween', () => {
  it('finds all zeros, at the ends, too, and none where there is none', () => {
    const zeros = zerosBetween((x) => (x - 1) * (x - 2.5) * (x - 7), 0, 10);
    expect(zeros).toHaveLength(3);
    [1, 2.5, 7].forEach((x, at) => {
      expect(zeros[at]).toBeCloseTo(x, 8);
    });
    expect(zerosBetween((x) => x, 0, 10)).toEqual([0]);
    expect(zerosBetween((x) => x - 10, 0, 10)).toEqual([10]);
    expect(zerosBetween((x) => x - 5, 0, 10)).toEqual([5]);
    expect(zerosBetween(() => 1, 0, 10)).toEqual([]);
    expect(zerosBetween((x) => x - 3, 3, 3)).toEqual([3]);
    expect(nearestToZero((x) => 3 + x, 0, 10)).toEqual({ at: 0, value: 3 });
  });
});
