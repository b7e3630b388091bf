import { QuestsError } from '../base/error.js';
import { frameState } from '../model/frame-state.js';
import { structureError, type Source, type Structure } from '../model/structure.js';
import { timeAverages } from './time-average.js';

/** Options of {@link trajectoryFrames}. */
export interface TrajectoryFrameOptions {
  /** n: gives every n-th frame, beginning with the first. Default: 1, all. */
  readonly every?: number | undefined;
  /**
   * Number of frames that positions are averaged over; see {@link timeAverages}. Default: 1, none.
   */
  readonly average?: number | undefined;
  /** Called for each frame that repeats the step before it, as after a restart; it is left out. */
  readonly onRepeat?: ((source: Source) => void) | undefined;
}

/**
 * The frames of a simulation, in the order of time: every n-th of them, averaged over several if
 * asked for. Only the frames of one average are in memory.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: `every` or `average` no whole number of at least 1;
 *   INVALID_STRUCTURE, with the place: a step or a time that is lower than that before; a frame
 *   without a cell among frames with one, or the other way round; as {@link timeAverages}; what the
 *   structures throw
 *
 * @example
 * const run = readStructures('run.dump');
 * for await (const frame of trajectoryFrames(run, { every: 10, average: 5 })) {
 *   console.log(frame.source?.frame);
 * }
 */
export async function* trajectoryFrames(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  { every = 1, average = 1, onRepeat }: TrajectoryFrameOptions = {},
): AsyncGenerator<Structure, void, undefined> {
  for (const [name, value] of Object.entries({ every, average })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new QuestsError('INVALID_ARGUMENT', `${name} is ${value}, expected a whole number of at least 1`);
  }
  let index = 0;
  for await (const structure of timeAverages(inOrder(structures, onRepeat), average)) {
    if (index++ % every === 0) yield structure;
  }
}

/** The same frames, each checked against the one before. */
async function* inOrder(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  onRepeat: TrajectoryFrameOptions['onRepeat'],
): AsyncGenerator<Structure, void, undefined> {
  let index = 0;
  let before: Structure | undefined;
  for await (const read of structures) {
    const structure: Structure = { ...read, source: read.source ?? { file: '', frame: index } };
    index++;
    if (before !== undefined) {
      checkCells(structure, before);
      if (repeats(structure, before)) {
        onRepeat?.(structure.source as Source);
        continue;
      }
    }
    yield structure;
    before = structure;
  }
}

function checkCells(structure: Structure, before: Structure): void {
  if ((structure.cell === undefined) === (before.cell === undefined)) return;
  const problem =
    structure.cell === undefined
      ? 'no cell, but frames before have one'
      : 'a cell, but frames before have none';
  throw structureError('INVALID_STRUCTURE', structure, problem);
}

/**
 * Whether a frame is of the same step as that before; one of an earlier step or time is refused.
 */
function repeats(structure: Structure, before: Structure): boolean {
  const [now, then] = [frameState(structure), frameState(before)];
  for (const key of ['step', 'time'] as const) {
    const [value, last] = [now[key], then[key]];
    if (value === undefined || last === undefined) continue;
    if (value < last) {
      const problem = `${key} ${value} after ${last}; expected frames in the order of time`;
      throw structureError('INVALID_STRUCTURE', structure, problem);
    }
    if (key === 'step') return value === last;
  }
  return false;
}
