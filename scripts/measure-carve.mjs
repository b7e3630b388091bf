// What docs/carve.md says of carved cells: 20 of each kind, how many hold the environment they were
// cut out for, and bring in nothing new. The structures are made here, or read from
// ../shared/data; a case whose data are absent is left out, and says so.
// Usage: node scripts/measure-carve.mjs [NAME…]
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mulberry32, normal } from './random.mjs';

const { DescriptorMatrix, descriptors, noveltyThreshold, readStructures, referenceSet } =
  await import('../dist/node/quests.js');
const { carve } = await import('../dist/node/analysis.js');

const CELLS = 20;
/** Share of the reference's own environments that count as new. */
const LEVELS = { defect: 0.001, interface: 0.01 };
const A = 3.61;
const FCC = [
  [0, 0, 0],
  [0.5, 0.5, 0],
  [0.5, 0, 0.5],
  [0, 0.5, 0.5],
];

const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const shared = (path) => fileURLToPath(new URL(`../../shared/data/${path}`, import.meta.url));

async function frames(path) {
  const all = [];
  for await (const structure of readStructures(path)) all.push(structure);
  return all;
}

/** Conventional cells of fcc, some of its sites left out. */
function crystal(counts, isThere = () => true) {
  const positions = [];
  for (let x = 0; x < counts[0]; x++) {
    for (let y = 0; y < counts[1]; y++) {
      for (let z = 0; z < counts[2]; z++) {
        for (const site of FCC) {
          const place = [x, y, z].map((cell, axis) => A * (cell + site[axis]));
          if (isThere(place)) positions.push(...place);
        }
      }
    }
  }
  return structureOf(
    positions,
    counts.map((count) => A * count),
  );
}

function structureOf(positions, [x, y, z]) {
  const species = Array(positions.length / 3).fill('Cu');
  return { positions: Float64Array.from(positions), cell: [x, 0, 0, 0, y, 0, 0, 0, z], species };
}

function rattled(structure, sigma, seed) {
  const next = mulberry32(seed);
  return { ...structure, positions: structure.positions.map((x) => x + sigma * normal(next)) };
}

function without(structure, atom) {
  const positions = structure.positions.filter((_, at) => Math.floor(at / 3) !== atom);
  return { positions, cell: structure.cell, species: structure.species?.slice(1) };
}

/** One atom becomes two, along x. */
function split(structure, atom, half) {
  const positions = [...structure.positions];
  const [x, y, z] = positions.slice(3 * atom, 3 * atom + 3);
  positions[3 * atom] = x - half;
  positions.push(x + half, y, z);
  return {
    positions: Float64Array.from(positions),
    cell: structure.cell,
    species: [...structure.species, 'Cu'],
  };
}

/** Two grains of fcc, one turned about z by the angle of Σ5, above each other. */
function twist(layers) {
  const edge = A * Math.sqrt(10);
  const grain = (sign, from) => {
    const [cos, sin] = [3 / Math.sqrt(10), (sign * 1) / Math.sqrt(10)];
    const positions = [];
    for (let x = -8; x < 16; x++) {
      for (let y = -8; y < 16; y++) {
        for (let z = 0; z < layers; z++) {
          for (const site of FCC) {
            const [u, v, w] = [x, y, z].map((cell, axis) => A * (cell + site[axis]));
            const place = [cos * u - sin * v, sin * u + cos * v];
            const inside = place.every((at) => at > -1e-6 && at < 2 * edge - 1e-6);
            if (inside) positions.push(...place, from + w);
          }
        }
      }
    }
    return positions;
  };
  const height = A * layers;
  return structureOf([...grain(1, 0), ...grain(-1, height)], [2 * edge, 2 * edge, 2 * height]);
}

const many = (make) => Array.from({ length: CELLS }, (_, seed) => make(seed));
const vacuum = (structure, height) => {
  const cell = [...structure.cell];
  cell[8] += height;
  return { ...structure, cell };
};

/** Cases: structures to carve from, one cell of each or all of one, and what is known. */
const CASES = {
  vacancy: async () => {
    const [hot] = await frames(inProject('examples/cu_crystal.xyz'));
    const known = (await frames(inProject('examples/cu_run.lammpstrj.gz'))).slice(2, 4);
    return { kind: 'defect', known, structures: many((seed) => without(hot, 97 + 181 * seed)) };
  },
  interstitial: async () => {
    const [hot] = await frames(inProject('examples/cu_crystal.xyz'));
    const known = (await frames(inProject('examples/cu_run.lammpstrj.gz'))).slice(2, 4);
    return { kind: 'defect', known, structures: many((seed) => split(hot, 97 + 181 * seed, 1.0)) };
  },
  'vacancy, 50,000 atoms': async () => {
    const perfect = crystal([23, 23, 24]);
    const known = [rattled(crystal([10, 10, 10]), 0.06, 1)];
    return {
      kind: 'defect',
      known,
      structures: many((seed) => rattled(without(perfect, 2377 * seed), 0.06, 100 + seed)),
    };
  },
  'stacking fault': () => {
    const known = [1, 2, 3, 4].map((seed) => rattled(stacked(0), 0.03, seed));
    return { kind: 'defect', known, structures: many((seed) => rattled(stacked(1), 0.03, 10 + seed)) };
  },
  'surface step': () => {
    const flat = vacuum(crystal([8, 8, 6]), 20);
    const isThere = ([x, , z]) => z < 5.4 * A || x < 3.9 * A;
    const stepped = vacuum(crystal([8, 8, 6], isThere), 20);
    const known = [1, 2, 3].flatMap((seed) => [
      rattled(flat, 0.04, seed),
      rattled(crystal([6, 6, 6]), 0.04, seed),
    ]);
    return { kind: 'defect', known, structures: many((seed) => rattled(stepped, 0.04, 10 + seed)) };
  },
  'grain boundary': () => {
    const known = [1, 2, 3].map((seed) => rattled(crystal([8, 8, 8]), 0.04, seed));
    return { kind: 'interface', known, structures: many((seed) => rattled(twist(6), 0.04, 10 + seed)) };
  },
  'melt beside its crystal': async () => {
    const path = shared('al_solid_liquid/solid-liquid-interface.poscar');
    if (!existsSync(path)) return undefined;
    const [frame] = await frames(path);
    // Both phases are known, what lies between them is not.
    const isKnown = (at) => {
      const y = frame.positions[3 * at + 1];
      return (y > 15 && y < 75) || (y > 115 && y < 180);
    };
    return { kind: 'interface', known: [frame], isKnown, structures: [frame] };
  },
  'crystal in a melt': async () => {
    const path = shared('cu_melt/dump.cu_melt_xtal.lammpstrj');
    if (!existsSync(path)) return undefined;
    const all = await frames(path);
    return {
      kind: 'interface',
      known: [...all.slice(2, 6), ...all.slice(10, 14)],
      structures: all.slice(28, 32),
    };
  },
};

/** Close-packed planes, one above the other, with so many faults in their order. */
function stacked(faults) {
  const [counts, planes] = [[8, 8], 12];
  const side = A / Math.SQRT2;
  const rise = A / Math.sqrt(3);
  const positions = [];
  for (let plane = 0, shift = 0; plane < planes; plane++) {
    // One plane out of turn, and all after it: an intrinsic fault.
    if (plane > 0) shift += faults > 0 && plane === planes / 2 ? 2 : 1;
    for (let i = 0; i < counts[0]; i++) {
      for (let j = 0; j < counts[1]; j++) {
        const [u, v] = [i + (shift % 3) / 3, j + (shift % 3) / 3];
        positions.push(side * (u + v / 2), (side * Math.sqrt(3) * v) / 2, rise * plane);
      }
    }
  }
  // Without a fault 12 planes are full periods; with it the cell leans as the planes do.
  const lean = (faults % 3) / 3;
  const top = [side * (lean + lean / 2), (side * Math.sqrt(3) * lean) / 2, rise * planes];
  const cell = [
    side * counts[0],
    0,
    0,
    (side * counts[1]) / 2,
    (side * Math.sqrt(3) * counts[1]) / 2,
    0,
    ...top,
  ];
  return { positions: Float64Array.from(positions), cell, species: Array(positions.length / 3).fill('Cu') };
}

/** What is known of a case: the environments of its structures, or some of them. */
async function referenceOf({ known, isKnown }) {
  const x = await descriptors(known);
  if (isKnown === undefined) return x;
  const rows = Array.from({ length: x.rows }, (_, row) => row).filter(isKnown);
  const data = Float64Array.from(
    rows.flatMap((row) => [...x.data.subarray(row * x.width, (row + 1) * x.width)]),
  );
  return new DescriptorMatrix(data, { width: x.width, k: x.k, cutoff: x.cutoff });
}

const asked = process.argv.slice(2);
const TITLES = [
  'case',
  'cells',
  'atoms',
  'kernel ≥ 0.9',
  'nothing further new',
  'both',
  'moved',
  's per cell',
];
console.log(`| ${TITLES.join(' | ')} |\n| --- ${'| ---: '.repeat(TITLES.length - 1)}|`);
for (const [name, make] of Object.entries(CASES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const made = await make();
  if (made === undefined) {
    console.log(`${name}: left out, its data are absent`);
    continue;
  }
  const x = await referenceOf(made);
  const reference = await referenceSet(x);
  const epsilon = await noveltyThreshold(reference, { level: LEVELS[made.kind] });
  const { structures } = made;
  const start = performance.now();
  const cells = [];
  const problems = [];
  for (const structure of structures) {
    const found = await carve(structure, reference, { epsilon, cells: Math.ceil(CELLS / structures.length) });
    cells.push(...found.cells);
    problems.push(...found.notCarved.map(({ problem }) => problem));
  }
  const seconds = (performance.now() - start) / 1000 / Math.max(1, cells.length);
  const share = (test) => `${cells.filter(test).length}`;
  const sizes = cells.map(({ structure }) => structure.positions.length / 3);
  const holds = ({ kernel }) => kernel >= 0.9;
  const brings = ({ further }) => further === 0;
  const row = [
    name,
    String(cells.length),
    `${Math.min(...sizes)} to ${Math.max(...sizes)}`,
    share(holds),
    share(brings),
    share((cell) => holds(cell) && brings(cell)),
    share(({ relaxed }) => relaxed),
    seconds.toFixed(1),
  ];
  console.log(`| ${row.join(' | ')} |`);
  const failed = cells.filter((cell) => !holds(cell) || !brings(cell));
  for (const { kernel, further, boundary, structure } of failed) {
    const atoms = structure.positions.length / 3;
    console.error(`${name}: kernel ${kernel.toFixed(3)}, ${further} further new of ${atoms}, ${boundary}`);
  }
  for (const problem of problems) console.error(`${name}: ${problem}`);
  reference.dispose();
}
