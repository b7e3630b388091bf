import type { ReadNote } from '../../io/structures/frames.js';

/** Kinds of notes that are true of a file as a whole. */
const OF_FILES: ReadonlySet<ReadNote['kind']> = new Set(['columns', 'members', 'memory', 'merged']);

/** What a reader noted of a file, with the place where it is first true. */
export function noteText({ file, frame, text, kind }: ReadNote): string {
  const place = OF_FILES.has(kind) ? file : `${file}, frame ${frame}`;
  return `${place}: ${text}`;
}
