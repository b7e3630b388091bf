import { describe, expect, it } from 'vitest';

import { DescriptorMatrix, descriptors, type Structure } from '../../../ts/node.js';
import { EnvironmentMap, explore, type ExploredSet, type NamedSet } from '../../../ts/faces/node/explore.js';
import { PrincipalComponents } from '../../../ts/explore/principal-components.js';
import { surroundings } from '../../../ts/explore/surroundings.js';
import { mapSvg } from '../../../ts/report/map-svg.js';
import { random } from '../../support/data/random.js';

/** Rows that vary less and less from column to column. */
function matrix(rows: number, width: number, seed: number): DescriptorMatrix {
  const next = random(seed);
  const values = Array.from({ length: rows }, () =>
    Array.from({ length: width }, (_, column) => (next() - 0.5) * 0.6 ** column),
  );
  return new DescriptorMatrix(values.flat(), { width });
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('principal components', () => {
  it('are eight at the most, by falling variance, and do not go together', async () => {
    const [x, y] = [matrix(700, 11, 1), matrix(300, 11, 2)];
    const components = await PrincipalComponents.of([x, y]);
    expect(components.shares).toHaveLength(8);
    const columns = components.shares.map((_, at) => components.along(at));
    const variances = columns.map((column) => mean(column.map((value) => value ** 2)) - mean(column) ** 2);
    let all = 0;
    for (let column = 0; column < 11; column++) {
      const own = Float32Array.from({ length: 1000 }, (_, row) => {
        const [of, at] = row < 700 ? [x, row] : [y, row - 700];
        return of.data[11 * at + column] as number;
      });
      all += mean(own.map((value) => value ** 2)) - mean(own) ** 2;
    }
    columns.forEach((column, at) => {
      expect(column).toHaveLength(1000);
      expect(variances[at] as number).toBeLessThan((variances[at - 1] ?? Infinity) + 1e-9);
      expect((variances[at] as number) / all).toBeCloseTo(components.shares[at] as number, 4);
      for (const other of columns.slice(0, at)) {
        const together = mean(column.map((value, row) => value * (other[row] as number)));
        expect(Math.abs(together) / (variances[at] as number)).toBeLessThan(1e-3);
      }
    });
  });

  it('are as many as there are columns', async () => {
    const { shares } = await PrincipalComponents.of([matrix(50, 3, 3)]);
    expect(shares).toHaveLength(3);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    // All rows alike.
    expect((await PrincipalComponents.of([new DescriptorMatrix([1, 1], { width: 1 })])).shares).toEqual([0]);
  });
});

describe('axes and colours of a map', () => {
  const frames: readonly Structure[] = [0, 1, 2].map((at) => ({
    positions: Float64Array.of(0, 0, 0, 2 + 0.1 * at, 0, 0),
    species: ['Cu', 'O'],
    arrays: {
      charge: { data: Float64Array.of(0.5, -0.5), kind: 'R', width: 1 },
      ...(at === 1
        ? {}
        : { forces: { data: Float64Array.of(3, 4, 0, 0, 0, 1), kind: 'R', width: 3 } as const }),
      frame: { data: Int32Array.of(7, 8), kind: 'I', width: 1 },
    },
    info: {
      energy: -4 - at,
      stress: [3, 4],
      config_type: at === 0 ? 'cold' : 'hot',
      ...(at === 2 ? { T: 300 } : {}),
    },
    source: { file: 'a.xyz', frame: 10 * at },
  }));

  async function mapOf(structures: readonly Structure[]): Promise<EnvironmentMap> {
    const set: NamedSet = { name: 'a.xyz', structures, x: await descriptors(structures) };
    return EnvironmentMap.of((await explore([set], { bandwidth: 0.015, epsilon: 1e-5 })).sets);
  }

  const valuesOf = (map: EnvironmentMap, name: string): unknown[] =>
    Array.from({ length: 6 }, (_, row) => map.valueOf(row, name));

  it('are all values of atoms and of frames, and principal components', async () => {
    const map = await mapOf(frames);
    const components = Array.from({ length: 8 }, (_, at) => `PC ${at + 1}`);
    const measured = [
      'charge',
      '|forces|',
      'frame',
      'energy',
      'energy per atom',
      '|stress|',
      'T',
      'frame (file)',
    ];
    expect(new Set(map.colours)).toEqual(
      new Set(['δH', 'element', 'config_type', ...measured, ...components]),
    );
    expect(new Set(map.axes)).toEqual(new Set(['δH', ...measured, ...components]));
    expect(valuesOf(map, '|forces|')).toEqual([5, 1, NaN, NaN, 5, 1]);
    expect(valuesOf(map, 'energy per atom')).toEqual([-2, -2, -2.5, -2.5, -3, -3]);
    expect(valuesOf(map, '|stress|')).toEqual([5, 5, 5, 5, 5, 5]);
    expect(valuesOf(map, 'T')).toEqual([NaN, NaN, NaN, NaN, 300, 300]);
    expect(valuesOf(map, 'config_type')).toEqual(['cold', 'cold', 'hot', 'hot', 'hot', 'hot']);
    // A column of the file that is called as the number of the frame is.
    const own = [valuesOf(map, 'frame'), valuesOf(map, 'frame (file)')];
    expect(own).toContainEqual([7, 8, 7, 8, 7, 8]);
    expect(own).toContainEqual([0, 0, 10, 10, 20, 20]);
  });

  it('are laid out anew: what lacks a value is not on the map', async () => {
    const map = await mapOf(frames);
    expect(map.placement).toMatchObject({ x: 'PC 1', y: 'PC 2', isEqual: true, missing: 0 });
    expect(map.placement.titles[0]).toMatch(/^PC 1 \(\d+\.\d % of the variance\)$/);
    const placement = map.place('energy', '|forces|');
    expect(placement).toMatchObject({ bounds: [-6, -4, 1, 5], isEqual: false, missing: 2 });
    expect(map.pointOf(0)).toEqual([-4, 5]);
    expect(map.pointOf(2)).toEqual([NaN, NaN]);
    expect(Array.from(map.inPolygon(Float64Array.of(-9, -9, 9, -9, 9, 9, -9, 9)))).toEqual([0, 1, 4, 5]);
    // Upwards a step is drawn a hundred times longer: the point below is nearer.
    expect(Array.from(map.nearest([-5.9, 4], 3))).toEqual([4]);
    expect(Array.from(map.nearest([-5.9, 3.5], 400, 100))).toEqual([4]);
    expect(Array.from(map.nearest([-4.4, 5], 9, 0.01))).toEqual([0]);
    const view = { x: -5, y: 3, scale: 10, scaleY: 5, width: 40, height: 40 };
    const { data } = map.picture(view, 'energy')?.image ?? { data: [] };
    const drawn = Array.from(data).flatMap((value, at) =>
      at % 4 === 3 && value > 0 ? [((at - 3) / 4) % 40 > 20 ? 'right' : 'left'] : [],
    );
    // Four points of 7 × 7 pixels.
    expect(drawn).toHaveLength(4 * 49);
    expect(drawn.filter((side) => side === 'left')).toHaveLength(2 * 49);
    expect(() => map.place('energy', 'element')).toThrow(/^no axis "element", expected one of δH, /);
  });

  it('are said in the file of a map: points as shapes, names as text', async () => {
    const odd = frames.map((frame) => ({ ...frame, info: { ...frame.info, 'a<b>&"c': 1 } }));
    const map = await mapOf(odd);
    map.place('a<b>&"c', 'energy');
    const view = { x: 1, y: -5, scale: 100, scaleY: 100, width: 400, height: 300 };
    const svg = await mapSvg(map, view, 'element', { selected: Uint32Array.of(2), hasContours: true });
    expect(svg.match(/<circle/g)).toHaveLength(7);
    expect(svg).toContain('>a&lt;b&gt;&amp;&quot;c</text>');
    expect(svg).toContain('>energy</text>');
    expect(svg).toContain('>−5</text>');
    expect(svg).toContain('>O</text>');
    expect(svg.match(/<path[^>]*fill="none"/g)?.length).toBeGreaterThan(2);
    expect(svg).not.toContain('<image');
    map.filter(Uint8Array.of(1, 0, 0, 0, 0, 0));
    expect((await mapSvg(map, view, 'δH')).match(/<circle/g)).toHaveLength(1);
  });

  it('are those of a picture in the file, where there are more than 5,000 points', async () => {
    const x = matrix(5001, 2, 4);
    const dH = new Float64Array(5001);
    const set = { name: 'x', x, structures: [], dH, counted: dH, known: null } as unknown as ExploredSet;
    const map = await EnvironmentMap.of([set]);
    const svg = await mapSvg(map, { x: 0, y: 0, scale: 100, width: 200, height: 100 }, 'PC 2');
    expect(svg).not.toContain('<circle');
    expect(svg).toContain('<image width="200" height="100" href="data:image/png;base64,');
  });
});

describe('what is around an atom', () => {
  it('is, images included, what a search of all cells finds', () => {
    const next = random(5);
    const cell = [4, 0, 0, 1.5, 5, 0, -1, 0.5, 6];
    for (const pbc of [undefined, [true, false, true], [false, false, false]] as const) {
      const structure: Structure = {
        // Some atoms lie outside the cell.
        positions: Float64Array.from({ length: 24 }, () => 20 * next() - 7),
        cell,
        ...(pbc === undefined ? {} : { pbc: [...pbc] }),
      };
      const { positions } = structure;
      const steps = (axis: number): number[] =>
        (pbc?.[axis] ?? true) ? Array.from({ length: 21 }, (_, at) => at - 10) : [0];
      for (let atom = 0; atom < 8; atom++) {
        const expected: number[] = [];
        for (let other = 0; other < 8; other++) {
          for (const a of steps(0)) {
            for (const b of steps(1)) {
              for (const c of steps(2)) {
                const far = Math.hypot(
                  ...[0, 1, 2].map(
                    (at) =>
                      (positions[3 * other + at] as number) -
                      (positions[3 * atom + at] as number) +
                      a * (cell[at] as number) +
                      b * (cell[3 + at] as number) +
                      c * (cell[6 + at] as number),
                  ),
                );
                if (far <= 5) expected.push(far);
              }
            }
          }
        }
        const { atoms, places } = surroundings(structure, atom, 5, 1000);
        expect(atoms[0]).toBe(atom);
        expect(places.slice(0, 3)).toEqual([0, 0, 0]);
        const found = atoms.map((_, at) => Math.hypot(...places.slice(3 * at, 3 * at + 3)));
        expect(found.map((far) => far.toFixed(6))).toEqual(
          expected.sort((one, two) => one - two).map((far) => far.toFixed(6)),
        );
        expect(surroundings(structure, atom, 5, 4).atoms).toEqual(atoms.slice(0, 4));
      }
    }
  });

  it('is what there is, without a cell', () => {
    const positions = Float64Array.of(0, 0, 0, 3, 0, 0, 9, 0, 0);
    expect(surroundings({ positions }, 1, 5, 9)).toEqual({ atoms: [1, 0], places: [0, 0, 0, -3, 0, 0] });
  });
});
