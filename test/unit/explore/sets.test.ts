import { describe, expect, it } from 'vitest';

import { DescriptorMatrix, descriptors, type Structure } from '../../../ts/node.js';
import { EnvironmentMap, explore, isOneAxis, verdictText } from '../../../ts/faces/node/explore.js';
import { framePlaces } from '../../../ts/explore/frame-places.js';
import { frameBonds } from '../../../ts/explore/frame-bonds.js';
import { selectedRows, selectionSummary, selectedFrames } from '../../../ts/explore/selection.js';

const SETTINGS = { bandwidth: 0.015, epsilon: 1e-5 };

const matrix = (values: readonly number[], file?: string): DescriptorMatrix =>
  new DescriptorMatrix(values, {
    width: 1,
    frameOffsets: values.map((_, at) => at).concat(values.length),
    sources: file === undefined ? null : values.map((_, at) => ({ file, frame: 10 * at })),
  });

describe('sets', () => {
  it('of one name are told apart, in all that is said of them', async () => {
    const set = { name: 'x.xyz', x: matrix([1, 2]), structures: [] };
    const { findings, sets } = await explore([set, set], SETTINGS);
    expect(sets.map(({ name }) => name)).toEqual(['x.xyz (first)', 'x.xyz (second)']);
    expect(verdictText(findings).title).toBe('x.xyz (second) adds next to nothing to x.xyz (first).');
    expect((await explore([set], SETTINGS)).findings.sets[0]?.name).toBe('x.xyz');
  });

  it('come with what is to be known of them', async () => {
    const alone: Structure = {
      positions: Float64Array.of(0, 0, 0, 8, 0, 0),
      species: ['Ar', 'Ar'],
    };
    const x = await descriptors([alone]);
    const { findings } = await explore([{ name: 'gas', x, structures: [alone] }], SETTINGS);
    expect(findings.cautions).toEqual([{ is: 'no-neighbours', set: 'gas', cutoff: 5 }]);
    const spread = { name: 'x.npy', x: matrix([1, 2, 3]), structures: [] };
    expect((await explore([spread], SETTINGS)).findings.cautions).toEqual([
      { is: 'saturated', set: 'x.npy', efficiency: expect.closeTo(1, 6) as number },
      { is: 'unsaid', set: 'x.npy', missing: ['k', 'cutoff'] },
    ]);
  });
});

describe('several elements that are treated as one', () => {
  const structure = (species: readonly string[]): Structure => ({
    positions: Float64Array.of(0, 0, 0, 2, 0.1, 0, 0, 2.2, 0.2),
    species,
    cell: [6, 0, 0, 0, 6, 0, 0, 0, 6],
  });
  const named = async (
    name: string,
    species: readonly string[],
    mode?: 'center',
  ): Promise<Parameters<typeof explore>[0][number]> => {
    const structures = [structure(species), structure(species)];
    return { name, structures, x: await descriptors(structures, { species: mode }) };
  };

  it('come with what full would change', async () => {
    const alloy = await named('alloy', ['Cu', 'Zr', 'Zr']);
    const { findings } = await explore([alloy], { ...SETTINGS, bandwidth: 0.1 });
    const [caution] = findings.cautions.filter(({ is }) => is === 'elements');
    expect(caution).toMatchObject({
      set: 'alloy',
      second: null,
      effect: { elements: ['Cu', 'Zr'], environments: 6, bandwidth: 0.1 },
    });
    const both = await explore([await named('copper', ['Cu', 'Cu', 'Cu']), alloy], SETTINGS);
    expect(both.findings.cautions.filter(({ is }) => is === 'elements')).toMatchObject([
      { set: 'copper', second: 'alloy', effect: { environments: 12 } },
    ]);
  });

  it('do not, where there is one, or they are told apart', async () => {
    const copper = await named('copper', ['Cu', 'Cu', 'Cu']);
    const gold = await named('gold', ['Au', 'Au', 'Au']);
    const center = await named('alloy', ['Cu', 'Zr', 'Zr'], 'center');
    for (const sets of [[copper], [copper, gold], [center]]) {
      const { findings } = await explore(sets, SETTINGS);
      expect(findings.cautions.filter(({ is }) => is === 'elements')).toEqual([]);
    }
  });
});

describe('frames', () => {
  it('have the numbers of their files', () => {
    const one = { name: 'x', x: matrix([1, 2, 3], 'a.xyz'), structures: [] };
    expect(framePlaces(one)).toEqual({
      files: ['a.xyz'],
      file: Uint32Array.of(0, 0, 0),
      frame: Uint32Array.of(0, 10, 20),
    });
    expect(isOneAxis(framePlaces(one))).toBe(true);
    const unknown = { name: 'x', x: matrix([1, 2]), structures: [] };
    expect(framePlaces(unknown)).toEqual({
      files: ['x'],
      file: Uint32Array.of(0, 0),
      frame: Uint32Array.of(0, 1),
    });
    const sources = [
      { file: 'b', frame: 4 },
      { file: 'a', frame: 2 },
      { file: 'b', frame: 5 },
    ];
    const x = new DescriptorMatrix([1, 2, 3], { width: 1, frameOffsets: [0, 1, 2, 3], sources });
    const two = framePlaces({ name: 'x', x, structures: [] });
    expect(two).toMatchObject({ files: ['b', 'a'], file: Uint32Array.of(0, 1, 0) });
    expect(isOneAxis(two)).toBe(false);
  });

  it('that are kept, and a range of δH, select in the last set alone', async () => {
    const [a, b] = [
      { name: 'a', x: matrix([1, 1, 9], 'a'), structures: [] },
      { name: 'b', x: matrix([1, 5, 7], 'b'), structures: [] },
    ];
    const { sets } = await explore([a, b], SETTINGS);
    const map = await EnvironmentMap.of(sets);
    expect(selectedRows(sets, map, { by: 'kept', count: 2 }, [2, 0, 1])).toEqual(Uint32Array.of(3, 5));
    const rows = selectedRows(sets, map, { by: 'dH', low: -Infinity, high: Infinity });
    expect(rows).toEqual(Uint32Array.of(3, 4, 5));
    const { places } = selectionSummary(selectedFrames(sets, rows), { set: 1, frame: 0 });
    expect(places).toEqual([0, 10, 20].map((frame) => ({ file: 'b', frame })));
  });
});

describe('bonds of a frame', () => {
  const WATER = {
    positions: Float64Array.of(0, 0, 0, 0.96, 0, 0, -0.24, 0.93, 0, 3, 3, 3),
    species: ['O', 'H', 'H', 'O'],
  };

  it('are those of atoms that touch', async () => {
    const { atoms } = await frameBonds(WATER, {});
    expect(Array.from(atoms)).toEqual([0, 1, 0, 2]);
  });

  it('do not reach out of the cell', async () => {
    const cell = [6, 0, 0, 0, 6, 0, 0, 0, 6];
    const across = {
      ...WATER,
      cell,
      positions: Float64Array.of(0, 0, 0, 5.04, 0, 0, -0.24, 0.93, 0, 3, 3, 3),
    };
    expect(Array.from((await frameBonds(across, {})).atoms)).toEqual([0, 2]);
  });

  it('are none where there are so many that they hide each other', async () => {
    // A simple cubic crystal of n³ atoms has 3 n² (n − 1) bonds within its cell.
    const crystal = (edge: number) => {
      const places = Array.from({ length: edge ** 3 }, (_, atom) => [
        atom % edge,
        Math.floor(atom / edge) % edge,
        Math.floor(atom / edge ** 2),
      ]);
      return {
        positions: Float64Array.from(places.flat(), (place) => 2.5 * place),
        species: places.map(() => 'Cu'),
      };
    };
    expect((await frameBonds(crystal(11), {})).atoms).toHaveLength(2 * 3 * 11 ** 2 * 10);
    expect((await frameBonds(crystal(13), {})).atoms).toHaveLength(0);
  });

  it('are none of what has no radius', async () => {
    expect((await frameBonds({ ...WATER, species: ['1', '2', '2', '1'] }, {})).atoms).toHaveLength(0);
    expect((await frameBonds({ positions: WATER.positions }, {})).atoms).toHaveLength(0);
  });
});
