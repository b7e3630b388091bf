import { watchGestures } from './gestures.js';
import { isDark, onTheme } from './theme.js';
import type { Drawn, SceneReply, SceneRequest } from './structure-scene.js';

/** Radians that a structure is turned by for each pixel, and for each press of an arrow key. */
const TURN = 0.008;
const STEP = 0.15;

/** What the view tells the page. */
export interface StructureEvents {
  /** An atom was touched; −1 for none. */
  readonly picked: (atom: number) => void;
  readonly lassoed: (atoms: Uint32Array) => void;
  /** Nothing can be drawn here. */
  readonly failed: (message: string) => void;
}

/**
 * A structure in three dimensions: a canvas that a worker of its own draws on, which is loaded with
 * the first structure.
 */
export class StructureView {
  readonly #canvas: HTMLCanvasElement;
  readonly #outline: SVGPolygonElement;
  readonly #events: StructureEvents;
  #worker: Worker | undefined;

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
      lasso: (polygon, isDone) => {
        outline.setAttribute('points', isDone ? '' : polygon.join(' '));
        if (isDone) this.#ask({ do: 'lasso', polygon: Float64Array.from(polygon) });
      },
      tap: (left, top) => this.#ask({ do: 'pick', left, top }),
    });
    canvas.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Shows a frame; one of another data set is looked at from the beginning. */
  show(drawn: Drawn, isNew: boolean): void {
    this.#worker ??= this.#start();
    const { positions, colours, radii, bonds } = drawn;
    this.#worker.postMessage({ do: 'show', drawn, isNew } satisfies SceneRequest, [
      positions.buffer,
      colours.buffer,
      radii.buffer,
      bonds.atoms.buffer,
    ]);
  }

  mark(selected: Uint32Array): void {
    this.#ask({ do: 'mark', selected });
  }

  whole(): void {
    this.#ask({ do: 'whole' });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./structure-scene.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<SceneReply>) => {
      if (data.is === 'picked') this.#events.picked(data.atom);
      else if (data.is === 'lassoed') this.#events.lassoed(data.atoms);
      else if (data.is === 'failure') this.#events.failed(data.message);
      else this.#canvas.dataset.drawn = 'true';
    };
    worker.onerror = ({ message }) => {
      this.#events.failed(message || 'the module that draws structures could not be loaded');
    };
    const canvas = this.#canvas.transferControlToOffscreen();
    worker.postMessage({ do: 'canvas', canvas } satisfies SceneRequest, [canvas]);
    const ask = (request: SceneRequest): void => worker.postMessage(request);
    const theme = (): void => ask({ do: 'theme', isDark: isDark() });
    onTheme(theme);
    theme();
    new ResizeObserver(() => {
      const { clientWidth, clientHeight } = this.#canvas;
      this.#outline.ownerSVGElement?.setAttribute('viewBox', `0 0 ${clientWidth} ${clientHeight}`);
      ask({
        do: 'size',
        width: Math.max(1, clientWidth),
        height: Math.max(1, clientHeight),
        ratio: devicePixelRatio,
      });
    }).observe(this.#canvas);
    return worker;
  }

  #ask(request: SceneRequest): void {
    this.#worker?.postMessage(request);
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
