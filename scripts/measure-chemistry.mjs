// node scripts/measure-chemistry.mjs [swap|order|limit|faults|real|cost …] [FILE[=ELEMENTS] …]:
// what descriptors see of elements, by mode of `species`. The tables of docs/chemistry.md; `real`
// is about sets in files, with the elements of types. Needs the build; cost takes minutes.
import {
  compress,
  coverage,
  deltaEntropy,
  descriptors,
  entropy,
  metrics,
  readStructures,
  recommendBandwidth,
} from '../dist/node.js';
import { mulberry32, normal } from './random.mjs';

const MODES = ['ignore', 'center', 'blocks', 'full'];
const FCC = [
  [0, 0, 0],
  [0.5, 0.5, 0],
  [0.5, 0, 0.5],
  [0, 0.5, 0.5],
];

/** n³ cells with these sites, of edges a, b, c. */
function crystal(n, edges, sites, elements) {
  const positions = [];
  const species = [];
  for (let cell = 0; cell < n ** 3; cell++) {
    const corner = [cell % n, Math.floor(cell / n) % n, Math.floor(cell / n ** 2)];
    sites.forEach((site, at) => {
      site.forEach((x, axis) => positions.push(edges[axis] * (x + corner[axis])));
      species.push(elements[at]);
    });
  }
  const [a, b, c] = edges.map((edge) => n * edge);
  return { positions: Float64Array.from(positions), species, cell: [a, 0, 0, 0, b, 0, 0, 0, c] };
}

function shuffled(items, next) {
  const out = [...items];
  for (let at = out.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1));
    [out[at], out[other]] = [out[other], out[at]];
  }
  return out;
}

function alloy(elements, next, { n = 4, edge = 3.6, sites = FCC } = {}) {
  const all = crystal(n, [edge, edge, edge], sites, Array(sites.length).fill(''));
  const species = shuffled(
    all.species.map((_, at) => elements[at % elements.length]),
    next,
  );
  return { ...all, species };
}

const BCC = [FCC[0], [0.5, 0.5, 0.5]];
const L10 = (n) => crystal(n, [3.96, 3.96, 3.67], FCC, ['Cu', 'Cu', 'Au', 'Au']);
const CRYSTALS = {
  'L1₀ CuAu': L10(4),
  'B2 NiAl': crystal(5, [2.88, 2.88, 2.88], BCC, ['Ni', 'Al']),
  'rock salt NaCl': crystal(
    3,
    [5.64, 5.64, 5.64],
    [...FCC, ...FCC.map(([x, y, z]) => [x + 0.5, y, z])],
    ['Na', 'Na', 'Na', 'Na', 'Cl', 'Cl', 'Cl', 'Cl'],
  ),
  'fcc CrMnFeCoNi': alloy(['Cr', 'Mn', 'Fe', 'Co', 'Ni'], mulberry32(5)),
  'bcc MoNbTaVW': alloy(['Mo', 'Nb', 'Ta', 'V', 'W'], mulberry32(6), { n: 5, edge: 3.2, sites: BCC }),
  'fcc IrPdPtRhRu': alloy(['Ir', 'Pd', 'Pt', 'Rh', 'Ru'], mulberry32(7), { edge: 3.85 }),
  'perovskite SrTiO₃': crystal(
    4,
    [3.905, 3.905, 3.905],
    [[0, 0, 0], [0.5, 0.5, 0.5], ...FCC.slice(1)],
    ['Sr', 'Ti', 'O', 'O', 'O'],
  ),
};

function rattled(structure, by, next) {
  return { ...structure, positions: structure.positions.map((x) => x + by * normal(next)) };
}

function distance({ positions, cell }, a, b) {
  let square = 0;
  for (let axis = 0; axis < 3; axis++) {
    const d = positions[3 * a + axis] - positions[3 * b + axis];
    square += (d - cell[4 * axis] * Math.round(d / cell[4 * axis])) ** 2;
  }
  return Math.sqrt(square);
}

/** Share of pairs in which the first is larger. */
function auroc(larger, smaller) {
  let sum = 0;
  for (const one of larger) for (const other of smaller) sum += one > other ? 1 : one === other ? 0.5 : 0;
  return sum / (larger.length * smaller.length);
}

/** δH of the atoms of some structures against others. */
async function deltas(structures, known, mode) {
  const elements = [...new Set([...structures, ...known].flatMap(({ species }) => species))];
  const species = mode === 'blocks' ? elements.sort() : mode;
  return deltaEntropy(await descriptors(structures, { species }), await descriptors(known, { species }));
}

/**
 * AUROC of δH, by mode: atoms that are nearer than 1.15 bonds to an atom that was changed, against
 * those farther than the cutoff from all of these.
 */
async function seen(perfect, change, { by, seed, tests = 8, known = 12 }) {
  const next = mulberry32(seed);
  const references = Array.from({ length: by === 0 ? 1 : known }, () => rattled(perfect, by, next));
  let bond = Infinity;
  for (let atom = 1; atom < perfect.species.length; atom++) bond = Math.min(bond, distance(perfect, 0, atom));
  const changed = Array.from({ length: tests }, () => change(perfect, next));
  const found = {};
  for (const mode of MODES) {
    const [near, far] = [[], []];
    for (const { structure, places } of changed) {
      const dH = await deltas([rattled(structure, by, next)], references, mode);
      dH.forEach((value, atom) => {
        const away = Math.min(...places.map((place) => distance(structure, atom, place)));
        if (away < 1.15 * bond) near.push(value);
        else if (away > 5.1 + 6 * by) far.push(value);
      });
    }
    found[mode] = auroc(near, far).toFixed(3);
  }
  return found;
}

function swapped(structure, next) {
  const count = structure.species.length;
  const species = [...structure.species];
  let [a, b] = [0, 0];
  while (species[a] === species[b]) [a, b] = [Math.floor(next() * count), Math.floor(next() * count)];
  [species[a], species[b]] = [species[b], species[a]];
  return { structure: { ...structure, species }, places: [a, b] };
}

function line(name, found) {
  console.log(`| ${[name, ...MODES.map((mode) => found[mode])].join(' | ')} |`);
}

async function swap() {
  for (const [name, perfect] of Object.entries(CRYSTALS)) {
    for (const by of [0, 0.03, 0.05, 0.1]) {
      line(`${name}, ${by} Å`, await seen(perfect, swapped, { by, seed: 17 }));
    }
  }
}

/** A CuAu crystal in which a share of the atoms is shuffled. */
function disordered(share, next) {
  const ordered = L10(6);
  const mixed = shuffled(
    ordered.species.map((_, atom) => atom).filter(() => next() < share),
    next,
  );
  const species = [...ordered.species];
  const given = shuffled(
    mixed.map((atom) => ordered.species[atom]),
    next,
  );
  mixed.forEach((atom, at) => (species[atom] = given[at]));
  return { ...ordered, species };
}

async function order() {
  const next = mulberry32(3);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const by = 0.03;
  const ordered = [1, 2, 3].map(() => rattled(L10(6), by, next));
  for (const share of [0, 0.05, 0.1, 0.2, 0.5, 1]) {
    const sets = [1, 2, 3].map(() => rattled(disordered(share, next), by, next));
    const cells = [];
    for (const mode of MODES) {
      const species = mode === 'blocks' ? ['Au', 'Cu'] : mode;
      const x = await descriptors(sets, { species });
      const H = await entropy(x, { bandwidth: 0.06 });
      const reference = await descriptors(ordered, { species });
      const dH = mean(await deltaEntropy(x, reference, { bandwidth: 0.06 }));
      const back = mean(await deltaEntropy(reference, x, { bandwidth: 0.06 }));
      cells.push(`${H.toFixed(2)} / ${dH.toFixed(1)} / ${back.toFixed(1)}`);
    }
    console.log(`| ${[share, ...cells].join(' | ')} |`);
  }
}

/** H of random CuAu on a perfect lattice: where it ends with more atoms, and with wider h. */
async function limit() {
  const next = mulberry32(9);
  for (const n of [4, 8, 16]) {
    const structure = alloy(['Cu', 'Au'], next, { n, edge: 3.9 });
    const cells = [structure.species.length];
    const center = await entropy(await descriptors(structure, { species: 'center' }));
    const full = await descriptors(structure, { species: 'full' });
    for (const bandwidth of [0.015, 0.1, 0.3, 1]) cells.push((await entropy(full, { bandwidth })).toFixed(2));
    console.log(`| ${[...cells, center.toFixed(3)].join(' | ')} |`);
  }
}

async function faults() {
  const by = 0.05;
  const salt = CRYSTALS['perovskite SrTiO₃'];
  const substituted = (name) => (structure, next) => {
    const place = Math.floor(next() * structure.species.length);
    const species = structure.species.with(place, name(structure.species[place]));
    return { structure: { ...structure, species }, places: [place] };
  };
  const removed = (structure, next) => {
    const place = Math.floor(next() * structure.species.length);
    const at = (_, index) => Math.floor(index / 3) !== place;
    // One of its neighbours stands for the place.
    let nearest = 0;
    let least = Infinity;
    for (let atom = 0; atom < structure.species.length; atom++) {
      const d = distance(structure, atom, place);
      if (atom !== place && d < least) [nearest, least] = [atom, d];
    }
    return {
      structure: {
        ...structure,
        positions: structure.positions.filter(at),
        species: structure.species.filter((_, atom) => atom !== place),
      },
      places: [nearest > place ? nearest - 1 : nearest],
    };
  };
  const cases = {
    'a new element (Ba for any atom)': substituted(() => 'Ba'),
    'a wrong site (Ti for Sr, Sr for Ti, Ti for O)': substituted((own) => (own === 'Ti' ? 'Sr' : 'Ti')),
    'a missing neighbour': removed,
  };
  for (const [name, change] of Object.entries(cases)) line(name, await seen(salt, change, { by, seed: 23 }));
}

/** Environments of a set in a file that are looked at. */
const LOOKED_AT = 4000;

async function real(files) {
  for (const argument of files) {
    const [file, elements] = argument.split('=');
    const all = [];
    for await (const structure of readStructures(file, { elements: elements?.split(',') }))
      all.push(structure);
    const atoms = all.reduce((sum, { positions }) => sum + positions.length / 3, 0);
    const every = Math.ceil(atoms / LOOKED_AT);
    const structures = all.filter((_, at) => at % every === 0);
    let known;
    for (const mode of MODES) {
      const x = await descriptors(structures, { species: mode === 'blocks' ? true : mode });
      const { bandwidth } = await recommendBandwidth(x, { structures });
      const { entropy: H, efficiency, diversity } = await metrics(x, { bandwidth });
      const half = Math.floor(x.frames / 2);
      const frames = Array.from({ length: x.frames }, (_, at) => at);
      const halves = [x.select(frames.slice(0, half)), x.select(frames.slice(half))];
      const { overlap } = await coverage(halves, { bandwidth });
      const { picks } = await compress(x, { bandwidth, size: { fraction: 0.1 } });
      known ??= new Set(picks);
      const same = picks.filter((frame) => known.has(frame)).length / picks.length;
      const cells = [H.toFixed(2), efficiency.toFixed(2), diversity.toFixed(2)];
      const shares = [overlap[0][0][1], overlap[0][1][0], same].map(
        (share) => `${(100 * share).toFixed(0)} %`,
      );
      const name = file.replace(/^.*\//, '');
      console.log(`| ${[name, x.rows, mode, bandwidth, ...cells, ...shares].join(' | ')} |`);
    }
  }
}

/** Processor seconds of all threads. */
async function processor(work) {
  const start = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(start);
  return { value, seconds: (user + system) / 1e6 };
}

/** Rounds of which the least is taken: others use the machine, too. */
const ROUNDS = 2;

/** Cells of fcc along each axis in `cost`: 97,556 atoms. */
const EDGE = 29;

async function cost() {
  const next = mulberry32(8);
  const { KNOWN_ELEMENTS: symbols } = await import('../dist/descriptor/channels.js');
  const base = crystal(EDGE, [3.7, 3.7, 3.7], FCC, ['', '', '', '']);
  const atoms = base.positions.length / 3;
  const cases = [1, 2, 10, 30, 89].flatMap((count) => {
    const species = Array.from({ length: atoms }, () => symbols[Math.floor(next() * count)]);
    const structure = rattled({ ...base, species }, 0.1, next);
    const modes = count === 1 ? ['ignore'] : ['center', 'full', 'blocks'];
    return modes
      .filter((mode) => mode !== 'blocks' || count <= 10)
      .map((mode) => ({ count, mode, structure, describing: Infinity, summing: Infinity }));
  });
  // In turns: what else the machine does meets all of them.
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of cases) {
      const made = await processor(() => descriptors(one.structure, { species: one.mode }));
      const summed = await processor(() => entropy(made.value));
      one.width = made.value.width;
      one.describing = Math.min(one.describing, made.seconds);
      one.summing = Math.min(one.summing, summed.seconds);
    }
  }
  const [plain] = cases;
  console.log(`${atoms} environments; ignore: ${plain.describing} s, ${plain.summing} s`);
  for (const { count, mode, width, describing, summing } of cases) {
    const ratios = [width / plain.width, describing / plain.describing, summing / plain.summing];
    console.log(`| ${[count, mode, width, ...ratios.map((ratio) => ratio.toFixed(2))].join(' | ')} |`);
  }
}

const PARTS = { swap, order, limit, faults, real, cost };
const asked = process.argv.slice(2).filter((word) => word in PARTS);
const files = process.argv.slice(2).filter((word) => !(word in PARTS));
for (const [name, part] of Object.entries(PARTS)) {
  if (asked.length === 0 || asked.includes(name)) {
    console.log(`\n${name}`);
    await part(files);
  }
}
