import { describe, expect, it } from 'vitest';
import { augment, type Augmented, deltaEntropy, descriptors, referenceSet, type Structure } from '../../ts/node.js';
import type { ChainState } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { randomStructure } from '../support/data/random.js';

const periodic = [1, 2, 3].map((seed) => randomStructure(seed, [true, true, true]));
const settings = { k: 12, cutoff: 4 };
const labelled: Structure = {
  ...(periodic[0] as Structure),
  info: { config_type: 'bulk', energy: -12.5, name: ['a', 'b'], stress: [1, 2] },
  arrays: {
    forces: { data: new Float64Array(81), kind: 'R', width: 3 },
    tag: { data: new Int32Array(27), kind: 'I', width: 1 },
  },
};

/** Distances by the definition, over the nearest images. */
function shortest({ positions, cell = [] }: Structure): number {
  let least = Infinity;
  const n = positions.length / 3;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let image = 0; image < 125; image++) {
        const shift = [(image % 5) - 2, (Math.floor(image / 5) % 5) - 2, Math.floor(image / 25) - 2];
        if (i === j && image === 62) continue;
        let square = 0;
        for (let axis = 0; axis < 3; axis++) {
          let difference = (positions[3 * j + axis] as number) - (positions[3 * i + axis] as number);
          for (let row = 0; row < 3; row++)
            difference += (shift[row] as number) * (cell[3 * row + axis] as number);
          square += difference ** 2;
        }
        least = Math.min(least, Math.sqrt(square));
      }
    }
  }
  return least;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe.each(BACKENDS)('augment, on %s', (backend) => {
  const known = descriptors(periodic, { backend, ...settings });
  const run = async (options: Parameters<typeof augment>[2] = {}, start = labelled): Promise<Augmented> =>
    augment(start, await known, { backend, steps: 300, ...options });

  it.each([undefined, 1, 4])(
    'gives a structure whose δH is that of all computed anew, %s moved',
    async (movedAtoms) => {
      const { structure, dH, score, initialScore, acceptance, accepted, steps } = await run({
        movedAtoms,
        stepSize: 0.05,
        cellStep: movedAtoms === 4 ? 0.01 : 0,
        target: 12,
      });
      const y = await descriptors(structure, { backend, ...settings });
      const expected = await deltaEntropy(y, await known, { backend });
      expectClose(dH, expected, 1e-9);
      expectClose([score], [meanOf(expected.map((value) => Math.abs(value - 12)))], 1e-9);
      const first = await deltaEntropy((await known).frame(0), await known, { backend });
      expectClose([initialScore], [meanOf(first.map((value) => Math.abs(value - 12)))], 1e-9);
      expect(score).toBeLessThan(0.7 * initialScore);
      expect([steps, acceptance]).toEqual([300, accepted / 300]);
      expect(accepted).toBeGreaterThan(10);
      expect(structure.arrays?.dH?.data).toEqual(dH);
    },
  );

  it('goes to the target, under the bandwidth, that was asked for', async () => {
    for (const [target, stepSize] of [
      [3, 0.01],
      [10, 0.02],
      [40, 0.06],
    ] as const) {
      const { dH } = await run({ target, movedAtoms: 3, stepSize, steps: 600 });
      expect(Math.abs(meanOf(dH) - target)).toBeLessThan(1 + 0.5 * target);
    }
    const wide = await run({ target: 5, bandwidth: 0.06 });
    const y = await descriptors(wide.structure, { backend, ...settings });
    expectClose(wide.dH, await deltaEntropy(y, await known, { backend, bandwidth: 0.06 }), 1e-9);
  });

  it('follows from its seed', async () => {
    const [one, again, other] = [await run({ seed: 7 }), await run({ seed: 7 }), await run({ seed: 8 })];
    expect(again).toEqual(one);
    expect(other.structure.positions).not.toEqual(one.structure.positions);
  });

  it('goes on from any of its states as if it had not been stopped', async () => {
    for (const options of [{ cellStep: 0.02 }, { movedAtoms: 2, stepSize: 0.1 }]) {
      const states: ChainState[] = [];
      const whole = await run({ ...options, onState: (state) => void states.push(state) });
      expect(states.map(({ steps }) => steps)).toEqual([100, 200, 300]);
      for (const state of states) {
        const from = JSON.parse(JSON.stringify(state)) as ChainState;
        expect(await run({ ...options, from })).toEqual(whole);
      }
    }
  });

  it('keeps labels, and leaves out what was said of other positions', async () => {
    const { structure, acceptance, score } = await run({ steps: 20 });
    expect(structure.info).toMatchObject({
      config_type: 'bulk',
      name: ['a', 'b'],
      target_dH: 30,
      score,
      acceptance,
    });
    expect(Object.keys(structure.info ?? {})).not.toContain('energy');
    expect(Object.keys(structure.info ?? {})).not.toContain('stress');
    expect(Object.keys(structure.arrays ?? {})).toEqual(['tag', 'dH']);
    expect(structure.species).toEqual(labelled.species);
    expect(structure.cell).toEqual(Float64Array.from(labelled.cell ?? []));
  });

  it('lets no atoms come closer than the minimum distance', async () => {
    const initial = shortest(labelled);
    const { minDistance, structure, tooClose } = await run({ target: 300, stepSize: 0.1, temperature: 0 });
    expect(minDistance).toBeCloseTo(0.8 * initial, 10);
    expect(shortest(structure)).toBeGreaterThanOrEqual(minDistance * (1 - 1e-12));
    expect(tooClose).toBeGreaterThan(0);
    const tight = await run({ minDistance: 0.99 * initial, stepSize: 0.03, cellStep: 0.02 });
    expect(shortest(tight.structure)).toBeGreaterThanOrEqual(0.99 * initial * (1 - 1e-12));
    await expect(run({ minDistance: initial + 0.1 })).rejects.toMatchObject({
      code: 'INVALID_STRUCTURE',
      message: expect.stringMatching(
        /atoms \d+ and \d+ are .* Å apart, closer than the minimum distance/,
      ) as string,
    });
  });

  it('gives up where nothing is ever accepted', async () => {
    const { accepted, steps, score, initialScore } = await run({
      steps: 5000,
      minDistance: shortest(labelled) * (1 - 1e-12),
      stepSize: 1,
    });
    expect([accepted, steps]).toEqual([0, 1000]);
    expect(score).toBe(initialScore);
  });

  it('moves the cell where that is asked for, and only where it is closed', async () => {
    const { structure } = await run({ cellStep: 0.02, steps: 200 });
    expect(structure.cell).not.toEqual(Float64Array.from(labelled.cell ?? []));
    const slab = randomStructure(1, [true, true, false]);
    await expect(run({ cellStep: 0.02 }, slab)).rejects.toMatchObject({
      code: 'INVALID_STRUCTURE',
      message: expect.stringContaining('the cell is open along c') as string,
    });
    expect((await run({ steps: 50 }, slab)).accepted).toBeGreaterThan(0);
    const cluster = { positions: slab.positions };
    expect((await run({ steps: 50, movedAtoms: 1 }, cluster)).structure.cell).toBeUndefined();
  });

  it('tells species apart where the reference does', async () => {
    const reference = await descriptors(periodic, { backend, ...settings, species: true });
    const { structure, dH } = await augment(labelled, reference, { backend, steps: 100, movedAtoms: 3 });
    const y = await descriptors(structure, { backend, ...settings, species: ['Al', 'Ni'] });
    expectClose(dH, await deltaEntropy(y, reference, { backend }), 1e-9);
    const copper = { ...labelled, species: labelled.species?.map(() => 'Cu') ?? [] };
    await expect(augment(copper, reference, { backend })).rejects.toMatchObject({
      code: 'INVALID_STRUCTURE',
    });
  });

  it('can be watched and cancelled', async () => {
    const seen: number[] = [];
    await run({ steps: 5, onProgress: ({ done, total }) => seen.push(done / total) });
    expect(seen).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
    const running = run({ steps: 1_000_000, signal: AbortSignal.timeout(50) });
    await expect(running).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it.each([
    [{ steps: 0 }, 'steps is 0'],
    [{ steps: 1.5 }, 'steps is 1.5'],
    [{ target: NaN }, 'target is NaN'],
    [{ bandwidth: -1 }, 'bandwidth is -1'],
    [{ temperature: -1 }, 'temperature is -1'],
    [{ stepSize: 0 }, 'stepSize is 0'],
    [{ cellStep: 0.3 }, 'cellStep is 0.3'],
    [{ movedAtoms: 0 }, 'movedAtoms is 0'],
    [{ minDistance: -1 }, 'minDistance is -1'],
    [{ seed: -1 }, 'seed is -1'],
  ])('refuses %o', async (options, message) => {
    await expect(run(options)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message) as string,
    });
  });

  it('needs a reference that says how it was made', async () => {
    const { data, width } = await known;
    const { DescriptorMatrix } = await import('../../ts/node.js');
    const unsaid = new DescriptorMatrix(data, { width });
    await expect(augment(labelled, unsaid, { backend })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const reference = await referenceSet(await known, { backend });
    expect((await augment(labelled, reference, { backend, steps: 1 })).steps).toBe(1);
    reference.dispose();
  });
});
