// Events that `quests events` finds where nothing happens, in a quiet crystal and a liquid:
// results/quiet.csv. node scripts/physics/measure-quiet.mjs FOLDER
import { deltaEntropy, descriptors, entropy, readStructures } from '../../dist/node.js';
import { findEvents } from '../../dist/faces/node/analysis.js';
import { mean } from './logs.mjs';
import { writeTable } from './tables.mjs';

const folder = `${process.argv[2]}/quiet`;

async function read(name) {
  const frames = [];
  for await (const frame of readStructures(`${folder}/${name}/run.lammpstrj`)) frames.push(frame);
  return frames;
}

// Runs of 250 frames in which nothing happens.
const quietRows = [];
for (const name of ['crystal', 'liquid']) {
  const frames = await read(name);
  for (const every of [1, 5]) {
    const own = frames.filter((_, at) => at % every === 0);
    const length = 250;
    if (own.length < length) continue;
    let [H, novelty] = [0, 0];
    let seen = 0;
    for (let from = 0; from + length <= own.length; from += length) {
      const part = own.slice(from, from + length);
      seen += length;
      const x = [];
      for (const frame of part) x.push(await descriptors(frame));
      const first = await descriptors(part.slice(0, 5));
      const entropies = [];
      const deltas = [];
      for (const [at, one] of x.entries()) {
        entropies.push(await entropy(one, { bandwidth: 0.03 }));
        if (at >= 5) deltas.push(mean([...(await deltaEntropy(one, first, { bandwidth: 0.03 }))]));
      }
      H += findEvents(entropies).events.length;
      novelty += findEvents(deltas).events.length;
    }
    quietRows.push({
      run: name,
      frame_every: every / 10,
      frames: seen,
      events_H: H,
      events_dH: novelty,
      per_10000_H: (10000 * H) / seen,
      per_10000_dH: (10000 * novelty) / seen,
    });
  }
}
writeTable('quiet.csv', quietRows, 4);
console.table(quietRows);
