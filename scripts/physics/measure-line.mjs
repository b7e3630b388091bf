// The melting line that H gives against the one that is known, at each h, N and k:
// results/lj-line.csv, and the known one: results/lj-known-line.csv. Reads lj-states.csv.
// Also lj-pairs.csv and lj-phases.csv, see below. node scripts/physics/measure-line.mjs
import { phaseLine } from '../../dist/node.js';
import { differenceAtEntropy, KNOWN_RANGES } from '../../dist/entropy/known-range.js';
import { EPSILON, gigapascals, kelvin, PRESSURE, SIGMA } from './lennard-jones.mjs';
import { leastSquares } from './logs.mjs';
import { readTable, writeTable } from './tables.mjs';
import { coexistence, gibbsEnergy } from './thermodynamics.mjs';

/**
 * Coexistence of this potential by interface pinning: U. R. Pedersen, J. Chem. Phys. 139, 104102
 * (2013), as given in LAMMPS's examples/PACKAGES/rhok/README.md.
 */
export const PUBLISHED = { T: 0.8, P: 2.185 };

const rows = readTable('lj-states.csv');
const states = (phase) =>
  rows.filter((row) => row.phase === phase && row.k === 32 && row.N === 1000 && row.h === rows[0].h);
const [solid, liquid] = [gibbsEnergy(states('solid')), gibbsEnergy(states('liquid'))];
const known = coexistence(solid, liquid, PUBLISHED);
console.log(`residuals of V and U over their errors: ${solid.chi.toFixed(2)}, ${liquid.chi.toFixed(2)}`);

const line = [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2].map((T) => {
  // Within the pressures of the states.
  const middle = PUBLISHED.P + 14.2 * (T - PUBLISHED.T);
  const P = known.pressure(T, middle - 0.9, middle + 0.9);
  return {
    T,
    P,
    dS: known.entropy(T, P),
    V_solid: solid.volume(T, P),
    V_liquid: liquid.volume(T, P),
  };
});
writeTable('lj-known-line.csv', line);

const found = [];
for (const [k, N] of [
  [32, 1000],
  [32, 4000],
  [12, 4000],
])
  for (const h of [...new Set(rows.map((row) => row.h))]) {
    const own = rows.filter((row) => row.k === k && row.N === N && row.h === h);
    const points = own.map((row) => ({
      phase: row.phase,
      pressure: gigapascals(row.P),
      temperature: kelvin(row.T),
      volume: row.V * SIGMA ** 3,
      energy: row.U * EPSILON,
      entropy: row.H,
      volumeError: row.V_error * SIGMA ** 3,
      energyError: row.U_error * EPSILON,
      entropyError: row.H_error,
    }));
    const T = line.map((point) => point.T);
    let at = [];
    try {
      ({ points: at } = await phaseLine(points, { pressures: line.map(({ P }) => gigapascals(P)) }));
    } catch (error) {
      // No line at all among the states: every point of it is missing from the table.
      if (error.code !== 'EMPTY' && error.code !== 'NO_TRANSITION' && !/no transition/.test(error.message))
        throw error;
    }
    line.forEach((point, index) => {
      const one = at.find(({ pressure }) => Math.abs(pressure / PRESSURE - point.P) < 1e-6);
      const H = meanAt(own, T[index], point.P);
      found.push({
        k,
        N,
        h,
        T: point.T,
        P: point.P,
        dS: point.dS,
        H_mean: (H.solid + H.liquid) / 2,
        dH: H.liquid - H.solid,
        T_found: one === undefined ? '' : one.temperature / 1000,
        T_low: one === undefined ? '' : (one.band.low ?? 0) / 1000,
        T_high: one === undefined ? '' : (one.band.high ?? 0) / 1000,
        // The phase that is stable at lower T, and both slopes, in K/GPa.
        below: one?.below ?? '',
        slope: one?.slope ?? '',
        clapeyron: one?.clausiusClapeyron ?? '',
      });
    });
  }
writeTable('lj-line.csv', found);

// The line from H of one pair of states, at the h where the mean of both H is 4 nats: ΔG there, and
// V and U of all states for the rest.
const pairs = [];
for (const [k, N] of [
  [32, 1000],
  [32, 4000],
  [12, 4000],
])
  for (const { T, P } of states('solid')) {
    const of = (phase) =>
      rows.filter((row) => row.phase === phase && row.k === k && row.N === N && row.T === T && row.P === P);
    const [a, b] = [of('solid'), of('liquid')];
    const average = (row) => ({ mean: row.H, error: NaN, inefficiency: 1, blocks: 1 });
    const curve = a.map((row, at) => ({
      bandwidth: row.h,
      a: average(row),
      b: average(b[at]),
      difference: b[at].H - row.H,
      error: NaN,
      saturated: b[at].H > 0.9 * Math.log(N),
    }));
    const at = differenceAtEntropy(curve, KNOWN_RANGES.melting.best);
    const gibbs = b[0].U - a[0].U + P * (b[0].V - a[0].V) - T * at.difference;
    const line = coexistence(solid, liquid, { T, P }, gibbs);
    pairs.push({
      k,
      N,
      T,
      P,
      h: at.bandwidth,
      dH: at.difference,
      dS: known.entropy(T, P),
      T_found: line.temperature(P, T - 0.15, T + 0.15),
      T_known: known.temperature(P, T - 0.15, T + 0.15),
    });
  }
writeTable('lj-pairs.csv', pairs);
for (const [k, N] of [
  [32, 1000],
  [32, 4000],
  [12, 4000],
]) {
  // Not further from the line than 0.3 in P.
  const own = pairs.filter((row) => row.k === k && row.N === N && Math.abs(row.T_known - row.T) < 0.02);
  const worst = (values) => `${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`;
  console.log(
    `one pair, k = ${k}, N = ${N}: dH - dS ${worst(own.map(({ dH, dS }) => dH - dS))}, ` +
      `T / known ${worst(own.map(({ T_found, T_known }) => T_found / T_known))}`,
  );
}

// Within one phase: pairs of states at one T whose entropies differ by more than a tenth of a nat.
const within = [];
for (const [phase, fit] of [
  ['solid', solid],
  ['liquid', liquid],
])
  for (const a of rows.filter((row) => row.phase === phase))
    for (const b of rows) {
      const isPair =
        b.phase === phase && b.k === a.k && b.N === a.N && b.h === a.h && b.T === a.T && b.P > a.P;
      if (!isPair) continue;
      const dS = fit.entropy(b.T, b.P) - fit.entropy(a.T, a.P);
      if (Math.abs(dS) < 0.1 || Math.max(a.H, b.H) > 0.9 * Math.log(a.N)) continue;
      const { k, N, h, T } = a;
      within.push({
        phase,
        k,
        N,
        h,
        T,
        P_a: a.P,
        P_b: b.P,
        dS,
        H_mean: (a.H + b.H) / 2,
        ratio: (b.H - a.H) / dS,
      });
    }
writeTable('lj-phases.csv', within, 4);
for (const phase of ['solid', 'liquid'])
  for (const [low, high] of [
    [0, 1],
    [1, 1.5],
    [1.5, 2.3],
    [2.3, 4],
    [4, 7.5],
  ]) {
    const ratios = within
      .filter((row) => row.phase === phase && row.k === 32 && row.H_mean >= low && row.H_mean < high)
      .map(({ ratio }) => ratio);
    if (ratios.length === 0) continue;
    const [least, most] = [Math.min(...ratios).toFixed(2), Math.max(...ratios).toFixed(2)];
    console.log(`${phase}, k = 32, H from ${low} to ${high}: dH/dS ${least} to ${most} (${ratios.length})`);
  }

/** H of both phases at a point: quadratic surfaces through the states nearest in T. */
function meanAt(own, T, P) {
  const of = (phase) => {
    const mine = own.filter((row) => row.phase === phase);
    return surface(mine, T, P);
  };
  return { solid: of('solid'), liquid: of('liquid') };
}

function surface(points, T, P) {
  const basis = (t, p) => [1, t, p, t * t, t * p, p * p];
  const found = leastSquares(
    points.map((row) => basis(row.T, row.P)),
    points.map((row) => row.H),
  );
  return basis(T, P).reduce((sum, value, at) => sum + value * found[at], 0);
}
