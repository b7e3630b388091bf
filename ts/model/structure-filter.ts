import { QuestsError } from '../base/error.js';
import { compositionOf } from './composition.js';
import { labelKeys } from './label-ranges.js';
import { energyOf } from './labels.js';
import type { Structure } from './structure.js';

/**
 * The structures that an expression names, by their index:
 *
 * - `KEY=VALUE`: those with this value of the frame, `config_type=bulk`; `*` stands for any text;
 * - `element=SYMBOL`: those with an atom of this element;
 * - `lowest=N`: of each composition the N of lowest energy per atom.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: no such expression, or none that it names
 */
export function structuresNamed(structures: readonly Structure[], expression: string): number[] {
  const [, key = '', value = ''] = /^([^=]+)=(.+)$/.exec(expression) ?? [];
  if (key === '') {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `${expression} names no structures, expected KEY=VALUE, element=SYMBOL or lowest=N`,
    );
  }
  const found = key === 'lowest' ? lowest(structures, value) : matching(structures, key, value);
  if (found.length > 0) return found;
  throw new QuestsError('INVALID_ARGUMENT', `no structure has ${expression}`);
}

function matching(structures: readonly Structure[], key: string, value: string): number[] {
  const parts = value.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('.*')}$`);
  const has = ({ species, info }: Structure): boolean =>
    key === 'element'
      ? (species?.includes(value) ?? false)
      : info?.[key] !== undefined && pattern.test(String(info[key]));
  return structures.flatMap((structure, index) => (has(structure) ? [index] : []));
}

function lowest(structures: readonly Structure[], value: string): number[] {
  const count = Number(value);
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new QuestsError('INVALID_ARGUMENT', `lowest=${value}, expected a whole number from 1`);
  }
  const { energy, undecided } = labelKeys(structures);
  if (energy === null) {
    const names = undecided?.energy ?? [];
    const why =
      names.length === 0 ? 'no structure has an energy' : `${names.join(', ')}: each may be the energy`;
    throw new QuestsError('INVALID_ARGUMENT', `lowest=${value}: ${why}`);
  }
  const groups = new Map<string, { index: number; energy: number }[]>();
  structures.forEach((structure, index) => {
    const own = energyOf(structure, energy);
    if (own === undefined) return;
    const composition = compositionOf(structure);
    const group = groups.get(composition) ?? [];
    groups.set(composition, group);
    group.push({ index, energy: (3 * own) / structure.positions.length });
  });
  const kept = [...groups.values()].flatMap((group) =>
    group.sort((a, b) => a.energy - b.energy || a.index - b.index).slice(0, count),
  );
  return kept.map(({ index }) => index).sort((a, b) => a - b);
}
