import { axisTicks, type MapView } from 'quests/explore';

const SVG = 'http://www.w3.org/2000/svg';

/** Pixels between two marks at the least. */
const APART = { x: 64, y: 44 };

/** Pixels from the frame to the marks' words, and to the name of the axis. */
const MARK = 5;
const WORDS = 18;
const NAME = 36;
const NAME_UP = 12;

/** Room beside the plot, in pixels, as in style.css. */
export const MARGINS = { left: 64, right: 8, top: 8, bottom: 42 } as const;

/** Draws names and marks of both axes around the plot of a map. */
export function drawAxes(svg: SVGSVGElement, view: MapView, titles: readonly [string, string]): void {
  const { x, y, scale, scaleY = scale, width, height } = view;
  const { left, top } = MARGINS;
  const bottom = top + height;
  const parts: SVGElement[] = [
    text(left + width / 2, bottom + NAME, titles[0], 'middle'),
    turned(text(NAME_UP, top + height / 2, titles[1], 'middle')),
  ];
  const [halfX, halfY] = [width / 2 / scale, height / 2 / scaleY];
  for (const { value, text: said } of ticksOf(x - halfX, x + halfX, width / APART.x)) {
    const at = left + width / 2 + (value - x) * scale;
    parts.push(line(at, at, bottom, bottom + MARK), text(at, bottom + WORDS, said, 'middle'));
  }
  for (const { value, text: said } of ticksOf(y - halfY, y + halfY, height / APART.y)) {
    const at = top + height / 2 - (value - y) * scaleY;
    parts.push(line(left - MARK, left, at, at), text(left - MARK - 3, at + 4, said, 'end'));
  }
  svg.replaceChildren(...parts);
}

/** None where a view is so deep that numbers no longer tell its ends apart. */
function ticksOf(low: number, high: number, most: number): ReturnType<typeof axisTicks> {
  return low < high && Number.isFinite(high - low) ? axisTicks(low, high, Math.max(2, most)) : [];
}

function made(name: string, attributes: Readonly<Record<string, number | string>>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function line(x1: number, x2: number, y1: number, y2: number): SVGElement {
  return made('line', { x1, x2, y1, y2 });
}

function text(x: number, y: number, said: string, anchor: string): SVGElement {
  const element = made('text', { x, y, 'text-anchor': anchor });
  element.textContent = said;
  return element;
}

/** A name that is read from below to above. */
function turned(name: SVGElement): SVGElement {
  const [x, y] = [name.getAttribute('x') ?? '0', name.getAttribute('y') ?? '0'];
  name.setAttribute('transform', `rotate(-90 ${x} ${y})`);
  return name;
}
