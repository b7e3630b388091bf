// Hops of an atom on a surface, by δH and by displacements: results/adatoms.csv.
// node scripts/physics/measure-adatoms.mjs FOLDER
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { deltaEntropy, descriptors, readStructures, referenceSet } from '../../dist/node.js';
import { findFiles } from '../../dist/faces/node/io.js';
import { timeAverages } from '../../dist/faces/node/analysis.js';
import { ADATOM_RUNS, edge, hollows, SURFACE } from './adatoms.mjs';
import { jumps, nearest, RULE, scores } from './jumps.mjs';
import { writeTable } from './tables.mjs';

const folder = `${process.argv[2]}/adatoms`;
const BANDWIDTH = 0.03;
const K = 12;

const rows = [];
for (const run of ADATOM_RUNS) {
  const { name, bare } = run;
  if (bare || !existsSync(`${folder}/${name}/done`)) continue;
  // Kept beside the run, since it takes long.
  const kept = `${folder}/${name}/path.json`;
  if (!existsSync(kept)) writeFileSync(kept, JSON.stringify(await paths(run)));
  const { byDisplacement, byEntropy } = JSON.parse(readFileSync(kept, 'utf8'));
  const rule = { box: boxOf(run), spacing: edge(run) * Math.SQRT1_2, lasts: RULE.lasts };
  const truth = jumps(byDisplacement, rule);
  // The strangest atom by its place, and by the hollow that it is nearest to.
  const points = hollows(run);
  const inHollow = byEntropy.map((point) => {
    const site = nearest(point, 0, points, rule.box);
    return points.slice(3 * site, 3 * site + 3);
  });
  for (const [by, path] of [
    ['place', byEntropy],
    ['hollow', inHollow],
  ]) {
    const found = jumps(path, rule);
    rows.push({
      run: name,
      by,
      frames: byDisplacement.length,
      ...scores(truth, found, RULE.within),
    });
    console.log(rows.at(-1));
  }
}
writeTable('adatoms.csv', rows, 4);

function boxOf(run) {
  return [SURFACE.cells * edge(run), SURFACE.cells * edge(run), Infinity];
}

/** Where the atom is, by displacements and by δH, in each average. */
async function paths(run) {
  const { name } = run;
  const known = [];
  const files = await findFiles([`${folder}/bare-${name}/run.lammpstrj`]);
  for await (const frame of timeAverages(readStructures(files), RULE.window)) known.push(frame);
  const reference = await referenceSet(await descriptors(known, { k: K }));
  const a = edge(run);
  const box = boxOf(run);
  const sites = [...layers(a), ...hollows(run)];
  const first = sites.length / 3 - hollows(run).length / 3;
  const byDisplacement = [];
  const byEntropy = [];
  for await (const frame of timeAverages(readStructures(`${folder}/${name}/run.lammpstrj`), RULE.window)) {
    byDisplacement.push(occupied(frame.positions, sites, first, box) ?? byDisplacement.at(-1));
    const dH = await deltaEntropy(await descriptors(frame, { k: K }), reference, { bandwidth: BANDWIDTH });
    const strangest = dH.indexOf(Math.max(...dH));
    byEntropy.push(Array.from(frame.positions.subarray(3 * strangest, 3 * strangest + 3)));
  }
  return { byDisplacement, byEntropy };
}

/** Sites of the layers: those of LAMMPS's `create_atoms`. */
function layers(a) {
  const { cells, layers: count } = SURFACE;
  const points = [];
  for (let layer = 0; layer < count; layer++)
    for (let i = 0; i < 2 * cells; i++)
      for (let j = 0; j < 2 * cells; j++)
        if ((i + j + layer) % 2 === 0) points.push((i * a) / 2, (j * a) / 2, (layer * a) / 2);
  return points;
}

/** Where the hollow is that an atom is nearest to, of all sites; of several the first. */
function occupied(positions, sites, first, box) {
  // An atom lower than the last layer is in none.
  const lowest = (sites.at(-1) + sites[3 * first - 1]) / 2 - 0.5;
  for (let atom = 0; atom < positions.length / 3; atom++) {
    if (positions[3 * atom + 2] < lowest) continue;
    const site = nearest(positions, atom, sites, box);
    if (site >= first) return sites.slice(3 * site, 3 * site + 3);
  }
  return undefined;
}
