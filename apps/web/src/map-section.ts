import { type ColouredMap, type ExploreRequest, LEAST_DELTA } from 'quests/explore';
import { colourScale } from './colour-scale.js';
import { element } from './element.js';
import { MapCanvas } from './map.js';

/** What a map needs to know of sets. */
interface MappedSets {
  readonly colours: readonly string[];
  readonly sets: readonly { readonly name: string; readonly known: number; readonly environments: number }[];
}

/** The map of environments, what its colours mean, and what selects on it. */
export class MapSection {
  readonly #map: MapCanvas;
  readonly #colour = element('colour', HTMLSelectElement);
  #grey = { sampled: false, first: '' };
  #shownColour = '';
  /** Whether somebody chose the colour. */
  #isChosen = false;

  /** @param isLasso whether a pointer draws a lasso without the Shift key, too */
  constructor(isLasso: () => boolean, ask: (request: ExploreRequest) => void) {
    this.#map = new MapCanvas(element('map', HTMLCanvasElement), isLasso, ask);
    element('whole').addEventListener('click', () => this.#map.whole());
    element('zoom-in').addEventListener('click', () => this.#map.zoom(1.5));
    element('zoom-out').addEventListener('click', () => this.#map.zoom(1 / 1.5));
    element('select-shown').addEventListener('click', () => this.#map.selectShown());
    element('select-dH').addEventListener('click', () => {
      const [low, high] = ['low', 'high'].map((id) => element(id, HTMLInputElement).valueAsNumber);
      this.#map.clear();
      const end = (value: number | undefined, none: number): number =>
        value === undefined || Number.isNaN(value) ? none : value;
      ask({ do: 'select', selection: { by: 'dH', low: end(low, -Infinity), high: end(high, Infinity) } });
    });
    element('select-none').addEventListener('click', () => {
      this.#map.clear();
      ask({ do: 'select', selection: { by: 'atoms', set: 0, frame: 0, atoms: new Uint32Array(0) } });
    });
    this.#colour.addEventListener('change', () => {
      this.#isChosen = true;
      this.#shownColour = this.#colour.value;
      this.#map.colour(this.#colour.value);
    });
  }

  /**
   * Shows the points of other results.
   *
   * @param isSame whether they are those that are there: then they are looked at as before
   */
  show({ colours, sets }: MappedSets, bounds: readonly number[], isSame = false): void {
    this.#grey = {
      sampled: sets.some(({ known, environments }) => known < environments),
      first: sets.length > 1 ? (sets[0]?.name ?? '') : '',
    };
    this.#colour.replaceChildren(...colours.map((name) => new Option(name, name)));
    const before = this.#shownColour;
    const usual = colours.includes('set') ? 'set' : (colours[0] ?? '');
    const colour = isSame && this.#isChosen && colours.includes(before) ? before : usual;
    this.#colour.value = colour;
    this.#shownColour = colour;
    if (!isSame) this.#isChosen = false;
    if (isSame) this.#map.colour(colour);
    else this.#map.show(bounds, colour);
  }

  draw(): void {
    this.#map.draw();
  }

  /** Takes a picture. */
  take(reply: ColouredMap): void {
    this.#map.take(reply);
    const { sampled, first } = this.#grey;
    const isOfSecond = first !== '' && this.#colour.value === 'δH';
    const grey = [...(isOfSecond ? [first] : []), ...(sampled ? ['not in the sample'] : [])];
    const said = reply.range !== null && grey.length > 0 ? `; grey: ${grey.join(', ')}` : '';
    const least = this.#colour.value.startsWith('δH') ? LEAST_DELTA : 0;
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
