// Melting of silicon by H, against both phases side by side: results/silicon-*.csv. Rows of states
// whose runs are not in the folder are kept. node scripts/physics/measure-silicon.mjs FOLDER
import { existsSync } from 'node:fs';
import { descriptors, phaseLine, readStructures } from '../../dist/node.js';
import { findFiles } from '../../dist/faces/node/io.js';
import { stateEntropies } from '../../dist/faces/node/analysis.js';
import { differenceAtEntropy, KNOWN_RANGES } from '../../dist/entropy/known-range.js';
import { crystalClusters, dumpFrames } from './bond-order.mjs';
import { blockError, lastRun, leastSquares, mean } from './logs.mjs';
import { ATOMS, coexistenceName, PRESSURES, siliconStates } from './silicon.mjs';
import { storedTable, writeTable } from './tables.mjs';
import { BOLTZMANN, GIGAPASCALS } from './units.mjs';

const folder = `${process.argv[2]}/silicon`;
const BANDWIDTHS = [0.015, 0.02, 0.0225, 0.025, 0.0275, 0.03, 0.034, 0.038, 0.05, 0.07];
/** Frames in a sample of H, and neighbours of an environment. */
const SAMPLES = [
  [8, 32],
  [8, 12],
  [2, 32],
].map(([frames, k]) => ({ frames, k, N: frames * ATOMS }));
/**
 * Two shells of diamond, 16 atoms. At 1650 K and more all atoms of the crystal have 8 of them
 * alike, and none of the liquid.
 */
const SHELLS = { cutoff: 4.2, alike: 0.5, fewest: 8 };

const before = storedTable('silicon-states.csv');
const rows = [];
for (const { phase, T, P, name } of siliconStates()) {
  if (!existsSync(`${folder}/${name}/done`)) {
    rows.push(...before.filter((row) => row.phase === phase && row.T === T && row.P === P));
    continue;
  }
  const log = lastRun(`${folder}/${name}/log.lammps`);
  const [V, U] = [log.Volume.map((v) => v / ATOMS), log.PotEng.map((u) => u / ATOMS)];
  const state = { phase, P, T, V: mean(V), V_error: blockError(V), U: mean(U), U_error: blockError(U) };
  const structures = [];
  for await (const frame of readStructures(await findFiles([`${folder}/${name}/run.lammpstrj@1:33`])))
    structures.push(frame);
  for (const { frames, k, N } of SAMPLES) {
    const x = await descriptors(structures, { k });
    const [{ entropy }] = await stateEntropies([x], { bandwidths: BANDWIDTHS, frames });
    BANDWIDTHS.forEach((h, at) => {
      const { mean: H, error } = entropy[at];
      rows.push({ ...state, k, N, h, H, H_error: error });
    });
  }
  console.log(name);
}
writeTable('silicon-states.csv', rows);

const polynomial = (of, rows) => {
  const middle = mean(rows.map(({ T }) => T));
  const basis = (T) => [1, (T - middle) / 100, ((T - middle) / 100) ** 2];
  const found = leastSquares(
    rows.map(({ T }) => basis(T)),
    rows.map(of),
  );
  return {
    at: (T) => basis(T).reduce((sum, value, power) => sum + value * found[power], 0),
    /** ∫ (d/dT) / T, from a T to another. */
    entropy(from, to) {
      const [, b, c] = found;
      const linear = b / 100 - (2 * c * middle) / 100 ** 2;
      return linear * Math.log(to / from) + ((2 * c) / 100 ** 2) * (to - from);
    },
  };
};

/** One row of each state, for what does not depend on h, N and k. */
const isFirst = ({ k, N, h }) => k === rows[0].k && N === rows[0].N && h === rows[0].h;

/** What is known at a pressure: T of both phases side by side, and V and U of the states. */
function knownAt({ P }, T) {
  const own = (phase) => rows.filter((row) => row.phase === phase && row.P === P && isFirst(row));
  const enthalpy = ({ U, V }) => U + (P * V) / GIGAPASCALS;
  const of = (value) => [polynomial(value, own('solid')), polynomial(value, own('liquid'))];
  const [solid, liquid] = of(enthalpy);
  const difference = (t) => liquid.at(t) - solid.at(t);
  const change = (from, to) => (liquid.entropy(from, to) - solid.entropy(from, to)) / BOLTZMANN;
  const volumes = of(({ V }) => V);
  const error = Math.hypot(...['solid', 'liquid'].map((phase) => mean(own(phase).map((row) => row.U_error))));
  const dS = difference(T) / (BOLTZMANN * T);
  return {
    solid,
    liquid,
    volumes,
    dS,
    error,
    /** ΔS at another T. */
    entropy: (t) => dS + change(T, t),
    /** V of the liquid less that of the crystal. */
    volume: (t) => volumes[1].at(t) - volumes[0].at(t),
    /** ΔG at t, if ΔS is `entropy` at `from`. */
    gibbs: (t, from, entropy) => difference(t) - BOLTZMANN * t * (entropy + change(from, t)),
  };
}

/** Where ΔG falls through zero, within a quarter of T; else NaN. */
function zeroNear(T, gibbs) {
  let [low, high] = [0.75 * T, 1.25 * T];
  if (!(gibbs(low) > 0 && gibbs(high) < 0)) return NaN;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (gibbs(middle) > 0) low = middle;
    else high = middle;
  }
  return low;
}

const besides = storedTable('silicon-coexistence.csv');
const coexistence = [];
for (const pressure of PRESSURES) {
  const where = `${folder}/${coexistenceName(pressure)}`;
  if (!existsSync(`${where}/done`)) {
    coexistence.push(...besides.filter(({ P }) => P === pressure.P));
    continue;
  }
  const log = lastRun(`${where}/log.lammps`);
  const gigapascals = (bars) => mean(bars) / 10000;
  const half = Math.floor(log.Temp.length / 2);
  const crystal = [...dumpFrames(`${where}/run.lammpstrj`)].map(
    (frame) =>
      crystalClusters(frame, SHELLS).reduce((sum, size) => sum + size, 0) / (frame.positions.length / 3),
  );
  const T = mean(log.Temp);
  const { volumes, dS, error } = knownAt(pressure, T);
  // Blocks of 18 ps: the interface takes some ten to follow T.
  const T_error = blockError(log.Temp, 5);
  coexistence.push({
    P: pressure.P,
    P_normal: gigapascals(log.Pzz),
    P_lateral: (gigapascals(log.Pxx) + gigapascals(log.Pyy)) / 2,
    T,
    T_error,
    T_first_half: mean(log.Temp.slice(0, half)),
    T_second_half: mean(log.Temp.slice(half)),
    crystal_least: Math.min(...crystal),
    crystal_most: Math.max(...crystal),
    V_solid: volumes[0].at(T),
    V_liquid: volumes[1].at(T),
    dS,
    dS_error: Math.hypot(error / (BOLTZMANN * T), (dS * T_error) / T),
  });
}
// T from that of the first pressure, by V and U of the states alone: ΔG changes by ∫ ΔV dP.
const [ambient] = coexistence;
for (const row of coexistence) {
  const [start, end] = [knownAt(ambient, ambient.T), knownAt(row, row.T)];
  row.T_expected = zeroNear(
    row.T,
    (t) =>
      start.gibbs(t, ambient.T, start.dS) +
      ((row.P - ambient.P) * (start.volume(t) + end.volume(t))) / 2 / GIGAPASCALS,
  );
}
writeTable('silicon-coexistence.csv', coexistence);
console.table(coexistence);

// The line of phase_line, ΔH at the known T, and how fast H of each phase changes from the coldest
// state to the hottest, over ΔS of the same.
const line = [];
const pairs = [];
for (const { k, N } of SAMPLES) {
  const ofSample = rows.filter((row) => row.k === k && row.N === N);
  for (const h of BANDWIDTHS) {
    const own = ofSample.filter((row) => row.h === h);
    let found = [];
    try {
      const points = own.map(({ phase, P, T, V, U, H, V_error, U_error, H_error }) => ({
        phase,
        pressure: P,
        temperature: T,
        volume: V,
        energy: U,
        entropy: H,
        volumeError: V_error,
        energyError: U_error,
        entropyError: H_error,
      }));
      ({ points: found } = await phaseLine(points, { pressures: coexistence.map(({ P }) => P) }));
    } catch (error) {
      // No line among the states.
      if (error.code !== 'EMPTY') throw error;
    }
    for (const { P, T, dS } of coexistence) {
      const known = knownAt({ P }, T);
      const [solid, liquid] = ['solid', 'liquid'].map((phase) =>
        own.filter((row) => row.P === P && row.phase === phase),
      );
      const of = (states) => polynomial(({ H }) => H, states).at(T);
      const rate = (states, enthalpy) => {
        const [first, last] = [states[0], states.at(-1)];
        return (last.H - first.H) / (enthalpy.entropy(first.T, last.T) / BOLTZMANN);
      };
      const one = found.find(({ pressure }) => pressure === P);
      line.push({
        k,
        N,
        h,
        P,
        H_solid: of(solid),
        H_liquid: of(liquid),
        dH: of(liquid) - of(solid),
        dS,
        rate_solid: rate(solid, known.solid),
        rate_liquid: rate(liquid, known.liquid),
        T_known: T,
        T_found: one?.temperature ?? '',
        T_low: one?.band.low ?? '',
        T_high: one?.band.high ?? '',
        below: one?.below ?? '',
        slope: one?.slope ?? '',
        clapeyron: one?.clausiusClapeyron ?? '',
      });
    }
  }
  // One crystal and one liquid at one T, at the h where both H are 4 nats in the mean; V and U of
  // all states for the rest.
  for (const { P, T: melting } of coexistence) {
    const known = knownAt({ P }, melting);
    for (const T of PRESSURES.find((one) => one.P === P).temperatures) {
      const at = ofSample.filter((row) => row.P === P && row.T === T);
      const [a, b] = ['solid', 'liquid'].map((phase) => at.filter((row) => row.phase === phase));
      const curve = curveOf(a.map((row, i) => ({ h: row.h, N, H_solid: row.H, H_liquid: b[i].H })));
      const one = differenceAtEntropy(curve, KNOWN_RANGES.melting.best);
      pairs.push({
        k,
        N,
        P,
        T,
        // Short runs may have no h at which it is.
        h: one?.bandwidth ?? '',
        dH: one?.difference ?? '',
        dS: known.entropy(T),
        T_known: melting,
        T_found: one === null ? '' : zeroNear(T, (t) => known.gibbs(t, T, one.difference)),
      });
    }
  }
}
writeTable('silicon-line.csv', line);
writeTable('silicon-pairs.csv', pairs);
console.table(pairs);

// At the known T: ΔH at 4 nats, and where it is ΔS.
const fusion = [];
for (const { k, N } of SAMPLES)
  for (const { P, T, dS, dS_error } of coexistence) {
    const own = line.filter((row) => row.k === k && row.N === N && row.P === P);
    const one = differenceAtEntropy(curveOf(own), KNOWN_RANGES.melting.best);
    // ΔH falls from its maximum as h rises.
    const after = own.findLastIndex((row) => row.dH >= dS) + 1;
    const [above, below] = [own[after - 1], own[after]];
    const isCrossed = above !== undefined && below !== undefined;
    const between = (of) =>
      isCrossed ? of(above) + ((above.dH - dS) / (above.dH - below.dH)) * (of(below) - of(above)) : '';
    fusion.push({
      k,
      N,
      P,
      T,
      dS,
      dS_error,
      h: one?.bandwidth ?? '',
      dH: one?.difference ?? '',
      h_equal: between(({ h }) => h),
      H_equal: between(({ H_solid, H_liquid }) => (H_solid + H_liquid) / 2),
    });
  }
writeTable('silicon-fusion.csv', fusion);
console.table(fusion);

/** What `differenceAtEntropy` reads. */
function curveOf(own) {
  const average = (value) => ({ mean: value, error: NaN, inefficiency: 1, blocks: 1 });
  return own.map(({ h, N, H_solid, H_liquid }) => ({
    bandwidth: h,
    a: average(H_solid),
    b: average(H_liquid),
    difference: H_liquid - H_solid,
    error: NaN,
    saturated: H_liquid > 0.9 * Math.log(N),
  }));
}
