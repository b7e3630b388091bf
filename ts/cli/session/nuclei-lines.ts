import { NONE, fixed } from '../../base/number-format.js';
import { CONFIDENCE, OTHER_QUANTILE, OWN_QUANTILE } from '../../base/constants.js';
import * as analysis from '../../faces/node/analysis.js';
import type {
  FirstPassage,
  FitParameter,
  NucleationFit,
  PhaseThreshold,
  SizeRange,
} from '../../faces/node/analysis.js';
import type { FitOrRefusal } from '../../base/fit-or-refusal.js';
import type { NucleiFlags } from './nuclei-options.js';
import type { NucleiFrame } from './nuclei-records.js';
import { passageCaution } from './passage-caution.js';
import { type Column, tableLines } from '../../base/table.js';

/** Most frames, and most ranges of sizes, that are printed. */
const SHOWN = 50;
const SIZES = 12;

/** The phases with their thresholds of δH. */
export function thresholdLines(
  thresholds: readonly PhaseThreshold[],
  bandwidth: number,
  given: ReadonlyMap<string, number>,
): string[] {
  const columns: Column<PhaseThreshold>[] = [
    { title: 'phase', text: ({ name }) => name, align: 'left' },
    { title: 'N', text: ({ environments }) => String(environments) },
    { title: `own ${100 * OWN_QUANTILE} %`, text: ({ own }) => own.toFixed(3) },
    { title: `others' ${100 * OTHER_QUANTILE} %`, text: ({ other }) => fixed(other, 3) },
    { title: 'threshold', text: ({ relative }) => relative.toFixed(3) },
    { title: 'of dH', text: ({ threshold }) => threshold.toFixed(3) },
    { title: '', text: (one) => howChosen(one, given), align: 'left' },
  ];
  return [`Phases: dH + log N in nats, h = ${bandwidth} 1/Å`, ...tableLines(columns, thresholds)];
}

function howChosen({ name, separated, other }: PhaseThreshold, given: ReadonlyMap<string, number>): string {
  if (given.has(name)) return 'given';
  if (separated) return 'midway';
  return other === null ? 'own percentile: no other phase' : 'largest own value: the phases overlap';
}

/** The atoms of each phase and the largest nucleus, frame by frame. */
export function frameLines(frames: readonly NucleiFrame[], names: readonly string[]): string[] {
  const several = (key: 'run' | 'file'): boolean => new Set(frames.map((frame) => frame[key])).size > 1;
  const has = (key: 'time' | 'step' | 'temperature'): boolean => frames.some((frame) => frame[key] !== null);
  const largest = ({ nuclei }: NucleiFrame): NucleiFrame['nuclei'][number] | undefined => nuclei[0];
  const columns: Column<NucleiFrame>[] = [
    ...(several('run') ? [{ title: 'run', text: ({ run }: NucleiFrame) => String(run) }] : []),
    { title: 'frame', text: ({ frame }) => String(frame) },
    ...(has('time')
      ? [{ title: 'ps', text: ({ time }: NucleiFrame) => fixed(time, 3) }]
      : has('step')
        ? [{ title: 'step', text: ({ step }: NucleiFrame) => fixed(step, 0) }]
        : []),
    ...(has('temperature')
      ? [{ title: 'T', text: ({ temperature }: NucleiFrame) => fixed(temperature, 1) }]
      : []),
    ...[...names, 'unknown'].map((title, at) => ({
      title,
      text: ({ counts }: NucleiFrame) => String(counts[at]),
    })),
    { title: 'nuclei', text: ({ nuclei }) => String(nuclei.length) },
    { title: 'largest', text: (frame) => String(largest(frame)?.size ?? 0) },
    { title: 'with shell', text: (frame) => String(largest(frame)?.sizeWithShell ?? 0) },
    { title: 'Rg (Å)', text: (frame) => fixed(largest(frame)?.radiusOfGyration, 2) },
    {
      title: 'center (Å)',
      text: (frame) =>
        largest(frame)
          ?.center?.map((x) => fixed(x, 1))
          .join(' ') ?? NONE,
    },
    { title: 'endless', text: (frame) => endless(largest(frame)?.percolation ?? 0) },
    ...(several('file')
      ? [{ title: 'file', text: ({ file }: NucleiFrame) => file, align: 'left' as const }]
      : []),
  ];
  const step = Math.ceil(frames.length / SHOWN);
  const shown = frames.filter((_, at) => at % step === 0);
  const lines = tableLines(columns, shown);
  return step <= 1 ? lines : [...lines, `Shown: ${shown.length} of ${frames.length} frames; -o writes all`];
}

function endless(directions: number): string {
  return directions === 0 ? NONE : `along ${directions}`;
}

/** Nuclei in ranges of sizes that double. */
export function sizeLines(counts: Float64Array, withShell: boolean): string[] {
  const what = withShell ? 'core and shell' : 'cores';
  const ranges = analysis.sizeRanges(counts);
  if (ranges.length === 0) return ['Sizes of nuclei: none'];
  const columns: Column<SizeRange>[] = [
    { title: 'atoms', text: ({ from, to }) => (from === to ? String(from) : `${from}-${to}`) },
    { title: 'nuclei', text: ({ count }) => String(count) },
  ];
  return [`Sizes of nuclei (${what}), all frames:`, ...tableLines(columns, ranges.slice(-SIZES))];
}

/** The nucleation barrier, fitted to the sizes. */
export function fitLines(fit: FitOrRefusal<NucleationFit>, flags: NucleiFlags): string[] {
  const title = 'ln N(n) = x0 + a n - b n^2/3';
  if (fit.value === null) return ['', `${title}: not fitted: ${fit.refusal}`];
  const { x0, a, b, critical, barrier, range, nuclei, dispersion } = fit.value;
  const { refusal } = analysis.criticalSize(fit.value);
  const { density, temperature } = flags;
  const lines = [
    '',
    `${title}, fitted to ${nuclei} nuclei of ${range[0]} to ${range[1]} atoms (dispersion ` +
      `${dispersion.toFixed(2)}):`,
    `x0 = ${parameter(x0)}, a = ${parameter(a)} kT, b = ${parameter(b)} kT`,
    refusal === null && critical !== null && barrier !== null
      ? `n* = ${parameter(critical, 1)} atoms, barrier ${parameter(barrier, 1)} kT`
      : `n* and barrier not resolved: ${refusal}`,
  ];
  if (density === undefined || temperature === undefined) return lines;
  const energies = analysis.nucleationEnergies(fit.value, density, temperature);
  return [
    ...lines,
    `interface ${energies.interface.toFixed(4)} J/m², driving force ` +
      `${energies.drivingForce.toExponential(3)} eV/Å³`,
  ];
}

/** The critical size from first-passage times. */
export function passageLines(passage: FitOrRefusal<FirstPassage>, axis: string): string[] {
  const title = 'Mean first-passage times of the largest nucleus';
  if (passage.value === null) return [`${title}: not fitted: ${passage.refusal}`];
  const { critical, nucleationTime, zeldovich, runs, sizes } = passage.value;
  const caution = passageCaution(passage.value);
  const size = Number.isNaN(critical.low)
    ? `${critical.value.toFixed(1)} (${runs} ${runs === 1 ? 'run has' : 'runs have'} no interval)`
    : parameter(critical, 1);
  return [
    `${title} (${runs} ${runs === 1 ? 'run' : 'runs'}, up to ${sizes.length} atoms):`,
    `n* = ${size} atoms, nucleation takes ${nucleationTime.toPrecision(4)} ${axis}, Zeldovich factor ` +
      zeldovich.toPrecision(3),
    ...(caution === null ? [] : [caution]),
  ];
}

function parameter({ value, low, high }: FitParameter, digits = 3): string {
  return `${fixed(value, digits)} (${100 * CONFIDENCE} %: ${fixed(low, digits)} to ${fixed(high, digits)})`;
}
