import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';

const folder = temporaryFolder();

/** A tetrahedral molecule in a large box. */
function molecule(center: string, outer: readonly string[], shift = 0): string {
  const places = ['0.6 0.6 0.6', '-0.6 -0.6 0.6', '-0.6 0.6 -0.6', '0.6 -0.6 -0.6'];
  const atoms = [`${center} ${shift} 0 0`, ...outer.map((one, at) => `${one} ${places[at] ?? ''}`)];
  const cell = 'Lattice="14 0 0 0 14 0 0 0 14" Properties=species:S:1:pos:R:3';
  return `${atoms.length}\n${cell}\n${atoms.join('\n')}\n`;
}

const H4 = ['H', 'H', 'H', 'H'];
writeFileSync(join(folder, 'carbon.xyz'), molecule('C', H4));
writeFileSync(join(folder, 'silicon.xyz'), molecule('Si', H4));
writeFileSync(join(folder, 'both.xyz'), molecule('C', H4) + molecule('Si', H4));

async function run(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const outcome = await quests(args, folder);
  expect(outcome.code, outcome.stderr).toBe(0);
  return outcome;
}

async function record(...args: string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await run(...args, '--json')).stdout) as Record<string, unknown>;
}

const LINE = 'Elements that the reference lacks: Si; 1 environment (20.0 %), counted as novel\n';

describe('an element that the reference lacks', () => {
  it('is named by dH and overlap, and new with --species', async () => {
    const pair = ['silicon.xyz', 'carbon.xyz', '--species'];
    const { stdout } = await run('dH', ...pair);
    expect(stdout).toContain(`Novel environments (dH >= 1e-5): 20.0 %\n${LINE}`);
    const dH = await record('dH', ...pair);
    expect(dH).toMatchObject({ missing_elements: ['Si'], missing_element_envs: 1, novelty: 0.2 });
    // The kernel does not see it: no block holds an atom that is alone of its element.
    expect(dH.max_dH).toBeCloseTo(0, 9);
    expect((await run('overlap', ...pair)).stdout).toBe(
      `Overlap value: 0.8000\nThreshold: dH < 1e-5 (nats)\n${LINE}`,
    );
    expect(await record('overlap', ...pair)).toMatchObject({ overlap: 0.8, missing_elements: ['Si'] });
  });

  it('is named, and no more, where elements are not told apart', async () => {
    const { stdout, stderr } = await run('overlap', 'silicon.xyz', 'carbon.xyz');
    expect(stdout).toContain('Overlap value: 1.0000\n');
    expect(stdout).toContain('lacks: Si; as --species is not given, elements are not told apart\n');
    expect(stderr).toContain('note: carbon.xyz has no Si, which silicon.xyz has\n');
  });

  it('is named in both directions by coverage', async () => {
    const args = ['coverage', 'both.xyz', 'carbon.xyz', '--species'];
    const { stdout } = await run(...args);
    expect(stdout).toMatch(/^ +1 +1\.0000 +0\.9000$/m);
    expect(stdout).toMatch(/^ +1 +2 +Si +1 +0\.0 % +0\.0 % +100\.0 %/m);
    expect(stdout).toContain('Set 2 has no Si of set 1; their environments count as novel\n');
    expect(stdout).not.toContain('Set 1 has no');
    const { comparisons, overlap } = (await record(...args)) as {
      comparisons: Record<string, unknown>[];
      overlap: number[][][];
    };
    expect(overlap[0]).toEqual([
      [1, 0.9],
      [1, 1],
    ]);
    expect(comparisons[0]).toMatchObject({
      missing_elements: ['Si'],
      uncovered_envs: 1,
      overlap: [0.9, 0.9],
    });
    const listed = comparisons[0]?.environments as { element: string; dH: number }[];
    expect(listed).toMatchObject([{ element: 'Si' }]);
    expect(listed[0]?.dH).toBeLessThan(1);
    expect(comparisons[1]).not.toHaveProperty('missing_elements');
  });

  it.each([
    ['compress', ['silicon.xyz', '-r', 'carbon.xyz']],
    ['report', ['silicon.xyz', '-r', 'carbon.xyz', '-o', 'report.html']],
    ['approx_dH', ['silicon.xyz', 'carbon.xyz']],
  ])('is named by %s', async (command, args) => {
    const { stderr } = await run(command, ...args);
    expect(stderr).toContain('note: carbon.xyz has no Si, which silicon.xyz has\n');
  });

  it('is named by trajectory', async () => {
    const { stderr } = await run('trajectory', 'silicon.xyz', '-r', 'carbon.xyz');
    expect(stderr).toContain('note: carbon.xyz has no Si, which the trajectory has\n');
  });

  it('is no matter of shards, which keep no elements', async () => {
    const shards = ['--species', '--shards', '2', '--work', 'work', '-o', 'sharded.json'];
    const outcome = await quests(['dH', 'silicon.xyz', 'carbon.xyz', ...shards], folder);
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('has no Si') as string });
    expect((await quests(['dH', 'carbon.xyz', 'both.xyz', ...shards], folder)).code).toBe(0);
  });

  it('is said of no one else', async () => {
    const { stdout, stderr } = await run('dH', 'carbon.xyz', 'both.xyz', '--species');
    expect(stdout + stderr).not.toMatch(/lack|has no/);
    expect(await record('overlap', 'carbon.xyz', 'both.xyz', '--species')).not.toHaveProperty(
      'missing_elements',
    );
  });
});
