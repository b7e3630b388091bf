import {
  countOf,
  type ExplorePreview,
  type ExploreReply,
  type ExploreRequest,
  type ExploreResults,
  LEAST_DELTA,
  type MapPlacement,
} from 'quests/explore';
import { colourScale } from './colour-scale.js';
import { element, save } from './element.js';
import { savePng } from './figure-view.js';
import { MapCanvas } from './map.js';
import { drawAxes } from './map-axes.js';
import { MapFilter } from './map-filter.js';
import { MapHover } from './map-hover.js';

/** Replies that are about the map. */
type MapReply = Extract<ExploreReply, { is: 'map' | 'placed' | 'filtered' | 'pointed' }>;

/** The map of environments, its axes, what its colours mean, and what selects on it. */
export class MapSection {
  readonly #map: MapCanvas;
  readonly #hover: MapHover;
  readonly #filter: MapFilter;
  readonly #colour = element('colour', HTMLSelectElement);
  readonly #axes = [element('axis-x', HTMLSelectElement), element('axis-y', HTMLSelectElement)] as const;
  #titles: readonly [string, string] = ['', ''];
  #grey = { sampled: false, first: '' };
  /** Whether the map that is saved is to be a PNG. */
  #isPng = false;
  #shownColour = '';
  /** Whether somebody chose the colour. */
  #isChosen = false;

  /**
   * @param isLasso whether a pointer draws a lasso without the Shift key, too
   * @param open shows a frame
   */
  constructor(
    isLasso: () => boolean,
    ask: (request: ExploreRequest) => void,
    open: (set: number, frame: number) => void,
  ) {
    const canvas = element('map', HTMLCanvasElement);
    const svg = document.querySelector('#map-axes') as SVGSVGElement;
    this.#map = new MapCanvas(canvas, isLasso, {
      ask,
      moved: (view) => {
        this.#hover.hide();
        drawAxes(svg, view, this.#titles);
      },
    });
    this.#hover = new MapHover(canvas, element('map-tip'), this.#map, ask);
    this.#filter = new MapFilter(ask, open);
    element('whole').addEventListener('click', () => this.#map.whole());
    element('zoom-in').addEventListener('click', () => this.#map.zoom(1.5));
    element('zoom-out').addEventListener('click', () => this.#map.zoom(1 / 1.5));
    element('select-shown').addEventListener('click', () => this.#map.selectShown());
    element('select-none').addEventListener('click', () => {
      this.#map.clear();
      ask({ do: 'select', selection: { by: 'atoms', set: 0, frame: 0, atoms: new Uint32Array(0) } });
    });
    this.#colour.addEventListener('change', () => {
      this.#isChosen = true;
      this.#shownColour = this.#colour.value;
      this.#map.colour(this.#colour.value);
    });
    const [x, y] = this.#axes;
    for (const axis of this.#axes) {
      axis.addEventListener('change', () => ask({ do: 'place', x: x.value, y: y.value }));
    }
    const contours = element('contours', HTMLInputElement);
    contours.addEventListener('change', () => this.#map.contours(contours.checked));
    for (const kind of ['png', 'svg']) {
      element(`map-${kind}`).addEventListener('click', () => {
        this.#isPng = kind === 'png';
        ask({ do: 'save-map', ...this.#map.shown });
      });
    }
  }

  /** Shows points of which no number is known yet: what needs one waits. */
  preview({ colours, placement, sets }: ExplorePreview): void {
    this.#grey = { sampled: false, first: '' };
    this.#isChosen = false;
    this.#filter.wait();
    this.#wait(true);
    this.#offerAxes([...new Set([placement.x, placement.y])], placement);
    this.#offerColours(colours, sets.length);
    this.#map.show(placement, this.#shownColour);
  }

  /**
   * Shows the points of other results.
   *
   * @param isSame whether they are those that are there: then they are looked at as before
   */
  show(results: ExploreResults, isSame: boolean): void {
    const { colours, axes, sets, placement } = results;
    this.#grey = {
      sampled: sets.some(({ known, environments }) => known < environments),
      first: sets.length > 1 ? (sets[0]?.name ?? '') : '',
    };
    const before = this.#map.shown.colour;
    if (!isSame) this.#isChosen = false;
    this.#offerColours(colours, sets.length);
    this.#offerAxes(axes, placement);
    this.#filter.show(results);
    this.#wait(false);
    if (!isSame) this.#map.show(placement, this.#shownColour);
    // Kinds that are left out are those of a colour.
    else if (this.#shownColour !== before) this.#map.colour(this.#shownColour);
    else this.#map.draw();
  }

  /** Offers colours, and takes the usual one unless somebody chose another that is there. */
  #offerColours(colours: readonly string[], sets: number): void {
    this.#colour.replaceChildren(...colours.map((name) => new Option(name, name)));
    const usual = sets > 1 && colours.includes('set') ? 'set' : (colours[0] ?? '');
    const isThere = this.#isChosen && colours.includes(this.#shownColour);
    this.#shownColour = isThere ? this.#shownColour : usual;
    this.#colour.value = this.#shownColour;
  }

  #offerAxes(axes: readonly string[], placement: MapPlacement): void {
    for (const axis of this.#axes) axis.replaceChildren(...axes.map((name) => new Option(name, name)));
    this.#place(placement);
  }

  /** Lets what needs the numbers wait for them. */
  #wait(isWaiting: boolean): void {
    for (const axis of this.#axes) axis.disabled = isWaiting;
    for (const kind of ['png', 'svg']) element(`map-${kind}`, HTMLButtonElement).disabled = isWaiting;
  }

  draw(): void {
    this.#map.draw();
  }

  take(reply: MapReply): void {
    switch (reply.is) {
      case 'map':
        this.#map.take(reply);
        this.#showScale(reply);
        return;
      case 'placed':
        this.#place(reply.placement);
        this.#map.place(reply.placement);
        return;
      case 'filtered':
        this.#filter.take(reply.filtered);
        this.#map.draw();
        return;
      case 'pointed':
        this.#hover.take(reply);
        return;
    }
  }

  /** Saves the map, which comes as SVG. */
  saveFile(name: string, blob: Blob): void {
    if (this.#isPng) void savePng(blob, name.replace(/svg$/, 'png'));
    else save(name, blob);
  }

  /** Says where points lie, and how many do not. */
  #place({ x, y, titles, missing }: MapPlacement): void {
    [this.#axes[0].value, this.#axes[1].value] = [x, y];
    this.#titles = titles;
    element('map-missing').hidden = missing === 0;
    const [lack, are] = missing === 1 ? ['lacks', 'is'] : ['lack', 'are'];
    element('map-missing').textContent =
      `${countOf(missing, 'environment')} ${lack} one of these values and ${are} not on the map.`;
  }

  #showScale(reply: Extract<MapReply, { is: 'map' }>): void {
    const { sampled, first } = this.#grey;
    const isOfSecond = first !== '' && this.#colour.value === 'δH';
    const grey = [...(isOfSecond ? [first] : []), ...(sampled ? ['not in the sample'] : [])];
    const isDelta = this.#colour.value.startsWith('δH');
    const said = reply.range !== null && isDelta && grey.length > 0 ? `; grey: ${grey.join(', ')}` : '';
    const least = isDelta ? LEAST_DELTA : 0;
    const scale = colourScale(reply, least, this.#map.hidden, (kind) => this.#map.toggle(kind));
    // A picture comes with every move: what has the keyboard stays.
    const key = `${JSON.stringify(reply.range)} ${reply.names.join()} ${this.#map.hidden.join()} ${said}`;
    if (element('scale').dataset.key === key) return;
    const focused = [...element('scale').children].indexOf(document.activeElement as Element);
    element('scale').dataset.key = key;
    element('scale').replaceChildren(...scale, said);
    const again = element('scale').children[focused];
    if (again instanceof HTMLElement) again.focus();
  }
}
