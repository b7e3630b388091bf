import { element } from './element.js';

/** Shows datasets, or a simulation, as the address says: `#live`. */
export function listenForViews(): void {
  const show = (): void => {
    const isLive = location.hash === '#live';
    element('live').hidden = !isLive;
    document.body.classList.toggle('at-live', isLive);
    for (const [id, isHere] of [
      ['to-datasets', !isLive],
      ['to-live', isLive],
    ] as const) {
      if (isHere) element(id).setAttribute('aria-current', 'page');
      else element(id).removeAttribute('aria-current');
    }
  };
  addEventListener('hashchange', show);
  show();
}
