// A Lennard-Jones crystal and a liquid in which nothing happens: 256 atoms, NVT, frames 0.1 τ
// apart.
import { dump, fcc, head, kelvin, styleOf, thermo } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';

const CELLS = 4;
export const QUIET_RUNS = [
  { name: 'crystal', T: 0.6, density: 0.935, melt: false, seed: 3007 },
  { name: 'liquid', T: 0.8, density: 0.87, melt: true, seed: 3006 },
];
const [FRAMES, EVERY] = [2000, 25];

export function quietInput({ T, density, melt, seed }, quick) {
  const start = melt
    ? `velocity all create ${kelvin(6)} ${seed} dist gaussian
fix 1 all nvt temp ${kelvin(3)} ${kelvin(3)} 0.4
run 2000
unfix 1
fix 1 all nvt temp ${kelvin(1.5)} ${kelvin(T)} 0.4
run 3000
unfix 1`
    : `velocity all create ${kelvin(2 * T)} ${seed} dist gaussian`;
  return `${head(fcc(CELLS, density), styleOf(quick))}
${start}
fix 1 all nvt temp ${kelvin(T)} ${kelvin(T)} 0.4
fix still all momentum 100 linear 1 1 1
${thermo(1000)}
run 4000
reset_timestep 0
${dump(EVERY)}
run ${(quick ? FRAMES / 8 : FRAMES) * EVERY}
`;
}

export function simulateQuiet(folder, quick) {
  for (const run of QUIET_RUNS) {
    runLammps(folder, run.name, quietInput(run, quick));
    console.log(run.name);
  }
}
