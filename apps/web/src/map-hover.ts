import type { ExploreReply, ExploreRequest } from 'quests/explore';
import { MARGINS } from './map-axes.js';
import type { MapCanvas } from './map.js';
import { MapTip } from './map-tip.js';
import { isDark } from './theme.js';

/** What the map says of the point that a mouse or a pen is at: one is asked for at a time. */
export class MapHover {
  readonly #map: MapCanvas;
  readonly #tip: MapTip;
  readonly #ask: (request: ExploreRequest) => void;
  #isWaiting = false;
  /** Where the pointer is now, in pixels of the map; undefined where nothing is to be said. */
  #place: readonly [left: number, top: number] | undefined;
  /** Where it was when it was asked for. */
  #asked: readonly [left: number, top: number] | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    box: HTMLElement,
    map: MapCanvas,
    ask: (request: ExploreRequest) => void,
  ) {
    this.#map = map;
    this.#tip = new MapTip(box);
    this.#ask = ask;
    canvas.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'touch' || event.buttons !== 0) return;
      this.#place = [event.offsetX, event.offsetY];
      this.#next();
    });
    for (const end of ['pointerleave', 'pointerdown', 'wheel']) {
      canvas.addEventListener(end, () => this.hide(), { passive: true });
    }
    document.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.hide();
    });
  }

  hide(): void {
    this.#place = undefined;
    this.#tip.hide();
  }

  take({ pointed, at, value }: Extract<ExploreReply, { is: 'pointed' }>): void {
    this.#isWaiting = false;
    // The pointer has left, or something was done, since this was asked for.
    if (this.#place === undefined) return;
    if (this.#place !== this.#asked) this.#next();
    if (pointed === null) {
      this.#tip.hide();
      return;
    }
    const { left, top } = this.#map.pixelOf(at);
    const place = { left: left + MARGINS.left, top: top + MARGINS.top };
    this.#tip.show(pointed, place, this.#map.shown.colour, value);
  }

  #next(): void {
    if (this.#isWaiting || this.#place === undefined) return;
    const { hidden, shown } = this.#map;
    const { colour } = shown;
    if (colour === '') return;
    this.#isWaiting = true;
    this.#asked = this.#place;
    this.#ask({ do: 'point', ...this.#map.near(...this.#place), colour, hidden, isDark: isDark() });
  }
}
