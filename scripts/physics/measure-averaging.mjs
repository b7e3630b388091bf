// H of crystal and liquid near the melting line from positions averaged over 1, 2 and 4 frames,
// which are apart by 500 steps: results/lj-averaging.csv.
// node scripts/physics/measure-averaging.mjs FOLDER
import { descriptors, readStructures } from '../../dist/node.js';
import { findFiles } from '../../dist/faces/node/io.js';
import { stateEntropies, timeAverages } from '../../dist/faces/node/analysis.js';
import { readTable, writeTable } from './tables.mjs';

const folder = `${process.argv[2]}/melting`;
/** States beside both ends of the line. */
const STATES = [
  [0.7, 0.9],
  [1.2, 8],
];
const [K, FRAMES] = [32, 8];
const BANDWIDTHS = [0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.0275, 0.03, 0.038, 0.05, 0.07, 0.1];
/** Frames that positions are averaged over. */
const WINDOWS = [1, 2, 4];
/** The mean of both H at which they are compared, in nats. */
const NATS = 4;

async function entropies(phase, T, P, window) {
  const name = `${phase}-T${T.toFixed(2)}-P${P.toFixed(1)}`;
  const frames = readStructures(await findFiles([`${folder}/${name}/run.lammpstrj@1:33`]));
  const all = [];
  let at = 0;
  // Windows that share no frame.
  for await (const frame of timeAverages(frames, window)) if (at++ % window === 0) all.push(frame);
  const x = await descriptors(all.slice(0, FRAMES), { k: K });
  const [{ entropy }] = await stateEntropies([x], { bandwidths: BANDWIDTHS, frames: FRAMES });
  return entropy.map(({ mean }) => mean);
}

/** A value where the mean of both H is some number of nats, linear in log h. */
function between(values, middles, wanted) {
  for (let at = 1; at < middles.length; at++) {
    const [high, low] = [middles[at - 1], middles[at]];
    if (!(high >= wanted && low <= wanted)) continue;
    const share = (high - wanted) / (high - low);
    return values[at - 1] + share * (values[at] - values[at - 1]);
  }
  return NaN;
}

const pairs = readTable('lj-pairs.csv');
const rows = [];
for (const [T, P] of STATES) {
  const { dS } = pairs.find((row) => row.k === K && row.N === 4000 && row.T === T && row.P === P);
  for (const window of WINDOWS) {
    const [solid, liquid] = [await entropies('solid', T, P, window), await entropies('liquid', T, P, window)];
    const middles = solid.map((H, at) => (H + liquid[at]) / 2);
    const differences = solid.map((H, at) => liquid[at] - H);
    const h = Math.exp(between(BANDWIDTHS.map(Math.log), middles, NATS));
    rows.push({
      T,
      P,
      frames: window,
      dS,
      h,
      H_solid: between(solid, middles, NATS),
      dH: between(differences, middles, NATS),
      dH_003: differences[BANDWIDTHS.indexOf(0.03)],
    });
    console.log(rows.at(-1));
  }
}
writeTable('lj-averaging.csv', rows);
