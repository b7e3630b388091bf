import { contacts as closeContacts } from '../geometry/contacts.js';
import type { Environments } from '../kernel/reference-set.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { AtomArray, Structure } from '../model/structure.js';
import type { CarvedBoundary, CarvedCell } from './carved.js';
import { cellsAround, scalesOf } from './cells.js';
import { Contacts } from './contacts.js';
import { type Cut, cutCluster } from './cut.js';
import { isBetter, isGood, type Judgement, judge, type Known } from './judge.js';
import { relaxed } from './relax.js';
import { describeRows, rowsOf } from './rows.js';
import type { CarveSettings } from './settings.js';
import { placeOf, type Surroundings, surroundings } from './surroundings.js';

/** The surroundings reach so much farther than an edge of the cell. */
const BEYOND = 1.1;

/** A cell, and its environments. */
export type CarvedCut = Pick<CarvedCell, 'structure' | 'kernel' | 'further' | 'boundary' | 'relaxed'> & {
  readonly x: DescriptorMatrix;
};

/** A cut, how it ends, and what it is worth. */
interface Tried {
  readonly cut: Cut;
  readonly boundary: CarvedBoundary;
  readonly relaxed: boolean;
  readonly judgement: Judgement;
}

/**
 * The cell around an atom of a structure.
 *
 * @returns what is wrong, where none could be cut out
 */
export async function carvedAt(
  structure: Structure,
  atom: number,
  reference: Environments,
  settings: CarveSettings,
): Promise<CarvedCut | string> {
  const { maxAtoms, cutoff, k, shape, contactFraction } = settings;
  const scales = scalesOf(surroundings(structure, atom, 2 * cutoff));
  const edge = BEYOND * Math.cbrt(maxAtoms * scales.volume);
  const around = surroundings(structure, atom, edge + cutoff);
  const close = await contactOf(clusterOf(around, Math.min(cutoff, edge)), settings);
  if (close !== undefined) return close;
  const known = await knownAround(around, edge, reference, settings);
  const contacts = new Contacts(around.species, {
    atoms: around.atoms.length,
    fraction: contactFraction,
    spacing: scales.spacing,
  });
  let best: Tried | undefined;
  const take = async (cut: Cut, boundary: CarvedBoundary, isRelaxed = false): Promise<boolean> => {
    const judgement = await judge(cut.structure, known, settings);
    if (best === undefined || isBetter(judgement, best.judgement)) {
      best = { cut, boundary, relaxed: isRelaxed, judgement };
    }
    return isGood(judgement);
  };
  const isWhole = shape === 'periodic' && structure.positions.length / 3 <= maxAtoms;
  if (isWhole) await take(wholeFrame(structure, atom), 'whole');
  else if (shape === 'cluster') await take(cutCluster(around, maxAtoms), 'open');
  else {
    const last = Math.min(k, around.atoms.length - 1);
    const reach = Math.min(cutoff, Math.hypot(...placeOf(around, last)));
    for (const { cut, boundary } of cellsAround(around, contacts, { scales, reach, settings })) {
      if (await take(cut, boundary)) break;
    }
  }
  if (best === undefined) return `no cell of at most ${maxAtoms} atoms holds it`;
  if (!isWhole && !isGood(best.judgement)) {
    const { cut, boundary } = best;
    const own = new Contacts(cut.structure.species, {
      atoms: cut.atoms.length,
      fraction: contactFraction,
      spacing: scales.spacing,
    });
    const better = await relaxed(cut, known, own, settings);
    if (better !== undefined) await take(better, boundary, true);
  }
  return (await contactOf(best.cut.structure, settings)) ?? cellOf(best, settings);
}

/** Environments around the centre that have all of their neighbours among the surroundings. */
async function knownAround(
  around: Surroundings,
  radius: number,
  reference: Environments,
  settings: CarveSettings,
): Promise<Known> {
  const x = await describeRows(clusterOf(around, Infinity), settings);
  const inner = [...around.atoms.keys()].filter((at) => Math.hypot(...placeOf(around, at)) <= radius);
  return { reference, local: rowsOf(x, inner), center: rowsOf(x, [0]) };
}

/** The atoms within a radius, with nothing around them. */
function clusterOf(around: Surroundings, radius: number): Structure {
  const { positions, species, atoms } = around;
  const beyond = atoms.findIndex((_, at) => Math.hypot(...placeOf(around, at)) > radius);
  const count = beyond === -1 ? atoms.length : beyond;
  return {
    positions: positions.slice(0, 3 * count),
    pbc: [false, false, false],
    ...(species && { species: species.slice(0, count) }),
  };
}

/** A frame that is small enough, with the centre first. */
function wholeFrame(structure: Structure, atom: number): Cut {
  const count = structure.positions.length / 3;
  const order = [atom, ...Array.from({ length: count }, (_, at) => at).filter((at) => at !== atom)];
  const { cell, pbc, species } = structure;
  return {
    structure: {
      positions: Float64Array.from(order.flatMap((at) => placeOf(structure, at))),
      ...(cell && { cell }),
      ...(pbc && { pbc }),
      ...(species && { species: order.map((at) => species[at] ?? '') }),
    },
    atoms: Uint32Array.from(order),
    distances: new Float64Array(count),
  };
}

/** What is wrong with a cell in which atoms are too close. */
async function contactOf(
  structure: Structure,
  { contactFraction, backend, signal }: CarveSettings,
): Promise<string | undefined> {
  if (contactFraction === 0) return undefined;
  const found = await closeContacts(structure, { fraction: contactFraction, backend, signal });
  const [first] = found.contacts;
  if (first === undefined) return undefined;
  const { distance, allowed } = first;
  return `two atoms around it are ${distance.toFixed(3)} Å apart, expected at least ${allowed.toFixed(3)} Å`;
}

function cellOf({ cut, boundary, relaxed: isRelaxed, judgement }: Tried, settings: CarveSettings): CarvedCut {
  const { structure, atoms, distances } = cut;
  const { kernel, further, dH, x } = judgement;
  const { fixRadius } = settings;
  const column = (data: AtomArray['data'], kind: AtomArray['kind']): AtomArray => ({ data, kind, width: 1 });
  const arrays = {
    dH: column(dH, 'R'),
    origin: column(Int32Array.from(atoms), 'I'),
    fixed: column(
      Uint8Array.from(distances, (at) => (!isRelaxed || at <= fixRadius ? 1 : 0)),
      'L',
    ),
  };
  const info = { kernel, further_novel: further, boundary, relaxed: isRelaxed };
  const centred = boundary === 'whole' ? structure : inTheMiddle(structure);
  return { structure: { ...centred, arrays, info }, kernel, further, boundary, relaxed: isRelaxed, x };
}

/** The centre, which lies at the origin, in the middle of its cell. */
function inTheMiddle(structure: Structure): Structure {
  const { cell, positions } = structure;
  if (cell === undefined) return structure;
  const middle = [0, 1, 2].map(
    (axis) => ((cell[axis] ?? 0) + (cell[axis + 3] ?? 0) + (cell[axis + 6] ?? 0)) / 2,
  );
  return { ...structure, positions: positions.map((x, at) => x + (middle[at % 3] as number)) };
}
