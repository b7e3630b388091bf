import { NONE, fixed, percent, significant } from '../../base/number-format.js';
import type { PhaseLine } from '../../faces/node/quests.js';
import type { ConfidenceBand, PhaseLinePoint, StateQuantity } from '../../faces/node/analysis.js';
import { type Column, tableLines } from '../../base/table.js';

const TITLES: Readonly<Record<StateQuantity, string>> = {
  volume: 'V (Å³)',
  energy: 'U (eV)',
  entropy: 'H (nats)',
};

/** A line for each surface. */
export function surfaceLines({ phases }: PhaseLine): string[] {
  const rows = phases.flatMap((phase) =>
    (Object.keys(TITLES) as StateQuantity[]).map((quantity) => ({
      phase,
      quantity,
      surface: phase.surfaces[quantity],
    })),
  );
  type Row = (typeof rows)[number];
  const columns: Column<Row>[] = [
    { title: 'phase', text: ({ phase }) => phase.name, align: 'left' },
    { title: 'states', text: ({ phase }) => String(phase.places.length) },
    { title: 'surface', text: ({ quantity }) => TITLES[quantity], align: 'left' },
    { title: 'degree', text: ({ surface }) => String(surface.degree) },
    { title: 'rms', text: ({ surface }) => surface.rms.toPrecision(2) },
    {
      title: 'rms, left out',
      text: ({ surface: { trials, degree } }) =>
        (trials.find((trial) => trial.degree === degree)?.error ?? NaN).toPrecision(2),
    },
  ];
  return tableLines(columns, rows);
}

/** A line for each point of the line. */
export function lineLines({ phases, along, points, level }: PhaseLine): string[] {
  const [a, b] = phases.map(({ name }) => name);
  const shown = percent(level).replace('.0 %', ' %');
  const P = { title: 'P (GPa)', text: ({ pressure }: PhaseLinePoint) => fixed(pressure, 3) };
  const T = { title: 'T (K)', text: ({ temperature }: PhaseLinePoint) => fixed(temperature, 1) };
  const digits = along === 'pressure' ? 1 : 3;
  const hasSlope = points.some(({ slope }) => slope !== null);
  const columns: Column<PhaseLinePoint>[] = [
    ...(along === 'pressure' ? [P, T] : [T, P]),
    { title: shown, text: ({ band }) => bandText(band, digits), align: 'left' },
    ...(hasSlope
      ? [
          { title: 'dT/dP (K/GPa)', text: ({ slope }: PhaseLinePoint) => fixed(slope, 2) },
          {
            title: shown,
            text: ({ slopeBand }: PhaseLinePoint) => (slopeBand === null ? NONE : bandText(slopeBand, 2)),
            align: 'left' as const,
          },
        ]
      : []),
    { title: 'dV/dS (K/GPa)', text: ({ clausiusClapeyron }) => fixed(clausiusClapeyron, 2) },
    {
      title: shown,
      text: ({ clausiusClapeyronBand }) => bandText(clausiusClapeyronBand, 2),
      align: 'left',
    },
    { title: 'dH (nats)', text: ({ difference }) => fixed(difference.entropy, 3) },
    { title: 'dV (Å³)', text: ({ difference }) => fixed(difference.volume, 3) },
    { title: 'dU (eV)', text: ({ difference }) => fixed(difference.energy, 4) },
  ];
  const stable = [...new Set(points.map(({ below }) => below))];
  const side = along === 'pressure' ? 'below the line' : 'left of the line, at lower P,';
  return [
    `G(${b}) = G(${a}), d = ${b} - ${a}, per atom` +
      (stable.length === 1 ? `; ${side} ${stable.join('')} is stable` : ''),
    ...tableLines(columns, points),
    ...severalLines({ along, points }),
  ];
}

/** What is known where the line is not among the states. */
export function gapLines({ phases, along, gaps }: PhaseLine): string[] {
  const [a, b] = phases.map(({ name }) => name);
  const [given, unit, free, other] =
    along === 'pressure' ? (['P', 'GPa', 'T', 'K'] as const) : (['T', 'K', 'P', 'GPa'] as const);
  const lines = gaps.map(({ at, reach, nearest }) => {
    const place = `No transition at ${given} = ${significant(at, 5)} ${unit}`;
    if (reach === null || nearest === null)
      return `${place}: the states of both phases have no ${free} in common`;
    const [low, high] = reach;
    const stable = nearest.gibbs > 0 ? a : b;
    const least =
      `G(${b}) - G(${a}) nearest to 0 is ${nearest.gibbs.toPrecision(2)} eV at ` +
      `${significant(nearest.at, 5)} ${other}`;
    return (
      `${place} from ${significant(low, 5)} to ${significant(high, 5)} ${other}, where both ` +
      `phases have states: ${stable} is stable, ${least}`
    );
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

function severalLines({ along, points }: Pick<PhaseLine, 'along' | 'points'>): string[] {
  const values = points.map((point) => point[along]);
  const several = [...new Set(values.filter((value, at) => values.indexOf(value) !== at))];
  if (several.length === 0) return [];
  const where =
    `${along === 'pressure' ? 'P' : 'T'} = ` + several.map((value) => significant(value, 5)).join(', ');
  return ['', `Several zeros of dG at ${where}: the line turns back, or the surfaces fit noise`];
}

/** An interval; an open end lies beyond the states. */
function bandText({ low, high }: ConfidenceBand, digits: number): string {
  const end = (value: number): string => (Number.isFinite(value) ? fixed(value, digits) : 'beyond');
  return `${end(low)} to ${end(high)}`;
}
