import { describe, expect, it } from 'vitest';
import { DescriptorMatrix } from '../../ts/node.js';
import {
  type Exploration,
  type ExploredSet,
  explore,
  livingReportHtml,
  reportHtml,
} from '../../ts/faces/node/explore.js';
import { labelOf } from '../../ts/base/species-mode.js';
import { frameEntropies } from '../../ts/explore/frame-entropies.js';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';
import { oneBatch, type OpenedReference, referenceFolder } from '../support/data/stored-references.js';

const { stored: store } = referenceFolder();

const ROWS = 20_000;
const FRAME = 500;

/** Rows in frames, which are in clusters; of an element each where there are some. */
function framed(seed: number, elements: readonly string[] = []): DescriptorMatrix {
  const width = 6;
  const data = randomRows(seed, ROWS, width, 0.03);
  for (let row = 0; row < ROWS; row++) {
    const label = elements[row % elements.length];
    if (label !== undefined) data[row * width] = labelOf(label);
    data[row * width + 1] = (data[row * width + 1] as number) + (row % 7);
  }
  const frames = ROWS / FRAME;
  return new DescriptorMatrix(data, {
    width,
    k: 4,
    cutoff: 5,
    species: elements.length === 0 ? null : 'center',
    frameOffsets: Array.from({ length: frames + 1 }, (_, frame) => frame * FRAME),
    sources: Array.from({ length: frames }, (_, frame) => ({ file: 'none.xyz', frame })),
  });
}

function stored(x: DescriptorMatrix, memory: number, elements?: readonly string[]): Promise<OpenedReference> {
  return store(oneBatch(x), { memory, ...(elements && { elements: () => elements }) });
}

const SETTINGS = { bandwidth: 0.02, epsilon: 0, tolerance: 0.2, seed: 3 };

/** Numbers of an exploration, and δH by the numbers of environments, as those in memory have it. */
function numbersOf({ findings, sets, scan }: Exploration, whole: readonly DescriptorMatrix[]): unknown {
  return {
    findings,
    scan,
    sets: sets.map(({ x, dH, counted, known, drawn, curve }, at) => {
      const { frameOffsets } = whole[at] as DescriptorMatrix;
      const all = new Float64Array((whole[at] as DescriptorMatrix).rows).fill(NaN);
      const allCounted = all.slice();
      const rows: number[] = [];
      for (let frame = 0; frame < x.frames; frame++) {
        for (let row = x.frameOffsets[frame] as number; row < (x.frameOffsets[frame + 1] as number); row++) {
          const first = frameOffsets[frame] as number;
          const number = drawn === undefined ? row : first + (drawn.atoms[row] as number);
          all[number] = dH[row] as number;
          allCounted[number] = counted[row] as number;
          if (known?.includes(row) === true) rows.push(number);
        }
      }
      const points = curve.curve?.points.map(({ entropies, size, mean }) => ({ entropies, size, mean }));
      return { all, allCounted, rows, points, gap: curve.gap };
    }),
  };
}

describe.each(BACKENDS)('a set larger than memory, explored (%s)', (backend) => {
  it('has the numbers of the same set in memory, and δH of the same environments', async () => {
    const [x, y] = [framed(1), framed(2)];
    const named = { structures: [] };
    const [first, second] = [await stored(x, 30_000), await stored(y, 30_000)];
    const inMemory = await explore(
      [
        { name: 'x', x, ...named },
        { name: 'y', x: y, ...named },
      ],
      SETTINGS,
      { backend },
    );
    const large = await explore(
      [
        { name: 'x', x: first, ...named },
        { name: 'y', x: second, ...named },
      ],
      SETTINGS,
      { backend },
    );
    expect(large.sets.map(({ drawn }) => drawn?.environments)).toEqual([ROWS, ROWS]);
    expect(large.findings.sets[0]?.entropyError).toBeGreaterThan(0);
    expect(numbersOf(large, [x, y])).toEqual(numbersOf(inMemory, [x, y]));
    // Of one that fits, all is there.
    const fits = await stored(y, 1e9);
    const whole = await explore([{ name: 'y', x: fits, ...named }], SETTINGS, { backend });
    const given = await explore([{ name: 'y', x: y, ...named }], SETTINGS, { backend });
    expect(whole.sets[0]?.drawn).toBeUndefined();
    expect(whole.sets[0]?.x.rows).toBe(ROWS);
    expect(numbersOf(whole, [y])).toEqual(numbersOf(given, [y]));
    for (const each of [first, second, fits]) await each.close();
  });

  it('counts environments of elements that the other lacks', async () => {
    const [x, y] = [framed(3, ['Cu', 'Zr']), framed(4, ['Cu', 'Zr', 'Ag', 'Cu'])];
    const [first, second] = [
      await stored(x, 30_000, ['Cu', 'Zr']),
      await stored(y, 30_000, ['Ag', 'Cu', 'Zr']),
    ];
    const { findings, sets } = await explore(
      [
        { name: 'x', x: first, structures: [] },
        { name: 'y', x: second, structures: [] },
      ],
      SETTINGS,
      { backend },
    );
    expect(findings.sets.map(({ elements }) => elements)).toEqual([
      ['Cu', 'Zr'],
      ['Ag', 'Cu', 'Zr'],
    ]);
    expect(findings.comparison?.missing).toEqual(['Ag']);
    const [, { x: shown, known, counted, drawn }] = sets as [ExploredSet, ExploredSet];
    const silver = Array.from(known as Uint32Array).filter(
      (row) => shown.data[row * shown.width] === labelOf('Ag'),
    );
    expect(silver.length).toBeGreaterThan(100);
    expect(findings.comparison?.missingEnvironments).toBe(silver.length);
    expect(silver.every((row) => counted[row] === Infinity)).toBe(true);
    // Each atom is that of the set: a quarter of them, by their places.
    expect(silver.every((row) => (drawn?.atoms[row] as number) % 4 === 2)).toBe(true);
    for (const each of [first, second]) await each.close();
  });

  it('has the entropy of each frame, from some passes over the file', async () => {
    const x = framed(6);
    const inMemory = await explore([{ name: 'x', x, structures: [] }], SETTINGS, { backend });
    // Eight frames at a time.
    const file = await stored(x, 200_000);
    const large = await explore([{ name: 'x', x: file, structures: [] }], SETTINGS, { backend });
    expect(large.sets[0]?.drawn?.environments).toBe(ROWS);
    const entropies = await frameEntropies(large, { backend });
    expect(entropies).toHaveLength(ROWS / FRAME);
    expect(entropies).toEqual(await frameEntropies(inMemory, { backend }));
    await file.close();
  });

  it('is reported from a sample, says so, and needs a tolerance', async () => {
    const y = framed(5);
    const set = { name: 'y', x: await stored(y, 30_000), structures: [] };
    const exploration = await explore([set], SETTINGS, { backend });
    const html = await reportHtml(exploration, {}, { backend });
    const text = html.replaceAll(/\s+/g, ' ');
    const { known, x } = exploration.sets[0] as ExploredSet;
    const shown = x.rows.toLocaleString('en-US');
    expect(text).toContain(`one point per atom, of ${shown} of 20,000 atoms, a set larger than memory`);
    expect(text).toContain(`From ${known?.length.toLocaleString('en-US')} sampled of 20,000 environments.`);
    expect(text).toContain('Mean δH of each frame');
    expect(text).not.toContain('Entropy H of each frame');
    expect(text).toContain('The entropy of each frame is left out');
    await expect(livingReportHtml({ exploration, select: '', notes: [] }, new Map())).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('larger than memory') as unknown,
    });
    await expect(explore([set], { ...SETTINGS, tolerance: 0 }, { backend })).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('give a tolerance') as unknown,
    });
    await set.x.close();
  });
});
