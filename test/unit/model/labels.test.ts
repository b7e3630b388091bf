import { describe, expect, it } from 'vitest';
import { labelName } from '../../../ts/model/label-names.js';
import { labelKey, type LabelUse, likeliestLabels } from '../../../ts/model/labels.js';
import {
  joinedLabelRanges,
  type LabelRanges,
  labelRanges,
  lostLabels,
} from '../../../ts/model/label-ranges.js';
import type { AtomArray, InfoValue, Structure } from '../../../ts/model/structure.js';

/** Structures of two atoms with these keys, each of another value. */
function withEnergies(...keys: readonly (readonly string[])[]): Structure[] {
  return keys.map((names, frame) => ({
    positions: new Float64Array(6),
    info: Object.fromEntries(names.map((name, at) => [name, -1 - frame - 0.1 * at])),
  }));
}

function withForces(...names: readonly string[]): Structure[] {
  const column = (value: number): AtomArray => ({
    data: new Float64Array(6).fill(value),
    kind: 'R',
    width: 3,
  });
  const arrays = Object.fromEntries(names.map((name, at) => [name, column(at + 1)]));
  return [{ positions: new Float64Array(6), arrays }];
}

const energy = (...names: string[]): string | undefined =>
  labelKey(withEnergies(names), 'energy', { option: 'energy' });
const forces = (use: LabelUse, ...names: string[]): string | undefined =>
  labelKey(withForces(...names), 'forces', { use, option: 'forces' });

describe('names of energies and forces', () => {
  it.each([
    'kinetic_energy',
    'free_energy',
    'freeEnergy',
    'energy_free',
    'energy_cutoff',
    'cutoff_energy',
    'isolated_atom_energy',
    'e0_energy',
    'E0_energy',
    'energy_mean',
    'external_energy',
    'energy_per_atom',
    ['atomi', 'ation_energy'].join('z'),
    'formation_energy',
    'KinEng',
    'TotEng',
    'config_energy_weight',
    'energy_sigma',
    'fermi_energy',
    'band_energy',
    'delta_energy',
    'force_consistent_energy',
    'energy_error',
    'energy_unit',
    'd3_energy',
    'energy_vdw',
    'mbd_energy',
    'solvation_energy',
    'relative_energy',
    'energy_above_hull',
    'one_body_energy',
    'cell',
    'pressure',
  ])('%s is not the energy', (name) => {
    expect(labelName(name, 'energy')).toBeUndefined();
    expect(energy(name)).toBeUndefined();
  });

  it.each([
    'external_forces',
    'forces_external',
    'cutoff_forces',
    'free_forces',
    'kinetic_force',
    'net_force',
    'force_error',
    'forces_weight',
    'config_forces_weight',
    'max_force',
    'velocities',
    'energy_forces',
    'lattice_forces',
    'forces_d3',
  ])('%s are not the forces', (name) => {
    expect(labelName(name, 'forces')).toBeUndefined();
    expect(forces('any', name)).toBeUndefined();
  });

  it.each([
    'energy',
    'Energy',
    'ENERGY',
    'REF_energy',
    'dft_total_energy',
    'energy_xtb',
    'TOTEN',
    'PotEng',
    'potential_energy',
    'total_energy',
    'energy-dft',
    'MACE_energy',
    'refEnergy',
    'energy.pbe',
    'pbe_d3_energy',
    'energy_r2scan_d4',
    'mace_d3_energy',
  ])('%s is the energy where there is no other', (name) => {
    expect(energy('kinetic_energy', name, 'free_energy')).toBe(name);
  });

  it('come in one order: exact, of a reference method, others, predictions; prefixes before suffixes', () => {
    const order = [
      'energy',
      'total_energy',
      'REF_energy',
      'energy_dft',
      'xyz_energy',
      'energy_xyz',
      'mace_energy',
      'energy_mace',
    ];
    order.forEach((name, at) => {
      const rest = order.slice(at);
      expect(energy(...rest.toReversed())).toBe(name);
    });
    expect(forces('any', 'mace_forces', 'REF_forces')).toBe('REF_forces');
    expect(forces('any', 'REF_forces', 'forces', 'force')).toBe('forces');
  });

  it.each(['atomic_forces', 'total_forces', 'AtomicForces', 'atom-forces', 'total_force', 'forces_total'])(
    '%s are the forces themselves, after forces and before those of a method',
    (name) => {
      expect(labelName(name, 'forces')).toMatchObject({ role: 'exact' });
      expect(forces('any', 'external_forces', name)).toBe(name);
      expect(forces('truth', 'MACE_forces', 'REF_forces', name)).toBe(name);
      expect(forces('any', name, 'force')).toBe('force');
      expect(forces('any', name, 'forces')).toBe('forces');
    },
  );

  it('say the method of all forces, too, and never two kinds of them at once', () => {
    expect(labelName('REF_total_forces', 'forces')).toMatchObject({ role: 'truth' });
    expect(labelName('mace_atomic_forces', 'forces')).toMatchObject({ role: 'prediction' });
    expect(labelName('total_external_forces', 'forces')).toBeUndefined();
    // An energy of an atom is not the energy.
    expect(labelName('atomic_energy', 'energy')).toBeUndefined();
    expect(() => forces('any', 'atomic_forces', 'total_forces')).toThrow(
      'atomic_forces, total_forces: each may be the forces; name one (forces)',
    );
  });

  it('never pass for what they are not', () => {
    expect(forces('truth', 'MACE_forces')).toBeUndefined();
    expect(forces('truth', 'forces_pred', 'dft_forces')).toBe('dft_forces');
    expect(forces('prediction', 'REF_forces')).toBeUndefined();
    expect(forces('prediction', 'REF_forces', 'forces')).toBe('forces');
    expect(forces('prediction', 'forces', 'REF_forces', 'MACE_forces')).toBe('MACE_forces');
    expect(forces('prediction', 'forces', 'forces_mace_mp_0')).toBe('forces_mace_mp_0');
  });

  it('that may both be meant are an error that names them, unless they agree', () => {
    expect(() => energy('REF_energy', 'dft_energy')).toThrow(
      'REF_energy, dft_energy: each may be the energy; name one (energy)',
    );
    expect(() => forces('prediction', 'MACE_forces', 'NEP_forces')).toThrow(
      'MACE_forces, NEP_forces: each may be the predicted forces; name one (forces)',
    );
    expect(() => forces('prediction', 'forces', 'xyz_forces')).toThrow('forces, xyz_forces: each may be');
    const [one] = withEnergies(['REF_energy', 'dft_energy']) as [Structure];
    const same = { ...one, info: { REF_energy: -4.123456789, dft_energy: -4.12346 } };
    expect(labelKey([same], 'energy', { option: 'energy' })).toBe('REF_energy');
  });

  it('with values come before those without, and those of most structures before those of a few', () => {
    const nan = (info: Record<string, InfoValue>): Structure => ({ positions: new Float64Array(3), info });
    expect(likeliestLabels([nan({ energy: NaN, dft_energy: -3 })], 'energy')).toEqual(['dft_energy']);
    expect(likeliestLabels([nan({ energy: NaN })], 'energy')).toEqual(['energy']);
    expect(likeliestLabels([nan({ energy: 'None' })], 'energy')).toEqual(['energy']);
    expect(likeliestLabels([nan({ energy: 'from a table' })], 'energy')).toEqual([]);
    const mixed = withEnergies(['dft_energy'], ['dft_energy'], ['dft_energy'], ['MACE_energy']);
    expect(likeliestLabels(mixed, 'energy')).toEqual(['dft_energy']);
  });

  it('of most structures may not be those of a few', () => {
    const most = ['REF_energy', 'REF_energy', 'REF_energy', 'REF_energy'].map((name) => [name]);
    // Isolated atoms whose energy has another name.
    expect(likeliestLabels(withEnergies(...most, ['energy']), 'energy')).toEqual(['REF_energy', 'energy']);
    // A few structures that were computed once more.
    const again = withEnergies(...most, ['REF_energy', 'energy']);
    expect(likeliestLabels(again, 'energy')).toEqual(['REF_energy', 'energy']);
    expect(() => labelKey(again, 'energy', { option: '--energy' })).toThrow(
      'REF_energy, energy: each may be the energy; name one (--energy)',
    );
    // Not most, and not few.
    const half = withEnergies(['energy', 'REF_energy'], ['energy', 'REF_energy'], ['REF_energy']);
    expect(likeliestLabels(half, 'energy')).toEqual(['energy', 'REF_energy']);
    const copies = [
      ...withEnergies(...most),
      { positions: new Float64Array(6), info: { energy: -9, REF_energy: -9 } },
    ];
    expect(likeliestLabels(copies, 'energy')).toEqual(['REF_energy']);
    // What is less exact than what all have says nothing.
    expect(likeliestLabels(withEnergies(['energy', 'REF_energy'], ['energy']), 'energy')).toEqual(['energy']);
  });

  it('of forces may be three columns', () => {
    const column = (value: number): AtomArray => ({ data: Float64Array.of(value), kind: 'R', width: 1 });
    const split = { fx: column(1), fy: column(2), fz: column(2) };
    const found = labelRanges([{ positions: new Float64Array(3), arrays: split }]);
    expect(found).toMatchObject({ keys: { forces: 'forces' }, force: { min: 3, max: 3 } });
  });
});

describe('what a selection loses', () => {
  const of = (energyPerAtom: number, kind?: string): Structure => ({
    positions: new Float64Array(6),
    info: { kinetic_energy: -99, REF_energy: 2 * energyPerAtom, ...(kind && { config_type: kind }) },
  });
  const all = labelRanges([of(-3, 'bulk'), of(-4, 'bulk'), of(-1, 'liquid'), of(-2)]);

  it('is the lowest energy, and whole kinds', () => {
    expect(all.keys).toEqual({ energy: 'REF_energy', forces: null });
    expect(lostLabels(all, labelRanges([of(-3, 'bulk')], all.keys))).toEqual({
      lowestEnergy: { all: -4, kept: -3 },
      configTypes: { liquid: 1 },
    });
    const none = { positions: new Float64Array(3) };
    expect(lostLabels(all, labelRanges([none], all.keys)).lowestEnergy).toEqual({ all: -4, kept: null });
  });

  it('is nothing where both are kept, or not known', () => {
    const kept = labelRanges([of(-4, 'bulk'), of(-1, 'liquid')], all.keys);
    expect(lostLabels(all, kept)).toEqual({ lowestEnergy: null, configTypes: {} });
    const unknown = labelRanges([{ positions: new Float64Array(3) }]);
    expect(lostLabels(unknown, unknown)).toEqual({ lowestEnergy: null, configTypes: {} });
  });

  it('does not guess between energies that differ', () => {
    const [both] = withEnergies(['REF_energy', 'dft_energy']) as [Structure];
    expect(labelRanges([both])).toMatchObject({ keys: { energy: null }, energyPerAtom: null });
    const undecided = { energy: ['REF_energy', 'dft_energy'] };
    expect(labelRanges([both]).keys.undecided).toEqual(undecided);
    const part = (name: string): LabelRanges => labelRanges(withEnergies([name]));
    const joined = joinedLabelRanges(part('REF_energy'), part('dft_energy'));
    expect(joined).toMatchObject({ keys: { energy: null, undecided }, energyPerAtom: null });
    expect(joinedLabelRanges(joined, part('REF_energy'))).toMatchObject({ keys: { undecided } });
    expect(joinedLabelRanges(part('energy'), part('none'))).toMatchObject({ keys: { energy: 'energy' } });
  });
});
