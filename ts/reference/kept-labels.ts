import { QuestsError } from '../base/error.js';
import { NO_TEXT, type StoredLabel } from '../io/matrices/reference-labels.js';
import { type AtomArray, type InfoValue, type Structure, structureError } from '../model/structure.js';
import { bytesOf } from '../shards/block.js';
import { RowStore } from '../shards/row-store.js';

/** A label that is kept, and its values. */
export interface KeptLabel {
  readonly label: StoredLabel;
  readonly values: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly texts: Uint8Array | undefined;
}

/** Columns of atoms that were asked for, on the disk. */
interface AtomColumn {
  readonly kind: AtomArray['kind'];
  readonly width: number;
  readonly store: RowStore;
  readonly texts: Texts;
}

/** Distinct texts, numbered in the order in which they come. */
class Texts {
  readonly #numbers = new Map<string, number>();

  number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  bytes(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify([...this.#numbers.keys()]));
  }
}

/** Atoms whose values are written at once where a structure has none. */
const ABSENT_ROWS = 1 << 12;

/**
 * Values of frames and columns of atoms under some names, collected while structures are read.
 * Those of frames are in memory, those of atoms on the disk.
 */
export class KeptLabels {
  readonly #names: readonly string[];
  readonly #folder: string;
  readonly #ofFrames = new Map<string, (InfoValue | undefined)[]>();
  readonly #ofAtoms = new Map<string, AtomColumn>();
  /** Other names that were there, for messages. */
  readonly #seen = new Set<string>();
  #frames = 0;
  #rows = 0;

  constructor(names: readonly string[], folder: string) {
    this.#names = [...new Set(names)];
    this.#folder = folder;
  }

  /** Adds the values of a structure of so many atoms. */
  async add(structure: Structure, atoms: number): Promise<void> {
    const { info = {}, arrays = {} } = structure;
    if (this.#names.length === 0) return;
    for (const name of [...Object.keys(info), ...Object.keys(arrays)]) this.#seen.add(name);
    for (const name of this.#names) {
      const [value, column] = [info[name], arrays[name]];
      if (value !== undefined) this.#addFrame(name, value, structure);
      if (column !== undefined || this.#ofAtoms.has(name)) {
        await this.#addAtoms(name, column, atoms, structure);
      }
      if (this.#ofFrames.has(name) && this.#ofAtoms.has(name)) {
        throw structureError('MISMATCH', structure, `${name} is a value of frames, and a column of atoms`);
      }
    }
    this.#frames += 1;
    this.#rows += atoms;
  }

  #addFrame(name: string, value: InfoValue, structure: Structure): void {
    const isText = typeof value === 'object' && value.some((each) => typeof each === 'string');
    if (isText) throw structureError('MISMATCH', structure, `${name} is a list of texts, expected one`);
    const values = this.#ofFrames.get(name) ?? [];
    this.#ofFrames.set(name, values);
    values[this.#frames] = value;
  }

  async #addAtoms(
    name: string,
    column: AtomArray | undefined,
    atoms: number,
    structure: Structure,
  ): Promise<void> {
    const { kind, width, store, texts } =
      this.#ofAtoms.get(name) ?? (await this.#newColumn(name, column as AtomArray));
    if (column === undefined) return absent(store, atoms, kind);
    const isNumber = (each: string): boolean => each === 'R' || each === 'I';
    const isSame = column.kind === kind || (isNumber(column.kind) && isNumber(kind));
    if (!isSame || column.width !== width) {
      const problem = `column ${name} has other values (${column.kind}:${column.width}) than before`;
      throw structureError('MISMATCH', structure, `${problem} (${kind}:${width})`);
    }
    const { data } = column;
    await store.add(
      Array.isArray(data)
        ? // No file has an empty text: it stands for none, of a reference that is added to.
          Float64Array.from(data as readonly string[], (text) => (text === '' ? NO_TEXT : texts.number(text)))
        : Float64Array.from(data as ArrayLike<number>),
    );
  }

  async #newColumn(name: string, { kind, width }: AtomArray): Promise<AtomColumn> {
    if (kind === 'S' && width > 1) {
      throw new QuestsError('MISMATCH', `column ${name} has ${width} texts for each atom, expected one`);
    }
    const store = new RowStore(this.#folder, `label-${this.#ofAtoms.size}`, width);
    const column = { kind, width, store, texts: new Texts() };
    this.#ofAtoms.set(name, column);
    await absent(store, this.#rows, kind);
    return column;
  }

  /**
   * All labels, once no structure follows.
   *
   * @throws {QuestsError} MISMATCH: a name that no structure has
   */
  async finish(): Promise<KeptLabel[]> {
    const labels: KeptLabel[] = [];
    for (const name of this.#names) {
      const values = this.#ofFrames.get(name);
      const column = this.#ofAtoms.get(name);
      if (values !== undefined) labels.push(ofFrames(name, values, this.#frames));
      else if (column !== undefined) {
        await column.store.finish();
        labels.push(ofAtoms(name, column));
      } else {
        const seen = [...this.#seen].sort().join(', ');
        const others = seen === '' ? 'they have no values or columns' : `they have ${seen}`;
        throw new QuestsError('MISMATCH', `no structure has ${name}: ${others}`);
      }
    }
    return labels;
  }
}

/** Values of atoms that have none. */
async function absent(store: RowStore, atoms: number, kind: AtomArray['kind']): Promise<void> {
  for (let done = 0; done < atoms; done += ABSENT_ROWS) {
    const count = Math.min(ABSENT_ROWS, atoms - done);
    await store.add(new Float64Array(count * store.width).fill(kind === 'S' ? NO_TEXT : NaN));
  }
}

function ofFrames(name: string, given: readonly (InfoValue | undefined)[], frames: number): KeptLabel {
  const values = Array.from({ length: frames }, (_, frame) => given[frame]);
  const there = values.filter((value) => value !== undefined);
  const widths = new Set(there.map((value) => (typeof value === 'object' ? value.length : 1)));
  const [width = 1] = widths;
  const kinds = new Set(there.map((value) => typeof (typeof value === 'object' ? value[0] : value)));
  if (widths.size > 1) {
    const problem = `${name} has ${[...widths].sort((a, b) => a - b).join(' or ')} numbers`;
    throw new QuestsError('MISMATCH', `${problem}, expected as many in each frame`);
  }
  if (kinds.has('string') || (kinds.size > 1 && width === 1)) {
    // A number beside texts, as 300 beside liquid, is a text, too.
    const texts = new Texts();
    const codes = Uint32Array.from(values, (value) =>
      value === undefined ? NO_TEXT : texts.number(String(value)),
    );
    const bytes = texts.bytes();
    return {
      label: { name, of: 'frame', type: 'text', width: 1, texts: bytes.length },
      values: [new Uint8Array(codes.buffer)],
      texts: bytes,
    };
  }
  const numbers = new Float64Array(frames * width).fill(NaN);
  for (const [frame, value] of values.entries()) {
    if (value !== undefined) numbers.set([value].flat().map(Number), frame * width);
  }
  const type = kinds.has('boolean') && width === 1 ? 'logical' : 'number';
  return {
    label: { name, of: 'frame', type, width, texts: 0 },
    values: [new Uint8Array(numbers.buffer)],
    texts: undefined,
  };
}

function ofAtoms(name: string, { kind, width, store, texts }: AtomColumn): KeptLabel {
  if (kind !== 'S') {
    const type = kind === 'L' && width === 1 ? 'logical' : 'number';
    return {
      label: { name, of: 'atom', type, width, texts: 0 },
      values: numbersOf(store),
      texts: undefined,
    };
  }
  const bytes = texts.bytes();
  return {
    label: { name, of: 'atom', type: 'text', width: 1, texts: bytes.length },
    values: codesOf(store),
    texts: bytes,
  };
}

async function* numbersOf(store: RowStore): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of store.parts()) yield bytesOf(part);
}

async function* codesOf(store: RowStore): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of store.parts()) yield new Uint8Array(Uint32Array.from(part).buffer);
}
