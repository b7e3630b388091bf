// <quests-explorer a="URL" b="URL">: the page in a frame, for other pages. The build writes it as
// explorer.js beside the page.

/** What the address of the page takes, by the same names. */
const DATA = ['a', 'b'] as const;
const SETTINGS = [
  'sample',
  'k',
  'cutoff',
  'bandwidth',
  'epsilon',
  'species',
  'select',
  'tolerance',
  'threads',
] as const;

const STYLE = `
  :host { display: block; height: 50rem; }
  :host([hidden]) { display: none; }
  div { display: flex; flex-direction: column; height: 100%; }
  iframe { flex: 1; border: 1px solid GrayText; }
  p { margin: 0.25rem 0; font: 0.9rem/1.4 Helvetica, Arial, sans-serif; }
`;

/** Whether frames in this page may not run what they load: a sandbox without an origin. */
function isSandboxed(): boolean {
  return self.origin === 'null' && location.protocol !== 'file:';
}

class QuestsExplorer extends HTMLElement {
  static readonly observedAttributes = [...DATA, ...SETTINGS];
  readonly #root = this.attachShadow({ mode: 'open' });
  #shown = '';

  connectedCallback(): void {
    this.#show();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#show();
  }

  /** The page's own address, with what the attributes say. */
  get #address(): string {
    const url = new URL('./', import.meta.url);
    for (const name of DATA) {
      const text = this.getAttribute(name)?.trim() ?? '';
      // Relative to the page that shows it, as everything in that; selections stay as they are.
      if (text !== '') url.searchParams.set(name, isWhole(text) ? text : besidePage(text));
    }
    for (const name of SETTINGS) {
      const text = this.getAttribute(name);
      // `species` alone is as `species="true"`.
      if (text !== null) url.searchParams.set(name, text === '' && name === 'species' ? 'true' : text);
    }
    return url.href;
  }

  #show(): void {
    const address = this.#address;
    if (address === this.#shown) return;
    this.#shown = address;
    const style = document.createElement('style');
    style.textContent = STYLE;
    const link = document.createElement('a');
    Object.assign(link, { href: address, target: '_blank', rel: 'noopener' });
    const line = document.createElement('p');
    const box = document.createElement('div');
    if (isSandboxed()) {
      link.textContent = 'Open it in a page of its own.';
      line.append('quests cannot compute here: this page is in a sandbox without an origin. ', link);
      box.append(line);
    } else {
      const frame = document.createElement('iframe');
      frame.src = address;
      frame.title = 'quests: what datasets of atomic structures hold and lack';
      frame.allow = 'clipboard-write';
      link.textContent = 'Open in a page of its own';
      line.append(link);
      box.append(frame, line);
    }
    this.#root.replaceChildren(style, box);
  }
}

function isWhole(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

function besidePage(text: string): string {
  return new URL(text, document.baseURI).href;
}

if (customElements.get('quests-explorer') === undefined) {
  customElements.define('quests-explorer', QuestsExplorer);
}

export {};
