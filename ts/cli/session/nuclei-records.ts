import * as analysis from '../../faces/node/analysis.js';
import type { Nuclei } from '../../node.js';
import type { FirstPassage, NucleationFit, NucleusGrowth } from '../../faces/node/analysis.js';
import type { FitOrRefusal } from './fit-or-refusal.js';
import type { NucleiFlags } from './nuclei-options.js';

/** A frame, and the nuclei in it. */
export interface NucleiFrame {
  /** Number of its run, from 0. */
  readonly run: number;
  readonly file: string;
  readonly frame: number;
  readonly step: number | null;
  readonly time: number | null;
  readonly temperature: number | null;
  readonly atoms: number;
  /** Atoms of each phase, then those of none. */
  readonly counts: readonly number[];
  readonly nuclei: Nuclei['nuclei'];
}

/** A frame as the result has it. */
export function frameRecord(one: NucleiFrame, names: readonly string[]): Record<string, unknown> {
  const { run, file, frame, step, time, temperature, atoms, counts, nuclei } = one;
  return {
    run,
    file,
    frame,
    step,
    time,
    temperature,
    n_envs: atoms,
    counts: Object.fromEntries(names.map((name, at) => [name, counts[at]])),
    largest: nuclei[0]?.size ?? 0,
    largest_with_shell: nuclei[0]?.sizeWithShell ?? 0,
    nuclei: nuclei.map(({ size, sizeWithShell, center, radiusOfGyration, percolation }) => ({
      size,
      size_with_shell: sizeWithShell,
      center,
      radius_of_gyration: radiusOfGyration,
      percolation,
    })),
  };
}

/** The fit of the barrier, or why there is none. */
export function fitRecord(fit: FitOrRefusal<NucleationFit>, flags: NucleiFlags): Record<string, unknown> {
  if (fit.value === null) return { refusal: fit.refusal };
  const { x0, a, b, critical, barrier, range, nuclei, dispersion } = fit.value;
  const { density, temperature } = flags;
  const energies =
    density === undefined || temperature === undefined
      ? {}
      : analysis.nucleationEnergies(fit.value, density, temperature);
  return { x0, a, b, critical_size: critical, barrier, range, n_nuclei: nuclei, dispersion, ...energies };
}

/** First-passage times, or why there are none. */
export function passageRecord(passage: FitOrRefusal<FirstPassage>, axis: string): Record<string, unknown> {
  if (passage.value === null) return { refusal: passage.refusal };
  const { sizes, times, critical, nucleationTime, zeldovich, runs } = passage.value;
  return {
    critical_size: critical,
    nucleation_time: nucleationTime,
    zeldovich,
    runs,
    axis,
    sizes: Array.from(sizes),
    times: Array.from(times),
  };
}

/**
 * The largest nucleus over time, run by run, and what time is measured in. A nucleus that reaches its own image grows no
 * further for want of room, so what follows does not count.
 */
export function runsOf(
  found: readonly NucleiFrame[],
  sizeOf: (nucleus: Nuclei['nuclei'][number]) => number,
): { runs: NucleusGrowth[]; axis: string } {
  const has = (key: 'time' | 'step'): boolean => found.every((one) => one[key] !== null);
  const key = has('time') ? 'time' : has('step') ? 'step' : undefined;
  const runs = [...new Set(found.map(({ run }) => run))].map((number) => {
    const all = found.filter((one) => one.run === number);
    const endless = all.findIndex(({ nuclei }) => (nuclei[0]?.percolation ?? 0) > 0);
    const own = endless === -1 ? all : all.slice(0, Math.max(1, endless));
    return {
      times: own.map((one, at) => (key === undefined ? at : Number(one[key]))),
      largest: own.map(({ nuclei }) => Math.max(0, ...nuclei.map(sizeOf))),
    };
  });
  return { runs, axis: key === 'time' ? 'ps' : (key ?? 'frames') };
}
