// An atom on the (100) surface of a Lennard-Jones crystal, which hops from hollow to hollow: 300
// atoms in six layers, of which two are held, and one more; NVT, frames 0.1 τ apart, at three
// temperatures.
import { dump, head, kelvin, QUICKER, SIGMA, thermo } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';

const [CELLS, LAYERS, FRAMES, EVERY] = [5, 6, 6000, 25];

/** At T = 0.4 atoms of the surface come out beside it. */
export const ADATOM_RUNS = [
  { name: 'T0.25', T: 0.25, density: 1.01, seed: 7201 },
  { name: 'T0.30', T: 0.3, density: 1.0, seed: 7202 },
  { name: 'T0.35', T: 0.35, density: 0.99, seed: 7203 },
  // Without the atom: references.
  { name: 'bare-T0.25', T: 0.25, density: 1.01, seed: 7211, bare: true },
  { name: 'bare-T0.30', T: 0.3, density: 1.0, seed: 7212, bare: true },
  { name: 'bare-T0.35', T: 0.35, density: 0.99, seed: 7213, bare: true },
];

/** Edge of the cubic cell, in Å. */
export const edge = ({ density }) => (4 / density) ** (1 / 3) * SIGMA;
/** Cells along x and y; layers of atoms. */
export const SURFACE = { cells: CELLS, layers: LAYERS };

/** Hollows of the surface, where layer LAYERS would be: x, y and z of each. */
export function hollows(run) {
  const a = edge(run);
  const points = [];
  for (let i = 0; i < 2 * CELLS; i++)
    for (let j = 0; j < 2 * CELLS; j++)
      if ((i + j + LAYERS) % 2 === 0) points.push((i * a) / 2, (j * a) / 2, (LAYERS * a) / 2);
  return points;
}

export function adatomInput(run, quick) {
  const { T, seed, bare } = run;
  const a = edge(run);
  const frames = bare ? 20 : quick ? FRAMES / 10 : FRAMES;
  const [x, y, z] = hollows(run);
  const every = bare ? 250 : EVERY;
  const box = `lattice fcc ${a.toFixed(6)}
region box block 0 ${CELLS} 0 ${CELLS} -1 ${LAYERS / 2 + 3}
create_box 1 box
region slab block INF INF INF INF -0.1 ${LAYERS / 2 - 0.1}
create_atoms 1 region slab
${bare ? '' : `create_atoms 1 single ${x.toFixed(4)} ${y.toFixed(4)} ${z.toFixed(4)} units box`}`;
  return `${head(box, QUICKER).replace('boundary p p p', 'boundary p p f')}
region held block INF INF INF INF -0.1 0.6
group held region held
group free subtract all held
velocity free create ${kelvin(2 * T)} ${seed} dist gaussian
fix still held setforce 0 0 0
velocity held set 0 0 0
fix 1 free nvt temp ${kelvin(T)} ${kelvin(T)} 0.4
${thermo(1000)}
run 4000
reset_timestep 0
${dump(every)}
run ${frames * every}
`;
}

export function simulateAdatoms(folder, quick) {
  for (const run of ADATOM_RUNS) {
    runLammps(folder, run.name, adatomInput(run, quick));
    console.log(run.name);
  }
}
