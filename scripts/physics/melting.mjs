// Crystal and liquid of Lennard-Jones atoms on a grid of T and P about the melting line: NPT, 500
// atoms. One folder a state: run.lammpstrj and log.lammps.
import { bar, dump, fcc, head, kelvin, styleOf, thermo } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';

/** Reduced temperatures, and the pressures about which states lie. */
export const ISOTHERMS = [
  [0.7, 0.9],
  [0.8, 2.2],
  [0.9, 3.6],
  [1.0, 5.1],
  [1.1, 6.6],
  [1.2, 8.0],
];
const SHIFTS = [-0.9, 0, 0.9];
const CELLS = 5;

export function* meltingStates() {
  for (const [T, middle] of ISOTHERMS)
    for (const shift of SHIFTS)
      for (const phase of ['solid', 'liquid']) {
        // Liquids far below the triple point's pressure would boil.
        const P = Math.round(10 * Math.max(middle + shift, -0.1)) / 10;
        yield { phase, T, P, name: `${phase}-T${T.toFixed(2)}-P${P.toFixed(1)}` };
      }
}

export function meltingInput({ phase, T, P }, quick) {
  // 32 frames either way.
  const [steps, every] = quick ? [2400, 75] : [16000, 500];
  const seed = 1000 + Math.round(1000 * T + 10 * P);
  const npt = `fix 1 all npt temp ${kelvin(T)} ${kelvin(T)} 0.4 iso ${bar(P)} ${bar(P)} 2.0`;
  // Twice the temperature, since half of it becomes potential energy.
  const start =
    phase === 'solid'
      ? `velocity all create ${kelvin(2 * T)} ${seed} dist gaussian`
      : `velocity all create ${kelvin(6)} ${seed} dist gaussian
fix 1 all nvt temp ${kelvin(3)} ${kelvin(3)} 0.4
run ${quick ? 1000 : 2000}
unfix 1
fix 1 all nvt temp ${kelvin(1.5)} ${kelvin(T)} 0.4
run 1500
unfix 1`;
  return `${head(fcc(CELLS, phase === 'solid' ? 0.98 + 0.02 * (P / 4) : 0.85 + 0.02 * P), styleOf(quick))}
${start}
${npt}
${thermo(1000)}
run ${quick ? 2000 : 4000}
reset_timestep 0
${thermo(20)}
${dump(every)}
run ${steps}
`;
}

export function simulateMelting(folder, quick) {
  for (const state of meltingStates()) {
    runLammps(folder, state.name, meltingInput(state, quick));
    console.log(state.name);
  }
}
