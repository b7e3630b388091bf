import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { openBlob, readStructures as readBlobs } from '../../../../../ts/io/files/blob.js';
import { readStructures } from '../../../../../ts/io/files/dataset.js';
import { formatByName } from '../../../../../ts/io/files/detect-format.js';
import type { FormatName } from '../../../../../ts/io/files/format.js';
import type { FrameOptions } from '../../../../../ts/io/structures/frames.js';
import { rangesOf } from '../../../../../ts/io/text/ranges.js';
import type { InfoValue, Structure } from '../../../../../ts/model/structure.js';
import { all } from '../../../../support/data/reading.js';

/** What the program that owns a format reads of a frame; see make-files.py. */
export interface OracleFrame {
  readonly species: readonly string[];
  readonly positions: readonly number[];
  readonly cell: readonly number[] | null;
  readonly pbc: readonly boolean[];
  readonly arrays: Readonly<Record<string, readonly number[]>>;
  readonly info: Readonly<Record<string, InfoValue>>;
}

const { files } = JSON.parse(readFileSync(new URL('files.json', import.meta.url), 'utf8')) as {
  files: Record<string, readonly OracleFrame[]>;
};

/** What ASE reads of a file. */
export function aseFrames(name: string): readonly OracleFrame[] {
  const frames = files[name];
  if (frames === undefined) throw new Error(`files.json has no ${name}`);
  return frames;
}

/** The bytes of a file that ASE wrote. */
export function aseFile(name: string): Uint8Array {
  const read = (ending: string): Uint8Array =>
    readFileSync(new URL(`files/${name}${ending}`, import.meta.url));
  try {
    return read('');
  } catch {
    return gunzipSync(read('.gz'));
  }
}

/** The structures of a file, from the disk and as of a page. */
export async function fromDiskAndPage(name: string, bytes: Uint8Array): Promise<Structure[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'quests-ase-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return [await all(readStructures(path)), await all(readBlobs(new File([Uint8Array.from(bytes)], name)))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The structures of bytes, with a name that says nothing of the format. */
export async function fromBytes(bytes: Uint8Array, select?: string): Promise<Structure[]> {
  const opened = await openBlob(new File([Uint8Array.from(bytes)], 'what'), { select });
  if (opened.holds !== 'structures') throw new Error('no structures');
  return all(opened.structures);
}

/** The structures of bytes in memory. */
export function readAs(
  format: FormatName,
  bytes: Uint8Array,
  options: Partial<FrameOptions> = {},
): Promise<Structure[]> {
  return all(formatByName(format).structures?.readRanges?.(rangesOf(bytes), { file: 'a', ...options }) ?? []);
}

/** Every value as the oracle has it, to 1e-9. */
export function expectFrames(structures: readonly Structure[], frames: readonly OracleFrame[]): void {
  expect(structures.length).toBe(frames.length);
  for (const [frame, expected] of frames.entries()) {
    const {
      species = [],
      positions,
      cell,
      pbc,
      arrays = {},
      info = {},
      source,
    } = structures[frame] as Structure;
    expect(source?.frame).toBe(frame);
    expect(species).toEqual(expected.species);
    expectNumbers(positions, expected.positions);
    expectNumbers(cell ?? [], expected.cell ?? []);
    expect(pbc).toEqual(expected.pbc);
    expect(Object.keys(arrays).sort()).toEqual(Object.keys(expected.arrays).sort());
    for (const [name, values] of Object.entries(expected.arrays)) {
      expect(arrays[name]?.width).toBe(values.length / species.length);
      expectNumbers(arrays[name]?.data as Float64Array, values);
    }
    expect(Object.keys(info).sort()).toEqual(Object.keys(expected.info).sort());
    for (const [name, value] of Object.entries(expected.info)) expectInfo(info[name], value);
  }
}

function expectInfo(found: InfoValue | undefined, expected: InfoValue): void {
  if (typeof expected === 'string' && expected.startsWith('_JSON ')) {
    expect(found).toMatch(/^_JSON /);
    expect(JSON.parse((found as string).slice(6))).toEqual(JSON.parse(expected.slice(6)));
  } else if (typeof expected === 'number') expectNumbers([found as number], [expected]);
  else if (Array.isArray(expected) && typeof expected[0] === 'number') {
    expectNumbers(found as number[], expected as number[]);
  } else expect(found).toEqual(expected);
}

function expectNumbers(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  const worst = expected.map(
    (value, at) => Math.abs((found[at] as number) - value) / Math.max(1, Math.abs(value)),
  );
  expect(Math.max(0, ...worst)).toBeLessThanOrEqual(1e-9);
}
