/** Text of figures. */
export const TEXT = {
  fontFamily: 'Helvetica, Arial, sans-serif',
  fontSize: 12,
  color: '#222222',
} as const;

/** How one series is told from the others, without its colour as well. */
export interface SeriesStyle {
  readonly color: string;
  readonly dash: 'solid' | number[];
  readonly symbol: string;
}

/**
 * Colours of Okabe and Ito, which colour-blind people can tell apart, without the yellow that paper
 * does not show.
 */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#000000', '#56b4e9', '#e69f00'];
const DASHES: readonly SeriesStyle['dash'][] = ['solid', [8, 4], [2, 3], [10, 3, 2, 3], [5, 2]];
const SYMBOLS = [
  'circle',
  'emptyRect',
  'triangle',
  'emptyDiamond',
  'rect',
  'emptyCircle',
  'diamond',
  'emptyTriangle',
];

/** The style of a panel's series number `index`; they begin to repeat after 280. */
export function seriesStyleOf(index: number): SeriesStyle {
  return {
    color: COLORS[index % COLORS.length] ?? '',
    dash: DASHES[index % DASHES.length] ?? 'solid',
    symbol: SYMBOLS[index % SYMBOLS.length] ?? '',
  };
}
