// Hops of atoms into a vacancy, by δH and by displacements: results/hops.csv.
// node scripts/physics/measure-hops.mjs FOLDER
import { deltaEntropy, descriptors, readStructures, referenceSet } from '../../dist/node.js';
import { findFiles } from '../../dist/faces/node/io.js';
import { timeAverages } from '../../dist/faces/node/analysis.js';
import { HOP_RUNS } from './hops.mjs';
import { writeTable } from './tables.mjs';

const folder = `${process.argv[2]}/hops`;
/** Frames that positions are averaged over, for both criteria: 1 τ. */
const WINDOW = 10;
/** Frames that a state lasts at least: 1 τ. */
const LASTS = 10;
/** Frames by which both may differ on the time of a hop: 1 τ. */
const APART = 10;
const BANDWIDTH = 0.03;
const K = 12;

const rows = [];
for (const { name, perfect } of HOP_RUNS) {
  if (perfect) continue;
  const known = [];
  const files = await findFiles([`${folder}/perfect-${name}/run.lammpstrj`]);
  for await (const frame of timeAverages(readStructures(files), WINDOW)) known.push(frame);
  const reference = await referenceSet(await descriptors(known, { k: K }));
  // Each against the others: without its own kernel, which is 1.
  const all = await deltaEntropy(await descriptors(known, { k: K }), reference, { bandwidth: BANDWIDTH });
  const own = Array.from(all, (one) => -Math.log(Math.expm1(-one))).sort((a, b) => a - b);
  const usual = own.at(-1);
  const byDisplacement = [];
  const byEntropy = [];
  let sites;
  for await (const frame of timeAverages(readStructures(`${folder}/${name}/run.lammpstrj`), WINDOW)) {
    const box = [frame.cell[0], frame.cell[4], frame.cell[8]];
    sites ??= sitesOf(frame, box);
    byDisplacement.push(emptySite(frame.positions, sites, box));
    const dH = await deltaEntropy(await descriptors(frame, { k: K }), reference, { bandwidth: BANDWIDTH });
    byEntropy.push(centre(frame.positions, dH, usual, sites) ?? byEntropy.at(-1) ?? [0, 0, 0]);
  }
  const { box, spacing } = sites;
  const truth = changes(
    byDisplacement.map((site) => sites.points.slice(3 * site, 3 * site + 3)),
    box,
    spacing,
  );
  const found = changes(byEntropy, box, spacing);
  const matched = matches(truth, found);
  rows.push({
    run: name,
    frames: byDisplacement.length,
    hops: truth.length,
    found: found.length,
    matched,
    precision: matched / found.length,
    recall: matched / truth.length,
  });
  console.log(rows.at(-1), truth.slice(0, 20).join(' '), '|', found.slice(0, 20).join(' '));
}
writeTable('hops.csv', rows, 4);

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

function nearest(positions, atom, points, box) {
  let [best, least] = [-1, Infinity];
  for (let site = 0; site < points.length / 3; site++) {
    let square = 0;
    for (let axis = 0; axis < 3; axis++)
      square += image(positions[3 * atom + axis] - points[3 * site + axis], box[axis]) ** 2;
    if (square < least) [best, least] = [site, square];
  }
  return best;
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

function image(d, length) {
  return d - length * Math.round(d / length);
}

/**
 * Frames at which a point moves by more than half of the spacing for good: the medians of the LASTS
 * frames before and after differ by that, and by most within LASTS frames.
 */
function changes(path, box, spacing) {
  const step = [];
  for (let at = LASTS; at + LASTS <= path.length; at++) {
    const base = path[at];
    const median = (from) =>
      [0, 1, 2].map((axis) => {
        const values = Array.from({ length: LASTS }, (_, i) =>
          image(path[from + i][axis] - base[axis], box[axis]),
        );
        return values.sort((a, b) => a - b)[LASTS >> 1];
      });
    const [before, after] = [median(at - LASTS), median(at)];
    step.push([at, Math.hypot(...[0, 1, 2].map((axis) => image(after[axis] - before[axis], box[axis])))]);
  }
  const found = [];
  let open = [];
  const close = () => {
    if (open.length === 0) return;
    const most = Math.max(...open.map(([, size]) => size));
    const top = open.filter(([, size]) => size > most - 1e-9);
    found.push(top[top.length >> 1][0]);
    open = [];
  };
  for (const one of step) {
    if (one[1] > spacing / 2) open.push(one);
    else close();
  }
  close();
  return found;
}

function matches(truth, found) {
  const left = new Set(found);
  let count = 0;
  for (const at of truth) {
    const one = [...left]
      .filter((other) => Math.abs(other - at) <= APART)
      .sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
    if (one === undefined) continue;
    left.delete(one);
    count++;
  }
  return count;
}
