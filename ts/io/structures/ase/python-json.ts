import { invalidFile, type FilePlace } from '../../text/fault.js';

/** Strings, which may hold anything, and the words of Python for what JSON has no number. */
const WORDS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** What stands for `NaN` in JSON: no text of ASE's. */
const NAN = '\0NaN';

/**
 * JSON as Python writes it, where numbers may be `NaN` and `Infinity`.
 *
 * @throws {SyntaxError} for anything else
 */
export function pythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
  }
  const standard = text.replaceAll(WORDS, (word) => {
    if (word.startsWith('"')) return word;
    return word.endsWith('NaN') ? JSON.stringify(NAN) : word.replace('Infinity', '1e999');
  });
  return JSON.parse(standard, (_, value: unknown) => (value === NAN ? NaN : value));
}

/**
 * {@link pythonJson} of a file.
 *
 * @param what what the text is, for messages
 * @throws {QuestsError} INVALID_FILE for anything else
 */
export function parsePythonJson(text: string, what: string, place: FilePlace): unknown {
  try {
    return pythonJson(text);
  } catch (error) {
    throw notJson(error, what, place);
  }
}

/**
 * An object of JSON as Python writes it.
 *
 * @throws {QuestsError} INVALID_FILE for anything else
 */
export function parsePythonObject(text: string, what: string, place: FilePlace): Record<string, unknown> {
  const json = parsePythonJson(text, what, place);
  if (isObject(json)) return json;
  throw invalidFile(place, `${what} is JSON, but no object`);
}

/** Whether a value of JSON is an object with keys. */
export function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function notJson(error: unknown, what: string, place: FilePlace): Error {
  const problem = error instanceof Error ? error.message : String(error);
  // The message may repeat a piece of the text, line breaks included.
  return invalidFile(place, `${what} is no JSON: ${problem.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, 100)}`);
}
