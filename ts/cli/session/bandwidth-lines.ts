import { DISAGREEMENT } from '../../base/constants.js';
import { counted, fixed, percent, significant } from '../../base/number-format.js';
import { type Column, tableLines } from '../../base/table.js';
import type { BandwidthAdvice } from '../../faces/node/quests.js';
import type {
  BandwidthConclusion,
  BandwidthSource,
  ElementBandwidthAdvice,
  ElementBandwidths,
} from '../../faces/node/analysis.js';

const SOURCES: Readonly<Record<BandwidthSource, string>> = {
  volume: 'published fit, volume per atom',
  thermal: 'halves of the simulation overlap',
  likelihood: 'leave-one-out likelihood',
  window: 'middle of the window of H',
};

/** Why an element has the h of all. */
const TOO_FEW = 'that of all elements: too few environments';

/** A bandwidth with the digits it deserves. */
export function bandwidthText(h: number): string {
  return significant(h, 3);
}

/** In one line which bandwidth is taken, and why. */
export function adviceLine({ bandwidth, by }: Pick<BandwidthAdvice, 'bandwidth' | 'by'>): string {
  return `h = ${bandwidthText(bandwidth)} 1/Å (${SOURCES[by]})`;
}

/** What bandwidths by element follow from, where they were left to the data. */
export interface TakenElements {
  /** What each follows from; `null` where an element has too few environments. */
  readonly by: Readonly<Record<string, BandwidthSource | null>>;
  /** The h of these, and of elements that the set lacks: that of all its elements. */
  readonly others: number;
  readonly disagreement: Readonly<Record<string, number>>;
}

/** What a result is to say of them. */
export function takenElements({ elements, all }: ElementBandwidthAdvice): TakenElements {
  const each = <T>(value: (advice: BandwidthAdvice | null) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(elements).map(([element, advice]) => [element, value(advice)]));
  return {
    by: each((advice) => advice?.by ?? null),
    others: all.bandwidth,
    disagreement: each((advice) => (advice ?? all).disagreement),
  };
}

/** In one line which bandwidths by element are taken, and why. */
export function elementsLine(bandwidths: ElementBandwidths, taken?: TakenElements): string {
  const said = Object.entries(bandwidths).map(([element, h]) => [element, `${element} ${h}`] as const);
  const unit = '1/Å';
  if (taken === undefined) return `Bandwidth by element: ${said.map(([, one]) => one).join(', ')} ${unit}`;
  const groups = new Map<string, string[]>();
  for (const [element, one] of said) {
    const by = taken.by[element] ?? null;
    const why = by === null ? TOO_FEW : SOURCES[by];
    groups.set(why, [...(groups.get(why) ?? []), one]);
  }
  const parts = Array.from(groups, ([why, those]) => `${those.join(', ')} ${unit} (${why})`);
  return `Bandwidth by element: ${parts.join('; ')}`;
}

/** The same in JSON, beside the bandwidths. */
export function takenElementsKeys({ by, others, disagreement }: TakenElements): Record<string, unknown> {
  const sources = Object.entries(by).map(([element, one]) => [element, one ?? 'all']);
  return {
    bandwidth_by: Object.fromEntries(sources) as Record<string, string>,
    bandwidth_disagreement: disagreement,
    bandwidth_others: others,
  };
}

/** The table of what is recommended for each element. */
export function elementAdviceLines({ bandwidths, elements, all }: ElementBandwidthAdvice): string[] {
  const text = (h: number | null | undefined): string => (h == null ? '–' : bandwidthText(h));
  type Row = readonly [element: string, advice: BandwidthAdvice | null];
  const columns: Column<Row>[] = [
    { title: 'element', align: 'left', text: ([element]) => element },
    { title: 'published fit', text: ([element]) => text(all.volume?.elements[element]?.bandwidth) },
    { title: 'two halves', text: ([, advice]) => text(advice?.thermal?.bandwidth) },
    { title: 'likelihood', text: ([, advice]) => text(advice?.likelihood?.bandwidth) },
    {
      title: 'window',
      text: ([, advice]) =>
        advice?.window == null ? '–' : `${text(advice.window.saturated)} to ${text(advice.window.collapsed)}`,
    },
    { title: 'h', text: ([element]) => text(bandwidths[element]) },
    { title: 'by', align: 'left', text: ([, advice]) => (advice === null ? TOO_FEW : SOURCES[advice.by]) },
  ];
  const typed = Object.entries(bandwidths).map(([element, h]) => `${element}=${h}`);
  return [
    '',
    'For each central element:',
    ...tableLines(columns, Object.entries(elements)),
    `Recommended by element: -b ${typed.join(',')}`,
  ];
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

/** What is recommended for each element, in JSON; `null` where it has too few environments. */
export function elementAdviceKeys({ bandwidths, elements }: ElementBandwidthAdvice): Record<string, unknown> {
  const each = Object.entries(elements).map(([element, advice]) => [
    element,
    advice && { environments: advice.environments, ...adviceKeys(advice) },
  ]);
  return { bandwidths, elements: Object.fromEntries(each) as Record<string, unknown> };
}
