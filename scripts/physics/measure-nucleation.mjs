// Nuclei of the runs of nucleation.mjs by δH and by bond order: results/nucleation.csv (the largest
// of each frame), nucleation-sizes.csv (how many of each size before one grows),
// nucleation-fits.csv, and first passage of the largest: nucleation-passage.csv, and its fits.
// node scripts/physics/measure-nucleation.mjs FOLDER
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { descriptors, nuclei, phases, readStructures, referenceSet } from '../../dist/node.js';
import {
  bondLength,
  firstPassage,
  fitNucleation,
  nucleationEnergies,
  phaseThresholds,
  sizeCounts,
} from '../../dist/faces/node/analysis.js';
import { findFiles } from '../../dist/faces/node/io.js';
import { crystalClusters, dumpFrames } from './bond-order.mjs';
import { EPSILON, kelvin, SIGMA } from './lennard-jones.mjs';
import { CRYSTAL, isFrozen, nucleationName, RUNS, STATE } from './nucleation.mjs';
import { lastRun, mean } from './logs.mjs';
import { writeTable } from './tables.mjs';

const folder = `${process.argv[2]}/nucleation`;
const [BANDWIDTH, K] = [0.03, 32];
/** Frames of the liquid before it has relaxed, in τ; those of the reference. */
const RELAXED = 10;
/** A run nucleates when its largest nucleus passes this size for good. */
const GROWS = 150;
/**
 * Sizes up to which first passage is fitted: with growth, which the theory has as instantaneous,
 * and with less of it.
 */
const PASSAGES = [300, 600];
/** J/m² of one eV/Å². */
const JOULES = 16.02176634;
/** Sizes below are single atoms that fluctuate, not droplets. */
const SMALLEST = 5;

const collect = async (path) => {
  const found = [];
  for await (const frame of readStructures(await findFiles([path]))) found.push(frame);
  return found;
};
const settings = { bandwidth: BANDWIDTH };
const runs = Array.from({ length: RUNS }, (_, run) => nucleationName(run)).filter((name) =>
  existsSync(`${folder}/${name}/done`),
);

// Two frames of the crystal, and one of each of two runs in which nothing has grown yet.
const liquid = [];
for (const name of [0, RUNS / 2].map(nucleationName))
  liquid.push(...(await collect(`${folder}/${name}/run.lammpstrj@10:11`)));
const references = [
  {
    name: 'solid',
    x: await descriptors(await collect(`${folder}/${CRYSTAL}/run.lammpstrj@1:8:5`), { k: K }),
  },
  { name: 'liquid', x: await descriptors(liquid, { k: K }) },
];
const thresholds = await phaseThresholds(references, settings);
console.table(thresholds.map(({ name, own, other, relative }) => ({ name, own, other, relative })));
const prepared = await Promise.all(
  references.map(async ({ name, x }) => ({ name, elements: [], x: await referenceSet(x) })),
);

const METHODS = ['dH_core', 'dH_with_shell', 'bond_order'];
const rows = [];
/** Sizes of all nuclei of a frame, by method. */
const all = new Map();
let length;
for (const name of runs) {
  const frames = await nucleiOf(name);
  // The rest begins with the last frame once more.
  if (existsSync(`${folder}/${name}-rest/done`)) frames.push(...(await nucleiOf(`${name}-rest`)).slice(1));
  frames.forEach(({ sizes, endless }, at) => {
    all.set(`${name} ${at}`, sizes);
    rows.push({
      run: name.replace('run', ''),
      t: at,
      dH_core: Math.max(0, ...sizes[0]),
      dH_with_shell: Math.max(0, ...sizes[1]),
      bond_order: Math.max(0, ...sizes[2]),
      endless,
    });
  });
  console.log(name, rows.at(-1));
}

/** Kept beside the run, since it takes long. */
async function nucleiOf(name) {
  const kept = `${folder}/${name}/nuclei.json`;
  if (!existsSync(kept)) writeFileSync(kept, JSON.stringify(await measured(name)));
  return JSON.parse(readFileSync(kept, 'utf8'));
}

/** Sizes of the nuclei of each frame, by method. */
async function measured(name) {
  const orders = dumpFrames(`${folder}/${name}/run.lammpstrj`);
  const frames = [];
  for await (const structure of readStructures(`${folder}/${name}/run.lammpstrj`)) {
    const order = crystalClusters(orders.next().value, { cutoff: 1.5 * SIGMA });
    const { phase } = await phases(await descriptors(structure, { k: K }), prepared, {
      ...settings,
      thresholds,
    });
    length ??= bondLength(structure);
    const { nuclei: found } = await nuclei(
      structure,
      Array.from(phase, (one) => one === 0),
      { length },
    );
    frames.push({
      sizes: [found.map(({ size }) => size), found.map(({ sizeWithShell }) => sizeWithShell), order],
      endless: (found[0]?.percolation ?? 0) > 0 ? 1 : 0,
    });
  }
  return frames;
}

writeTable('nucleation.csv', rows);

// A run counts as metastable until its largest nucleus, by bond order, grows for good.
const until = new Map(
  runs.map((name) => {
    const own = rows.filter(({ run }) => `run${run}` === name);
    const last = own.findLastIndex(({ bond_order }) => bond_order < GROWS);
    return [name, last];
  }),
);
const isDone = (name) =>
  isFrozen(`${folder}/${existsSync(`${folder}/${name}-rest/done`) ? `${name}-rest` : name}`);
console.log(`frozen: ${runs.filter(isDone).length} of ${runs.length}`);
const counts = METHODS.map((_, method) =>
  sizeCounts(
    runs.flatMap((name) => {
      const own = [];
      for (let at = RELAXED; at <= until.get(name); at++)
        own.push(...(all.get(`${name} ${at}`)?.[method] ?? []));
      return own;
    }),
  ),
);
const sizeRows = [];
METHODS.forEach((method, at) =>
  Array.from(counts[at]).forEach((count, size) => {
    if (count > 0 && size <= 200) sizeRows.push({ method, size, count });
  }),
);
writeTable('nucleation-sizes.csv', sizeRows);

const crystal = lastRun(`${folder}/${CRYSTAL}/log.lammps`);
/** Atoms per Å³. */
const DENSITY = references[0].x.rows / 2 / mean(crystal.Volume);

// Classical theory fitted to the sizes before growth, and first passage of the largest nucleus.
const fits = [];
for (const [at, method] of METHODS.entries()) {
  const row = { method };
  try {
    // The smallest are no droplets: fluctuations of one atom and its neighbours.
    const from = SMALLEST;
    const fit = await fitNucleation(counts[at], { from });
    const energies = nucleationEnergies(fit, DENSITY, kelvin(STATE.T));
    Object.assign(row, {
      from: fit.range[0],
      to: fit.range[1],
      nuclei: fit.nuclei,
      dispersion: fit.dispersion,
      a: fit.a.value,
      a_low: fit.a.low,
      a_high: fit.a.high,
      b: fit.b.value,
      x0: fit.x0.value,
      critical: fit.critical?.value,
      critical_low: fit.critical?.low,
      critical_high: fit.critical?.high,
      barrier: fit.barrier?.value,
      barrier_low: fit.barrier?.low,
      barrier_high: fit.barrier?.high,
      gamma: (energies.interface / JOULES / EPSILON) * SIGMA ** 2,
    });
  } catch (error) {
    console.log(method, error.message);
  }
  fits.push(row);
}
console.log(fits);
writeTable('nucleation-fits.csv', fits);

// First passage: of all frames, and as `quests nuclei --runs` has it, which ends a run before its
// nucleus meets its own image.
const passages = [];
const times = [];
for (const method of METHODS.filter((_, at) => at !== 1))
  for (const until of ['endless', ...PASSAGES]) {
    const growth = runs.map((name) => {
      const own = rows.filter(({ run }) => `run${run}` === name);
      const endless = until === 'endless' ? own.findIndex(({ endless: is }) => is) : -1;
      const kept = endless === -1 ? own : own.slice(0, Math.max(1, endless));
      return {
        times: kept.map(({ t }) => t),
        largest: kept.map((one) => Math.min(one[method], until === 'endless' ? Infinity : until)),
      };
    });
    const row = { method, until, runs: runs.length };
    try {
      const passage = await firstPassage(growth);
      Object.assign(row, {
        sizes: passage.sizes.length,
        critical: passage.critical.value,
        critical_low: passage.critical.low,
        critical_high: passage.critical.high,
        time: passage.nucleationTime,
        last: passage.times.at(-1),
        zeldovich: passage.zeldovich,
      });
      if (until === PASSAGES.at(-1))
        for (const [at, size] of passage.sizes.entries())
          if (size % 10 === 0) times.push({ method, size, time: passage.times[at] });
    } catch (error) {
      if (error.code !== 'INVALID_ARGUMENT') throw error;
      row.sizes = Math.min(...growth.map(({ largest }) => Math.max(...largest)));
      for (const column of ['critical', 'critical_low', 'critical_high', 'time', 'last', 'zeldovich'])
        row[column] = '';
      console.log(method, until, error.message);
    }
    passages.push(row);
  }
console.table(passages);
writeTable('nucleation-passage-fits.csv', passages);
if (times.length > 0) writeTable('nucleation-passage.csv', times);
