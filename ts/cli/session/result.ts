import * as io from '../../faces/node/io.js';
import * as figures from '../../faces/figure.js';
import type { InfoValue } from '../../faces/node/analysis.js';
import type { AtomArray, DescriptorKind, Structure } from '../../faces/node/quests.js';
import type { ColumnTable, MatrixParts, StoredMatrix } from '../../faces/node/io.js';
import type { Figure } from '../../faces/figure.js';
import type { FramedRows } from '../../faces/node/analysis.js';
import type { Batch } from './describer.js';
import type { OutputFlags, PlotFlags } from './options.js';
import type { Session } from './session.js';
import type { Output, OutputKind } from './output.js';

/** What a command found: for people, and for programs. */
export interface Result {
  /** For people, on standard output. */
  readonly lines: readonly string[];
  /** For programs; the keys of the Python package's command, and more. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Rows for a file of them, where the command writes some. */
  readonly table?: ColumnTable;
  /** A picture, where the command draws one. */
  readonly figure?: () => Figure;
  /** Bare values or descriptors, for a file of them. */
  readonly matrix?: StoredMatrix | MatrixParts;
  /** Called once all is written. */
  readonly written?: () => void;
}

/** Environments, and a value for each. */
export interface ValuedBatch extends Omit<Batch, 'x'> {
  readonly x: DescriptorKind & FramedRows;
  readonly values: Float64Array;
  /** Further values for each environment, by name. */
  readonly more?: Readonly<Record<string, Float64Array>>;
  /** Values for each frame, by name. */
  readonly perFrame?: Readonly<Record<string, Float64Array>>;
}

/**
 * Goes through batches as they are computed: with their values to a file where the output is one
 * for them.
 */
export async function passEnvironments(
  session: Session,
  output: Output | undefined,
  flags: OutputFlags,
  name: string,
  batches: AsyncIterable<ValuedBatch>,
  holds: 'structures' | 'matrix',
): Promise<void> {
  if (output?.kind === 'environments') {
    return writeEnvironments(session, output, flags, name, batches, holds);
  }
  await drained(batches);
}

/** Goes through all there is, for what is noted on the way. */
export async function drained(all: AsyncIterable<unknown>): Promise<void> {
  const rest = all[Symbol.asyncIterator]();
  while ((await rest.next()).done !== true);
}

/**
 * Writes a value for each environment: with the structures, where the input held some, else as a
 * table.
 */
export async function writeEnvironments(
  session: Session,
  { path, format }: Output,
  flags: OutputFlags,
  name: string,
  batches: Iterable<ValuedBatch> | AsyncIterable<ValuedBatch>,
  holds: 'structures' | 'matrix',
): Promise<void> {
  const { signal } = session;
  const options = { overwrite: flags.overwrite, signal };
  if (holds === 'structures' && format.structures?.write) {
    // A table has no place for what belongs to a frame but a column.
    await session.writeStructures(path, withColumn(batches, name, format.table !== undefined), options);
  } else await io.writeTable(path, tableParts(batches, name), options);
  session.note(`result written to ${path}`);
}

/** Kinds of output that a command writes while it computes. */
const WRITTEN_BY_COMMANDS: readonly OutputKind[] = ['environments', 'structures', 'frames'];

/** Hands a result on: to the output file first, so that it is there when the lines are. */
export async function emit(
  session: Session,
  flags: OutputFlags & PlotFlags,
  { lines, json, table, figure, matrix, written }: Result,
): Promise<void> {
  const { output, signal } = session;
  const record = flags.json || output?.kind === 'json' ? jsonText(json) : '';
  if (output !== undefined && !WRITTEN_BY_COMMANDS.includes(output.kind)) {
    const options = { overwrite: flags.overwrite, signal };
    if (output.kind === 'json') await io.writeOutput(output.path, [record], options);
    else if (output.kind === 'table' && table !== undefined) {
      await io.writeTable(output.path, [table], options);
    } else if (matrix !== undefined) await io.writeMatrix(output.path, matrix, options);
    session.note(`result written to ${output.path}`);
  }
  if (flags.plot !== undefined && figure !== undefined) {
    const svg = await figures.figureSvg(figure());
    await io.writeOutput(flags.plot, [svg], { overwrite: flags.overwrite, signal });
    session.note(`plot written to ${flags.plot}`);
  }
  session.noteSkippedFrames();
  process.stdout.write(flags.json ? record : lines.map((line) => `${line}\n`).join(''));
  written?.();
}

/**
 * Structures with one more column, and what is said of it for each frame: `mean_NAME`, `max_NAME`.
 * All else stays as it was read.
 *
 * @param spreads whether values of a frame are given to each of its atoms, too
 */
async function* withColumn(
  batches: Iterable<ValuedBatch> | AsyncIterable<ValuedBatch>,
  name: string,
  spreads: boolean,
): AsyncGenerator<Structure, void, undefined> {
  for await (const { structures = [], x, values, more = {}, perFrame = {} } of batches) {
    for (const [frame, structure] of structures.entries()) {
      const arrays: Record<string, AtomArray> = { ...structure.arrays };
      const info: Record<string, InfoValue> = { ...structure.info };
      for (const [column, all] of Object.entries({ [name]: values, ...more })) {
        const data = all.subarray(x.frameOffsets[frame], x.frameOffsets[frame + 1]);
        arrays[column] = { data, kind: 'R', width: 1 };
        Object.assign(info, frameValues(column, data));
      }
      for (const [key, all] of Object.entries(perFrame)) {
        const value = all[frame] as number;
        info[key] = value;
        const data = new Float64Array(spreads ? structure.positions.length / 3 : 0).fill(value);
        if (spreads) arrays[key] = { data, kind: 'R', width: 1 };
      }
      yield { ...structure, arrays, info };
    }
  }
}

function frameValues(name: string, values: Float64Array): Record<string, number> {
  let sum = 0;
  let max = -Infinity;
  for (const value of values) {
    sum += value;
    // A value that is not known leaves the largest unknown, as it does the mean.
    if (value > max || Number.isNaN(value)) max = value;
  }
  return { [`mean_${name}`]: sum / values.length, [`max_${name}`]: max };
}

/** A table of environments: file, frame, atom, value. */
async function* tableParts(
  batches: Iterable<ValuedBatch> | AsyncIterable<ValuedBatch>,
  name: string,
): AsyncGenerator<ColumnTable, void, undefined> {
  let frames = 0;
  for await (const { x, values, more = {}, perFrame = {} } of batches) {
    const file: string[] = [];
    const ofFrame = Object.entries(perFrame).map(([key, all]) => ({
      name: key,
      all,
      data: new Float64Array(x.rows),
    }));
    const frame = new Int32Array(x.rows);
    const atom = new Int32Array(x.rows);
    for (let index = 0; index < x.frames; index++) {
      const start = x.frameOffsets[index] as number;
      const end = x.frameOffsets[index + 1] as number;
      const source = x.sources?.[index];
      for (const { all, data } of ofFrame) data.fill(all[index] as number, start, end);
      for (let row = start; row < end; row++) {
        file.push(source?.file ?? '');
        frame[row] = source?.frame ?? frames + index;
        atom[row] = row - start;
      }
    }
    frames += x.frames;
    yield {
      rows: x.rows,
      columns: [
        { name: 'file', data: file },
        { name: 'frame', data: frame },
        { name: 'atom', data: atom },
        { name, data: values },
        ...Object.entries(more).map(([key, data]) => ({ name: key, data })),
        ...ofFrame.map(({ name: key, data }) => ({ name: key, data })),
      ],
    };
  }
}

/** JSON with one key per line: readable, and a column of a million numbers is still one line. */
export function jsonText(record: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(record).map(([key, value]) => {
    const plain = value instanceof Float64Array ? Array.from(value) : value;
    return `  ${JSON.stringify(key)}: ${JSON.stringify(plain ?? null)}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}
