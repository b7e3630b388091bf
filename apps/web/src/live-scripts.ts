/** A simulation that the page offers. */
export interface LiveScript {
  readonly key: string;
  readonly name: string;
  readonly script: string;
  readonly elements: string;
  /** Steps from one check to the next. */
  readonly every: number;
  /** Å */
  readonly cutoff: number;
}

const ARGON = `# Solid argon that is heated until it melts.
units metal
atom_style atomic
lattice fcc 5.3
region box block 0 6 0 6 0 6
create_box 1 box
create_atoms 1 box
mass 1 39.948
velocity all create 40 1
pair_style lj/cut 8.5
pair_coeff 1 1 0.01032 3.405
timestep 0.004
fix 1 all npt temp 20 20 0.2 iso 0 0 2
run 200
unfix 1
fix 1 all npt temp 20 160 0.2 iso 0 0 2
run 3000
`;

const COPPER = `# A crystal of copper (Lennard-Jones), one atom of which is hit.
units metal
atom_style atomic
lattice fcc 3.6
region box block 0 6 0 6 0 6
create_box 1 box
create_atoms 1 box
mass 1 63.546
velocity all create 600 1
pair_style lj/cut 6.5
pair_coeff 1 1 0.409 2.338
timestep 0.001
fix 1 all nve
run 300
group hit id 433
velocity hit set 90 40 20 units box
timestep 0.0005
run 2000
`;

export const LIVE_SCRIPTS: readonly LiveScript[] = [
  { key: 'argon', name: 'argon that melts', script: ARGON, elements: 'Ar', every: 20, cutoff: 8.5 },
  {
    key: 'copper',
    name: 'a copper crystal that is hit',
    script: COPPER,
    elements: 'Cu',
    every: 20,
    cutoff: 5,
  },
  { key: 'own', name: 'a script of yours', script: '', elements: '', every: 20, cutoff: 5 },
];
