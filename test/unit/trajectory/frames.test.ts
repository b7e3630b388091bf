import { describe, expect, it } from 'vitest';
import { type Source, type Structure, trajectoryFrames } from '../../../ts/node.js';
import { frameState, runningMean, timeAverages } from '../../../ts/faces/node/analysis.js';
import { expectClose } from '../../support/oracles/expect-close.js';
import { random } from '../../support/data/random.js';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  for (const item of items) yield await Promise.resolve(item);
}

/** A frame of one atom, or of several on a line. */
function frame(timestep: number, xs: readonly number[] = [0], more: Partial<Structure> = {}): Structure {
  const positions = Float64Array.from(xs.flatMap((x) => [x, 0, 0]));
  return { positions, cell: [10, 0, 0, 0, 10, 0, 0, 0, 10], info: { timestep }, ...more };
}

describe('frameState', () => {
  it('takes the time from the step where its length is given, else from the frame, in ps', () => {
    const read = frame(2500);
    expect(frameState(read)).toMatchObject({ step: 2500, time: undefined, volume: 1000 });
    expect(frameState(read, { timestep: 0.002 }).time).toBe(5);
    const info = { timestep: 10, time: 5000, units: 'real' };
    expect(frameState({ ...read, info }).time).toBe(5);
    expect(frameState({ ...read, info: { ...info, units: 'lj' } }).time).toBeUndefined();
    expect(frameState({ ...read, info }, { timestep: 1 }).time).toBe(10);
    const log = { Time: 3, Temp: 300, PotEng: -4, Press: 1, Volume: 7 };
    const known = { time: 3, temperature: 300, potentialEnergy: -4, pressure: 1 };
    expect(frameState({ ...read, info: log })).toMatchObject({ ...known, volume: 1000 });
    expect(frameState({ positions: new Float64Array(3), info: log })).toMatchObject({ ...known, volume: 7 });
  });
});

describe('trajectoryFrames', () => {
  it('takes each of several frames, and leaves out what repeats the step before', async () => {
    const steps = [0, 10, 20, 20, 30, 40];
    const repeated: Source[] = [];
    const found = await all(
      trajectoryFrames(
        steps.map((step) => frame(step)),
        { every: 2, onRepeat: (source) => repeated.push(source) },
      ),
    );
    expect(found.map(({ info }) => info?.timestep)).toEqual([0, 20, 40]);
    expect(repeated).toEqual([{ file: '', frame: 3 }]);
  });

  it('refuses frames that are out of order, and cells that come and go, with their place', async () => {
    const source = { file: 'run.dump', frame: 7 };
    const out = all(trajectoryFrames([frame(20), frame(10, [0], { source })]));
    await expect(out).rejects.toThrow(
      'run.dump, frame 7: step 10 after 20; expected frames in the order of time',
    );
    const open: Structure = { positions: new Float64Array(3), info: { timestep: 30 }, source };
    await expect(all(trajectoryFrames([frame(20), open]))).rejects.toThrow('run.dump, frame 7: no cell');
    await expect(all(trajectoryFrames([open, frame(40)]))).rejects.toThrow('frame 1: a cell, but');
    await expect(all(trajectoryFrames([frame(1)], { every: 0 }))).rejects.toThrow('every is 0');
    await expect(all(trajectoryFrames([frame(1)], { average: 1.5 }))).rejects.toThrow('average is 1.5');
  });

  it('lets the number of atoms change where nothing is averaged', async () => {
    const frames = [frame(0, [0]), frame(1, [0, 1])];
    expect(await all(trajectoryFrames(frames))).toHaveLength(2);
    const averaged = all(trajectoryFrames(frames, { average: 2 }));
    await expect(averaged).rejects.toThrow('frame 1: 2 atoms after 1; averages need the same atoms');
  });
});

describe('timeAverages', () => {
  it('averages over a window, across boundaries, under the name of the middle', async () => {
    // 9 → 9.5 → 0.5 → 1.5 goes through the boundary at 10.
    const frames = [9, 9.5, 0.5, 1.5].map((x, at) => frame(at, [x]));
    const found = await all(timeAverages(each(frames), 3));
    expect(found.map(({ info }) => info?.timestep)).toEqual([1, 2]);
    expectClose(
      found.map(({ positions }) => positions[0] as number),
      [(9 + 9.5 + 10.5) / 3, (9.5 + 10.5 + 11.5) / 3],
      1e-12,
    );
    expect((await all(timeAverages(each(frames), 1))).map(({ positions }) => positions[0])).toEqual([
      9, 9.5, 0.5, 1.5,
    ]);
    expect((await all(timeAverages(each(frames), 2))).map(({ info }) => info?.timestep)).toEqual([0, 1, 2]);
  });

  it('finds the mean of a walk in a triclinic cell that breathes, however it is wrapped', async () => {
    const next = random(5);
    const atoms = 20;
    const shape = [9, 0, 0, 2.5, 8, 0, -3, 1.5, 10];
    const walk = Float64Array.from({ length: 3 * atoms }, () => next());
    const frames: Structure[] = [];
    const sums = { coordinates: new Float64Array(3 * atoms), cell: new Float64Array(9) };
    const count = 7;
    for (let at = 0; at < count; at++) {
      const cell = shape.map((value) => value * (1 + 0.02 * Math.sin(at)));
      const positions = new Float64Array(3 * atoms);
      for (let i = 0; i < 3 * atoms; i++) {
        if (at > 0) walk[i] = (walk[i] as number) + 0.3 * (next() - 0.5);
        sums.coordinates[i] = (sums.coordinates[i] as number) + (walk[i] as number) / count;
      }
      cell.forEach((value, i) => (sums.cell[i] = (sums.cell[i] as number) + value / count));
      for (let atom = 0; atom < atoms; atom++) {
        for (let axis = 0; axis < 3; axis++) {
          // Wrapped along one axis, moved by whole cells along the others.
          const s = walk[3 * atom + axis] as number;
          const wrapped = axis === 0 ? s - Math.floor(s) : s + Math.floor(3 * next());
          for (let to = 0; to < 3; to++) {
            positions[3 * atom + to] =
              (positions[3 * atom + to] as number) + wrapped * (cell[3 * axis + to] as number);
          }
        }
      }
      frames.push({ positions, cell });
    }
    const [mean] = await all(timeAverages(each(frames), count));
    expectClose(Array.from(mean?.cell ?? []), sums.cell, 1e-12);
    const expected = sums.coordinates;
    // Up to whole cells: where the first frame was put.
    const difference = Float64Array.from(mean?.positions ?? []);
    for (let atom = 0; atom < atoms; atom++) {
      const s = [0, 0, 0];
      const r = [0, 1, 2].map((to) => difference[3 * atom + to] as number);
      const [a = 0, , , xy = 0, b = 0, , xz = 0, yz = 0, c = 0] = sums.cell;
      s[2] = (r[2] ?? 0) / c;
      s[1] = ((r[1] ?? 0) - s[2] * yz) / b;
      s[0] = ((r[0] ?? 0) - s[2] * xz - s[1] * xy) / a;
      for (const [axis, value] of s.entries()) {
        const off = value - (expected[3 * atom + axis] as number);
        expect(Math.abs(off - Math.round(off))).toBeLessThan(1e-12);
      }
    }
  });

  it('leaves open directions as they are, and refuses other atoms', async () => {
    const open = (x: number): Structure => ({ positions: Float64Array.of(x, 0, 0) });
    const [mean] = await all(timeAverages(each([open(9), open(1)]), 2));
    expect(Array.from(mean?.positions ?? [])).toEqual([5, 0, 0]);
    const slab = (x: number): Structure => frame(0, [x], { pbc: [false, true, true] });
    const [flat] = await all(timeAverages(each([slab(9), slab(1)]), 2));
    expectClose(flat?.positions ?? [], [5, 0, 0], 1e-12);
    const species = (name: string): Structure => frame(0, [0], { species: [name] });
    await expect(all(timeAverages(each([species('Cu'), species('Zr')]), 2))).rejects.toThrow(
      'atom 0 is of another species',
    );
    await expect(all(timeAverages(each([slab(0), frame(0)]), 2))).rejects.toThrow(
      'other boundary conditions',
    );
    const flatCell = frame(0, [0], { cell: [10, 0, 0, 0, 10, 0, 0, 0, 0] });
    await expect(all(timeAverages(each([flatCell, flatCell]), 2))).rejects.toThrow('the cell has no volume');
    await expect(all(timeAverages(each([frame(0)]), 2))).rejects.toThrow('1 frame, expected at least the 2');
  });
});

describe('runningMean', () => {
  it('is the mean over a window that is cut at both ends', () => {
    expect(Array.from(runningMean([1, 2, 6, NaN, 4], 3))).toEqual([1.5, 3, 4, 5, 4]);
    expect(Array.from(runningMean([1, 2, 6, 4], 2))).toEqual([1.5, 4, 5, 4]);
    // A window takes no longer than the values, however wide it is.
    for (const window of [1e9, 2 ** 33, Number.MAX_SAFE_INTEGER]) {
      expect(Array.from(runningMean([1, 2, 6, 4], window))).toEqual([3.25, 3.25, 3.25, 3.25]);
    }
    expect(Array.from(runningMean([1, 2], 1))).toEqual([1, 2]);
    expect(Array.from(runningMean([NaN], 3))).toEqual([NaN]);
    expect(() => runningMean([1], 0)).toThrow('window is 0');
  });
});

describe('atoms of time averages', () => {
  /** A crystal of 4 × 4 × 4 atoms, a little out of place, and another order of its atoms. */
  function crystal(seed: number, order?: readonly number[], more: Partial<Structure> = {}): Structure {
    const next = random(seed);
    const sites = Array.from({ length: 64 }, (_, site) => [site & 3, (site >> 2) & 3, site >> 4]);
    const xyz = sites.map((site) => site.map((at) => 2.5 * at + 0.2 * next()));
    const rows = order ?? xyz.map((_, row) => row);
    return {
      positions: Float64Array.from(rows.flatMap((row) => xyz[row] as number[])),
      cell: [10, 0, 0, 0, 10, 0, 0, 0, 10],
      info: { timestep: seed },
      ...more,
    };
  }

  const reversed = Array.from({ length: 64 }, (_, row) => 63 - row);
  const ids = (order: readonly number[], kind: 'I' | 'R' = 'I'): Partial<Structure> => ({
    arrays: {
      id: { kind, width: 1, data: kind === 'I' ? Int32Array.from(order) : Float64Array.from(order) },
      name: { kind: 'S', width: 1, data: order.map((id) => `atom ${id}`) },
    },
    species: order.map((id) => (id % 2 === 0 ? 'Cu' : 'Zr')),
  });
  const inOrder = reversed.toReversed();

  it('are followed by their identifiers', async () => {
    const straight = [1, 2, 3].map((seed) => crystal(seed, inOrder, ids(inOrder)));
    const shuffled = [1, 2, 3].map((seed) => {
      const order = seed === 2 ? reversed : inOrder;
      return crystal(seed, order, ids(order, seed === 2 ? 'R' : 'I'));
    });
    const [expected] = await all(timeAverages(each(straight), 3));
    const [found] = await all(timeAverages(each(shuffled), 3));
    expect(found?.positions).toEqual(expected?.positions);
    expect(found?.species).toEqual(expected?.species);
    expect(found?.arrays?.name).toEqual(expected?.arrays?.name);
  });

  it('are refused where identifiers occur twice, or are others', async () => {
    const first = crystal(1, inOrder, ids(inOrder));
    const changed = (id: number): Structure => crystal(2, inOrder, ids([id, ...inOrder.slice(1)]));
    const average = (second: Structure): Promise<unknown> => all(timeAverages(each([first, second]), 2));
    await expect(average(changed(7))).rejects.toThrow('id 7 occurs twice; averages need the same atoms');
    await expect(average(changed(99))).rejects.toThrow('id 99 is not in the frame before; averages need');
  });

  it('are refused without identifiers where their order may have changed', async () => {
    const average = (second: Structure): Promise<Structure[]> =>
      all(timeAverages(each([crystal(1), second]), 2));
    expect(await average(crystal(2))).toHaveLength(1);
    await expect(average(crystal(2, reversed))).rejects.toThrow(/atom \d+ moves .* without a column id/);
    // Two neighbours alone.
    const swapped = [1, 0, ...inOrder.slice(2)];
    await expect(average(crystal(2, swapped))).rejects.toThrow(/atom \d moves to the place of atom \d/);
    // Neighbours across the boundary.
    const across = [3, 1, 2, 0, ...inOrder.slice(4)];
    await expect(average(crystal(2, across))).rejects.toThrow(/atom \d moves to the place of atom \d/);
    // Identifiers that are all 0 are none.
    const none = ids(inOrder.map(() => 0));
    const both = [crystal(1, inOrder, none), crystal(2, swapped, none)];
    await expect(all(timeAverages(each(both), 2))).rejects.toThrow(/atom \d moves to the place of atom \d/);
    // One atom that hops to a free place is no such case.
    const hop = crystal(2);
    hop.positions[0] = (hop.positions[0] as number) + 2.5;
    expect(await average(hop)).toHaveLength(1);
  });

  it('are not looked at where nothing is averaged', async () => {
    const frames = [crystal(1), crystal(2, reversed)];
    expect(await all(timeAverages(each(frames), 1))).toEqual(frames);
  });
});
