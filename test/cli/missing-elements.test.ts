import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { alone, inShards } from '../support/cli/in-shards.js';

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
writeFileSync(join(folder, 'turned.xyz'), molecule('Si', H4) + molecule('C', H4));
writeFileSync(join(folder, 'many.xyz'), molecule('Si', H4).repeat(8));
writeFileSync(join(folder, 'thrice.xyz'), molecule('C', H4).repeat(2) + molecule('Si', H4));
// New by its places, but not by its elements; then two elements that carbon.xyz lacks.
const STRETCHED = molecule('C', H4, 0.15);
writeFileSync(
  join(folder, 'four.xyz'),
  molecule('C', H4) + STRETCHED + molecule('Si', H4) + molecule('Ge', H4) + molecule('Si', H4),
);
writeFileSync(join(folder, 'far.xyz'), molecule('C', H4, 0.3));

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
    ['dH', ['silicon.xyz', 'carbon.xyz'], 'Elements that the reference lacks: Si'],
    ['overlap', ['silicon.xyz', 'carbon.xyz'], 'Elements that the reference lacks: Si'],
    ['approx_dH', ['silicon.xyz', 'carbon.xyz'], 'Elements that the reference lacks: Si'],
    ['compress', ['silicon.xyz', '-r', 'carbon.xyz'], 'Elements that the reference lacks: Si'],
    ['trajectory', ['silicon.xyz', '-r', 'carbon.xyz'], 'Elements that the reference lacks: Si'],
    ['coverage', ['silicon.xyz', 'carbon.xyz'], 'Set 2 has no Si of set 1'],
    ['report', ['silicon.xyz', '-r', 'carbon.xyz', '-o', 'report.html', '--overwrite'], 'has no Si'],
    ['nuclei', ['silicon.xyz', '-r', 'a=carbon.xyz', 'b=both.xyz'], 'Elements that a lacks: Si'],
    ['events', ['many.xyz', '-r', 'carbon.xyz'], 'Elements that the reference lacks: Si'],
  ])('is named by %s, with --species and without', async (command, args, line) => {
    for (const species of [[], ['--species']]) {
      const { stdout, stderr } = await run(command, ...args, ...species);
      expect(stdout).toContain(line);
      if (command !== 'coverage') expect(stderr).toContain('note: carbon.xyz has no Si, which ');
    }
  });

  it('is new in a report, which names it', async () => {
    const args = ['report', 'silicon.xyz', '-r', 'carbon.xyz', '-o', 'named.html', '--overwrite'];
    const title = 'carbon.xyz has no Si. 20.0 % of silicon.xyz is outside carbon.xyz.';
    const why = '1 environment of silicon.xyz of these elements counts as outside.';
    const { stdout } = await run(...args, '--species');
    expect(stdout).toContain(title);
    expect(stdout).toContain(why);
    const html = readFileSync(join(folder, 'named.html'), 'utf8');
    expect(html).toContain(`<h1>${title}</h1>`);
    expect(html).toContain(why);
    // Of the most novel frames, of which there is one.
    expect(html).toMatch(/<td class="value">5<\/td>\s*<td class="value">1<\/td>/);
    const told = await record(...args, '--species');
    expect(told).toMatchObject({ missing_elements: ['Si'], missing_element_envs: 1 });
    expect(told.comparison).toMatchObject({ overlap: 0.8, novelty: 0.2 });
    const blind = await record(...args);
    expect(blind).toMatchObject({ missing_elements: ['Si'], missing_element_envs: null });
    expect(blind.comparison).toMatchObject({ overlap: 1, novelty: 0 });
    const alike = readFileSync(join(folder, 'named.html'), 'utf8');
    expect(alike).toContain('<h1>carbon.xyz has no Si. ');
    expect(alike).toContain('The numbers ignore chemistry: ');
  });

  it('is new in a trajectory, frame by frame', async () => {
    const args = ['trajectory', 'turned.xyz', '-r', 'carbon.xyz', '--species'];
    const { frames, ...all } = (await record(...args)) as { frames: Record<string, unknown>[] };
    expect(all).toMatchObject({ missing_elements: ['Si'], missing_element_envs: 1 });
    expect(frames).toMatchObject([
      { overlap: 0.8, novelty: 0.2, 'overlap:Si': 0, 'novelty:Si': 1, 'overlap:H': 1 },
      { overlap: 1, novelty: 0, 'overlap:C': 1 },
    ]);
    expect(frames[1]).not.toHaveProperty('missing_elements');
    expect(frames[0]).toMatchObject({ missing_elements: 'Si', missing_element_envs: 1 });
    // δH itself is that of the kernel.
    expect(frames[0]?.max_dH).toBeCloseTo(0, 9);
    expect((await run(...args)).stdout).toContain(
      'Elements that the reference lacks: Si; 1 environment (10.0 %), counted as novel\n',
    );
  });

  it.each([['--first', '1'], ['--previous']])('is named where it is new to %s', async (...reference) => {
    const { stdout, stderr } = await run('trajectory', 'both.xyz', ...reference);
    expect(stdout).toContain('Elements that the reference lacks: Si; as --species is not given');
    expect(stderr).toContain('note: the reference has no Si, which the trajectory has\n');
  });

  it('is no phase, with --species', async () => {
    const args = ['nuclei', 'silicon.xyz', '-r', 'a=carbon.xyz', 'b=far.xyz', '--phase', 'a'];
    const thresholds = ['--thresholds', 'a=100', 'b=0.1'];
    const of = async (...more: string[]): Promise<unknown> =>
      ((await record(...args, ...thresholds, ...more)) as { frames: { counts: unknown }[] }).frames[0]
        ?.counts;
    expect(await of()).toMatchObject({ a: 5 });
    expect(await of('--species')).toMatchObject({ a: 4, unknown: 1 });
  });

  it('is kept by compress, to which all else is known', async () => {
    const args = ['compress', 'thrice.xyz', '-r', 'carbon.xyz', '-s', '1', '--species'];
    for (const method of ['msc_conditional', 'atom_msc']) {
      const found = await record(...args, '-m', method);
      expect(found, method).toMatchObject({
        selected: [2],
        missing_elements: ['Si'],
        missing_element_envs: 1,
        overlap_with_reference: 1,
      });
    }
    const chunked = await record(...args, '--chunk-size', '2');
    expect(chunked).toMatchObject({ selected: [2], overlap_with_reference: 1 });
  });

  it('is kept by compress where there are two of them, each for itself', async () => {
    const args = ['compress', 'four.xyz', '-r', 'carbon.xyz', '--species'];
    for (const method of ['msc_conditional', 'atom_msc']) {
      const found = await record(...args, '-s', '3', '-m', method);
      expect(found, method).toMatchObject({ missing_elements: ['Ge', 'Si'], missing_element_envs: 3 });
      const kept = found.selected as number[];
      // By δH alone, the second of them would be known once the first is kept.
      expect(kept.slice(0, method === 'atom_msc' ? 3 : 2), method).toEqual(
        expect.arrayContaining([2, 3]) as unknown,
      );
    }
    const chunked = await record(...args, '-s', '2', '--chunk-size', '2');
    expect(chunked.selected).toEqual([2, 3]);
  });

  it('is said where nothing that is kept has it', async () => {
    // Of equal entropies the first is kept.
    const args = ['compress', 'both.xyz', '-s', '1', '--species'];
    const lost = 'Elements that what is kept lacks: Si; 1 environment (10.0 %), counted as novel\n';
    expect((await run(...args)).stdout).toContain(lost);
    expect(await record(...args)).toMatchObject({
      selected: [0],
      overlap: 0.9,
      lost_elements: ['Si'],
      lost_element_envs: 1,
    });
  });

  it('is new in shards, too, though the kernel does not see it', async () => {
    for (const command of ['dH', 'overlap']) {
      for (const species of [[], ['--species']]) {
        const pair = [command, 'both.xyz', 'carbon.xyz', ...species];
        const one = await alone(folder, pair);
        expect(one.missing_elements).toEqual(['Si']);
        for (const shards of [1, 2]) expect(await inShards(folder, shards, pair)).toEqual(one);
      }
    }
  });

  it('is new in a sample of shards, too', async () => {
    for (const species of [[], ['--species']]) {
      const pair = ['overlap', 'both.xyz', 'carbon.xyz', ...species, '--tolerance', '0.2'];
      const one = await alone(folder, pair);
      expect(one.missing_elements).toEqual(['Si']);
      expect(one.overlap).toBe(species.length === 0 ? 1 : 0.9);
      expect(await inShards(folder, 2, pair)).toEqual(one);
    }
  });

  it('is said of no one else', async () => {
    const { stdout, stderr } = await run('dH', 'carbon.xyz', 'both.xyz', '--species');
    expect(stdout + stderr).not.toMatch(/lack|has no/);
    expect(await record('overlap', 'carbon.xyz', 'both.xyz', '--species')).not.toHaveProperty(
      'missing_elements',
    );
  });
});
