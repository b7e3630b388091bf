// An undercooled Lennard-Jones liquid that freezes: 20 runs of 1372 atoms from liquids of their
// own, NPT at the pressure of the published melting point (T = 0.8), a frame every τ. One folder a
// run. Runs that have not frozen after 240 τ go on, in a folder of their own, until they have.
import { bar, dump, EPSILON, fcc, head, kelvin, QUICKER, styleOf, thermo } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';
import { lastRun } from './logs.mjs';

export const STATE = { T: 0.54, P: 2.185, melting: 0.8 };
export const RUNS = 20;
const [CELLS, STEPS, EVERY] = [7, 60000, 250];
const ATOMS = 4 * CELLS ** 3;
/** Energy per atom, in ε: the liquid has −5.9, the crystal −6.6. */
const FROZEN = -6.25;
/** A run that does not freeze ends after so many steps more: 1200 τ. */
const MOST = 300000;

export const nucleationName = (run) => `run${String(run + 1).padStart(2, '0')}`;
/** Where a run goes on. */
export const restName = (run) => `${nucleationName(run)}-rest`;

export function nucleationInput(run, quick, { T, P } = STATE) {
  const seed = 5000 + 17 * run;
  const npt = `fix 1 all npt temp ${kelvin(T)} ${kelvin(T)} 0.4 iso ${bar(P)} ${bar(P)} 2.0`;
  return `${head(fcc(CELLS, 0.9), styleOf(quick))}
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
run ${quick ? STEPS / 2 : STEPS}
`;
}

/** From the last frame of a run on, with new velocities, until most of it is crystal. */
export function restInput(run, { T, P } = STATE) {
  const limit = (FROZEN * EPSILON).toFixed(6);
  return `${head(fcc(CELLS, 0.9), QUICKER)}
read_dump ../${nucleationName(run)}/run.lammpstrj ${STEPS} x y z box yes
velocity all create ${kelvin(T)} ${6000 + 17 * run} dist gaussian
fix 1 all npt temp ${kelvin(T)} ${kelvin(T)} 0.4 iso ${bar(P)} ${bar(P)} 2.0
fix still all momentum 100 linear 1 1 1
reset_timestep 0
${thermo(50)}
${dump(EVERY)}
variable e equal pe/atoms
fix frozen all halt ${EVERY} v_e < ${limit} error continue message no
run ${MOST}
`;
}

/** Whether most of a run's atoms are crystal at its end, by their energy over the last 4 τ. */
export function isFrozen(where) {
  const energies = lastRun(`${where}/log.lammps`).PotEng;
  return Math.min(...energies.slice(-20)) / ATOMS < FROZEN * EPSILON;
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
  // The two that the reference of the liquid is from, and half of each: a twentieth.
  const runs = quick ? [0, RUNS / 2] : Array.from({ length: RUNS }, (_, run) => run);
  for (const run of runs) {
    const where = runLammps(folder, nucleationName(run), nucleationInput(run, quick));
    console.log(nucleationName(run));
    if (quick || isFrozen(where)) continue;
    runLammps(folder, restName(run), restInput(run));
    console.log(restName(run));
  }
}
