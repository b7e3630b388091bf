import type { AxisPlace } from 'quests/figure';
import { type Picture, plainText } from 'quests/explore';
import { buttonOf, save } from './element.js';
import { isDark, onTheme } from './theme.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Pixels of the picture within which the value of a point is shown. */
const REACH = 30;

/** A value that is drawn, and where. */
interface Shown {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** What a picture can do besides. */
export interface FigureOptions {
  /** Called with the value along the first panel's x axis that was clicked at. */
  readonly onPoint?: (x: number) => void;
  /** What a value along that axis is called. */
  readonly name?: ((x: number) => string) | undefined;
}

/** A picture with its values at the pointer, marks over it, and buttons that save it. */
export class FigureView {
  readonly element: HTMLElement;
  readonly #picture: Picture;
  readonly #marks: SVGSVGElement;
  readonly #tip: HTMLElement;
  readonly #name: ((x: number) => string) | undefined;

  constructor(picture: Picture, { onPoint, name }: FigureOptions = {}) {
    this.#picture = picture;
    this.#name = name;
    const { title, note, svg, dark } = picture;
    const light = new Blob([svg], { type: 'image/svg+xml' });
    const image = new Image();
    const [lightUrl, darkUrl] = [light, new Blob([dark], { type: 'image/svg+xml' })].map((blob) =>
      URL.createObjectURL(blob),
    );
    const show = (): void => {
      image.src = (isDark() ? darkUrl : lightUrl) ?? '';
    };
    show();
    onTheme(show, () => !image.isConnected);
    image.alt = title;
    this.#marks = document.createElementNS(SVG, 'svg');
    this.#marks.setAttribute('aria-hidden', 'true');
    this.#tip = document.createElement('div');
    this.#tip.className = 'tip';
    this.#tip.hidden = true;
    const plot = document.createElement('div');
    plot.className = 'plot';
    plot.append(image, this.#marks, this.#tip);
    image.addEventListener('load', () => {
      const { naturalWidth, naturalHeight } = image;
      this.#marks.setAttribute('viewBox', `0 0 ${naturalWidth} ${naturalHeight}`);
      this.element.ariaBusy = 'false';
    });
    const at = (event: MouseEvent): [number, number] => {
      const { left, top, width } = image.getBoundingClientRect();
      const scale = image.naturalWidth / width;
      return [(event.clientX - left) * scale, (event.clientY - top) * scale];
    };
    plot.addEventListener('pointermove', (event) => this.#tell(...at(event), plot));
    plot.addEventListener('pointerleave', () => (this.#tip.hidden = true));
    if (onPoint !== undefined) {
      plot.classList.add('clickable');
      plot.addEventListener('click', (event) => {
        const [panel] = picture.panels;
        if (panel !== undefined) onPoint(valueAt(panel.x, at(event)[0]));
      });
    }
    const file = title.replaceAll(/[^\p{L}\d]+/gu, '-');
    const caption = document.createElement('figcaption');
    caption.append(
      `${title} `,
      buttonOf('SVG', () => save(`${file}.svg`, light), `SVG: ${title}`),
      ' ',
      buttonOf('PNG', () => void savePng(light, `${file}.png`), `PNG: ${title}`),
    );
    if (note !== '') caption.append(` ${note}`);
    this.element = document.createElement('figure');
    // Until the picture has its size.
    this.element.ariaBusy = 'true';
    this.element.append(plot, caption);
  }

  /** Marks values along the first panel's x axis: one in full, others below. */
  mark(shown: number | undefined, selected: ArrayLike<number>): void {
    const [panel] = this.#picture.panels;
    if (panel === undefined) return;
    const [bottom, top] = panel.y.pixels;
    const line = (x: number, from: number, to: number, name: string): SVGLineElement => {
      const drawn = document.createElementNS(SVG, 'line');
      const left = pixelAt(panel.x, x);
      const ends = { x1: left, x2: left, y1: from, y2: to };
      for (const [key, value] of Object.entries(ends)) drawn.setAttribute(key, String(value));
      drawn.setAttribute('class', name);
      return drawn;
    };
    this.#marks.replaceChildren(
      ...Array.from(selected, (x) => line(x, bottom + 10, bottom, 'selected')),
      ...(shown === undefined ? [] : [line(shown, bottom, top, 'shown')]),
    );
  }

  #tell(left: number, top: number, plot: HTMLElement): void {
    const nearest = this.#nearest(left, top);
    this.#tip.hidden = nearest === undefined;
    if (nearest === undefined) return;
    this.#tip.textContent = nearest.text;
    const scale = plot.clientWidth / (this.#marks.viewBox.baseVal.width || plot.clientWidth);
    const room = plot.clientWidth - this.#tip.offsetWidth;
    this.#tip.style.left = `${Math.max(0, Math.min(room, nearest.x * scale + 10))}px`;
    this.#tip.style.top = `${nearest.y * scale - 30}px`;
  }

  #nearest(left: number, top: number): Shown | undefined {
    let best: Shown | undefined;
    let least = REACH;
    this.#picture.figure.panels.forEach(({ series, x, y }, at) => {
      const place = this.#picture.panels[at];
      if (place === undefined) return;
      for (const one of series) {
        const isBars = one.kind === 'bars';
        const count = isBars ? one.heights.length : one.x.length;
        for (let i = 0; i < count; i++) {
          const low = (isBars ? one.edges[i] : one.x[i]) as number;
          const high = isBars ? (one.edges[i + 1] as number) : low;
          const value = (isBars ? one.heights[i] : one.y[i]) as number;
          const [x1, x2] = [pixelAt(place.x, low), pixelAt(place.x, high)];
          const y1 = pixelAt(place.y, value);
          const across = Math.max(x1 - left, 0, left - x2);
          // A bar is its whole height.
          const far = Math.hypot(across, isBars && top > y1 ? 0 : top - y1);
          if (!(far < least)) continue;
          least = far;
          const along = isBars
            ? `${x.name} ${short(low)} to ${short(high)}`
            : (this.#name?.(low) ?? `${x.name} ${short(low)}`);
          const name = one.name === y.name ? '' : `${one.name} `;
          best = {
            x: (x1 + x2) / 2,
            y: y1,
            text: `${along}: ${name}${short(value)} ${y.unit ?? y.name}`,
          };
        }
      }
    });
    return best;
  }
}

function short(value: number): string {
  return plainText(Number(value.toPrecision(4)));
}

function pixelAt({ scale, values: [low, high], pixels: [from, to] }: AxisPlace, value: number): number {
  const share = scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return from + share * (to - from);
}

function valueAt({ scale, values: [low, high], pixels: [from, to] }: AxisPlace, pixel: number): number {
  const share = (pixel - from) / (to - from);
  return scale === 'log' ? low * (high / low) ** share : low + share * (high - low);
}

/** Saves a picture as PNG, twice as large for screens with many pixels. */
export async function savePng(svg: Blob, name: string): Promise<void> {
  const image = new Image();
  image.src = URL.createObjectURL(svg);
  await image.decode();
  URL.revokeObjectURL(image.src);
  const canvas = document.createElement('canvas');
  canvas.width = 2 * image.naturalWidth;
  canvas.height = 2 * image.naturalHeight;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => {
    if (blob === null) throw new Error(`${name} cannot be drawn`);
    save(name, blob);
  });
}
