import { element } from './element.js';

/** Copies the page's own address, which holds settings and data that are at addresses. */
export function listenForShare(): void {
  element('share').addEventListener('click', () => {
    const query = new URLSearchParams(location.search);
    const hasData = query.has('a') || query.has('b') || query.has('sample');
    const said = hasData
      ? 'Link copied: it opens these data with these settings.'
      : 'Link copied, with these settings. Your files are not in it: put them at an address (https://…), ' +
        'or save a report.';
    navigator.clipboard.writeText(location.href).then(
      () => (element('shared').textContent = said),
      () => (element('shared').textContent = `This browser does not allow to copy: ${location.href}`),
    );
  });
}
