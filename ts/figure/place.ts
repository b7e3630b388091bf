/** A figure, drawn, and where its values are. */
export interface DrawnFigure {
  readonly svg: string;
  /** One for each panel. */
  readonly panels: readonly PanelPlace[];
}

/**
 * Where values of a panel are in the picture, for whoever points at it or puts something over it.
 */
export interface PanelPlace {
  readonly x: AxisPlace;
  readonly y: AxisPlace;
}

/**
 * Values at both ends of an axis, and where these are, in pixels of the picture from the left or
 * from the top.
 */
export interface AxisPlace {
  readonly scale: 'linear' | 'log';
  readonly values: readonly [number, number];
  readonly pixels: readonly [number, number];
}
