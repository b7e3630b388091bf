import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { json } from '../support/data/files.js';

const folder = temporaryFolder();
const atom = (edge: number): string =>
  `1\nLattice="${edge} 0 0 0 ${edge} 0 0 0 ${edge}" Properties=species:S:1:pos:R:3\nCu 0 0 0\n`;
writeFileSync(join(folder, 'one.xyz'), atom(4));
writeFileSync(join(folder, 'open.xyz'), '1\n\nAr 0 0 0\n');
writeFileSync(join(folder, 'two.xyz'), atom(4) + atom(4.1));

const isWritten = (arg: string): boolean => /\.(svg|html)$/.test(arg);

/** A command on as little as there can be: its lines, and its record. */
async function both(args: readonly string[]): Promise<[string, Record<string, unknown>]> {
  const [text, record] = [
    await quests(args, folder),
    await quests([...args, '--json', ...(args.some(isWritten) ? ['--overwrite'] : [])], folder),
  ];
  for (const { code, stderr } of [text, record]) expect(code, stderr).toBe(0);
  return [text.stdout + text.stderr, JSON.parse(record.stdout) as Record<string, unknown>];
}

const NOT_NUMBERS = /NaN|Infinity|undefined|null/;

describe('a single environment', () => {
  const commands: (readonly [string, ...string[]])[] = [
    ['entropy'],
    ['entropy', '--bandwidth-scan', '--plot', 'scan.svg'],
    ['entropy', '--tolerance', '0.1'],
    ['metrics'],
    ['dH_traj'],
    ['audit'],
    ['trajectory', '--plot', 'trajectory.svg'],
    ['learning_curve', '--fractions', '1', '--plot', 'curve.svg'],
    ['entropy_sampler'],
    ['entropy_sampler', '-n', '1'],
    ['compress', '-s', '1.'],
    ['report', '-o', 'report.html'],
  ];

  it.each(commands)('has no number that is none in the lines of %s %s %s %s', async (command, ...options) => {
    const file = command === 'entropy' ? 'open.xyz' : 'one.xyz';
    const [lines, record] = await both([command, file, ...options]);
    expect(lines).not.toMatch(NOT_NUMBERS);
    const sets = [record, ...((record.sets as Record<string, unknown>[] | undefined) ?? [])];
    for (const set of sets) {
      if (set.efficiency !== null) continue;
      const reason = set.efficiency_reason ?? set.efficiencyReason;
      expect(reason).toBe('log N is 0: there is a single environment');
    }
  });

  it.each(['dH', 'overlap', 'coverage', 'entropy_difference'])(
    'nor has %s of two of them',
    async (command) => {
      const [lines] = await both([command, 'one.xyz', 'open.xyz']);
      expect(lines).not.toMatch(NOT_NUMBERS);
      const [same] = await both([command, 'one.xyz', 'one.xyz']);
      expect(same).not.toMatch(NOT_NUMBERS);
    },
  );

  it('is drawn without them', () => {
    for (const name of ['scan.svg', 'trajectory.svg', 'curve.svg', 'report.html']) {
      const text = readFileSync(join(folder, name), 'utf8').replaceAll(/<script[\s\S]*?<\/script>/g, '');
      expect(text).not.toMatch(/\b(NaN|Infinity|undefined)\b/);
    }
  });

  it('of frames says why they have no efficiency', async () => {
    const { code } = await quests(['trajectory', 'two.xyz', '-o', 'two.json'], folder);
    expect(code).toBe(0);
    const found = json(join(folder, 'two.json'));
    expect(found.efficiency_reason).toBe('log N is 0: there is a single environment');
    const [, record] = await both(['entropy_difference', 'one.xyz', 'two.xyz']);
    const [{ entropy_a }] = record.curve as [{ entropy_a: Record<string, unknown> }];
    expect(entropy_a).toMatchObject({ error: null, error_reason: '1 block of frames, expected two or more' });
  });
});
