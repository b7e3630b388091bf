import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../ts/base/kinds.js';
import { type Signature, SIGNATURE } from '../../../ts/entries/judged.js';
import * as plainAnalysis from '../../../ts/faces/node/analysis.js';
import * as plainExplore from '../../../ts/faces/node/explore.js';
import * as plainFigure from '../../../ts/faces/figure.js';
import * as plainIo from '../../../ts/faces/node/io.js';
import * as plainQuests from '../../../ts/faces/node/quests.js';
import * as plainShards from '../../../ts/faces/node/shards.js';
import * as plainBrowser from '../../../ts/faces/browser/quests.js';
import * as plainBrowserIo from '../../../ts/faces/browser/io.js';
import * as plainBrowserAnalysis from '../../../ts/faces/browser/analysis.js';
import * as plainBrowserExplore from '../../../ts/faces/browser/explore.js';
import * as plainWorkers from '../../../ts/faces/browser/workers.js';
import * as analysis from '../../../ts/entries/node/analysis.js';
import * as explore from '../../../ts/entries/node/explore.js';
import * as figure from '../../../ts/entries/figure.js';
import * as io from '../../../ts/entries/node/io.js';
import * as shards from '../../../ts/entries/node/shards.js';
import * as browser from '../../../ts/browser.js';
import * as browserIo from '../../../ts/entries/browser/io.js';
import * as browserAnalysis from '../../../ts/entries/browser/analysis.js';
import * as browserExplore from '../../../ts/entries/browser/explore.js';
import * as workers from '../../../ts/entries/browser/workers.js';
import * as quests from '../../../ts/node.js';

type Entry = Readonly<Record<string, unknown>>;

const ENTRIES: readonly (readonly [name: string, judged: Entry, plain: Entry])[] = [
  ['quests', quests, plainQuests],
  ['quests/io', io, plainIo],
  ['quests/figure', figure, plainFigure],
  ['quests/explore', explore, plainExplore],
  ['quests/analysis', analysis, plainAnalysis],
  ['quests/shards', shards, plainShards],
  ['quests/workers', workers, plainWorkers],
  ['quests in browsers', browser, plainBrowser],
  ['quests/io in browsers', browserIo, plainBrowserIo],
  ['quests/analysis in browsers', browserAnalysis, plainBrowserAnalysis],
  ['quests/explore in browsers', browserExplore, plainBrowserExplore],
];

const isClass = (value: unknown): boolean => typeof value === 'function' && /^class\b/.test(String(value));

/** What a call throws or rejects with, or a generator at its first item; undefined of none. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    const result = await call();
    if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
      await (result as AsyncGenerator).next();
    }
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

const x = new quests.DescriptorMatrix(Float64Array.of(0, 1, 2, 3), { width: 2 });
const structure = { positions: Float64Array.of(0, 0, 0), species: ['Cu'] };
const point = { value: 1, low: 0, high: 2 };
const place = { pressure: 0, temperature: 300 };
const range = { configTypes: {}, energyPerAtom: null, force: null };
const average = { mean: 1, error: 0, blocks: 2, inefficiency: 1 };
const explored = { name: 'a', x, structures: [structure], dH: new Float64Array(2) };
const findings = {
  sets: [{ name: 'a', environments: 2, efficiency: 1 }],
  hasElements: false,
  comparison: null,
  settings: { epsilon: 0 },
};
const worker = { postMessage: () => undefined, start: () => undefined, terminate: () => undefined };
const manifest = { shards: 1, inputs: [], folder: '' };

/** Arguments of every kind: each has one here that it takes. */
const GOOD: readonly unknown[] = [
  undefined,
  1,
  'native',
  'a',
  true,
  () => 1,
  [],
  new Float64Array(2),
  new Float32Array(2),
  new Uint32Array(2),
  new Map(),
  new File([''], 'a'),
  [x],
  { phase: 'a' },
  { every: 1 },
  { runScriptAsync: () => 1 },
  { check: () => 1 },
  average,
  [explored],
  { backend: { name: 'native', core: { kernelSums: () => 1 } } },
  [structure],
  ['a', 'b'],
  x,
  structure,
  { x, dH: new Float64Array(2), errors: new Float64Array(2) },
  { dH: [1], errors: [1] },
  { a: point, b: point, c: point, x0: point, error: 0, points: [] },
  { points: [], environments: 1, entropy: 1 },
  { bandwidths: [1], entropy: [average], environments: 1, series: [[1]] },
  { intercept: 0, slope: 1, correction: 0 },
  { intercept: 0, support: [0, 1] },
  { plane: {}, coefficients: [1] },
  place,
  range,
  { center: 0, mean: 0, slope: 0 },
  { slope: 1, clausiusClapeyron: 1 },
  { potentialEnergy: 1, pressure: 1, volume: 1 },
  { count: 1 },
  worker,
  { name: 'native', core: { kernelSums: () => 1 } },
  explored,
  findings,
  { findings, sets: [explored], scan: [], scanned: 0 },
  { exploration: { findings, sets: [explored], scan: [], scanned: 0 }, select: '', notes: [] },
  new Map(),
  { is: 'flat' },
  { scores: [{ name: 'dH', sparsification: [1] }], shares: [1], oracle: [1], meanError: 1 },
  { novelty: 1 },
  { bandwidth: 1, epsilon: 0 },
  { phase: 'map', of: null },
  { title: 'a', panels: [{ x: { name: 'a' }, y: { name: 'a' }, series: [] }] },
  { folder: '', id: '', manifest },
  manifest,
  { parts: () => 1 },
  { data: new Float64Array(1), shape: [1] },
  { file: '', keys: [], rows: new Map() },
  (async function* batches() {
    yield await Promise.resolve({ x });
  })(),
  Object.create(plainQuests.StoredReference.prototype),
  [0, 1],
  [['a.xyz']],
  [{ file: 'a.xyz', frame: 0 }],
  { files: ['a.xyz'], file: new Uint32Array(1), frame: new Uint32Array(1) },
  { is: 'saturated', set: 'a.xyz' },
  { environments: 1, frames: 1, listed: [] },
  { source: { file: 'a.xyz', frame: 0 }, atom: 0, dH: 0 },
  { k: 32, cutoff: 5, bandwidth: 0.015, species: false, select: '' },
  { k: 32, cutoff: 5, bandwidth: 0.015, epsilon: 0, species: false, select: '' },
  {
    set: 'a',
    structures: 1,
    entropyOfSet: 1,
    reference: null,
    epsilon: 0,
    frames: [0],
    places: [],
    entropy: [1],
    overlap: [1],
  },
  { frames: 1, shards: 1, computing: 1, reading: 1, resultBytes: 1, usedBytes: 1, inputs: [], version: '' },
  { phases: [{ name: 'a' }, { name: 'b' }], along: 'pressure' },
  { below: 'a', difference: { entropy: 1, volume: 1 } },
];

/** Nothing takes a symbol. */
const WRONG = Symbol('wrong');

const takes = (kind: Kind, value: unknown): boolean => {
  try {
    kind.judge(value, 'it');
    return true;
  } catch {
    return false;
  }
};

function goodFor(name: string, kind: Kind): unknown {
  const at = GOOD.findIndex((value) => takes(kind, value));
  if (at < 0) throw new Error(`the test has no good argument ${name}: ${kind.expected}`);
  return GOOD[at];
}

describe.each(ENTRIES)('%s', (_, judgedEntry, plain) => {
  const functions = Object.entries(judgedEntry).filter(
    ([, value]) => typeof value === 'function' && !isClass(value),
  ) as [string, ((...values: unknown[]) => unknown) & { readonly [SIGNATURE]?: Signature }][];

  it('has the names of its types, and the same values but for functions', () => {
    expect(Object.keys(judgedEntry).sort()).toEqual(Object.keys(plain).sort());
    for (const [name, value] of Object.entries(judgedEntry)) {
      if (typeof value !== 'function' || isClass(value)) expect(value, name).toBe(plain[name]);
    }
  });

  it.each(functions)('%s refuses each argument that is wrong, and names it', async (name, call) => {
    const signature = call[SIGNATURE];
    expect(signature, `${name} judges nothing`).toBeDefined();
    const kinds = Object.entries(signature as Signature);
    expect(kinds.length).toBeGreaterThanOrEqual(Math.max(1, call.length));
    expect(call.name).toBe(name);
    for (const [at, [argument]] of kinds.entries()) {
      const before = kinds.slice(0, at).map(([given, kind]) => goodFor(given, kind));
      const thrown = await thrownBy(() => call(...before, WRONG));
      expect(thrown, `${name}: ${argument}`).toBeInstanceOf(quests.QuestsError);
      expect((thrown as quests.QuestsError).code).toBe('INVALID_ARGUMENT');
      expect((thrown as Error).message).toMatch(new RegExp(`^${argument} must be `));
      expect((thrown as Error).message).toMatch(/; got a symbol$/);
      if (argument !== 'options' && argument !== 'settings') continue;
      const typo = await thrownBy(() => call(...before, { nosuch: 1 }));
      expect((typo as Error).message).toMatch(/^unknown option "nosuch"; did you mean "\w+"\?/);
    }
  });
});

it('a slip of the pen in a field of a structure is no other structure', async () => {
  const atoms = { positions: Float64Array.of(0, 0, 0), cel: [4, 0, 0, 0, 4, 0, 0, 0, 4] };
  await expect(quests.descriptors([atoms])).rejects.toThrow(
    /has an unknown field "cel"; did you mean "cell"\?$/,
  );
  // Fields of a program's own are left alone.
  const own = { positions: atoms.positions, weight: 1 };
  await expect(quests.descriptors([own])).rejects.toThrow('no backend can be loaded');
});

/** Classes that functions make, and which. */
it.each([
  ['StoredReference', quests, 'openReference(file)'],
  ['ReferenceSet', quests, 'referenceSet(x)'],
  ['CalibrationRange', analysis, 'CalibrationRange.of(x)'],
  ['EnvironmentMap', explore, 'EnvironmentMap.of(sets)'],
])('a %s that is made otherwise says how it is made', (name, entry, how) => {
  const Made = (entry as unknown as Record<string, new (...values: unknown[]) => unknown>)[name];
  for (const values of [[], [null], [{}], [x], [x, {}]]) {
    if (name === 'ReferenceSet' && values[0] !== x) continue;
    expect(() => Made && new Made(...values)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: `${name === 'EnvironmentMap' ? 'an' : 'a'} ${name} is made by ${how}`,
      }),
    );
  }
});

it('options of what is made with new are judged', () => {
  const Running = analysis.RunningNovelty as unknown as new (options: unknown) => unknown;
  expect(() => new Running(null)).toThrow('options must be an object of options; got null');
  expect(() => new Running({ eps: 1 })).toThrow('unknown option "eps"; did you mean "epsilon"?');
});

/** What people gave, and what they are told. */
describe('mistakes that people made', () => {
  const told = async (call: () => unknown): Promise<string> => {
    const thrown = await thrownBy(call);
    expect(thrown).toBeInstanceOf(quests.QuestsError);
    expect((thrown as quests.QuestsError).code).toBe('INVALID_ARGUMENT');
    return (thrown as Error).message;
  };
  const loose = quests as unknown as Record<string, (...values: unknown[]) => unknown>;

  it.each([
    [
      'nested arrays in place of descriptors',
      () =>
        loose.entropy?.([
          [0, 1],
          [2, 3],
        ]),
      'x must be a DescriptorMatrix or a ReferenceSet (descriptors(…) and new DescriptorMatrix(values, ' +
        '{ width }) make one); got an array of 2 arrays',
    ],
    [
      'nested arrays in a matrix',
      () =>
        new quests.DescriptorMatrix(
          [
            [0, 1],
            [2, 3],
          ] as unknown as number[],
          { width: 2 },
        ),
      'data must be numbers in one flat array; got an array of 2 arrays',
    ],
    [
      'a matrix as reference of a trajectory',
      () => loose.trajectory?.([structure], { reference: x }),
      'reference must be { first: n }, { previous: true } or { sets: [{ name, x }] }; got a DescriptorMatrix',
    ],
    [
      'a typed array among the columns of atoms',
      () => loose.descriptors?.({ ...structure, arrays: { forces: new Float64Array(3) } }),
      'structures.arrays.forces must be a column { data, kind, width }; got a Float64Array of 3 numbers',
    ],
    [
      'a cell of three vectors',
      () =>
        loose.descriptors?.([
          {
            ...structure,
            cell: [
              [4, 0, 0],
              [0, 4, 0],
              [0, 0, 4],
            ],
          },
        ]),
      'structures[0].cell must be nine numbers in one flat array, vector after vector; ' +
        'got an array of 3 arrays',
    ],
    [
      'positions atom by atom',
      () => loose.volumePerAtom?.({ positions: [[0, 0, 0]] }),
      'structure.positions must be a Float64Array, x y z of one atom after the other; got an array of ' +
        'an array of 3 numbers',
    ],
    [
      'a promise',
      () => loose.entropy?.(Promise.resolve(x)),
      'x must be a DescriptorMatrix or a ReferenceSet (descriptors(…) and new DescriptorMatrix(values, ' +
        '{ width }) make one); got a promise (is an await missing?)',
    ],
    [
      'a structure that comes later',
      () =>
        loose.descriptors?.(
          (function* all() {
            yield structure;
            yield { positions: [0, 0, 0] };
          })(),
        ),
      'structures[1].positions must be a Float64Array, x y z of one atom after the other; ' +
        'got an array of 3 numbers',
    ],
    [
      'a slip of the pen',
      () => loose.entropy?.(x, { bandwith: 0.1 }),
      'unknown option "bandwith"; did you mean "bandwidth"? Options are backend, bandwidth, onProgress, ' +
        'precision, seed, signal, tolerance',
    ],
    [
      'a text for a number',
      () => loose.entropy?.(x, { bandwidth: '0.1' }),
      /^bandwidth must be .*; got "0\.1"$/,
    ],
    [
      'a tolerance where sums are exact',
      () => loose.compress?.(x, { tolerance: 0.1 }),
      'tolerance must be left out: this sum is always exact; got 0.1',
    ],
  ] as const)('%s', async (_, call, message) => {
    const text = await told(call);
    if (typeof message === 'string') expect(text).toBe(message);
    else expect(text).toMatch(message);
  });

  it('classes judge what they are made of', async () => {
    const make = (of: unknown, ...values: unknown[]) => {
      const Made = of as new (...all: unknown[]) => unknown;
      return () => new Made(...values);
    };
    expect(await told(make(quests.QuestsError, 'OOPS', 'text'))).toMatch(
      /^code must be one of INVALID_ARGUMENT, /,
    );
    expect(await told(make(quests.DescriptorMatrix, [1], { widht: 1 }))).toMatch(/did you mean "width"/);
    expect(await told(make(quests.ReferenceSet, [1]))).toMatch(/^x must be a DescriptorMatrix/);
    expect(await told(make(analysis.EvenSample, 'all'))).toMatch(/^most must be a whole number/);
    expect(await told(make(shards.RowStore, 'folder', 'name', 0.5))).toMatch(/^width must be/);
    expect(await told(make(shards.Planner, 'folder', undefined))).toMatch(/^options must be/);
    expect(await told(make(explore.Explorer, 5))).toMatch(/^open must be a function/);
    expect(await told(() => new analysis.RunningNovelty().add([0] as never))).toMatch(
      /^dH must be a Float64Array/,
    );
    expect(await told(() => explore.EnvironmentMap.of([] as never))).toMatch(/^sets must be .* at least 1/);
    expect(await told(() => x.select('1' as never))).toMatch(/^indices must be numbers/);
    const { of } = analysis.CalibrationRange as unknown as { of: (...all: unknown[]) => Promise<unknown> };
    expect(await told(() => of([[0, 1]]))).toMatch(/^x must be a DescriptorMatrix/);
    expect(await told(() => of(x, { sede: 1 }))).toMatch(/did you mean "seed"/);
    expect(await told(() => of(x, { bandwidth: '1' }))).toMatch(/^bandwidth must be/);
  });

  it('what array methods add to a call is no mistake', () => {
    expect(() =>
      [{ ...structure, cell: [4, 0, 0, 0, 4, 0, 0, 0, 4] }].map(quests.volumePerAtom),
    ).not.toThrow();
  });
});
