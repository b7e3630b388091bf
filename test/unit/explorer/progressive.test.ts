import { resolve } from 'node:path';
import { expect, it } from 'vitest';

import {
  deltaEntropy,
  DescriptorMatrix,
  metrics,
  readStructures,
  type Structure,
  writeDescriptors,
} from '../../../ts/node.js';
import {
  type EarlyFindings,
  earlyText,
  explore,
  Explorer,
  type ExploreReply,
  type ExploreRequest,
  type RunSettings,
} from '../../../ts/faces/node/explore.js';
import { openFile } from '../../../ts/faces/node/io.js';
import { earlyTolerances, shareError } from '../../../ts/explore/early-numbers.js';
import { random } from '../../support/data/random.js';

const EXAMPLES = resolve(import.meta.dirname, '../../../examples');
const SETTINGS: RunSettings = {
  k: 32,
  cutoff: 5,
  bandwidth: 0.015,
  epsilon: 1e-5,
  species: false,
  select: '',
};
const SETS = ['cu_train.xyz', 'cu_test.xyz'].map((name) => ({ name, files: [resolve(EXAMPLES, name)] }));

/** Environments about a few centres: of many, few are far from all others. */
function clouds(rows: number, seed: number): DescriptorMatrix {
  const next = random(seed);
  const width = 8;
  const data = Float64Array.from(
    { length: rows * width },
    (_, at) => (Math.floor(at / width) % 5) * 0.04 + 0.03 * (next() + next() + next() - 1.5),
  );
  return new DescriptorMatrix(data, { width });
}

it('gives numbers of large sets from samples first, which hold the exact ones', async () => {
  const [x, y] = [clouds(16_000, 1), clouds(17_000, 2)];
  const sets = [
    { name: 'x', x, structures: [] },
    { name: 'y', x: y, structures: [] },
  ];
  const early: EarlyFindings[] = [];
  const { findings } = await explore(sets, SETTINGS, { onEarly: (some) => void early.push(some) });
  expect(early.map(({ pending }) => pending)).toEqual(['numbers', 'curves']);
  const [rough, exact] = early as [EarlyFindings, EarlyFindings];
  rough.sets.forEach(({ entropy, entropyError }, at) => {
    const final = findings.sets[at]?.entropy ?? NaN;
    expect(entropyError).toBeGreaterThan(0);
    expect(entropyError).toBeLessThan(0.25);
    expect(Math.abs((entropy ?? NaN) - final)).toBeLessThan(entropyError);
  });
  const novelty = findings.comparison?.novelty ?? NaN;
  expect(Math.abs((rough.comparison?.novelty ?? NaN) - novelty)).toBeLessThan(1.5 * rough.noveltyError);
  expect(earlyText(rough)).toMatchObject({
    title: expect.stringContaining('(not final)') as string,
    pending: expect.stringMatching(/^Not final, from a sample: H of x is within ± 0\.\d+ nats/) as string,
  });
  // All but what follows from learning curves is final then, to the last bit.
  expect(exact.comparison).toEqual(findings.comparison);
  exact.sets.forEach(({ entropy, diversity, known }, at) => {
    expect(findings.sets[at]).toMatchObject({ entropy, diversity, known });
  });
  expect(exact.sets[0]?.gapRefusal).toEqual({ is: 'pending' });
  expect(earlyText(exact).pending).toMatch(/^These numbers are final/);
  // And the same as without anything before, and as of the functions themselves.
  expect((await explore(sets, SETTINGS)).findings).toEqual(findings);
  expect(findings.sets[0]).toMatchObject({ entropy: (await metrics(x)).entropy });
  const dH = await deltaEntropy(y, x);
  expect(findings.comparison?.novelty).toBe(dH.filter((value) => value >= 1e-5).length / dH.length);
});

it('takes samples only where they come sooner', () => {
  expect(earlyTolerances(15_999, 0)).toEqual([]);
  expect(earlyTolerances(16_000, 0)).toEqual([0.2]);
  expect(earlyTolerances(51_200, 0)).toEqual([0.2, 0.05]);
  expect(earlyTolerances(1e6, 0.05)).toEqual([0.2]);
  expect(earlyTolerances(1e6, 0.1)).toEqual([]);
  expect(shareError(0.5, 400)).toBeCloseTo(0.049, 3);
  expect(shareError(0, 300)).toBe(0.01);
});

/** An explorer, and what it said. */
function explorer(onReply: (reply: ExploreReply) => void = () => undefined): {
  readonly ask: (request: ExploreRequest<string>) => Promise<void>;
  readonly said: ExploreReply[];
} {
  const said: ExploreReply[] = [];
  const own = new Explorer<string>(openFile, (reply) => {
    said.push(reply);
    onReply(reply);
  });
  return { ask: (request) => own.answer(request), said };
}

const VIEW = { x: 0, y: 0, scale: 1, width: 10, height: 10 };

it('shows map and frames before numbers, and refuses what needs these', async () => {
  const asked: Promise<void>[] = [];
  const { ask, said } = explorer((reply) => {
    if (reply.is !== 'preview') return;
    for (const request of [
      { do: 'map', view: VIEW, colour: 'set' },
      { do: 'frame', set: 1, frame: 3, colour: 'element' },
      { do: 'select', selection: { by: 'frames', set: 1, frames: Uint32Array.of(2) } },
      { do: 'save', what: 'json' },
    ] as const) {
      asked.push(ask(request));
    }
  });
  await ask({ do: 'run', sets: SETS, settings: SETTINGS });
  await Promise.all(asked);
  const order = said.map(({ is }) => is).filter((is) => is !== 'progress');
  expect(order.indexOf('preview')).toBe(0);
  expect(order.indexOf('map')).toBeLessThan(order.indexOf('early'));
  expect(order).toContain('frame');
  expect(order.at(-1)).toBe('results');
  const failure = said.find((reply) => reply.is === 'failure');
  expect(failure).toMatchObject({ message: 'the numbers are not computed yet: wait for the results' });
  const preview = said.find((reply) => reply.is === 'preview');
  const results = said.find((reply) => reply.is === 'results');
  expect(preview?.bounds).toEqual(results?.bounds);
  expect(preview?.preview.colours.slice(0, 2)).toEqual(['set', 'element']);
  const frame = said.find((reply) => reply.is === 'frame');
  expect(frame?.drawn).toMatchObject({ names: ['Cu'], summary: null });
  // What was selected stays.
  await ask({ do: 'save', what: 'selected-indices' });
  const file = said.at(-1);
  if (file?.is !== 'file') throw new Error(JSON.stringify(file));
  const rows = (await file.blob.text()).trimEnd().split('\n');
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows.slice(1)) expect(row).toMatch(/^cu_test\.xyz,.*,2,\d+$/);
});

it.each(['descriptors', 'map', 'kernel sums', 'learning curve', 'bandwidth scan'])(
  'is cancelled at once: %s',
  async (stage) => {
    let since = -1;
    const { ask, said } = explorer((reply) => {
      if (since >= 0) since += Number(reply.is !== 'failure');
      const isHere = reply.is === 'progress' && (reply.phase === stage || reply.of === stage);
      const isCurve = stage === 'learning curve' && reply.is === 'early';
      if (since >= 0 || !(isHere || isCurve)) return;
      since = 0;
      void ask({ do: 'cancel' });
    });
    await ask({ do: 'run', sets: SETS, settings: SETTINGS });
    expect(said.at(-1)).toEqual({ is: 'failure', message: 'Cancelled.', code: null, cancelled: true });
    // No other stage began.
    expect(since).toBeLessThanOrEqual(1);
  },
);

it('colours frames by any value of the map, and finds neighbours as a slow search does', async () => {
  const { ask, said } = explorer();
  await ask({ do: 'run', sets: SETS, settings: SETTINGS });
  const frames: Structure[] = [];
  for await (const one of readStructures(resolve(EXAMPLES, 'cu_test.xyz'))) frames.push(one);
  const { positions, cell } = frames[5] as Structure & { cell: Float64Array };
  await ask({ do: 'neighbours', set: 1, frame: 5, atom: 7 });
  const reply = said.at(-1);
  if (reply?.is !== 'neighbours') throw new Error(JSON.stringify(reply));
  const far: number[] = [];
  const images = [-3, -2, -1, 0, 1, 2, 3];
  for (let atom = 0; atom < positions.length / 3; atom++) {
    for (const a of images)
      for (const b of images)
        for (const c of images) {
          const vector = [0, 1, 2].map(
            (axis) =>
              (positions[3 * atom + axis] as number) -
              (positions[21 + axis] as number) +
              a * (cell[axis] as number) +
              b * (cell[3 + axis] as number) +
              c * (cell[6 + axis] as number),
          );
          const distance = Math.hypot(...vector);
          if (distance > 1e-9 && distance < 5) far.push(distance);
        }
  }
  far.sort((one, other) => one - other);
  const { distances, shells, atoms } = reply.neighbours;
  expect(distances.length).toBe(Math.min(32, far.length));
  distances.forEach((distance, at) => expect(distance).toBeCloseTo(far[at] as number, 9));
  expect(shells.reduce((sum, { count }) => sum + count, 0)).toBe(distances.length);
  expect(atoms.length).toBe(distances.length);
  await ask({ do: 'neighbours', set: 1, frame: 5, atom: 1000 });
  expect(said.at(-1)).toMatchObject({
    is: 'failure',
    message: 'cu_test.xyz, frame 5: there is no atom 1000 with known neighbours',
  });
  await ask({ do: 'frame', set: 1, frame: 5, colour: '|forces|' });
  const drawn = said.findLast((one) => one.is === 'frame');
  expect(drawn?.drawn.names).toEqual([]);
  await ask({ do: 'save', what: 'frame' });
  const file = said.at(-1);
  if (file?.is !== 'file') throw new Error(JSON.stringify(file));
  expect(file.name).toBe('frame-5.xyz');
  const text = await file.blob.text();
  expect(text.split('\n')[0]).toBe(String(positions.length / 3));
  expect(text.split('\n')[1]).toMatch(/dH:R:1.*source_frame=5/);
});

/** All that descriptors without structures have to be coloured by before δH is known. */
const COMPONENTS = Array.from({ length: 8 }, (_, at) => `PC ${at + 1}`);

it('writes descriptors without a map of elements', async () => {
  const { ask, said } = explorer();
  const file = resolve(import.meta.dirname, '../../../build/early.npz');
  await writeDescriptors(file, clouds(200, 3), { overwrite: true });
  await ask({ do: 'run', sets: [{ name: 'x', files: [file] }], settings: SETTINGS });
  const preview = said.find((reply) => reply.is === 'preview');
  expect(preview?.preview).toMatchObject({ hasStructures: [false], colours: COMPONENTS });
  await ask({ do: 'neighbours', set: 0, frame: 0, atom: 0 });
  expect(said.at(-1)).toMatchObject({ is: 'failure' });
});
