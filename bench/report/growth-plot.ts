import { init, use } from 'echarts/core';
import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import { type Outcome, spread } from '../result.js';

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** Seconds at each number of environments. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** The curves that the growth cases make, by engine and kind. */
export function growthCurves(outcomes: readonly Outcome[]): Curve[] {
  const curves = new Map<string, [number, number][]>();
  for (const outcome of outcomes) {
    const match = /^growth-(exact|tolerance)-(\d+)$/.exec(outcome.case.name);
    if (match === null || outcome.state !== 'measured') continue;
    for (const each of outcome.measured) {
      const name = `${each.engine}, ${match[1] === 'exact' ? 'exact' : '± 1e-3 nats'}`;
      const points = curves.get(name) ?? [];
      points.push([Number(match[2]), spread(each).min]);
      curves.set(name, points);
    }
  }
  return [...curves].map(([name, points]) => ({ name, points: points.sort(([a], [b]) => a - b) }));
}

/** Exponent b of time = a·N^b, by least squares over the logarithms of the points from `from` on. */
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
export function growthPlot(curves: readonly Curve[]): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 460 });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: 'Entropy of rattled replicas of mlearn and molecular', left: 'center' },
    legend: { top: 32 },
    grid: { top: 72, left: 76, right: 32, bottom: 52 },
    xAxis: { type: 'log', name: 'environments N', nameLocation: 'middle', nameGap: 30, min: 1000 },
    yAxis: { type: 'log', name: 'seconds', nameLocation: 'middle', nameGap: 52 },
    series: curves.map(({ name, points }) => ({
      type: 'line',
      name,
      data: points.map((point) => [...point]),
      symbolSize: 8,
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
