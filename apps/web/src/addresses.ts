import { element } from './element.js';
import type { AddressFile } from './page-file.js';

/** Keys of the page's own address that name those of the datasets. */
const KEYS = ['a', 'b'] as const;

/** Names the first dataset, too, as that which others are held against. */
const REFERENCE = 'reference';

const field = (set: number): HTMLInputElement => element(`address-${set}`, HTMLInputElement);

/**
 * What is meant by an address; one without a host is beside the page.
 *
 * @throws {Error} anything but `http://` and `https://`
 */
function addressFile(text: string): AddressFile {
  const url = URL.canParse(text, document.baseURI) ? new URL(text, document.baseURI) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Error(`${text} is no address to read from: expected https://…`);
  }
  // Patterns and selections are for the reader: the address stays as it was typed.
  const isWhole = /^https?:\/\//i.test(text);
  return { url: isWhole ? text : url.href, name: isWhole ? text : url.pathname };
}

/**
 * Lets the fields of the page take addresses.
 *
 * @param take takes the dataset of a field; none where it was emptied
 */
export function listenForAddresses(
  take: (set: number, files: readonly AddressFile[]) => void,
  fail: (message: string) => void,
): void {
  KEYS.forEach((_, set) => {
    field(set).addEventListener('change', () => {
      const text = field(set).value.trim();
      try {
        take(set, text === '' ? [] : [addressFile(text)]);
      } catch (thrown) {
        fail(thrown instanceof Error ? thrown.message : String(thrown));
      }
    });
  });
}

/** Fills the fields in from the address of the page; says whether any is there. */
export function showAddresses(): boolean {
  const query = new URLSearchParams(location.search);
  const given = KEYS.map((key, set) => {
    const text = query.get(key) ?? (set === 0 ? query.get(REFERENCE) : null);
    if (text === null) return false;
    field(set).value = text;
    field(set).dispatchEvent(new Event('change'));
    return true;
  });
  return given.includes(true);
}

/** What the fields say, by the keys of the page's own address. */
export function addresses(): readonly (readonly [key: string, text: string])[] {
  return KEYS.map((key, set) => [key, field(set).value.trim()] as const).filter(([, text]) => text !== '');
}
