import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/backends/backends.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { frame, golden } from '../support/data/files.js';

interface Record_ extends Record<string, unknown> {
  readonly states: readonly { temperature: number | null; samples: number; lindemann: number | null }[];
  readonly curve: readonly {
    bandwidth: number;
    difference: number;
    error: number | null;
    saturated: boolean;
  }[];
  readonly transition: { energy: number; work: number } | null;
  readonly kinetic: number | null;
  readonly fits: readonly { theta: { value: number } | null; refusal: string | null }[] | null;
}

const folder = temporaryFolder();
const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const RUN = example('cu_run.lammpstrj.gz');
const LOG = ['--log', example('cu_run.log')];

async function record(args: readonly string[]): Promise<Record_> {
  const { code, stdout, stderr } = await quests(['entropy_difference', ...args, '--json'], folder);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record_;
}

describe('entropy_difference', () => {
  it.each(BACKENDS)('has the entropies and the energy of melting copper at 1327 K: %s', async (backend) => {
    const { curve, transition, kinetic } = await record([
      `${RUN}@5:7`,
      `${RUN}@15:17`,
      ...LOG,
      '--at',
      '1327',
      '--bandwidths',
      '0.02,0.03,0.038',
      '--backend',
      backend,
    ]);
    const expected = [
      [0.015, 0.81],
      [0.02, 1.31],
      [0.03, 1.07],
      [0.038, 0.84],
    ] as const;
    expect(curve.map(({ bandwidth }) => bandwidth)).toEqual(expected.map(([h]) => h));
    curve.forEach(({ difference, error }, at) => {
      expect(Math.abs(difference - (expected[at]?.[1] ?? NaN))).toBeLessThan(0.012);
      // A line through two points says nothing of its error.
      expect(error).toBeNull();
    });
    expect(curve.map(({ saturated }) => saturated)).toEqual([true, false, false, false]);
    expect(Math.abs((transition?.energy ?? NaN) - 1.08)).toBeLessThan(0.005);
    expect(Math.abs(transition?.work ?? NaN)).toBeLessThan(0.001);
    expect(kinetic).toBe(0);
  });

  it('gives error bars from frames, the kinetic part, and a picture of the curve', async () => {
    const args = [`${RUN}@2:5`, `${RUN}@11:15`, ...LOG, '--bandwidths', '0.03,0.05', '-b', '0.03'];
    const { code, stdout, stderr } = await quests(
      ['entropy-difference', ...args, '-o', 'curve.csv', '--plot', 'curve.svg', '--lindemann'],
      folder,
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^At h = 0\.03: dS\/k = \d\.\d{3} ± \d\.\d{3} nats per atom$/m);
    expect(stdout).toMatch(
      /^Kinetic part, to be added: 3\/2 ln\(1871\.1 K \/ 893\.4 K\) = 1\.109 nats per atom$/m,
    );
    expect(stdout).not.toContain('At a transition');
    expect(readFileSync(join(folder, 'curve.svg'), 'utf8')).toContain('ΔH per atom (nats)');
    const [head, ...rows] = readFileSync(join(folder, 'curve.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('bandwidth,entropy_a,error_a,entropy_b,error_b,difference,error');
    const { curve, states } = await record([...args, '--lindemann']);
    expect(rows).toHaveLength(curve.length);
    expect(states.map(({ samples }) => samples)).toEqual([3, 4]);
    expect(states[0]?.lindemann).toBeLessThan(0.1);
    expect(states[1]?.lindemann).toBeGreaterThan(0.3);
    const [pooled] = (await record([...args, '--frames', '3'])).states;
    expect(pooled?.samples).toBe(1);
  });

  it('says where dH is nearest to dS, and warns elsewhere', async () => {
    const states = [`${RUN}@5:7`, `${RUN}@15:17`, ...LOG, '--at', '1327'];
    const bandwidths = ['--bandwidths', '0.02,0.03,0.05'];
    const { known } = (await record([...states, ...bandwidths])) as unknown as {
      known: Record<string, { bandwidth: number; difference: number } | null>;
    };
    expect(known.melting?.bandwidth).toBeGreaterThan(0.02);
    expect(known.melting?.bandwidth).toBeLessThan(0.03);
    // The transition's own entropy is 1.08.
    expect(Math.abs((known.melting?.difference ?? NaN) - 1.08)).toBeLessThan(0.1);
    expect(known.crystals?.difference).toBeLessThan(1);
    const lines = async (...args: string[]): Promise<[string, string]> => {
      const { stdout, stderr } = await quests(['entropy_difference', ...states, ...args], folder);
      return [stdout, stderr];
    };
    const [out, narrow] = await lines(...bandwidths);
    expect(out).toMatch(
      /Nearest to dS for a close-packed crystal and its melt, where H is 4 in the mean: h = 0\.02/,
    );
    expect(narrow).toMatch(/note: at h = 0\.015 H\(A\) and H\(B\) are 7\.\d\d nats in the mean\./);
    const [, within] = await lines(...bandwidths, '-b', '0.03');
    expect(within).not.toContain('in the mean');
    const [far] = await lines('--bandwidths', '0.1', '-b', '0.1');
    expect(far.match(/at none of these h/g)).toHaveLength(2);
  });

  it('takes one log for all states, or one for each', async () => {
    const log = example('cu_run.log');
    const hotter = readFileSync(log, 'utf8').replaceAll(/^(\s*\d+\s+\d\S*\s+)(\d\S*)/gm, '$1555');
    writeFileSync(join(folder, 'b.log'), hotter);
    const args = [`${RUN}@2:5`, `${RUN}@2:5`, '--bandwidths', '0.03', '-b', '0.03'];
    const { states } = await record([...args, '--log', log, 'b.log']);
    expect(states[0]?.temperature).toBeCloseTo(893.4, 1);
    expect(states[1]?.temperature).toBe(555);
    const { states: same } = await record([...args, '--log', log]);
    expect(same[0]?.temperature).toBe(same[1]?.temperature);
    writeFileSync(join(folder, 'copy.lammpstrj.gz'), readFileSync(RUN));
    const shared = await quests(
      ['entropy_difference', `${RUN}@2`, 'copy.lammpstrj.gz@3', '--bandwidths', '0.03', '--log', log],
      folder,
    );
    expect(shared.stderr).toContain(
      'cu_run.log is used as the log of all 2 files; --log takes one per state',
    );
    const wrong = await quests(['entropy_difference', ...args, '--log', log, log, log], folder);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: 'quests: 3 logs for 2 states: expected one, or one for each, in their order\n',
    });
  });

  it('fits H(T) of several states, and says where it cannot', async () => {
    const states = [1, 2, 3, 4].map((at) => `${RUN}@${at}`);
    const { fits, entropies } = await record([
      ...states,
      ...LOG,
      '--bandwidths',
      '0.03',
      '--fit',
      'einstein',
    ]);
    expect(entropies).toHaveLength(4);
    expect(fits).toHaveLength(2);
    for (const one of fits ?? []) expect((one.theta === null) !== (one.refusal === null)).toBe(true);
    expect(fits?.some(({ theta }) => theta !== null)).toBe(true);
    const two = await quests(
      ['entropy_difference', ...states.slice(0, 2), '--temperatures', '300,600', '--fit', 'debye'],
      folder,
    );
    expect(two.stdout).toContain('not fitted: 2 temperatures, expected at least 3');
  });

  it('refuses what it cannot use, in one line', async () => {
    writeFileSync(join(folder, 'one.xyz'), frame(['Cu 0 0 0', 'Cu 2 0 0']));
    const pair = [`${RUN}@1:3`, `${RUN}@3:5`];
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [[pair[0] ?? ''], 2, /expected at least two states, got 1/],
      [[...pair, '--at', '500'], 2, /--at needs the temperature of every frame.*--log/],
      [[...pair, ...LOG, '--at', '2000'], 2, /--at 2000: .*@1:3 has temperatures from 492\.4 to 685\.4 K/],
      [[...pair, '--fit', 'debye'], 2, /--fit needs temperatures/],
      [[...pair, '--temperatures', '300'], 2, /1 temperatures for 2 states/],
      [[...pair, '--sample', '4001'], 2, /samples of 4001 environments, expected from 1 to 4000/],
      [[...pair, '--frames', '3'], 1, /a state has 2 frames, expected at least the 3/],
      [[...pair, `${RUN}@6`, '--plot', 'x.svg'], 2, /--plot draws the difference of two states, got 3/],
      [[pair[0] ?? '', 'one.xyz', '--lindemann'], 2, /--lindemann needs a trajectory: one\.xyz has 1 frames/],
      [['-', '-'], 2, /standard input can be read only once/],
      [[pair[0] ?? '', golden('nowhere.xyz')], 1, /nowhere\.xyz/],
    ];
    for (const [args, code, message] of cases) {
      const found = await quests(['entropy_difference', ...args, '--quiet'], folder);
      expect(found.stderr).toMatch(message);
      expect(found.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(found.code).toBe(code);
    }
  });
});
