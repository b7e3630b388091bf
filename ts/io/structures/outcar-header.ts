import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { MOST_ATOMS } from '../text/table.js';
import { elementOfLabel } from './poscar-header.js';

/** Types whose atoms VASP up to 6.3 counts, however many there are. */
const MOST_COUNTS = 10;

/** What an OUTCAR says of its run before the first step. */
export class OutcarHeader {
  /** Electronic steps at most; undefined where the file does not say. */
  mostElectronicSteps: number | undefined;
  private readonly titles: string[] = [];
  private readonly valences: string[] = [];
  /** Potentials, listed once together and once each, as VASP reads them. */
  private readonly potentials: string[] = [];
  /** Atoms of each type. */
  private counts: readonly number[] | undefined;
  /** Atoms in all, where the file says that apart. */
  private ions: number | undefined;
  /** Species of each type. */
  private types: readonly string[] | undefined;
  private names: readonly string[] | undefined;

  /** Whether it has said nothing of the atoms. */
  get isEmpty(): boolean {
    const { titles, valences, potentials, counts } = this;
    return titles.length + valences.length + potentials.length === 0 && counts === undefined;
  }

  /** Takes a line that names a potential: `TITEL`, `VRHFIN` or `POTCAR:`. */
  takePotential(line: string): void {
    const [, key = '', text = ''] = /^\s*(TITEL|VRHFIN|POTCAR)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (key === 'VRHFIN') this.valences.push(elementOfLabel(text.replace(/\s*:.*$/, '').trim()));
    else if (key !== '') (key === 'TITEL' ? this.titles : this.potentials).push(elementOfTitle(text));
  }

  takeElectronicSteps(line: string): void {
    const most = /\bNELM\s*=\s*(\d+)/.exec(line)?.[1];
    if (most !== undefined) this.mostElectronicSteps = Number(most);
  }

  takeIons(line: string): void {
    const ions = /\bNIONS\s*=\s*(\d+)/.exec(line)?.[1];
    if (ions !== undefined) this.ions = Number(ions);
  }

  /**
   * Takes `ions per type =`.
   *
   * @param text the line, with those that go on with its numbers
   * @throws {QuestsError} INVALID_FILE for anything but numbers of atoms, for another sum than
   *   NIONS
   */
  takeCounts(text: string, place: FilePlace): void {
    const list = text.replace(/^[^=]*=/, '').trim();
    const counts = list.split(/\s+/).map((field) => (/^\d{1,9}$/.test(field) ? Number(field) : NaN));
    const atoms = counts.reduce((sum, count) => sum + count, 0);
    if (!(atoms > 0 && atoms <= MOST_ATOMS)) {
      throw invalidFile(place, `expected numbers of atoms after "ions per type =", found ${shown(list)}`);
    }
    if (this.ions !== undefined && this.ions !== atoms) {
      const isShort = counts.length === MOST_COUNTS && this.titles.length > MOST_COUNTS;
      const why = isShort ? '; VASP up to 6.3 lists ten types at most: vasprun.xml has all' : '';
      throw invalidFile(place, `expected ${this.ions} ions (NIONS) in all, found ${atoms} per type${why}`);
    }
    this.counts = counts;
    this.types = undefined;
    this.names = undefined;
  }

  /**
   * How many atoms there are; of which species is asked for when as many have been read, since a
   * damaged file may promise any number.
   *
   * @throws {QuestsError} INVALID_FILE where the numbers of atoms are missing, or there are more or
   *   fewer potentials than types
   */
  atoms(place: FilePlace): number {
    const { counts } = this;
    if (counts === undefined) throw invalidFile(place, 'expected "ions per type =" before the first step');
    this.types ??= this.labels(counts.length, place);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Species of every atom; types 1, 2, … where the file names no potentials. */
  species(place: FilePlace): readonly string[] {
    if (this.names !== undefined) return this.names;
    const names = new Array<string>(this.atoms(place));
    let atom = 0;
    for (const [type, count] of (this.counts ?? []).entries()) {
      names.fill(this.types?.[type] ?? '', atom, atom + count);
      atom += count;
    }
    return (this.names = names);
  }

  private labels(types: number, place: FilePlace): readonly string[] {
    const { titles, valences, potentials } = this;
    for (const list of [titles, valences, potentials]) if (list.length === types) return list;
    if (potentials.length === 2 * types) return potentials.slice(0, types);
    if (titles.length + valences.length + potentials.length === 0) {
      return Array.from({ length: types }, (_, type) => String(type + 1));
    }
    const found = titles.length > 0 ? titles : potentials.length > 0 ? potentials : valences;
    throw invalidFile(place, `expected a potential for each of ${types} types, found ${found.join(' ')}`);
  }
}

/** The element of a potential: `PAW_PBE Fe_pv 02Aug2007`, `US Al`, `H  1/r potential`. */
function elementOfTitle(title: string): string {
  const [first = '', second = first] = title.trim().split(/\s+/);
  return elementOfLabel(second.startsWith('1/r') ? first : second);
}
