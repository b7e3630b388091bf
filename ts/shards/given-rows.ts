import { joined } from '../base/joined.js';
import { isLabelled } from '../base/species-mode.js';
import { byLabel } from '../kernel/labelled-rows.js';
import type { DescriptorKind } from '../model/descriptor-matrix.js';
import type { RowBlock } from './block.js';
import { type RowSource, RowStore, SomeRows } from './row-store.js';

/** Bytes of a block of rows of one label: there are as many in memory as labels. */
const LABEL_BLOCK_BYTES = 1 << 21;

/** Rows of a set that are in an order of their own: all, or those of one label. */
export interface LabelGroup {
  /** `undefined` where rows have no labels. */
  readonly label: number | undefined;
  /** Without their label. */
  readonly rows: RowSource;
  /** Their numbers in the set, rising; `undefined` where these are their places. */
  readonly numbers: Uint32Array | undefined;
}

/** Rows of a set in the order given. */
export interface RowsAsGiven {
  readonly rows: number;
  /** In the order in which labels first occurred. */
  groups(): LabelGroup[];
  /** Single rows, row-major, with their labels, in any order. */
  read(numbers: Uint32Array): Float64Array;
}

/** Columns of rows as they are stored: without the label. */
export function storedWidth({ width, species }: Pick<DescriptorKind, 'width' | 'species'>): number {
  return isLabelled(species) ? width - 1 : width;
}

/**
 * Rows of a set on the disk in the order given, those of each label in a store of their own. In
 * memory are a block of each, and 4 bytes for each row that has a label.
 */
export class GivenRows implements RowsAsGiven {
  readonly #folder: string;
  readonly #name: string;
  readonly #kind: Pick<DescriptorKind, 'width' | 'species'>;
  readonly #stores = new Map<
    number | undefined,
    { readonly store: RowStore; readonly given: Uint32Array[] }
  >();
  #rows = 0;

  constructor(folder: string, name: string, kind: Pick<DescriptorKind, 'width' | 'species'>) {
    this.#folder = folder;
    this.#name = name;
    this.#kind = kind;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The files. */
  get blocks(): RowBlock[] {
    return Array.from(this.#stores.values(), ({ store }) => store.blocks).flat();
  }

  /** Adds rows, with their labels. */
  async add(data: Float64Array): Promise<void> {
    const { width, species } = this.#kind;
    if (isLabelled(species)) {
      for (const { label, rows, matrix } of byLabel(data, width)) {
        const { store, given } = this.#storeOf(label);
        given.push(rows.map((row) => this.#rows + row));
        await store.add(matrix);
      }
    } else {
      await this.#storeOf(undefined).store.add(data);
    }
    this.#rows += data.length / width;
  }

  /** Writes what is pending; no rows may follow. */
  async finish(): Promise<void> {
    for (const { store } of this.#stores.values()) await store.finish();
  }

  /** In the order in which labels first occurred. */
  groups(): LabelGroup[] {
    return Array.from(this.#stores, ([label, { store, given }]) => ({
      label,
      rows: store,
      numbers: label === undefined ? undefined : joined(given, Uint32Array),
    }));
  }

  /**
   * Some rows as a set of their own, which are numbered anew.
   *
   * @param numbers rising
   */
  some(numbers: Uint32Array): LabelGroup[] {
    return this.groups().flatMap(({ label, rows, numbers: all }) => {
      if (all === undefined) return { label, rows: new SomeRows(rows, numbers), numbers: undefined };
      const [places, own]: [number[], number[]] = [[], []];
      let place = 0;
      for (const [at, number] of numbers.entries()) {
        while (place < all.length && (all[place] as number) < number) place++;
        if (all[place] !== number) continue;
        places.push(place);
        own.push(at);
      }
      if (own.length === 0) return [];
      return { label, rows: new SomeRows(rows, Uint32Array.from(places)), numbers: Uint32Array.from(own) };
    });
  }

  /** Single rows, row-major, with their labels, in any order. */
  read(numbers: Uint32Array): Float64Array {
    const { width } = this.#kind;
    const data = new Float64Array(numbers.length * width);
    const order = Uint32Array.from(numbers.keys()).sort(
      (a, b) => (numbers[a] as number) - (numbers[b] as number),
    );
    const rising = order.map((at) => numbers[at] as number);
    for (const { label, rows, numbers: places } of this.some(rising)) {
      const own = rowsAt(
        rows,
        Uint32Array.from({ length: rows.rows }, (_, row) => row),
      );
      for (let row = 0; row < rows.rows; row++) {
        const start = (order[places?.[row] ?? row] as number) * width;
        if (label !== undefined) data[start] = label;
        data.set(
          own.subarray(row * rows.width, (row + 1) * rows.width),
          start + (label === undefined ? 0 : 1),
        );
      }
    }
    return data;
  }

  #storeOf(label: number | undefined): { readonly store: RowStore; readonly given: Uint32Array[] } {
    const known = this.#stores.get(label);
    if (known !== undefined) return known;
    const width = storedWidth(this.#kind);
    const store =
      label === undefined
        ? new RowStore(this.#folder, this.#name, width)
        : new RowStore(this.#folder, `${this.#name}-${label}`, width, LABEL_BLOCK_BYTES);
    const made = { store, given: [] };
    this.#stores.set(label, made);
    return made;
  }
}

/** Some rows of a set as a set of their own, which are numbered anew. */
export class SomeGivenRows implements RowsAsGiven {
  readonly #store: GivenRows;
  readonly #numbers: Uint32Array;

  /** @param numbers rising */
  constructor(store: GivenRows, numbers: Uint32Array) {
    this.#store = store;
    this.#numbers = numbers;
  }

  get rows(): number {
    return this.#numbers.length;
  }

  groups(): LabelGroup[] {
    return this.#store.some(this.#numbers);
  }

  read(numbers: Uint32Array): Float64Array {
    return this.#store.read(numbers.map((number) => this.#numbers[number] as number));
  }
}

/** Places of some rows in a group, all of which it has. */
export function placesIn({ numbers: all }: LabelGroup, numbers: Uint32Array): Uint32Array {
  if (all === undefined) return numbers;
  const places = new Map(Array.from(all, (number, place) => [number, place]));
  return numbers.map((number) => places.get(number) as number);
}

/** Single rows of a source, row-major. */
export function rowsAt(rows: RowSource, numbers: Uint32Array): Float64Array {
  const data = new Float64Array(numbers.length * rows.width);
  const reader = rows.reader();
  try {
    reader.read(Float64Array.from(numbers), data);
  } finally {
    reader.close();
  }
  return data;
}
