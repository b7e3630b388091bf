import { figureSvg, type Series } from 'quests/figure';
import { spread } from '../result.js';
import type { Outcome } from '../case.js';

/** Seconds at each number of environments. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** What the cases of one kind compute. */
const KINDS = { exact: 'exact', tolerance: '± 1e-3 nats', sample: '± 0.02 nats', stored: '± 0.02 nats' };

/** The curves that the growth cases make, by engine and kind. */
export function growthCurves(outcomes: readonly Outcome[]): Curve[] {
  const curves = new Map<string, [number, number][]>();
  for (const outcome of outcomes) {
    const match = /^growth-(exact|tolerance|sample|stored)-(\d+)$/.exec(outcome.case.name);
    if (match === null || outcome.state !== 'measured') continue;
    for (const each of outcome.measured) {
      const name = `${each.engine}, ${KINDS[match[1] as keyof typeof KINDS]}`;
      const points = curves.get(name) ?? [];
      points.push([Number(match[2]), spread(each).min]);
      curves.set(name, points);
    }
  }
  return [...curves].map(([name, points]) => ({ name, points: points.sort(([a], [b]) => a - b) }));
}

/**
 * Exponent b of time = a·N^b, by least squares over the logarithms of the points from `from` on.
 */
export function exponent({ points }: Curve, from: number): number | undefined {
  const logs = points
    .filter(([rows]) => rows >= from)
    .map(([rows, seconds]) => [Math.log(rows), Math.log(seconds)] as const);
  if (logs.length < 2) return undefined;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(logs.map(([log]) => log)), mean(logs.map(([, log]) => log))];
  const [xy, xx] = [mean(logs.map(([a, b]) => (a - x) * (b - y))), mean(logs.map(([a]) => (a - x) ** 2))];
  return xy / xx;
}

/** Time against N, both axes logarithmic, as SVG. */
export function growthPlot(curves: readonly Curve[]): Promise<string> {
  const seconds = { name: 'time', unit: 's', scale: 'log' } as const;
  const environments = { name: 'environments N', scale: 'log' } as const;
  const series = curves.map(({ name, points }): Series => {
    return { kind: 'line', name, x: points.map(([rows]) => rows), y: points.map(([, time]) => time) };
  });
  return figureSvg({
    title: 'Entropy of rattled replicas of mlearn and molecular',
    panels: [{ x: environments, y: seconds, series }],
  });
}
