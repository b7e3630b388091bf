// Crystal and liquid of Lennard-Jones atoms side by side, at constant pressure and enthalpy: the
// interface moves until T is the melting temperature. A check of the line that measure-line.mjs has
// from one published point. 2880 atoms, interfaces normal to z.
import { bar, dump, fcc, head, kelvin, styleOf, thermo } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';

/** Pressures, with the melting temperature and the volume of the crystal expected there. */
export const PRESSURES = [
  { P: 0.944, T: 0.7, V: 1.0455 },
  { P: 2.185, T: 0.8, V: 1.0275 },
  { P: 3.521, T: 0.9, V: 1.0102 },
  { P: 4.941, T: 1.0, V: 0.9946 },
  { P: 6.412, T: 1.1, V: 0.981 },
  { P: 7.9, T: 1.2, V: 0.969 },
];
const CELLS = [6, 6, 20];

export const coexistenceName = ({ P }) => `P${P.toFixed(2)}`;

export function coexistenceInput({ P, T, V }, quick) {
  const seed = 4000 + Math.round(100 * P);
  const [steps, every] = quick ? [5000, 500] : [50000, 5000];
  return `${head(fcc(CELLS, 1 / V), styleOf(quick))}
velocity all create ${kelvin(2 * T)} ${seed} dist gaussian
fix 1 all npt temp ${kelvin(T)} ${kelvin(T)} 0.4 z ${bar(P)} ${bar(P)} 2.0
run ${quick ? 2000 : 4000}
unfix 1
region half block INF INF INF INF 0 ${CELLS[2] / 2}
group melt region half
velocity melt create ${kelvin(6)} ${seed + 1} dist gaussian
fix 1 melt npt temp ${kelvin(3)} ${kelvin(3)} 0.4 z ${bar(P)} ${bar(P)} 2.0
run 3000
unfix 1
fix 1 melt npt temp ${kelvin(T)} ${kelvin(T)} 0.4 z ${bar(P)} ${bar(P)} 2.0
run 3000
unfix 1
velocity all create ${kelvin(T)} ${seed + 2} dist gaussian
fix 1 all npt temp ${kelvin(T)} ${kelvin(T)} 0.4 z ${bar(P)} ${bar(P)} 2.0
run 2000
unfix 1
fix 1 all nph z ${bar(P)} ${bar(P)} 2.0
fix still all momentum 100 linear 1 1 1
${thermo(1000)}
run ${(2 * steps) / 5}
reset_timestep 0
${thermo(20)}
${dump(every)}
run ${steps}
`;
}

export function simulateCoexistence(folder, quick) {
  for (const state of quick ? PRESSURES.filter((_, at) => at % 2 === 1) : PRESSURES) {
    runLammps(folder, coexistenceName(state), coexistenceInput(state, quick));
    console.log(coexistenceName(state));
  }
}
