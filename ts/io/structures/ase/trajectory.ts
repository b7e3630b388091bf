import type { Structure } from '../../../model/structure.js';
import { type FilePlace, invalidFile, shown } from '../../text/fault.js';
import type { RangeSource } from '../../text/ranges.js';
import { type FrameOptions, readNumbered } from '../frames.js';
import { AtomsBuilder, RESULT_NAMES } from './atoms.js';
import { isObject, parsePythonJson } from './python-json.js';
import { Ulm, type UlmItem } from './ulm.js';
import type { Values } from './values.js';

/** What an ULM file of trajectories is marked with. */
const TAG = 'ASE-Trajectory';

/** Arrays of a frame, and their names in extended xyz. */
const ARRAYS = [
  ['tags', 'tags'],
  ['momenta', 'momenta'],
  ['magmoms', 'initial_magmoms'],
  ['charges', 'initial_charges'],
] as const;

/**
 * Reads ASE's `.traj`, frame by frame, each from its place in the file. Units are ASE's: Å, eV.
 *
 * Kept are atomic numbers, coordinates, cell, pbc, tags, momenta, masses, initial magnetic moments
 * and charges, constraints, `atoms.info`, and the results of the calculator, under the names that
 * ASE gives them in extended xyz; the stress has nine numbers. Frames with the same atoms as the
 * first say them there only.
 *
 * @throws {QuestsError} INVALID_FILE, with the frame, for anything that is not as the file
 *   promises; INVALID_STRUCTURE for coordinates or a cell that are not finite; EMPTY for a file
 *   without frames and a frame without atoms. The signal's reason when cancelled
 */
export async function* readAseTrajectory(
  source: RangeSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const { file } = options;
  const ulm = await Ulm.open(source, file);
  if (ulm.tag !== TAG) {
    throw invalidFile({ file }, `an ULM file of ${shown(ulm.tag)}, expected ${shown(TAG)}`);
  }
  const reader = new TrajectoryReader(ulm, file);
  yield* readNumbered(ulm.items, options, (frame) => reader.read(frame));
}

/** What stays the same from frame to frame, unless a frame says it again. */
interface Header {
  readonly numbers: Values | undefined;
  readonly pbc: Values | undefined;
  readonly masses: Values | undefined;
  readonly constraints: unknown;
}

class TrajectoryReader {
  private readonly ulm: Ulm;
  private readonly file: string;
  private readonly builder = new AtomsBuilder();
  private header: Header | undefined;

  constructor(ulm: Ulm, file: string) {
    this.ulm = ulm;
    this.file = file;
  }

  async read(frame: number): Promise<Structure> {
    const place = { file: this.file, frame };
    const item = await this.ulm.item(frame);
    const header = item.has('numbers') ? await headerOf(item, place) : await this.first(place);
    const arrays: [string, Values | undefined][] = [['masses', header.masses]];
    for (const [name, usual] of ARRAYS) arrays.push([usual, await item.values(name)]);
    const calculator = item.child('calculator');
    const results: [string, Values | undefined][] = [];
    for (const name of RESULT_NAMES) results.push([name, await calculator?.values(name)]);
    const info = item.json('info');
    return this.builder.structure(
      {
        ...header,
        positions: await item.values('positions'),
        cell: await item.values('cell'),
        arrays,
        results,
        info: isObject(info) ? Object.entries(info) : [],
      },
      place,
    );
  }

  /** The header of the first frame. */
  private async first(place: FilePlace): Promise<Header> {
    if (this.header !== undefined) return this.header;
    const item = await this.ulm.item(0);
    const here = { ...place, frame: 0 };
    if (!item.has('numbers')) throw invalidFile(here, 'no atomic numbers (numbers)');
    return (this.header = await headerOf(item, here));
  }
}

async function headerOf(item: UlmItem, place: FilePlace): Promise<Header> {
  const constraints = item.json('constraints');
  return {
    numbers: await item.values('numbers'),
    pbc: await item.values('pbc'),
    masses: await item.values('masses'),
    constraints:
      typeof constraints === 'string' ? parsePythonJson(constraints, 'constraints', place) : constraints,
  };
}
