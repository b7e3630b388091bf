import { describe, expect, it } from 'vitest';
import { fitLearningCurve, informationGap, phaseLine, sizeForGap } from '../../../ts/node.js';
import {
  changePoints,
  criticalSize,
  type CurvePoint,
  firstPassage,
  fitEntropyModel,
  fitNucleation,
  type StatePoint,
} from '../../../ts/faces/node/analysis.js';
import { gaussian, random } from '../../support/data/random.js';
import { LIQUID, SOLID, state } from '../../support/oracles/phase-models.js';

/** Share by which instruction sets and backends may round a value differently. */
const ROUNDING = 1e-12;

/** Each case is compared with so many that differ from it by rounding. */
const NEIGHBOURS = 2;

/** What is known of a fit: words, and the numbers among them. */
type Said = readonly unknown[];

/** What a fit says, or what it says in place of it. */
async function saidBy(fit: () => Said | Promise<Said>): Promise<Said> {
  try {
    return await fit();
  } catch (thrown) {
    return [(thrown as Error).message];
  }
}

const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;

/**
 * Expects the same words, and numbers that are the same to six digits or to the last that is
 * printed.
 */
function expectSame(found: Said, expected: Said): void {
  const words = (said: Said): string => said.map(String).join(' | ');
  expect(words(found).replaceAll(NUMBER, '#')).toBe(words(expected).replaceAll(NUMBER, '#'));
  const numbers = words(expected).match(NUMBER) ?? [];
  words(found)
    .match(NUMBER)
    ?.forEach((text, at) => {
      const before = numbers[at] ?? '';
      const digits = /\.(\d+)/.exec(before)?.[1]?.length ?? 0;
      const power = Number(/e([+-]?\d+)/.exec(before)?.[1] ?? 0);
      const slack = Math.max(1e-6 * Math.max(1, Math.abs(Number(before))), 1.01 * 10 ** (power - digits));
      expect(Math.abs(Number(text) - Number(before)), words(expected)).toBeLessThanOrEqual(slack);
    });
}

/** Expects that a fit says the same of values that differ by rounding. */
async function expectNoRounding<T>(
  seed: number,
  values: T,
  rounded: (values: T, off: (value: number) => number) => T,
  fit: (values: T) => Said | Promise<Said>,
): Promise<void> {
  const expected = await saidBy(() => fit(values));
  const next = random(1000 + seed);
  const off = (value: number): number => value * (1 + ROUNDING * (2 * next() - 1));
  for (let round = 0; round < NEIGHBOURS; round++) {
    expectSame(await saidBy(() => fit(rounded(values, off))), expected);
  }
}

const SEEDS = Array.from({ length: 6 }, (_, seed) => seed);

describe('learning curves', () => {
  const SIZES = [38, 76, 115, 153, 192, 230, 268, 307, 345, 384];

  const SHAPES: Record<string, (next: () => number) => (size: number) => number> = {
    'that level off': (next) => {
      const [a, b, c] = [2 + 5 * next(), 1 + 4 * next(), 0.01 + 0.1 * next()];
      return (size) => a - b * Math.exp(-c * Math.log(size) ** 2);
    },
    'that have levelled off': (next) => {
      const [a, b] = [2 + 5 * next(), 1 + 4 * next()];
      return (size) => a - b * Math.exp(-2 * Math.log(size) ** 2);
    },
    'that are straight': (next) => {
      const slope = next();
      return (size) => slope * Math.log(size) ** 2;
    },
    'of sets without like environments': () => Math.log,
    'that bend upwards': () => (size) => Math.log(size) ** 3,
    'that are flat': (next) => {
      const entropy = 3 * next();
      return () => entropy;
    },
    'that fall': () => (size) => 9 - Math.log(size),
  };

  describe.each(Object.entries(SHAPES))('%s', (_, shape) => {
    it.each([0, 1e-6, 1e-3, 0.05, 0.5])('with noise of %d nats', async (noise) => {
      for (const seed of SEEDS) {
        const entropy = shape(random(seed));
        const scatter = gaussian(seed);
        const points = SIZES.map((size) => ({ size, entropy: entropy(size) + noise * scatter() }));
        await expectNoRounding(
          seed,
          points,
          (all, off) => all.map(({ size, entropy: value }) => ({ size, entropy: off(value) })),
          async (all: CurvePoint[]) => {
            const fit = await fitLearningCurve(all);
            const gap = informationGap(fit, all.at(-1)?.entropy ?? NaN);
            const size = sizeForGap(fit, 0.1);
            return [
              fit.undetermined?.is ?? 'determined',
              fit.a.value.toFixed(3),
              fit.error.toPrecision(3),
              gap.refusal ?? gap.value.toFixed(3),
              size.refusal ?? size.value.toExponential(2),
            ];
          },
        );
      }
    });
  });
});

describe("Debye's and Einstein's models", () => {
  const LOWEST = [20, 200, 2000, 20_000];

  it.each(LOWEST.flatMap((from) => [0, 1e-4, 0.1].map((noise) => ({ from, noise }))))(
    'from $from K, with noise of $noise nats',
    async ({ from, noise }) => {
      for (const seed of SEEDS) {
        const scatter = gaussian(seed);
        const [slope, offset] = [1 + 3 * random(seed)(), random(seed + 500)() * 4];
        const points = [1, 1, 1.2, 1.5, 1.9, 2.4].map((ratio) => ({
          temperature: from * ratio,
          entropy: offset + slope * Math.log(from * ratio) + noise * scatter(),
        }));
        const offOf = (all: typeof points, off: (value: number) => number): typeof points =>
          all.map(({ temperature, entropy }) => ({ temperature: off(temperature), entropy: off(entropy) }));
        for (const model of ['debye', 'einstein'] as const) {
          for (const offsetToo of [true, false]) {
            await expectNoRounding(seed, points, offOf, async (all) => {
              const { theta, offset: found, rms } = await fitEntropyModel(all, { model, offset: offsetToo });
              return [theta, found]
                .flatMap((one) =>
                  one === null ? [null] : [one.value.toPrecision(4), one.low.toPrecision(2)],
                )
                .concat(rms.toFixed(4));
            });
          }
        }
      }
    },
  );
});

describe('nuclei', () => {
  it('their sizes', async () => {
    for (const seed of SEEDS) {
      const next = random(seed);
      const [x0, a, b] = [8 + 4 * next(), 1.2 * next() - 0.2, 4 * next() - 0.5];
      const counts = Array.from({ length: 20 }, (_, n) =>
        n === 0 ? 0 : Math.exp(Math.min(12, x0 + a * n - b * n ** (2 / 3))) * (0.8 + 0.4 * next()),
      );
      await expectNoRounding(
        seed,
        counts,
        (all, off) => all.map(off),
        async (all) => {
          const fit = await fitNucleation(all, { from: 1, to: 15 });
          const critical = criticalSize(fit);
          return [fit.b.value.toFixed(4), critical.refusal ?? critical.value.toPrecision(4)];
        },
      );
    }
  });

  it('their first-passage times', async () => {
    for (const seed of SEEDS) {
      const next = random(seed);
      const runs = Array.from({ length: 1 + (seed % 5) }, () => {
        let size = 1;
        const largest = Array.from({ length: 80 }, (_, frame) => {
          size = Math.max(1, size + Math.round((next() - (seed % 3 === 0 ? 0.5 : 0.4)) * (2 + frame / 8)));
          return size;
        });
        return { times: Array.from(largest, (_, frame) => 0.1 * frame), largest };
      });
      await expectNoRounding(
        seed,
        runs,
        (all, off) => all.map(({ times, largest }) => ({ largest, times: times.map(off) })),
        async (all) => {
          const { critical, nucleationTime } = await firstPassage(all);
          return [critical.value, critical.low, critical.high, nucleationTime].map((one) =>
            one.toPrecision(4),
          );
        },
      );
    }
  });
});

describe('the line between two phases', () => {
  const GRIDS: Record<string, readonly (readonly [P: number, T: number])[]> = {
    'at one pressure': [900, 1050, 1200, 1350, 1500, 1500].map((T) => [0, T] as const),
    'on a line in P and T': [0, 5, 10, 15, 20, 20].map((P) => [P, 1000 + 40.7 * P] as const),
    'on a grid': [0, 10, 20].flatMap((P) => [1100, 1400, 1700, 2000].map((T) => [P, T] as const)),
    'of few states': [
      [0, 1000],
      [10, 1500],
      [20, 2000],
      [20, 1500],
    ],
  };

  it.each(Object.entries(GRIDS))('%s', async (_, grid) => {
    for (const noise of [0, 1e-3]) {
      const scatter = gaussian(3);
      const points = [SOLID, LIQUID].flatMap((model) =>
        grid.map(([P, T]): StatePoint => {
          const known = state(model, P, T);
          return { ...known, entropy: known.entropy + noise * scatter() };
        }),
      );
      const offOf = (all: StatePoint[], off: (value: number) => number): StatePoint[] =>
        all.map(({ phase, ...values }) => ({
          phase,
          ...(Object.fromEntries(
            Object.entries(values).map(([key, value]) => [key, off(value as number)]),
          ) as typeof values),
        }));
      const [low, high] = [Math.min(...grid.map(([P]) => P)), Math.max(...grid.map(([P]) => P))];
      for (const pressures of [undefined, [low, high], [high + 1]]) {
        await expectNoRounding(2, points, offOf, async (all) => {
          const {
            points: line,
            gaps,
            phases,
          } = await phaseLine(all, { pressures, resamples: 60, level: 0.9 });
          return [
            ...phases.map(({ surfaces: { volume, energy, entropy } }) =>
              [volume, energy, entropy].map(({ degree }) => `degree ${degree}`).join(),
            ),
            ...line.map(({ temperature, below, slope }) =>
              [temperature.toFixed(1), below, slope?.toFixed(2) ?? null].join(' '),
            ),
            gaps.length,
          ];
        });
      }
    }
  });
});

it.each([0, 1e-9, 0.01])('changes of a series, with noise of %d', (noise) => {
  for (const seed of SEEDS) {
    const scatter = gaussian(seed);
    const step = seed % 2 === 0 ? 0 : 0.5;
    const values = Array.from({ length: 60 }, (_, at) => 3 + (at < 30 ? 0 : step) + noise * scatter());
    const changes = (all: readonly number[]): readonly number[] =>
      changePoints(all).segments.map(({ end }) => end);
    const off = random(seed);
    const rounded = values.map((value) => value * (1 + ROUNDING * (2 * off() - 1)));
    expect(changes(rounded)).toEqual(changes(values));
  }
});
