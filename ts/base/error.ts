/** Stable codes of {@link QuestsError}. */
export type ErrorCode =
  /** A parameter outside its domain, or an array of the wrong length. */
  | 'INVALID_ARGUMENT'
  /** A structure that has no meaning: NaN coordinates, a singular cell, atoms on top of each other. */
  | 'INVALID_STRUCTURE'
  /** A file that does not say what its format promises; the message names file, frame and line. */
  | 'INVALID_FILE'
  /** A file that cannot be opened, read or written. */
  | 'FILE_ACCESS'
  /** Nothing to compute on: no structures, no atoms, no rows. */
  | 'EMPTY'
  /** Descriptor matrices that do not belong together: another k, cutoff, species or width. */
  | 'MISMATCH'
  /** More memory or work than can be had. */
  | 'TOO_LARGE'
  /** A backend that is not there; the message carries every cause. */
  | 'BACKEND_UNAVAILABLE'
  /** A mistake in this package, not in the data. */
  | 'INTERNAL';

const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'INVALID_ARGUMENT',
  'INVALID_STRUCTURE',
  'INVALID_FILE',
  'FILE_ACCESS',
  'EMPTY',
  'MISMATCH',
  'TOO_LARGE',
  'BACKEND_UNAVAILABLE',
  'INTERNAL',
]);

/** The one error this package throws on purpose. `message` is one line; cancelling throws the signal's reason instead. */
export class QuestsError extends Error {
  override readonly name = 'QuestsError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Turns what a binding throws (`CODE: text`) into a {@link QuestsError}; anything else is our mistake. */
export function toQuestsError(thrown: unknown): QuestsError {
  if (thrown instanceof QuestsError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const match = /^([A-Z_]+): ([\s\S]*)$/.exec(text);
  if (match?.[1] !== undefined && match[2] !== undefined && CODES.has(match[1])) {
    return new QuestsError(match[1] as ErrorCode, match[2], { cause: thrown });
  }
  return new QuestsError('INTERNAL', text, { cause: thrown });
}
/** Calls the core, so that whatever it throws arrives as a {@link QuestsError}. */
export function inCore<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw toQuestsError(thrown);
  }
}
