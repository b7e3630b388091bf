import { QuestsError } from '../base/error.js';
import type { RandomStream } from './random.js';

/**
 * Members 0, 1, … in a random order, those of one group together.
 *
 * @param groups a number for each member; those below 0 are left out. Default: each is on its own
 * @returns the groups, each with its members in rising order
 */
export function shuffledGroups(
  stream: RandomStream,
  count: number,
  groups?: ArrayLike<number>,
): readonly Uint32Array[] {
  if (groups === undefined) return Array.from(stream.distinct(count, count), (one) => Uint32Array.of(one));
  const members = new Map<number, number[]>();
  Array.from(groups).forEach((group, member) => {
    if (group < 0) return;
    const own = members.get(group) ?? [];
    members.set(group, own);
    own.push(member);
  });
  const all = [...members.values()];
  return Array.from(stream.distinct(all.length, all.length), (at) => Uint32Array.from(all[at] as number[]));
}

/**
 * Parts of shuffled groups: each takes whole groups until it has its share of all members, the last
 * one the rest.
 *
 * @param ends share of all members at which each part but the last ends, rising
 * @returns the members of each part in rising order
 * @throws {QuestsError} INVALID_ARGUMENT: a part would be empty
 */
export function groupParts(groups: readonly Uint32Array[], ends: readonly number[]): Uint32Array[] {
  const total = groups.reduce((sum, { length }) => sum + length, 0);
  const parts: number[][] = [[]];
  let done = 0;
  groups.forEach((group, at) => {
    const part = parts.length - 1;
    (parts[part] as number[]).push(...group);
    done += group.length;
    const isFull = part < ends.length && done >= Math.round((ends[part] as number) * total);
    if (isFull && at + 1 < groups.length) parts.push([]);
  });
  if (parts.length <= ends.length) {
    const expected = `expected more: a split has ${ends.length + 1} parts`;
    throw new QuestsError('INVALID_ARGUMENT', `${groups.length} groups of structures, ${expected}`);
  }
  return parts.map((part) => Uint32Array.from(part).sort());
}

/** Refuses groups that are not one whole number for each member. */
export function checkGroups(groups: ArrayLike<number> | undefined, count: number): void {
  if (groups === undefined) return;
  const at = Array.from(groups).findIndex((group) => !Number.isInteger(group));
  if (groups.length === count && at === -1) return;
  const problem =
    groups.length === count
      ? `group ${at} is ${groups[at]}`
      : `${groups.length} groups for ${count} structures`;
  throw new QuestsError('INVALID_ARGUMENT', `${problem}, expected a whole number for each structure`);
}
