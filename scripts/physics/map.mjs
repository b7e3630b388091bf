// H of states whose entropy is known, against h, N and k: results/known.csv. Harmonic crystals and
// hard spheres, no molecular dynamics. node scripts/physics/map.mjs [--quick]
import { descriptors, entropy } from '../../dist/node.js';
import { einsteinCrystal, einsteinEntropy, phononCrystal, phononEntropy, phononWidth } from './harmonic.mjs';
import { carnahanStarling, hardSpheres } from './hard-spheres.mjs';
import { writeTable } from './tables.mjs';

const quick = process.argv.includes('--quick');
export const BANDWIDTHS = [0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.038, 0.05, 0.07, 0.1];
const SIZES = quick ? [1000, 4000] : [1000, 4000, 8000];
const NEIGHBOURS = quick ? [32] : [12, 32];
/** Cubes along each axis: 500 atoms. */
const CELLS = 5;
const FRAMES = Math.max(...SIZES) / 500;
/** Springs along the bond, in kT/Å²; those across it have a tenth, or a half. */
const SPRINGS = [1, 2, 4, 8, 16].map((factor) => 15 * factor);

const options = { cells: CELLS, frames: FRAMES };
const states = [
  // Widths are those of the phonon crystals of the same place in the list.
  ...SPRINGS.map((along, at) => {
    const springs = { along, across: along / 10 };
    const sigma = phononWidth(springs, CELLS);
    return {
      system: 'einstein',
      state: sigma,
      known: einsteinEntropy(sigma),
      frames: () => einsteinCrystal(sigma, { ...options, seed: 100 + at }),
    };
  }),
  ...[10, 2].flatMap((ratio) =>
    SPRINGS.map((along, at) => {
      const springs = { along, across: along / ratio };
      return {
        system: `phonon ${1 / ratio}`,
        state: phononWidth(springs, CELLS),
        known: phononEntropy(springs, CELLS),
        frames: () => phononCrystal(springs, { ...options, seed: 200 + 10 * ratio + at }),
      };
    }),
  ),
  ...[0.2, 0.3, 0.4, 0.45, 0.49].map((eta, at) => ({
    system: 'hard spheres',
    state: eta,
    known: carnahanStarling(eta),
    frames: () => hardSpheres(eta, { frames: FRAMES, apart: 40, start: 1500, seed: 300 + at }),
  })),
];

const rows = [];
for (const { system, state, known, frames } of states) {
  const structures = [...frames()];
  for (const k of NEIGHBOURS) {
    const x = await descriptors(structures, { k });
    for (const N of SIZES) {
      const part = N === x.rows ? x : await descriptors(structures.slice(0, N / 500), { k });
      const values = await entropy(part, { bandwidth: BANDWIDTHS });
      BANDWIDTHS.forEach((h, at) => rows.push({ system, state, S: known, k, N, h, H: values[at] }));
    }
  }
  console.log(system, state);
}
writeTable('known.csv', rows);
