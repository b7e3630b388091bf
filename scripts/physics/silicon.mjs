// Silicon by the potential of F. H. Stillinger and T. A. Weber, Phys. Rev. B 31, 5262 (1985), at
// two pressures: diamond and its melt side by side, and states of both about the melting
// temperature.
import { dump, thermo } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';
import { lastRun, mean } from './logs.mjs';

/** The numbers of the paper, in the order of LAMMPS; ε in eV (50 kcal/mol), σ in Å. */
const POTENTIAL = {
  epsilon: 2.1683,
  sigma: 2.0951,
  a: 1.8,
  lambda: 21,
  gamma: 1.2,
  cosine: -1 / 3,
  A: 7.049556277,
  B: 0.6022245584,
  p: 4,
  q: 0,
  tolerance: 0,
};
const FILES = { 'Si.sw': `Si Si Si ${Object.values(POTENTIAL).join(' ')}\n` };
/** ps. */
const STEP = 0.0015;
/** LAMMPS's bar. */
const bar = (gigapascals) => 10000 * gigapascals;

const CELLS = 4;
export const ATOMS = 8 * CELLS ** 3;

/** P in GPa, temperatures of the states, and where to begin with both phases side by side; K. */
export const PRESSURES = [
  { P: 0, temperatures: [1550, 1650, 1750, 1850], melting: 1690 },
  { P: 3, temperatures: [1400, 1500, 1600, 1700], melting: 1540 },
];

export function* siliconStates() {
  for (const { P, temperatures } of PRESSURES)
    for (const phase of ['solid', 'liquid'])
      for (const T of temperatures) yield { phase, T, P, name: `${phase}-T${T}-P${P}` };
}

export const coexistenceName = ({ P }) => `coexistence-P${P}`;

/** @param lattice of diamond, in Å */
function head([x, y, z], lattice) {
  return `units metal
atom_style atomic
boundary p p p
lattice diamond ${lattice}
region box block 0 ${x} 0 ${y} 0 ${z}
create_box 1 box
create_atoms 1 box
mass 1 28.0855
pair_style sw
pair_coeff * * Si.sw Si
neighbor 1.0 bin
neigh_modify every 1 delay 4 check yes
timestep ${STEP}
`;
}

export function siliconInput({ phase, T, P }, quick) {
  const seed = 9000 + T + 100 * P;
  const at = `iso ${bar(P)} ${bar(P)} 1.0`;
  // Twice the temperature, since half of it becomes potential energy.
  const start =
    phase === 'solid'
      ? `velocity all create ${2 * T} ${seed} dist gaussian`
      : `velocity all create 8000 ${seed} dist gaussian
fix 1 all nvt temp 4000 4000 0.2
run ${quick ? 1000 : 2000}
unfix 1
fix 1 all npt temp 3000 ${T} 0.2 ${at}
run ${quick ? 1500 : 3000}
unfix 1`;
  return `${head([CELLS, CELLS, CELLS], 5.45)}
${start}
fix 1 all npt temp ${T} ${T} 0.2 ${at}
${thermo(1000)}
run ${quick ? 1000 : 4000}
reset_timestep 0
${thermo(20)}
${dump(quick ? 50 : 500)}
run ${quick ? 1600 : 16000}
`;
}

/** 1280 atoms, interfaces normal to z, at constant pressure and enthalpy. */
export function coexistenceInput({ P, melting }, lattice, quick) {
  const seed = 9700 + 10 * P;
  const at = `z ${bar(P)} ${bar(P)} 1.0`;
  const length = 10;
  return `${head([CELLS, CELLS, length], lattice.toFixed(4))}
velocity all create ${2 * melting} ${seed} dist gaussian
fix 1 all npt temp ${melting} ${melting} 0.2 ${at}
run 2000
unfix 1
region half block INF INF INF INF 0 ${length / 2}
group melt region half
velocity melt create 8000 ${seed + 1} dist gaussian
fix 1 melt nvt temp 4000 4000 0.2
run 2000
unfix 1
fix 1 melt nvt temp 3000 ${melting} 0.2
run 2500
unfix 1
velocity all create ${melting} ${seed + 2} dist gaussian
fix 1 all npt temp ${melting} ${melting} 0.2 ${at}
run 2500
unfix 1
fix 1 all nph ${at}
fix still all momentum 100 linear 1 1 1
${thermo(1000)}
run ${quick ? 1500 : 20000}
reset_timestep 0
${thermo(20)}
${dump(quick ? 400 : 4000)}
run ${quick ? 5000 : 60000}
`;
}

export function simulateSilicon(folder, quick) {
  const ofPressure = ({ P }) => [...siliconStates()].filter((state) => state.P === P);
  const run = (name, input) => {
    const where = runLammps(folder, name, input, FILES);
    console.log(name);
    return where;
  };
  for (const pressure of PRESSURES) {
    let nearest = { off: Infinity };
    for (const state of ofPressure(pressure)) {
      const where = run(state.name, siliconInput(state, quick));
      const off = Math.abs(state.T - pressure.melting);
      if (state.phase === 'solid' && off < nearest.off) nearest = { off, where };
    }
    // The crystal's own lattice across, so that it is not strained.
    const volume = mean(lastRun(`${nearest.where}/log.lammps`).Volume) / ATOMS;
    run(coexistenceName(pressure), coexistenceInput(pressure, Math.cbrt(8 * volume), quick));
  }
}
