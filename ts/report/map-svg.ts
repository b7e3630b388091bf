import { axisTicks } from '../explore/axis-ticks.js';
import type { ColouredMap, EnvironmentMap, MapContour, MapPoint } from '../explore/environment-map.js';
import type { MapView } from '../explore/map-picture.js';
import { dataUrl } from './data-url.js';
import { html, type Html } from './html.js';
import { LEAST_DELTA, rangeTexts } from './wording/numbers.js';

/** Points that are shapes of their own at the most; more are one picture in the file. */
const MOST_SHAPES = 5_000;

/** Points are smaller where there are more. */
const SMALLER = 1_000;

/** Selected points are in rings up to so many; others fade beside them. */
const MOST_RINGS = 200;
const OPAQUE = 0.8;
const FADED = 0.25;

/** Room for marks and names of axes, in units of the picture, and beside the edges. */
const LEFT = 78;
const BOTTOM = 52;
const EDGE = 14;

/** Height of a line of the legend, and width of one of its letters, about. */
const LINE = 20;
const LETTER = 7.2;

/** Units between two marks of an axis at the least. */
const APART = { x: 64, y: 44 };

/** Pixels of the picture of many points in a unit. */
const RATIO = 2;

const INK = '#1a1a1a';
const FRAME = '#8a8a8a';
const MARK = '#e04a10';

/** What of a map is drawn. */
export interface MapSvgOptions {
  /** Environments that stand out. Default: none. */
  readonly selected?: Uint32Array | undefined;
  /** Whether lines of density are drawn. Default: no. */
  readonly hasContours?: boolean | undefined;
}

/**
 * A map as a file, in the colours of a light page: axes with names, units and marks, what the
 * colours mean, and the points: shapes up to 5,000, a PNG in it where there are more.
 *
 * @param view its width and height are those of the plot, without axes
 * @param colour one of the map's colours
 */
export async function mapSvg(
  map: EnvironmentMap,
  view: MapView,
  colour: string,
  { selected = new Uint32Array(0), hasContours = false }: MapSvgOptions = {},
): Promise<string> {
  const light = { ...view, ratio: 1, isDark: false };
  const sharp = {
    ...light,
    ratio: RATIO,
    scale: RATIO * view.scale,
    scaleY: RATIO * (view.scaleY ?? view.scale),
    width: Math.round(RATIO * view.width),
    height: Math.round(RATIO * view.height),
  };
  const picture = map.picture(sharp, colour, selected) as ColouredMap;
  const points = map.pointsIn(light, colour, MOST_SHAPES);
  const { width, height } = view;
  const legend = legendOf(picture, colour, width);
  const all = { width: LEFT + width + EDGE, height: EDGE + height + BOTTOM + legend.height };
  const chosen = new Set(selected);
  const drawn =
    points === undefined
      ? await rasterOf(picture, width, height)
      : html`${points.map((point) => shapeOf(point, points.length, chosen))}`;
  const contours = hasContours ? map.contours(light, colour) : [];
  const svg = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${all.width}"
    height="${all.height}"
    viewBox="0 0 ${all.width} ${all.height}"
    font-family="Helvetica, Arial, sans-serif"
    font-size="13"
    fill="${INK}"
  >
    <title>Map of environments, coloured by ${colour}</title>
    <rect width="${all.width}" height="${all.height}" fill="#ffffff" />
    <svg x="${LEFT}" y="${EDGE}" width="${width}" height="${height}">${drawn} ${contours.map(lineOf)}</svg>
    <rect x="${LEFT}" y="${EDGE}" width="${width}" height="${height}" fill="none" stroke="${FRAME}" />
    ${axesOf(map.placement.titles, view)}
    <g transform="translate(${LEFT} ${EDGE + height + BOTTOM})">${legend.content}</g>
  </svg> `;
  return `${svg.text.trim()}\n`;
}

function shapeOf({ row, left, top, rgb }: MapPoint, count: number, chosen: ReadonlySet<number>): Html {
  const isChosen = chosen.has(row);
  const [x, y] = [left, top].map((at) => at.toFixed(2)) as [string, string];
  const radius = count > SMALLER ? 2 : 3.5;
  const fill = `rgb(${rgb.map(Math.round).join(' ')})`;
  if (isChosen && chosen.size <= MOST_RINGS) {
    return html`<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" />
      <circle cx="${x}" cy="${y}" r="${radius + 3}" fill="none" stroke="${MARK}" /> `;
  }
  const opacity = chosen.size > 0 && !isChosen ? FADED : OPAQUE;
  return html`<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" fill-opacity="${opacity}" /> `;
}

async function rasterOf({ image }: ColouredMap, width: number, height: number): Promise<Html> {
  const { encode } = await import('fast-png');
  const data = new Uint8Array(image.data.buffer);
  const png = encode({ width: image.width, height: image.height, data, channels: 4 });
  return html`<image width="${width}" height="${height}" href="${dataUrl('image/png', png)}" />`;
}

function lineOf({ segments, share, colour }: MapContour): Html {
  const pieces: string[] = [];
  for (let at = 0; at < segments.length; at += 4) {
    const [x1, y1, x2, y2] = Array.from(segments.subarray(at, at + 4), (value) => value.toFixed(1));
    pieces.push(`M${x1 ?? ''} ${y1 ?? ''}L${x2 ?? ''} ${y2 ?? ''}`);
  }
  const stroke = colour === null ? INK : `rgb(${colour.join(' ')})`;
  return html`<path d="${pieces.join('')}" fill="none" stroke="${stroke}">
    <title>${Math.round(100 * share)} % of the points are within</title>
  </path> `;
}

function axesOf([across, up]: readonly [string, string], view: MapView): Html {
  const { x, y, scale, scaleY = scale, width, height } = view;
  const bottom = EDGE + height;
  const ticksX = axisTicks(x - width / 2 / scale, x + width / 2 / scale, Math.max(2, width / APART.x));
  const ticksY = axisTicks(y - height / 2 / scaleY, y + height / 2 / scaleY, Math.max(2, height / APART.y));
  const marksX = ticksX.map(({ value, text }) => {
    const at = (LEFT + width / 2 + (value - x) * scale).toFixed(1);
    return html`<path d="M${at} ${bottom}v5" stroke="${FRAME}" />
      <text x="${at}" y="${bottom + 19}" text-anchor="middle">${text}</text> `;
  });
  const marksY = ticksY.map(({ value, text }) => {
    const at = EDGE + height / 2 - (value - y) * scaleY;
    return html`<path d="M${LEFT} ${at.toFixed(1)}h-5" stroke="${FRAME}" />
      <text x="${LEFT - 8}" y="${(at + 4.5).toFixed(1)}" text-anchor="end">${text}</text> `;
  });
  const middle = EDGE + height / 2;
  return html`${marksX} ${marksY}
    <text x="${LEFT + width / 2}" y="${bottom + 40}" text-anchor="middle">${across}</text>
    <text x="16" y="${middle}" text-anchor="middle" transform="rotate(-90 16 ${middle})">${up}</text>`;
}

/** What the colours mean, in lines below the plot. */
function legendOf(
  { range, names, swatches }: ColouredMap,
  colour: string,
  width: number,
): { readonly content: Html; readonly height: number } {
  const css = (at: number): string => `rgb(${(swatches[at] ?? [0, 0, 0]).map(Math.round).join(' ')})`;
  if (range !== null) {
    const [low, high] = rangeTexts(range, colour.startsWith('δH') ? LEAST_DELTA : 0);
    const stops = swatches.map(
      (_, at) => html`<stop offset="${at / (swatches.length - 1)}" stop-color="${css(at)}" /> `,
    );
    const start = LETTER * (colour.length + low.length + 10);
    const content = html`<linearGradient id="ramp">${stops}</linearGradient>
      <text y="13">${colour}: ${low} or less</text>
      <rect x="${start}" y="2" width="120" height="12" fill="url(#ramp)" />
      <text x="${start + 128}" y="13">${high} or more</text>`;
    return { content, height: LINE + EDGE };
  }
  let [left, line] = [0, 0];
  const entries = names.map((name, at) => {
    const room = 26 + LETTER * name.length;
    if (left > 0 && left + room > width) [left, line] = [0, line + 1];
    const entry = html`<rect x="${left}" y="${line * LINE + 2}" width="12" height="12" fill="${css(at)}" />
      <text x="${left + 17}" y="${line * LINE + 13}">${name}</text> `;
    left += room;
    return entry;
  });
  return { content: html`${entries}`, height: (line + 1) * LINE + EDGE };
}
