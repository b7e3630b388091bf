import { errorAt, QuestsError } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import { shown } from '../text/fault.js';
import type { FrameOptions } from './frames.js';

/** Chemical symbols by atomic number; `X`, number 0, stands for an unknown element, as in ASE. */
export const SYMBOLS: readonly string[] = (
  'X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr ' +
  'Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu ' +
  'Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr ' +
  'Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og'
).split(' ');

const KNOWN: ReadonlySet<string> = new Set(SYMBOLS);

/**
 * A species label as this package spells it: `CU` and `cu` become `Cu`, as ASE reads them; what is
 * no element in any case (`1`, `OW`, `water`) stays as it is.
 */
export function speciesLabel(label: string): string {
  if (KNOWN.has(label)) return label;
  const symbol = label.charAt(0).toUpperCase() + label.slice(1).toLowerCase();
  return KNOWN.has(symbol) ? symbol : label;
}

/** Whether a species is the number of a type, as LAMMPS has them. */
function isType(species: string): boolean {
  return /^\d+$/.test(species);
}

/**
 * Structures with elements in place of numbers of types; those that have elements stay as they are.
 *
 * @param elements of types 1, 2, …, or from `firstType`
 * @param onNote called for the first structure that has elements
 * @throws {QuestsError} INVALID_ARGUMENT for no elements, an unknown one, a type beyond their
 *   number or below the first, species that are neither numbers of types nor elements, no species
 */
export function withElements(
  structures: AsyncIterable<Structure>,
  elements: readonly string[],
  onNote?: FrameOptions['onNote'],
  firstType = 1,
): AsyncGenerator<Structure, void, undefined> {
  const unknown = elements.find((element) => !KNOWN.has(element));
  if (unknown !== undefined || elements.length === 0) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `elements: expected symbols as in Cu,Zr; got ${unknown ?? 'none'}`,
    );
  }
  return named(structures, elements, onNote, firstType);
}

async function* named(
  structures: AsyncIterable<Structure>,
  elements: readonly string[],
  onNote: FrameOptions['onNote'],
  firstType: number,
): AsyncGenerator<Structure, void, undefined> {
  let hasNoted = false;
  for await (const structure of structures) {
    const { species = [], source } = structure;
    if (species.length > 0 && species.every((label) => KNOWN.has(label))) {
      const text = 'the species are elements already, which --elements leaves as they are';
      if (!hasNoted)
        onNote?.({ file: source?.file ?? '', frame: source?.frame ?? 0, text, kind: 'elements' });
      hasNoted = true;
      yield structure;
    } else yield { ...structure, species: symbolsOf(structure, elements, firstType) };
  }
}

/** The elements of types. */
function symbolsOf(structure: Structure, elements: readonly string[], firstType: number): string[] {
  const { species = [] } = structure;
  const refuse = (problem: string, atom?: number): QuestsError => {
    const given = `elements of ${elements.length} type${elements.length === 1 ? '' : 's'} were given`;
    return errorAt('INVALID_ARGUMENT', { ...structure.source, atom }, `${problem}; ${given}`);
  };
  if (species.length === 0) throw refuse('the atoms have no types');
  const label = species.findIndex((type) => !isType(type));
  if (label !== -1) throw refuse(`${shown(species[label] ?? '')} is a label, no number of a type`, label);
  return species.map((type, atom) => {
    const element = elements[Number(type) - firstType];
    if (element !== undefined) return element;
    const begin = Number(type) < firstType ? `, they begin with type ${firstType}` : '';
    throw refuse(`type ${type} has no element${begin}`, atom);
  });
}
