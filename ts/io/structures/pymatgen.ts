import type { QuestsError } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import { type ByteSource, peek, pieces } from '../text/bytes.js';
import { invalidFile, type FilePlace } from '../text/fault.js';
import type { LineReader } from '../text/lines.js';
import { readWhole } from '../matrices/whole.js';
import { type FrameOptions, type FrameReader, isBadData, readFrames, readNumbered } from './frames.js';
import { pythonJson } from './ase/python-json.js';
import { isObject, isPymatgen, type JsonObject, pymatgenStructure } from './pymatgen-site.js';
import { isTrajectory, TrajectoryFrames } from './pymatgen-trajectory.js';

/** Bytes within which the first line of JSON lines ends, unless the name says what they are. */
const FIRST_LINE = 1 << 16;

/** Objects and lists within one another, at most, in which structures are looked for. */
const DEEPEST = 16;

/** A structure, and the values of the document that it stands in. */
type Found = () => { readonly structure: JsonObject; readonly values: JsonObject };

/**
 * Reads structures, molecules and trajectories of pymatgen from JSON: one, or many in lists and
 * objects, alone or as `structure` of a document, whose numbers and texts, such as `energy`, become
 * values of the frame. JSON lines, a document on each line, are read line by line; any other JSON
 * is held in memory. Lengths are in Å; other values are taken as they are.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with file and frame, for what is no JSON or no structure, and
 *   for sites that are shared or partly occupied; INVALID_STRUCTURE for coordinates that are not
 *   finite; EMPTY for no structure. The signal's reason when cancelled
 */
export async function* readPymatgen(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const { head, bytes } = await peek(pieces(source, options.signal), FIRST_LINE);
  if (/\.jsonl(\.(gz|bz2|xz|zst))?$/i.test(options.file) || beginsWithDocument(head)) {
    yield* readFrames(bytes, options, (lines) => new JsonLinesReader(lines));
    return;
  }
  const whole = await readWhole(bytes, { ...options, size: undefined });
  let found: Found[];
  try {
    found = documentsOf(whole, { file: options.file });
  } catch (thrown) {
    if (options.onSkip === undefined || !isBadData(thrown)) throw thrown;
    options.onSkip({ file: options.file, frame: 0, error: thrown });
    options.frames?.onEnd?.(1);
    return;
  }
  yield* readNumbered(found.length, options, (frame) =>
    structureOf(found[frame] as Found, { file: options.file, frame }),
  );
}

/** Whether a file begins like JSON with structures of pymatgen. */
export function looksLikePymatgen(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  return (
    /^\ufeff?\s*[{[]/.test(text) && /"@module"\s*:\s*"pymatgen|"sites"\s*:\s*\[|"lattice"\s*:\s*\{/.test(text)
  );
}

class JsonLinesReader implements FrameReader {
  readonly lastMark = 0;
  private readonly lines: LineReader;
  /** Structures of the present line that have not been read. */
  private left: Found[] = [];

  constructor(lines: LineReader) {
    this.lines = lines;
  }

  async read(frame: number): Promise<Structure | undefined> {
    const found = await this.next(frame);
    return found && structureOf(found, this.place(frame));
  }

  async pass(frame: number): Promise<boolean> {
    return (await this.next(frame)) !== undefined;
  }

  mayBegin(): boolean {
    return !this.lines.isBlank();
  }

  mark(): undefined {
    return undefined;
  }

  private async next(frame: number): Promise<Found | undefined> {
    const { lines } = this;
    if (this.left.length === 0) {
      do if (!(await lines.next())) return undefined;
      while (lines.isBlank());
      const place = this.place(frame);
      this.left = structuresIn(parsed(lines.text(), place), place);
      if (this.left.length === 0) throw noStructure(place);
    }
    return this.left.shift();
  }

  private place(frame: number): FilePlace {
    return { file: this.lines.file, frame, line: this.lines.number };
  }
}

/** Whether the first line is a document, and another begins after it. */
function beginsWithDocument(head: Uint8Array): boolean {
  const [first = '', second = ''] = new TextDecoder().decode(head).trimStart().split(/\r?\n/);
  if (!/^\s*[{[]/.test(second)) return false;
  try {
    pythonJson(first);
    return true;
  } catch {
    return false;
  }
}

/** The structures of JSON that is read whole. */
function documentsOf(bytes: Uint8Array, place: FilePlace): Found[] {
  let text: string;
  try {
    text = new TextDecoder().decode(bytes);
  } catch {
    throw invalidFile(place, 'too large to be read whole; JSON lines (.jsonl) are read line by line');
  }
  const found = structuresIn(parsed(text, place), place);
  if (found.length === 0) throw noStructure(place);
  return found;
}

function parsed(text: string, place: FilePlace): unknown {
  try {
    return pythonJson(text);
  } catch (error) {
    const problem =
      error instanceof Error
        ? error.message.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
        : '';
    throw invalidFile(place, `not JSON: ${problem}`);
  }
}

/** The structures in a document, in its order. */
function structuresIn(value: unknown, place: FilePlace, depth = 0): Found[] {
  if (depth > DEEPEST) throw invalidFile(place, `lists and objects are nested more than ${DEEPEST} deep`);
  if (Array.isArray(value)) return value.flatMap((item) => structuresIn(item, place, depth + 1));
  if (!isObject(value)) return [];
  if (isPymatgen(value)) return [() => ({ structure: value, values: {} })];
  if (isTrajectory(value)) return framesOf(new TrajectoryFrames(value, place));
  const { structure, ...values } = value;
  if (isObject(structure) && isPymatgen(structure)) return [() => ({ structure, values })];
  return Object.values(value).flatMap((item) => structuresIn(item, place, depth + 1));
}

function framesOf(trajectory: TrajectoryFrames): Found[] {
  return Array.from({ length: trajectory.count }, (_, frame) => () => ({
    structure: trajectory.structure(frame),
    values: trajectory.values(frame),
  }));
}

function structureOf(found: Found, place: FilePlace): Structure {
  const { structure, values } = found();
  return pymatgenStructure(structure, values, place);
}

function noStructure(place: FilePlace): QuestsError {
  return invalidFile(place, 'expected structures of pymatgen, with lattice and sites, found none');
}
