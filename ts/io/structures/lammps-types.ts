import { speciesLabel, SYMBOLS } from './elements.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { textNumber } from '../text/number.js';

/** Symbols of elements, without `X`. */
const ELEMENTS: ReadonlySet<string> = new Set(SYMBOLS.slice(1));

/**
 * The atom types of a data file. Species are the elements in the comments of `Masses`
 * (`1 26.98 # Al`) where every type has one, else the labels of `Atom Type Labels`, else the
 * numbers of the types as text: elements and numbers never mix.
 */
export class AtomTypes {
  private readonly labels = new Map<number, string>();
  private readonly numbersOfLabels = new Map<string, number>();
  private readonly elements = new Map<number, string>();
  private readonly massOf = new Map<number, number>();

  /** Whether types have labels, which may stand wherever their numbers may. */
  get hasLabels(): boolean {
    return this.labels.size > 0;
  }

  /**
   * Takes in a row of `Atom Type Labels`.
   *
   * @throws {QuestsError} INVALID_FILE for anything but the number of a type and its label, and for
   *   either twice
   */
  label(text: string, here: FilePlace): void {
    const [type = '', label = '', ...others] = text.split(' ');
    const number = typeNumber(type);
    if (number === undefined || label === '' || others.length > 0) {
      throw invalidFile(here, `expected a type and its label, found ${shown(text)}`);
    }
    if (this.labels.has(number) || this.numbersOfLabels.has(label)) {
      throw invalidFile(here, `expected every type and label once, found ${shown(text)} again`);
    }
    this.labels.set(number, speciesLabel(label));
    this.numbersOfLabels.set(label, number);
  }

  /**
   * Takes in a row of `Masses`.
   *
   * @throws {QuestsError} INVALID_FILE for anything but a type and a mass above 0, and for a type
   *   twice
   */
  mass(text: string, comment: string, here: FilePlace): void {
    const [type = '', mass = '', ...others] = text.split(' ');
    const number = this.number(type);
    const value = textNumber(mass) ?? NaN;
    if (number === undefined || !(value > 0 && value < Infinity) || others.length > 0) {
      throw invalidFile(here, `expected a type and its mass, found ${shown(text)}`);
    }
    if (this.massOf.has(number)) throw invalidFile(here, `expected one mass for type ${type}, found another`);
    this.massOf.set(number, value);
    if (ELEMENTS.has(comment)) this.elements.set(number, comment);
  }

  /**
   * The number of each atom's type.
   *
   * @param values numbers, or text where there are labels
   * @param types how many there are; undefined where the file does not say
   * @param row where an atom stands
   * @throws {QuestsError} INVALID_FILE for a number beyond them, or an unknown label
   */
  numbers(
    values: ArrayLike<number | string>,
    types: number | undefined,
    row: (atom: number) => FilePlace,
  ): Int32Array {
    const most = types ?? Infinity;
    return Int32Array.from(values as ArrayLike<number>, (value: number | string, atom) => {
      const number = typeof value === 'number' ? value : (this.number(value) ?? NaN);
      if (number >= 1 && number <= most) return number;
      const expected = types === undefined ? 'a type from 1' : `a type from 1 to ${types}`;
      const found = typeof value === 'number' ? String(value) : shown(value);
      throw invalidFile(
        row(atom),
        `expected ${expected}${this.hasLabels ? ' or its label' : ''}, found ${found}`,
      );
    });
  }

  /**
   * The mass of each atom; undefined where the file has none.
   *
   * @throws {QuestsError} INVALID_FILE for a type without a mass
   */
  masses(types: Int32Array, row: (atom: number) => FilePlace): Float64Array | undefined {
    if (this.massOf.size === 0) return undefined;
    return Float64Array.from(types, (type, atom) => {
      const mass = this.massOf.get(type);
      if (mass === undefined) throw invalidFile(row(atom), `type ${type} has no mass in the section Masses`);
      return mass;
    });
  }

  /** The species of each atom, one string per type. */
  species(types: Int32Array): string[] {
    const isNamed = this.elements.size > 0 && this.elements.size === this.massOf.size;
    const names = new Map(isNamed ? this.elements : this.labels);
    return Array.from(types, (type) => {
      let name = names.get(type);
      if (name === undefined) names.set(type, (name = String(type)));
      return name;
    });
  }

  private number(text: string): number | undefined {
    return this.numbersOfLabels.get(text) ?? typeNumber(text);
  }
}

function typeNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
