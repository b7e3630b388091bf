import { darkened } from '../figure/dark.js';
import type { Figure } from '../figure/figure.js';
import type { PanelPlace } from '../figure/place.js';
import { drawnFigure } from '../figure/svg.js';
import type { NamedFigure } from './exploration-figures.js';

/** Draws a figure for a page. */
export async function pictureOf({ id, title, note = '', figure }: NamedFigure): Promise<Picture> {
  const { svg, panels } = await drawnFigure(figure, { id });
  return { id, title, note, svg, dark: darkened(svg), figure, panels };
}

/** A figure, drawn for a page. */
export interface Picture {
  /** Tells it from the others. */
  readonly id: string;
  readonly title: string;
  /** What is to be said beside it; empty for nothing. */
  readonly note: string;
  /** In the colours of a light page; files are saved so. */
  readonly svg: string;
  /** In those of a dark one. */
  readonly dark: string;
  readonly figure: Figure;
  /** Where its values are. */
  readonly panels: readonly PanelPlace[];
}
