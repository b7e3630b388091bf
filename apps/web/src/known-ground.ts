import { element } from './element.js';

/** A dataset that whoever hosts the page offers as the first one. */
interface KnownSet {
  readonly name: string;
  /** Of the data; relative to the page, or complete. */
  readonly url: string;
  readonly licence: string;
}

/** The list beside the page. */
const LIST = 'sets.json';

/**
 * Offers the datasets of `sets.json`, as of training sets of foundation models, where there is such
 * a list. What is chosen is an address like one that was typed.
 */
export async function offerKnownSets(): Promise<void> {
  // None, until there is a list.
  const line = element('known-line');
  const response = await fetch(new URL(LIST, document.baseURI));
  const sets = response.ok ? judged(await response.json()) : [];
  line.hidden = sets.length === 0;
  line.classList.remove('awaited');
  const select = element('known', HTMLSelectElement);
  select.replaceChildren(
    new Option('–', ''),
    ...sets.map(({ name, url, licence }) => new Option(`${name} (${licence})`, url)),
  );
  const address = element('address-0', HTMLInputElement);
  select.addEventListener('change', () => {
    address.value = select.value;
    address.dispatchEvent(new Event('change', { bubbles: true }));
  });
  // It says so no longer once something else is chosen.
  element('form').addEventListener('change', () => {
    if (address.value !== select.value) select.value = '';
  });
}

function judged(list: unknown): readonly KnownSet[] {
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
  const isSet = (value: unknown): value is KnownSet => {
    const { name, url, licence } = (value ?? {}) as Partial<Record<keyof KnownSet, unknown>>;
    return [name, url, licence].every(isText);
  };
  if (Array.isArray(list) && list.every(isSet)) return list;
  throw new Error(`${LIST}: expected a list of { "name", "url", "licence" }`);
}
