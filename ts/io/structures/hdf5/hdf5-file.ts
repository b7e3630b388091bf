import { inBlocks } from '../../text/blocks.js';
import { type FilePlace, invalidFile } from '../../text/fault.js';
import { type Inflater, inflater } from '../../text/inflate.js';
import { readPart } from '../../text/part.js';
import type { RangeSource } from '../../text/ranges.js';
import { Cursor } from './bytes.js';
import { Dataset } from './dataset.js';
import { type Link, linksOf } from './links.js';
import { readObject } from './object-header.js';

const MAGIC = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes that a file begins with, of all versions. */
const HEAD_BYTES = 96;

/** Whether a file begins like HDF5. */
export function looksLikeHdf5(head: Uint8Array): boolean {
  return MAGIC.every((byte, at) => head[at] === byte);
}

/** A group: names, and the groups and datasets that they name. */
export class Hdf5Group {
  /** Its path, for messages. */
  readonly path: string;
  readonly address: number;
  /** In the order of the file: that of the alphabet, mostly. */
  readonly links: readonly Link[];
  private readonly file: Hdf5File;
  private readonly byName: ReadonlyMap<string, number>;

  constructor(file: Hdf5File, path: string, address: number, links: readonly Link[]) {
    this.file = file;
    this.path = path;
    this.address = address;
    this.links = links;
    this.byName = new Map(links.map((link) => [link.name, link.address]));
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** A group in this one; undefined where the name is missing, or that of a dataset. */
  async group(name: string, place: FilePlace): Promise<Hdf5Group | undefined> {
    const address = this.byName.get(name);
    return address === undefined ? undefined : this.file.group(address, this.pathOf(name), place);
  }

  /**
   * A dataset of this group.
   *
   * @throws {QuestsError} INVALID_FILE where there is none of this name
   */
  async dataset(name: string, place: FilePlace): Promise<Dataset> {
    const found = await this.maybe(name, place);
    if (found !== undefined) return found;
    throw invalidFile(place, `${this.path === '' ? 'the file' : this.path} has no ${name}`);
  }

  /** {@link dataset}; undefined where there is none. */
  async maybe(name: string, place: FilePlace): Promise<Dataset | undefined> {
    const address = this.byName.get(name);
    return address === undefined ? undefined : this.file.dataset(address, this.pathOf(name), place);
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}/${name}`;
  }
}

/** A file of HDF5, of which groups and rows of datasets are read as they are asked for. */
export class Hdf5File {
  private readonly source: RangeSource;
  private readonly inflater: Inflater;
  private readonly rootAddress: number;

  private constructor(source: RangeSource, inflater: Inflater, rootAddress: number) {
    this.source = source;
    this.inflater = inflater;
    this.rootAddress = rootAddress;
  }

  /** @throws {QuestsError} INVALID_FILE for no file of HDF5, and for kinds that are not read */
  static async open(source: RangeSource, file: string): Promise<Hdf5File> {
    const place = { file };
    const what = 'the header';
    const blocks = inBlocks(source);
    const length = Math.min(HEAD_BYTES, Math.max(48, source.size));
    const head = new Cursor(await readPart(blocks, 0, length, what, place), what, place);
    if (!looksLikeHdf5(head.bytes)) throw invalidFile(place, 'not a file of HDF5, or a damaged one');
    head.skip(MAGIC.length);
    const version = head.u8();
    if (version > 3) throw invalidFile(place, `version ${version} of HDF5, expected 0 to 3`);
    if (version < 2) head.skip(4);
    const sizes = [head.u8(), head.u8()];
    if (sizes.some((size) => size !== 8)) {
      throw invalidFile(place, `addresses of ${sizes.join(' and ')} bytes, expected 8`);
    }
    if (version < 2) head.skip(version === 0 ? 9 : 13);
    else head.skip(1);
    if (head.u64() !== 0) throw invalidFile(place, 'addresses do not begin at the start of the file');
    // Of old files: free space, end, driver, and the name of the root.
    head.skip(version < 2 ? 32 : 16);
    return new Hdf5File(blocks, await inflater(), head.u64());
  }

  /** @throws {QuestsError} INVALID_FILE for a root that is no group */
  async root(place: FilePlace): Promise<Hdf5Group> {
    const root = await this.group(this.rootAddress, '', place);
    if (root === undefined) throw invalidFile(place, 'the root of the file is no group');
    return root;
  }

  /** The group at an address; undefined for an object of another kind. */
  async group(address: number, path: string, place: FilePlace): Promise<Hdf5Group | undefined> {
    const messages = await readObject(this.source, address, place);
    const links = await linksOf(this.source, messages, place);
    return links && new Hdf5Group(this, path, address, links);
  }

  /** The dataset at an address. */
  async dataset(address: number, path: string, place: FilePlace): Promise<Dataset> {
    const messages = await readObject(this.source, address, place);
    return Dataset.open(this.source, messages, path, this.inflater, place);
  }
}
