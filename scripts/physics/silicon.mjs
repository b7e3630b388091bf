// Silicon by the potential of F. H. Stillinger and T. A. Weber, Phys. Rev. B 31, 5262 (1985): crystal
// and liquid side by side at constant pressure and enthalpy, and each alone at the temperature at
// which both coexist.
import { thermo, dump } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';

/** The numbers of the paper: ε is 50 kcal/mol, in eV. */
const POTENTIAL = `# epsilon sigma a lambda gamma cos(theta0) A B p q tolerance
Si Si Si 2.16826 2.0951 1.8 21.0 1.2 -0.333333333333 7.049556277 0.6022245584 4.0 0.0 0.0
`;

/** Pressures in GPa, the temperature to start from (K), and the lattice constant there (Å). */
export const PRESSURES = [
  { P: 0, T: 1690, lattice: 5.475 },
  { P: 5, T: 1500, lattice: 5.385 },
];

export const coexistenceName = ({ P }) => `coexistence-P${P}`;
export const phaseName = (phase, { P }) => `${phase}-P${P}`;

const head = (cells, lattice) => `units metal
atom_style atomic
boundary p p p
lattice diamond ${lattice}
region box block 0 ${cells[0]} 0 ${cells[1]} 0 ${cells[2]}
create_box 1 box
create_atoms 1 box
mass 1 28.0855
pair_style sw
pair_coeff * * si.sw Si
neighbor 1.0 bin
neigh_modify every 1 delay 5 check yes
timestep 0.002
`;

export function coexistenceInput({ P, T, lattice }, quick) {
  const steps = quick ? 10000 : 100000;
  const npt = (of) => `npt temp ${of} ${of} 0.2 z ${10000 * P} ${10000 * P} 1.0`;
  return `${head([4, 4, 8], lattice)}
velocity all create ${2 * T} 6001 dist gaussian
fix 1 all ${npt(T)}
run 4000
unfix 1
region half block INF INF INF INF 0 4
group melt region half
velocity melt create 6000 6002 dist gaussian
fix 1 melt ${npt(3500)}
run 5000
unfix 1
fix 1 melt ${npt(T)}
run 5000
unfix 1
velocity all create ${T} 6003 dist gaussian
fix 1 all ${npt(T)}
run 2000
unfix 1
fix 1 all nph z ${10000 * P} ${10000 * P} 1.0
fix still all momentum 100 linear 1 1 1
${thermo(1000)}
run ${steps}
reset_timestep 0
${thermo(20)}
${dump(10000)}
run ${steps}
`;
}

/** One phase of 512 atoms, NPT at a temperature in K. */
export function phaseInput(phase, { P, lattice }, T, quick) {
  const npt = (of) => `npt temp ${of} ${of} 0.2 iso ${10000 * P} ${10000 * P} 1.0`;
  const start =
    phase === 'solid'
      ? `velocity all create ${2 * T} 6011 dist gaussian`
      : `velocity all create 8000 6012 dist gaussian
fix 1 all ${npt(4000)}
run 5000
unfix 1`;
  return `${head([4, 4, 4], lattice)}
${start}
fix 1 all ${npt(T)}
${thermo(1000)}
run 10000
reset_timestep 0
${thermo(20)}
${dump(1000)}
run ${quick ? 4000 : 33000}
`;
}

export const run = (folder, name, input) => runLammps(folder, name, input, { 'si.sw': POTENTIAL });

export function simulateSiliconCoexistence(folder, quick) {
  for (const state of PRESSURES) {
    run(folder, coexistenceName(state), coexistenceInput(state, quick));
    console.log(coexistenceName(state));
  }
}
