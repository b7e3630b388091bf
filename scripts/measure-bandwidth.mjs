// node scripts/measure-bandwidth.mjs [gaussian|sets|learned|few …]: bandwidths that are
// recommended, and H at them: tables and figure of docs/bandwidth.md. `sets` takes files after
// `--`, also with the elements of atom types: run.lammpstrj=Cu,Zr. Needs the build; takes minutes.
import { writeFileSync } from 'node:fs';
import { DescriptorMatrix, descriptors, entropy, readStructures, recommendBandwidth } from '../dist/node.js';
import { figureSvg } from '../dist/faces/figure.js';
import { rowsOf } from '../dist/kernel/row-sample.js';
import { RandomStream } from '../dist/statistics/random.js';

const EXAMPLES = ['examples/cu_train.xyz', 'examples/cu_melt.xyz', 'examples/cu_crystal.xyz'];

function gaussian(rows, width, seed) {
  const random = new RandomStream(seed);
  return new DescriptorMatrix(
    Float64Array.from({ length: rows * width }, () => random.normal()),
    { width },
  );
}

/**
 * Error of the differential entropy −⟨log p⟩ that kernels of width h make of normal numbers, whose
 * own is known, for each h.
 */
async function biases(x, bandwidths) {
  const exact = 0.5 * x.width * Math.log(2 * Math.PI * Math.E);
  const found = await entropy(x, { bandwidth: bandwidths });
  return bandwidths.map((h, at) => found[at] + x.width * Math.log(h * Math.sqrt(2 * Math.PI)) - exact);
}

const significant = (value) => (value === null ? '–' : String(Number(value.toPrecision(3))));

async function gaussians() {
  const bandwidths = Array.from({ length: 7 }, (_, at) => 0.02 * 10 ** (at / 3));
  const lines = [];
  for (const width of [1, 3, 10, 63]) {
    for (const rows of [250, 1000, 4000]) {
      const x = gaussian(rows, width, 100 * width + rows);
      const { bandwidth, by, likelihood, window, dimension } = await recommendBandwidth(x);
      const ends = [likelihood.low, likelihood.high].map(significant).join(' to ');
      const errors = await biases(x, [bandwidth, likelihood.bandwidth]);
      const scaled = [window.saturated, window.collapsed].map(significant).join(' to ');
      console.log(
        `| ${[
          width,
          rows,
          dimension,
          `${significant(likelihood.bandwidth)} (${ends})`,
          scaled,
          `${significant(bandwidth)}, ${by}`,
          ...errors.map((error) => error.toFixed(2)),
        ].join(' | ')} |`,
      );
      lines.push({ width, rows, y: await biases(x, bandwidths) });
    }
  }
  const series = lines
    .filter(({ rows }) => rows === 1000)
    .map(({ width, y }) => {
      return { kind: 'line', name: `d = ${width}`, x: bandwidths, y: y.map((value) => value / width) };
    });
  const panel = {
    x: { name: 'bandwidth h', unit: 'σ', scale: 'log' },
    y: { name: 'error of H per dimension, N = 1000', unit: 'nats' },
    series,
    markers: [{ axis: 'y', at: 0, label: '' }],
  };
  const svg = await figureSvg({ title: 'Entropy of normal numbers', panels: [panel] });
  writeFileSync('docs/bandwidth.svg', svg);
}

function row(name, advice) {
  const { volume, thermal, likelihood, window, bandwidth, by, conclusions } = advice;
  const { efficiency = NaN, novelty = NaN } = conclusions[0] ?? {};
  const fields = [
    name,
    significant(volume?.bandwidth ?? null),
    significant(thermal?.bandwidth ?? null),
    significant(likelihood?.bandwidth ?? null),
    window === null ? '–' : [window.saturated, window.collapsed].map(significant).join(' to '),
    `${significant(bandwidth)}, ${by}`,
    efficiency.toFixed(2),
    `${(100 * novelty).toFixed(0)} %`,
  ];
  console.log(`| ${fields.join(' | ')} |`);
}

async function sets(files) {
  for (const argument of files) {
    const [file, elements] = argument.split('=');
    const structures = [];
    for await (const structure of readStructures(file, { elements: elements?.split(',') })) {
      structures.push(structure);
    }
    const several = new Set(structures.flatMap(({ species = [] }) => species)).size > 1;
    for (const species of several ? ['ignore', 'center', 'full'] : ['ignore']) {
      const x = await descriptors(structures, { species });
      const name = file.replace(/^.*\//, '');
      row(several ? `${name}, ${species}` : name, await recommendBandwidth(x, { structures }));
    }
  }
}

/** Smooth functions of a few hidden numbers, of which some are rare: as learned descriptors are. */
async function learned() {
  for (const width of [16, 64, 128, 256, 512]) {
    for (const scale of [0.001, 1, 1000]) {
      const random = new RandomStream(width);
      const hidden = 8;
      const weights = Array.from({ length: width }, () =>
        Array.from({ length: hidden + 1 }, () => random.normal()),
      );
      const data = new Float64Array(1500 * width);
      for (let at = 0; at < 1500; at++) {
        const z = Array.from({ length: hidden }, () => random.normal());
        weights.forEach((own, column) => {
          const sum = z.reduce((all, value, index) => all + value * own[index], own[hidden]);
          data[at * width + column] = (scale * sum) / (1 + Math.exp(-sum));
        });
      }
      row(`${width} columns × ${scale}`, await recommendBandwidth(new DescriptorMatrix(data, { width })));
    }
  }
}

/** What is recommended for a few environments of a set, drawn at random, as a share of its own. */
async function few() {
  for (const file of ['examples/cu_train.xyz', 'examples/cu_test.xyz']) {
    const structures = [];
    for await (const structure of readStructures(file)) structures.push(structure);
    const x = await descriptors(structures);
    const { bandwidth } = await recommendBandwidth(x);
    for (const count of [11, 20, 30, 50, 100, 200]) {
      const shares = [];
      for (let seed = 0; seed < 12; seed++) {
        const rows = new RandomStream(seed, count).distinct(count, x.rows).sort();
        shares.push((await recommendBandwidth(rowsOf(x, rows))).bandwidth / bandwidth);
      }
      shares.sort((one, other) => one - other);
      const ends = [shares[0], shares.at(-1)].map((share) => share.toFixed(1)).join(' to ');
      console.log(`| ${[file.replace(/^.*\/|\.xyz$/g, ''), count, ends].join(' | ')} |`);
    }
  }
}

const asked = process.argv.slice(2);
const split = asked.indexOf('--');
const parts = split === -1 ? asked : asked.slice(0, split);
const files = split === -1 ? EXAMPLES : [...EXAMPLES, ...asked.slice(split + 1)];
const PARTS = { gaussian: gaussians, sets: () => sets(files), learned, few };
for (const [name, part] of Object.entries(PARTS)) {
  if (parts.length > 0 && !parts.includes(name)) continue;
  console.log(`\n${name}`);
  await part();
}
