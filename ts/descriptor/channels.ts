import { QuestsError } from '../base/error.js';

/** Channels of `full` descriptors. */
export const CHANNELS = 4;

/**
 * What each element up to curium weighs in the channels. Learned once from the places of elements
 * in the periodic table by scripts/learn-channels.mjs, so that an atom in place of one of another
 * element changes a row by more than displacements do: see docs/chemistry.md. The square of the
 * four weights of an element is about 1, so that distances are those of the plain descriptor where
 * all atoms are alike.
 */
const TABLE: readonly string[] = [
  'H 0.03 0.26 0.26 0.59, He 0.71 0.29 0.27 0.4',
  'Li 0.38 0.85 0.9 0.03, Be 0.03 0.03 0.7 0.03, B 0.62 0.03 0.32 0.03',
  'C 1.3 0.03 0.03 0.03, N 0.45 0.54 0.54 0.95, O 0.67 0.54 0.03 0.4, F 0.78 0.03 0.96 0.4',
  'Ne 0.52 0.31 0.32 0.14',
  'Na 0.46 1 0.03 0.68, Mg 1.06 0.53 0.54 0.03, Al 0.36 0.6 0.03 0.03',
  'Si 0.58 0.03 0.03 1.16, P 0.03 0.03 1.3 0.03, S 0.03 1.3 0.03 0.03',
  'Cl 0.03 0.26 0.65 0.03, Ar 0.37 0.28 0.85 0.03',
  'K 0.43 0.03 1.02 0.68, Ca 0.41 0.4 0.03 0.4, Sc 1.11 0.03 0.03 0.68',
  'Ti 0.79 0.97 0.03 0.03, V 0.03 1.01 0.03 0.03, Cr 0.03 0.7 0.03 0.03',
  'Mn 0.03 0.03 0.03 0.7, Fe 0.03 0.46 0.52 0.03, Co 0.03 1.17 0.03 0.56',
  'Ni 0.7 0.03 0.03 0.03, Cu 0.03 0.03 0.54 0.67, Zn 0.82 0.03 0.03 0.4',
  'Ga 0.78 0.03 0.54 0.4, Ge 0.78 0.89 0.53 0.03, As 0.03 0.89 0.03 0.95',
  'Se 0.03 0.54 1.04 0.56, Br 0.35 0.03 0.54 0.39, Kr 0.04 0.34 0.29 0.89',
  'Rb 0.03 0.03 0.59 0.38, Sr 0.76 0.03 0.54 0.03, Y 0.03 0.03 0.03 0.99',
  'Zr 0.03 0.54 0.03 1.18, Nb 0.03 0.54 0.65 0.99, Mo 0.44 0.03 0.53 1',
  'Tc 0.26 0.28 0.35 0.47, Ru 0.52 0.46 0.03 0.03, Rh 0.03 0.03 0.94 0.03',
  'Pd 0.03 0.52 0.03 0.66, Ag 0.03 0.03 1.17 0.56, Cd 0.79 0.54 0.54 0.68',
  'In 1.18 0.55 0.03 0.03, Sn 0.03 1.18 0.53 0.03, Sb 0.37 0.03 0.03 0.59',
  'Te 0.03 0.54 0.54 0.39, I 0.03 0.03 0.54 1.18, Xe 0.36 0.89 0.3 0.03',
  'Cs 0.03 0.63 0.31 0.03, Ba 0.38 0.03 0.59 0.03, La 0.03 0.53 0.8 0.03',
  'Ce 0.88 0.03 0.95 0.03, Pr 0.54 0.55 0.03 1.05, Nd 0.03 0.89 0.86 0.39',
  'Pm 0.28 0.51 0.24 0.3, Sm 0.03 0.27 0.03 0.64, Eu 0.03 0.03 0.28 0.65',
  'Gd 0.81 0.54 0.03 0.03, Tb 0.03 0.84 0.54 0.03, Dy 0.69 0.03 0.03 0.8',
  'Ho 0.89 0.03 0.54 0.78, Er 0.41 0.03 0.35 0.57, Tm 0.66 0.24 0.03 0.03',
  'Yb 0.03 0.03 0.9 0.94, Lu 0.52 0.99 0.54 0.4, Hf 0.77 0.53 0.9 0.03',
  'Ta 0.57 0.03 0.03 0.4, W 0.03 0.59 0.03 0.37, Re 0.03 0.54 1.18 0.03',
  'Os 0.42 1.23 0.03 0.03, Ir 1.19 0.03 0.53 0.03, Pt 0.97 0.54 0.03 0.67',
  'Au 0.43 0.47 0.52 0.03, Hg 0.99 0.03 0.03 0.03, Tl 0.03 0.03 0.03 1.3',
  'Pb 0.03 0.98 0.53 0.67, Bi 0.53 0.03 1.19 0.03, Po 0.03 0.48 0.27 0.43',
  'At 1.15 0.29 0.37 0.4, Rn 0.62 0.62 0.31 0.19',
  'Fr 0.53 0.58 0.91 0.49, Ra 0.26 0.85 0.03 0.31, Ac 0.31 0.63 0.03 0.59',
  'Th 0.03 0.27 0.53 0.38, Pa 0.29 0.26 0.54 0.22, U 0.41 0.53 0.53 0.4',
  'Np 0.31 0.03 0.2 0.84, Pu 0.32 0.55 0.28 0.03, Am 0.47 0.34 0.18 0.68',
  'Cm 0.54 0.03 0.32 0.3',
];

const WEIGHTS: ReadonlyMap<string, readonly number[]> = new Map(
  TABLE.flatMap((line) =>
    line.split(', ').map((entry): [string, readonly number[]] => {
      const [symbol = '', ...weights] = entry.split(' ');
      return [symbol, weights.map(Number)];
    }),
  ),
);

/** Heavy hydrogen is hydrogen. */
const ISOTOPES: Readonly<Record<string, string>> = { D: 'H', T: 'H' };

/** Elements that `full` descriptors know, in the order of their numbers. */
export const KNOWN_ELEMENTS: readonly string[] = [...WEIGHTS.keys()];

/** Whether `full` descriptors know an element; types of atoms they do not. */
export function isChannelElement(symbol: string): boolean {
  return WEIGHTS.has(ISOTOPES[symbol] ?? symbol);
}

/**
 * What some elements weigh in the channels: elements × channels, row-major.
 *
 * @throws {QuestsError} INVALID_STRUCTURE for what is no element up to curium
 */
export function channelWeights(elements: readonly string[]): Float64Array {
  return Float64Array.from(elements.flatMap(weightsOf));
}

function weightsOf(symbol: string): readonly number[] {
  const found = WEIGHTS.get(ISOTOPES[symbol] ?? symbol);
  if (found !== undefined) return found;
  const problem = 'expected an element up to Cm';
  throw new QuestsError('INVALID_STRUCTURE', `species ${JSON.stringify(symbol)}: ${problem}`);
}
