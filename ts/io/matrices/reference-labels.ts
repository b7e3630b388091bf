import type { AtomArray } from '../../model/structure.js';
import { crc32 } from '../text/crc32.js';
import { invalidFile } from '../text/fault.js';
import { type RangeSource, readRange } from '../text/ranges.js';

/** A value that a reference kept of a frame or an atom; `null` where its structure had none. */
export type LabelValue = number | string | boolean | readonly number[] | null;

/** A label that a reference keeps, as its head has it. */
export interface StoredLabel {
  readonly name: string;
  /** Whether there is a value for each frame, or for each atom. */
  readonly of: 'frame' | 'atom';
  readonly type: 'number' | 'logical' | 'text';
  /** Numbers of a value; 1 for text. */
  readonly width: number;
  /** Bytes of the list of texts; 0 for numbers. */
  readonly texts: number;
}

/** Where the parts of a label are, in bytes. */
export interface LabelPlace {
  readonly label: StoredLabel;
  /** Values in it, and bytes of each. */
  readonly count: number;
  readonly size: number;
  readonly values: number;
  readonly checks: number;
  readonly texts: number;
  readonly end: number;
}

/** Values that have a checksum together: one of them is read without all others. */
const BLOCK = 1 << 13;

/** Stands for a text that is not there. */
export const NO_TEXT = 0xffff_ffff;

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** Where labels are that stand one after the other. */
export function labelPlaces(
  labels: readonly StoredLabel[],
  { frames, rows }: { readonly frames: number; readonly rows: number },
  start: number,
): LabelPlace[] {
  let at = start;
  return labels.map((label) => {
    const count = label.of === 'frame' ? frames : rows;
    const size = label.type === 'text' ? 4 : 8 * label.width;
    const values = at;
    const checks = values + padded(count * size);
    const texts = checks + padded(4 * Math.ceil(count / BLOCK));
    at = texts + (label.texts === 0 ? 0 : padded(label.texts) + 8);
    return { label, count, size, values, checks, texts, end: at };
  });
}

/** The bytes of a label, from those of its values, in pieces of any length. */
export async function* labelBytes(
  { count, size }: Pick<LabelPlace, 'count' | 'size'>,
  values: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  texts: Uint8Array | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const checks = new Uint8Array(padded(4 * Math.ceil(count / BLOCK)));
  const view = new DataView(checks.buffer);
  let block = new Uint8Array(BLOCK * size);
  let filled = 0;
  let done = 0;
  for await (const piece of values) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + block.length - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < block.length) continue;
      view.setUint32(4 * done++, crc32(block), true);
      yield block;
      block = new Uint8Array(BLOCK * size);
      filled = 0;
    }
  }
  if (filled > 0) {
    const last = block.subarray(0, filled);
    view.setUint32(4 * done, crc32(last), true);
    yield last;
  }
  yield new Uint8Array(padded(count * size) - count * size);
  yield checks;
  if (texts === undefined) return;
  const end = new Uint8Array(padded(texts.length) - texts.length + 8);
  new DataView(end.buffer).setUint32(end.length - 8, crc32(texts), true);
  yield texts;
  yield end;
}

/** A label of an opened reference, whose values are read when they are asked for. */
export class LabelColumn {
  readonly #source: RangeSource;
  readonly #place: LabelPlace;
  readonly #file: string;
  #checks: Promise<DataView> | undefined;
  #texts: Promise<readonly string[]> | undefined;
  #block: { readonly number: number; readonly bytes: Promise<DataView> } | undefined;

  constructor(source: RangeSource, place: LabelPlace, file: string) {
    this.#source = source;
    this.#place = place;
    this.#file = file;
  }

  /**
   * The value of a frame or an atom.
   *
   * @throws {QuestsError} INVALID_FILE for a damaged part; FILE_ACCESS
   */
  async value(index: number): Promise<LabelValue> {
    const { size, label } = this.#place;
    const { type, width } = label;
    const block = Math.floor(index / BLOCK);
    if (this.#block?.number !== block) this.#block = { number: block, bytes: this.#read(block) };
    const view = await this.#block.bytes;
    const at = (index - block * BLOCK) * size;
    if (type === 'text') {
      const code = view.getUint32(at, true);
      if (code === NO_TEXT) return null;
      this.#texts ??= this.#readTexts();
      const text = (await this.#texts)[code];
      if (text === undefined) throw this.#damaged();
      return text;
    }
    const values = Array.from({ length: width }, (_, column) => view.getFloat64(at + 8 * column, true));
    if (values.every(Number.isNaN)) return null;
    if (width > 1) return values;
    return type === 'logical' ? values[0] !== 0 : (values[0] as number);
  }

  get label(): StoredLabel {
    return this.#place.label;
  }

  /** The values of some atoms as a column of a structure; texts that are not there are empty. */
  async ofAtoms(first: number, end: number): Promise<AtomArray> {
    const { type, width } = this.label;
    const values: LabelValue[] = [];
    for (let atom = first; atom < end; atom++) values.push(await this.value(atom));
    if (type === 'text') return { data: values.map((value) => (value ?? '') as string), kind: 'S', width };
    const numbers = values.flatMap((value) =>
      value === null ? Array<number>(width).fill(NaN) : [value].flat().map(Number),
    );
    return { data: Float64Array.from(numbers), kind: type === 'logical' ? 'L' : 'R', width };
  }

  async #read(block: number): Promise<DataView> {
    const { size, count, values, checks, label } = this.#place;
    const what = `the label ${label.name}`;
    this.#checks ??= readRange(this.#source, checks, 4 * Math.ceil(count / BLOCK), what, this.#file).then(
      viewOf,
    );
    const length = size * Math.min(BLOCK, count - block * BLOCK);
    const bytes = await readRange(this.#source, values + block * BLOCK * size, length, what, this.#file);
    if (bytes.length !== length) throw this.#damaged();
    if (crc32(bytes) !== (await this.#checks).getUint32(4 * block, true)) throw this.#damaged();
    return viewOf(bytes);
  }

  async #readTexts(): Promise<readonly string[]> {
    const { texts, label } = this.#place;
    const length = padded(label.texts) + 8;
    const bytes = await readRange(this.#source, texts, length, `the label ${label.name}`, this.#file);
    const own = bytes.subarray(0, label.texts);
    if (bytes.length !== length || crc32(own) !== viewOf(bytes).getUint32(length - 8, true)) {
      throw this.#damaged();
    }
    return JSON.parse(new TextDecoder().decode(own)) as string[];
  }

  #damaged(): Error {
    const { label } = this.#place;
    return invalidFile({ file: this.#file }, `the label ${label.name} is damaged; make the reference again`);
  }
}

/** Of bytes that may be read into other ones later. */
function viewOf(bytes: Uint8Array): DataView {
  return new DataView(new Uint8Array(bytes).buffer);
}

/** Labels as a head says them. */
export function parseLabels(said: unknown, file: string): readonly StoredLabel[] {
  if (said === undefined) return [];
  const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value);
  const isLabel = (value: unknown): value is StoredLabel => {
    const { name, of, type, width, texts } = (value ?? {}) as Record<string, unknown>;
    return (
      typeof name === 'string' &&
      (of === 'frame' || of === 'atom') &&
      (type === 'number' || type === 'logical' || type === 'text') &&
      isCount(width) &&
      (width as number) >= 1 &&
      isCount(texts) &&
      (texts as number) >= 0
    );
  };
  if (Array.isArray(said) && said.every(isLabel)) return said;
  throw invalidFile({ file }, 'the head does not say what labels are there; make the reference again');
}
