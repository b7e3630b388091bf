import { QuestsError } from '../base/error.js';
import { darkened } from './dark.js';
import type { Figure, Panel } from './figure.js';
import type { DrawnFigure } from './place.js';

/** How a figure is drawn. */
export interface SvgOptions {
  /** In pixels. Default: 720. */
  readonly width?: number | undefined;
  /** In pixels. Default: 440 for one panel, 300 for each of several. */
  readonly height?: number | undefined;
  /**
   * What names of parts inside the SVG begin with: several in one page need different ones.
   * Default: `figure`.
   */
  readonly id?: string | undefined;
  /** Colours of a light or of a dark page. Default: `light`. */
  readonly theme?: 'light' | 'dark' | undefined;
}

const WIDTH = 720;
const SINGLE = 440;
const EACH = 300;

/**
 * Draws a figure as SVG: white, with lines that differ in their dashes as well as in colour, text
 * of 12 pixels. The same figure gives the same text. Needs no page around it, so that Node can
 * draw, too; the library that draws is loaded by the first call.
 *
 * @throws {QuestsError} EMPTY: no panels, or a panel without series; INVALID_ARGUMENT: lengths that
 *   do not go together
 *
 * @example
 * const y = { name: 'entropy H', unit: 'nats' };
 * const series = [{ kind: 'line', name: 'H', x: times, y: entropies }];
 * await figureSvg({ title: 'Copper', panels: [{ x: { name: 'time', unit: 'ps' }, y, series }] });
 */
export async function figureSvg(figure: Figure, options: SvgOptions = {}): Promise<string> {
  return (await drawnFigure(figure, options)).svg;
}

/**
 * As {@link figureSvg}, with the places of values.
 *
 * @throws {QuestsError} as {@link figureSvg}
 */
export async function drawnFigure(figure: Figure, options: SvgOptions = {}): Promise<DrawnFigure> {
  const { panels } = figure;
  if (panels.length === 0) throw new QuestsError('EMPTY', 'a figure needs at least one panel');
  panels.forEach(check);
  const {
    width = WIDTH,
    height = panels.length === 1 ? SINGLE : EACH * panels.length,
    id = 'figure',
    theme = 'light',
  } = options;
  const { draw } = await import('./draw.js');
  const { svg, panels: places } = draw(figure, width, height);
  const named = renamed(svg, id);
  return { svg: theme === 'dark' ? darkened(named) : named, panels: places };
}

/** The library counts the parts of all figures of a process; a figure's text should be its own. */
function renamed(svg: string, id: string): string {
  const names = new Map<string, string>();
  // What it writes for scripts of a page is no part of a picture.
  return svg.replaceAll(/ ecmeta_\w+="[^"]*"/g, '').replaceAll(/\bzr\d+-[a-z]+-?\d+/g, (name) => {
    const known = names.get(name) ?? `${id}-${names.size}`;
    names.set(name, known);
    return known;
  });
}

function check({ series, y }: Panel): void {
  if (series.length === 0) throw new QuestsError('EMPTY', `there is nothing to draw against ${y.name}`);
  for (const one of series) {
    const lengths =
      one.kind === 'bars'
        ? [one.heights.length, one.edges.length - 1]
        : [one.x.length, one.y.length, one.error?.low.length, one.error?.high.length];
    const [first] = lengths;
    if (lengths.every((length) => length === undefined || length === first)) continue;
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `the values of ${one.name} do not go together: ${lengths.join(', ')}`,
    );
  }
}
