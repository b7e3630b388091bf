import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/backends/backends.js';
import { hasLammps, MELTING, withoutLammps } from '../support/data/lammps.js';
import { melted } from '../support/data/melted.js';

describe.runIf(hasLammps).each(BACKENDS)(`lammps.js in Node, on %s${withoutLammps}`, (backend) => {
  it('is checked step by step, and stopped where an atom is new', async () => {
    const { rows, step, kept } = await melted(backend);
    const { first, every, above } = MELTING;
    expect(rows.map((row) => row.step)).toEqual(rows.map((_, at) => every * (first + 1 + at)));
    expect(rows.at(-1)?.step).toBe(step);
    const maxima = rows.map(({ maximum }) => maximum);
    expect(maxima.findIndex((maximum) => maximum >= above)).toBe(rows.length - 1);
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.at(-1)?.environments).toBe(256);
    expect(kept.split('\n')[0]).toBe('256');
  });
});
