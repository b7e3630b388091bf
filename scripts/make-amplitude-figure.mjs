// Makes docs/entropy-amplitude.svg, and prints its numbers: how the entropy of a rattled crystal of
// copper (2048 atoms, Gaussian displacements of standard deviation σ along each axis) goes with σ,
// at several bandwidths. A shift of all scales by a factor would add 3 ln of it. Needs the build.
// Usage: node scripts/make-amplitude-figure.mjs
import { writeFileSync } from 'node:fs';
import { descriptors, entropy } from '../dist/node.js';
import { figureSvg } from '../dist/faces/figure.js';
import { RandomStream } from '../dist/statistics/random.js';

const LATTICE = 3.615;
const CELLS = 8;
const BANDWIDTHS = [0.015, 0.03, 0.06];
const FACTOR = 1.25;
const SIGMAS = Array.from({ length: 15 }, (_, at) => 0.02 * FACTOR ** at);
const CORNERS = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];

// One draw for all σ: their differences have less noise.
const random = new RandomStream(1);
const sites = [];
for (let x = 0; x < CELLS; x++) {
  for (let y = 0; y < CELLS; y++) {
    for (let z = 0; z < CELLS; z++) {
      for (const corner of CORNERS) {
        sites.push(...[x, y, z].map((cell, axis) => LATTICE * (cell + corner[axis])));
      }
    }
  }
}
const steps = sites.map(() => random.normal());
const edge = LATTICE * CELLS;
const cell = [edge, 0, 0, 0, edge, 0, 0, 0, edge];

const entropies = [];
for (const sigma of SIGMAS) {
  const positions = Float64Array.from(sites, (x, at) => x + sigma * steps[at]);
  entropies.push(await entropy(await descriptors({ positions, cell }), { bandwidth: BANDWIDTHS }));
}

const limit = 0.9 * Math.log(sites.length / 3);
const series = BANDWIDTHS.map((h, index) => {
  const points = SIGMAS.slice(0, -1).flatMap((sigma, at) => {
    // Where H is saturated, N is what limits it.
    if (entropies[at + 1][index] > limit) return [];
    const slope = (entropies[at + 1][index] - entropies[at][index]) / Math.log(FACTOR);
    return [{ ratio: h / (sigma * Math.sqrt(FACTOR)), slope }];
  });
  points.sort((a, b) => a.ratio - b.ratio);
  return { h, points };
});
for (const { h, points } of series) {
  const text = points.map(({ ratio, slope }) => `${ratio.toFixed(3)}: ${slope.toFixed(2)}`).join('  ');
  const above = points.findLastIndex(({ slope }) => slope > 3);
  const [one, other] = [points[above], points[above + 1]];
  const share = (one.slope - 3) / (one.slope - other.slope);
  const crossing = one.ratio * (other.ratio / one.ratio) ** share;
  console.log(`h = ${h}: dH/d ln σ is 3 at h/σ = ${crossing.toFixed(3)}; by h/σ: ${text}`);
}
const svg = await figureSvg({
  title: 'Rattled copper: how entropy goes with the amplitude σ',
  panels: [
    {
      x: { name: 'h/σ', unit: '1/Å²', scale: 'log' },
      y: { name: 'dH / d ln σ', unit: 'nats' },
      series: series.map(({ h, points }) => ({
        kind: 'line',
        name: `h = ${h} 1/Å`,
        x: points.map(({ ratio }) => ratio),
        y: points.map(({ slope }) => slope),
      })),
      markers: [{ axis: 'y', at: 3, label: '3: three dimensions, all scaled' }],
    },
  ],
});
writeFileSync('docs/entropy-amplitude.svg', svg);
