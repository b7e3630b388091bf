import type { ReadNote } from '../../io/structures/frames.js';

/** What a reader noted of a file, with the place where it is first true. */
export function noteText({ file, frame, text, kind }: ReadNote): string {
  // All rows of a matrix have the same columns.
  const place = kind === 'columns' ? file : `${file}, frame ${frame}`;
  return `${place}: ${text}`;
}
