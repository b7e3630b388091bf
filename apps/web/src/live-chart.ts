import { digitsText, type LiveRow, plainText } from 'quests/explore';

const SVG = 'http://www.w3.org/2000/svg';

/** Units of the picture: where the curves are. */
const LEFT = 56;
const RIGHT = 560;
const H_TOP = 20;
const H_BOTTOM = 120;
const D_TOP = 166;
const D_BOTTOM = 360;

/** Height of a line of text. */
const LINE = 15;

/** Columns that a curve has at the most: more cannot be told apart. */
const COLUMNS = 500;

/** δH that is drawn as if it were a straight scale, in nats; above, a power of ten has its step. */
const STRAIGHT = 10;
const TICKS = [-1000, -100, -10, 0, 10, 100, 1000, 10_000];

/** Nats, and a larger step, that an arrow key moves the limit by. */
const STEP = 1;
const LARGE_STEP = 10;

/** Where a value is drawn. */
type Scale = (value: number) => number;

/**
 * H, and the mean and the largest δH of each check, with the limit as a line that can be moved. δH
 * has a scale that is straight up to 10 nats, and logarithmic beyond.
 */
export class LiveChart {
  readonly #svg: SVGSVGElement;
  readonly #curves: SVGElement;
  readonly #limit: SVGElement;
  readonly #moved: (above: number, isDone: boolean) => void;
  #above = 0;
  /** Values of δH at the bottom and at the top, on the scale that is drawn. */
  #range: readonly [number, number] = [-1, 1];

  /** @param moved called while the limit is moved, and when it has been */
  constructor(svg: SVGSVGElement, moved: (above: number, isDone: boolean) => void) {
    this.#svg = svg;
    this.#moved = moved;
    this.#curves = drawn('g', {});
    this.#limit = drawn('g', {
      id: 'live-limit',
      tabindex: '0',
      role: 'slider',
      'aria-orientation': 'vertical',
    });
    this.#limit.setAttribute('aria-label', 'limit of δH in nats');
    this.#limit.append(line(LEFT, RIGHT, 0), line(LEFT, RIGHT, 0, 'grip'));
    svg.append(this.#curves, this.#limit);
    this.#limit.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.#limit.setPointerCapture(event.pointerId);
    });
    this.#limit.addEventListener('pointermove', (event) => {
      if (this.#limit.hasPointerCapture(event.pointerId)) this.#move(this.#valueAt(event.clientY), false);
    });
    this.#limit.addEventListener('pointerup', (event) => {
      if (this.#limit.hasPointerCapture(event.pointerId)) this.#move(this.#valueAt(event.clientY), true);
    });
    this.#limit.addEventListener('keydown', (event) => {
      const steps: Record<string, number> = {
        ArrowUp: STEP,
        ArrowDown: -STEP,
        PageUp: LARGE_STEP,
        PageDown: -LARGE_STEP,
      };
      const step = steps[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#move(this.#above + step, true);
    });
  }

  /** Draws the checks, and the limit. */
  show(rows: readonly LiveRow[], above: number): void {
    this.#above = above;
    const columns = inColumns(rows);
    const along = axisOf(rows);
    const [first, last] = [along(rows[0] as LiveRow), along(rows.at(-1) as LiveRow)];
    const x: Scale = (value) => LEFT + ((value - first) / (last - first || 1)) * (RIGHT - LEFT);
    this.#range = deltaRange(rows, above);
    const y = this.#deltaScale();
    const parts: SVGElement[] = [
      label(RIGHT, D_BOTTOM + 32, along.title, 'end'),
      label(LEFT, D_BOTTOM + 16, digitsText(first, 4), 'start'),
      label(RIGHT, D_BOTTOM + 16, digitsText(last, 4), 'end'),
      label(LEFT, H_TOP - 6, 'H (nats)', 'start'),
      label(LEFT, D_TOP - 6, 'δH (nats)', 'start'),
    ];
    const known = columns.filter(({ entropy }) => entropy !== null);
    if (known.length > 0) {
      const values = known.map(({ entropy }) => entropy as number);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const yH: Scale = (value) => H_BOTTOM - ((value - low) / (high - low || 1)) * (H_BOTTOM - H_TOP);
      parts.push(
        curve(
          known.map((row) => [x(along(row)), yH(row.entropy as number)]),
          'entropy',
        ),
      );
      for (const value of new Set([low, high])) parts.push(...tick(yH(value), digitsText(value, 3)));
    } else parts.push(label(LEFT + 8, H_BOTTOM, 'H is not computed', 'start'));
    const [low, high] = this.#range;
    for (const value of TICKS) {
      if (scaled(value) >= low && scaled(value) <= high) parts.push(...tick(y(value), plainText(value)));
    }
    const newest = columns.at(-1) as LiveRow;
    const highest = y(newest.maximum);
    // Names beside the ends of their curves, not one over the other.
    const places = { maximum: highest, mean: Math.max(y(newest.mean ?? 0), highest + LINE) };
    for (const which of newest.mean === null ? (['maximum'] as const) : (['mean', 'maximum'] as const)) {
      parts.push(
        curve(
          columns.map((row) => [x(along(row)), y(row[which] ?? NaN)]),
          which,
        ),
      );
      const text = label(RIGHT + 6, places[which] + 4, which === 'mean' ? 'mean δH' : 'max δH', 'start');
      text.setAttribute('class', which);
      parts.push(text);
    }
    this.#curves.replaceChildren(...parts);
    this.#showLimit();
  }

  #deltaScale(): Scale {
    const [low, high] = this.#range;
    return (value) => {
      const share = (scaled(value) - low) / (high - low);
      // δH is infinite where an element is new.
      return D_BOTTOM - Math.min(1.02, Math.max(0, share)) * (D_BOTTOM - D_TOP);
    };
  }

  #valueAt(clientY: number): number {
    const { top, height } = this.#svg.getBoundingClientRect();
    const y = ((clientY - top) / height) * this.#svg.viewBox.baseVal.height;
    const [low, high] = this.#range;
    const share = Math.min(1, Math.max(0, (D_BOTTOM - y) / (D_BOTTOM - D_TOP)));
    return STRAIGHT * Math.sinh(low + share * (high - low));
  }

  #move(above: number, isDone: boolean): void {
    this.#above = Number(above.toPrecision(3));
    this.#showLimit();
    this.#moved(this.#above, isDone);
  }

  #showLimit(): void {
    const y = String(this.#deltaScale()(this.#above));
    for (const each of this.#limit.children) {
      each.setAttribute('y1', y);
      each.setAttribute('y2', y);
    }
    this.#limit.setAttribute('aria-valuenow', String(this.#above));
    this.#limit.setAttribute('aria-valuetext', `${this.#above} nats`);
  }
}

const scaled = (value: number): number => Math.asinh(value / STRAIGHT);

/** What is along the axis: time where frames have it, else steps, else frames. */
function axisOf(rows: readonly LiveRow[]): ((row: LiveRow) => number) & { readonly title: string } {
  const all = (key: 'time' | 'step'): boolean => rows.every((row) => row[key] !== null);
  if (all('time')) return Object.assign((row: LiveRow) => row.time as number, { title: 'time (ps)' });
  if (all('step')) return Object.assign((row: LiveRow) => row.step as number, { title: 'step' });
  return Object.assign((row: LiveRow) => row.frame, { title: 'frame' });
}

/** The largest δH of each column, so that no peak is left out. */
function inColumns(rows: readonly LiveRow[]): readonly LiveRow[] {
  const size = Math.ceil(rows.length / COLUMNS);
  if (size <= 1) return rows;
  const columns: LiveRow[] = [];
  for (let from = 0; from < rows.length; from += size) {
    const some = rows.slice(from, from + size);
    columns.push(some.reduce((best, row) => (row.maximum > best.maximum ? row : best)));
  }
  return columns;
}

/** From the lowest mean, or δH where there is none, to the largest or the limit, with some room. */
function deltaRange(rows: readonly LiveRow[], above: number): readonly [number, number] {
  let [low, high] = [Math.min(0, above), above];
  for (const { mean, maximum } of rows) {
    const least = mean ?? maximum;
    if (Number.isFinite(least)) low = Math.min(low, least);
    if (Number.isFinite(maximum)) high = Math.max(high, maximum);
  }
  return [scaled(low) - 0.1, scaled(high) + 0.2];
}

function drawn(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function line(from: number, to: number, y: number, name = ''): SVGElement {
  return drawn('line', { x1: String(from), x2: String(to), y1: String(y), y2: String(y), class: name });
}

function tick(y: number, text: string): SVGElement[] {
  return [line(LEFT, RIGHT, y), label(LEFT - 6, y + 4, text, 'end')];
}

function label(x: number, y: number, text: string, anchor: 'start' | 'end'): SVGElement {
  const made = drawn('text', { x: String(x), y: String(y), 'text-anchor': anchor });
  made.textContent = text;
  return made;
}

function curve(points: readonly (readonly [number, number])[], name: string): SVGElement {
  const text = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  return drawn('polyline', { points: text, class: name });
}
