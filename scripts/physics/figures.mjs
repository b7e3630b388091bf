// Makes the figures of docs/physics.md from scripts/physics/results.
// node scripts/physics/figures.mjs
import { writeFileSync } from 'node:fs';
import { errorFunction } from 'simple-statistics';
import { figureSvg } from '../../dist/faces/figure.js';
import { gigapascals } from './lennard-jones.mjs';
import { readTable } from './tables.mjs';

const points = (name, rows, x, y) => ({ kind: 'points', name, x: rows.map(x), y: rows.map(y) });
const line = (name, rows, x, y) => ({ ...points(name, rows, x, y), kind: 'line' });

const map = readTable('map.csv').filter(({ N, saturated }) => N === 4000 && !saturated);
const fusion = readTable('lj-line.csv').filter(({ T }) => [0.7, 0.8, 0.9, 1, 1.1, 1.2].includes(T));
const phases = readTable('lj-phases.csv').filter(({ k, N }) => k === 32 && N === 4000);
const isCrystal = ({ system }) => system !== 'hard spheres';
const melting = fusion.filter(({ k, N, H_mean }) => k === 32 && N === 4000 && H_mean < 0.9 * Math.log(4000));
await draw('physics-map.svg', 'dH over dS of states whose entropy is known', {
  x: { name: 'mean of both H', unit: 'nats' },
  y: { name: 'dH / dS', range: [-0.5, 2.5] },
  series: [
    points(
      'harmonic crystals',
      map.filter(isCrystal),
      (row) => row.H_mean,
      (row) => row.ratio,
    ),
    points(
      'hard spheres, k = 32',
      map.filter((row) => !isCrystal(row) && row.k === 32),
      (row) => row.H_mean,
      (row) => row.ratio,
    ),
    points(
      'hard spheres, k = 12',
      map.filter((row) => !isCrystal(row) && row.k === 12),
      (row) => row.H_mean,
      (row) => row.ratio,
    ),
    ...['solid', 'liquid'].map((phase) =>
      points(
        `Lennard-Jones, ${phase}, k = 32`,
        phases.filter((row) => row.phase === phase),
        (row) => row.H_mean,
        (row) => row.ratio,
      ),
    ),
    points(
      'melting of Lennard-Jones, k = 32',
      melting,
      (row) => row.H_mean,
      (row) => row.dH / row.dS,
    ),
  ],
  markers: [{ axis: 'y', at: 1, label: 'dH = dS' }],
});

await draw('physics-fusion.svg', 'Entropy of fusion of Lennard-Jones atoms, less the known one', {
  x: { name: 'h', unit: '1/Å', scale: 'log' },
  y: { name: 'dH - dS', unit: 'nats', range: [-1.2, 0.6] },
  series: [
    [32, 1000],
    [32, 4000],
    [12, 4000],
  ].flatMap(([k, N]) =>
    [0.7, 1.2].map((T) =>
      line(
        `k = ${k}, N = ${N}, T = ${T}`,
        fusion.filter((row) => row.k === k && row.N === N && row.T === T),
        (row) => row.h,
        (row) => row.dH - row.dS,
      ),
    ),
  ),
  markers: [{ axis: 'y', at: 0, label: 'known' }],
});

const known = readTable('lj-known-line.csv');
const found = readTable('lj-line.csv').filter(({ N, T_found }) => N === 4000 && T_found !== '');
const sideBySide = readTable('lj-coexistence.csv');
await draw('physics-line.svg', 'Melting line of Lennard-Jones atoms', {
  x: { name: 'P', unit: 'GPa' },
  y: { name: 'T', unit: 'K' },
  series: [
    line(
      'known',
      known,
      (row) => gigapascals(row.P),
      (row) => 1000 * row.T,
    ),
    points(
      'side by side',
      sideBySide,
      (row) => gigapascals(row.P),
      (row) => 1000 * row.T,
    ),
    ...[
      [32, 0.0275],
      [32, 0.03],
      [12, 0.025],
      [12, 0.0275],
    ].map(([k, h]) =>
      points(
        `phase_line, k = ${k}, h = ${h}`,
        found.filter((row) => row.k === k && row.h === h),
        (row) => gigapascals(row.P),
        (row) => 1000 * row.T_found,
      ),
    ),
  ],
});

const sizes = readTable('nucleation-sizes.csv');
const fits = readTable('nucleation-fits.csv');
await draw('physics-nuclei.svg', 'Nuclei in an undercooled liquid', {
  x: { name: 'atoms of a nucleus', range: [0, 160] },
  y: { name: 'nuclei', scale: 'log' },
  series: [
    ['dH_core', 'by dH, core'],
    ['bond_order', 'by bond order'],
  ].flatMap(([method, name]) => {
    const { x0, a, b } = fits.find((row) => row.method === method);
    const from5 = Array.from({ length: 151 }, (_, at) => ({ size: at + 5 }));
    return [
      points(
        name,
        sizes.filter((row) => row.method === method && row.size <= 155),
        (row) => row.size,
        (row) => row.count,
      ),
      line(
        `${name}, fit`,
        from5,
        (row) => row.size,
        ({ size }) => Math.exp(x0 + a * size - b * size ** (2 / 3)),
      ),
    ];
  }),
});

const METHODS = [
  ['dH_core', 'by dH, core'],
  ['bond_order', 'by bond order'],
];
const passage = readTable('nucleation-passage.csv');
const passageFits = readTable('nucleation-passage-fits.csv');
await draw('physics-passage.svg', 'Mean first-passage time of the largest nucleus', {
  x: { name: 'atoms of the largest nucleus', range: [0, 600] },
  y: { name: 'first passage', unit: 'tau' },
  series: METHODS.flatMap(([method, name]) => {
    const own = passage.filter((row) => row.method === method);
    const drawn = [
      points(
        name,
        own,
        ({ size }) => size,
        ({ time }) => time,
      ),
    ];
    const fit = passageFits.find((row) => row.method === method && row.until === 600);
    if (fit.critical !== '') {
      const { critical, time, zeldovich } = fit;
      drawn.push(
        line(
          `${name}, fit`,
          own,
          ({ size }) => size,
          ({ size }) => (time / 2) * (1 + errorFunction((size - critical) * zeldovich * Math.sqrt(Math.PI))),
        ),
      );
    }
    return drawn;
  }),
});

const faults = readTable('faults.csv');
await draw('physics-faults.svg', 'Atoms of a stacking fault that dH finds', {
  x: { name: 'noise / distance of neighbours' },
  y: { name: 'recall', range: [0, 1] },
  series: [
    [24, 0.004],
    [24, 0.015],
    [12, 0.015],
  ].map(([k, h]) =>
    points(
      `k = ${k}, h = ${h}`,
      faults.filter((row) => row.k === k && row.h === h),
      ({ noise }) => noise,
      ({ recall }) => recall,
    ),
  ),
  markers: [{ axis: 'y', at: 0.95, label: '0.95' }],
});

async function draw(file, title, panel) {
  writeFileSync(`docs/${file}`, await figureSvg({ title, panels: [panel] }));
}
