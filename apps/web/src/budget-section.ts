import {
  compressCommand,
  type ExploreReply,
  type ExploreRequest,
  type ExploreResults,
  keptBesideRandom,
  keptShareText,
  type KeptStructures,
  keptText,
  methodsText,
} from 'quests/explore';
import { copyFrom } from './copy.js';
import { element } from './element.js';
import { FigureView } from './figure-view.js';

/** Which structures are worth labelling: a nested selection, and its first n. */
export class BudgetSection {
  readonly #ask: (request: ExploreRequest) => void;
  readonly #open: (frame: number) => void;
  readonly #count = element('count', HTMLInputElement);
  readonly #slider = element('kept-slider', HTMLInputElement);
  #settings: ExploreResults['settings'] | undefined;
  #files: readonly (readonly string[])[] = [];
  #kept: KeptStructures | undefined;

  /**
   * @param begin called before work is asked for
   * @param open shows a frame of the last set
   */
  constructor(ask: (request: ExploreRequest) => void, begin: () => void, open: (frame: number) => void) {
    this.#ask = ask;
    this.#open = open;
    element('compress').addEventListener('click', () => {
      begin();
      ask({ do: 'compress', count: Number(this.#count.value) });
    });
    element('kept-cancel').addEventListener('click', () => ask({ do: 'cancel' }));
    this.#slider.addEventListener('input', () => this.#showFirst());
    this.#slider.addEventListener('change', () => this.#openLast());
    for (const what of ['kept', 'kept-indices'] as const) {
      const button = element(what === 'kept' ? 'kept-save' : what);
      button.addEventListener('click', () => ask({ do: 'save', what, count: this.#first }));
    }
    copyFrom(element('kept-copy'), () => element('kept-command').textContent);
    copyFrom(element('methods-copy'), () => element('methods').textContent);
  }

  /** @param files names of the files of each set, as a command takes them */
  reset({ sets, settings }: ExploreResults, files: readonly (readonly string[])[]): void {
    this.#settings = settings;
    this.#files = files;
    this.#kept = undefined;
    const frames = sets.at(-1)?.frames ?? 1;
    this.#count.max = String(frames);
    this.#count.value = String(Math.min(Number(this.#count.value), frames));
    element('kept').textContent = '';
    element('kept-plot').replaceChildren();
    element('kept-tools').hidden = true;
  }

  busy(isBusy: boolean): void {
    element('compress', HTMLButtonElement).disabled = isBusy;
    if (isBusy) return;
    element('kept-cancel').hidden = true;
    element('kept-progress').hidden = true;
  }

  /** Shows how far a selection is. */
  progress(share: number): void {
    element('kept-cancel').hidden = false;
    element('kept-progress').hidden = false;
    element('kept-progress', HTMLProgressElement).value = share;
  }

  take({ kept, picture, isDone }: Extract<ExploreReply, { is: 'kept' }>): void {
    element('kept').textContent = keptText(kept);
    element('kept-plot').replaceChildren(new FigureView(picture).element);
    element('kept-tools').hidden = !isDone;
    if (!isDone) return;
    this.#kept = kept;
    this.#slider.max = String(kept.frames.length);
    this.#slider.value = this.#slider.max;
    this.#showFirst();
  }

  get #first(): number {
    return Number(this.#slider.value);
  }

  /** What the first n structures cover, here and on the map. */
  #showFirst(): void {
    const [kept, settings, count] = [this.#kept, this.#settings, this.#first];
    if (kept === undefined || settings === undefined) return;
    element('kept-count').textContent = String(count);
    element('kept-share').textContent = keptShareText(kept, count);
    showBeside(kept, count);
    element('kept-command').textContent = compressCommand(this.#files, count, settings);
    element('methods').textContent = methodsText(kept, count, settings);
    this.#ask({ do: 'select', selection: { by: 'kept', count } });
  }

  /** Shows the last of the first n. */
  #openLast(): void {
    const frame = this.#kept?.frames[this.#first - 1];
    if (frame !== undefined) this.#open(frame);
  }
}

/** The first n beside as many at random. */
function showBeside(kept: KeptStructures, count: number): void {
  const lines = keptBesideRandom(kept, count).map(({ name, selected, random }) => {
    const line = document.createElement('tr');
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = name;
    line.append(head);
    for (const value of [selected, random]) {
      const cell = line.insertCell();
      cell.className = 'value';
      cell.textContent = value;
    }
    return line;
  });
  element('kept-beside')
    .querySelector('tbody')
    ?.replaceChildren(...lines);
}
