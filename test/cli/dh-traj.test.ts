import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStructures } from '../../ts/node.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { golden, json } from '../support/data/files.js';

const folder = temporaryFolder();
const HEATING = golden('heating_trajectory.xyz');

interface Record_ extends Record<string, unknown> {
  readonly delta_entropy: number[][];
  readonly entropy: number[];
}

describe('dH_traj', () => {
  it('holds each frame against itself, as metrics does with one', async () => {
    const { code, stdout } = await quests(['dH_traj', HEATING, '-b', '0.02', '-o', 'all.json'], folder);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(13);
    const all = json(join(folder, 'all.json')) as Record_;
    expect(all).toMatchObject({ num_frames: 12, num_envs: 32 });
    for (const frame of [0, 5, 11]) {
      const one = await quests(['metrics', `${HEATING}@${frame}`, '-b', '0.02', '--json'], folder);
      const { dH, entropy } = JSON.parse(one.stdout) as { dH: number[]; entropy: number };
      expectClose(all.delta_entropy[frame] ?? [], dH, 1e-12);
      expectClose(all.entropy[frame] ?? NaN, entropy, 1e-12);
    }
  });

  it('writes the structures with a column dH', async () => {
    expect((await quests(['dh-traj', HEATING, '-o', 'all.xyz'], folder)).code).toBe(0);
    const { delta_entropy: expected } = JSON.parse(
      (await quests(['dH_traj', HEATING, '--json'], folder)).stdout,
    ) as Record_;
    let frame = 0;
    for await (const { arrays } of readStructures(join(folder, 'all.xyz'))) {
      expectClose(arrays?.dH?.data as Float64Array, expected[frame++] ?? [], 1e-12);
    }
    expect(frame).toBe(12);
  });
});
