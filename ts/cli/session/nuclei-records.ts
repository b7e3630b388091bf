import * as analysis from '../../faces/node/analysis.js';
import type { Nuclei } from '../../faces/node/quests.js';
import type { FirstPassage, GrowthOfRuns, NucleationFit } from '../../faces/node/analysis.js';
import type { FitOrRefusal } from '../../base/fit-or-refusal.js';
import type { NucleiFlags } from './nuclei-options.js';
import { passageCaution } from './passage-caution.js';

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

/** What times of a run are measured in, in JSON and in lines. */
export const UNITS: Readonly<Record<GrowthOfRuns['axis'], string>> = {
  time: 'ps',
  step: 'step',
  frame: 'frames',
};

/** A frame, with the keys of JSON. */
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
  const { sizes, times, critical, nucleationTime, zeldovich, runs, scatter } = passage.value;
  return {
    critical_size: critical,
    nucleation_time: nucleationTime,
    zeldovich,
    runs,
    scatter,
    caution: passageCaution(passage.value),
    axis,
    sizes: Array.from(sizes),
    times: Array.from(times),
  };
}
