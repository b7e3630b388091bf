import { QuestsError } from './error.js';
import { nearestName } from './nearest-name.js';
import { shownValue } from './shown-value.js';

// What arguments of public functions, and requests from outside, must be. Kinds judge what
// TypeScript would: a program in JavaScript, and a page, send anything.

/** What a value must be. */
export interface Kind {
  /** In words, after "must be". */
  readonly expected: string;
  /**
   * Refuses what is something else.
   *
   * @param name of the value, for messages
   * @returns the value; for what can be gone through but once, one whose items are judged as they
   *   come
   * @throws {QuestsError} INVALID_ARGUMENT
   */
  readonly judge: (value: unknown, name: string) => unknown;
  /** Of an object of options, which there are. */
  readonly options?: ReadonlySet<string>;
}

/** The error of a value that is something else. */
export function notOfKind(expected: string, value: unknown, name: string): QuestsError {
  return new QuestsError('INVALID_ARGUMENT', `${name} must be ${expected}; got ${shownValue(value)}`);
}

/**
 * A kind that a test alone decides.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function kindOf(expected: string, isOne: (value: unknown) => boolean): Kind {
  return {
    expected,
    judge: (value, name) => {
      if (isOne(value)) return value;
      throw notOfKind(expected, value, name);
    },
  };
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);

export const NUMBER = kindOf('a number', isNumber);
/** NaN included, where it stands for what is not known. */
export const NUMBER_OR_NAN = kindOf('a number', (value) => typeof value === 'number');
export const FINITE = kindOf('a finite number', Number.isFinite);
export const POSITIVE = kindOf('a number above 0', (value) => isNumber(value) && value > 0);
export const SHARE = kindOf('a number from 0 to 1', (value) => isNumber(value) && value >= 0 && value <= 1);
export const TEXT = kindOf('a string', (value) => typeof value === 'string');
export const FLAG = kindOf('true or false', (value) => typeof value === 'boolean');
export const FUNCTION = kindOf('a function', (value) => typeof value === 'function');
export const ANYTHING = kindOf('anything', () => true);

/** @__NO_SIDE_EFFECTS__ */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Kind {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return kindOf(
    `a whole number ${range}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  );
}

/**
 * One of some words.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function oneOf(...words: readonly string[]): Kind {
  const expected = words.map((word) => `"${word}"`).join(' or ');
  return kindOf(expected, (value) => words.includes(value as string));
}

/**
 * What may be left out.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function optional(kind: Kind): Kind {
  return {
    expected: kind.expected,
    judge: (value, name) => (value === undefined ? undefined : kind.judge(value, name)),
  };
}

/**
 * What may be null.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function nullable(kind: Kind): Kind {
  const expected = `${kind.expected}, or null`;
  return {
    expected,
    judge: (value, name) => (value === null ? null : kind.judge(value, name)),
  };
}

/**
 * Any of some kinds, told apart by a test. The last takes what no test knows.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function either(
  expected: string,
  ...kinds: readonly (readonly [test: (value: unknown) => boolean, kind: Kind])[]
): Kind {
  return {
    expected,
    judge: (value, name) => {
      const found = kinds.find(([test]) => test(value));
      if (found === undefined) throw notOfKind(expected, value, name);
      return found[1].judge(value, name);
    },
  };
}

const isTyped = (value: unknown): boolean => ArrayBuffer.isView(value) && !(value instanceof DataView);

/** Whether a value is numbers in a row: a typed array, or an array of numbers. */
function isNumbers(value: unknown): value is ArrayLike<number> {
  if (isTyped(value)) return !(value instanceof BigInt64Array || value instanceof BigUint64Array);
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}

/** Numbers in a row. NaN is for the function to judge: it may mean that a value is missing. */
export const NUMBERS = kindOf('numbers in one flat array', isNumbers);

/**
 * An array of one of the typed kinds.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function typedArray(
  name: 'Float64Array' | 'Float32Array' | 'Uint32Array' | 'Int32Array' | 'Uint8Array',
): Kind {
  const tag = `[object ${name}]`;
  return kindOf(`a ${name}`, (value) => Object.prototype.toString.call(value) === tag);
}

/**
 * An array whose items are of a kind.
 *
 * @param of its items in words
 *
 * @__NO_SIDE_EFFECTS__
 */
export function listOf(kind: Kind, of: string, least = 0): Kind {
  const expected = `an array of ${of}`;
  return {
    expected,
    judge: (value, name) => {
      if (!Array.isArray(value)) throw notOfKind(expected, value, name);
      const items: readonly unknown[] = value;
      if (items.length < least) throw notOfKind(`${expected}, at least ${least}`, value, name);
      items.forEach((item, at) => kind.judge(item, `${name}[${at}]`));
      return items;
    },
  };
}

/** What can be gone through at once. */
export const ITERABLE = kindOf(
  'an array or an iterable',
  (value) => typeof value === 'object' && value !== null && Symbol.iterator in value,
);

export const TEXTS = listOf(TEXT, 'strings');

/** Whether a value has properties of its own to be judged. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/**
 * An object with some properties; others are not looked at.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function record(expected: string, fields: Readonly<Record<string, Kind>>): Kind {
  const each = Object.entries(fields);
  return {
    expected,
    judge: (value, name) => {
      if (!isRecord(value)) throw notOfKind(expected, value, name);
      for (const [key, kind] of each) {
        kind.judge(value[key], `${name}.${key}`);
      }
      return value;
    },
  };
}

/**
 * An object with one of some properties, and no other.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function oneField(expected: string, fields: Readonly<Record<string, Kind>>): Kind {
  return {
    expected,
    judge: (value, name) => {
      const [found, ...others] = isRecord(value) ? Object.entries(value) : [];
      const kind = found === undefined || others.length > 0 ? undefined : fields[found[0]];
      if (found === undefined || kind === undefined) throw notOfKind(expected, value, name);
      kind.judge(found[1], `${name}.${found[0]}`);
      return value;
    },
  };
}

/** Every name that any of some types has. */
type NameOf<T> = T extends unknown ? Extract<keyof T, string> : never;

/** A kind for each option: the compiler finds one that is missing. */
export type Options<T> = Readonly<Record<NameOf<T>, Kind>>;

/**
 * An object of options, each of which may be left out unless it is one of `needed`. A name that is
 * none of them is refused, lest a slip of the pen means the default.
 *
 * @typeParam T the type of the options, where several are taken their union
 *
 * @__NO_SIDE_EFFECTS__
 */
export function options<T>(fields: Options<T>, needed: readonly NameOf<T>[] = []): Kind {
  const kinds = new Map<string, Kind>(Object.entries(fields));
  const expected = 'an object of options';
  return {
    expected,
    options: new Set(kinds.keys()),
    judge: (value, name) => {
      if (value === undefined && needed.length === 0) return undefined;
      if (!isRecord(value)) throw notOfKind(expected, value, name);
      for (const [key, given] of Object.entries(value)) {
        if (given === undefined) continue;
        const kind = kinds.get(key);
        if (kind === undefined) throw unknownOption(key, [...kinds.keys()]);
        kind.judge(given, key);
      }
      for (const key of needed) if (value[key] === undefined) kinds.get(key)?.judge(undefined, key);
      return value;
    },
  };
}

function unknownOption(name: string, known: readonly string[]): QuestsError {
  const problem = `unknown option "${name}"; did you mean "${nearestName(name, known)}"?`;
  return new QuestsError('INVALID_ARGUMENT', `${problem} Options are ${[...known].sort().join(', ')}`);
}

/**
 * One of several objects, told by a word in them.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function told(word: string, kinds: Readonly<Record<string, Kind>>): Kind {
  const names = oneOf(...Object.keys(kinds));
  return {
    expected: `an object whose ${word} is ${names.expected}`,
    judge(value, name) {
      if (!isRecord(value)) throw notOfKind(this.expected, value, name);
      names.judge(value[word], `${name}.${word}`);
      return kinds[value[word] as string]?.judge(value, name);
    },
  };
}
