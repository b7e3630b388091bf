import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { type CifBlock } from './cif-block.js';

/**
 * A symmetry operation on coordinates in units of the cell: nine of a rotation, three of a shift.
 */
export interface Operation {
  readonly rotation: readonly number[];
  readonly shift: readonly number[];
}

const TAGS = ['_symmetry_equiv_pos_as_xyz', '_space_group_symop_operation_xyz'];
const GROUPS = [
  '_symmetry_space_group_name_h-m',
  '_space_group_name_h-m_alt',
  '_space_group_name_h-m_full',
  '_symmetry_space_group_name_hall',
  '_space_group_name_hall',
  '_symmetry_int_tables_number',
  '_space_group_it_number',
];

/** Images nearer than this, in units of the cell, are one atom on a special position, as in ASE. */
const SAME = 1e-3;

/**
 * The symmetry operations that a block lists; the identity alone where it lists none and names no
 * group but P 1.
 *
 * @throws {QuestsError} INVALID_FILE for a group whose operations are not listed, an operation that
 *   is none, and for magnetic groups
 */
export function operationsOf({ items, loops }: CifBlock, place: FilePlace): Operation[] {
  const tags = [...items.keys(), ...loops.flatMap(({ columns }) => [...columns.keys()])];
  if (tags.some((tag) => /^_space_group_(symop_)?magn/.test(tag))) {
    throw invalidFile(place, 'symmetry of a magnetic group, which is not read');
  }
  for (const tag of TAGS) {
    const listed = loops.find(({ columns }) => columns.has(tag))?.columns.get(tag) ?? [items.get(tag)];
    const texts = listed.filter((text) => text !== undefined);
    if (texts.length > 0) return texts.map((text) => operationOf(text, place));
  }
  const group = GROUPS.map((tag) => items.get(tag)).find((own) => own !== undefined && !/^[.?]?$/.test(own));
  if (group === undefined || /^(p\s*1|1)$/i.test(group.trim())) return [operationOf('x,y,z', place)];
  throw invalidFile(place, `the symmetry operations of group ${shown(group)} are not listed in the file`);
}

/** Reads `-x+1/2, y, z+0.25`. */
function operationOf(text: string, place: FilePlace): Operation {
  const rotation = new Array<number>(9).fill(0);
  const shift = [0, 0, 0];
  const rows = text.toLowerCase().replaceAll(/\s+/g, '').split(',');
  const isRead = rows.every((row, axis) => {
    const terms = row.match(/[+-]?[^+-]+/g) ?? [];
    return (
      terms.join('') === row &&
      terms.every((term) => {
        const [, sign, number, over, , letter] =
          /^([+-]?)(?:(\d*\.?\d+|\d+\.)(?:\/(\d+))?)?(\*?)([xyz]?)$/.exec(term) ?? [];
        if (number === undefined && (letter ?? '') === '') return false;
        const value = (sign === '-' ? -1 : 1) * (Number(number ?? 1) / Number(over ?? 1));
        if (letter === '' || letter === undefined) shift[axis] = (shift[axis] as number) + value;
        else rotation[3 * axis + 'xyz'.indexOf(letter)] = value;
        return Number.isFinite(value);
      })
    );
  });
  if (rows.length === 3 && isRead && rows.every((row) => row !== '')) return { rotation, shift };
  throw invalidFile(place, `expected a symmetry operation as in "-x, y+1/2, -z", found ${shown(text)}`);
}

/**
 * The different images of a site, in the order of the operations, all within the cell, as in ASE.
 *
 * @param site in units of the cell
 */
export function imagesOf(site: readonly number[], operations: readonly Operation[]): number[][] {
  const images: number[][] = [];
  for (const { rotation, shift } of operations) {
    const image = [0, 1, 2].map((axis) => {
      const [x = 0, y = 0, z = 0] = rotation.slice(3 * axis, 3 * axis + 3);
      const [a = 0, b = 0, c = 0] = site;
      const value = x * a + y * b + z * c + (shift[axis] as number);
      const inside = value - Math.floor(value);
      // A coordinate a hair below 0 is at 0.
      return inside > 1 - 1e-9 ? 0 : inside;
    });
    if (!images.some((own) => isSame(own, image))) images.push(image);
  }
  return images;
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, axis) => {
    const apart = value - (other[axis] as number);
    return Math.abs(apart - Math.round(apart)) < SAME;
  });
}
