// A stacking fault that comes and goes: a slab of twelve close-packed layers, 576 Lennard-Jones
// atoms, with free (111) surfaces. The upper half is pulled over the lower one by a spring between
// their centres, by one partial after the other, so that their (111) planes are those of a fault
// and those of the crystal in turn; between the pulls nothing holds it. NVT, frames 0.5 τ apart.
import { dump, EPSILON, head, kelvin, QUICKER, SIGMA, STEP, thermo } from './lennard-jones.mjs';
import { runLammps } from './lammps.mjs';

/** Atoms along [1-10], rows along [11-2] in pairs, layers. */
export const SLAB = { along: 6, pairs: 4, layers: 12 };
/** Steps between frames. */
const EVERY = 125;
/** τ of a pull, τ from one pull to the next, and how many of them. */
export const PULLS = { lasts: 5, every: 80, count: 6 };
/** Of the spring between the halves, in ε/σ². */
const STIFFNESS = 250;

/** At T = 0.5 atoms leave the surfaces. */
export const FAULT_RUNS = [
  { name: 'T0.10', T: 0.1, density: 1.04, seed: 7303 },
  { name: 'T0.20', T: 0.2, density: 1.02, seed: 7301 },
  { name: 'T0.35', T: 0.35, density: 0.99, seed: 7302 },
  // Without pulls: references.
  { name: 'still-T0.10', T: 0.1, density: 1.04, seed: 7313, still: true },
  { name: 'still-T0.20', T: 0.2, density: 1.02, seed: 7311, still: true },
  { name: 'still-T0.35', T: 0.35, density: 0.99, seed: 7312, still: true },
];

/** Distance of neighbours, in Å. */
export const spacing = ({ density }) => (4 / density) ** (1 / 3) * SIGMA * Math.SQRT1_2;

export function faultInput(run, quick) {
  const { T, seed, still } = run;
  const d = spacing(run);
  const { along, pairs, layers } = SLAB;
  // Two rows in a layer, three layers in a cell.
  const [wide, high] = [Math.sqrt(3), 3 * Math.sqrt(2 / 3)];
  const basis = [0, 1, 2].flatMap((layer) =>
    [0, 1].map((row) => {
      const x = (row + layer) / 2;
      const y = row / 2 + layer / 6;
      return `basis ${(x % 1).toFixed(6)} ${(y % 1).toFixed(6)} ${(layer / 3).toFixed(6)}`;
    }),
  );
  const steps = (time) => Math.round(time / STEP);
  const count = still ? (quick ? 1 : 3) : quick ? 2 : PULLS.count;
  const middle = (layers / 2 - 0.5) / 3;
  const pulls = Array.from({ length: count }, (_, at) => {
    const rest = `run ${steps(PULLS.every - (still ? 0 : PULLS.lasts))}`;
    if (still) return rest;
    // The partials are by turns at 30° to either side of [1-10].
    const x = ((at + 1) * d) / 2;
    const y = ((at + 1) % 2) * (d / Math.sqrt(12));
    return `variable x equal \${x0}+${x.toFixed(6)}
variable y equal \${y0}+${y.toFixed(6)}
fix pull lower spring couple upper ${((STIFFNESS * EPSILON) / SIGMA ** 2).toFixed(6)} \$x \$y NULL 0
run ${steps(PULLS.lasts)}
unfix pull
${rest}`;
  });
  const box = `lattice custom ${d.toFixed(6)} a1 1 0 0 a2 0 ${wide.toFixed(6)} 0 a3 0 0 ${high.toFixed(6)} &
  ${basis.join(' &\n  ')}
region box block 0 ${along} 0 ${pairs} -1 ${layers / 3 + 1}
create_box 1 box
region slab block INF INF INF INF -0.1 ${layers / 3 - 0.1}
create_atoms 1 region slab`;
  return `${head(box, QUICKER).replace('boundary p p p', 'boundary p p f')}
region lower block INF INF INF INF INF ${middle.toFixed(4)}
group lower region lower
group upper subtract all lower
velocity all create ${kelvin(2 * T)} ${seed} dist gaussian
fix 1 all nvt temp ${kelvin(T)} ${kelvin(T)} 0.4
fix still all momentum 100 linear 1 1 1
${thermo(1000)}
run 5000
reset_timestep 0
variable x0 equal \$(xcm(upper,x)-xcm(lower,x))
variable y0 equal \$(xcm(upper,y)-xcm(lower,y))
${dump(EVERY)}
run ${steps(PULLS.every)}
${pulls.join('\n')}
`;
}

export function simulateFaults(folder, quick) {
  for (const run of FAULT_RUNS) {
    runLammps(folder, run.name, faultInput(run, quick));
    console.log(run.name);
  }
}
