import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

import {
  deltaEntropy,
  type DescriptorMatrix,
  descriptors,
  Explorer,
  type ExploreReply,
  type ExploreRequest,
  metrics,
  noveltySummary,
  readStructures,
  type RunSettings,
} from '../../../ts/node.js';

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
  const own = new Explorer<string>(readStructures, (reply) => {
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
  const found = replies.filter((reply) => reply.is !== 'progress');
  expect(found.map((reply) => reply.is)).toEqual([is]);
  return found[0] as Extract<ExploreReply, { is: Kind }>;
}

const described = (name: string): Promise<DescriptorMatrix> =>
  descriptors(readStructures(join(EXAMPLES, name)));

it('answers in Node what a page asks: numbers, map, choice, files', async () => {
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
    'δH of cu_test.xyz for one who knows cu_train.xyz',
    'Mean δH of each frame of cu_test.xyz for one who knows cu_train.xyz',
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
  const { chosen } = only(await ask({ do: 'choose', choice: { by: 'lasso', polygon: all } }), 'chosen');
  expect(chosen).toMatchObject({ atoms: x.rows + y.rows, frames: x.frames + y.frames });
  const { name, blob } = only(await ask({ do: 'save', what: 'csv' }), 'file');
  expect(name).toBe('quests.csv');
  const lines = (await blob.text()).trimEnd().split('\n');
  expect(lines).toHaveLength(1 + x.rows + y.rows);
  expect(Number(lines.at(-1)?.split(',').at(-1))).toBe(dH.at(-1));
});

it('cancels, says so, and works on', async () => {
  let isCancelled = false;
  const { ask } = explorer((reply) => {
    if (isCancelled || reply.is !== 'progress' || !reply.phase.includes('kernel sums')) return;
    isCancelled = true;
    void ask({ do: 'cancel' });
  });
  const first = await ask({ do: 'run', sets: SETS, settings: SETTINGS });
  expect(first.at(-1)).toEqual({ is: 'failure', message: 'Cancelled.', cancelled: true });
  only(await ask({ do: 'run', sets: SETS.slice(0, 1), settings: { ...SETTINGS, select: ':5' } }), 'results');
});

it('says in one line what is wrong', async () => {
  const { ask } = explorer();
  const none = await ask({ do: 'run', sets: [], settings: SETTINGS });
  expect(only(none, 'failure').message).toBe('0 sets to explore, expected one or two');
  const absent = await ask({ do: 'run', sets: [{ name: 'x', files: ['no-such.xyz'] }], settings: SETTINGS });
  expect(only(absent, 'failure').message).toContain('no-such.xyz');
});
