// ΔH / ΔS of neighbouring states of known.csv against the mean of their H: results/map.csv.
// node scripts/physics/measure-map.mjs
import { readTable, writeTable } from './tables.mjs';

/** Where H / log N of a state is above it, N limits H. */
const SATURATION = 0.9;

const rows = readTable('known.csv');
const groups = new Map();
for (const row of rows) {
  const name = `${row.system},${row.k},${row.N},${row.h}`;
  groups.set(name, [...(groups.get(name) ?? []), row]);
}
const found = [];
for (const own of groups.values())
  for (let at = 1; at < own.length; at++) {
    const [a, b] = [own[at - 1], own[at]];
    const { system, k, N, h } = a;
    found.push({
      system,
      k,
      N,
      h,
      state_a: a.state,
      state_b: b.state,
      H_mean: (a.H + b.H) / 2,
      ratio: (b.H - a.H) / (b.S - a.S),
      saturated: Math.max(a.H, b.H) > SATURATION * Math.log(N) ? 1 : 0,
    });
  }
writeTable('map.csv', found, 4);

const isCrystal = ({ system }) => system !== 'hard spheres';
for (const [name, of] of [
  ['crystals', isCrystal],
  ['hard spheres, k = 32', (row) => !isCrystal(row) && row.k === 32],
  ['hard spheres, k = 12', (row) => !isCrystal(row) && row.k === 12],
]) {
  console.log(`${name}: dH/dS by the mean of H, not saturated`);
  for (const [low, high] of [
    [0, 0.5],
    [0.5, 1],
    [1, 1.5],
    [1.5, 2.3],
    [2.3, 3],
    [3, 4],
    [4, 5],
    [5, 6],
    [6, 7.5],
  ]) {
    const own = found.filter((row) => of(row) && !row.saturated && row.H_mean >= low && row.H_mean < high);
    if (own.length === 0) continue;
    const ratios = own.map(({ ratio }) => ratio);
    const [least, most] = [Math.min(...ratios).toFixed(2), Math.max(...ratios).toFixed(2)];
    console.log(`${low} to ${high}: ${least} to ${most} (${own.length})`);
  }
}
