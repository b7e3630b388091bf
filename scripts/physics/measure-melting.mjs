// V and U of the states of melting.mjs from their logs, and H from their frames against h, N and k:
// results/lj-states.csv. Rows of states whose runs are not in the folder are kept.
// node scripts/physics/measure-melting.mjs FOLDER
import { existsSync } from 'node:fs';
import { descriptors, readStructures } from '../../dist/node.js';
import { findFiles } from '../../dist/faces/node/io.js';
import { EPSILON, SIGMA } from './lennard-jones.mjs';
import { blockError, lastRun, mean } from './logs.mjs';
import { meltingStates } from './melting.mjs';
import { stateEntropies } from '../../dist/faces/node/analysis.js';
import { storedTable, writeTable } from './tables.mjs';

const folder = `${process.argv[2]}/melting`;
const ATOMS = 500;
const BANDWIDTHS = [0.01, 0.015, 0.02, 0.025, 0.0275, 0.03, 0.038, 0.05, 0.07, 0.1];
/** Frames in a sample of H, and neighbours of an environment. */
const SAMPLES = [
  [2, 32],
  [8, 32],
  [8, 12],
];

const before = storedTable('lj-states.csv');
const rows = [];
for (const { phase, T, P, name } of meltingStates()) {
  if (!existsSync(`${folder}/${name}/done`)) {
    rows.push(...before.filter((row) => row.phase === phase && row.T === T && row.P === P));
    continue;
  }
  const log = lastRun(`${folder}/${name}/log.lammps`);
  const [V, U] = [log.Volume.map((v) => v / ATOMS / SIGMA ** 3), log.PotEng.map((u) => u / ATOMS / EPSILON)];
  const state = {
    phase,
    T,
    P,
    V: mean(V),
    V_error: blockError(V),
    U: mean(U),
    U_error: blockError(U),
  };
  const structures = [];
  for await (const frame of readStructures(await findFiles([`${folder}/${name}/run.lammpstrj@1:33`])))
    structures.push(frame);
  for (const [frames, k] of SAMPLES) {
    const x = await descriptors(structures, { k });
    const [{ entropy }] = await stateEntropies([x], { bandwidths: BANDWIDTHS, frames });
    BANDWIDTHS.forEach((h, at) => {
      const { mean: H, error } = entropy[at];
      rows.push({ ...state, k, N: frames * ATOMS, h, H, H_error: error });
    });
  }
  console.log(name);
}
writeTable('lj-states.csv', rows);
