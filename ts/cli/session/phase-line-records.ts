import type { PhaseLine } from '../../faces/node/quests.js';
import type { ColumnTable } from '../../faces/node/io.js';
import type { FittedPhase, PhaseLinePoint } from '../../faces/node/analysis.js';
import { tableOf } from './frame-rows.js';

/** The result for programs. Ends of intervals beyond the states are null. */
export function phaseLineRecord(
  { phases, along, points, gaps, resamples, level, seed }: PhaseLine,
  agrees: (point: PhaseLinePoint) => boolean,
): Record<string, unknown> {
  return {
    phases: phases.map(phaseRecord),
    along,
    line: points.map((point) => ({ ...pointRecord(point, along), slopes_agree: agrees(point) })),
    gaps: gaps.map(({ at, reach, nearest }) => ({
      [along]: at,
      reach,
      nearest: nearest && { at: nearest.at, dG: nearest.gibbs },
    })),
    resamples,
    level,
    seed,
  };
}

/** A row for each point of the line. */
export function phaseLineTable({ points, along }: PhaseLine): ColumnTable {
  return tableOf(
    points.map((point) => pointRecord(point, along)),
    [],
  );
}

function phaseRecord({ name, places, surfaces }: FittedPhase): Record<string, unknown> {
  const span = (values: readonly number[]): number[] => [Math.min(...values), Math.max(...values)];
  return {
    name,
    n_states: places.length,
    pressure: span(places.map(({ pressure }) => pressure)),
    temperature: span(places.map(({ temperature }) => temperature)),
    surfaces: Object.fromEntries(
      Object.entries(surfaces).map(([quantity, { degree, rms, trials }]) => [
        quantity,
        { degree, rms, left_out: trials.map((trial) => ({ degree: trial.degree, rms: trial.error })) },
      ]),
    ),
  };
}

function pointRecord(
  point: PhaseLinePoint,
  along: PhaseLine['along'],
): Record<string, number | string | null> {
  const free = along === 'pressure' ? 'temperature' : 'pressure';
  const finite = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null;
  return {
    pressure: point.pressure,
    temperature: point.temperature,
    [`${free}_low`]: finite(point.band.low),
    [`${free}_high`]: finite(point.band.high),
    slope: point.slope,
    slope_low: finite(point.slopeBand?.low),
    slope_high: finite(point.slopeBand?.high),
    clausius_clapeyron: point.clausiusClapeyron,
    clausius_clapeyron_low: finite(point.clausiusClapeyronBand.low),
    clausius_clapeyron_high: finite(point.clausiusClapeyronBand.high),
    dH: point.difference.entropy,
    dV: point.difference.volume,
    dU: point.difference.energy,
    below: point.below,
  };
}
