import { describe, expect, it } from 'vitest';
import { checkGroups, groupParts, shuffledGroups } from '../../../ts/statistics/group-split.js';
import { RandomStream } from '../../../ts/statistics/random.js';

describe('a split by groups', () => {
  const groups = Array.from({ length: 40 }, (_, at) => (at % 8 === 7 ? -1 : at % 8));

  it('keeps groups whole, and leaves out what belongs to none', () => {
    for (let seed = 0; seed < 20; seed++) {
      const parts = groupParts(shuffledGroups(new RandomStream(seed), 40, groups), [0.5, 0.75]);
      expect(parts).toHaveLength(3);
      const sets = parts.map((part) => new Set(Array.from(part, (member) => groups[member])));
      expect(sets.reduce((sum, { size }) => sum + size, 0)).toBe(7);
      expect(parts.flatMap((part) => [...part]).sort((a, b) => a - b)).toEqual(
        groups.flatMap((group, at) => (group < 0 ? [] : [at])),
      );
      for (const part of parts) expect([...part]).toEqual([...part].sort((a, b) => a - b));
    }
  });

  it('is a plain shuffle without groups', () => {
    const order = new RandomStream(3).distinct(11, 11);
    const parts = groupParts(shuffledGroups(new RandomStream(3), 11), [0.5, 0.75]);
    expect(parts).toEqual([order.slice(0, 6).sort(), order.slice(6, 8).sort(), order.slice(8).sort()]);
  });

  it('needs a group for each part', () => {
    const two = shuffledGroups(new RandomStream(0), 4, [0, 0, 1, 1]);
    expect(groupParts(two, [0.2])).toHaveLength(2);
    expect(() => groupParts(two, [0.5, 0.75])).toThrow('2 groups of structures, expected more');
  });

  it('takes one whole number for each', () => {
    expect(() => checkGroups([1, 2], 3)).toThrow('2 groups for 3 structures');
    expect(() => checkGroups([1, 0.5, 1], 3)).toThrow('group 1 is 0.5');
    expect(() => checkGroups(undefined, 3)).not.toThrow();
  });
});
