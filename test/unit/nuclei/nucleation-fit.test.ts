import { errorFunction } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import {
  criticalSize,
  firstPassage,
  fitNucleation,
  nucleationEnergies,
  sizeCounts,
} from '../../../ts/faces/node/analysis.js';
import { RARE_SCATTER } from '../../../ts/base/constants.js';
import { random } from '../../support/data/random.js';

/** N(n) of sizes from 0 on. */
function expected(x0: number, a: number, b: number, largest: number): Float64Array {
  return Float64Array.from({ length: largest + 1 }, (_, n) =>
    n === 0 ? 0 : Math.exp(x0 + a * n - b * n ** (2 / 3)),
  );
}

/** A count of Poisson's distribution, by Knuth's product; large means by halves. */
function poisson(mean: number, next: () => number): number {
  if (mean > 30) return poisson(mean / 2, next) + poisson(mean / 2, next);
  let count = -1;
  for (let product = 1; product > Math.exp(-mean); product *= next()) count++;
  return count;
}

describe('fitNucleation', () => {
  it('gives back the law that counts follow, its critical size and its barrier', async () => {
    const [x0, a, b] = [12, 0.35, 2.1];
    const { critical, barrier, range, dispersion, ...fit } = await fitNucleation(expected(x0, a, b, 40));
    expect(fit.x0.value).toBeCloseTo(x0, 6);
    expect(fit.a.value).toBeCloseTo(a, 8);
    expect(fit.b.value).toBeCloseTo(b, 7);
    expect(critical?.value).toBeCloseTo(((2 * b) / (3 * a)) ** 3, 4);
    expect(barrier?.value).toBeCloseTo((4 * b ** 3) / (27 * a ** 2), 6);
    // Up to the size before the first with fewer than five.
    const counts = expected(x0, a, b, 40);
    expect(range).toEqual([1, counts.findIndex((count, n) => n > 0 && count < 5) - 1]);
    expect(dispersion).toBeLessThan(1e-10);
    expect(fit.nuclei).toBeCloseTo(
      counts.slice(1, range[1] + 1).reduce((sum, count) => sum + count, 0),
      6,
    );
  });

  it('gives intervals that hold the truth in about 95 of 100 draws', async () => {
    const next = random(5);
    const [x0, a, b] = [10, 0.9, 3.2];
    const rates = expected(x0, a, b, 20);
    const held = { a: 0, b: 0, critical: 0, barrier: 0 };
    const rounds = 200;
    for (let round = 0; round < rounds; round++) {
      const { critical, barrier, ...fit } = await fitNucleation(
        rates.map((rate, size) => (size === 0 ? 0 : poisson(rate, next))),
        { from: 1, to: 12 },
      );
      const within = (parameter: { low: number; high: number } | null, truth: number): number =>
        Number(parameter !== null && parameter.low <= truth && truth <= parameter.high);
      held.a += within(fit.a, a);
      held.b += within(fit.b, b);
      held.critical += within(critical, ((2 * b) / (3 * a)) ** 3);
      held.barrier += within(barrier, (4 * b ** 3) / (27 * a ** 2));
    }
    // 0.95 ± 3 standard errors of 200 draws; Student's t and dispersions above 1 alone make
    // intervals a little wide.
    for (const share of Object.values(held)) {
      expect(share / rounds).toBeGreaterThan(0.9);
      expect(share / rounds).toBeLessThanOrEqual(1);
    }
  });

  it('holds a and b at 0 or above, and then speaks of no barrier', async () => {
    const falling = Float64Array.from({ length: 15 }, (_, n) => (n === 0 ? 0 : 1e6 * Math.exp(-0.6 * n)));
    const fit = await fitNucleation(falling);
    expect(fit.a.value).toBe(0);
    expect(fit.critical).toBeNull();
    expect(criticalSize(fit).refusal).toContain('no barrier');
    const rising = Float64Array.from({ length: 15 }, (_, n) => (n === 0 ? 0 : 10 * Math.exp(0.3 * n)));
    const other = await fitNucleation(rising);
    expect(other.b.value).toBeCloseTo(0, 8);
    expect(other.a.value).toBeCloseTo(0.3, 6);
  });

  it('refuses too few sizes, too few nuclei and counts that are none', async () => {
    const refused = { code: 'INVALID_ARGUMENT' };
    await expect(fitNucleation([0, 100, 80, 60, 40, 20])).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('5 sizes from 1 with 300 nuclei, expected at least 6') as string,
    });
    await expect(
      fitNucleation(sizeCounts([1, 2, 3, 4, 5, 6, 7, 8]), { from: 1, to: 8 }),
    ).rejects.toMatchObject(refused);
    await expect(fitNucleation([])).rejects.toMatchObject(refused);
    await expect(fitNucleation([0, NaN, 3])).rejects.toMatchObject(refused);
    await expect(fitNucleation([0, -1, 3])).rejects.toMatchObject(refused);
  });

  it('turns b and a into energies', () => {
    const [density, temperature, gamma, drive] = [0.0602, 700, 0.12, 2e-4];
    const kT = 8.617333262e-5 * temperature;
    const b = (Math.cbrt(36 * Math.PI) * (gamma / 16.02176634)) / (density ** (2 / 3) * kT);
    const of = (value: number): { value: number; low: number; high: number } => ({
      value,
      low: NaN,
      high: NaN,
    });
    const found = nucleationEnergies({ a: of(drive / (density * kT)), b: of(b) }, density, temperature);
    expect(found.interface).toBeCloseTo(gamma, 12);
    expect(found.drivingForce).toBeCloseTo(drive, 12);
  });
});

describe('firstPassage', () => {
  /** A run that reaches size n at a given time, seen every step. */
  function run(
    time: (size: number) => number,
    largest: number,
    step: number,
  ): { times: number[]; largest: number[] } {
    const times = Array.from({ length: Math.ceil(time(largest) / step) + 2 }, (_, at) => at * step);
    const reached = (at: number): number => {
      let size = 0;
      while (size < largest && time(size + 1) <= at) size++;
      return size;
    };
    return { times, largest: times.map(reached) };
  }

  it('gives back n*, the time of nucleation and Z of times that follow the law', async () => {
    const [plateau, critical, zeldovich] = [400, 60, 0.02];
    const law = (size: number): number =>
      (plateau / 2) * (1 + errorFunction((size - critical) * zeldovich * Math.sqrt(Math.PI)));
    const found = await firstPassage([run(law, 150, 0.05)]);
    expect(found.critical.value).toBeCloseTo(critical, 1);
    expect(found.nucleationTime).toBeCloseTo(plateau, 0);
    expect(found.zeldovich).toBeCloseTo(zeldovich, 3);
    expect(found.critical.low).toBeNaN();
    expect(found.sizes).toHaveLength(150);
  });

  it('takes means over runs, and gives an interval from three on', async () => {
    const law = (shift: number) => (size: number) => 200 * (1 + errorFunction((size - 50 - shift) / 20));
    const runs = [-3, 0, 2, 1].map((shift) => run(law(shift), 120, 0.1));
    const { critical, times } = await firstPassage(runs);
    expect(critical.low).toBeLessThan(50);
    expect(critical.high).toBeGreaterThan(50);
    expect(critical.high - critical.low).toBeLessThan(10);
    const mean = [-3, 0, 2, 1].reduce((sum, shift) => sum + law(shift)(40), 0) / 4;
    expect(Math.abs((times[39] ?? NaN) - mean)).toBeLessThan(0.1);
  });

  it('sees whether runs wait for a nucleus, or relax', async () => {
    const next = random(11);
    // Waiting times are exponential; then a nucleus grows within 5 of some 100.
    const waits = Array.from({ length: 20 }, () => -100 * Math.log(1 - next()));
    const rare = waits.map((wait) =>
      run((size) => (size <= 20 ? size / 10 : wait + 2 + (size - 20) / 20), 120, 0.5),
    );
    expect((await firstPassage(rare)).scatter).toBeGreaterThan(RARE_SCATTER);
    expect((await firstPassage(rare.slice(0, 2))).scatter).toBeNaN();
    // The same bend in all runs, some 10 % apart.
    const relaxing = waits.map((wait) =>
      run((size) => (5 + wait / 100) * (1 + errorFunction((size - 20) / 10)), 49, 0.1),
    );
    expect((await firstPassage(relaxing)).scatter).toBeLessThan(RARE_SCATTER / 2);
  });

  it('refuses too few times, times that do not rise, and times without a bend', async () => {
    const refused = { code: 'INVALID_ARGUMENT' };
    await expect(firstPassage([{ times: [0, 1, 2], largest: [1, 2, 9] }])).rejects.toMatchObject(refused);
    await expect(firstPassage([{ times: [0, 1, 1], largest: [1, 2, 9] }])).rejects.toMatchObject(refused);
    await expect(firstPassage([{ times: [0, 1], largest: [1] }])).rejects.toMatchObject(refused);
    await expect(firstPassage([])).rejects.toMatchObject({ code: 'EMPTY' });
    const accelerating = run((size) => Math.exp(size / 10), 60, 0.05);
    await expect(firstPassage([accelerating])).rejects.toMatchObject(refused);
  });
});
