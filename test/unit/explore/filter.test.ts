import { describe, expect, it } from 'vitest';

import { descriptors, type Structure } from '../../../ts/node.js';
import { EnvironmentMap, explore, type ExploredSet } from '../../../ts/faces/node/explore.js';
import { type EnvironmentFilter, filterSummary, passing } from '../../../ts/explore/environment-filter.js';
import { frameGroups } from '../../../ts/explore/frame-groups.js';
import { frameSearch } from '../../../ts/explore/frame-search.js';
import { selectedRows } from '../../../ts/explore/selection.js';

/** A frame of three atoms. */
const frame = (file: string, at: number, info: Structure['info'], apart = 2): Structure => ({
  positions: Float64Array.of(0, 0, 0, apart, 0, 0, 0, apart + 0.1 * at, 0),
  species: ['Cu', 'O', 'Cu'],
  info: info ?? {},
  source: { file, frame: at },
});

async function explored(): Promise<readonly ExploredSet[]> {
  const parts = [
    [0, 1, 2].map((at) => frame('a.xyz', at, { config_type: at < 2 ? 'cold' : 'hot', energy: -at })),
    [5, 6].map((at) => frame('b.xyz', at, at === 5 ? { config_type: 'hot' } : {}, 2.4)),
  ];
  const sets = [];
  for (const [at, structures] of parts.entries()) {
    sets.push({ name: at === 0 ? 'a.xyz' : 'b.xyz', structures, x: await descriptors(structures) });
  }
  return (await explore(sets, { bandwidth: 0.015, epsilon: 1e-5 })).sets;
}

/** The obvious twin: each environment asked by itself. */
function slow(sets: readonly ExploredSet[], filter: EnvironmentFilter): number[] {
  return sets.flatMap((set, at) =>
    set.structures.flatMap(({ species = [], info = {}, source }, own) =>
      species.map((element, atom) => {
        const dH = set.dH[(set.x.frameOffsets[own] as number) + atom] as number;
        const number = source?.frame ?? NaN;
        const said = [source?.file ?? '', ...Object.entries(info).map((entry) => entry.join('='))].join(' ');
        const asks = [
          filter.set == null || filter.set === at,
          filter.elements == null || filter.elements.length === 0 || filter.elements.includes(element),
          filter.frames == null || (number >= filter.frames[0] && number <= filter.frames[1]),
          filter.group == null || String(info[filter.group[0]] ?? '(none)') === filter.group[1],
          filter.dH == null || (at === sets.length - 1 && dH >= filter.dH[0] && dH <= filter.dH[1]),
          said.includes(filter.text ?? ''),
        ];
        return Number(asks.every(Boolean));
      }),
    ),
  );
}

describe('a filter', () => {
  it.each([
    [{ elements: ['O'] }, 5],
    [{ elements: ['O', 'Au'] }, 5],
    [{ elements: ['O', 'Cu'], set: 1 }, 6],
    [{ elements: [], set: 0 }, 9],
    [{ set: 1 }, 6],
    [{ frames: [1, 5] }, 9],
    [{ frames: [2, Infinity], elements: ['Cu'] }, 6],
    [{ group: ['config_type', 'hot'] }, 6],
    [{ group: ['config_type', '(none)'] }, 3],
    [{ text: 'config_type=cold' }, 6],
    [{ text: 'b.xyz', group: ['config_type', 'hot'] }, 3],
    [{ elements: ['Au'] }, 0],
    [{ group: ['no such key', 'hot'] }, 0],
  ] as readonly (readonly [EnvironmentFilter, number])[])(
    '%j lets %d environments pass',
    async (filter, count) => {
      const sets = await explored();
      const found = passing(sets, filter);
      expect(Array.from(found?.rows ?? [])).toEqual(slow(sets, filter));
      expect(found?.environments).toBe(count);
    },
  );

  it('of δH is one of the last set', async () => {
    const sets = await explored();
    const values = Array.from(sets[1]?.dH ?? []).sort((a, b) => a - b);
    const filter = { dH: [values[2] as number, Infinity] } as const;
    const found = passing(sets, filter);
    expect(Array.from(found?.rows ?? [])).toEqual(slow(sets, filter));
    expect(found?.environments).toBe(values.filter((value) => value >= (values[2] as number)).length);
    expect(found?.rows.subarray(0, 9).every((row) => row === 0)).toBe(true);
  });

  it('that asks for nothing is none', async () => {
    const sets = await explored();
    expect(passing(sets, {})).toBeNull();
    expect(passing(sets, { set: null, elements: null, text: '  ' })).toBeNull();
    expect(passing(sets, { elements: [] })).toBeNull();
  });

  it('says which frames pass, by their places', async () => {
    const sets = await explored();
    const found = passing(sets, { group: ['config_type', 'hot'] });
    expect(found && filterSummary(found, sets)).toEqual({
      environments: 6,
      frames: 2,
      listed: [
        { set: 0, frame: 2, source: { file: 'a.xyz', frame: 2 } },
        { set: 1, frame: 0, source: { file: 'b.xyz', frame: 5 } },
      ],
    });
  });

  it('holds for the map, and for all that selects on it', async () => {
    const sets = await explored();
    const map = await EnvironmentMap.of(sets);
    const found = passing(sets, { elements: ['O'] });
    map.filter(found?.rows ?? null);
    const oxygen = [1, 4, 7, 10, 13];
    expect(Array.from(selectedRows(sets, map, { by: 'filter' }))).toEqual(oxygen);
    const polygon = Float64Array.of(-9, -9, 9, -9, 9, 9, -9, 9);
    expect(Array.from(selectedRows(sets, map, { by: 'lasso', polygon }))).toEqual(oxygen);
    const [nearest] = selectedRows(sets, map, { by: 'point', point: [0, 0], reach: 99 });
    expect(oxygen).toContain(nearest);
    const all = { by: 'dH', low: -Infinity, high: Infinity } as const;
    expect(Array.from(selectedRows(sets, map, all))).toEqual([10, 13]);
    const drawn = (): number => {
      const view = { x: 0, y: 0, scale: 200, width: 400, height: 400 };
      const { data } = map.picture(view, 'δH')?.image ?? { data: [] };
      return Array.from(data).filter((value, at) => at % 4 === 3 && value > 0).length;
    };
    const some = drawn();
    map.filter(null);
    expect(some).toBeGreaterThan(0);
    expect(drawn()).toBeGreaterThan(some);
    expect(selectedRows(sets, map, { by: 'filter' })).toHaveLength(15);
  });

  it('holds beside kinds that the legend hides: what is not seen is not selected', async () => {
    const sets = await explored();
    const map = await EnvironmentMap.of(sets);
    const polygon = Float64Array.of(-9, -9, 9, -9, 9, 9, -9, 9);
    for (const [colour, hidden, element, expected] of [
      ['element', ['O'], null, [0, 2, 3, 5, 6, 8, 9, 11, 12, 14]],
      ['element', ['Cu'], null, [1, 4, 7, 10, 13]],
      ['element', ['Cu', 'O'], null, []],
      ['set', ['a.xyz'], null, [9, 10, 11, 12, 13, 14]],
      ['set', ['a.xyz'], 'O', [10, 13]],
      ['element', ['O'], 'O', []],
      // Measured values have no kinds.
      ['δH', [], 'O', [1, 4, 7, 10, 13]],
    ] as const) {
      map.filter(passing(sets, { elements: element === null ? [] : [element] })?.rows ?? null);
      const view = { x: 0, y: 0, scale: 1, width: 9, height: 9 };
      const names = map.picture(view, colour)?.names ?? [];
      const seen = { colour, hidden: hidden.map((name) => names.indexOf(name)) };
      expect(Array.from(selectedRows(sets, map, { by: 'lasso', polygon, ...seen }))).toEqual(expected);
      const near = selectedRows(sets, map, { by: 'point', point: [0, 0], reach: 99, ...seen });
      expect(near.length).toBe(expected.length === 0 ? 0 : 1);
      for (const row of near) expect(expected).toContain(row);
      // As the picture has it.
      expect(map.pointsIn({ ...view, ...seen, width: 99, height: 99 }, colour, 99)).toHaveLength(
        expected.length,
      );
    }
  });

  it('is not needed to select frames, as a curve does', async () => {
    const sets = await explored();
    const map = await EnvironmentMap.of(sets);
    const frames = { by: 'frames', set: 1, frames: Uint32Array.of(1) } as const;
    expect(Array.from(selectedRows(sets, map, frames))).toEqual([12, 13, 14]);
    expect(() => selectedRows(sets, map, { ...frames, frames: Uint32Array.of(2) })).toThrow(
      'b.xyz has no frame 2, expected one from 0 to 1',
    );
  });
});

describe('groups of frames', () => {
  it('are the words of a key, with those that lack it', async () => {
    expect(frameGroups(await explored())).toEqual([
      {
        key: 'config_type',
        names: ['cold', 'hot', '(none)'],
        groups: [Uint16Array.of(0, 0, 1), Uint16Array.of(1, 2)],
      },
    ]);
  });

  it('are not names of frames, nor numbers, nor the same everywhere', () => {
    const structures = Array.from({ length: 41 }, (_, at) =>
      frame('a', at, { name: `f${at}`, same: 'x', at }),
    );
    expect(frameGroups([{ structures }])).toEqual([]);
    expect(frameGroups([{ structures: structures.slice(0, 40) }]).map(({ key }) => key)).toEqual(['name']);
  });
});

describe('a search', () => {
  const said = { file: 'Runs/melt.xyz', info: { config_type: 'hot', energy: -80.5, count: 3 } };
  it.each([
    ['', true],
    ['melt', true],
    ['MELT config_type=hot', true],
    ['melt cold', false],
    ['energy<-80', true],
    ['energy<-81', false],
    ['energy>=-80.5 energy<=-80.5', true],
    ['count=3', true],
    ['count=30', false],
    ['energy>1e2', false],
    ['energy<x', false],
    ['pressure<3', false],
  ])('for "%s" finds the frame: %s', (text, finds) => {
    expect(frameSearch(text)(said)).toBe(finds);
  });
});
