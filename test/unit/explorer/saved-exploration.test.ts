import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DescriptorMatrix, descriptors, readStructures, type Structure } from '../../../ts/node.js';
import {
  explore,
  Explorer,
  type ExploreReply,
  type ExploreResults,
  type NamedSet,
} from '../../../ts/faces/node/explore.js';
import { openFile } from '../../../ts/faces/node/io.js';
import { openedExploration, savedExploration } from '../../../ts/explorer/saved-exploration.js';

const EXAMPLES = resolve(import.meta.dirname, '../../../examples');
const SETTINGS = { bandwidth: 0.015, epsilon: 1e-5 };

async function set(name: string, species: 'full' | false = false): Promise<NamedSet> {
  const structures: Structure[] = [];
  for await (const structure of readStructures(join(EXAMPLES, name), { select: ':3' }))
    structures.push(structure);
  return { name, structures, x: await descriptors(structures, { species, k: 12, cutoff: 4.5 }) };
}

describe('an exploration that is saved', () => {
  it.each([false, 'full'] as const)(
    'is opened with the same bits, elements told apart: %s',
    async (species) => {
      const sets = [await set('cu_train.xyz', species), await set('cu_test.xyz', species)];
      const exploration = await explore(sets, SETTINGS);
      const explored = { exploration, select: ':3', notes: [] };
      const opened = await openedExploration(await savedExploration(explored), {});
      expect(opened.select).toBe(':3');
      expect(opened.exploration.findings).toEqual(exploration.findings);
      expect(opened.exploration.scan).toEqual(exploration.scan);
      for (const [at, { x, dH, counted, structures, curve }] of opened.exploration.sets.entries()) {
        const before = exploration.sets[at];
        expect(x.data).toEqual(before?.x.data);
        expect(x.frameOffsets).toEqual(before?.x.frameOffsets);
        expect(dH).toEqual(before?.dH);
        expect(counted).toEqual(before?.counted);
        // Folders of this machine are not in it.
        const short = { file: before?.name, frame: 1 };
        expect(structures[1]).toEqual({ ...before?.structures[1], source: short });
        expect(x.sources?.[1]).toEqual(short);
        expect(curve).toEqual(before?.curve);
      }
    },
  );

  it('holds descriptors where there is nothing to compute them from, and those rows alone', async () => {
    const large = Float64Array.from({ length: 3000 }, (_, at) => Math.sin(at));
    const x = new DescriptorMatrix(large.subarray(0, 300), { width: 3, frameOffsets: [0, 40, 100] });
    const exploration = await explore([{ name: 'x.npy', structures: [], x }], SETTINGS);
    const bytes = await savedExploration({ exploration, select: '', notes: [] });
    const opened = await openedExploration(bytes, {});
    expect(opened.exploration.sets[0]?.x).toEqual(x);
    expect(bytes.length).toBeLessThan(8 * large.length);
  });

  it('is refused where it is larger than a browser holds at once, or is something else', async () => {
    const { x } = await set('cu_train.xyz');
    const exploration = await explore([{ name: 'a', structures: [], x }], SETTINGS);
    const [own] = exploration.sets;
    if (own === undefined) throw new Error('nothing was explored');
    const many = new DescriptorMatrix(new Float64Array(500_001), { width: 1 });
    const large = { ...exploration, sets: [{ ...own, x: many }] };
    await expect(savedExploration({ exploration: large, select: '', notes: [] })).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('at most 500000') as string,
    });
    const other = new Response(new Blob(['["x"]']).stream().pipeThrough(new CompressionStream('gzip')));
    await expect(openedExploration(new Uint8Array(await other.arrayBuffer()), {})).rejects.toMatchObject({
      code: 'INVALID_FILE',
    });
  });

  it('shows in a page what the run showed', async () => {
    const said: ExploreReply[] = [];
    const explorer = new Explorer<string>(openFile, (reply) => said.push(reply));
    const results = (): ExploreResults => {
      const reply = said.find(({ is }) => is === 'results');
      if (reply?.is !== 'results') throw new Error(JSON.stringify(said));
      return reply.results;
    };
    const sets = [{ name: 'cu_train.xyz', files: [join(EXAMPLES, 'cu_train.xyz')] }];
    const settings = { ...SETTINGS, k: 12, cutoff: 4.5, species: false, select: '::2' };
    await explorer.answer({ do: 'run', sets, settings });
    const run = results();
    const read: Structure[] = [];
    const file = join(EXAMPLES, 'cu_train.xyz');
    for await (const structure of readStructures(file, { select: '::2' })) read.push(structure);
    const x = await descriptors(read, { k: 12, cutoff: 4.5 });
    const exploration = await explore([{ name: 'cu_train.xyz', structures: read, x }], SETTINGS);
    const saved = await savedExploration({ exploration, select: '::2', notes: [] });
    said.length = 0;
    await explorer.answer({ do: 'open', saved });
    const places = run.places.map((one) => ({ ...one, files: ['cu_train.xyz'] }));
    expect(results()).toEqual({ ...run, places });
  });
});
