import {
  countText,
  LEAST_DELTA,
  LiveHistory,
  type LiveFrame,
  type LiveLimit,
  type LiveReply,
  type LiveRequest,
  type LiveState,
} from 'quests/explore';
import { colourScale } from './colour-scale.js';
import { element, save } from './element.js';
import { LiveChart } from './live-chart.js';
import type { ForLive, LiveWorkerReply } from './live-protocol.js';
import { LiveSimulation } from './live-simulation.js';
import { checkText, stateText } from './live-texts.js';
import { StructureView } from './structure-view.js';
import { isDark, onTheme } from './theme.js';

const NOT_BEGUN: Omit<LiveState, 'rows'> = {
  of: '',
  relativeTo: null,
  first: 0,
  learned: 0,
  canStop: true,
  limit: { above: 10, stops: true },
  kept: 0,
  end: null,
};

/**
 * From one picture of atoms to the next, in ms: drawing them takes from what computes, and more
 * where δH of every atom is computed for the picture alone.
 */
const PICTURE = 200;
const COMPUTED_PICTURE = 1000;

/** Lines of LAMMPS that are shown. */
const MOST_LINES = 500;

/** The part of the page that shows a simulation while it runs. */
export class LiveSection {
  readonly #box = madeOf(element('live'));
  readonly #chart: LiveChart;
  readonly #view: StructureView;
  readonly #canvas = element('live-structure', HTMLCanvasElement);
  readonly #above = element('live-above', HTMLInputElement);
  readonly #stops = element('live-stops', HTMLInputElement);
  readonly #svg = document.querySelector('#live-chart') as SVGSVGElement;
  #ask: (request: LiveRequest) => void = () => undefined;
  #state = NOT_BEGUN;
  #history = new LiveHistory();
  #lines: string[] = [];
  /** Whether there is something that is not shown yet. */
  #hasNews = false;
  /** Whether a picture is asked of the browser, a frame of whoever checks. */
  #isDue = false;
  #isAsked = false;
  #askedAt = -Infinity;
  /** Whether the last check is the one in the picture of atoms. */
  #isShown = true;
  #isNew = true;

  /** @param served the worker of `quests serve`, where that watches a simulation */
  constructor(served: Worker | undefined) {
    this.#chart = new LiveChart(this.#svg, (above, isDone) => {
      this.#above.value = String(above);
      if (!isDone) return;
      this.#askLimit();
      this.#draw();
    });
    const outline = document.querySelector('#live-outline polygon') as SVGPolygonElement;
    this.#view = new StructureView(this.#canvas, outline, () => false, {
      picked: () => undefined,
      lassoed: () => undefined,
      failed: (message) => (element('live-scale').textContent = `Atoms cannot be drawn here (${message}).`),
    });
    this.#showLimit(NOT_BEGUN.limit);
    this.#above.addEventListener('change', () => this.#askLimit());
    this.#stops.addEventListener('change', () => this.#askLimit());
    for (const what of ['last', 'kept'] as const) {
      element(`live-save-${what}`).addEventListener('click', () => this.#ask({ do: 'save', what }));
    }
    onTheme(() => {
      this.#isShown = this.#history.rows.length === 0;
      this.#draw();
    });
    if (served === undefined) {
      new LiveSimulation(
        () => this.#limit(),
        (reply) => this.take(reply),
        (ask) => (this.#ask = ask),
      );
      return;
    }
    element('live-form').hidden = true;
    element('live-what').textContent = 'H of each frame, and δH of its atoms, as the simulation writes them.';
    this.#ask = (request) => served.postMessage({ do: 'live', request } satisfies ForLive<LiveRequest>);
    served.addEventListener('message', ({ data }: MessageEvent<LiveReply>) => this.take(data));
  }

  take(reply: LiveWorkerReply): void {
    switch (reply.is) {
      case 'live': {
        const { rows, ...state } = reply;
        this.#begin(state);
        for (const row of rows) this.#history.add(row);
        this.#isShown = rows.length === 0;
        break;
      }
      case 'live-learned':
        this.#state = { ...this.#state, learned: reply.learned };
        break;
      case 'live-check':
        this.#history.add(reply.row);
        this.#state = { ...this.#state, kept: reply.kept };
        this.#isShown = false;
        break;
      case 'live-limit':
        this.#state = { ...this.#state, limit: reply };
        this.#showLimit(reply);
        break;
      case 'live-frame':
        this.#isAsked = false;
        this.#showFrame(reply.frame);
        return;
      case 'live-file':
        save(reply.name, reply.blob);
        return;
      case 'live-failure':
        this.#fail(reply.message);
        return;
      case 'live-output':
        this.#lines = [...this.#lines, ...reply.lines].slice(-MOST_LINES);
        element('live-output-box').hidden = false;
        element('live-output').textContent = this.#lines.join('\n');
        return;
      case 'live-end':
        this.#state = { ...this.#state, end: reply.end };
        if (reply.end.by === 'failure') this.#fail(reply.end.message);
        break;
      default:
        return;
    }
    this.#draw();
  }

  #begin(state: Omit<LiveState, 'rows'>): void {
    this.#state = state;
    this.#history = new LiveHistory();
    this.#lines = [];
    element('live-output').textContent = '';
    this.#isNew = true;
    this.#isAsked = false;
    element('live-error').hidden = true;
    element('live-shown').hidden = true;
    element('live-stops-label').hidden = !state.canStop;
    this.#showLimit(state.limit);
  }

  #fail(message: string): void {
    element('live-error').textContent = message;
    element('live-error').hidden = false;
  }

  #limit(): LiveLimit {
    return { above: this.#above.valueAsNumber, stops: this.#stops.checked };
  }

  #askLimit(): void {
    this.#ask({ do: 'limit', ...this.#limit() });
  }

  #showLimit({ above, stops }: LiveLimit): void {
    this.#above.value = String(above);
    this.#stops.checked = stops;
  }

  /** Shows what there is, with the next picture of the browser: checks may come faster. */
  #draw(): void {
    this.#hasNews = true;
    this.#schedule();
  }

  #schedule(): void {
    this.#box.ariaBusy = 'true';
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#show();
    });
  }

  #show(): void {
    // It comes again and again while a picture of atoms is waited for.
    if (this.#hasNews) this.#showNews();
    const isDrawing = this.#canvas.ariaBusy === 'true';
    const apart = this.#history.rows.at(-1)?.mean === null ? COMPUTED_PICTURE : PICTURE;
    const isRecent = performance.now() - this.#askedAt < apart && this.#state.end === null;
    if (!this.#isShown && !this.#isAsked && !isDrawing && !isRecent) {
      this.#isShown = true;
      this.#isAsked = true;
      this.#askedAt = performance.now();
      this.#ask({ do: 'show', isDark: isDark() });
    }
    // Until the atoms are those of the last check.
    if (!this.#isShown) this.#schedule();
    else this.#box.ariaBusy = String(this.#isAsked);
  }

  #showNews(): void {
    this.#hasNews = false;
    const { rows } = this.#history;
    const last = rows.at(-1);
    element('live-state').textContent = stateText(this.#state, last !== undefined);
    const { kept } = this.#state;
    element('live-save-kept').hidden = kept === 0;
    element('live-save-kept').textContent = `Save the frames at the limit (${countText(kept)})`;
    element('live-save-last').hidden = last === undefined;
    element('live-shown').hidden = last === undefined;
    if (last !== undefined) {
      element('live-now').textContent = checkText(last);
      this.#chart.show(rows, this.#above.valueAsNumber || this.#state.limit.above);
    }
  }

  #showFrame(frame: LiveFrame): void {
    const { positions, colours, radii, cell, range, swatches } = frame;
    const none = new Uint32Array(0);
    this.#view.show(
      { positions, colours, radii, cell, bonds: { atoms: new Uint32Array(0) }, selected: none },
      this.#isNew,
    );
    this.#isNew = false;
    const scale = colourScale({ range, names: [], swatches }, LEAST_DELTA);
    element('live-scale').replaceChildren('δH (nats): ', ...scale);
    this.#schedule();
  }
}

/** The section with its parts, which the page has as a template until they are looked at. */
function madeOf(section: HTMLElement): HTMLElement {
  const template = section.querySelector('template');
  if (template !== null) template.replaceWith(template.content);
  return section;
}
