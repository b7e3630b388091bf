import { describe, expect, it } from 'vitest';
import { structuresNamed } from '../../../ts/faces/node/analysis.js';
import type { Structure } from '../../../ts/node.js';

function structure(species: string[], info: Record<string, string | number>): Structure {
  const positions = Float64Array.from({ length: 3 * species.length }, (_, at) => at);
  return { positions, cell: [9, 0, 0, 0, 9, 0, 0, 0, 9], pbc: [false, false, false], species, info };
}

const all = [
  structure(['Cu'], { config_type: 'bulk', energy: -3 }),
  structure(['Cu', 'Cu'], { config_type: 'bulk_strained', energy: -7 }),
  structure(['Cu', 'Ag'], { config_type: 'alloy', energy: -6 }),
  structure(['Ag', 'Cu', 'Ag', 'Cu'], { config_type: 'alloy.x', energy: -13, temperature: 300 }),
  structure(['Ag'], { config_type: 'atom' }),
];

describe('structures that an expression names', () => {
  it.each([
    ['config_type=bulk', [0]],
    ['config_type=bulk*', [0, 1]],
    ['config_type=alloy.x', [3]],
    ['config_type=*l*', [0, 1, 2, 3]],
    ['temperature=300', [3]],
    ['element=Ag', [2, 3, 4]],
    ['lowest=1', [1, 3]],
    ['lowest=2', [0, 1, 2, 3]],
  ])('%s', (expression, expected) => {
    expect(structuresNamed(all, expression)).toEqual(expected);
  });

  it.each([
    ['bulk', /bulk names no structures, expected KEY=VALUE/],
    ['config_type=', /names no structures/],
    ['config_type=melt', /no structure has config_type=melt/],
    ['element=W', /no structure has element=W/],
    ['lowest=0', /lowest=0, expected a whole number from 1/],
    ['lowest=x', /lowest=x, expected a whole number/],
  ])('refuses %s', (expression, message) => {
    expect(() => structuresNamed(all, expression)).toThrow(message);
  });

  it('says why there is no lowest energy', () => {
    expect(() => structuresNamed([structure(['Cu'], {})], 'lowest=1')).toThrow(/no structure has an energy/);
    const two = [structure(['Cu'], { dft_energy: 1, REF_energy: 2 })];
    expect(() => structuresNamed(two, 'lowest=1')).toThrow(/each may be the energy/);
  });
});
