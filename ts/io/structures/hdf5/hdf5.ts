import type { Structure } from '../../../model/structure.js';
import { type FilePlace, invalidFile } from '../../text/fault.js';
import type { RangeSource } from '../../text/ranges.js';
import { AtomsBuilder } from '../ase/atoms.js';
import { type FrameAction, type FrameOptions, isBadData, readListed } from '../frames.js';
import { conformers, type FrameSet, layoutOf } from './conformers.js';
import { deepmdSet, isDeepmd, setsOf } from './deepmd.js';
import { Hdf5File, type Hdf5Group } from './hdf5-file.js';
import { isMace, maceAtoms } from './mace.js';

/** Groups within groups that are looked into. */
const MOST_LEVELS = 8;

/** Names that a number ends, as `config_10`, are in its order. */
const NUMBERED = /^\D*\d+$/;

/**
 * Reads structures from HDF5, in the layouts that training sets have: MACE's groups
 * `config_batch_N/config_M`, groups of conformers of SPICE and ANI, systems of DeePMD-kit. They may
 * lie in any group. Units become eV and Å; a note says so where they were others.
 *
 * Read are files that `h5py.File(NAME, 'w')` writes, contiguous or in chunks, with gzip, shuffle
 * and fletcher32; groups and rows as they are wanted.
 *
 * @throws {QuestsError} INVALID_FILE for a file that is not as HDF5 promises, has no such groups,
 *   or is of a kind that is not read; with the frame for a structure that is wrong;
 *   INVALID_STRUCTURE for coordinates or a cell that are not finite. The signal's reason when
 *   cancelled
 */
export async function* readHdf5(
  source: RangeSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const reader = new Hdf5Reader(await Hdf5File.open(source, options.file), options);
  yield* readListed(reader.list(), options);
}

class Hdf5Reader {
  private readonly hdf5: Hdf5File;
  private readonly options: FrameOptions;
  private readonly builder = new AtomsBuilder();
  private readonly visited = new Set<number>();
  private hasNoted = false;

  constructor(hdf5: Hdf5File, options: FrameOptions) {
    this.hdf5 = hdf5;
    this.options = options;
  }

  async *list(): AsyncGenerator<FrameAction, void, undefined> {
    const place = { file: this.options.file };
    let found = 0;
    for await (const action of this.frames(await this.hdf5.root(place), 0, place)) {
      found++;
      yield action;
    }
    if (found > 0) return;
    const expected =
      'atomic_numbers and positions (MACE), conformations (SPICE), coordinates (ANI), type.raw (DeePMD)';
    throw invalidFile(place, `no structures: expected groups with ${expected}`);
  }

  private async *frames(
    group: Hdf5Group,
    level: number,
    place: FilePlace,
  ): AsyncGenerator<FrameAction, void, undefined> {
    // A group may be in several others, and so in itself.
    if (this.visited.has(group.address)) return;
    this.visited.add(group.address);
    const layout = layoutOf(group);
    if (layout !== undefined) yield* this.ofSet(() => conformers(group, layout, place), place);
    else if (isDeepmd(group)) {
      for (const name of setsOf(group)) yield* this.ofSet(() => deepmdSet(group, name, place), place);
    } else if (isMace(group)) {
      yield async (frame) => {
        const here = { ...place, frame };
        return this.builder.structure(await maceAtoms(group, here), here);
      };
    } else if (level < MOST_LEVELS) {
      for (const { name } of inOrder(group)) {
        const inner = await orBad(group.group(name, place));
        if (typeof inner === 'function') yield inner;
        else if (inner !== undefined) yield* this.frames(inner, level + 1, place);
      }
    }
  }

  private async *ofSet(
    open: () => Promise<FrameSet>,
    place: FilePlace,
  ): AsyncGenerator<FrameAction, void, undefined> {
    const set = await orBad(open());
    if (typeof set === 'function') {
      yield set;
      return;
    }
    const { count, atoms, note } = set;
    if (note !== undefined && !this.hasNoted) {
      this.hasNoted = true;
      this.options.onNote?.({ file: place.file, frame: 0, text: note, kind: 'units' });
    }
    for (let index = 0; index < count; index++) {
      yield async (frame) => {
        const here = { ...place, frame };
        return this.builder.structure(await atoms(index, here), here);
      };
    }
  }
}

/** What is opened; where it is bad, one frame that says so, since what follows may be good. */
async function orBad<T>(opened: Promise<T>): Promise<T | FrameAction> {
  try {
    return await opened;
  } catch (error) {
    if (!isBadData(error)) throw error;
    return () => Promise.reject(error);
  }
}

/** Names by their numbers, where all have one. */
function inOrder({ links }: Hdf5Group): Hdf5Group['links'] {
  if (!links.every(({ name }) => NUMBERED.test(name))) return links;
  const byNumbers = new Intl.Collator('en', { numeric: true });
  return [...links].sort((a, b) => byNumbers.compare(a.name, b.name));
}
