import { describe, expect, it } from 'vitest';
import { NO_GROUP, structureGroups } from '../../../ts/model/structure-groups.js';
import type { Structure } from '../../../ts/model/structure.js';

function structure(over: Partial<Structure>): Structure {
  return { positions: new Float64Array(3), species: ['Cu'], ...over };
}

const frames = (file: string, count: number): Structure[] =>
  Array.from({ length: count }, (_, frame) => structure({ source: { file, frame } }));

describe('structureGroups', () => {
  it('keeps nothing together at random', () => {
    expect(structureGroups(frames('a', 3), 'random')).toBeUndefined();
  });

  it('goes by config_type, or by group', () => {
    const kinds = ['bulk', 'slab', 'bulk'].map((config_type) => structure({ info: { config_type } }));
    expect([...(structureGroups(kinds, 'by-config') ?? [])]).toEqual([0, 1, 0]);
    const groups = ['x', 'y'].map((group) => structure({ info: { group } }));
    expect([...(structureGroups(groups, 'by-config') ?? [])]).toEqual([0, 1]);
    expect(() => structureGroups([...kinds, structure({})], 'by-config')).toThrow(
      'structure 3 has no config_type and no group',
    );
    expect(() => structureGroups(kinds.slice(0, 1), 'by-config')).toThrow('all structures are one group');
  });

  it('takes cells of other sizes for one composition', () => {
    const of = (...species: string[]): Structure =>
      structure({ species, positions: new Float64Array(3 * species.length) });
    const all = [of('Cu', 'Au'), of('Au', 'Cu', 'Cu', 'Au'), of('Cu'), of('Cu', 'Cu', 'Au')];
    expect([...(structureGroups(all, 'by-composition') ?? [])]).toEqual([0, 0, 1, 2]);
  });

  it('cuts each file into ten blocks, with gaps between them', () => {
    const found = [...(structureGroups([...frames('a', 40), ...frames('b', 20)], 'by-time', 1) ?? [])];
    // 4 frames in a block of a, and the first of each but the first block is left out.
    expect(found.slice(0, 12)).toEqual([0, 0, 0, 0, NO_GROUP, 1, 1, 1, NO_GROUP, 2, 2, 2]);
    expect(found.filter((group) => group === NO_GROUP)).toHaveLength(9 + 9);
    // The order in which frames are given has no say.
    const reversed = structureGroups(frames('a', 40).reverse(), 'by-time', 1);
    expect([...(reversed ?? [])].reverse()).toEqual(found.slice(0, 40));
    const wide = structureGroups(frames('a', 200), 'by-time') ?? [];
    expect(Array.from(wide).filter((group) => group === NO_GROUP)).toHaveLength(9 * 2);
    expect(structureGroups(frames('a', 40), 'by-time', 0)).not.toContain(NO_GROUP);
  });

  it('refuses gaps that leave nothing, and frames of no file', () => {
    expect(() => structureGroups(frames('a', 40), 'by-time', 4)).toThrow('a gap of 4 frames leaves nothing');
    expect(() => structureGroups(frames('a', 40), 'by-time', 1.5)).toThrow('a gap of 1.5 frames');
    expect(() => structureGroups(frames('a', 40), 'random', 1)).toThrow('a gap has no effect');
    expect(() => structureGroups([structure({})], 'by-time')).toThrow('structure 0 says no file');
    expect(() => structureGroups([], 'by-luck' as 'random')).toThrow('split is by-luck');
  });
});
