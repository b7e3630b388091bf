import { decimalText, type Picture } from 'quests/explore';
import { element } from './element.js';
import type { FrameList } from './frame-list.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Units of the drawing: it is stretched to where it stands. */
const [WIDTH, HEIGHT] = [1000, 100];
/** Room above and below the line. */
const MARGIN = 8;
/** Frames that a key goes on by, of all. */
const PAGE = 0.1;

/**
 * The frames of a set as a line: mean δH, or H, of each where it is known. A click, a pointer that
 * is dragged and the keys of a slider go through them.
 */
export class Timeline {
  readonly #svg = document.querySelector('#timeline-track') as SVGSVGElement;
  readonly #line = shape('polyline', 'line');
  readonly #shown = shape('line', 'shown');
  readonly #selected = shape('path', 'selected');
  readonly #open: (frame: number) => void;
  #list: FrameList | undefined;
  #frame = 0;
  /** Of each group of frames. */
  #values: readonly number[] = [];
  #name = '';

  /** @param open shows a frame */
  constructor(open: (frame: number) => void) {
    this.#open = open;
    this.#svg.append(this.#selected, this.#line, this.#shown);
    this.#svg.addEventListener('pointerdown', (event) => {
      this.#svg.setPointerCapture(event.pointerId);
      this.#at(event);
    });
    this.#svg.addEventListener('pointermove', (event) => {
      if (this.#svg.hasPointerCapture(event.pointerId)) this.#at(event);
    });
    this.#svg.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Shows the frames of a set; a single one needs no line. */
  show(list: FrameList): void {
    this.#list = list;
    this.#values = [];
    this.#draw();
    element('timeline').hidden = list.length < 2;
    this.#svg.setAttribute('aria-valuemin', '0');
    this.#svg.setAttribute('aria-valuemax', String(list.length - 1));
    this.mark(0);
    this.select([]);
  }

  /** Draws the values of a picture of frames; none where they are of another set. */
  curve(picture: Picture | undefined): void {
    const series = picture?.figure.panels[0]?.series[0];
    this.#values = series?.kind === 'line' ? Array.from(series.y) : [];
    this.#name = series?.name ?? '';
    this.#draw();
    this.mark(this.#frame);
  }

  /** Marks the frame that is shown. */
  mark(frame: number): void {
    this.#frame = frame;
    const x = String(this.#x(frame));
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: '0', y2: String(HEIGHT) })) {
      this.#shown.setAttribute(name, value);
    }
    const value = this.#values[Math.floor(frame / this.#each)];
    const known =
      value === undefined || Number.isNaN(value) ? '' : `, ${this.#name} ${decimalText(value, 2)} nats`;
    const text = `${this.#list?.nameOf(frame) ?? ''}${known}`;
    this.#svg.setAttribute('aria-valuenow', String(frame));
    this.#svg.setAttribute('aria-valuetext', text);
    element('timeline-text').textContent = text;
  }

  /** Marks frames in which something is selected. */
  select(frames: ArrayLike<number>): void {
    const marks = Array.from(frames, (frame) => `M${this.#x(frame)},${HEIGHT}v-12`);
    this.#selected.setAttribute('d', marks.join(''));
  }

  get #length(): number {
    return this.#list?.length ?? 1;
  }

  /** Frames of which each value is the mean: as many as `framesFigure` takes together. */
  get #each(): number {
    return Math.ceil(this.#length / Math.max(1, this.#values.length));
  }

  #x(frame: number): number {
    return Math.round(((frame + 0.5) / this.#length) * WIDTH * 100) / 100;
  }

  #draw(): void {
    const known = this.#values.filter(Number.isFinite);
    const low = known.reduce((a, b) => Math.min(a, b), Infinity);
    const high = known.reduce((a, b) => Math.max(a, b), -Infinity);
    const height = (value: number): number =>
      HEIGHT - MARGIN - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * MARGIN);
    const points = this.#values.flatMap((value, at) =>
      Number.isFinite(value)
        ? [`${this.#x(at * this.#each + (this.#each - 1) / 2)},${height(value).toFixed(1)}`]
        : [],
    );
    this.#line.setAttribute('points', points.join(' '));
  }

  #at({ clientX }: PointerEvent): void {
    const { left, width } = this.#svg.getBoundingClientRect();
    this.#go(Math.floor(((clientX - left) / width) * this.#length));
  }

  #go(frame: number): void {
    const next = Math.min(Math.max(0, frame), this.#length - 1);
    if (next === this.#frame) return;
    // Before it is shown: a key that is held goes on from here.
    this.mark(next);
    this.#open(next);
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.round(PAGE * this.#length));
    const moves: Record<string, number> = {
      ArrowLeft: this.#frame - 1,
      ArrowDown: this.#frame - 1,
      ArrowRight: this.#frame + 1,
      ArrowUp: this.#frame + 1,
      PageDown: this.#frame - page,
      PageUp: this.#frame + page,
      Home: 0,
      End: this.#length - 1,
    };
    const frame = moves[event.key];
    if (frame === undefined) return;
    event.preventDefault();
    this.#go(frame);
  }
}

function shape(kind: 'polyline' | 'line' | 'path', name: string): SVGElement {
  const drawn = document.createElementNS(SVG, kind);
  drawn.setAttribute('class', name);
  drawn.setAttribute('vector-effect', 'non-scaling-stroke');
  return drawn;
}
