// node scripts/chemistry-figures.mjs: draws the figures of docs/chemistry.md from the tables there,
// which scripts/measure-chemistry.mjs prints. Needs the build; run it where a table changes.
import { readFileSync, writeFileSync } from 'node:fs';
import { figureSvg } from '../dist/faces/figure.js';

const FOLDER = 'docs';
const MODES = ['ignore', 'center', 'blocks', 'full'];
const page = readFileSync('docs/chemistry.md', 'utf8');

/** The rows of the table whose head begins with some cells, each by the names of the head. */
function table(...first) {
  const lines = page.split('\n');
  const cells = (line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const head = lines.findIndex((line) => first.every((name, at) => cells(line)[at] === name));
  if (head === -1) throw new Error(`docs/chemistry.md has no table of ${first.join(', ')}`);
  const names = cells(lines[head]);
  const rows = [];
  for (let at = head + 2; lines[at]?.startsWith('|'); at++) {
    const row = cells(lines[at]);
    if (row.length !== names.length) throw new Error(`docs/chemistry.md, line ${at + 1}: ${lines[at]}`);
    rows.push(Object.fromEntries(names.map((name, column) => [name, row[column]])));
  }
  return rows;
}

const line = (name, x, y) => ({ kind: 'line', name, x, y });
const AUROC = { name: 'AUROC of δH', range: [0.3, 1] };

async function draw(file, title, panels) {
  writeFileSync(`${FOLDER}/${file}`, await figureSvg({ title, panels }));
}

const swaps = table('crystal, displacements', 'ignore').map((row) => {
  const [, crystal, by] = /^(.*), (\S+) Å$/.exec(row['crystal, displacements']);
  return { ...row, crystal, by: Number(by) };
});
const crystals = [...new Set(swaps.map(({ crystal }) => crystal))];
const panelOf = (names, what) => ({
  x: { name: `displacements, ${what}`, unit: 'Å' },
  y: AUROC,
  series: MODES.map((mode) => {
    const by = [...new Set(swaps.map((row) => row.by))];
    const mean = (own) => own.reduce((sum, row) => sum + Number(row[mode]), 0) / own.length;
    return line(
      mode,
      by,
      by.map((each) => mean(swaps.filter((r) => r.by === each && names.includes(r.crystal)))),
    );
  }),
});
const alloys = crystals.filter((name) => /^(fcc|bcc) /.test(name));
await draw('chemistry-swaps.svg', 'A swapped pair of atoms, by mode of --species', [
  panelOf(
    crystals.filter((name) => !alloys.includes(name)),
    'mean of the ordered crystals',
  ),
  panelOf(alloys, 'mean of the alloys of five elements'),
]);

const order = table('share shuffled', 'ignore');
const shares = order.map((row) => Number(row['share shuffled']));
const part = (mode, at) => order.map((row) => Number(row[mode].split(' / ')[at]));
const against = (name, at) => ({
  x: { name: 'share of the atoms of CuAu that is shuffled' },
  y: { name, unit: 'nats' },
  series: MODES.map((mode) => line(mode, shares, part(mode, at))),
});
await draw('chemistry-order.svg', 'From order to disorder', [
  against('H', 0),
  against('mean δH to the crystal', 1),
]);

const cost = table('elements', 'mode');
const byElements = (name, column, unit) => ({
  x: { name: 'elements', scale: 'log' },
  y: { name, unit },
  series: ['center', 'full', 'blocks'].map((mode) => {
    const own = cost.filter((row) => row.mode === mode && row[column] !== '–');
    return line(
      mode,
      own.map((row) => Number(row.elements)),
      own.map((row) => Number(row[column])),
    );
  }),
});
await draw('chemistry-cost.svg', 'Cost relative to --species ignore', [
  byElements('time of descriptors', 'descriptors', undefined),
  byElements('memory', 'memory', undefined),
]);
