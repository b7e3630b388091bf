import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all } from '../../../support/data/reading.js';

/** What another program reads of a frame; see ase/make-made-values.py. */
interface Values {
  readonly positions: readonly number[];
  readonly cell: readonly number[] | null;
  readonly pbc: readonly boolean[];
  readonly species: readonly string[];
  readonly info: Readonly<Record<string, readonly number[]>>;
  readonly arrays: Readonly<Record<string, readonly number[]>>;
}

const HERE = fileURLToPath(new URL('ase/', import.meta.url));
const FILES = JSON.parse(readFileSync(path.join(HERE, 'made.json'), 'utf8')) as Record<string, Values[]>;
const folder = mkdtempSync(path.join(tmpdir(), 'quests-made-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Equal to 1e-9, relative above 1. */
function expectNear(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>, what: string): void {
  expect(actual, what).toHaveLength(expected.length);
  for (let at = 0; at < expected.length; at++) {
    const value = expected[at] as number;
    const off = Math.abs((actual?.[at] as number) - value) / Math.max(1, Math.abs(value));
    if (!(off <= 1e-9)) expect(actual?.[at], `${what} ${at}`).toBe(value);
  }
}

function expectSame(frame: Structure, values: Values): void {
  expectNear(frame.positions, values.positions, 'positions');
  if (values.cell === null) expect(frame.cell).toBeUndefined();
  else expectNear(frame.cell, values.cell, 'cell');
  expect(frame.pbc).toEqual(values.pbc);
  expect(frame.species).toEqual(values.species);
  for (const [key, value] of Object.entries(values.info)) {
    expectNear([frame.info?.[key] ?? []].flat() as number[], value, key);
  }
  for (const [key, value] of Object.entries(values.arrays)) {
    expectNear(frame.arrays?.[key]?.data as Float64Array, value, key);
  }
}

describe('files made after real ones', () => {
  it.each(Object.entries(FILES))('%s is read as others read it, also compressed', async (name, values) => {
    const file = path.join(HERE, 'made', name);
    const compressed = path.join(folder, `${name}.gz`);
    writeFileSync(compressed, gzipSync(readFileSync(file)));
    for (const read of [file, compressed]) {
      const frames = await all(readStructures(read));
      expect(frames).toHaveLength(values.length);
      for (const [at, frame] of frames.entries()) {
        expectSame(frame, values[at] as Values);
        expect(frame.source).toEqual({ file: read, frame: at });
      }
    }
  });
});
