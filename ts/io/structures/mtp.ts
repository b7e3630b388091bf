import { cellVolume } from '../../model/cell.js';
import type { QuestsError } from '../../base/error.js';
import type { AtomArray, InfoValue, Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import type { AtomColumn } from '../text/column.js';
import { emptyFile, invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { freshName } from './frame-header.js';
import { type FrameOptions, type FrameReader, type Mark, readFrames } from './frames.js';
import { parseInfo } from '../text/info.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { MOST_ATOMS, readTable } from '../text/table.js';
import { atomsOf, columnsOf } from './mtp-columns.js';
import { endsBefore, here, threeNumbers } from './poscar-header.js';

const BEGIN = /^\s*BEGIN_CFG\b/;
const END = /^\s*END_CFG\b/;

/** The beginning of a configuration after half a line, as where a restart goes on. */
const GLUED = /\S\s*BEGIN_CFG\b/;

/** Feature that names the elements of types 0, 1, …, as {@link writeMtp} writes it. */
export const ELEMENTS = 'elements';

/** A frame while it is read. */
interface Configuration {
  size?: number;
  vectors: number[];
  energy?: number;
  /** xx, yy, zz, yz, xz, xy of the stress times the volume, in eV. */
  virial?: readonly number[];
  columns?: readonly AtomColumn[];
  tables?: readonly AtomArray[];
  features: [string, string][];
}

/**
 * Reads configurations of MLIP (`.cfg`), frame by frame. As many vectors as `Supercell` has are
 * periodic, the others open. Types are numbers from 0, kept as text, unless a feature `elements`
 * names them. `PlusStress`, which is minus the stress times the volume, becomes `info.stress`, nine
 * numbers in eV/Å³, positive under tension; without three vectors it is kept as `info.virial`, in
 * eV. `fx fy fz` are `arrays.forces`, other columns and features keep their names. Energies are in
 * eV, lengths in Å.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with file, frame, line and atom, for what is not as MLIP
 *   writes it; INVALID_STRUCTURE for coordinates or a cell that are not finite; EMPTY for no atoms.
 *   The signal's reason when cancelled
 */
export function readMtp(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new MtpReader(lines));
}

/** Whether a file begins like configurations of MLIP. */
export function looksLikeMtp(head: Uint8Array): boolean {
  return BEGIN.test(new TextDecoder().decode(head));
}

class MtpReader implements FrameReader {
  readonly lastMark = 0;
  private readonly lines: LineReader;

  constructor(lines: LineReader) {
    this.lines = lines;
  }

  async read(frame: number): Promise<Structure | undefined> {
    const { lines } = this;
    const place = { file: lines.file, frame };
    if (!(await this.begin(place))) return undefined;
    const configuration: Configuration = { vectors: [], features: [] };
    for (;;) {
      const text = await this.line(place, 'END_CFG');
      if (END.test(text)) break;
      if (text.trim() !== '') await this.take(text, configuration, place);
    }
    return this.structureOf(configuration, place);
  }

  async pass(frame: number): Promise<boolean> {
    const { lines } = this;
    const place = { file: lines.file, frame };
    if (!(await this.begin(place))) return false;
    for (;;) {
      const text = await this.line(place, 'END_CFG');
      if (END.test(text)) return true;
      if (BEGIN.test(text)) throw this.unexpected(place, 'END_CFG');
    }
  }

  mayBegin(): boolean {
    return BEGIN.test(this.lines.text());
  }

  mark(): Mark | undefined {
    return GLUED.test(this.lines.text()) ? 'within' : undefined;
  }

  private async begin(place: FilePlace): Promise<boolean> {
    const { lines } = this;
    do if (!(await lines.next())) return false;
    while (lines.isBlank());
    if (!BEGIN.test(lines.text())) throw this.unexpected(place, 'BEGIN_CFG');
    return true;
  }

  /** Takes a keyword, with the lines that belong to it. */
  private async take(text: string, configuration: Configuration, place: FilePlace): Promise<void> {
    const { lines } = this;
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(text) ?? [];
    if (GLUED.test(text)) throw this.unexpected(place, 'END_CFG before the next BEGIN_CFG');
    switch (keyword.toLowerCase()) {
      case 'size':
        if (configuration.size !== undefined) throw this.unexpected(place, 'END_CFG before another Size');
        configuration.size = await this.size(place);
        break;
      case 'supercell':
        configuration.vectors = await this.vectors(place);
        break;
      case 'atomdata:':
      case 'atomic_data:':
        await this.readAtoms(rest, configuration, place);
        break;
      case 'energy':
        configuration.energy = (await this.numbers(1, place))[0] as number;
        break;
      case 'plusstress:':
        configuration.virial = await this.virial(rest, place);
        break;
      case 'feature': {
        const [, name = '', value = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
        if (name === '') throw this.unexpected(place, 'a name and a value of the feature');
        configuration.features.push([name, value]);
        break;
      }
      case 'stress:':
      case 'virial:': {
        const way = 'convert the file with mlp convert-cfg';
        throw invalidFile(
          here(lines, place),
          `${keyword} of old versions is not read, only PlusStress:; ${way}`,
        );
      }
      default:
        throw this.unexpected(place, 'a keyword of MLIP or END_CFG');
    }
  }

  private async size(place: FilePlace): Promise<number> {
    const [size = NaN] = await this.numbers(1, place);
    if (size === 0) throw emptyFile(here(this.lines, place), 'a configuration of 0 atoms');
    if (Number.isInteger(size) && size > 0 && size <= MOST_ATOMS) return size;
    throw this.unexpected(place, `a number of atoms, at most ${MOST_ATOMS}`);
  }

  /** Up to three lines of three numbers. */
  private async vectors(place: FilePlace): Promise<number[]> {
    const { lines } = this;
    const vectors: number[] = [];
    while (vectors.length < 9) {
      const [next = ''] = await lines.peek(1);
      const vector = threeNumbers(next);
      if (vector === undefined || next.trim().split(/\s+/).length !== 3) break;
      await lines.next();
      if (!vector.every(Number.isFinite))
        throw invalidStructure(here(lines, place), 'Supercell must be finite');
      vectors.push(...vector);
    }
    if (vectors.length > 0) return vectors;
    await lines.next();
    throw this.unexpected(place, 'three numbers of a vector');
  }

  private async readAtoms(header: string, configuration: Configuration, place: FilePlace): Promise<void> {
    const { lines } = this;
    const { size } = configuration;
    if (size === undefined) throw invalidFile(here(lines, place), 'expected Size before AtomData');
    const [first = ''] = await lines.peek(1);
    const columns = columnsOf(header, first, here(lines, place));
    configuration.columns = columns;
    configuration.tables = await readTable(lines, columns, size, place);
  }

  private async virial(header: string, place: FilePlace): Promise<number[]> {
    const names = header === '' ? [] : header.split(/\s+/);
    const order = ['xx', 'yy', 'zz', 'yz', 'xz', 'xy'].map((name) => names.indexOf(name));
    if (names.length !== 6 || order.includes(-1)) throw this.unexpected(place, 'xx yy zz yz xz xy');
    const numbers = await this.numbers(6, place);
    return order.map((at) => numbers[at] as number);
  }

  /** The numbers of the next line, as many as there must be. */
  private async numbers(count: number, place: FilePlace): Promise<number[]> {
    const fields = (await this.line(place, 'a number')).trim().split(/\s+/);
    const numbers = fields.map((field) => textNumber(field));
    if (numbers.length === count && numbers.every((number) => number !== undefined)) return numbers;
    throw this.unexpected(place, count === 1 ? 'a number' : `${count} numbers`);
  }

  private async line(place: FilePlace, expected: string): Promise<string> {
    const { lines } = this;
    if (!lines.advance() && !(await lines.next())) throw endsBefore(lines, place, expected);
    return lines.text();
  }

  private unexpected(place: FilePlace, expected: string): QuestsError {
    return invalidFile(
      here(this.lines, place),
      `expected ${expected}, found ${shown(this.lines.text().trim())}`,
    );
  }

  private structureOf(configuration: Configuration, place: FilePlace): Structure {
    const { vectors, columns, tables, virial, energy, features } = configuration;
    if (columns === undefined || tables === undefined) {
      throw invalidFile(here(this.lines, place), 'expected AtomData before END_CFG');
    }
    const periodic = vectors.length / 3;
    const cell =
      vectors.length > 0 ? Float64Array.from({ length: 9 }, (_, at) => vectors[at] ?? 0) : undefined;
    const elements = features.find(([name]) => name === ELEMENTS)?.[1].split(',');
    const atoms = atomsOf(columns, tables, cell, elements, here(this.lines, place));
    const info: Record<string, InfoValue> = {};
    if (energy !== undefined) info.energy = energy;
    if (virial !== undefined) {
      const volume = periodic === 3 && cell !== undefined ? (cellVolume({ cell }) ?? 0) : 0;
      if (volume > 0) info.stress = nine(virial.map((value) => 0 - value / volume));
      else info.virial = nine(virial);
    }
    const names = new Map(Object.keys(info).map((name) => [name, 1]));
    const kept = features
      .filter(([name]) => name !== ELEMENTS)
      .map(([name, value]) => [freshName(name, names), parseInfo(value)] as const);
    return {
      ...atoms,
      ...(cell && { cell }),
      pbc: [periodic > 0, periodic > 1, periodic > 2],
      info: Object.fromEntries([...Object.entries(info), ...kept]),
      source: { file: place.file, frame: place.frame ?? 0 },
    };
  }
}

/** xx, yy, zz, yz, xz, xy as three rows of three. */
function nine([xx = 0, yy = 0, zz = 0, yz = 0, xz = 0, xy = 0]: readonly number[]): number[] {
  return [xx, xy, xz, xy, yy, yz, xz, yz, zz];
}
