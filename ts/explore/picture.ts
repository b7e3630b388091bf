import { darkened } from '../figure/dark.js';
import type { NamedFigure } from './exploration-figures.js';
import { drawnFigure } from '../figure/svg.js';
import type { Picture } from '../explorer/protocol.js';

/** Draws a figure for a page. */
export async function pictureOf({ id, title, figure }: NamedFigure): Promise<Picture> {
  const { svg, panels } = await drawnFigure(figure, { id });
  return { id, title, svg, dark: darkened(svg), figure, panels };
}
