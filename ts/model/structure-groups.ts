import { QuestsError } from '../base/error.js';
import { compositionOf } from './composition.js';
import { CONFIG_TYPE, configTypeOf } from './config-type.js';
import type { Structure } from './structure.js';

/** What keeps structures together when a set is split into parts. */
export type SplitKind = 'random' | 'by-config' | 'by-composition' | 'by-time';

/** All kinds. */
export const SPLIT_KINDS: readonly SplitKind[] = ['random', 'by-config', 'by-composition', 'by-time'];

/** The number of structures that belong to no group, and so to no part of a split. */
export const NO_GROUP = -1;

/** Blocks that the frames of a file are cut into by time. */
const BLOCKS = 10;

/** Share of a block that is left out at its beginning, so that parts are apart in time. */
const GAP = 0.1;

/**
 * Which structures belong together, so that a split takes them whole:
 *
 * - `random`: none;
 * - `by-config`: those of one `config_type` (or `group`);
 * - `by-composition`: those with the same shares of elements;
 * - `by-time`: frames that follow each other in a file, ten blocks of each; the first frames of a
 *   block are left out, so that neighbours in time are not on both sides.
 *
 * @param gap frames of a block that are left out. Default: a tenth of it, at least one
 * @returns a number for each structure; −1 for those that are left out; undefined for `random`
 * @throws {QuestsError} INVALID_ARGUMENT: structures that do not say their kind or their file, a
 *   gap that is no whole number or leaves nothing, fewer than two groups
 *
 * @example
 * const groups = structureGroups(structures, 'by-config');
 * const { selections } = await compareSelections(x, structures, { groups });
 */
export function structureGroups(
  structures: readonly Structure[],
  kind: SplitKind,
  gap?: number,
): Int32Array | undefined {
  if (!SPLIT_KINDS.includes(kind)) refuse(`split is ${kind}, expected ${SPLIT_KINDS.join(', ')}`);
  if (gap !== undefined && kind !== 'by-time') refuse(`a gap has no effect on a split ${kind}`);
  if (kind === 'random') return undefined;
  const groups = kind === 'by-time' ? blocks(structures, gap) : named(structures, kind);
  const count = new Set(groups.filter((group) => group !== NO_GROUP)).size;
  if (count < 2) refuse(`all structures are one group ${kind}, expected two or more`);
  return groups;
}

function named(structures: readonly Structure[], kind: 'by-config' | 'by-composition'): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(structures, (structure, index) => {
    const name = kind === 'by-config' ? configTypeOf(structure) : compositionOf(structure);
    if (name === undefined) {
      return refuse(`structure ${index} has no ${CONFIG_TYPE.join(' and no ')}, expected one for ${kind}`);
    }
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}

function blocks(structures: readonly Structure[], gap: number | undefined): Int32Array {
  const files = new Map<string, { index: number; frame: number }[]>();
  structures.forEach(({ source }, index) => {
    if (source === undefined) return refuse(`structure ${index} says no file, expected one for by-time`);
    const frames = files.get(source.file) ?? [];
    files.set(source.file, frames);
    frames.push({ index, frame: source.frame });
  });
  const groups = new Int32Array(structures.length).fill(NO_GROUP);
  let group = 0;
  for (const frames of files.values()) {
    frames.sort((a, b) => a.frame - b.frame);
    const count = Math.min(BLOCKS, frames.length);
    for (let block = 0; block < count; block++) {
      const own = frames.slice(
        Math.round((block * frames.length) / count),
        Math.round(((block + 1) * frames.length) / count),
      );
      const left = gap ?? Math.max(1, Math.round(GAP * own.length));
      if (!(Number.isInteger(left) && left >= 0 && left < own.length)) {
        refuse(`a gap of ${left} frames leaves nothing of a block of ${own.length} frames (by-time)`);
      }
      // Nothing comes before the first.
      for (const { index } of own.slice(block === 0 ? 0 : left)) groups[index] = group;
      group++;
    }
  }
  return groups;
}

function refuse(problem: string): never {
  throw new QuestsError('INVALID_ARGUMENT', problem);
}
