import {
  type EnvironmentFilter,
  type ExploreRequest,
  type ExploreResults,
  type FilteredEnvironments,
  filteredText,
} from 'quests/explore';
import { buttonOf, element } from './element.js';

/** Milliseconds without a key before what was typed counts. */
const PATIENCE = 200;

/** What the map shows of the environments, and selects from. */
export class MapFilter {
  readonly #ask: (request: ExploreRequest) => void;
  readonly #open: (set: number, frame: number) => void;
  readonly #set = element('filter-set', HTMLSelectElement);
  /** A box for each element; all pass where none is checked. */
  readonly #elements = element('filter-elements', HTMLFieldSetElement);
  readonly #group = element('filter-group', HTMLSelectElement);
  readonly #inputs = ['first', 'last', 'low', 'high', 'text'].map((name) =>
    element(`filter-${name}`, HTMLInputElement),
  );
  /** Of each choice of a group: its key and its name. */
  #groups: readonly (readonly [key: string, name: string])[] = [];
  #environments = 0;
  #timer = 0;

  /** @param open shows a frame */
  constructor(ask: (request: ExploreRequest) => void, open: (set: number, frame: number) => void) {
    this.#ask = ask;
    this.#open = open;
    for (const choice of [this.#set, this.#elements, this.#group]) {
      choice.addEventListener('change', () => this.#apply());
    }
    for (const input of this.#inputs) {
      input.addEventListener('input', () => {
        clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => this.#apply(), PATIENCE);
      });
    }
    element('filter-none').addEventListener('click', () => {
      this.#empty();
      this.#apply();
    });
    element('filter-select').addEventListener('click', () => {
      // What was typed last may not have been taken yet.
      this.#apply();
      ask({ do: 'select', selection: { by: 'filter' } });
    });
  }

  /** Offers what other results have; nothing is left out of them. */
  show({ sets, groups }: ExploreResults): void {
    const elements = [...new Set(sets.flatMap((set) => set.elements))].sort();
    this.#groups = groups.flatMap(({ key, names }) => names.map((name) => [key, name] as const));
    offer(this.#set, 'both', sets.length > 1 ? sets.map(({ name }) => name) : []);
    this.#offerElements(elements.length > 1 ? elements : []);
    offer(
      this.#group,
      'all',
      this.#groups.map(([key, name]) => (groups.length > 1 ? `${key}: ${name}` : name)),
    );
    this.#environments = sets.reduce((sum, { environments }) => sum + environments, 0);
    this.#clear();
    this.#enable(true);
  }

  /** Filters nothing until there are results. */
  wait(): void {
    this.#clear();
    this.#enable(false);
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#empty();
    this.take(null);
  }

  #enable(isOn: boolean): void {
    const buttons = ['none', 'select'].map((name) => element(`filter-${name}`, HTMLButtonElement));
    for (const one of [this.#set, this.#elements, this.#group, ...this.#inputs, ...buttons]) {
      one.disabled = !isOn;
    }
  }

  /** Says what passes; null where there is no filter. */
  take(filtered: FilteredEnvironments | null): void {
    element('filter-on').textContent = filtered === null ? '' : ': on';
    if (filtered === null) {
      element('filtered').replaceChildren();
      return;
    }
    const said = document.createElement('p');
    said.textContent = filteredText(filtered, this.#environments);
    const frames = filtered.listed.map(({ set, frame, source }) => {
      const text = `${source.file}, frame ${source.frame}`;
      return buttonOf(`${source.frame}`, () => this.#open(set, frame), `show ${text}`);
    });
    const list = document.createElement('p');
    list.className = 'tools';
    list.append('show frame ', ...frames);
    element('filtered').replaceChildren(said, ...(frames.length > 0 ? [list] : []));
  }

  #empty(): void {
    for (const select of [this.#set, this.#group]) select.value = '';
    for (const box of this.#boxes) box.checked = false;
    for (const input of this.#inputs) input.value = '';
  }

  get #boxes(): readonly HTMLInputElement[] {
    return [...this.#elements.querySelectorAll('input')];
  }

  /** Offers elements, hidden where there are none. */
  #offerElements(names: readonly string[]): void {
    const boxes = names.map((name) => {
      const label = document.createElement('label');
      const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: name });
      label.append(box, ` ${name}`);
      return label;
    });
    this.#elements.hidden = boxes.length === 0;
    this.#elements.querySelector('span')?.replaceChildren('elements', ...boxes);
  }

  #apply(): void {
    clearTimeout(this.#timer);
    this.#ask({ do: 'filter', filter: this.#filter });
  }

  get #filter(): EnvironmentFilter {
    const [first, last, low, high] = this.#inputs.map(({ valueAsNumber }) => valueAsNumber) as [
      number,
      number,
      number,
      number,
    ];
    const group = this.#group.value === '' ? null : (this.#groups[Number(this.#group.value)] ?? null);
    return {
      set: this.#set.value === '' ? null : Number(this.#set.value),
      elements: this.#boxes.filter(({ checked }) => checked).map(({ value }) => value),
      frames: rangeOf(first, last),
      group,
      dH: rangeOf(low, high),
      text: this.#inputs[4]?.value.trim() ?? '',
    };
  }
}

/** Both ends, an empty one open; null where both are. */
function rangeOf(low: number, high: number): readonly [number, number] | null {
  if (Number.isNaN(low) && Number.isNaN(high)) return null;
  return [Number.isNaN(low) ? -Infinity : low, Number.isNaN(high) ? Infinity : high];
}

/** Offers choices by their numbers, hidden where there are none. */
function offer(select: HTMLSelectElement, all: string, names: readonly string[]): void {
  element(`${select.id}-label`).hidden = names.length === 0;
  select.replaceChildren(new Option(all, ''), ...names.map((name, at) => new Option(name, String(at))));
}
