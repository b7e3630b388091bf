import type { AtomArray, Structure } from '../../model/structure.js';
import { type FilePlace, invalidFile, shown } from '../text/fault.js';
import { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { readTable } from '../text/table.js';
import { besideCp2k, cp2kEnergy, cp2kFiles } from './cp2k-header.js';
import { parseColumns } from './frame-header.js';
import { type FrameOptions, isBadData } from './frames.js';
import { Notes } from './notes.js';
import { BOHR, HARTREE } from './units.js';

/** Columns of a row of cells: step, time, the vectors, the volume. */
const CELL_FIELDS = 12;

/**
 * Adds what CP2K writes into files of their own beside a trajectory, PROJECT-pos-1.xyz, where they
 * are there: `forces`, in eV/Å, of PROJECT-frc-1.xyz, and cells, periodic in all directions, of
 * PROJECT-1.cell. Steps are matched by their number; forces also by their energy. A cell file of
 * one row is of all steps. Notes say what was read along, and of a step without forces.
 *
 * @param frames the frames of the trajectory
 * @throws {QuestsError} INVALID_FILE for a damaged file, steps without a cell, forces of another
 *   number of atoms, and forces of a step with another energy: the files are of different runs
 */
export async function* withCp2kFiles(
  frames: AsyncGenerator<Structure, void, undefined>,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const names = cp2kFiles(options.file);
  const notes = new Notes(options);
  let forces: Steps<Forces> | undefined;
  let cells: Steps<Float64Array> | undefined;
  try {
    let isOpen = false;
    for await (const frame of frames) {
      const step = frame.info?.i;
      // Files of other programs may have such a name.
      if (typeof step !== 'number' || typeof frame.info?.energy !== 'number' || frame.cell !== undefined) {
        yield frame;
        continue;
      }
      if (!isOpen) {
        isOpen = true;
        forces = await opened(names?.forces, options, forcesOf, false);
        cells = await opened(names?.cells, options, cellsOf, true);
        notes.say('beside', frame.source?.frame ?? 0, readAlong(options.file, forces?.file, cells?.file));
      }
      try {
        yield await joined(frame, step, forces, cells, notes);
      } catch (thrown) {
        if (options.onSkip === undefined || !isBadData(thrown)) throw thrown;
        options.onSkip({ file: options.file, frame: frame.source?.frame ?? 0, error: thrown });
      }
    }
  } finally {
    await frames.return();
    await forces?.close();
    await cells?.close();
  }
}

function readAlong(file: string, forces: string | undefined, cells: string | undefined): string {
  const found = [forces, cells].filter((name) => name !== undefined);
  if (found.length === 0) return besideCp2k(file);
  const missing = cells === undefined ? `; ${cp2kFiles(file)?.cells} is not there: no cell` : '';
  return `read along: ${found.join(' and ')}${missing}`;
}

async function joined(
  frame: Structure,
  step: number,
  forces: Steps<Forces> | undefined,
  cells: Steps<Float64Array> | undefined,
  notes: Notes,
): Promise<Structure> {
  const place = { file: frame.source?.file ?? '', frame: frame.source?.frame ?? 0 };
  const cell = await cells?.at(step);
  if (cells !== undefined && cell === undefined) {
    throw invalidFile(place, `step ${step} has no cell in ${cells.file}`);
  }
  const own = await forces?.at(step);
  if (forces !== undefined && own === undefined) {
    notes.say('incomplete', place.frame, `step ${step} has no forces in ${forces.file}`);
  }
  if (own !== undefined && own.energy !== frame.info?.energy) {
    throw invalidFile(place, `step ${step} has another energy in ${forces?.file}: are they of one run?`);
  }
  if (own !== undefined && own.data.length !== frame.positions.length) {
    const atoms = `${own.data.length / 3} atoms in ${forces?.file}, ${frame.positions.length / 3} here`;
    throw invalidFile(place, `step ${step} has forces of ${atoms}`);
  }
  return {
    ...frame,
    ...(cell !== undefined && { cell, pbc: [true, true, true] as const }),
    ...(own !== undefined && { arrays: { ...frame.arrays, forces: forcesArray(own.data) } }),
  };
}

function forcesArray(data: Float64Array): AtomArray {
  return { kind: 'R', width: 3, data };
}

/** What a file has of a step. */
interface Step<T> {
  readonly step: number;
  readonly value: T;
}

interface Forces {
  readonly data: Float64Array;
  readonly energy: number;
}

/** What a file has of steps, one after the other. */
class Steps<T> {
  readonly file: string;
  readonly #steps: AsyncGenerator<Step<T>, void, undefined>;
  readonly #mayBeOne: boolean;
  readonly #lines: LineReader;
  /** Steps that were read and not asked for. */
  readonly #ahead: Step<T>[] = [];
  #only: Step<T> | undefined;
  #isOpen = false;

  /** @param mayBeOne whether the one step of a file is of all */
  constructor(
    lines: LineReader,
    read: (lines: LineReader) => AsyncGenerator<Step<T>, void, undefined>,
    mayBeOne: boolean,
  ) {
    this.file = lines.file;
    this.#lines = lines;
    this.#steps = read(lines);
    this.#mayBeOne = mayBeOne;
  }

  /** Of a step: those before it are passed over, and one after it waits for its own. */
  async at(step: number): Promise<T | undefined> {
    if (!this.#isOpen) {
      this.#isOpen = true;
      await this.#fill(this.#mayBeOne ? 2 : 1);
      if (this.#mayBeOne && this.#ahead.length === 1) this.#only = this.#ahead[0];
    }
    if (this.#only !== undefined) return this.#only.value;
    await this.#fill(1);
    while ((this.#ahead[0]?.step ?? Infinity) < step) {
      this.#ahead.shift();
      await this.#fill(1);
    }
    return this.#ahead[0]?.step === step ? this.#ahead.shift()?.value : undefined;
  }

  async close(): Promise<void> {
    await this.#steps.return();
    // Where no step was asked for, the steps have not begun, and let go of nothing.
    await this.#lines.release();
  }

  async #fill(count: number): Promise<void> {
    while (this.#ahead.length < count) {
      const next = await this.#steps.next();
      if (next.done === true) return;
      this.#ahead.push(next.value);
    }
  }
}

/** A file beside, where it is there. */
async function opened<T>(
  name: string | undefined,
  options: FrameOptions,
  read: (lines: LineReader) => AsyncGenerator<Step<T>, void, undefined>,
  mayBeOne: boolean,
): Promise<Steps<T> | undefined> {
  const bytes = name === undefined ? undefined : await options.beside?.(name);
  if (name === undefined || bytes === undefined) return undefined;
  const file = options.file.replace(/[^/\\]*$/, name);
  return new Steps(new LineReader(bytes, { ...options, file }), read, mayBeOne);
}

/** Frames of forces: atoms in rows of a label and three numbers, in Hartree/Bohr. */
async function* forcesOf(lines: LineReader): AsyncGenerator<Step<Forces>, void, undefined> {
  try {
    for (let frame = 0; await lines.next(); frame++) {
      const place: FilePlace = { file: lines.file, frame, line: lines.number };
      if (lines.isBlank()) return;
      const count = lines.text().trim();
      if (!/^[1-9]\d{0,8}$/.test(count)) {
        throw invalidFile(place, `expected the number of atoms, found ${shown(count)}`);
      }
      const comment = (await lines.next()) ? lines.text() : '';
      const found = cp2kEnergy(comment, { ...place, line: lines.number });
      if (found === undefined) {
        throw invalidFile(
          { ...place, line: lines.number },
          `expected i = and E =, found ${shown(comment.trim())}`,
        );
      }
      const columns = parseColumns('species:S:1:forces:R:3', place);
      const [, table] = await readTable(lines, columns, Number(count), { file: lines.file, frame });
      const data = Float64Array.from(table?.data as Float64Array, (value) => value * (HARTREE / BOHR));
      yield { step: found.step, value: { data, energy: found.energy } };
    }
  } finally {
    await lines.release();
  }
}

/** Rows of cells, in Å. */
async function* cellsOf(lines: LineReader): AsyncGenerator<Step<Float64Array>, void, undefined> {
  try {
    while (await lines.next()) {
      const text = lines.text().trim();
      if (text === '' || text.startsWith('#')) continue;
      const place = { file: lines.file, line: lines.number };
      const numbers = text.split(/\s+/).map(textNumber);
      const [step, , ...rest] = numbers;
      const cell = rest.slice(0, 9);
      const isRow = numbers.length === CELL_FIELDS && cell.every((value) => Number.isFinite(value));
      if (!isRow || !Number.isInteger(step)) {
        throw invalidFile(place, `expected step, time, nine numbers and a volume, found ${shown(text)}`);
      }
      yield { step: step as number, value: Float64Array.from(cell as number[]) };
    }
  } finally {
    await lines.release();
  }
}
