import { watchGestures } from './gestures.js';
import { isBox } from './outline-tool.js';
import { isDark, onTheme } from './theme.js';
import {
  changesPicture,
  type Drawn,
  NO_WEBGL,
  type SceneOfPage,
  type SceneReply,
  type SceneRequest,
} from './structure-scene.js';
import sceneUrl from './structure-scene.worker.ts?worker&url';

/** Radians that a structure is turned by for each pixel, and for each press of an arrow key. */
const TURN = 0.008;
const STEP = 0.15;

/** What the view tells the page. */
export interface StructureEvents {
  /** An atom was touched; −1 for none. */
  readonly picked: (atom: number) => void;
  readonly lassoed: (atoms: Uint32Array) => void;
  /** The picture that was asked for. */
  readonly pictured?: (png: Blob) => void;
  /** Nothing can be drawn here. */
  readonly failed: (message: string) => void;
}

/**
 * A structure in three dimensions: a canvas that a worker of its own draws on, which is loaded with
 * the first structure. Where workers cannot draw, this thread does.
 */
export class StructureView {
  readonly #canvas: HTMLCanvasElement;
  readonly #outline: SVGPolygonElement;
  readonly #events: StructureEvents;
  #isStarted = false;
  #cannotDraw = false;
  /** What draws, once it is known where that runs. */
  #scene: Worker | MessagePort | undefined;
  /** What it is told first. */
  #waiting: [request: SceneRequest, moved: Transferable[]][] = [];
  /** Requests that change the picture. */
  #changes = 0;
  /** Whether another frame is on its way. */
  #isExpecting = false;

  constructor(
    canvas: HTMLCanvasElement,
    outline: SVGPolygonElement,
    isLasso: () => boolean,
    events: StructureEvents,
  ) {
    this.#canvas = canvas;
    this.#outline = outline;
    this.#events = events;
    watchGestures(canvas, isLasso, {
      move: (across, down) => this.#ask({ do: 'turn', across: TURN * across, down: TURN * down }),
      zoom: (factor) => this.#ask({ do: 'zoom', factor }),
      isBox,
      lasso: (polygon, isDone) => {
        outline.setAttribute('points', isDone ? '' : polygon.join(' '));
        if (isDone) this.#ask({ do: 'lasso', polygon: Float64Array.from(polygon) });
      },
      tap: (left, top) => this.#ask({ do: 'pick', left, top }),
    });
    canvas.addEventListener('keydown', (event) => this.#key(event));
  }

  /** To be called when another frame is on its way. */
  expectFrame(): void {
    this.#isExpecting = true;
    this.#canvas.ariaBusy = 'true';
  }

  /** Shows a frame; one of another data set is looked at from the beginning. */
  show(drawn: Drawn, isNew: boolean): void {
    this.#start();
    this.#isExpecting = false;
    const { positions, colours, radii, bonds } = drawn;
    const moved = [positions.buffer, colours.buffer, radii.buffer, bonds.atoms.buffer];
    this.#ask({ do: 'show', drawn, isNew }, moved);
  }

  mark(selected: Uint32Array): void {
    this.#ask({ do: 'mark', selected });
  }

  whole(): void {
    this.#ask({ do: 'whole' });
  }

  /** Asks for a file of the picture. */
  png(): void {
    this.#ask({ do: 'png' });
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const worker = new Worker(sceneUrl, { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<SceneReply>) => {
      if (data.is !== 'started') {
        this.#take(data);
        return;
      }
      if (data.canDraw) {
        const canvas = this.#canvas.transferControlToOffscreen();
        worker.postMessage({ do: 'canvas', canvas } satisfies SceneRequest, [canvas]);
        this.#open(worker);
      } else {
        worker.terminate();
        this.#drawHere();
      }
    };
    worker.onerror = ({ message }) => this.#failLoading(message);
  }

  /** Loads the module of the worker into this thread, which may have what workers lack. */
  #drawHere(): void {
    if (this.#canvas.getContext('webgl2', { antialias: true }) === null) {
      this.#cannotDraw = true;
      this.#waiting = [];
      this.#fail(NO_WEBGL);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<SceneReply>) => this.#take(data);
    Object.assign(globalThis, { questsScene: { port: port2, canvas: this.#canvas } } satisfies SceneOfPage);
    this.#open(port1);
    import(/* @vite-ignore */ sceneUrl).catch((thrown: unknown) => this.#failLoading(String(thrown)));
  }

  #take(reply: SceneReply): void {
    if (reply.is === 'picked') this.#events.picked(reply.atom);
    else if (reply.is === 'lassoed') this.#events.lassoed(reply.atoms);
    else if (reply.is === 'failure') this.#fail(reply.message);
    else if (reply.is === 'png') this.#events.pictured?.(reply.blob);
    else if (reply.is === 'drawn' && reply.of === this.#changes && !this.#isExpecting) {
      this.#canvas.ariaBusy = 'false';
    }
  }

  #failLoading(message: string): void {
    this.#fail(message || 'the module that draws structures could not be loaded');
  }

  #open(scene: Worker | MessagePort): void {
    this.#scene = scene;
    for (const [request, moved] of this.#waiting) scene.postMessage(request, moved);
    this.#waiting = [];
    const theme = (): void => this.#ask({ do: 'theme', isDark: isDark() });
    onTheme(theme);
    theme();
    new ResizeObserver(() => {
      const { clientWidth, clientHeight } = this.#canvas;
      this.#outline.ownerSVGElement?.setAttribute('viewBox', `0 0 ${clientWidth} ${clientHeight}`);
      this.#ask({
        do: 'size',
        width: Math.max(1, clientWidth),
        height: Math.max(1, clientHeight),
        ratio: devicePixelRatio,
      });
    }).observe(this.#canvas);
  }

  #fail(message: string): void {
    this.#canvas.ariaBusy = 'false';
    this.#events.failed(message);
  }

  #ask(request: SceneRequest, moved: Transferable[] = []): void {
    if (!this.#isStarted) return;
    if (this.#cannotDraw) {
      this.#canvas.ariaBusy = 'false';
      return;
    }
    // Until the picture is that of the last request.
    if (changesPicture(request)) {
      this.#changes += 1;
      this.#canvas.ariaBusy = 'true';
    }
    if (this.#scene === undefined) this.#waiting.push([request, moved]);
    else this.#scene.postMessage(request, moved);
  }

  #key(event: KeyboardEvent): void {
    const asks: Record<string, SceneRequest> = {
      '+': { do: 'zoom', factor: 1.25 },
      '-': { do: 'zoom', factor: 0.8 },
      ArrowLeft: { do: 'turn', across: -STEP, down: 0 },
      ArrowRight: { do: 'turn', across: STEP, down: 0 },
      ArrowUp: { do: 'turn', across: 0, down: -STEP },
      ArrowDown: { do: 'turn', across: 0, down: STEP },
    };
    const request = asks[event.key];
    if (request === undefined) return;
    event.preventDefault();
    this.#ask(request);
  }
}
