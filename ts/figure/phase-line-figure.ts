import { gibbsAlong, type PolynomialPair, polynomialsOf } from '../phase-line/phase-gibbs.js';
import type { ConfidenceBand } from '../phase-line/phase-band.js';
import type { PhaseLine, PhaseLinePoint } from '../phase-line/phase-line.js';
import { commonSection } from '../model/state-points.js';
import type { Axis, Curve, Figure, Panel } from './figure.js';

/** Points that make a smooth line of a formula. */
const SMOOTH = 101;

const AXES = {
  pressure: { name: 'pressure P', unit: 'GPa' },
  temperature: { name: 'temperature T', unit: 'K' },
} as const satisfies Record<string, Axis>;

/**
 * The line with its band and the states of both phases, and its two slopes. Of a single point of
 * the line, ΔG on both sides of it. An open end of a band is drawn to where the states end.
 */
export function phaseLineFigure(line: Pick<PhaseLine, 'phases' | 'along' | 'points'>): Figure {
  const { phases, along, points } = line;
  const title = `${phases[0].name} and ${phases[1].name} in equilibrium`;
  if (new Set(points.map((point) => point[along])).size === 1) return { title, panels: [gibbsPanel(line)] };
  const free = freeOf(along);
  const all = phases.flatMap(({ places }) => places.map((place) => place[free]));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const curve = (
    name: string,
    own: readonly PhaseLinePoint[],
    value: (point: PhaseLinePoint) => number | null,
    band: (point: PhaseLinePoint) => ConfidenceBand | null,
    [low, high]: readonly [number, number],
  ): Curve => ({
    kind: 'line',
    name,
    x: own.map((point) => point[along]),
    y: own.map((point) => value(point) ?? NaN),
    error: {
      low: own.map((point) => Math.max(low, band(point)?.low ?? NaN)),
      high: own.map((point) => Math.min(high, band(point)?.high ?? NaN)),
    },
  });
  const lines = branches(points, along).map((own, at) =>
    curve(
      at === 0 ? 'line' : `line, zero ${at + 1} of ΔG`,
      own,
      (point) => point[free],
      ({ band }) => band,
      [least, most],
    ),
  );
  const states = phases.map(({ name, places }): Curve => ({
    kind: 'points',
    name: `states, ${name}`,
    x: places.map((place) => place[along]),
    y: places.map((place) => place[free]),
  }));
  const panels: Panel[] = [{ x: AXES[along], y: AXES[free], series: [...lines, ...states] }];
  const single = branches(points, along)[0] ?? [];
  const anywhere = [-Infinity, Infinity] as const;
  const ofLine = curve(
    'dT/dP of the line',
    single,
    ({ slope }) => slope,
    ({ slopeBand }) => slopeBand,
    anywhere,
  );
  panels.push({
    x: AXES[along],
    y: { name: 'slope dT/dP', unit: 'K/GPa' },
    series: [
      ...(single.every(({ slope }) => slope === null) ? [] : [ofLine]),
      curve(
        'ΔV/ΔS',
        single,
        ({ clausiusClapeyron }) => clausiusClapeyron,
        ({ clausiusClapeyronBand }) => clausiusClapeyronBand,
        anywhere,
      ),
    ],
  });
  return { title, panels };
}

/** ΔG at one P, or one T, as far as both phases have states. */
function gibbsPanel({ phases, along, points }: Pick<PhaseLine, 'phases' | 'along' | 'points'>): Panel {
  const free = freeOf(along);
  const at = points[0]?.[along] ?? NaN;
  const pair: PolynomialPair = [polynomialsOf(phases[0].surfaces), polynomialsOf(phases[1].surfaces)];
  const gibbs = gibbsAlong(pair, along, at);
  const [low, high] = commonSection(phases, along, at) ?? [NaN, NaN];
  const x = Array.from({ length: SMOOTH }, (_, step) => low + ((high - low) * step) / (SMOOTH - 1));
  const name = `G(${phases[1].name}) − G(${phases[0].name})`;
  return {
    x: AXES[free],
    y: { name, unit: 'eV per atom' },
    series: [{ kind: 'line', name, x, y: x.map(gibbs) }],
    markers: [
      { axis: 'y', at: 0, label: '' },
      ...points.map((point) => ({ axis: 'x', at: point[free], label: point[free].toPrecision(5) }) as const),
    ],
  };
}

/** Points of the line by the number of the zero among those of one P, or one T. */
function branches(points: readonly PhaseLinePoint[], along: PhaseLine['along']): PhaseLinePoint[][] {
  const found: PhaseLinePoint[][] = [];
  const counts = new Map<number, number>();
  for (const point of points) {
    const number = counts.get(point[along]) ?? 0;
    counts.set(point[along], number + 1);
    (found[number] ??= []).push(point);
  }
  return found;
}

function freeOf(along: PhaseLine['along']): PhaseLine['along'] {
  return along === 'pressure' ? 'temperature' : 'pressure';
}
