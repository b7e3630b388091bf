import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { QuestsError } from '../../base/error.js';
import { accessError } from '../../base/file-access.js';
import type { TrajectoryRow } from '../../faces/node/analysis.js';
import { isRecord, type SavedRun } from './saved-run.js';

/**
 * A frame that was computed: its row, what tells it from others, and how many values of its atoms
 * were saved.
 */
export interface SavedFrame {
  readonly row: TrajectoryRow;
  readonly print: string;
  readonly values: number;
}

const FRAMES = 'frames.jsonl';
const ATOMS = 'atoms.bin';

/**
 * Frames of a {@link SavedRun}, one after the other: a line of JSON for each, and values of its
 * atoms in a file beside it, which are written first. So whatever stops the process, lines that end
 * are of frames that are there as a whole.
 */
export class SavedFrames {
  readonly frames: SavedFrame[] = [];
  readonly #folder: SavedRun;
  readonly #lines: number;
  readonly #atoms: number;
  /** Bytes of values so far. */
  #bytes = 0;

  /** Opens what is there, without what was not finished. */
  constructor(run: SavedRun) {
    this.#folder = run;
    const path = run.path(FRAMES);
    const text = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const available = existsSync(run.path(ATOMS)) ? statSync(run.path(ATOMS)).size : 0;
    let end = 0;
    for (let next = text.indexOf('\n'); next !== -1; next = text.indexOf('\n', end)) {
      const frame = savedFrameOf(text.toString('utf8', end, next));
      // Values are on the disk later than lines where the machine, not the process, was stopped.
      if (frame === undefined || this.#bytes + 8 * frame.values > available) break;
      this.frames.push(frame);
      this.#bytes += 8 * frame.values;
      end = next + 1;
    }
    try {
      this.#lines = openSync(path, 'a+');
      this.#atoms = openSync(run.path(ATOMS), 'a+');
      ftruncateSync(this.#lines, end);
      ftruncateSync(this.#atoms, this.#bytes);
    } catch (error) {
      throw accessError('write', run.folder, error);
    }
  }

  /**
   * Saves a frame.
   *
   * @param values of its atoms, one array for each reference
   */
  add(row: TrajectoryRow, print: string, values: readonly Float64Array[]): void {
    const frame = { row, print, values: values.reduce((sum, { length }) => sum + length, 0) };
    try {
      for (const part of values)
        writeAll(this.#atoms, new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      writeAll(this.#lines, Buffer.from(`${JSON.stringify(frame)}\n`));
    } catch (error) {
      throw accessError('write', this.#folder.folder, error);
    }
    this.#bytes += 8 * frame.values;
    // As it is read again, so that a pause leaves no trace.
    this.frames.push(JSON.parse(JSON.stringify(frame)) as SavedFrame);
  }

  /** Values of the atoms of one frame after the other, all references of a frame together. */
  *values(): Generator<Float64Array, void, undefined> {
    let position = 0;
    for (const { values } of this.frames) {
      const data = new Float64Array(values);
      const bytes = new Uint8Array(data.buffer);
      let done = 0;
      while (done < bytes.length) {
        const count = readSync(this.#atoms, bytes, done, bytes.length - done, position + done);
        if (count === 0) throw new QuestsError('INVALID_FILE', `${this.#folder.path(ATOMS)} is cut`);
        done += count;
      }
      position += bytes.length;
      yield data;
    }
  }

  close(): void {
    closeSync(this.#lines);
    closeSync(this.#atoms);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

function savedFrameOf(line: string): SavedFrame | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isFrame =
      isRecord(value) &&
      isRecord(value.row) &&
      typeof value.print === 'string' &&
      typeof value.values === 'number';
    return isFrame ? (value as unknown as SavedFrame) : undefined;
  } catch {
    return undefined;
  }
}
