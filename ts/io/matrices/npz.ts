import type { UnzipFileInfo } from 'fflate';
import { QuestsError } from '../../base/error.js';
import type { Source } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { emptyFile, invalidFile, shown } from '../text/fault.js';
import { type NpyOptions, readNpy, writeNpy } from './npy.js';
import { npySize, SIZED_BYTES } from './npy-size.js';
import { parseValues, realNpy, textNpy, wholeNpy } from './npy-values.js';
import type { StoredMatrix } from './stored-matrix.js';
import { readWhole } from './whole.js';
import { zipHead } from './zip-head.js';

/** Names of the array that is the matrix, the usual one first. */
const MATRIX_NAMES = ['descriptors', 'x'];

/** Bytes that deflate makes of one at most. */
const LARGEST_RATIO = 1032;

/** Largest array beside the matrix, in bytes: frame offsets of millions of frames. */
const LARGEST_VALUES = 1 << 28;

/** What a ZIP archive without the extension for large files holds. */
const LARGEST_ARCHIVE = 0xffff_ffff;

/** Bytes of the matrix handed out at once. */
const PIECE = 1 << 20;

/** The archive has no clock: the same matrix makes the same bytes. */
const DATE = new Date(1980, 0, 2);

/** Whether a file begins like a ZIP archive. */
export function looksLikeNpz(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
}

/**
 * Reads a matrix from an `.npz` file of NumPy (`savez`, `savez_compressed`) or of this package: the
 * array named `descriptors`, else `x`, else the only one of two or three dimensions.
 *
 * Beside an array named `descriptors`, `k`, `cutoff`, `species`, `frame_offsets` and the sources of
 * frames (`files`, `frame_files`, `frame_numbers`) are taken for what {@link writeNpz} writes under
 * these names. Memory: twice the matrix.
 *
 * @throws {QuestsError} INVALID_FILE for a damaged archive, one without such an array, arrays of
 *   other types or shapes; EMPTY for an empty file; TOO_LARGE for more than memory can hold. The
 *   signal's reason when cancelled
 */
export async function readNpz(source: ByteSource, options: NpyOptions): Promise<StoredMatrix> {
  const { file } = options;
  const archive = await Archive.open(source, options);
  const name = matrixName(archive, file);
  const settings = name === 'descriptors' ? settingsOf(archive) : {};
  const bytes = archive.take(name);
  return { ...(await readNpy(bytes, { ...options, size: bytes.length })), ...settings };
}

/**
 * Writes a matrix as `.npz`, not compressed, with arrays that `numpy.load` reads without pickle:
 * `descriptors`, and those that are known of `k`, `cutoff` (Å), `species`, `frame_offsets`, and the
 * sources of frames: `files`, names without repetition, `frame_files`, the index of each frame's
 * file, −1 where it is unknown, and `frame_numbers`.
 *
 * @throws {QuestsError} TOO_LARGE for 4 GB and more, which the format as it is written here cannot
 *   hold
 */
export async function* writeNpz(matrix: StoredMatrix): AsyncGenerator<Uint8Array, void, undefined> {
  const small = smallArrays(matrix);
  const rest = small.reduce((sum, [, bytes]) => sum + bytes.length + 256, 4096);
  if (matrix.data.byteLength + rest > LARGEST_ARCHIVE) {
    const size = `${matrix.data.byteLength} bytes of numbers`;
    throw new QuestsError('TOO_LARGE', `${size} do not fit an .npz file of 4 GB; write .npy or .parquet`);
  }
  const { Zip, ZipPassThrough } = await import('fflate');
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error !== null) throw error;
    ready.push(bytes);
  });
  for (const [name, parts] of [['descriptors', matrixParts(matrix)] as const, ...small.map(inOne)]) {
    const entry = new ZipPassThrough(`${name}.npy`);
    entry.mtime = DATE;
    zip.add(entry);
    for (const part of parts) {
      entry.push(part);
      yield* ready;
      ready = [];
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* ready;
}

function inOne([name, bytes]: readonly [string, Uint8Array]): readonly [string, Iterable<Uint8Array>] {
  return [name, [bytes]];
}

function* matrixParts(matrix: StoredMatrix): Generator<Uint8Array, void, undefined> {
  for (const bytes of writeNpy(matrix)) {
    for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
  }
}

function smallArrays({ k, cutoff, species, frameOffsets, sources }: StoredMatrix): [string, Uint8Array][] {
  const arrays: [string, Uint8Array][] = [];
  if (typeof k === 'number') arrays.push(['k', wholeNpy([k], [])]);
  if (typeof cutoff === 'number') arrays.push(['cutoff', realNpy(cutoff)]);
  if (species) arrays.push(['species', textNpy(species)]);
  if (frameOffsets !== undefined) arrays.push(['frame_offsets', wholeNpy(frameOffsets)]);
  if (!sources) return arrays;
  const files = [...new Set(sources.flatMap((source) => source?.file ?? []))];
  const indices = new Map(files.map((file, index) => [file, index]));
  const index = (source: Source | undefined): number => indices.get(source?.file ?? '') ?? -1;
  arrays.push(
    ['files', textNpy(files)],
    ['frame_files', wholeNpy(sources.map(index))],
    ['frame_numbers', wholeNpy(sources.map((source) => source?.frame ?? -1))],
  );
  return arrays;
}

type Fflate = typeof import('fflate');

/** The arrays of a file that is in memory. */
class Archive {
  /** Names of the arrays, without `.npy`. */
  readonly names: string[] = [];
  private bytes: Uint8Array;
  readonly fileName: string;
  private readonly sizes = new Map<string, UnzipFileInfo>();
  private readonly fflate: Fflate;

  private constructor(bytes: Uint8Array, file: string, fflate: Fflate) {
    this.bytes = bytes;
    this.fileName = file;
    this.fflate = fflate;
    this.extract((info) => {
      if (!info.name.endsWith('.npy')) return false;
      const name = info.name.slice(0, -4);
      this.names.push(name);
      this.sizes.set(name, info);
      return false;
    });
    if (this.sizes.size === this.names.length) return;
    // What is known of one would not hold for the other.
    const twice = this.names.find((name, index) => this.names.indexOf(name) !== index) ?? '';
    const count = this.names.filter((name) => name === twice).length;
    const problem = `${count} arrays named ${title(twice)}, expected one; is the file damaged?`;
    throw invalidFile({ file }, problem);
  }

  static async open(source: ByteSource, options: NpyOptions): Promise<Archive> {
    const { file } = options;
    const fflate = await import('fflate');
    const bytes = await readWhole(source, options);
    if (bytes.length === 0) throw emptyFile({ file }, 'the file is empty');
    if (!looksLikeNpz(bytes)) throw invalidFile({ file }, 'not an .npz file: it does not begin as ZIP does');
    return new Archive(bytes, file, fflate);
  }

  /** The array of a name, where there is one. */
  values(name: string): ReturnType<typeof parseValues> | undefined {
    const info = this.sizes.get(name);
    if (info === undefined) return undefined;
    if (info.originalSize > LARGEST_VALUES)
      throw invalidFile(
        { file: this.fileName },
        `${info.originalSize} bytes of ${title(name)}; is the file damaged?`,
      );
    return parseValues(this.entry(name), name, this.fileName);
  }

  /** How many dimensions an array has; undefined where it does not say. */
  dimensions(name: string): number | undefined {
    const header = new TextDecoder('latin1').decode(this.head(name).subarray(0, 4096));
    const extents = /shape['"]\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
    return extents?.split(',').filter((extent) => extent.trim() !== '').length;
  }

  /** The bytes of an array; lets go of the archive. */
  take(name: string): Uint8Array {
    const bytes = this.entry(name);
    this.bytes = new Uint8Array(0);
    return bytes;
  }

  private entry(name: string): Uint8Array {
    const { size, originalSize } = this.sizes.get(name) as UnzipFileInfo;
    if (originalSize > LARGEST_RATIO * size + LARGEST_RATIO || size > this.bytes.length) {
      throw invalidFile(
        { file: this.fileName },
        `${originalSize} bytes of ${title(name)} from ${size}; is the file damaged?`,
      );
    }
    // Before memory is asked for: a few bytes can stand for gigabytes.
    const promised = npySize(this.head(name));
    if (promised === undefined ? originalSize > SIZED_BYTES : promised !== originalSize) {
      const header = promised === undefined ? 'no size that can be read' : String(promised);
      throw invalidFile(
        { file: this.fileName },
        `${originalSize} bytes of ${title(name)}, but its header says ${header}; is the file damaged?`,
      );
    }
    const bytes = this.extract((info) => info.name === `${name}.npy`)[`${name}.npy`];
    if (bytes?.length !== originalSize) throw this.damaged(`${title(name)} is cut`);
    return bytes;
  }

  /** The first bytes of an array. */
  private head(name: string): Uint8Array {
    try {
      const head = zipHead(this.bytes, `${name}.npy`, SIZED_BYTES, this.fflate);
      return head ?? new Uint8Array(0);
    } catch (error) {
      throw this.damaged(error instanceof Error ? error.message : String(error));
    }
  }

  private extract(filter: (info: UnzipFileInfo) => boolean): Record<string, Uint8Array> {
    try {
      return this.fflate.unzipSync(this.bytes, { filter });
    } catch (error) {
      throw this.damaged(error instanceof Error ? error.message : String(error));
    }
  }

  private damaged(problem: string): QuestsError {
    return invalidFile({ file: this.fileName }, `damaged or truncated .npz file: ${problem}`);
  }
}

/** The name of an array in a message: quoted where it is no plain word. */
function title(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : shown(name);
}

function matrixName(archive: Archive, file: string): string {
  const { names } = archive;
  const named = MATRIX_NAMES.find((name) => names.includes(name));
  if (named !== undefined) return named;
  const fitting = names.filter((name) => [2, 3].includes(archive.dimensions(name) ?? 0));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const found = fitting.length > 1 ? `${fitting.length} such arrays` : 'none';
  const list = names.length === 0 ? 'no arrays' : names.map(title).join(', ');
  throw invalidFile(
    { file },
    `expected an array named descriptors or x, or one of two or three dimensions; found ${found} (the ` +
      `file holds ${list})`,
  );
}

/** What the arrays beside the matrix say of it. */
function settingsOf(archive: Archive): Omit<StoredMatrix, 'data' | 'shape'> {
  const species = textOrTexts(archive, 'species');
  const frameOffsets = numbers(archive, 'frame_offsets', 1);
  const sources = sourcesOf(archive);
  const k = numbers(archive, 'k', 0)?.[0];
  const cutoff = numbers(archive, 'cutoff', 0)?.[0];
  return {
    ...(k !== undefined && { k }),
    ...(cutoff !== undefined && { cutoff }),
    ...(species !== undefined && { species }),
    ...(frameOffsets !== undefined && { frameOffsets }),
    ...(sources !== undefined && { sources }),
  };
}

function sourcesOf(archive: Archive): (Source | undefined)[] | undefined {
  const files = texts(archive, 'files');
  const indices = numbers(archive, 'frame_files', 1);
  const frames = numbers(archive, 'frame_numbers', 1);
  if (files === undefined || indices === undefined || frames === undefined) return undefined;
  return indices.map((index, at) => {
    const file = files[index];
    const frame = frames[at];
    return file === undefined || frame === undefined ? undefined : { file, frame };
  });
}

function numbers(archive: Archive, name: string, dimensions: 0 | 1): readonly number[] | undefined {
  const array = archive.values(name);
  if (array === undefined) return undefined;
  const { shape, values } = array;
  if (shape.length <= dimensions && values.every((value) => typeof value === 'number')) return values;
  throw unexpected(archive, name, dimensions === 0 ? 'one number' : 'numbers in one dimension', array);
}

function texts(archive: Archive, name: string): readonly string[] | undefined {
  const array = archive.values(name);
  if (array === undefined) return undefined;
  const { shape, values } = array;
  if (shape.length <= 1 && values.every((value) => typeof value === 'string')) return values;
  throw unexpected(archive, name, 'texts in one dimension', array);
}

/** A text alone, or a list of them. */
function textOrTexts(archive: Archive, name: string): string | readonly string[] | undefined {
  const found = texts(archive, name);
  return archive.dimensions(name) === 0 ? found?.[0] : found;
}

function unexpected(
  archive: Archive,
  name: string,
  expected: string,
  { shape, values }: ReturnType<typeof parseValues>,
): QuestsError {
  const found = shape.length === 0 ? shown(String(values[0])) : `an array of shape (${shape.join(', ')})`;
  return invalidFile({ file: archive.fileName }, `expected ${expected} for ${title(name)}, found ${found}`);
}
