import { SERVED_META, type ServedPage } from 'quests/explore';
import { element } from './element.js';
import type { NamedSet } from './page-file.js';

const meta = document.querySelector<HTMLMetaElement>(`meta[name="${SERVED_META}"]`);

/** What `quests serve` wrote into the page; null where a static host has it. */
export const served = meta === null ? null : (JSON.parse(meta.content) as ServedPage);

/** Offers the files that the server was given, beside those of the user. */
export function offerNamed(pick: (set: number, file: NamedSet) => void): void {
  if (served === null) return;
  const { sets, engine } = served;
  element('engine').textContent = `Computed by quests serve on this machine (${engine}), not in the browser.`;
  element('engine').hidden = false;
  for (const zone of document.querySelectorAll<HTMLElement>('.drop')) {
    const label = zone.querySelector('.named');
    const select = zone.querySelector('select');
    if (!(label instanceof HTMLElement) || select === null || sets.length === 0) continue;
    label.hidden = false;
    const none = new Option('–', '');
    select.replaceChildren(none, ...sets.map((name, at) => new Option(name, String(at))));
    select.addEventListener('change', () => {
      const named = Number(select.value);
      const name = sets[named];
      const address = zone.querySelector<HTMLInputElement>('input[type="url"]');
      if (address !== null) address.value = '';
      if (select.value !== '' && name !== undefined) pick(Number(zone.dataset.set), { named, name });
    });
    // What was named first is what one wants to look at.
    const first = Number(zone.dataset.set);
    if (sets[first] === undefined) continue;
    select.value = String(first);
    select.dispatchEvent(new Event('change'));
  }
}
