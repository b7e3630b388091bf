import { DISAGREEMENT } from '../../base/constants.js';
import { counted, fixed, percent, significant } from '../../base/number-format.js';
import { type Column, tableLines } from '../../base/table.js';
import type { BandwidthAdvice } from '../../faces/node/quests.js';
import type { BandwidthConclusion, BandwidthSource } from '../../faces/node/analysis.js';

const SOURCES: Readonly<Record<BandwidthSource, string>> = {
  volume: 'published fit, volume per atom',
  thermal: 'halves of the simulation overlap',
  likelihood: 'leave-one-out likelihood',
  window: 'middle of the window of H',
};

/** A bandwidth with the digits it deserves. */
export function bandwidthText(h: number): string {
  return significant(h, 3);
}

/** In one line which bandwidth is taken, and why. */
export function adviceLine({ bandwidth, by }: Pick<BandwidthAdvice, 'bandwidth' | 'by'>): string {
  return `h = ${bandwidthText(bandwidth)} 1/Å (${SOURCES[by]})`;
}

/** What there is to say of a recommended bandwidth. */
export function adviceLines(advice: BandwidthAdvice): string[] {
  const { environments, sample, copies, dimension, conclusions } = advice;
  const drawn = copies === 0 ? '' : `; ${copies} of those drawn are copies of others`;
  return [
    `Environments: ${environments}, looked at: ${sample}${drawn}`,
    ...(Number.isNaN(dimension) ? [] : [`Dimension of the data: ${dimension}`]),
    ...foundLines(advice),
    ...(conclusions.length === 0 ? [] : ['', 'What one would conclude:', ...conclusionLines(conclusions)]),
    '',
    `Recommended: ${adviceLine(advice)}`,
    ...disagreementLines(advice),
  ];
}

function foundLines({ volume, thermal, likelihood, window }: BandwidthAdvice): string[] {
  const lines: string[] = [];
  if (volume !== null) {
    const left = volume.skipped === 0 ? '' : `; ${counted(volume.skipped, 'structure')} without a volume`;
    const fitted = (of: string, one: { volume: number; bandwidth: number }): string =>
      `${of}: V = ${fixed(one.volume, 2)} Å^3/atom -> h = ${bandwidthText(one.bandwidth)}`;
    lines.push(`${fitted('Published fit', volume)}${left}`);
    const elements = Object.entries(volume.elements);
    // Where all structures have all elements, each would say the same again.
    const differs = elements.some(
      ([, one]) => bandwidthText(one.bandwidth) !== bandwidthText(volume.bandwidth),
    );
    for (const [element, one] of differs ? elements : [])
      lines.push(fitted(`  structures with ${element}`, one));
  }
  if (thermal !== null) {
    lines.push(
      `Two halves of the simulation overlap: h = ${bandwidthText(thermal.bandwidth)} ` +
        `(${thermal.environments} environments of each)`,
    );
  }
  if (likelihood !== null) {
    const { bandwidth, low, high } = likelihood;
    lines.push(
      `Leave-one-out likelihood: h = ${bandwidthText(bandwidth)} ` +
        `(95 % interval: ${bandwidthText(low)} to ${bandwidthText(high)})`,
    );
  }
  if (window !== null) {
    const [from, to] = [window.saturated, window.collapsed].map((h) => (h === null ? '–' : bandwidthText(h)));
    lines.push(`H leaves log N at h = ${from} and collapses at h = ${to}`);
  }
  return lines;
}

function conclusionLines(conclusions: readonly BandwidthConclusion[]): string[] {
  const columns: Column<BandwidthConclusion>[] = [
    { title: 'by', align: 'left', text: ({ by }) => SOURCES[by] },
    { title: 'h', text: ({ bandwidth }) => bandwidthText(bandwidth) },
    { title: 'H', text: ({ entropy }) => fixed(entropy, 2) },
    { title: 'H / log N', text: ({ efficiency }) => fixed(efficiency, 3) },
    { title: 'novel to the rest', text: ({ novelty }) => percent(novelty) },
  ];
  return tableLines(columns, conclusions);
}

function disagreementLines({ disagreement }: BandwidthAdvice): string[] {
  if (!(disagreement > DISAGREEMENT)) return [];
  return [
    `They disagree by a factor of ${significant(disagreement, 2)}: results depend on the bandwidth; ` +
      'state it, and count novelty with --novel-level',
  ];
}

/** A recommended bandwidth in JSON. */
export function adviceKeys(advice: BandwidthAdvice): Record<string, unknown> {
  const { bandwidth, by, sample, copies, dimension, volume, likelihood, window, thermal } = advice;
  return {
    bandwidth,
    by,
    looked_at: sample,
    copies,
    dimension: Number.isNaN(dimension) ? null : dimension,
    volume,
    thermal,
    likelihood,
    window,
    conclusions: advice.conclusions,
    disagreement: advice.disagreement,
    agree: advice.disagreement <= DISAGREEMENT,
    scan: advice.scan.map((point) => ({
      bandwidth: point.bandwidth,
      entropy: point.entropy,
      efficiency: point.efficiency,
      log_likelihood: point.logLikelihood,
    })),
  };
}
