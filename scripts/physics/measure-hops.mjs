// Hops of atoms into a vacancy, by δH and by displacements: results/hops.csv.
// node scripts/physics/measure-hops.mjs FOLDER
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { deltaEntropy, descriptors, readStructures, referenceSet } from '../../dist/node.js';
import { findFiles } from '../../dist/faces/node/io.js';
import { timeAverages } from '../../dist/faces/node/analysis.js';
import { HOP_RUNS } from './hops.mjs';
import { image, jumps, nearest, RULE, scores } from './jumps.mjs';
import { writeTable } from './tables.mjs';

const folder = `${process.argv[2]}/hops`;
/** Frames that a state lasts at least: those of the rule, and half of them. */
const LASTS = [RULE.lasts / 2, RULE.lasts];
const BANDWIDTH = 0.03;
const K = 12;

const rows = [];
for (const { name, perfect, like = name } of HOP_RUNS) {
  if (perfect || !existsSync(`${folder}/${name}/done`)) continue;
  // Kept beside the run, since it takes long.
  const kept = `${folder}/${name}/path.json`;
  if (!existsSync(kept)) writeFileSync(kept, JSON.stringify(await paths(name, like)));
  const { byDisplacement, byEntropy, box, spacing } = JSON.parse(readFileSync(kept, 'utf8'));
  for (const lasts of LASTS) {
    const [truth, found] = [byDisplacement, byEntropy].map((path) => jumps(path, { box, spacing, lasts }));
    rows.push({
      run: name,
      lasts: lasts / 10,
      frames: byDisplacement.length,
      ...scores(truth, found, RULE.within),
    });
    console.log(rows.at(-1));
  }
}
writeTable('hops.csv', rows, 4);

/** Where the vacancy is, by displacements and by δH, in each average. */
async function paths(name, like) {
  const known = [];
  const files = await findFiles([`${folder}/perfect-${like}/run.lammpstrj`]);
  for await (const frame of timeAverages(readStructures(files), RULE.window)) known.push(frame);
  const reference = await referenceSet(await descriptors(known, { k: K }));
  // Each against the others: without its own kernel, which is 1.
  const all = await deltaEntropy(await descriptors(known, { k: K }), reference, { bandwidth: BANDWIDTH });
  const usual = Math.max(...Array.from(all, (one) => -Math.log(Math.expm1(-one))));
  const byDisplacement = [];
  const byEntropy = [];
  let sites;
  for await (const frame of timeAverages(readStructures(`${folder}/${name}/run.lammpstrj`), RULE.window)) {
    const box = [frame.cell[0], frame.cell[4], frame.cell[8]];
    sites ??= sitesOf(frame, box);
    const site = emptySite(frame.positions, sites, box);
    byDisplacement.push(sites.points.slice(3 * site, 3 * site + 3));
    const dH = await deltaEntropy(await descriptors(frame, { k: K }), reference, { bandwidth: BANDWIDTH });
    byEntropy.push(centre(frame.positions, dH, usual, sites) ?? byEntropy.at(-1) ?? [0, 0, 0]);
  }
  return { byDisplacement, byEntropy, box: sites.box, spacing: sites.spacing };
}

/**
 * Sites of the lattice: those of LAMMPS's `create_atoms`, shifted to the atoms of the first frame.
 */
function sitesOf({ positions }, box) {
  const cells = 4;
  const a = box[0] / cells;
  const points = [];
  for (let x = 0; x < cells; x++)
    for (let y = 0; y < cells; y++)
      for (let z = 0; z < cells; z++)
        for (const [i, j, k] of [
          [0, 0, 0],
          [0.5, 0.5, 0],
          [0.5, 0, 0.5],
          [0, 0.5, 0.5],
        ])
          points.push((x + i) * a, (y + j) * a, (z + k) * a);
  const shift = [0, 0, 0];
  const count = positions.length / 3;
  for (let atom = 0; atom < count; atom++) {
    const site = nearest(positions, atom, points, box);
    for (let axis = 0; axis < 3; axis++)
      shift[axis] += image(positions[3 * atom + axis] - points[3 * site + axis], box[axis]) / count;
  }
  for (let at = 0; at < points.length; at++) points[at] += shift[at % 3];
  return { points, box, spacing: a * Math.SQRT1_2 };
}

/** The site that no atom is nearest to; of several the first. */
function emptySite(positions, { points }, box) {
  const taken = new Uint8Array(points.length / 3);
  for (let atom = 0; atom < positions.length / 3; atom++) taken[nearest(positions, atom, points, box)] = 1;
  return taken.indexOf(0);
}

/**
 * Where strange atoms lie around: the vacancy has no atom, but neighbours that miss one. The point
 * r where Σ exp(−|r − r_i|²/2s²) over atoms i of a δH above `usual` is largest, with s the distance
 * of neighbours; by mean shift from each of them.
 */
function centre(positions, dH, usual, { box, spacing }) {
  const strange = Array.from(dH.keys()).filter((atom) => dH[atom] > usual);
  let best = { density: -1, point: undefined };
  for (const start of strange) {
    let point = Array.from(positions.subarray(3 * start, 3 * start + 3));
    let density = 0;
    for (let step = 0; step < 20; step++) {
      const shift = [0, 0, 0];
      density = 0;
      for (const atom of strange) {
        const d = [0, 1, 2].map((axis) => image(positions[3 * atom + axis] - point[axis], box[axis]));
        const w = Math.exp(-(d[0] ** 2 + d[1] ** 2 + d[2] ** 2) / (2 * spacing ** 2));
        density += w;
        for (let axis = 0; axis < 3; axis++) shift[axis] += w * d[axis];
      }
      point = point.map((one, axis) => one + shift[axis] / density);
    }
    if (density > best.density) best = { density, point };
  }
  return best.point;
}
