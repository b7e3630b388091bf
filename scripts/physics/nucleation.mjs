// An undercooled Lennard-Jones liquid that freezes: 20 runs of 1372 atoms from liquids of their
// own, NPT at the pressure of the published melting point (T = 0.8), a frame every τ. One folder a
// run.
import { bar, dump, fcc, head, kelvin, thermo } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';

export const STATE = { T: 0.54, P: 2.185, melting: 0.8 };
export const RUNS = 20;
const [CELLS, STEPS, EVERY] = [7, 60000, 250];

export const nucleationName = (run) => `run${String(run + 1).padStart(2, '0')}`;

export function nucleationInput(run, { T, P } = STATE, steps = STEPS) {
  const seed = 5000 + 17 * run;
  const npt = `fix 1 all npt temp ${kelvin(T)} ${kelvin(T)} 0.4 iso ${bar(P)} ${bar(P)} 2.0`;
  return `${head(fcc(CELLS, 0.9))}
velocity all create ${kelvin(6)} ${seed} dist gaussian
fix 1 all nvt temp ${kelvin(3)} ${kelvin(3)} 0.4
run 2000
unfix 1
fix 1 all npt temp ${kelvin(1)} ${kelvin(1)} 0.4 iso ${bar(P)} ${bar(P)} 2.0
run 3000
unfix 1
# Quenched within 1 τ: time is counted from here.
fix 1 all npt temp ${kelvin(1)} ${kelvin(T)} 0.2 iso ${bar(P)} ${bar(P)} 2.0
run 250
unfix 1
velocity all scale ${kelvin(T)}
${npt}
fix still all momentum 100 linear 1 1 1
reset_timestep 0
${thermo(50)}
${dump(EVERY)}
run ${steps}
`;
}

/** A crystal and a liquid of the same state, from which the references are. */
export const CRYSTAL = 'crystal';

export function crystalInput({ T, P }) {
  return `${head(fcc(CELLS, 0.98))}
velocity all create ${kelvin(2 * T)} 4999 dist gaussian
fix 1 all npt temp ${kelvin(T)} ${kelvin(T)} 0.4 iso ${bar(P)} ${bar(P)} 2.0
${thermo(50)}
run 4000
reset_timestep 0
${dump(1000)}
run 10000
`;
}

export function simulateNucleation(folder, quick) {
  runLammps(folder, CRYSTAL, crystalInput(STATE));
  for (let run = 0; run < (quick ? 2 : RUNS); run++) {
    runLammps(folder, nucleationName(run), nucleationInput(run));
    console.log(nucleationName(run));
  }
}
