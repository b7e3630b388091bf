import { QuestsError } from '../base/error.js';
import { COVALENT_RADII } from '../geometry/covalent-radii.js';

/** What is known of an element. */
export interface ElementProperties {
  /**
   * Electronegativity on Pauling's scale: CRC Handbook of Chemistry and Physics, 97th edition, page
   * 9-103. Of He, Ne and Ar, which have none, that of L. C. Allen, J. Am. Chem. Soc. 1989, 111,
   * 9003; of Pm, Eu, Tb and Yb, which have none, a value between those of their neighbours.
   */
  readonly electronegativity: number;
  /**
   * Electrons outside the core of the noble gas before, without those of full d shells below p and
   * of full f shells: 1 to 8 of main groups, the group of transition metals, 3 to 15 of lanthanides
   * and actinides.
   */
  readonly valence: number;
  /** The same, but the group, 13 to 18, of p elements. */
  readonly group: number;
  /** Row of the periodic table. */
  readonly period: number;
  /** Covalent radius in Å; see {@link COVALENT_RADII}. */
  readonly radius: number;
}

/** Per period: symbol, electronegativity and valence electrons of each element. */
const PERIODS = [
  'H 2.20 1 He 4.16 2',
  'Li 0.98 1 Be 1.57 2 B 2.04 3 C 2.55 4 N 3.04 5 O 3.44 6 F 3.98 7 Ne 4.79 8',
  'Na 0.93 1 Mg 1.31 2 Al 1.61 3 Si 1.90 4 P 2.19 5 S 2.58 6 Cl 3.16 7 Ar 3.24 8',
  'K 0.82 1 Ca 1.00 2 Sc 1.36 3 Ti 1.54 4 V 1.63 5 Cr 1.66 6 Mn 1.55 7 Fe 1.83 8 Co 1.88 9 Ni 1.91 10 ' +
    'Cu 1.90 11 Zn 1.65 12 Ga 1.81 3 Ge 2.01 4 As 2.18 5 Se 2.55 6 Br 2.96 7 Kr 3.00 8',
  'Rb 0.82 1 Sr 0.95 2 Y 1.22 3 Zr 1.33 4 Nb 1.60 5 Mo 2.16 6 Tc 2.10 7 Ru 2.20 8 Rh 2.28 9 Pd 2.20 10 ' +
    'Ag 1.93 11 Cd 1.69 12 In 1.78 3 Sn 1.96 4 Sb 2.05 5 Te 2.10 6 I 2.66 7 Xe 2.60 8',
  'Cs 0.79 1 Ba 0.89 2 La 1.10 3 Ce 1.12 4 Pr 1.13 5 Nd 1.14 6 Pm 1.15 7 Sm 1.17 8 Eu 1.18 9 Gd 1.20 10 ' +
    'Tb 1.21 11 Dy 1.22 12 Ho 1.23 13 Er 1.24 14 Tm 1.25 15 Yb 1.26 2 Lu 1.27 3 Hf 1.30 4 Ta 1.50 5 ' +
    'W 2.36 6 Re 1.90 7 Os 2.20 8 Ir 2.20 9 Pt 2.28 10 Au 2.54 11 Hg 2.00 12 Tl 1.62 3 Pb 2.33 4 ' +
    'Bi 2.02 5 Po 2.00 6 At 2.20 7 Rn 2.20 8',
  'Fr 0.70 1 Ra 0.90 2 Ac 1.10 3 Th 1.30 4 Pa 1.50 5 U 1.38 6 Np 1.36 7 Pu 1.28 8 Am 1.30 9 Cm 1.30 10',
];

const PROPERTIES: ReadonlyMap<string, ElementProperties> = new Map(
  PERIODS.flatMap((row, period) => {
    const entries = row.split(/ (?=[A-Z])/);
    return entries.map((entry, at): [string, ElementProperties] => {
      const [symbol = '', electronegativity, electrons] = entry.split(' ');
      const valence = Number(electrons);
      // The last six of a whole period, whose first has other elements.
      const isP = at >= entries.length - 6 && [8, 18, 32].includes(entries.length);
      return [
        symbol,
        {
          electronegativity: Number(electronegativity),
          valence,
          group: isP ? valence + 10 : valence,
          period: period + 1,
          radius: COVALENT_RADII.get(symbol) ?? NaN,
        },
      ];
    });
  }),
);

/** Heavy hydrogen is hydrogen. */
const ISOTOPES: Readonly<Record<string, string>> = { D: 'H', T: 'H' };

/**
 * Properties of an element.
 *
 * @throws {QuestsError} INVALID_STRUCTURE for what is no element up to curium
 */
export function elementProperties(symbol: string): ElementProperties {
  const found = PROPERTIES.get(ISOTOPES[symbol] ?? symbol);
  if (found !== undefined) return found;
  const problem = 'expected an element up to Cm, whose properties are known';
  throw new QuestsError('INVALID_STRUCTURE', `species ${JSON.stringify(symbol)}: ${problem}`);
}

/** Elements whose properties are known. */
export const KNOWN_ELEMENTS: readonly string[] = [...PROPERTIES.keys()];
