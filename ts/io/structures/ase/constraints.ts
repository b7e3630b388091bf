import type { AtomArray } from '../../../model/structure.js';
import { type FilePlace, invalidFile } from '../../text/fault.js';
import { infoOf } from './json-info.js';
import { isObject } from './python-json.js';
import { jsonValues } from './values.js';

/** What constraints say of the atoms. */
interface Constrained {
  /** Whether atoms may move, in all directions or in each: the column that ASE's xyz has. */
  readonly moveMask?: AtomArray;
  /** Constraints of other kinds, as JSON. */
  readonly others?: ReturnType<typeof infoOf>;
}

/** A constraint of ASE, old spellings of it included. */
interface Constraint {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Constraints as a column of the atoms: `FixAtoms` and `FixCartesian`; others are kept as JSON.
 *
 * @throws {QuestsError} INVALID_FILE for what are no constraints, and for atoms that there are not
 */
export function constrained(json: unknown, atoms: number, place: FilePlace): Constrained {
  if (json === undefined || json === null) return {};
  if (!Array.isArray(json)) throw invalidFile(place, 'expected a list of constraints');
  const all = json.map((item) => ({ item: item as unknown, constraint: constraintOf(item, place) }));
  const others = all.filter(({ constraint: { name } }) => isOther(name));
  const fixed = all.map(({ constraint }) => constraint).filter(({ name }) => !isOther(name));
  const width = fixed.some(({ name }) => name === 'FixCartesian') ? 3 : 1;
  const mask = new Uint8Array(atoms * width).fill(1);
  for (const constraint of fixed) fix(mask, width, constraint, atoms, place);
  return {
    ...(mask.includes(0) && { moveMask: { kind: 'L', width, data: mask } }),
    ...(others.length > 0 && {
      others: infoOf(
        others.map(({ item }) => item),
        'constraints',
        place,
      ),
    }),
  };
}

function isOther(name: string): boolean {
  return name !== 'FixAtoms' && name !== 'FixCartesian';
}

function constraintOf(json: unknown, place: FilePlace): Constraint {
  if (!isObject(json)) throw invalidFile(place, 'expected a constraint with a name');
  // ASE wrote `__name__` among the settings once, and the module before the name.
  const name = json.name ?? json.__name__;
  if (typeof name !== 'string') throw invalidFile(place, 'expected a constraint with a name');
  const settings = isObject(json.kwargs) ? json.kwargs : json;
  return { name: name.replace(/^ase\..*\./, ''), settings };
}

function fix(
  mask: Uint8Array,
  width: number,
  { name, settings }: Constraint,
  atoms: number,
  place: FilePlace,
): void {
  const found = jsonValues(settings.indices ?? settings.index ?? settings.a);
  const indices = found === undefined ? [] : Array.from(found.data as ArrayLike<number>);
  // Logicals say it of every atom.
  const chosen = found?.kind === 'L' ? indices.flatMap((flag, atom) => (flag === 1 ? [atom] : [])) : indices;
  const directions = name === 'FixAtoms' ? [1, 1, 1] : Array.from(maskOf(settings.mask));
  for (const index of chosen) {
    const atom = index < 0 ? index + atoms : index;
    if (!Number.isInteger(atom) || atom < 0 || atom >= atoms) {
      throw invalidFile(place, `${name} names atom ${index}, but there are ${atoms}`);
    }
    for (let at = 0; at < width; at++) if (directions[at] === 1) mask[atom * width + at] = 0;
  }
}

/** The directions in which atoms are fixed: all of them, unless it is said. */
function maskOf(json: unknown): ArrayLike<number> {
  const values = jsonValues(json);
  if (values === undefined || values.kind === 'S' || values.data.length !== 3) return [1, 1, 1];
  return values.data as ArrayLike<number>;
}
