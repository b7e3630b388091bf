import type { AtomArray, Structure } from '../../model/structure.js';
import { inverseCell } from '../../model/cell.js';
import type { ByteSource } from '../text/bytes.js';
import { invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, type FrameReader, readFrames } from './frames.js';
import type { LineReader } from '../text/lines.js';
import { BLOCK, type CifBlock, type CifLoop, cifNumber, placeOf, readBlock } from './cif-block.js';
import { imagesOf, operationsOf } from './cif-symmetry.js';
import { elementOfLabel, toCartesian } from './poscar-header.js';

const LENGTHS = ['_cell_length_a', '_cell_length_b', '_cell_length_c'];
const ANGLES = ['_cell_angle_alpha', '_cell_angle_beta', '_cell_angle_gamma'];
const FRACTIONAL = ['_atom_site_fract_x', '_atom_site_fract_y', '_atom_site_fract_z'];
const CARTESIAN = ['_atom_site_cartn_x', '_atom_site_cartn_y', '_atom_site_cartn_z'];
const LABEL = '_atom_site_label';

/** Occupancies that differ from 1 by less are 1. */
const WHOLE = 1e-6;

/**
 * Reads CIF, a frame for each data block that has atoms; others are passed over. The symmetry
 * operations that the file lists are applied: images of one site follow each other, those that fall
 * together are one atom. Uncertainties in parentheses are passed over. a lies along x, b in the
 * plane of x and y, as in ASE; lengths are in Å. The name of the block is `info.name`, labels are
 * `arrays.label`.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with file, frame and line, for what is no CIF, sites that are
 *   not fully occupied, a group whose operations are not listed, a file without atoms;
 *   INVALID_STRUCTURE for a cell without volume. The signal's reason when cancelled
 */
export function readCif(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new CifReader(lines));
}

/** Whether a file begins like CIF: comments, then a data block. */
export function looksLikeCif(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  return /^\ufeff?\s*(#.*\n\s*)*data_\S*/i.test(text) && /^\s*(_\w|loop_)/im.test(text);
}

class CifReader implements FrameReader {
  readonly lastMark = 0;
  private readonly lines: LineReader;

  constructor(lines: LineReader) {
    this.lines = lines;
  }

  async read(frame: number): Promise<Structure | undefined> {
    const place = { file: this.lines.file, frame };
    const found = await this.next(place);
    return found && structureOf(...found, { ...place });
  }

  async pass(frame: number): Promise<boolean> {
    return (await this.next({ file: this.lines.file, frame })) !== undefined;
  }

  mayBegin(): boolean {
    return BLOCK.test(this.lines.text());
  }

  mark(): undefined {
    return undefined;
  }

  /** The next block with atoms. */
  private async next(place: FilePlace): Promise<[CifBlock, CifLoop] | undefined> {
    const { lines } = this;
    while (await lines.next()) {
      if (!BLOCK.test(lines.text())) {
        if (lines.isBlank() || /^\s*#/.test(lines.text())) continue;
        const found = shown(lines.text().trim());
        throw invalidFile({ ...place, line: lines.number }, `expected data_NAME, found ${found}`);
      }
      const block = await readBlock(lines, place);
      const sites = block.loops.find(
        ({ columns }) => columns.has(FRACTIONAL[0] ?? '') || columns.has(CARTESIAN[0] ?? ''),
      );
      if (sites !== undefined && sites.lines.length > 0) return [block, sites];
    }
    if (place.frame !== 0) return undefined;
    throw invalidFile(place, 'expected a block with _atom_site_fract_x, y, z, found none');
  }
}

function structureOf(block: CifBlock, sites: CifLoop, place: FilePlace): Structure {
  const cell = cellOf(block, placeOf(block, place));
  const isFractional = FRACTIONAL.every((tag) => sites.columns.has(tag));
  if (isFractional && cell === undefined)
    throw invalidFile(placeOf(block, place), 'expected _cell_length_a, b, c');
  const operations = operationsOf(block, placeOf(block, place));
  const inverse = cell && inverseCell(cell);
  const coordinates: number[] = [];
  const species: string[] = [];
  const labels: string[] = [];
  for (const [row, line] of sites.lines.entries()) {
    const where = { ...place, line, atom: row };
    const of = (tag: string): string => sites.columns.get(tag)?.[row] ?? '?';
    if (of('_atom_site_calc_flag') === 'dum') continue;
    checkOccupancy(of('_atom_site_occupancy'), where);
    const label = of(LABEL);
    const element = elementOf(of('_atom_site_type_symbol'), label, where);
    const site = (isFractional ? FRACTIONAL : CARTESIAN).map((tag) => coordinateOf(of(tag), tag, where));
    const own = isFractional || inverse === undefined ? site : timesMatrix(site, inverse);
    for (const image of inverse === undefined ? [own] : imagesOf(own, operations)) {
      coordinates.push(...image);
      species.push(element);
      labels.push(label);
    }
  }
  if (species.length === 0) throw invalidFile(placeOf(block, place), 'expected atoms that are no dummies');
  const positions = Float64Array.from(coordinates);
  if (cell !== undefined) toCartesian(positions, cell);
  const isLabelled = labels.every((label) => /^[^\s?]\S*$/.test(label));
  const isPeriodic = cell !== undefined;
  const arrays: Record<string, AtomArray> = isLabelled
    ? { label: { kind: 'S', width: 1, data: labels } }
    : {};
  return {
    positions,
    ...(cell && { cell }),
    pbc: [isPeriodic, isPeriodic, isPeriodic],
    species,
    arrays,
    info: block.name === '' ? {} : { name: block.name },
    source: { file: place.file, frame: place.frame ?? 0 },
  };
}

/**
 * The cell of lengths and angles, a along x, b in the plane of x and y; undefined without lengths.
 */
function cellOf({ items }: CifBlock, place: FilePlace): Float64Array | undefined {
  if (!LENGTHS.some((tag) => items.has(tag))) return undefined;
  const numberOf = (tag: string, missing: string): number => {
    const value = cifNumber(items.get(tag) ?? missing);
    if (value !== undefined && value > 0) return value;
    throw invalidFile(
      place,
      `expected a positive number for ${tag}, found ${shown(items.get(tag) ?? 'none')}`,
    );
  };
  const [a = NaN, b = NaN, c = NaN] = LENGTHS.map((tag) => numberOf(tag, ''));
  const angles = ANGLES.map((tag) => numberOf(tag, '90'));
  const [alpha = NaN, beta = NaN, gamma = NaN] = angles.map((angle) =>
    angle === 90 ? 0 : Math.cos((angle * Math.PI) / 180),
  );
  const sine = angles[2] === 90 ? 1 : Math.sin(((angles[2] as number) * Math.PI) / 180);
  const y = (alpha - beta * gamma) / sine;
  const z = 1 - beta * beta - y * y;
  if (!(z > 0) || !(sine > 0) || ![a, b, c].every(Number.isFinite)) {
    throw invalidStructure(
      place,
      `no cell has the lengths ${a}, ${b}, ${c} and the angles ${angles.join(', ')}`,
    );
  }
  return Float64Array.of(a, 0, 0, b * gamma, b * sine, 0, c * beta, c * y, c * Math.sqrt(z));
}

function coordinateOf(text: string, tag: string, place: FilePlace): number {
  const value = cifNumber(text);
  if (value === undefined) throw invalidFile(place, `expected a number for ${tag}, found ${shown(text)}`);
  if (Number.isFinite(value)) return value;
  throw invalidStructure(place, `${tag} must be finite, found ${shown(text)}`);
}

function checkOccupancy(text: string, place: FilePlace): void {
  if (text === '.' || text === '?') return;
  const value = cifNumber(text);
  if (value !== undefined && Math.abs(value - 1) < WHOLE) return;
  throw invalidFile(place, `a site with an occupancy other than 1 cannot be read, found ${shown(text)}`);
}

/** The element of a site: of its type, else of its label. */
function elementOf(type: string, label: string, place: FilePlace): string {
  const text = /^[.?]$/.test(type) ? label : type;
  const symbol = /[A-Z][a-z]?/.exec(text)?.[0];
  if (symbol === undefined) throw invalidFile(place, `expected an element, found ${shown(text)}`);
  return symbol === 'D' || symbol === 'T' ? 'H' : elementOfLabel(symbol);
}

function timesMatrix(vector: readonly number[], matrix: readonly number[]): number[] {
  return [0, 1, 2].map((column) =>
    vector.reduce((sum, value, row) => sum + value * (matrix[3 * row + column] as number), 0),
  );
}
