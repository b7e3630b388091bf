import { QuestsError } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import type { FrameRange } from '../structures/frames.js';

/**
 * Frames of a file, as Python's slices say them: `start:stop:step`, or one index. Negative numbers
 * count from the end.
 */
export interface FrameSelection {
  /** What the user wrote. */
  readonly text: string;
  /** Absent: from the first frame (from the last, where the step is negative). */
  readonly start?: number;
  /** Absent: to the end (to the first frame, where the step is negative). */
  readonly stop?: number;
  /** Not 0. */
  readonly step: number;
  /** Whether it is one index: a frame that must be there. */
  readonly single: boolean;
}

type Read = (range?: FrameRange) => AsyncGenerator<Structure, void, undefined>;

const INDEX = /^[+-]?\d{1,15}$/;

/**
 * Reads a selection in the syntax of ASE and Python: `5`, `-1`, `::10`, `100:200`, `-5:`.
 *
 * @throws {QuestsError} INVALID_ARGUMENT for anything else, and for a step of 0
 */
export function parseSelection(text: string): FrameSelection {
  const selection = selectionOf(text);
  if (selection !== undefined) return selection;
  throw new QuestsError(
    'INVALID_ARGUMENT',
    `cannot select frames ${JSON.stringify(text)}; expected an index or start:stop:step, as in -1, ` +
      '::10, 100:200',
  );
}

/** {@link parseSelection}; undefined for what is no selection. */
export function selectionOf(text: string): FrameSelection | undefined {
  const fields = text.split(':').map((field) => field.trim());
  if (fields.length > 3 || !fields.every((field) => field === '' || INDEX.test(field))) return undefined;
  const [start, stop, step] = fields.map((field) => (field === '' ? undefined : Number(field)));
  if (fields.length === 1) {
    return start === undefined ? undefined : { text, start, step: 1, single: true };
  }
  if (step === 0) return undefined;
  return {
    text,
    ...(start !== undefined && { start }),
    ...(stop !== undefined && { stop }),
    step: step ?? 1,
    single: false,
  };
}

/**
 * The frames of a selection, in its order. Frames before the selection are passed over, none after
 * it is read, and a last frame that is not selected may be bad, as while it is written. As many
 * frames are held in memory as the selection needs: none where it counts from the beginning with a
 * positive step.
 *
 * @param read reads frames of the file
 * @throws {QuestsError} INVALID_ARGUMENT for an index beyond the frames that there are; EMPTY for a
 *   slice without frames
 */
export function selected(
  selection: FrameSelection | undefined,
  file: string,
  read: Read,
): AsyncGenerator<Structure, void, undefined> {
  return selection === undefined ? read() : some(selection, file, read);
}

async function* some(
  selection: FrameSelection,
  file: string,
  read: Read,
): AsyncGenerator<Structure, void, undefined> {
  let found = 0;
  for await (const structure of inOrder(selection, read)) {
    found++;
    yield structure;
  }
  if (found > 0) return;
  const [code, problem] = selection.single
    ? (['INVALID_ARGUMENT', 'the file has no such frame'] as const)
    : (['EMPTY', 'no frames are selected'] as const);
  throw new QuestsError(code, `${file}@${selection.text}: ${problem}`, { file, problem });
}

function inOrder(selection: FrameSelection, read: Read): AsyncIterable<Structure> {
  const { step, single } = selection;
  if (single) {
    const index = selection.start ?? 0;
    if (index >= 0) return read({ end: index + 1, wants: (frame) => frame === index });
    return oneFromEnd(read, -index);
  }
  const { start = 0, stop } = selection;
  if (step > 0 && start >= 0) {
    const wants = (frame: number): boolean => frame >= start && (frame - start) % step === 0;
    return stop === undefined || stop >= 0
      ? read({ end: stop ?? Infinity, wants })
      : withoutLast(read, -stop, wants);
  }
  if (step > 0 && start < 0 && (stop === undefined || stop < 0)) {
    return fromEnd(read, -start, stop === undefined ? 0 : -stop, step);
  }
  return whole(selection, read);
}

/** The frames that are wanted, but for the last `count` of all; holds as many at most. */
async function* withoutLast(
  read: Read,
  count: number,
  wants: FrameRange['wants'],
): AsyncGenerator<Structure, void, undefined> {
  const counted = countedFrames(read, wants);
  const held: { readonly frame: number; readonly structure: Structure }[] = [];
  const released = function* (frames: number): Generator<Structure, void, undefined> {
    for (let first = held[0]; first !== undefined && first.frame + count < frames; first = held[0]) {
      held.shift();
      yield first.structure;
    }
  };
  for await (const structure of counted.structures) {
    held.push({ frame: counted.frames - 1, structure });
    yield* released(counted.frames);
  }
  yield* released(counted.frames);
}

/** Frames of a file, and how many of all have been met, wanted or not; a bad last one counts. */
function countedFrames(
  read: Read,
  wants: FrameRange['wants'],
): { readonly structures: AsyncIterable<Structure>; readonly frames: number } {
  let frames = 0;
  const structures = read({
    end: Infinity,
    wants: (frame) => {
      frames = frame + 1;
      return wants(frame);
    },
    onEnd: (all) => {
      frames = all;
    },
  });
  return {
    structures,
    get frames() {
      return frames;
    },
  };
}

/**
 * Of the last `count` frames those before the last `without`, every `step`-th; holds `count`
 * frames.
 */
async function* fromEnd(
  read: Read,
  count: number,
  without: number,
  step: number,
): AsyncGenerator<Structure, void, undefined> {
  if (without === 0) {
    const last = await lastFrames(read(), count);
    for (let at = 0; at < last.length; at += step) yield last[at] as Structure;
    return;
  }
  // Of frames that are left out nothing but their number counts.
  const counted = countedFrames(read, () => true);
  const held: Structure[] = [];
  const numbers: number[] = [];
  for await (const structure of counted.structures) {
    held.push(structure);
    numbers.push(counted.frames - 1);
    if (held.length <= count) continue;
    held.shift();
    numbers.shift();
  }
  const first = counted.frames - count;
  const chosen = numbers.flatMap((frame, at) =>
    frame >= first && frame < counted.frames - without ? [at] : [],
  );
  for (let at = 0; at < chosen.length; at += step) yield held[chosen[at] as number] as Structure;
}

/** The `count`-th frame from the end, where there are as many. */
async function* oneFromEnd(read: Read, count: number): AsyncGenerator<Structure, void, undefined> {
  if (count === 1) {
    const [structure] = await lastFrames(read(), 1);
    if (structure !== undefined) yield structure;
    return;
  }
  yield* fromEnd(read, count, count - 1, 1);
}

async function lastFrames(structures: AsyncIterable<Structure>, count: number): Promise<Structure[]> {
  const last: Structure[] = [];
  for await (const structure of structures) {
    last.push(structure);
    if (last.length > count) last.shift();
  }
  return last;
}

/** The general case: holds all frames. */
async function* whole(
  { start, stop, step }: FrameSelection,
  read: Read,
): AsyncGenerator<Structure, void, undefined> {
  const frames: Structure[] = [];
  for await (const structure of read()) frames.push(structure);
  const total = frames.length;
  const clipped = (value: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, value < 0 ? value + total : value));
  if (step > 0) {
    const end = clipped(stop ?? total, 0, total);
    for (let at = clipped(start ?? 0, 0, total); at < end; at += step) yield frames[at] as Structure;
    return;
  }
  const end = stop === undefined ? -1 : clipped(stop, -1, total - 1);
  for (let at = clipped(start ?? total - 1, -1, total - 1); at > end; at += step)
    yield frames[at] as Structure;
}
