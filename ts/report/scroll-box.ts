import { html, type Html } from './html.js';

/** What may be wider than a screen: it is moved on its own, by the keyboard, too. */
export function scrollBox(label: string, content: Html): Html {
  return html`<div class="scroll-box" role="region" tabindex="0" aria-label="${label}">${content}</div>`;
}
