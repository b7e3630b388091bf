/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand between pieces of HTML: HTML as it is, anything else as text. */
type Piece = Html | string | number | readonly Html[];

/**
 * HTML from a template. What is put in is text, whatever characters it holds, unless it was made by
 * this function.
 *
 * @example
 * html`<td>${'a < b'}</td>`.text; // <td>a &lt; b</td>
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  let text = strings[0] ?? '';
  pieces.forEach((piece, at) => {
    text += written(piece) + (strings[at + 1] ?? '');
  });
  return new Html(text);
}

/** Characters of a word from which on it may be broken. */
const LONG_WORD = /\S{30,}/g;

/** Text whose long words may be broken where names of files have joints. */
export function breakable(text: string): Html {
  const words = text.split(LONG_WORD).map((between) => escaped(between));
  const long = [...text.matchAll(LONG_WORD)].map(([word]) =>
    word
      .split(/(?<=[_/\\.,-])/)
      .map((part) => escaped(part))
      .join('<wbr>'),
  );
  return new Html(words.map((between, at) => between + (long[at] ?? '')).join(''));
}

function written(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(({ text }) => text).join('\n');
  return escaped(String(piece));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
