import type { BandwidthPoint } from '../entropy/bandwidth-scan.js';
import { SATURATION } from '../base/constants.js';
import type { Figure } from './figure.js';

/** H and D against the bandwidth, and above which H a set is saturated. */
export function bandwidthScanFigure(scan: readonly BandwidthPoint[], environments: number): Figure {
  const x = scan.map(({ bandwidth }) => bandwidth);
  const saturated = SATURATION * Math.log(environments);
  return {
    title: `Entropy of ${environments} environments against the bandwidth`,
    panels: [
      {
        x: { name: 'bandwidth h', unit: '1/Å', scale: 'log' },
        y: { name: 'entropy', unit: 'nats' },
        series: [
          { kind: 'line', name: 'entropy H', x, y: scan.map(({ entropy }) => entropy) },
          { kind: 'line', name: 'diversity D', x, y: scan.map(({ diversity }) => diversity) },
        ],
        markers: [{ axis: 'y', at: saturated, label: `saturated above ${SATURATION} log N` }],
      },
    ],
  };
}
