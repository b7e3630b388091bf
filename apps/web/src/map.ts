import { type ColouredMap, type ExploreRequest, type MapView, wholeView } from 'quests/explore';
import { watchGestures } from './gestures.js';
import { isDark, onTheme } from './theme.js';

/** Pixels within which a point counts as touched. */
const TOUCH = 12;

/** Pixels of a picture in a pixel of the page at the most: more are not seen. */
const MOST_RATIO = 3;

/** The map: a canvas whose picture is asked for anew for each view. */
export class MapCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #ask: (request: ExploreRequest) => void;
  #bounds: readonly number[] = [0, 1, 0, 1];
  #x = 0;
  #y = 0;
  #scale = 1;
  #colour = '';
  #isWaiting = false;
  #isStale = false;
  /** Corners in units of the map. */
  #lasso: number[] = [];
  /** Numbers of the kinds that are left out, in the colours that are shown. */
  #hidden: readonly number[] = [];
  #image: ImageData | undefined;

  /** @param isLasso whether a pointer draws a lasso without the Shift key, too */
  constructor(canvas: HTMLCanvasElement, isLasso: () => boolean, ask: (request: ExploreRequest) => void) {
    this.#canvas = canvas;
    this.#ask = ask;
    watchGestures(canvas, isLasso, {
      move: (across, down) => {
        this.#x -= across / this.#scale;
        this.#y += down / this.#scale;
        this.draw();
      },
      zoom: (factor, left, top) => this.#zoom(factor, left, top),
      lasso: (polygon, isDone) => {
        this.#lasso = [];
        for (let at = 0; at < polygon.length; at += 2) {
          this.#lasso.push(...this.#at(polygon[at] as number, polygon[at + 1] as number));
        }
        this.#paint();
        if (isDone) this.#select(this.#lasso);
      },
      tap: (left, top) => {
        this.clear();
        const selection = { by: 'point', point: this.#at(left, top), reach: TOUCH / this.#scale } as const;
        this.#ask({ do: 'select', selection });
      },
    });
    canvas.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(canvas);
    onTheme(() => this.draw());
  }

  /** Shows other points. */
  show(bounds: readonly number[], colour: string): void {
    this.#bounds = bounds;
    this.#colour = colour;
    this.#hidden = [];
    this.#lasso = [];
    this.whole();
  }

  colour(colour: string): void {
    this.#colour = colour;
    this.#hidden = [];
    this.draw();
  }

  get hidden(): readonly number[] {
    return this.#hidden;
  }

  /** Leaves the points of a kind out, or shows them again. */
  toggle(kind: number): void {
    const others = this.#hidden.filter((one) => one !== kind);
    this.#hidden = others.length < this.#hidden.length ? others : [...others, kind];
    this.draw();
  }

  /** Zooms about the middle. */
  zoom(factor: number): void {
    const { width, height } = this.#size();
    this.#zoom(factor, width / 2, height / 2);
  }

  whole(): void {
    const { width, height } = this.#size();
    const { x, y, scale } = wholeView(this.#bounds, width, height);
    [this.#x, this.#y, this.#scale] = [x, y, scale];
    this.draw();
  }

  /** Selects all that is in view. */
  selectShown(): void {
    const { width, height } = this.#size();
    this.#lasso = [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ].flatMap(([left, top]) => this.#at(left as number, top as number));
    this.#select(this.#lasso);
  }

  /** Forgets the lasso. */
  clear(): void {
    this.#lasso = [];
    this.#paint();
  }

  /** Takes a picture. */
  take({ image }: ColouredMap): void {
    this.#isWaiting = false;
    this.#image = new ImageData(image.data, image.width, image.height);
    this.#paint();
    if (this.#isStale) this.draw();
    else this.#canvas.ariaBusy = 'false';
  }

  /** One picture is asked for at a time; the next is that of the view as it is then. */
  draw(): void {
    if (this.#colour === '') return;
    this.#isStale = this.#isWaiting;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#canvas.ariaBusy = 'true';
    const ratio = Math.min(MOST_RATIO, devicePixelRatio);
    const { width, height } = this.#size();
    const view: MapView = {
      x: this.#x,
      y: this.#y,
      scale: ratio * this.#scale,
      width: Math.round(ratio * width),
      height: Math.round(ratio * height),
      ratio,
      isDark: isDark(),
      hidden: this.#hidden,
    };
    this.#ask({ do: 'map', view, colour: this.#colour });
  }

  #select(polygon: readonly number[]): void {
    this.#ask({ do: 'select', selection: { by: 'lasso', polygon: Float64Array.from(polygon) } });
  }

  #size(): { width: number; height: number } {
    const { clientWidth, clientHeight } = this.#canvas;
    return { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
  }

  /** What is at a pixel, in units of the map. */
  #at(left: number, top: number): [number, number] {
    const { width, height } = this.#size();
    return [this.#x + (left - width / 2) / this.#scale, this.#y - (top - height / 2) / this.#scale];
  }

  #paint(): void {
    const image = this.#image;
    const context = this.#canvas.getContext('2d');
    if (image === undefined || context === null) return;
    if (this.#canvas.width !== image.width) this.#canvas.width = image.width;
    if (this.#canvas.height !== image.height) this.#canvas.height = image.height;
    context.putImageData(image, 0, 0);
    if (this.#lasso.length < 4) return;
    const { width, height } = this.#size();
    const ratio = image.width / width;
    context.save();
    context.scale(ratio, ratio);
    context.beginPath();
    for (let at = 0; at < this.#lasso.length; at += 2) {
      const left = ((this.#lasso[at] as number) - this.#x) * this.#scale + width / 2;
      const top = (this.#y - (this.#lasso[at + 1] as number)) * this.#scale + height / 2;
      context.lineTo(left, top);
    }
    context.closePath();
    context.strokeStyle = '#e04a10';
    context.lineWidth = 2;
    context.stroke();
    context.restore();
  }

  #zoom(factor: number, left: number, top: number): void {
    const [x, y] = this.#at(left, top);
    this.#x += (x - this.#x) * (1 - 1 / factor);
    this.#y += (y - this.#y) * (1 - 1 / factor);
    this.#scale *= factor;
    this.draw();
  }

  #key(event: KeyboardEvent): void {
    const step = 40 / this.#scale;
    const moves: Record<string, () => void> = {
      '+': () => this.zoom(1.25),
      '-': () => this.zoom(0.8),
      ArrowLeft: () => (this.#x -= step),
      ArrowRight: () => (this.#x += step),
      ArrowUp: () => (this.#y += step),
      ArrowDown: () => (this.#y -= step),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
    this.draw();
  }
}
