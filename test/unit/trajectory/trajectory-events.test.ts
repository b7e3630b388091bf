import { expect, it } from 'vitest';
import type { TrajectoryRow } from '../../../ts/model/trajectory-row.js';
import { RandomStream } from '../../../ts/statistics/random.js';
import { findEvents } from '../../../ts/trajectory/events.js';
import { trajectory } from '../../../ts/trajectory/trajectory.js';
import { trajectoryEvents } from '../../../ts/trajectory/trajectory-events.js';

/** Rows of a run in which nothing happens; the sizes are those of the reference of each frame. */
function still(seed: number, sizes: (frame: number) => number): TrajectoryRow[] {
  const random = new RandomStream(seed, 1);
  const noise = (): number => 0.005 * random.normal();
  return Array.from({ length: 60 }, (_, frame) => ({
    file: 'run.xyz',
    frame,
    step: 100 * frame,
    efficiency: 0.5,
    entropy: 3 + noise(),
    mean_dH: -2 - Math.log(sizes(frame)) + noise(),
    ref_envs: sizes(frame),
  }));
}

it.each([
  ['the first frames, which are held against the others of them', (frame: number) => (frame < 5 ? 400 : 500)],
  ['all frames before', (frame: number) => 100 * (frame + 1)],
])('a reference of %s is no event', (_, sizes) => {
  for (let seed = 0; seed < 20; seed++) {
    for (const { series, events } of trajectoryEvents(still(seed, sizes))) {
      expect([seed, series, events.map(({ index }) => index)]).toEqual([seed, series, []]);
    }
  }
});

it('a change beside it is found once', () => {
  const rows = still(1, (frame) => (frame < 5 ? 400 : 500)).map((row, at) =>
    at < 30 ? row : { ...row, mean_dH: Number(row.mean_dH) + 0.3 },
  );
  const found = trajectoryEvents(rows).find(({ series }) => series === 'mean_dH');
  expect(found?.events.map(({ index, kind }) => [index, kind])).toEqual([[30, 'jump']]);
  expect(found?.events[0]?.jump).toBeCloseTo(0.3, 1);
});

/**
 * Frames of a crystal that is warm and at rest, 108 atoms each, and what `trajectory` says of them.
 */
async function warmCrystal(seed: number, count: number): Promise<TrajectoryRow[]> {
  const random = new RandomStream(seed, 1);
  const sites: number[] = [];
  for (let cell = 0; cell < 27; cell++) {
    const corner = [cell % 3, Math.floor(cell / 3) % 3, Math.floor(cell / 9)];
    for (const shift of [
      [0, 0, 0],
      [0, 0.5, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
    ])
      sites.push(...corner.map((at, axis) => 3.615 * (at + (shift[axis] as number))));
  }
  const frames = Array.from({ length: count }, () => ({
    positions: Float64Array.from(sites, (at) => at + 0.05 * random.normal()),
    cell: [10.845, 0, 0, 0, 10.845, 0, 0, 0, 10.845],
  }));
  const rows: TrajectoryRow[] = [];
  for await (const { index, entropy, efficiency, novelty } of trajectory(frames, { bandwidth: 0.03 })) {
    const [first] = novelty;
    const own = { mean_dH: first?.mean ?? NaN, ref_envs: first?.known ?? NaN };
    rows.push({ file: 'run.xyz', frame: index, entropy, efficiency, ...own });
  }
  return rows;
}

it('a crystal at rest has no event behind its reference', async () => {
  let asPrinted = 0;
  for (let seed = 1; seed <= 5; seed++) {
    const rows = await warmCrystal(seed, 40);
    expect(rows.map(({ ref_envs: size }) => size)).toEqual(rows.map((_, frame) => (frame < 5 ? 432 : 540)));
    const found = trajectoryEvents(rows).flatMap(({ series, events }) => events.map(() => [seed, series]));
    expect(found).toEqual([]);
    asPrinted += Math.min(1, findEvents(rows.map(({ mean_dH: mean }) => Number(mean))).events.length);
  }
  // The reference's own frames stand out in δH as it is printed.
  expect(asPrinted).toBeGreaterThan(1);
});
