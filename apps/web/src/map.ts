import { type ColouredMap, type ExploreRequest, type View, wholeView } from 'quests';

/** The map: a canvas whose picture the worker makes for each view. */
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
  #lasso: number[] = [];
  #image: ImageData | undefined;

  constructor(canvas: HTMLCanvasElement, ask: (request: ExploreRequest) => void) {
    this.#canvas = canvas;
    this.#ask = ask;
    canvas.addEventListener('pointerdown', (event) => this.#drag(event));
    canvas.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        this.#zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
      },
      { passive: false },
    );
    canvas.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(canvas);
  }

  /** Shows other points. */
  show(bounds: readonly number[], colour: string): void {
    this.#bounds = bounds;
    this.#colour = colour;
    this.#lasso = [];
    this.whole();
  }

  colour(colour: string): void {
    this.#colour = colour;
    this.#draw();
  }

  whole(): void {
    const { width, height } = this.#size();
    const { x, y, scale } = wholeView(this.#bounds, width, height);
    [this.#x, this.#y, this.#scale] = [x, y, scale];
    this.#draw();
  }

  /** Takes a picture from the worker. */
  take({ image }: ColouredMap): void {
    this.#isWaiting = false;
    this.#image = new ImageData(image.data, image.width, image.height);
    this.#paint();
    if (this.#isStale) this.#draw();
  }

  #size(): { width: number; height: number } {
    const { clientWidth, clientHeight } = this.#canvas;
    return { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
  }

  /** One picture is asked for at a time; the next is that of the view as it is then. */
  #draw(): void {
    if (this.#colour === '') return;
    this.#isStale = this.#isWaiting;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const view: View = { x: this.#x, y: this.#y, scale: this.#scale, ...this.#size() };
    this.#ask({ do: 'map', view, colour: this.#colour });
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
    context.beginPath();
    for (let at = 0; at < this.#lasso.length; at += 2) {
      const left = ((this.#lasso[at] as number) - this.#x) * this.#scale + width / 2;
      const top = (this.#y - (this.#lasso[at + 1] as number)) * this.#scale + height / 2;
      context.lineTo(left, top);
    }
    context.closePath();
    context.strokeStyle = '#c40';
    context.lineWidth = 2;
    context.stroke();
  }

  #drag(down: PointerEvent): void {
    const canvas = this.#canvas;
    canvas.setPointerCapture(down.pointerId);
    const isLasso = down.shiftKey;
    if (isLasso) this.#lasso = [];
    const moved = (event: PointerEvent): void => {
      if (isLasso) {
        const { width, height } = this.#size();
        this.#lasso.push(
          this.#x + (event.offsetX - width / 2) / this.#scale,
          this.#y - (event.offsetY - height / 2) / this.#scale,
        );
        this.#paint();
      } else {
        this.#x -= event.movementX / this.#scale;
        this.#y += event.movementY / this.#scale;
        this.#draw();
      }
    };
    const ended = (): void => {
      canvas.removeEventListener('pointermove', moved);
      canvas.removeEventListener('pointerup', ended);
      canvas.removeEventListener('pointercancel', ended);
      if (isLasso && this.#lasso.length >= 6)
        this.#ask({ do: 'choose', polygon: Float64Array.from(this.#lasso) });
    };
    canvas.addEventListener('pointermove', moved);
    canvas.addEventListener('pointerup', ended);
    canvas.addEventListener('pointercancel', ended);
  }

  #zoom(factor: number, left: number, top: number): void {
    const { width, height } = this.#size();
    const [dx, dy] = [(left - width / 2) / this.#scale, (height / 2 - top) / this.#scale];
    this.#x += dx * (1 - 1 / factor);
    this.#y += dy * (1 - 1 / factor);
    this.#scale *= factor;
    this.#draw();
  }

  #key(event: KeyboardEvent): void {
    const { width, height } = this.#size();
    const step = 40 / this.#scale;
    const moves: Record<string, () => void> = {
      '+': () => this.#zoom(1.25, width / 2, height / 2),
      '-': () => this.#zoom(0.8, width / 2, height / 2),
      ArrowLeft: () => (this.#x -= step),
      ArrowRight: () => (this.#x += step),
      ArrowUp: () => (this.#y += step),
      ArrowDown: () => (this.#y -= step),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
    this.#draw();
  }
}
