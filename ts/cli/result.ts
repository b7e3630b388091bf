import type { NpyArray, Structure } from '../node.js';
import { UsageError } from './failure.js';
import type { OutputFlags } from './options.js';
import type { DataSet } from './input.js';
import type { Package, Session } from './session.js';

/** A kind of output file. */
export type OutputFormat = 'json' | 'xyz' | 'npy';

/** What a command found, in every form it can be handed on. */
export interface Result {
  /** For people, on standard output. */
  readonly lines: readonly string[];
  /** For programs; the keys of the Python package's command, and more. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Structures that carry the result; only where the input held structures. */
  readonly xyz?: () => readonly Structure[];
  /** Values, with their shape. */
  readonly npy?: () => NpyArray;
}

/** Formats as a help text names them. */
export function formatList(formats: readonly OutputFormat[]): string {
  return formats.map((format) => `.${format}`).join(', ');
}

/** The kind of an output file, by its name. */
export function outputFormat(quests: Package, path: string): OutputFormat | undefined {
  if (path.toLowerCase().endsWith('.json')) return 'json';
  const name = quests.formatOfName(path)?.name;
  return name === 'extxyz' ? 'xyz' : name;
}

/**
 * Refuses an output file that the result could not be written to, before anything is computed.
 *
 * @throws {UsageError} a format that the command does not write
 * @throws {QuestsError} FILE_ACCESS: a file that exists, without `--overwrite`; a folder that does not
 */
export async function checkOutputFile(
  quests: Package,
  flags: OutputFlags,
  formats: readonly OutputFormat[],
): Promise<void> {
  const { output, overwrite } = flags;
  if (output === undefined) return;
  const format = outputFormat(quests, output);
  if (format === undefined || !formats.includes(format)) {
    throw new UsageError(`cannot write ${output}: expected a name that ends in ${formatList(formats)}`);
  }
  await quests.checkOutput(output, overwrite);
}

/** Hands a result on: to the output file first, so that it is there when the lines are. */
export async function emit(session: Session, flags: OutputFlags, result: Result): Promise<void> {
  await write(session, flags, result);
  const text = flags.json ? jsonText(result.json) : result.lines.map((line) => `${line}\n`).join('');
  process.stdout.write(text);
}

/** The structures of a data set with one more column: a value for each atom. All else stays as it was read. */
export function withColumn(set: DataSet, name: string, values: Float64Array): Structure[] {
  const { frameOffsets } = set.x;
  return (set.structures ?? []).map((structure, frame) => {
    const data = values.subarray(frameOffsets[frame], frameOffsets[frame + 1]);
    return { ...structure, arrays: { ...structure.arrays, [name]: { data, kind: 'R', width: 1 } } };
  });
}

async function write(session: Session, { output, overwrite }: OutputFlags, result: Result): Promise<void> {
  if (output === undefined) return;
  const { quests, signal } = session;
  const options = { overwrite, signal };
  const format = outputFormat(quests, output);
  if (format === 'xyz' && result.xyz) await quests.writeStructures(output, result.xyz(), options);
  else if (format === 'npy' && result.npy) await quests.writeMatrix(output, result.npy(), options);
  else await quests.writeOutput(output, [jsonText(result.json)], options);
  session.note(`result written to ${output}`);
}

/** JSON with one key per line: readable, and a column of a million numbers is still one line. */
function jsonText(record: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(record).map(([key, value]) => {
    const plain = value instanceof Float64Array ? Array.from(value) : value;
    return `  ${JSON.stringify(key)}: ${JSON.stringify(plain ?? null)}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}
