import { CONFIG_TYPE } from '../model/config-type.js';
import type { ExploredSet } from './exploration.js';

/** Groups that a key of frames tells apart at the most: beyond, it names frames. */
const MOST_GROUPS = 40;

/** What a frame without the key is called. */
const NONE = '(none)';

/** A key of frames that sorts them into groups, such as `config_type`. */
export interface FrameGroups {
  readonly key: string;
  /** Names of the groups, sorted; `(none)` last, where some frames lack the key. */
  readonly names: readonly string[];
  /** Of each frame of each set: the number of its group. */
  readonly groups: readonly Uint16Array[];
}

/**
 * Keys with words or yes and no that sort frames into 2 to 40 groups; those that name the kind of a
 * structure first. None where a set is known by its descriptors alone.
 */
export function frameGroups(sets: readonly Pick<ExploredSet, 'structures'>[]): readonly FrameGroups[] {
  if (sets.some(({ structures }) => structures.length === 0)) return [];
  const keys = new Set<string>();
  for (const { structures } of sets) {
    for (const { info = {} } of structures) {
      for (const [key, value] of Object.entries(info)) if (isWord(value)) keys.add(key);
    }
  }
  const first = (key: string): number => Number(!(CONFIG_TYPE as readonly string[]).includes(key));
  return [...keys]
    .sort((a, b) => first(a) - first(b))
    .flatMap((key) => {
      const named = sets.map(({ structures }) =>
        structures.map(({ info = {} }) => (isWord(info[key]) ? String(info[key]) : NONE)),
      );
      const all = new Set(named.flat());
      if (all.size < 2 || all.size > MOST_GROUPS) return [];
      const names = [...all].filter((name) => name !== NONE).sort();
      if (all.has(NONE)) names.push(NONE);
      const number = new Map(names.map((name, at) => [name, at]));
      return [
        { key, names, groups: named.map((of) => Uint16Array.from(of, (name) => number.get(name) ?? 0)) },
      ];
    });
}

function isWord(value: unknown): value is string | boolean {
  return typeof value === 'string' || typeof value === 'boolean';
}
