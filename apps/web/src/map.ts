import {
  type ColouredMap,
  type EnvironmentSelection,
  type ExploreRequest,
  type MapContour,
  type MapPlacement,
  type MapView,
  wholeView,
} from 'quests/explore';
import { watchGestures } from './gestures.js';
import { isBox } from './outline-tool.js';
import { isDark, onTheme } from './theme.js';

/** Pixels within which a point counts as touched. */
const TOUCH = 12;

/** Pixels that a press of an arrow key moves the map by. */
const STEP = 40;

/** Pixels of a picture in a pixel of the page at the most: more are not seen. */
const MOST_RATIO = 3;

/** How strong lines of density are. */
const LINE_WIDTH = 1.25;
const LINE_OPACITY = 0.85;

/** What a picture of the map shows. */
interface View {
  readonly x: number;
  readonly y: number;
  /** Pixels of the page per unit, across and upwards. */
  readonly scaleX: number;
  readonly scaleY: number;
  readonly width: number;
  readonly height: number;
}

/** What the map tells the page. */
export interface MapEvents {
  readonly ask: (request: ExploreRequest) => void;
  /** The view is another one. */
  readonly moved: (view: MapView) => void;
}

/**
 * The map: a canvas whose picture is asked for anew for each view. Until that is there, the one
 * before is moved and stretched.
 */
export class MapCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #events: MapEvents;
  #bounds: readonly number[] = [0, 1, 0, 1];
  #isEqual = true;
  #view: View = { x: 0, y: 0, scaleX: 1, scaleY: 1, width: 1, height: 1 };
  #colour = '';
  #hasContours = false;
  #isWaiting = false;
  #isStale = false;
  /** Corners in units of the map. */
  #lasso: number[] = [];
  /** Numbers of the kinds that are left out, in the colours that are shown. */
  #hidden: readonly number[] = [];
  /** The picture that came last, what it shows, and what that will show which is on its way. */
  readonly #picture = document.createElement('canvas');
  #pictured: View | undefined;
  #asked: View | undefined;

  /** @param isLasso whether a pointer draws a lasso without the Shift key, too */
  constructor(canvas: HTMLCanvasElement, isLasso: () => boolean, events: MapEvents) {
    this.#canvas = canvas;
    this.#events = events;
    watchGestures(canvas, isLasso, {
      move: (across, down) => {
        const { x, y, scaleX, scaleY } = this.#view;
        this.#look({ x: x - across / scaleX, y: y + down / scaleY });
      },
      zoom: (factor, left, top) => this.#zoom(factor, left, top),
      isBox,
      lasso: (polygon, isDone) => {
        this.#lasso = [];
        for (let at = 0; at < polygon.length; at += 2) {
          this.#lasso.push(...this.at(polygon[at] as number, polygon[at + 1] as number));
        }
        this.#paint();
        if (isDone) this.#select(this.#lasso);
      },
      tap: (left, top) => this.#selectNear(left, top),
    });
    canvas.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#look({})).observe(canvas);
    onTheme(() => this.draw());
  }

  /** Shows other points. */
  show(placement: MapPlacement, colour: string): void {
    this.#colour = colour;
    this.#hidden = [];
    this.place(placement);
  }

  /** Shows the points where they lie now. */
  place({ bounds, isEqual }: MapPlacement): void {
    this.#bounds = bounds;
    this.#isEqual = isEqual;
    this.#lasso = [];
    // The picture before is of other axes.
    this.#pictured = undefined;
    this.#asked = undefined;
    this.whole();
  }

  colour(colour: string): void {
    this.#colour = colour;
    this.#hidden = [];
    this.draw();
  }

  /** Shows lines of density, or none. */
  contours(hasContours: boolean): void {
    this.#hasContours = hasContours;
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
    const { x, y, scale, scaleY = scale } = wholeView(this.#bounds, width, height, this.#isEqual);
    this.#look({ x, y, scaleX: scale, scaleY });
  }

  /** Selects all that is in view. */
  selectShown(): void {
    const { width, height } = this.#size();
    this.#lasso = [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ].flatMap(([left, top]) => this.at(left as number, top as number));
    this.#select(this.#lasso);
  }

  /** Forgets the lasso. */
  clear(): void {
    this.#lasso = [];
    this.#paint();
  }

  /** Takes a picture. */
  take({ image, contours }: Pick<ColouredMap, 'image'> & { readonly contours: readonly MapContour[] }): void {
    this.#isWaiting = false;
    this.#picture.width = image.width;
    this.#picture.height = image.height;
    const context = this.#picture.getContext('2d');
    context?.putImageData(new ImageData(image.data, image.width, image.height), 0, 0);
    if (context !== null) this.#drawContours(context, contours);
    this.#pictured = this.#asked;
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
    this.#asked = this.#view;
    const { view, colour } = this.shown;
    const ratio = Math.min(MOST_RATIO, devicePixelRatio);
    this.#events.ask({
      do: 'map',
      view: {
        ...view,
        scale: ratio * view.scale,
        scaleY: ratio * (view.scaleY ?? view.scale),
        width: Math.round(ratio * view.width),
        height: Math.round(ratio * view.height),
        ratio,
        isDark: isDark(),
      },
      colour,
      hasContours: this.#hasContours,
    });
  }

  /** What is shown, in pixels of the page. */
  get shown(): { readonly view: MapView; readonly colour: string; readonly hasContours: boolean } {
    const { x, y, scaleX, scaleY, width, height } = this.#view;
    const view = { x, y, scale: scaleX, scaleY, width, height, hidden: this.#hidden };
    return { view, colour: this.#colour, hasContours: this.#hasContours };
  }

  /** What is at a pixel, in units of the map. */
  at(left: number, top: number): [number, number] {
    const { x, y, scaleX, scaleY, width, height } = this.#view;
    return [x + (left - width / 2) / scaleX, y - (top - height / 2) / scaleY];
  }

  /** The pixel of a place of the map. */
  pixelOf([across, up]: readonly [number, number]): { left: number; top: number } {
    const { x, y, scaleX, scaleY, width, height } = this.#view;
    return { left: (across - x) * scaleX + width / 2, top: (y - up) * scaleY + height / 2 };
  }

  /** A point of the map as requests have it, with its reach. */
  near(left: number, top: number): { point: [number, number]; reach: number; stretch: number } {
    const { scaleX, scaleY } = this.#view;
    return { point: this.at(left, top), reach: TOUCH / scaleX, stretch: scaleY / scaleX };
  }

  #selectNear(left: number, top: number, reach?: number): void {
    this.clear();
    const near = this.near(left, top);
    this.#ask({ by: 'point', ...near, reach: reach ?? near.reach });
  }

  #select(polygon: readonly number[]): void {
    this.#ask({ by: 'lasso', polygon: Float64Array.from(polygon) });
  }

  /** Selects from what is seen. */
  #ask(selection: Extract<EnvironmentSelection, { by: 'lasso' | 'point' }>): void {
    const seen = { colour: this.#colour, hidden: this.#hidden };
    this.#events.ask({ do: 'select', selection: { ...selection, ...seen } });
  }

  #size(): { width: number; height: number } {
    const { clientWidth, clientHeight } = this.#canvas;
    return { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
  }

  /** Looks at another part, with the picture that there is, and asks for the right one. */
  #look(change: Partial<View>): void {
    this.#view = { ...this.#view, ...change, ...this.#size() };
    this.#events.moved(this.shown.view);
    this.#paint();
    this.draw();
  }

  #paint(): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const { width, height } = this.#size();
    const ratio = Math.min(MOST_RATIO, devicePixelRatio);
    const [across, down] = [Math.round(ratio * width), Math.round(ratio * height)];
    // A size that is set makes the canvas empty, the same size too.
    if (this.#canvas.width !== across) this.#canvas.width = across;
    if (this.#canvas.height !== down) this.#canvas.height = down;
    context.clearRect(0, 0, across, down);
    const pictured = this.#pictured;
    if (pictured !== undefined) {
      const [factorX, factorY] = [this.#view.scaleX / pictured.scaleX, this.#view.scaleY / pictured.scaleY];
      const isSame = factorX === 1 && factorY === 1;
      const corner = this.pixelOf([
        pictured.x - pictured.width / 2 / pictured.scaleX,
        pictured.y + pictured.height / 2 / pictured.scaleY,
      ]);
      const [left, top] = [ratio * corner.left, ratio * corner.top];
      context.imageSmoothingEnabled = !isSame;
      context.drawImage(
        this.#picture,
        isSame ? Math.round(left) : left,
        isSame ? Math.round(top) : top,
        this.#picture.width * factorX,
        this.#picture.height * factorY,
      );
    }
    if (this.#lasso.length < 4) return;
    context.save();
    context.scale(ratio, ratio);
    context.beginPath();
    for (let at = 0; at < this.#lasso.length; at += 2) {
      const { left, top } = this.pixelOf([this.#lasso[at] as number, this.#lasso[at + 1] as number]);
      context.lineTo(left, top);
    }
    context.closePath();
    context.strokeStyle = '#e04a10';
    context.lineWidth = 2;
    context.stroke();
    context.restore();
  }

  #drawContours(context: CanvasRenderingContext2D, contours: readonly MapContour[]): void {
    const ink = getComputedStyle(this.#canvas).color;
    context.lineWidth = LINE_WIDTH * Math.min(MOST_RATIO, devicePixelRatio);
    context.globalAlpha = LINE_OPACITY;
    for (const { segments, colour } of contours) {
      context.beginPath();
      for (let at = 0; at < segments.length; at += 4) {
        context.moveTo(segments[at] as number, segments[at + 1] as number);
        context.lineTo(segments[at + 2] as number, segments[at + 3] as number);
      }
      context.strokeStyle = colour === null ? ink : `rgb(${colour.map(Math.round).join(' ')})`;
      context.stroke();
    }
  }

  #zoom(factor: number, left: number, top: number): void {
    const [x, y] = this.at(left, top);
    const before = this.#view;
    this.#look({
      x: before.x + (x - before.x) * (1 - 1 / factor),
      y: before.y + (y - before.y) * (1 - 1 / factor),
      scaleX: before.scaleX * factor,
      scaleY: before.scaleY * factor,
    });
  }

  #key(event: KeyboardEvent): void {
    const { x, y, scaleX, scaleY, width, height } = this.#view;
    const keys: Record<string, () => void> = {
      '+': () => this.zoom(1.25),
      '-': () => this.zoom(0.8),
      ArrowLeft: () => this.#look({ x: x - STEP / scaleX }),
      ArrowRight: () => this.#look({ x: x + STEP / scaleX }),
      ArrowUp: () => this.#look({ y: y + STEP / scaleY }),
      ArrowDown: () => this.#look({ y: y - STEP / scaleY }),
      Enter: () => this.#selectNear(width / 2, height / 2, Math.hypot(width, height) / scaleX),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }
}
