import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Whether lammps.js is installed, which nothing depends on: `npm install --no-save lammps.js`. */
export const hasLammps = existsSync(resolve(import.meta.dirname, '../../../node_modules/lammps.js'));

/** What to add to the title of tests that need it and are skipped without it. */
export const withoutLammps = hasLammps ? '' : ' (skipped: lammps.js is not installed)';

/** A small crystal of argon that is heated until it melts. */
export const MELTING = {
  script: `units metal
atom_style atomic
lattice fcc 5.3
region box block 0 4 0 4 0 4
create_box 1 box
create_atoms 1 box
mass 1 39.948
velocity all create 40 1
pair_style lj/cut 8.5
pair_coeff 1 1 0.01032 3.405
timestep 0.004
fix 1 all npt temp 20 20 0.2 iso 0 0 2
run 60
unfix 1
fix 1 all npt temp 20 400 0.2 iso 0 0 2
run 4000
`,
  elements: ['Ar'],
  every: 20,
  first: 3,
  k: 32,
  cutoff: 8.5,
  bandwidth: 0.015,
  /** nats */
  above: 15,
};
