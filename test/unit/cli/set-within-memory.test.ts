import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Batch, Describer } from '../../../ts/cli/session/describer.js';
import type { OpenSet } from '../../../ts/cli/session/open-sets.js';
import type { Session } from '../../../ts/cli/session/session.js';
import { setWithinMemory } from '../../../ts/cli/session/set-within-memory.js';
import { DescriptorMatrix, StoredReference, type Structure } from '../../../ts/node.js';
import { randomRows } from '../../support/data/random.js';

const WIDTH = 4;
const ROWS = 100;
const endings: (() => Promise<void>)[] = [];
const notes: string[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
  notes.length = 0;
});

const session = {
  options: {},
  signal: new AbortController().signal,
  note: (text: string) => notes.push(text),
  noteOnce: (text: string) => notes.push(text),
  atEnd: (ending: () => Promise<void>) => endings.push(ending),
} as unknown as Session;

/** Frames of 100 environments; the third has a value that the others lack. */
const batches = Array.from({ length: 5 }, (_, frame): Batch => {
  const structure: Structure = {
    positions: new Float64Array(3 * ROWS),
    info: { energy: -frame, stress: [1, 2, 3], ...(frame === 2 && { config_type: 'liquid' }) },
  };
  const data = randomRows(frame, ROWS, WIDTH, 1);
  return {
    x: new DescriptorMatrix(data, { width: WIDTH, frameOffsets: [0, ROWS] }),
    structures: [structure],
  };
});

const describer = {
  settings: {},
  // eslint-disable-next-line @typescript-eslint/require-await -- as of batches that are read
  batches: async function* () {
    yield* batches;
  },
  elementsOf: () => new Set(['Cu']),
} as unknown as Describer;

const set = { file: 'a.xyz', files: ['a.xyz'], opened: { holds: 'structures' } } as unknown as OpenSet;
const BYTES = 8 * WIDTH * ROWS;
const all = Float64Array.from(batches.flatMap(({ x }) => [...x.data]));

it('keeps what fits in memory, with its structures where these are asked for', async () => {
  const found = await setWithinMemory(session, describer, set, { memory: 5 * BYTES, keepsStructures: true });
  expect(found.x).toBeInstanceOf(DescriptorMatrix);
  expect((found.x as DescriptorMatrix).data).toEqual(all);
  expect(found.structures).toEqual(batches.flatMap(({ structures = [] }) => structures));
  expect((await setWithinMemory(session, describer, set, { memory: 5 * BYTES })).structures).toBeUndefined();
  expect([endings, notes]).toEqual([[], []]);
});

it('puts what is more into a file until the session ends, with the values of its first frames', async () => {
  const within = { memory: 3 * BYTES, keepsStructures: true };
  const { x, structures, firstFrame } = await setWithinMemory(session, describer, set, within);
  if (!(x instanceof StoredReference)) throw new Error('it is in memory');
  expect((await x.matrix()).data).toEqual(all);
  expect([structures, firstFrame]).toEqual([undefined, batches[0]?.structures?.[0]]);
  expect(x.facts.elements).toEqual(['Cu']);
  expect((await x.placeOf(2 * ROWS)).labels).toEqual({ energy: -2, config_type: 'liquid' });
  expect((await x.placeOf(4 * ROWS + 3)).labels).toEqual({ energy: -4, config_type: null });
  const folder = dirname(x.file);
  expect(notes[0]).toBe(`a.xyz: more than 10 KiB of descriptors, which are put into ${folder}`);
  expect(existsSync(folder)).toBe(true);
  for (const end of endings.splice(0).toReversed()) await end();
  expect(existsSync(folder)).toBe(false);
});

it('keeps as many environments as it is told to, however little memory there is', async () => {
  const within = { memory: 1, leastRows: 5 * ROWS };
  expect((await setWithinMemory(session, describer, set, within)).x).toBeInstanceOf(DescriptorMatrix);
  const fewer = { memory: 1, leastRows: 5 * ROWS - 1 };
  expect((await setWithinMemory(session, describer, set, fewer)).x).toBeInstanceOf(StoredReference);
});
