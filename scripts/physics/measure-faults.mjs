// Atoms in a stacking fault that comes and goes, by δH and by displacements: results/faults.csv.
// node scripts/physics/measure-faults.mjs FOLDER
import { existsSync } from 'node:fs';
import {
  deltaEntropy,
  DescriptorMatrix,
  descriptors,
  readStructures,
  referenceSet,
} from '../../dist/node.js';
import { timeAverages } from '../../dist/faces/node/analysis.js';
import { FAULT_RUNS, PULLS, SLAB, spacing } from './faults.mjs';
import { image } from './jumps.mjs';
import { mean } from './logs.mjs';
import { writeTable } from './tables.mjs';

const folder = `${process.argv[2]}/faults`;
/** Frames are so many τ apart. */
const FRAME = 0.5;
/** What positions are averaged over, in τ, for both criteria. */
const WINDOWS = [1, 5, 20];
/** Averages are so many τ apart. */
const STRIDE = 10;
/** δH that this share of the perfect crystal's atoms is below. */
const USUAL = 0.99;
/**
 * `reach`: how many layers away atoms are that count. 12 neighbours are those of the next layers,
 * so an atom is in the fault if its own layer is stacked as in hcp. 24 reach the second layers, so
 * it is if its own or the next one is.
 */
const CHOICES = [
  { k: 24, bandwidth: 0.004, reach: 2 },
  { k: 24, bandwidth: 0.015, reach: 2 },
  { k: 12, bandwidth: 0.015, reach: 1 },
];
/** Layers with three others at least on either side, from 0: free surfaces are no part of this. */
const [FIRST, LAST] = [3, SLAB.layers - 4];

/** Averages of a run: structures, STRIDE apart. */
async function averages(name, window) {
  const found = [];
  const frames = window / FRAME;
  let at = 0;
  for await (const frame of timeAverages(readStructures(`${folder}/${name}/run.lammpstrj`), frames)) {
    if (at++ % (STRIDE / FRAME) === 0) found.push(frame);
  }
  return found;
}

/** The layer of each atom, by its height in the first frame. */
function layersOf({ positions }, d) {
  const heights = Array.from({ length: positions.length / 3 }, (_, atom) => positions[3 * atom + 2]);
  const lowest = Math.min(...heights);
  return heights.map((z) => Math.round((z - lowest) / (d * Math.sqrt(2 / 3))));
}

const boxOf = ({ cell }) => [cell[0], cell[4], Infinity];

/**
 * For each atom its three nearest in the layer below: of the first frame, by which displacements
 * are judged from then on.
 */
function below(frame, layers) {
  const box = boxOf(frame);
  const { positions } = frame;
  return layers.map((layer, atom) =>
    layers
      .map((other, near) => ({ other, near, r: distance(positions, atom, near, box) }))
      .filter(({ other }) => other === layer - 1)
      .sort((a, b) => a.r - b.r)
      .slice(0, 3)
      .map(({ near }) => near),
  );
}

const distance = (p, a, b, box) =>
  Math.hypot(...box.map((length, axis) => image(p[3 * a + axis] - p[3 * b + axis], length)));

/**
 * How an atom lies above the layer below it: 0 as in the first frame, 1 or 2 displaced along the
 * layers by a partial, but for vectors of the lattice. By the nearest of these.
 */
function stacking(first, frame, atom, near, d) {
  const box = boxOf(first);
  const moved = (one, axis) =>
    image(frame.positions[3 * one + axis] - first.positions[3 * one + axis], box[axis]);
  const [x, y] = [0, 1].map((axis) => moved(atom, axis) - mean(near.map((one) => moved(one, axis))));
  let best = { r: Infinity };
  for (let i = -9; i <= 9; i++)
    for (let j = -9; j <= 9; j++)
      for (let kind = 0; kind < 3; kind++) {
        // Vectors of the lattice (1, 0), (1/2, √3/2), and partials (0, 1/√3).
        const r = Math.hypot(
          image(x - (i + j / 2) * d, box[0]),
          image(y - ((j * Math.sqrt(3)) / 2 + kind / Math.sqrt(3)) * d, box[1]),
        );
        if (r < best.r) best = { r, kind };
      }
  return best.kind;
}

/**
 * Whether each atom's layer is as in hcp, stacked on the layer below otherwise than that above, and
 * whether its own or a next one is: by reach.
 */
function inFault(first, frame, layers, near, d) {
  const kinds = layers.map((layer, atom) =>
    layer > 0 ? stacking(first, frame, atom, near[atom], d) : undefined,
  );
  const upper = layers.map(() => []);
  near.forEach((three, atom) => three.forEach((one) => upper[one].push(atom)));
  const own = layers.map((layer, atom) => {
    if (layer < 1 || layer > SLAB.layers - 2) return false;
    const over = upper[atom].map((one) => kinds[one]);
    return kinds[atom] !== [0, 1, 2].sort((a, b) => count(over, b) - count(over, a))[0];
  });
  const next = own.map((is, atom) => is || [...near[atom], ...upper[atom]].some((one) => own[one]));
  return { 1: own, 2: next };
}

const count = (list, value) => list.filter((one) => one === value).length;
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

const rows = [];
for (const run of FAULT_RUNS) {
  if (run.still || !existsSync(`${folder}/${run.name}/done`)) continue;
  const d = spacing(run);
  for (const window of WINDOWS) {
    const still = await averages(`still-${run.name}`, window);
    const frames = await averages(run.name, window);
    const layers = layersOf(still[0], d);
    const isJudged = layers.map((layer) => layer >= FIRST && layer <= LAST);
    const judged = layers.filter((_, atom) => isJudged[atom]);
    const near = below(frames[0], layers);
    // Frames between the pulls: a window that holds a part of a pull is of neither kind.
    const quiet = frames
      .map((frame, at) => ({ frame, from: at * STRIDE }))
      .filter(({ from }) => {
        const since = from % PULLS.every;
        return from < PULLS.every
          ? from + window <= PULLS.every
          : since >= PULLS.lasts && since + window <= PULLS.every;
      });
    const truth = quiet.map(({ frame }) => inFault(frames[0], frame, layers, near, d));
    const noise = scatter(still, isJudged);
    for (const { k, bandwidth, reach } of CHOICES) {
      const known = async (frame) => rowsOf(await descriptors(frame, { k }), isJudged);
      // The first half of the still run is the reference, the second says what is usual.
      const half = still.length >> 1;
      const reference = await referenceSet(joined(await Promise.all(still.slice(0, half).map(known))));
      const values = async (frame) => deltaEntropy(await known(frame), reference, { bandwidth });
      const usual = [];
      for (const frame of still.slice(half)) usual.push(...(await values(frame)));
      const limit = quantile(
        usual.sort((a, b) => a - b),
        USUAL,
      );
      let [faulted, found, both] = [0, 0, 0];
      const whole = { faulted: 0, found: 0, both: 0 };
      for (const [at, { frame }] of quiet.entries()) {
        const dH = await values(frame);
        const own = truth[at][reach].filter((_, atom) => isJudged[atom]);
        const ofLayer = Array.from({ length: SLAB.layers }, () => ({ atoms: 0, is: 0, says: 0 }));
        own.forEach((is, atom) => {
          const says = dH[atom] > limit;
          faulted += is ? 1 : 0;
          found += says ? 1 : 0;
          both += is && says ? 1 : 0;
          const layer = ofLayer[judged[atom]];
          layer.atoms++;
          layer.is += is ? 1 : 0;
          layer.says += says ? 1 : 0;
        });
        // A layer is what more than half of its atoms are.
        for (const { atoms, is, says } of ofLayer) {
          whole.faulted += 2 * is > atoms ? 1 : 0;
          whole.found += 2 * says > atoms ? 1 : 0;
          whole.both += 2 * is > atoms && 2 * says > atoms ? 1 : 0;
        }
      }
      rows.push({
        run: run.name,
        window,
        noise: noise / d,
        k,
        h: bandwidth,
        frames: quiet.length,
        faulted,
        found,
        both,
        precision: both / found,
        recall: both / faulted,
        layer_precision: whole.both / whole.found,
        layer_recall: whole.both / whole.faulted,
      });
      console.log(rows.at(-1));
    }
  }
}
writeTable('faults.csv', rows, 4);

/** Root of the mean square of the displacements from the mean positions, along an axis. */
function scatter(frames, isJudged) {
  let [sum, terms] = [0, 0];
  const size = frames[0].positions.length;
  const box = boxOf(frames[0]);
  for (let at = 0; at < size; at++) {
    if (!isJudged[Math.floor(at / 3)]) continue;
    const all = frames.map((frame) => image(frame.positions[at] - frames[0].positions[at], box[at % 3]));
    const middle = mean(all);
    for (const one of all) sum += (one - middle) ** 2;
    terms += all.length - 1;
  }
  return Math.sqrt(sum / terms);
}

function rowsOf({ data, width, k, cutoff }, isJudged) {
  const kept = Array.from(isJudged.keys()).filter((atom) => isJudged[atom]);
  const values = new data.constructor(kept.length * width);
  kept.forEach((atom, at) => values.set(data.subarray(atom * width, (atom + 1) * width), at * width));
  return new DescriptorMatrix(values, { width, k, cutoff });
}

function joined(parts) {
  const [{ width, k, cutoff, data: first }] = parts;
  const values = new first.constructor(parts.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of parts) {
    values.set(data, at);
    at += data.length;
  }
  return new DescriptorMatrix(values, { width, k, cutoff });
}
