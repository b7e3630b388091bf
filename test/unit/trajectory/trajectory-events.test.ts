import { expect, it } from 'vitest';
import type { TrajectoryRow } from '../../../ts/model/trajectory-row.js';
import { RandomStream } from '../../../ts/statistics/random.js';
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
