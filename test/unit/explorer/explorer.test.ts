import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

import {
  buildReference,
  compress,
  compressionCoverage,
  deltaEntropy,
  descriptorBatches,
  DescriptorMatrix,
  descriptors,
  metrics,
  readStructures,
  writeDescriptors,
} from '../../../ts/node.js';
import { concatenated, noveltySummary } from '../../../ts/faces/node/analysis.js';
import {
  explore,
  Explorer,
  type ExploreReply,
  type ExploreRequest,
  gapReasonText,
  gapRefusalText,
  headlineTexts,
  keptText,
  noteText,
  readSets,
  type GapRefusal,
  type RunSettings,
} from '../../../ts/faces/node/explore.js';
import { openFile } from '../../../ts/faces/node/io.js';

const EXAMPLES = resolve(import.meta.dirname, '../../../examples');

const SETTINGS: RunSettings = {
  k: 32,
  cutoff: 5,
  bandwidth: 0.015,
  epsilon: 1e-5,
  species: false,
  select: '',
};

const SETS = ['cu_train.xyz', 'cu_test.xyz'].map((name) => ({ name, files: [join(EXAMPLES, name)] }));

/** An explorer of paths, and all that it said. */
function explorer(onReply: (reply: ExploreReply) => void = () => undefined): {
  ask: (request: ExploreRequest<string>) => Promise<ExploreReply[]>;
} {
  let said: ExploreReply[] = [];
  const own = new Explorer<string>(openFile, (reply) => {
    said.push(reply);
    onReply(reply);
  });
  return {
    ask: async (request) => {
      said = [];
      await own.answer(request);
      return said;
    },
  };
}

function only<Kind extends ExploreReply['is']>(
  replies: readonly ExploreReply[],
  is: Kind,
): Extract<ExploreReply, { is: Kind }> {
  const found = replies.filter(({ is: kind }) => !['progress', 'preview', 'early'].includes(kind));
  expect(found.map((reply) => reply.is)).toEqual([is]);
  return found[0] as Extract<ExploreReply, { is: Kind }>;
}

const described = (name: string): Promise<DescriptorMatrix> =>
  descriptors(readStructures(join(EXAMPLES, name)));

it('describes structures like a stored reference that has the element of each atom', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-page-'));
  try {
    const path = join(folder, 'train.qref');
    const train = readStructures(join(EXAMPLES, 'cu_train.xyz'));
    await buildReference(descriptorBatches(train, { species: 'full' }), path);
    const sets = [{ name: 'train', files: [path] }, ...SETS.slice(1)];
    const [reference, test] = await readSets(sets, SETTINGS, openFile, {});
    const structures = readStructures(join(EXAMPLES, 'cu_test.xyz'));
    const expected = await descriptors(structures, { species: 'full' });
    expect([reference?.x.species, test?.x.species]).toEqual(['full', 'full']);
    expect(test?.x).toMatchObject({ data: expected.data });
    await expect(readSets(sets, { ...SETTINGS, species: 'center' }, openFile, {})).rejects.toThrow(
      `${path}: species is full in the file, center is asked for`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('takes k, cutoff and species of a stored reference, unless others are asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-page-'));
  try {
    const path = join(folder, 'train.qref');
    const made = { k: 12, cutoff: 4, species: ['Cu'] } as const;
    await buildReference(descriptorBatches(readStructures(join(EXAMPLES, 'cu_train.xyz')), made), path);
    const sets = [{ name: 'train', files: [path] }, ...SETS.slice(1)];
    const run = async (settings: Partial<RunSettings>): Promise<ExploreReply | undefined> =>
      (await explorer().ask({ do: 'run', sets, settings: { ...SETTINGS, ...settings } })).at(-1);
    const taken = await run({ assumed: ['k', 'cutoff'] });
    if (taken?.is !== 'results') throw new Error(JSON.stringify(taken));
    const { settings, used, comparison } = taken.results;
    expect(settings).toMatchObject({ k: 12, cutoff: 4, species: true });
    expect(used).toMatchObject({
      'neighbours k': '12',
      'cutoff (Å)': '4',
      'elements distinguished': 'yes: Cu',
    });
    const test = await descriptors(readStructures(join(EXAMPLES, 'cu_test.xyz')), made);
    const train = await descriptors(readStructures(join(EXAMPLES, 'cu_train.xyz')), made);
    const { mean } = await noveltySummary(await deltaEntropy(test, train));
    expect(comparison?.mean).toBe(mean);
    // What somebody asked for is not put aside without a word.
    expect(await run({ assumed: ['cutoff'] })).toMatchObject({
      message: `${path}: k is 12 in the file, 32 is asked for`,
    });
    expect(await run({ assumed: ['k'] })).toMatchObject({
      message: `${path}: cutoff is 4 Å in the file, 5 Å is asked for`,
    });
    expect(await run({ assumed: ['k', 'cutoff'], species: 'full' })).toMatchObject({
      message: `${path}: species is blocks in the file, full is asked for`,
    });
    expect(await run({ k: 12, cutoff: 4, species: true })).toMatchObject({ is: 'results' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('answers in Node what a page asks: numbers, map, selection, files', async () => {
  const { ask } = explorer();
  const { results, bounds } = only(await ask({ do: 'run', sets: SETS, settings: SETTINGS }), 'results');
  const [x, y] = await Promise.all([described('cu_train.xyz'), described('cu_test.xyz')]);
  const dH = await deltaEntropy(y, x);
  const { overlap, ...summary } = await noveltySummary(dH);
  expect(results.comparison).toMatchObject({
    overlap: overlap[0],
    novelty: summary.novelty,
    mean: summary.mean,
    max: summary.max,
  });
  const { entropy, diversity, efficiency } = await metrics(x);
  expect(results.sets[0]).toMatchObject({ entropy, diversity, efficiency, environments: x.rows });
  expect(results.pictures.map(({ title }) => title)).toEqual([
    'δH of cu_test.xyz relative to cu_train.xyz',
    'Mean δH of each frame of cu_test.xyz relative to cu_train.xyz',
    expect.stringMatching(/^Learning curve of cu_train\.xyz/),
    expect.stringMatching(/^Learning curve of cu_test\.xyz/),
    expect.stringMatching(/^Entropy of cu_train\.xyz against the bandwidth/),
  ]);
  expect(results.colours.slice(0, 3)).toEqual(['δH', 'set', 'element']);

  const [left = 0, right = 0, bottom = 0, top = 0] = bounds;
  const view = {
    x: (left + right) / 2,
    y: (bottom + top) / 2,
    scale: 90 / (right - left),
    width: 100,
    height: 100,
  };
  const { image, names } = only(await ask({ do: 'map', view, colour: 'set' }), 'map');
  expect(names).toEqual(['cu_train.xyz', 'cu_test.xyz']);
  expect(image.data.filter((value, at) => at % 4 === 3 && value > 0).length).toBeGreaterThan(100);

  const all = Float64Array.of(
    left - 1,
    bottom - 1,
    right + 1,
    bottom - 1,
    right + 1,
    top + 1,
    left - 1,
    top + 1,
  );
  const selection = { by: 'lasso', polygon: all } as const;
  const { selected } = only(await ask({ do: 'select', selection }), 'selected');
  expect(selected).toMatchObject({ atoms: x.rows + y.rows, frames: x.frames + y.frames });
  const { name, blob } = only(await ask({ do: 'save', what: 'csv' }), 'file');
  expect(name).toBe('quests.csv');
  const lines = (await blob.text()).trimEnd().split('\n');
  expect(lines).toHaveLength(1 + x.rows + y.rows);
  expect(Number(lines.at(-1)?.split(',').at(-1))).toBe(dH.at(-1));
});

it('cancels, says so, and works on', async () => {
  let isCancelled = false;
  const { ask } = explorer((reply) => {
    if (isCancelled || reply.is !== 'progress' || reply.phase !== 'kernel sums') return;
    isCancelled = true;
    void ask({ do: 'cancel' });
  });
  const first = await ask({ do: 'run', sets: SETS, settings: SETTINGS });
  expect(first.at(-1)).toEqual({ is: 'failure', message: 'Cancelled.', code: null, cancelled: true });
  only(await ask({ do: 'run', sets: SETS.slice(0, 1), settings: { ...SETTINGS, select: ':5' } }), 'results');
});

it('says in one line what is wrong', async () => {
  const { ask } = explorer();
  const none = await ask({ do: 'run', sets: [], settings: SETTINGS });
  expect(only(none, 'failure').message).toBe('0 sets to explore, expected one or two');
  const absent = await ask({ do: 'run', sets: [{ name: 'x', files: ['no-such.xyz'] }], settings: SETTINGS });
  expect(only(absent, 'failure').message).toContain('no-such.xyz');
});

it('answers a request for what is not there with one line', async () => {
  const { ask } = explorer();
  const refusal = async (request: ExploreRequest<string>): Promise<string> =>
    only(await ask(request), 'failure').message;
  const frame = (set: number, number: number): ExploreRequest<string> => ({
    do: 'frame',
    set,
    frame: number,
  });
  const view = { x: 0, y: 0, scale: 1, width: 10, height: 10 };
  const before = 'nothing was computed yet: ask for a run first';
  for (const request of [
    frame(0, 0),
    { do: 'map', view, colour: 'δH' },
    { do: 'compress', count: 1 },
    { do: 'frames', of: 'dH' },
    { do: 'select', selection: { by: 'dH', low: 0, high: 1 } },
    { do: 'save', what: 'json' },
  ] as const) {
    expect(await refusal(request)).toBe(before);
  }
  await ask({ do: 'run', sets: SETS, settings: { ...SETTINGS, select: ':3' } });
  const noFrame = (number: number): string => `cu_test.xyz has no frame ${number}, expected one from 0 to 2`;
  for (const number of [3, -1, 0.5, NaN]) expect(await refusal(frame(1, number))).toBe(noFrame(number));
  expect(await refusal(frame(2, 0))).toBe('there is no set 2, expected one from 0 to 1');
  expect(only(await ask(frame(1, 2)).then((all) => all.slice(0, 1)), 'frame').drawn.frame).toBe(2);
  expect(await refusal({ do: 'map', view, colour: 'mood' })).toMatch(
    /^no colours by "mood", expected one of δH/,
  );
  const atoms = (set: number, own: number, ...of: number[]): ExploreRequest<string> => ({
    do: 'select',
    selection: { by: 'atoms', set, frame: own, atoms: Uint32Array.from(of) },
  });
  expect(await refusal(atoms(1, 3, 0))).toBe(noFrame(3));
  expect(await refusal(atoms(0, 0, 1, 1000))).toMatch(
    /^cu_train\.xyz, frame 0: there is no atom 1000, expected one of \d+$/,
  );
  const kept = { do: 'select', selection: { by: 'kept', count: 2 } } as const;
  const noneKept = 'the first 2 structures were asked for, and none is kept: ask for a choice first';
  expect(await refusal(kept)).toBe(noneKept);
  expect(await refusal({ do: 'save', what: 'kept', count: 2 })).toBe(noneKept);
  for (const what of ['kept', 'kept-indices'] as const) {
    expect(await refusal({ do: 'save', what })).toBe(`no file ${what}: no structure is kept`);
  }
  for (const what of ['selected', 'selected-indices'] as const) {
    expect(await refusal({ do: 'save', what })).toBe(`no file ${what}: no environment is selected`);
  }
  await ask({ do: 'compress', count: 1 });
  expect(await refusal(kept)).toBe('the first 2 structures were asked for, and 1 are kept');
});

it('says that descriptors have no structures to draw and to write', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-'));
  const path = join(folder, 'x.npy');
  try {
    await writeDescriptors(path, await described('cu_test.xyz'));
    const { ask } = explorer();
    await ask({ do: 'run', sets: [{ name: 'x.npy', files: [path] }], settings: SETTINGS });
    const frame = await ask({ do: 'frame', set: 0, frame: 0 });
    expect(only(frame, 'failure').message).toBe('x.npy holds descriptors: there are no structures to draw');
    const file = await ask({ do: 'save', what: 'xyz' });
    expect(only(file, 'failure').message).toBe('no file xyz: x.npy holds descriptors, expected structures');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('shows what it keeps while it picks, with the overlap that Node computes', async () => {
  const { ask } = explorer();
  await ask({ do: 'run', sets: SETS, settings: SETTINGS });
  const replies = (await ask({ do: 'compress', count: 24 })).filter((reply) => reply.is === 'kept');
  const counts = [1, 2, 3, 4, 5, 7, 9, 13, 17, 24];
  expect(replies.map(({ isDone }) => isDone)).toEqual(counts.map((count) => count === 24));
  const [x, y] = await Promise.all([described('cu_train.xyz'), described('cu_test.xyz')]);
  const { picks } = await compress(y, { reference: x, size: { count: 24 } });
  expect(replies.map(({ kept }) => keptText(kept))).toEqual(
    counts.map((count): unknown =>
      expect.stringContaining(
        `${count} of 120 structures selected, frames ${picks.subarray(0, count).join(', ')}: entropy`,
      ),
    ),
  );
  const { panels } = replies.at(-1)?.picture.figure ?? { panels: [] };
  const overlap = panels[1]?.series[0];
  if (overlap?.kind !== 'line') throw new Error('there is no curve of overlap');
  for (const [at, count] of Array.from(overlap.x).entries()) {
    const kept = concatenated([x, y.select(picks.subarray(0, count))]);
    const expected = await compressionCoverage(y, kept, [SETTINGS.epsilon]);
    expect(overlap.y[at]).toBe(expected.overlap[0]);
  }
  expect(only(await ask({ do: 'compress', count: 121 }), 'failure').message).toMatch(
    /^count is 121, expected/,
  );
});

it('makes a report with the entropy of each frame, and says why a gap is not resolved', async () => {
  const { ask } = explorer();
  const { results } = only(await ask({ do: 'run', sets: SETS, settings: SETTINGS }), 'results');
  const { name, what, blob } = only(await ask({ do: 'save', what: 'report' }), 'file');
  expect({ name, what }).toEqual({ name: 'report.html', what: 'report' });
  const html = await blob.text();
  for (const text of [
    'Entropy H of each frame of cu_test.xyz',
    '49.0 % of cu_test.xyz is outside cu_train.xyz.',
  ]) {
    expect(html).toContain(text);
  }
  for (const { gap, gapRefusal, gapAtMost } of results.sets) {
    if (gapAtMost !== null) expect(html).toContain(`at most ${gapAtMost.toFixed(3)} nats`);
    expect(gap).toBeNull();
    if (gapRefusal === null) throw new Error('there is no reason');
    const text = gapRefusalText(gapRefusal);
    expect(html).toContain(text);
    expect(headlineTexts(results).find(({ name }) => name.startsWith('information gap'))?.meaning).toContain(
      gapReasonText(gapRefusal),
    );
  }
});

it('names frames as their files do, in the curve, in tables and in files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-explore-'));
  try {
    const frame = (at: number): string =>
      `2\nProperties=species:S:1:pos:R:3\nCu 0 0 0\nCu ${2 + at / 10} 0 0\n`;
    const [a, b] = [join(folder, 'a.xyz'), join(folder, 'b.xyz')];
    writeFileSync(a, Array.from({ length: 6 }, (_, at) => frame(at)).join(''));
    writeFileSync(b, Array.from({ length: 4 }, (_, at) => frame(at + 7)).join(''));
    const { ask } = explorer();
    const run = async (files: string[], select: string): Promise<Extract<ExploreReply, { is: 'results' }>> =>
      only(
        await ask({ do: 'run', sets: [{ name: 'x', files }], settings: { ...SETTINGS, select } }),
        'results',
      );
    const one = (await run([a], '1::2')).results;
    const frames = one.pictures.find(({ id }) => id === 'frames')?.figure.panels[0];
    expect(frames?.x.name).toBe('frame');
    expect(frames?.series[0]).toMatchObject({ x: [1, 3, 5] });
    const two = (await run([a, b], '1::2')).results;
    expect(two.places[0]).toMatchObject({ files: [a, b], frame: Uint32Array.of(1, 3, 5, 1, 3) });
    const both = two.pictures.find(({ id }) => id === 'frames')?.figure.panels[0];
    expect(both?.x.name).toBe('frames in the order read');
    expect(both?.markers).toEqual([
      { axis: 'x', at: 0, label: 'a.xyz' },
      { axis: 'x', at: 3, label: 'b.xyz' },
    ]);
    const text = async (request: ExploreRequest<string>): Promise<string> =>
      only(await ask(request), 'file').blob.text();
    const rows = (await text({ do: 'save', what: 'csv' })).trimEnd().split('\n');
    expect(rows[0]).toBe('set,name,file,frame,atom,relative_to,dH');
    expect(rows.slice(7, 9).map((line) => line.split(',').slice(0, 6).join())).toEqual([
      `0,x,${b},1,0,x`,
      `0,x,${b},1,1,x`,
    ]);
    await ask({ do: 'compress', count: 5 });
    const { selected } = only(await ask({ do: 'select', selection: { by: 'kept', count: 1 } }), 'selected');
    expect(selected.atoms).toBe(2);
    expect(await text({ do: 'save', what: 'selected-indices' })).toBe(
      `set,file,frame,atom\n${[0, 1]
        .map((atom) => `x,${selected.places[0]?.file ?? ''},${selected.places[0]?.frame ?? ''},${atom}`)
        .join('\n')}\n`,
    );
    const kept = (await text({ do: 'save', what: 'kept-indices', count: 2 })).trimEnd().split('\n');
    expect(kept).toHaveLength(3);
    expect(kept[0]).toBe('set,file,frame');
    expect(kept[1]).toBe(`x,${selected.places[0]?.file ?? ''},${selected.places[0]?.frame ?? ''}`);
    expect((await text({ do: 'save', what: 'kept', count: 2 })).match(/^2$/gm)).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('says of two sets in one file of which each frame is, and what its δH is relative to', async () => {
  const { ask } = explorer();
  await ask({ do: 'run', sets: SETS, settings: { ...SETTINGS, select: ':2' } });
  const text = await only(await ask({ do: 'save', what: 'xyz' }), 'file').blob.text();
  expect(text.match(/ set=cu_\w+\.xyz/g)).toEqual([
    ' set=cu_train.xyz',
    ' set=cu_train.xyz',
    ' set=cu_test.xyz',
    ' set=cu_test.xyz',
  ]);
  expect(text.match(/dH_relative_to=cu_train\.xyz/g)).toHaveLength(4);
  expect(text.match(/source_frame=[01]/g)).toHaveLength(4);
});

it('shows beside a selection what as many structures at random cover', async () => {
  const { ask } = explorer();
  await ask({ do: 'run', sets: SETS, settings: SETTINGS });
  const kept = (await ask({ do: 'compress', count: 6 })).filter((reply) => reply.is === 'kept').at(-1)?.kept;
  const [x, y] = await Promise.all([described('cu_train.xyz'), described('cu_test.xyz')]);
  const { picks } = await compress(y, { method: 'random', size: { count: 6 } });
  expect(kept?.counts).toEqual([1, 2, 3, 4, 5, 6]);
  for (const count of [1, 6]) {
    const both = concatenated([x, y.select(picks.subarray(0, count))]);
    const { overlap } = await compressionCoverage(y, both, [SETTINGS.epsilon]);
    expect(kept?.random[count - 1]).toBe(overlap[0]);
  }
});

it('says why it gives no information gap', async () => {
  const refusalOf = async (values: readonly number[]): Promise<GapRefusal | null | undefined> => {
    const set = { name: 'x', x: new DescriptorMatrix(values, { width: 1 }), structures: [] };
    const { findings } = await explore([set], { bandwidth: 0.015, epsilon: 1e-5 });
    return findings.sets[0]?.gapRefusal;
  };
  expect(await refusalOf([1, 2, 3])).toEqual({ is: 'too-few', needed: 20 });
  expect(await refusalOf(new Array<number>(50).fill(1))).toEqual({ is: 'flat' });
});

it('says what a file may mean that was not read of it, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-explore-'));
  try {
    const frame = '2\n8.0 8.0 8.0 90.0 90.0 90.0\nCu 0 0 0\nCu 2 0 0\n';
    const [plain, other] = [join(folder, 'plain.xyz'), join(folder, 'other.xyz')];
    writeFileSync(plain, frame.repeat(3));
    writeFileSync(other, frame);
    const sets = [{ name: 'both', files: [plain, other] }];
    const said = (await explorer().ask({ do: 'run', sets, settings: SETTINGS })).at(-1);
    const { notes } = (said as Extract<ExploreReply, { is: 'results' }>).results;
    expect(notes.map(({ file, frame: at, kind }) => [file, at, kind])).toEqual([
      [plain, 0, 'cell'],
      [other, 0, 'cell'],
    ]);
    expect(notes.map(noteText)[0]).toMatch(/plain\.xyz, frame 0: .*cell/);
    const none = (await explorer().ask({ do: 'run', sets: SETS, settings: SETTINGS })).at(-1);
    expect(none).toMatchObject({ is: 'results', results: { notes: [] } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('warns where several elements count as one', async () => {
  const positions = Float64Array.of(0, 0, 0, 2.5, 0, 0, 0, 2.5, 0);
  const structures = [{ positions, species: ['Cu', 'Au', 'Cu'] }];
  for (const species of [false, ['Au', 'Cu']] as const) {
    const set = { name: 'x', structures, x: await descriptors(structures, { species }) };
    const { findings } = await explore([set], { bandwidth: 0.015, epsilon: 1e-5 });
    const told = headlineTexts(findings).find(({ name }) => name === 'elements');
    expect(told).toMatchObject({ values: ['2'], isWarning: species === false });
    expect(told?.meaning).toMatch(
      species === false ? /^Au, Cu: treated as one element\./ : /^Au, Cu: distinguished$/,
    );
  }
});

it('refuses a tolerance that is none', async () => {
  const set = { name: 'x', x: new DescriptorMatrix([1, 2, 3], { width: 1 }), structures: [] };
  for (const tolerance of [-1, NaN, Infinity]) {
    await expect(explore([set], { bandwidth: 0.015, epsilon: 1e-5, tolerance })).rejects.toThrow(
      `tolerance is ${tolerance}, expected a number of nats, 0 or more`,
    );
  }
});

it('takes descriptors in place of structures, and both together', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-explore-'));
  try {
    const file = join(folder, 'train.npz');
    await writeDescriptors(file, await described('cu_train.xyz'));
    const { ask } = explorer();
    const structures = only(await ask({ do: 'run', sets: SETS, settings: SETTINGS }), 'results').results;
    const [train, test] = SETS as [(typeof SETS)[number], (typeof SETS)[number]];
    const sets = [{ ...train, files: [file] }, test];
    const { results } = only(await ask({ do: 'run', sets, settings: SETTINGS }), 'results');
    // A file of descriptors does not say of which elements.
    const [known, ...others] = structures.sets;
    expect(results.sets).toEqual([{ ...known, elements: [] }, ...others]);
    expect(results.comparison).toEqual(structures.comparison);
    expect(results.hasStructures).toEqual([false, true]);
    expect(only(await ask({ do: 'frame', set: 0, frame: 0 }), 'failure').message).toBe(
      'cu_train.xyz holds descriptors: there are no structures to draw',
    );

    const refused = async (files: string[], select = ''): Promise<string> =>
      only(
        await ask({ do: 'run', sets: [{ name: 'x', files }], settings: { ...SETTINGS, select } }),
        'failure',
      ).message;
    expect(await refused([file], '::2')).toBe(`${file}: frames can be selected of structures only`);
    expect(await refused([file, ...test.files])).toMatch(
      /cu_test\.xyz: expected a matrix of descriptors, but the format is extended or plain xyz$/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('takes H of a large set from a sample, with an interval that holds the exact value', async () => {
  const x = await descriptors(readStructures(join(EXAMPLES, 'cu_run.lammpstrj.gz'), { select: '::4' }));
  expect(x.rows).toBe(20_000);
  const set = { name: 'run', x, structures: [] };
  const settings = { bandwidth: 0.05, epsilon: 1e-5 };
  const exact = await explore([set], settings);
  const { findings, sets } = await explore([set], { ...settings, tolerance: 0.1 });
  const [numbers, expected] = [findings.sets[0], exact.findings.sets[0]];
  if (numbers?.entropy == null || expected?.entropy == null) throw new Error('there are no numbers');
  expect(expected).toMatchObject({ entropyError: 0, diversityError: 0, known: 20_000 });
  expect(numbers.entropyError).toBeGreaterThan(0);
  expect(numbers.entropyError).toBeLessThan(0.1);
  expect(Math.abs(numbers.entropy - expected.entropy)).toBeLessThan(numbers.entropyError);
  expect(numbers.diversityError).toBeGreaterThan(0);
  expect(Math.abs((numbers.diversity ?? NaN) - (expected.diversity ?? NaN))).toBeLessThan(
    numbers.diversityError,
  );
  const known = Array.from(sets[0]?.dH ?? []).flatMap((value, row) => (Number.isNaN(value) ? [] : row));
  expect(known).toHaveLength(numbers.known);
  for (const row of known) expect(sets[0]?.dH[row]).toBeCloseTo(exact.sets[0]?.dH[row] ?? NaN, 11);
  expect(headlineTexts(findings).find(({ name }) => name.startsWith('entropy'))?.values[0]).toMatch(
    /^\d\.\d+ ± 0\.0\d+$/,
  );
});
