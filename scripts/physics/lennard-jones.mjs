// The Lennard-Jones potential, truncated and shifted at 2.5 σ, in LAMMPS's metal units: σ = 2.25 Å,
// ε = 1000 K · k_B, and a mass for which τ = σ √(m/ε) is 1 ps. So the reduced temperature is
// T / 1000 K, reduced times are ps, and neighbours of the crystal are as far apart as copper's.
import { BOLTZMANN, GIGAPASCALS } from './units.mjs';

export const SIGMA = 2.25;
export const EPSILON = 1000 * BOLTZMANN;
/** eV ps²/Å² in atomic mass units. */
const MASS_UNIT = 1.0364269e-4;
const MASS = EPSILON / SIGMA ** 2 / MASS_UNIT;
/** GPa of ε/σ³. */
export const PRESSURE = (EPSILON / SIGMA ** 3) * GIGAPASCALS;

/** Time step, in ps and in τ. */
export const STEP = 0.004;

export const kelvin = (reduced) => 1000 * reduced;
export const gigapascals = (reduced) => reduced * PRESSURE;
/** LAMMPS's bar. */
export const bar = (reduced) => 10000 * gigapascals(reduced);

/**
 * The same potential by LAMMPS's package OPT, in less than half of the time. Sums are taken in
 * another order, so a trajectory is another one of the same state.
 */
export const QUICKER = 'lj/cut/opt';
export const styleOf = (quick) => (quick ? QUICKER : 'lj/cut');

/** The head of an input: `sites` makes the atoms, by LAMMPS commands. */
export function head(sites, style = 'lj/cut') {
  return `units metal
atom_style atomic
boundary p p p
${sites}
mass 1 ${MASS.toFixed(6)}
pair_style ${style} ${2.5 * SIGMA}
pair_modify shift yes
pair_coeff 1 1 ${EPSILON} ${SIGMA}
neighbor 0.7 bin
neigh_modify every 1 delay 4 check yes
timestep ${STEP}
`;
}

/** An fcc crystal of `cells` cubes along each axis, at a reduced density. */
export function fcc(cells, density) {
  const [x, y, z] = typeof cells === 'number' ? [cells, cells, cells] : cells;
  return `lattice fcc ${((4 / density) ** (1 / 3) * SIGMA).toFixed(6)}
region box block 0 ${x} 0 ${y} 0 ${z}
create_box 1 box
create_atoms 1 box`;
}

/** Columns of the logs that `quests` reads, every so many steps. */
export const thermo = (every) => `thermo ${every}
thermo_style custom step temp pe etotal press pxx pyy pzz vol lx ly lz
thermo_modify norm no flush no
`;

/** A dump of positions, in a file that `quests` reads. */
export const dump = (every, file = 'run.lammpstrj') =>
  `dump frames all custom ${every} ${file} id type x y z
dump_modify frames sort id units yes time yes
`;
