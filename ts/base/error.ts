import { shownValue } from './shown-value.js';

/** Stable codes of {@link QuestsError}. */
export type ErrorCode =
  /** A parameter outside its domain, or an array of the wrong length. */
  | 'INVALID_ARGUMENT'
  /**
   * A structure that has no meaning: NaN coordinates, a singular cell, atoms on top of each other.
   */
  | 'INVALID_STRUCTURE'
  /** A file that violates its format; the message names file, frame and line. */
  | 'INVALID_FILE'
  /** A file that cannot be opened, read or written. */
  | 'FILE_ACCESS'
  /** Nothing to compute on: no structures, no atoms, no rows. */
  | 'EMPTY'
  /** Descriptor matrices that cannot be compared: another k, cutoff, species or width. */
  | 'MISMATCH'
  /** More memory or work than can be had. */
  | 'TOO_LARGE'
  /** A backend that cannot be loaded; the message names every cause. */
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

/** Where something is wrong, as far as it is known. Frames and atoms count from 0, lines from 1. */
export interface ErrorPlace {
  readonly file?: string | undefined;
  /** Index of the frame in the file; without a file, index of the structure in the call. */
  readonly frame?: number | undefined;
  readonly line?: number | undefined;
  /** Index of the atom in its frame; the first one where two atoms are too close. */
  readonly atom?: number | undefined;
}

/** Options of a {@link QuestsError}. */
export interface QuestsErrorOptions extends ErrorOptions, ErrorPlace {
  /** The message without its place. Default: the whole message. */
  readonly problem?: string | undefined;
}

/**
 * The one error this package throws on purpose. `message` is one line; cancelling throws the
 * signal's reason instead.
 *
 * @example
 * try {
 *   await descriptors(readStructures('train.xyz'));
 * } catch (error) {
 *   if (error instanceof QuestsError) console.error(error.file, error.frame, error.problem);
 * }
 */
export class QuestsError extends Error implements ErrorPlace {
  override readonly name = 'QuestsError';
  readonly code: ErrorCode;
  // Only those that are known are there: a printed error does not list the others.
  /** File with the fault. */
  declare readonly file?: string;
  /** Index of the frame in the file, from 0; without a file, index of the structure in the call. */
  declare readonly frame?: number;
  /** Line of the file, from 1. */
  declare readonly line?: number;
  /** Index of the atom in its frame, from 0; the first one if two atoms are too close. */
  declare readonly atom?: number;
  readonly #problem: string;

  constructor(code: ErrorCode, message: string, options: QuestsErrorOptions = {}) {
    if (!CODES.has(code)) throw notOne('code', `one of ${[...CODES].join(', ')}`, code);
    if (typeof message !== 'string') throw notOne('message', 'a string', message);
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    const { file, frame, line, atom, problem = message } = options;
    if (file !== undefined) this.file = file;
    if (frame !== undefined) this.frame = frame;
    if (line !== undefined) this.line = line;
    if (atom !== undefined) this.atom = atom;
    this.#problem = problem;
  }

  /** What is wrong: the message without the place. */
  get problem(): string {
    return this.#problem;
  }
}

/** Not by `base/kinds`, whose refusals are such errors. */
function notOne(name: string, expected: string, value: unknown): QuestsError {
  return new QuestsError('INVALID_ARGUMENT', `${name} must be ${expected}; got ${shownValue(value)}`);
}

/** An error at a place that its message begins with: `FILE, frame F, line L, atom A: PROBLEM`. */
export function errorAt(
  code: ErrorCode,
  place: ErrorPlace,
  problem: string,
  options: ErrorOptions & Pick<ErrorPlace, 'atom'> = {},
): QuestsError {
  const { file, frame, line, atom } = place;
  const parts = [
    file,
    frame === undefined ? undefined : `frame ${frame}`,
    line === undefined ? undefined : `line ${line}`,
    atom === undefined ? undefined : `atom ${atom}`,
  ].filter((part) => part !== undefined && part !== '');
  const message = parts.length === 0 ? problem : `${parts.join(', ')}: ${problem}`;
  return new QuestsError(code, message, { file, frame, line, atom, problem, ...options });
}

/** What is wrong with one frame of a call. */
export interface BadFrame {
  /** Index of the frame in the call. */
  readonly frame: number;
  readonly atom?: number | undefined;
  readonly problem: string;
}

/** Frames of a call that are refused, in rising order; the first is the message. */
export class BadFramesError extends QuestsError {
  readonly frames: readonly [BadFrame, ...BadFrame[]];

  constructor(code: ErrorCode, frames: readonly [BadFrame, ...BadFrame[]], options: ErrorOptions = {}) {
    const [{ frame, atom, problem }] = frames;
    super(code, `frame ${frame}: ${problem}`, { ...options, frame, atom, problem });
    this.frames = frames;
  }
}

/**
 * Turns what a binding throws (`CODE: text`) into a {@link QuestsError}; anything else is our
 * mistake. The only place where a message is taken apart: text is all that crosses the boundary.
 */
export function toQuestsError(thrown: unknown): QuestsError {
  if (thrown instanceof QuestsError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const match = /^([A-Z_]+): ([\s\S]*)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined || !CODES.has(match[1])) {
    return new QuestsError('INTERNAL', text, { cause: thrown });
  }
  const code = match[1] as ErrorCode;
  const [first, ...others] = badFrames(match[2]);
  return first === undefined
    ? new QuestsError(code, match[2], { cause: thrown })
    : new BadFramesError(code, [first, ...others], { cause: thrown });
}

/** The frames that the core names, each on a line: `frame 3: x of atom 5 is NaN, …`. */
function badFrames(text: string): BadFrame[] {
  return text.split('\n').flatMap((line) => {
    const [, frame, problem] = /^frame (\d+): (.*)$/.exec(line) ?? [];
    if (frame === undefined || problem === undefined) return [];
    const atom = /^(?:[xyz] of )?atoms? (\d+) /.exec(problem)?.[1];
    return [{ frame: Number(frame), atom: atom === undefined ? undefined : Number(atom), problem }];
  });
}

/** Calls the core, so that whatever it throws arrives as a {@link QuestsError}. */
export function inCore<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw toQuestsError(thrown);
  }
}
