import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Source, Structure } from '../model/structure.js';

/** Where the frames of a set were read, one after the other. */
export interface FramePlaces {
  /** Files, in the order in which they were read. */
  readonly files: readonly string[];
  /** Of each frame: the number of its file among these. */
  readonly file: Uint32Array;
  /** Of each frame: its number in its file. */
  readonly frame: Uint32Array;
}

/** What places are told of. */
interface PlacedSet {
  readonly name: string;
  readonly x: DescriptorMatrix;
  readonly structures: readonly Structure[];
}

/** Where a frame of a set was read; where not known, its number in the set, and the set's name. */
export function placeOf({ name, x, structures }: PlacedSet, frame: number): Source {
  const source = x.sources?.[frame] ?? structures[frame]?.source;
  if (source === undefined) return { file: name, frame };
  return source.file === '' ? { file: name, frame: source.frame } : source;
}

/** Where all frames of a set were read. */
export function framePlaces(set: PlacedSet): FramePlaces {
  const { frames } = set.x;
  const numbers = new Map<string, number>();
  const file = new Uint32Array(frames);
  const frame = new Uint32Array(frames);
  for (let at = 0; at < frames; at++) {
    const place = placeOf(set, at);
    const number = numbers.get(place.file) ?? numbers.size;
    numbers.set(place.file, number);
    file[at] = number;
    frame[at] = place.frame;
  }
  return { files: [...numbers.keys()], file, frame };
}

/**
 * Whether the numbers of frames in their file can stand along an axis: all are of one file, and
 * they rise.
 */
export function isOneAxis({ files, frame }: FramePlaces): boolean {
  return files.length < 2 && frame.every((number, at) => at === 0 || number > (frame[at - 1] as number));
}
