import { errorAt, type ErrorPlace, type QuestsError } from '../../base/error.js';

/** Where in a file something is. Frames and atoms count from 0, lines from 1. */
export type FilePlace = ErrorPlace & { readonly file: string };

/** Longest piece of a file that a message repeats. */
const SHOWN = 40;

/** A file that does not say what its format promises: `FILE, frame F, line L, atom A: PROBLEM`. */
export function invalidFile(place: FilePlace, problem: string): QuestsError {
  return errorAt('INVALID_FILE', place, problem);
}

/** What the file says clearly, but no structure can have: coordinates that are not finite. */
export function invalidStructure(place: FilePlace, problem: string): QuestsError {
  return errorAt('INVALID_STRUCTURE', place, problem);
}

/** A file, or a frame of it, with nothing in it. */
export function emptyFile(place: FilePlace, problem: string): QuestsError {
  return errorAt('EMPTY', place, problem);
}

/** A piece of a file as a message shows it: quoted, on one line, at most 40 characters. */
export function shown(text: string): string {
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
  // JSON escapes line breaks and the other control characters below 32, but leaves those from 127
  // to 159.
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}
