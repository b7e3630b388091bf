// A Lennard-Jones crystal with one vacancy, which neighbours hop into now and then: 255 atoms, NVT,
// frames 0.1 τ apart, at three temperatures; once more at two.
import { dump, fcc, head, kelvin, styleOf, thermo } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';

const [CELLS, FRAMES, EVERY] = [4, 12000, 25];

export const HOP_RUNS = [
  { name: 'T0.50', T: 0.5, density: 0.96, seed: 7001 },
  { name: 'T0.60', T: 0.6, density: 0.94, seed: 7002 },
  { name: 'T0.65', T: 0.65, density: 0.93, seed: 7003 },
  // The rule of jumps.mjs was chosen on those above. These say whether it holds.
  { name: 'T0.60-again', like: 'T0.60', T: 0.6, density: 0.94, seed: 7102 },
  { name: 'T0.65-again', like: 'T0.65', T: 0.65, density: 0.93, seed: 7103 },
  // Without a vacancy: references.
  { name: 'perfect-T0.50', T: 0.5, density: 0.96, seed: 7011, perfect: true },
  { name: 'perfect-T0.60', T: 0.6, density: 0.94, seed: 7012, perfect: true },
  { name: 'perfect-T0.65', T: 0.65, density: 0.93, seed: 7013, perfect: true },
];

export function hopInput({ T, density, seed, perfect }, quick) {
  const frames = perfect ? 40 : quick ? FRAMES / 10 : FRAMES;
  return `${head(fcc(CELLS, density), styleOf(quick))}
${perfect ? '' : 'group gone id 128\ndelete_atoms group gone compress yes'}
velocity all create ${kelvin(2 * T)} ${seed} dist gaussian
fix 1 all nvt temp ${kelvin(T)} ${kelvin(T)} 0.4
fix still all momentum 100 linear 1 1 1
${thermo(1000)}
run 4000
reset_timestep 0
${dump(perfect ? 250 : EVERY)}
run ${frames * (perfect ? 250 : EVERY)}
`;
}

export function simulateHops(folder, quick) {
  for (const run of HOP_RUNS) {
    runLammps(folder, run.name, hopInput(run, quick));
    console.log(run.name);
  }
}
