// Melting temperatures of crystal and liquid side by side: results/lj-coexistence.csv against the
// line of measure-line.mjs. node scripts/physics/measure-coexistence.mjs
// FOLDER
import { existsSync } from 'node:fs';
import { coexistenceName, PRESSURES } from './coexistence.mjs';
import { crystalClusters, dumpFrames } from './bond-order.mjs';
import { PRESSURE, SIGMA } from './lennard-jones.mjs';
import { blockError, lastRun, mean } from './logs.mjs';
import { readTable, writeTable } from './tables.mjs';

const folder = process.argv[2];
const known = readTable('lj-known-line.csv');

/** T of the line at P, between its points. */
function knownTemperature(P) {
  const at = known.findIndex((row) => row.P > P);
  if (at < 1) return NaN;
  const [a, b] = [known[at - 1], known[at]];
  return a.T + ((P - a.P) / (b.P - a.P)) * (b.T - a.T);
}

const rows = [];
for (const state of PRESSURES) {
  const where = `${folder}/coexistence/${coexistenceName(state)}`;
  if (!existsSync(`${where}/done`)) continue;
  const log = lastRun(`${where}/log.lammps`);
  const reduced = (bar) => bar / 10000 / PRESSURE;
  const T = log.Temp.map((one) => one / 1000);
  // Both phases must be there from the first frame to the last.
  const crystal = [...dumpFrames(`${where}/run.lammpstrj`)].map(
    (frame) =>
      crystalClusters(frame, { cutoff: 1.5 * SIGMA }).reduce((sum, size) => sum + size, 0) /
      (frame.positions.length / 3),
  );
  const half = Math.floor(T.length / 2);
  rows.push({
    P: mean(log.Pzz.map(reduced)),
    P_lateral: mean(log.Pxx.map((one, at) => reduced((one + log.Pyy[at]) / 2))),
    T: mean(T),
    T_error: blockError(T),
    T_first_half: mean(T.slice(0, half)),
    T_second_half: mean(T.slice(half)),
    crystal_least: Math.min(...crystal),
    crystal_most: Math.max(...crystal),
    T_known: knownTemperature(mean(log.Pzz.map(reduced))),
  });
}
for (const row of rows) row.ratio = row.T / row.T_known;
console.table(rows);
writeTable('lj-coexistence.csv', rows);
