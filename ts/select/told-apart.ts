import type { DescriptorMatrix } from '../model/descriptor-matrix.js';

/**
 * Distance of environments with unlike names, in bandwidths. Their kernel is 0, and sums of their
 * logarithms still have eight digits after the point.
 */
const FAR = 1e4;

/** A matrix of environments that are new by name. */
export interface ToldApart {
  readonly data: Float64Array;
  readonly width: number;
  /** Names of the environments of a frame that are new. */
  readonly namesOf: (frame: number) => readonly string[];
}

/**
 * Environments with a component more for each name, which is far from 0 for those that have it: one
 * that is new by its name is not known by others that are new by theirs. With one name or none the
 * data stay as they are: all of its environments are new until one is kept.
 *
 * @param novel whether an environment is new whatever its δH is: true, or a name of what it has,
 *   such as its element
 */
export function toldApart(
  x: DescriptorMatrix,
  novel: (row: number) => boolean | string,
  bandwidth: number,
): ToldApart {
  const names = Array.from({ length: x.rows }, (_, row) => {
    const name = novel(row);
    return typeof name === 'string' ? name : '';
  });
  const known = [...new Set(names)].filter((name) => name !== '').sort();
  const namesOf = (frame: number): readonly string[] => {
    const own = names.slice(x.frameOffsets[frame], x.frameOffsets[frame + 1]);
    return [...new Set(own)].filter((name) => name !== '');
  };
  if (known.length < 2) return { data: x.data, width: x.width, namesOf };
  const width = x.width + known.length;
  const data = new Float64Array(x.rows * width);
  for (let row = 0; row < x.rows; row++) {
    data.set(x.data.subarray(row * x.width, (row + 1) * x.width), row * width);
    const at = known.indexOf(names[row] ?? '');
    if (at !== -1) data[row * width + x.width + at] = FAR * bandwidth;
  }
  return { data, width, namesOf };
}

/**
 * Gains in nats, infinite for each pick that is the first with a name: there is nothing to compare
 * it with.
 */
export function firstByName(
  gains: Float64Array,
  picks: Uint32Array,
  namesOf: ToldApart['namesOf'],
): Float64Array {
  const kept = new Set<string>();
  return gains.map((gain, at) => {
    const fresh = namesOf(picks[at] as number).filter((name) => !kept.has(name));
    for (const name of fresh) kept.add(name);
    return fresh.length > 0 ? Infinity : gain;
  });
}
