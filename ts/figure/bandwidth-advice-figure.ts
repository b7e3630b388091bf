import { SATURATION } from '../base/constants.js';
import type { BandwidthAdvice, BandwidthSource } from '../entropy/bandwidth-advice.js';
import type { Figure, Marker } from './figure.js';

/** What says a bandwidth, in a few letters: names stand side by side. */
const NAMES: Readonly<Record<BandwidthSource, string>> = {
  volume: 'volume',
  thermal: 'halves',
  likelihood: 'likelihood',
  window: 'middle',
};

/** Log likelihood below the largest that is drawn, in nats. */
const LOWEST = 20;

/** H and the likelihood against the bandwidth, and the bandwidths that were found. */
export function bandwidthAdviceFigure({
  scan,
  conclusions,
  sample,
  by,
}: Pick<BandwidthAdvice, 'scan' | 'conclusions' | 'sample' | 'by'>): Figure {
  const h = { name: 'bandwidth h', unit: '1/Å', scale: 'log' } as const;
  const x = scan.map(({ bandwidth }) => bandwidth);
  const found: Marker[] = conclusions.map((one) => {
    return { axis: 'x', at: one.bandwidth, label: one.by === by ? `${NAMES[by]} (taken)` : NAMES[one.by] };
  });
  const best = Math.max(...scan.map(({ logLikelihood }) => logLikelihood));
  const likelihoods = scan.map(({ logLikelihood }) =>
    best - logLikelihood > LOWEST ? NaN : logLikelihood - best,
  );
  return {
    title: `Bandwidths for a sample of ${sample} environments`,
    panels: [
      {
        x: h,
        y: { name: 'H / log n', range: [0, 1] },
        series: [{ kind: 'line', name: 'H / log n', x, y: scan.map(({ efficiency }) => efficiency) }],
        markers: [
          ...found,
          { axis: 'y', at: SATURATION, label: 'saturated' },
          { axis: 'y', at: 1 - SATURATION, label: 'collapsed' },
        ],
      },
      {
        x: h,
        y: { name: 'log likelihood per environment', unit: 'nats' },
        series: [{ kind: 'line', name: 'leave-one-out likelihood', x, y: likelihoods }],
        markers: found,
      },
    ],
  };
}
