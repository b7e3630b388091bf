import { describe, expect, it } from 'vitest';
import { isRoundedCopy } from '../../../ts/statistics/rounded-copy.js';
import { random } from '../../support/data/random.js';

const next = random(7);
const forces = Array.from({ length: 90 }, () => (next() - 0.5) * 3);
const energies = Array.from({ length: 12 }, () => -45_000 * 32 + next());
const written = (values: readonly number[], text: (value: number) => string): number[] =>
  values.map((value) => Number(text(value)));

describe('a copy of some numbers', () => {
  it.each([
    ['as they are', (value: number) => String(value)],
    ['to 8 decimals', (value: number) => value.toFixed(8)],
    ['to 4 decimals', (value: number) => value.toFixed(4)],
    ['to 3 decimals', (value: number) => value.toFixed(3)],
    ['to 6 digits', (value: number) => value.toPrecision(6)],
    ['to 32 bits', (value: number) => String(Math.fround(value))],
    ['in other units and back', (value: number) => String((value / 27.211386245988) * 27.211386245988)],
  ])('is one %s, each way round', (_, text) => {
    for (const values of [forces, energies]) {
      const copy = written(values, text);
      expect(isRoundedCopy(values, copy)).toBe(true);
      expect(isRoundedCopy(copy, values)).toBe(true);
      expect(isRoundedCopy(copy, copy)).toBe(true);
    }
  });

  it('may be rounded twice, differently', () => {
    const [six, eight] = [written(forces, (v) => v.toFixed(6)), written(forces, (v) => v.toExponential(7))];
    expect(isRoundedCopy(six, eight)).toBe(true);
  });

  it.each([8, 9, 12])('may have gone through 32 bits before %i decimals were written', (decimals) => {
    // As of forces that a loader kept in 32 bits, and ASE wrote.
    const copy = written(forces, (v) => Math.fround(v).toFixed(decimals));
    const own = written(forces, (v) => v.toFixed(decimals));
    for (const values of [forces, own]) {
      expect(isRoundedCopy(values, copy)).toBe(true);
      expect(isRoundedCopy(copy, values)).toBe(true);
    }
  });

  it('is not a prediction that is within the spacing of 32 bits', () => {
    // All electrons of a large cell: 32 bits have a spacing of 0.125 eV here.
    const large = energies.map((value) => value + 0.3 * next());
    const predicted = large.map((value) => value + 0.06 * (next() - 0.5));
    expect(isRoundedCopy(large, predicted)).toBe(false);
    expect(isRoundedCopy(predicted, large)).toBe(false);
  });

  it('is not what is merely close', () => {
    const near = (values: readonly number[], by: number): number[] =>
      values.map((value, at) => value + by * (at % 2 === 0 ? 1 : -1));
    expect(isRoundedCopy(forces, near(forces, 1e-6))).toBe(false);
    // 0.03 meV per atom of a structure of 32 atoms with all electrons.
    expect(isRoundedCopy(energies, near(energies, 1e-3))).toBe(false);
    expect(
      isRoundedCopy(
        written(forces, (v) => v.toFixed(3)),
        near(
          written(forces, (v) => v.toFixed(3)),
          2e-3,
        ),
      ),
    ).toBe(false);
    const oneOff = forces.with(40, 5);
    expect(isRoundedCopy(forces, oneOff)).toBe(false);
  });

  it('shows no digits where all is zero, and needs numbers', () => {
    expect(isRoundedCopy([0, 0, 0], [1e-5, 0, -2e-5])).toBe(false);
    expect(isRoundedCopy([0, 0, 0], [0, 0, 0])).toBe(true);
    expect(isRoundedCopy([], [])).toBe(false);
    expect(isRoundedCopy([1, 2], [1, 2, 3])).toBe(false);
    expect(isRoundedCopy([1, NaN], [1, 2])).toBe(false);
    expect(isRoundedCopy([1, NaN], [1, NaN])).toBe(true);
  });
});
