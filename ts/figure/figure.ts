/**
 * A picture of numbers, as data: what is drawn, not how. {@link figureSvg} draws it. The commands,
 * the report and the page make their pictures of these.
 */
export interface Figure {
  readonly title: string;
  /** One above the other; at least one. */
  readonly panels: readonly Panel[];
}

/** One pair of axes and what is drawn between them. */
export interface Panel {
  readonly x: Axis;
  readonly y: Axis;
  /** The legend names them where there are several; in one figure a name means one thing. */
  readonly series: readonly Series[];
  /** Lines across the panel. */
  readonly markers?: readonly Marker[];
}

/** An axis. */
export interface Axis {
  /** What is measured along it: `entropy H`. */
  readonly name: string;
  /** Its unit, which is put behind the name: `nats`. */
  readonly unit?: string | undefined;
  /**
   * Default: linear. Values that are not above 0 have no place on a logarithmic axis and are left
   * out.
   */
  readonly scale?: 'linear' | 'log' | undefined;
  /** Where it begins and ends. Default: as the data ask for. */
  readonly range?: readonly [number, number] | undefined;
}

/** What can be drawn. */
export type Series = Curve | Bars;

/** Values against others, as a line or as points. A value that is not finite is a gap. */
export interface Curve {
  readonly kind: 'line' | 'points';
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** How far each value may be off. */
  readonly error?: ErrorRange | undefined;
}

/** Lower and upper ends, one for each value. */
export interface ErrorRange {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  /** Default: a band behind a line, bars through points. */
  readonly as?: 'band' | 'bars' | undefined;
}

/** Bars side by side, as of a histogram. */
export interface Bars {
  readonly kind: 'bars';
  readonly name: string;
  /** Where bars begin and end: one more than there are bars, rising. */
  readonly edges: ArrayLike<number>;
  readonly heights: ArrayLike<number>;
}

/** A line across a panel, at one value of an axis. */
export interface Marker {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly label: string;
}
