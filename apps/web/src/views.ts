import { element } from './element.js';

/**
 * Shows datasets, or a simulation, as the address says: `#live`.
 *
 * @param beginLive makes the view of a simulation, when it is looked at for the first time
 */
export function listenForViews(beginLive: () => void): void {
  let hasBegun = false;
  const show = (): void => {
    const isLive = location.hash === '#live';
    if (isLive && !hasBegun) {
      hasBegun = true;
      beginLive();
    }
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
