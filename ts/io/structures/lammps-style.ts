import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { Labels } from '../text/column-labels.js';
import type { AtomColumn } from '../text/column.js';

/** Columns before the coordinates, by atom style. */
const STYLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['atomic', ['id', 'type']],
  ['charge', ['id', 'type', 'q']],
  ['molecular', ['id', 'mol', 'type']],
  ['bond', ['id', 'mol', 'type']],
  ['angle', ['id', 'mol', 'type']],
  ['full', ['id', 'mol', 'type', 'q']],
]);

/**
 * Suffixes of the packages that compute a style faster: `atomic/kk` has the columns of `atomic`.
 */
const SUFFIX = /\/(kk(\/(host|device))?|omp|gpu|intel|opt)$/;

/** Columns of the coordinates, and of the image flags that may follow them. */
const COORDINATES = 3;
const IMAGES = ['ix', 'iy', 'iz'];

/**
 * Columns of the section `Atoms` of a data file: those of the atom style that the comment names
 * (`Atoms # charge`, `Atoms # atomic/kk`), else of the one that has as many: 5 fields are `atomic`,
 * 7 are `full`, and three more where there are image flags. 6 fields may be `charge` or
 * `molecular`, and nothing tells which.
 *
 * @param comment what follows `#` on the line of the section; empty where there is none
 * @param fields of the first row
 * @param hasLabels whether types may be labels instead of numbers
 * @param place of the first row
 * @throws {QuestsError} INVALID_FILE for another style, and for a number of fields that tells none
 */
export function styleColumns(
  comment: string,
  fields: number,
  hasLabels: boolean,
  place: FilePlace,
): AtomColumn[] {
  const names = STYLES.get(comment === '' ? styleOf(fields, place) : comment.replace(SUFFIX, ''));
  if (names === undefined) {
    const known = [...STYLES.keys()].join(', ');
    throw invalidFile(place, `atom style ${shown(comment)} cannot be read; known are ${known}`);
  }
  const columns = names.map((name): AtomColumn => {
    if (name === 'type' && hasLabels) return { name, kind: 'S', width: 1, labels: new Labels() };
    return { name, kind: name === 'q' ? 'R' : 'I', width: 1 };
  });
  columns.push({ name: 'pos', kind: 'R', width: COORDINATES, finite: true });
  if (fields === names.length + COORDINATES + IMAGES.length) {
    for (const name of IMAGES) columns.push({ name, kind: 'I', width: 1 });
  }
  return columns;
}

function styleOf(fields: number, place: FilePlace): string {
  if (fields === 5 || fields === 8) return 'atomic';
  if (fields === 7 || fields === 10) return 'full';
  const found = `${fields} ${fields === 1 ? 'field' : 'fields'} per atom`;
  const way = 'name the style in the file, as in `Atoms # charge`';
  if (fields === 6 || fields === 9) {
    throw invalidFile(place, `${found} may be atom style charge or molecular; ${way}`);
  }
  throw invalidFile(place, `${found} tell no atom style, expected 5 (atomic) or 7 (full); ${way}`);
}
