import { served } from './served.js';

/**
 * Lets the browser keep the page for when there is no network, where that makes sense: not as a
 * file, nor where `quests serve` has it, whose address is another each time. Where a browser does
 * not allow it, as in a private window, the page needs its host, and is the same otherwise.
 */
export function keepForOffline(): void {
  const isHosted = /^https?:$/.test(location.protocol) && self.origin !== 'null' && served === null;
  if (!isHosted || !isSecureContext) return;
  const register = (): void => {
    void navigator.serviceWorker.register(new URL('sw.js', document.baseURI)).catch((thrown: unknown) => {
      console.info('This page is not kept for use without a network:', thrown);
    });
  };
  // What the page needs first comes first.
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}
